"""Scenes of test_chip_models.py: the emulated chips, register by register."""

import time
from struct import unpack

import micropython

import chips
import machine
from sample_sources import Constant, Numbered

time.virtual()


class Wire:
    """A chip without a bus: its registers are written and read directly."""

    def __init__(self, name, source=None, rate_error=0.0):
        self.address, self.model = chips.make(name, source or Numbered(), rate_error)

    def write(self, register, *values):
        for value in values:
            self.model.write(register, bytes((value,)))

    def read(self, register, length=1):
        buffer = bytearray(length)
        self.model.read_into(register, buffer)
        return bytes(buffer)

    def byte(self, register):
        return self.read(register)[0]


def lsm6dso(source=None, rate_error=0.0):
    chip = Wire("lsm6dso", source, rate_error)
    chip.write(0x10, 0x44)  # 104 Hz, +-16 g
    chip.write(0x11, 0x4C)  # 104 Hz, +-2000 dps
    chip.write(0x09, 0x44)  # both into the FIFO at 104 Hz
    chip.write(0x0A, 0x06)  # continuous
    return chip


def lsm_words(chip):
    low, high = chip.read(0x3A, 2)
    return (high & 3) << 8 | low, high


def lsm6ds3(source=None):
    chip = Wire("lsm6ds3", source)
    chip.write(0x10, 0x44)
    chip.write(0x11, 0x4C)
    chip.write(0x08, 0x09)  # both, not decimated
    chip.write(0x0A, 0x26)  # 104 Hz, continuous
    return chip


def icm42688(source=None):
    chip = Wire("icm42688", source)
    chip.write(0x4F, 0x08)  # 100 Hz, +-2000 dps
    chip.write(0x50, 0x08)  # 100 Hz, +-16 g
    chip.write(0x5F, 0x07)  # packet 3
    chip.write(0x16, 0x40)  # stream to FIFO
    chip.write(0x4E, 0x0F)  # both on, low noise
    time.sleep_us(200)
    return chip


def icm_count(chip):
    return unpack(">H", chip.read(0x2E, 2))[0]


def mpu(name, source=None, sensors=0x78):
    chip = Wire(name, source)
    chip.write(0x6B, 0x01)  # awake, clock of the gyroscope
    chip.write(0x1A, 0x03)  # filter: 1 kHz
    chip.write(0x19, 9)  # 100 Hz
    chip.write(0x1B, 0x18)
    chip.write(0x1C, 0x18)
    chip.write(0x6A, 0x04)
    chip.write(0x23, sensors)
    chip.write(0x6A, 0x40)
    return chip


def mpu_count(chip):
    return unpack(">H", chip.read(0x72, 2))[0]


def a_chip_says_who_it_is_and_cannot_be_told_otherwise(name, register):
    chip = Wire(name)
    chip.write(register, 0)
    return {"who": chip.byte(register)}


def a_chip_that_was_not_configured_measures_nothing(name):
    chip = Wire(name)
    time.sleep(2)
    chip.read(0)
    return {"taken": chip.model.taken}


def a_chip_nobody_makes_is_refused_with_the_names_of_those_there_are():
    try:
        chips.make("bmi160", None)
    except ValueError as refusal:
        return {"refusal": str(refusal)}


def the_chip_keeps_its_own_time(error):
    chip = lsm6dso(rate_error=error)
    for _second in range(100):
        time.sleep(1)
        chip.read(0x0F)
    return {"taken": chip.model.taken}


def reading_an_emulated_chip_costs_no_heap(configured, options, status, data):
    chip = globals()[configured](**options)
    machine.bus.attach(chip.address, chip.model)
    i2c = machine.I2C(0)
    level, burst = bytearray(4), bytearray(84)
    micropython.heap_lock()
    for _turn in range(200):
        time.sleep_ms(48)
        i2c.readfrom_mem_into(chip.address, status, level)
        i2c.readfrom_mem_into(chip.address, data, burst)
    micropython.heap_unlock()
    return {"taken": chip.model.taken}


def lsm6dso_words_come_in_pairs_of_one_time_slot():
    chip = lsm6dso()
    time.sleep_ms(60)
    words, _status = lsm_words(chip)
    burst = chip.read(0x78, 7 * words)
    return {
        "words": words,
        "left": lsm_words(chip)[0],
        "tags": [burst[at] for at in range(0, len(burst), 7)],
        "data": [unpack("<3h", burst[at + 1 : at + 7]) for at in range(0, len(burst), 7)],
    }


def lsm6dso_word_is_gone_when_its_last_byte_was_read():
    chip = lsm6dso()
    time.sleep_ms(30)
    first = chip.read(0x78, 13)
    left = lsm_words(chip)[0]
    again = chip.read(0x78, 7)
    return {"left": left, "again": again[:6] == first[7:], "third": unpack("<BH", chip.read(0x78, 3))[1]}


def lsm6dso_fifo_that_is_not_read_in_time_loses_its_oldest_words_and_says_so():
    chip = lsm6dso()
    time.sleep(2)
    chip.read(0x0F)
    before = lsm_words(chip)
    time.sleep(1)
    full = lsm_words(chip)
    again = lsm_words(chip)
    first = unpack("<B3h", chip.read(0x78, 7))
    after = lsm_words(chip)
    return {
        "before": before,
        "full": full,
        "again": again,
        "first": first,
        "after": after,
        "taken": chip.model.taken,
        "overwritten": chip.model.overwritten,
    }


def lsm6dso_fifo_mode_keeps_the_oldest_until_bypass_empties_it():
    chip = lsm6dso()
    chip.write(0x0A, 0x00, 0x01)
    time.sleep(3)
    chip.read(0x0F)
    first = unpack("<B3h", chip.read(0x78, 7))[1]
    lost = chip.model.overwritten
    time.sleep(1)
    stopped = lsm_words(chip)[0]
    chip.write(0x0A, 0x00)
    empty = lsm_words(chip)[0]
    chip.write(0x0A, 0x01)
    time.sleep_ms(100)
    return {"first": first, "lost": lost, "stopped": stopped, "empty": empty, "running": lsm_words(chip)[0]}


def lsm6dso_batches_no_faster_than_told():
    chip = lsm6dso()
    chip.write(0x09, 0x34)  # gyroscope 52 Hz, accelerometer 104 Hz
    time.sleep(1)
    words = lsm_words(chip)[0]
    burst = chip.read(0x78, 7 * words)
    tags = [burst[at] >> 3 for at in range(0, len(burst), 7)]
    return {"gyro": tags.count(1), "accel": tags.count(2)}


def lsm6dso_starts_anew_after_a_reset_and_is_deaf_while_it_lasts():
    chip = lsm6dso()
    time.sleep(1)
    chip.write(0x12, 0x01)
    during = chip.byte(0x12)
    chip.write(0x10, 0x44)
    deaf = chip.byte(0x10)
    time.sleep_us(50)
    after = chip.byte(0x12)
    time.sleep(1)
    return {
        "during": during,
        "deaf": deaf,
        "after": after,
        "fifo": list(chip.read(0x3A, 2)),
        "control": list(chip.read(0x07, 4)),
    }


def lsm6dso_reads_one_register_again_and_again_without_auto_increment():
    chip = lsm6dso()
    chip.write(0x12, 0x40)
    return {"read": list(chip.read(0x0F, 3))}


def lsm6dso_narrower_range_has_larger_counts_and_clips(code):
    chip = lsm6dso(Constant(2048, -100, 20000, 1, 2, 3))
    chip.write(0x10, 0x40 | code)
    time.sleep_ms(50)
    return {"accel": unpack("<3h", chip.read(0x28, 6)), "gyro": unpack("<3h", chip.read(0x22, 6))}


def lsm6dso_temperature_has_256_counts_a_degree_from_25():
    chip = lsm6dso()
    chip.model.temperature_centi_c = 3150
    return {"counts": unpack("<h", chip.read(0x20, 2))}


def what_a_model_cannot_do_it_says_instead_of_giving_nothing():
    chip = lsm6dso()
    refusals = []
    for register, value in ((0x0A, 0x03), (0x10, 0xB0), (0x11, 0x42)):
        try:
            chip.write(register, value)
        except NotImplementedError as refusal:
            refusals.append(str(refusal))
        chip.write(0x12, 0x01)
        time.sleep_us(50)
    return {"refusals": refusals}


def lsm6ds3_words_follow_the_pattern():
    chip = lsm6ds3()
    time.sleep_ms(20)
    status = list(chip.read(0x3A, 4))
    part = chip.read(0x3E, 8)
    pattern = chip.read(0x3A, 4)[2]
    rest = chip.read(0x3E, 16)
    return {"status": status, "pattern": pattern, "words": unpack("<12h", part + rest), "empty": chip.byte(0x3B)}


def lsm6ds3_overrun_leaves_the_fifo_in_mid_sample_and_the_pattern_says_where():
    chip = lsm6ds3()
    time.sleep(4)
    low, status, pattern, _zero = chip.read(0x3A, 4)
    chip.read(0x3E, 2 * (6 - pattern))
    now = chip.read(0x3A, 4)
    words = unpack("<6h", chip.read(0x3E, 12))
    return {
        "low": low,
        "status": status,
        "pattern": pattern,
        "now": now[2],
        "left": now[1] << 8 & 0x700 | now[0],
        "words": words,
        "taken": chip.model.taken,
        "overwritten": chip.model.overwritten,
    }


def icm42688_packet_has_header_accelerometer_gyroscope_and_temperature():
    chip = icm42688()
    chip.model.temperature_centi_c = 3500
    time.sleep_ms(20)
    count = icm_count(chip)
    burst = chip.read(0x30, count)
    return {
        "count": count,
        "packets": [unpack(">B6hbH", burst[at : at + 16]) for at in range(0, count, 16)],
        "empty": list(chip.read(0x30, 2)),
    }


def icm42688_speaks_little_endian_and_counts_records_when_told():
    chip = icm42688()
    chip.write(0x4C, 0x40)
    time.sleep_ms(50)
    count = unpack("<H", chip.read(0x2E, 2))[0]
    return {"count": count, "packet": unpack("<B6h", chip.read(0x30, 13)), "last": unpack("<3h", chip.read(0x1F, 6))}


def icm42688_packet_read_in_part_begins_again_unless_told_to_resume(resume):
    chip = icm42688()
    chip.write(0x5F, 0x07 | resume)
    time.sleep_ms(50)
    whole = chip.read(0x30, 16 + 5)
    rest = chip.read(0x30, 11)
    return {"count": icm_count(chip), "again": rest[:5] == whole[16:]}


def icm42688_fifo_that_is_not_read_in_time_loses_its_oldest_packets_and_counts_them():
    chip = icm42688()
    time.sleep(2)
    status = [chip.byte(0x2D), chip.byte(0x2D)]
    lost = [unpack("<H", chip.read(0x6C, 2))[0] for _ in range(2)]
    count = icm_count(chip)
    first = unpack(">B6h", chip.read(0x30, 16)[:13])[1]
    chip.write(0x4B, 0x02)
    return {
        "status": status,
        "lost": lost,
        "count": count,
        "first": first,
        "flushed": icm_count(chip),
        "lost_after": chip.byte(0x6C),
        "taken": chip.model.taken,
        "overwritten": chip.model.overwritten,
    }


def icm42688_that_stops_when_full_keeps_the_oldest():
    chip = icm42688()
    chip.write(0x16, 0x80)
    time.sleep(2)
    first = unpack(">B6h", chip.read(0x30, 16)[:13])[1]
    return {"first": first, "overwritten": chip.model.overwritten}


def icm42688_takes_no_writes_for_200_us_after_power_on_nor_for_1_ms_after_a_reset():
    chip = Wire("icm42688")
    chip.write(0x4E, 0x0F)
    chip.write(0x4F, 0x08)
    deaf = chip.byte(0x4F)
    time.sleep_us(200)
    chip.write(0x4F, 0x08)
    heard = chip.byte(0x4F)
    chip.write(0x11, 0x01)
    chip.write(0x4F, 0x08)
    reset = chip.byte(0x4F)
    time.sleep_ms(1)
    chip.write(0x4F, 0x08)
    return {"deaf": deaf, "heard": heard, "reset": reset, "after": chip.byte(0x4F)}


def icm42688_has_the_same_addresses_in_each_bank():
    chip = icm42688()
    chip.write(0x76, 1)
    chip.write(0x4F, 0x07)
    other = chip.byte(0x75)
    chip.write(0x0C, 0x01)
    kept = chip.byte(0x0C)
    chip.write(0x76, 0)
    return {"other": other, "kept": kept, "who": chip.byte(0x75), "odr": chip.byte(0x4F)}


def icm42688_keeps_the_most_negative_count_for_no_sample(hold):
    chip = icm42688(Constant(-32768, 32767, 0, 0, 0, -32768))
    chip.write(0x4C, 0x30 | hold)
    time.sleep_ms(20)
    return {"packet": unpack(">B6h", chip.read(0x30, 13))}


def icm42688_narrower_range_has_larger_counts():
    chip = icm42688(Constant(100, 0, 0, 100, 0, 20000))
    chip.write(0x50, 0x28)  # +-8 g
    chip.write(0x4F, 0x48)  # +-500 dps
    time.sleep_ms(20)
    return {"packet": unpack(">B6h", chip.read(0x30, 13))}


def icm42688_latches_the_count_until_its_low_byte_is_read():
    chip = icm42688()
    time.sleep_ms(10)
    chip.byte(0x2E)
    time.sleep(1)
    latched = chip.byte(0x2F)
    return {"latched": latched, "count": icm_count(chip)}


def mpu6050_wakes_asleep():
    chip = Wire("mpu6050")
    return {"power": chip.byte(0x6B), "newer": Wire("mpu6886").byte(0x6B)}


def mpu6050_record_is_accelerometer_then_gyroscope():
    chip = mpu("mpu6050")
    time.sleep_ms(20)
    count = mpu_count(chip)
    burst = chip.read(0x74, count)
    return {
        "count": count,
        "rows": [unpack(">6h", burst[:12]), unpack(">6h", burst[12:])],
        "last": list(chip.read(0x74, 2)),
    }


def mpu6050_rate_is_that_of_the_filter_divided():
    chip = mpu("mpu6050")
    rates = []
    for filter, divider in ((3, 9), (1, 4), (0, 79), (6, 0)):
        chip.write(0x6B, 0x41)
        chip.write(0x1A, filter)
        chip.write(0x19, divider)
        chip.write(0x6B, 0x01)
        time.sleep(1)
        chip.read(0x75)
        rates.append(chip.model.taken)
    return {"rates": rates}


def mpu6050_overflow_leaves_the_fifo_in_mid_record_and_is_told_once():
    chip = mpu("mpu6050")
    time.sleep(1)
    chip.read(0x75)
    status = [chip.byte(0x3A), chip.byte(0x3A)]
    count = mpu_count(chip)
    start = chip.read(0x74, 4)
    row = unpack(">6h", chip.read(0x74, 12))
    return {"status": status, "count": count, "start": list(start), "row": row, "overwritten": chip.model.overwritten}


def mpu6050_fifo_is_reset_only_while_it_is_off():
    chip = mpu("mpu6050")
    time.sleep_ms(100)
    chip.write(0x6A, 0x44)
    on = mpu_count(chip)
    chip.write(0x6A, 0x04)
    off = mpu_count(chip)
    return {"on": on, "off": off, "control": chip.byte(0x6A)}


def mpu6050_fifo_needs_both_switches():
    chip = mpu("mpu6050", sensors=0)
    time.sleep(1)
    neither = mpu_count(chip)
    chip.write(0x23, 0x78)
    chip.write(0x6A, 0x00)
    time.sleep(1)
    return {"neither": neither, "off": mpu_count(chip)}


def mpu6050_reset_puts_it_to_sleep():
    chip = mpu("mpu6050")
    chip.write(0x6B, 0x80)
    during = chip.byte(0x6B)
    time.sleep_ms(100)
    return {"during": during, "after": chip.byte(0x6B), "divider": chip.byte(0x19)}


def mpu_temperature(name):
    chip = mpu(name)
    chip.model.temperature_centi_c = 3150
    time.sleep_ms(20)
    return {"counts": unpack(">h", chip.read(0x41, 2))}


def mpu6886_record_holds_the_temperature_between_the_sensors():
    chip = mpu("mpu6886", sensors=0x18)
    time.sleep_ms(20)
    count = mpu_count(chip)
    row = unpack(">7h", chip.read(0x74, 14))
    chip.read(0x74, 14)
    return {"count": count, "row": row, "empty": list(chip.read(0x74, 2))}


def mpu6886_stops_when_full_if_told_to():
    chip = mpu("mpu6886", sensors=0x18)
    chip.write(0x1A, 0x43)
    time.sleep(1)
    count = mpu_count(chip)
    return {"count": count, "first": unpack(">h", chip.read(0x74, 2)), "status": chip.byte(0x3A) & 0x10}
