"""The emulated chips, spoken to as a driver does it: register by register. Each test is a sentence of a data sheet."""

from textwrap import dedent
from typing import Any

import pytest

from firmware.board import run

SETUP = """
import json, time
import chips
from source import Constant, Numbered, number
from struct import unpack

time.virtual()

class Wire:
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

def say(**facts):
    print(json.dumps(facts))

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
    chip.write(0x19, 9)     # 100 Hz
    chip.write(0x1B, 0x18)
    chip.write(0x1C, 0x18)
    chip.write(0x6A, 0x04)
    chip.write(0x23, sensors)
    chip.write(0x6A, 0x40)
    return chip

def mpu_count(chip):
    return unpack(">H", chip.read(0x72, 2))[0]
"""

FAMILIES = ("lsm6dso", "lsm6ds3", "icm42688", "mpu6050", "mpu6886")


def told(code: str, **env: str) -> Any:
    return run(SETUP + dedent(code), env=env)


@pytest.mark.parametrize(
    ("name", "register", "answer"),
    [
        ("lsm6dso", 0x0F, 0x6C),
        ("lsm6ds3", 0x0F, 0x6A),
        ("icm42688", 0x75, 0x47),
        ("mpu6050", 0x75, 0x68),
        ("mpu6886", 0x75, 0x19),
    ],
)
def test_a_chip_says_who_it_is_and_cannot_be_told_otherwise(name: str, register: int, answer: int) -> None:
    facts = told(f"chip = Wire({name!r}); chip.write({register}, 0); say(who=chip.byte({register}))")
    assert facts["who"] == answer


@pytest.mark.parametrize("name", FAMILIES)
def test_a_chip_that_was_not_configured_measures_nothing(name: str) -> None:
    facts = told(f"chip = Wire({name!r}); time.sleep(2); chip.read(0); say(taken=chip.model.taken)")
    assert facts["taken"] == 0


def test_a_chip_nobody_makes_is_refused_with_the_names_of_those_there_are() -> None:
    facts = told("""
        try:
            chips.make("bmi160", None)
        except ValueError as refusal:
            say(refusal=str(refusal))
    """)
    assert "bmi160" in facts["refusal"]
    assert all(name in facts["refusal"] for name in FAMILIES)


@pytest.mark.parametrize("error", [-0.03, 0.0, 0.013])
def test_the_chip_keeps_its_own_time(error: float) -> None:
    facts = told(f"""
        chip = lsm6dso(rate_error={error})
        for second in range(100):
            time.sleep(1)
            chip.read(0x0F)
        say(taken=chip.model.taken)
    """)
    assert facts["taken"] == int(100 * 104 * (1 + error))


@pytest.mark.parametrize(
    ("chip", "status", "data"),
    [
        ("lsm6dso()", 0x3A, 0x78),
        ("lsm6ds3()", 0x3A, 0x3E),
        ("icm42688()", 0x2D, 0x30),
        ("mpu('mpu6050')", 0x72, 0x74),
        ("mpu('mpu6886', sensors=0x18)", 0x72, 0x74),
    ],
)
def test_reading_an_emulated_chip_costs_no_heap(chip: str, status: int, data: int) -> None:
    """Else a test could not tell the firmware's allocations from the emulator's."""
    facts = told(f"""
        import machine, micropython
        chip = {chip}
        machine.bus.attach(chip.address, chip.model)
        i2c = machine.I2C(0)
        level, burst = bytearray(4), bytearray(84)
        turn = 0
        micropython.heap_lock()
        for turn in range(200):
            time.sleep_ms(48)
            i2c.readfrom_mem_into(chip.address, {status}, level)
            i2c.readfrom_mem_into(chip.address, {data}, burst)
        micropython.heap_unlock()
        say(taken=chip.model.taken)
    """)
    assert facts["taken"] >= 960


# LSM6DSO


def test_lsm6dso_words_come_in_pairs_of_one_time_slot() -> None:
    """DS12140 6.5.7: tag byte first; a burst rolls over from the last data byte to the tag. AN5192: even parity."""
    facts = told("""
        chip = lsm6dso()
        time.sleep_ms(60)
        words, status = lsm_words(chip)
        burst = chip.read(0x78, 7 * words)
        say(words=words, left=lsm_words(chip)[0], tags=[burst[at] for at in range(0, len(burst), 7)],
            data=[unpack("<3h", burst[at + 1 : at + 7]) for at in range(0, len(burst), 7)])
    """)
    assert (facts["words"], facts["left"]) == (12, 0)
    assert [tag >> 3 for tag in facts["tags"]] == [1, 2] * 6
    assert [tag >> 1 & 3 for tag in facts["tags"]] == [0, 0, 1, 1, 2, 2, 3, 3, 0, 0, 1, 1]
    assert all(tag.bit_count() % 2 == 0 for tag in facts["tags"])
    assert facts["data"] == [row for k in range(6) for row in ([k, 0, -7], [k, 0, 2048])]


def test_lsm6dso_word_is_gone_when_its_last_byte_was_read() -> None:
    facts = told("""
        chip = lsm6dso()
        time.sleep_ms(30)
        first = chip.read(0x78, 13)
        left = lsm_words(chip)[0]
        again = chip.read(0x78, 7)
        say(left=left, again=again[:6] == first[7:], third=unpack("<BH", chip.read(0x78, 3))[1])
    """)
    assert facts == {"left": 5, "again": True, "third": 1}


def test_lsm6dso_fifo_that_is_not_read_in_time_loses_its_oldest_words_and_says_so() -> None:
    facts = told("""
        chip = lsm6dso()
        time.sleep(2)
        chip.read(0x0F)
        before = lsm_words(chip)
        time.sleep(1)
        full = lsm_words(chip)
        again = lsm_words(chip)
        first = unpack("<B3h", chip.read(0x78, 7))
        after = lsm_words(chip)
        say(before=before, full=full, again=again, first=first, after=after,
            taken=chip.model.taken, overwritten=chip.model.overwritten)
    """)
    assert facts["before"] == [416, 0x01]
    assert facts["full"] == [512, 0x40 | 0x20 | 0x08 | 0x02]
    assert facts["again"] == [512, 0x40 | 0x20 | 0x02], "the latched flag is told once"
    assert facts["after"] == [511, 0x01], "the flag falls when there is room again"
    assert facts["taken"] == 312
    assert facts["overwritten"] == facts["first"][1] == 312 - 256


def test_lsm6dso_fifo_mode_keeps_the_oldest_until_bypass_empties_it() -> None:
    facts = told("""
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
        say(first=first, lost=lost, stopped=stopped, empty=empty, running=lsm_words(chip)[0])
    """)
    assert facts == {"first": 0, "lost": 312 - 256, "stopped": 511, "empty": 0, "running": 20}


def test_lsm6dso_batches_no_faster_than_told() -> None:
    facts = told("""
        chip = lsm6dso()
        chip.write(0x09, 0x34)  # gyroscope 52 Hz, accelerometer 104 Hz
        time.sleep(1)
        words = lsm_words(chip)[0]
        burst = chip.read(0x78, 7 * words)
        tags = [burst[at] >> 3 for at in range(0, len(burst), 7)]
        say(gyro=tags.count(1), accel=tags.count(2))
    """)
    assert facts == {"gyro": 52, "accel": 104}


def test_lsm6dso_starts_anew_after_a_reset_and_is_deaf_while_it_lasts() -> None:
    facts = told("""
        chip = lsm6dso()
        time.sleep(1)
        chip.write(0x12, 0x01)
        during = chip.byte(0x12)
        chip.write(0x10, 0x44)
        deaf = chip.byte(0x10)
        time.sleep_us(50)
        after = chip.byte(0x12)
        time.sleep(1)
        say(during=during, deaf=deaf, after=after, fifo=list(chip.read(0x3A, 2)), control=list(chip.read(0x07, 4)))
    """)
    assert facts == {"during": 0x05, "deaf": 0, "after": 0x04, "fifo": [0, 0], "control": [0, 0, 0, 0]}


def test_lsm6dso_reads_one_register_again_and_again_without_auto_increment() -> None:
    facts = told("chip = lsm6dso(); chip.write(0x12, 0x40); say(read=list(chip.read(0x0F, 3)))")
    assert facts["read"] == [0x6C] * 3


@pytest.mark.parametrize(("code", "factor"), [(0b0100, 1), (0b1100, 2), (0b1000, 4), (0b0000, 8)])
def test_lsm6dso_narrower_range_has_larger_counts_and_clips(code: int, factor: int) -> None:
    facts = told(f"""
        chip = lsm6dso(Constant(2048, -100, 20000, 1, 2, 3))
        chip.write(0x10, 0x40 | {code})
        time.sleep_ms(50)
        say(accel=unpack("<3h", chip.read(0x28, 6)), gyro=unpack("<3h", chip.read(0x22, 6)))
    """)
    assert facts["accel"] == [2048 * factor, -100 * factor, min(32767, 20000 * factor)]
    assert facts["gyro"] == [1, 2, 3]


def test_lsm6dso_temperature_has_256_counts_a_degree_from_25() -> None:
    facts = told("""
        chip = lsm6dso()
        chip.model.temperature_centi_c = 3150
        say(counts=unpack("<h", chip.read(0x20, 2)))
    """)
    assert facts["counts"] == [int(6.5 * 256)]


def test_what_a_model_cannot_do_it_says_instead_of_giving_nothing() -> None:
    facts = told("""
        chip = lsm6dso()
        refusals = []
        for register, value in ((0x0A, 0x03), (0x10, 0xB0), (0x11, 0x42)):
            try:
                chip.write(register, value)
            except NotImplementedError as refusal:
                refusals.append(str(refusal))
            chip.write(0x12, 0x01)
            time.sleep_us(50)
        say(refusals=refusals)
    """)
    assert len(facts["refusals"]) == 3


# LSM6DS3TR-C


def test_lsm6ds3_words_follow_the_pattern() -> None:
    """Data sheet 5.5.6: bare words; a burst rolls over from the high byte to the low one."""
    facts = told("""
        chip = lsm6ds3()
        time.sleep_ms(20)
        status = list(chip.read(0x3A, 4))
        part = chip.read(0x3E, 8)
        pattern = chip.read(0x3A, 4)[2]
        rest = chip.read(0x3E, 16)
        say(status=status, pattern=pattern, words=unpack("<12h", part + rest), empty=chip.byte(0x3B))
    """)
    assert facts["status"] == [12, 0, 0, 0]
    assert facts["pattern"] == 4
    assert facts["words"] == [0, 0, -7, 0, 0, 2048, 1, 0, -7, 1, 0, 2048]
    assert facts["empty"] == 0x10


def test_lsm6ds3_overrun_leaves_the_fifo_in_mid_sample_and_the_pattern_says_where() -> None:
    facts = told("""
        chip = lsm6ds3()
        time.sleep(4)
        low, status, pattern, zero = chip.read(0x3A, 4)
        chip.read(0x3E, 2 * (6 - pattern))
        now = chip.read(0x3A, 4)
        words = unpack("<6h", chip.read(0x3E, 12))
        say(low=low, status=status, pattern=pattern, now=now[2], left=now[1] << 8 & 0x700 | now[0], words=words,
            taken=chip.model.taken, overwritten=chip.model.overwritten)
    """)
    assert facts["taken"] == 416
    assert (facts["low"], facts["status"]) == (0, 0x60), "2048 words do not fit DIFF_FIFO; it is full, not empty"
    assert facts["pattern"] == (416 * 6 - 2048) % 6 == 4
    assert facts["now"] == 0
    assert facts["left"] == 2046
    assert facts["overwritten"] == 75, "74 whole samples and the one that was cut"
    assert facts["words"] == [75, 0, -7, 75, 0, 2048]


# ICM-42688-P


def test_icm42688_packet_has_header_accelerometer_gyroscope_and_temperature() -> None:
    facts = told("""
        chip = icm42688()
        chip.model.temperature_centi_c = 3500
        time.sleep_ms(20)
        count = icm_count(chip)
        burst = chip.read(0x30, count)
        say(count=count, packets=[unpack(">B6hbH", burst[at : at + 16]) for at in range(0, count, 16)],
            empty=list(chip.read(0x30, 2)))
    """)
    assert facts["count"] == 32
    assert facts["packets"] == [
        [0x63, 0, 0, 2048, 0, 0, -7, 20, 0],  # the first one tells of the change of rate
        [0x60, 1, 0, 2048, 1, 0, -7, 20, 0],
    ]
    assert facts["empty"] == [0xFF, 0xFF]


def test_icm42688_speaks_little_endian_and_counts_records_when_told() -> None:
    facts = told("""
        chip = icm42688()
        chip.write(0x4C, 0x40)
        time.sleep_ms(50)
        count = unpack("<H", chip.read(0x2E, 2))[0]
        say(count=count, packet=unpack("<B6h", chip.read(0x30, 13)), last=unpack("<3h", chip.read(0x1F, 6)))
    """)
    assert facts["count"] == 5
    assert facts["packet"][1:] == [0, 0, 2048, 0, 0, -7]
    assert facts["last"] == [4, 0, 2048]


@pytest.mark.parametrize(("resume", "continues"), [(0x00, False), (0x40, True)])
def test_icm42688_packet_read_in_part_begins_again_unless_told_to_resume(resume: int, continues: bool) -> None:
    facts = told(f"""
        chip = icm42688()
        chip.write(0x5F, 0x07 | {resume})
        time.sleep_ms(50)
        whole = chip.read(0x30, 16 + 5)
        rest = chip.read(0x30, 11)
        say(count=icm_count(chip), again=rest[:5] == whole[16:])
    """)
    assert facts["again"] is not continues
    assert facts["count"] == (48 if continues else 64)


def test_icm42688_fifo_that_is_not_read_in_time_loses_its_oldest_packets_and_counts_them() -> None:
    facts = told("""
        chip = icm42688()
        time.sleep(2)
        status = [chip.byte(0x2D), chip.byte(0x2D)]
        lost = [unpack("<H", chip.read(0x6C, 2))[0] for _ in range(2)]
        count = icm_count(chip)
        first = unpack(">B6h", chip.read(0x30, 16)[:13])[1]
        chip.write(0x4B, 0x02)
        say(status=status, lost=lost, count=count, first=first, flushed=icm_count(chip),
            lost_after=chip.byte(0x6C), taken=chip.model.taken, overwritten=chip.model.overwritten)
    """)
    assert facts["status"][0] & 0x02
    assert facts["status"][1] == 0, "reading clears it"
    assert facts["lost"] == [200 - 128] * 2
    assert facts["count"] == 2048
    assert facts["first"] == facts["overwritten"] == 200 - 128
    assert (facts["flushed"], facts["lost_after"]) == (0, 0)


def test_icm42688_that_stops_when_full_keeps_the_oldest() -> None:
    facts = told("""
        chip = icm42688()
        chip.write(0x16, 0x80)
        time.sleep(2)
        first = unpack(">B6h", chip.read(0x30, 16)[:13])[1]
        say(first=first, overwritten=chip.model.overwritten)
    """)
    assert facts == {"first": 0, "overwritten": 72}


def test_icm42688_takes_no_writes_for_200_us_after_power_on_nor_for_1_ms_after_a_reset() -> None:
    facts = told("""
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
        say(deaf=deaf, heard=heard, reset=reset, after=chip.byte(0x4F))
    """)
    assert facts == {"deaf": 0x06, "heard": 0x08, "reset": 0x06, "after": 0x08}


def test_icm42688_has_the_same_addresses_in_each_bank() -> None:
    facts = told("""
        chip = icm42688()
        chip.write(0x76, 1)
        chip.write(0x4F, 0x07)
        other = chip.byte(0x75)
        chip.write(0x0C, 0x01)
        kept = chip.byte(0x0C)
        chip.write(0x76, 0)
        say(other=other, kept=kept, who=chip.byte(0x75), odr=chip.byte(0x4F))
    """)
    assert facts == {"other": 0, "kept": 0x01, "who": 0x47, "odr": 0x08}


@pytest.mark.parametrize(("hold", "least"), [(0x00, -32766), (0x80, -32768)])
def test_icm42688_keeps_the_most_negative_count_for_no_sample(hold: int, least: int) -> None:
    facts = told(f"""
        chip = icm42688(Constant(-32768, 32767, 0, 0, 0, -32768))
        chip.write(0x4C, 0x30 | {hold})
        time.sleep_ms(20)
        say(packet=unpack(">B6h", chip.read(0x30, 13)))
    """)
    assert facts["packet"][1:] == [least, 32767, 0, 0, 0, least]


def test_icm42688_narrower_range_has_larger_counts() -> None:
    facts = told("""
        chip = icm42688(Constant(100, 0, 0, 100, 0, 20000))
        chip.write(0x50, 0x28)  # +-8 g
        chip.write(0x4F, 0x48)  # +-500 dps
        time.sleep_ms(20)
        say(packet=unpack(">B6h", chip.read(0x30, 13)))
    """)
    assert facts["packet"][1:] == [200, 0, 0, 400, 0, 32767]


def test_icm42688_latches_the_count_until_its_low_byte_is_read() -> None:
    facts = told("""
        chip = icm42688()
        time.sleep_ms(10)
        high = chip.byte(0x2E)
        time.sleep(1)
        latched = chip.byte(0x2F)
        say(latched=latched, count=icm_count(chip))
    """)
    assert facts["latched"] == 16
    assert facts["count"] == 101 * 16


# MPU-6050 and MPU-6886


def test_mpu6050_wakes_asleep() -> None:
    facts = told('chip = Wire("mpu6050"); say(power=chip.byte(0x6B), newer=Wire("mpu6886").byte(0x6B))')
    assert facts == {"power": 0x40, "newer": 0x41}


def test_mpu6050_record_is_accelerometer_then_gyroscope() -> None:
    facts = told("""
        chip = mpu("mpu6050")
        time.sleep_ms(20)
        count = mpu_count(chip)
        burst = chip.read(0x74, count)
        say(count=count, rows=[unpack(">6h", burst[:12]), unpack(">6h", burst[12:])], last=list(chip.read(0x74, 2)))
    """)
    assert facts["count"] == 24
    assert facts["rows"] == [[0, 0, 2048, 0, 0, -7], [1, 0, 2048, 1, 0, -7]]
    assert facts["last"] == [0xF9, 0xF9], "an empty FIFO repeats its last byte"


def test_mpu6050_rate_is_that_of_the_filter_divided() -> None:
    facts = told("""
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
        say(rates=rates)
    """)
    assert facts["rates"] == [100, 200, 100, 1000]


def test_mpu6050_overflow_leaves_the_fifo_in_mid_record_and_is_told_once() -> None:
    facts = told("""
        chip = mpu("mpu6050")
        time.sleep(1)
        chip.read(0x75)
        status = [chip.byte(0x3A), chip.byte(0x3A)]
        count = mpu_count(chip)
        start = chip.read(0x74, 4)
        row = unpack(">6h", chip.read(0x74, 12))
        say(status=status, count=count, start=list(start), row=row, overwritten=chip.model.overwritten)
    """)
    assert facts["status"] == [0x11, 0x00]
    assert facts["count"] == 1024
    assert facts["start"] == [0, 0, 0xFF, 0xF9], "1200 bytes were written, so the oldest left is byte 8 of sample 14"
    assert facts["row"] == [15, 0, 2048, 15, 0, -7]
    assert facts["overwritten"] == 15, "14 whole samples and the one that was cut"


def test_mpu6050_fifo_is_reset_only_while_it_is_off() -> None:
    facts = told("""
        chip = mpu("mpu6050")
        time.sleep_ms(100)
        chip.write(0x6A, 0x44)
        on = mpu_count(chip)
        chip.write(0x6A, 0x04)
        off = mpu_count(chip)
        say(on=on, off=off, control=chip.byte(0x6A))
    """)
    assert facts == {"on": 120, "off": 0, "control": 0}


def test_mpu6050_fifo_needs_both_switches() -> None:
    facts = told("""
        chip = mpu("mpu6050", sensors=0)
        time.sleep(1)
        neither = mpu_count(chip)
        chip.write(0x23, 0x78)
        chip.write(0x6A, 0x00)
        time.sleep(1)
        say(neither=neither, off=mpu_count(chip))
    """)
    assert facts == {"neither": 0, "off": 0}


def test_mpu6050_reset_puts_it_to_sleep() -> None:
    facts = told("""
        chip = mpu("mpu6050")
        chip.write(0x6B, 0x80)
        during = chip.byte(0x6B)
        time.sleep_ms(100)
        say(during=during, after=chip.byte(0x6B), divider=chip.byte(0x19))
    """)
    assert facts == {"during": 0xC0, "after": 0x40, "divider": 0}


@pytest.mark.parametrize(("name", "counts"), [("mpu6050", (3150 - 3653) * 340 // 100), ("mpu6886", int(6.5 * 326.8))])
def test_mpu_temperature(name: str, counts: int) -> None:
    facts = told(f"""
        chip = mpu({name!r})
        chip.model.temperature_centi_c = 3150
        time.sleep_ms(20)
        say(counts=unpack(">h", chip.read(0x41, 2)))
    """)
    assert facts["counts"] == [counts]


def test_mpu6886_record_holds_the_temperature_between_the_sensors() -> None:
    facts = told("""
        chip = mpu("mpu6886", sensors=0x18)
        time.sleep_ms(20)
        count = mpu_count(chip)
        row = unpack(">7h", chip.read(0x74, 14))
        chip.read(0x74, 14)
        say(count=count, row=row, empty=list(chip.read(0x74, 2)))
    """)
    assert facts == {"count": 28, "row": [0, 0, 2048, 0, 0, 0, -7], "empty": [0xFF, 0xFF]}


def test_mpu6886_stops_when_full_if_told_to() -> None:
    facts = told("""
        chip = mpu("mpu6886", sensors=0x18)
        chip.write(0x1A, 0x43)
        time.sleep(1)
        count = mpu_count(chip)
        say(count=count, first=unpack(">h", chip.read(0x74, 2)), status=chip.byte(0x3A) & 0x10)
    """)
    assert facts == {"count": 1024, "first": [0], "status": 0x10}
