"""Scenes of test_emulator_machine.py: the stand-ins for `time` and `machine`."""

import time
from array import array

import chips
import machine
from machine import ADC, Pin
from sample_sources import Numbered


def lsm6dso_on_the_bus():
    """An I2C bus with that chip on it, in virtual time."""
    time.virtual()
    machine.bus.attach(*chips.make("lsm6dso", Numbered()))
    return machine.I2C(0, scl=machine.Pin(1), sda=machine.Pin(2), freq=400_000)


def outcome(call, *args):
    """The bytes that come back, or the number of the error."""
    try:
        return list(call(*args) or b"")
    except OSError as error:
        return error.errno


def ticks_wrap_as_on_a_32_bit_board():
    time.virtual(2**30 - 5_000)
    before = time.ticks_us(), time.ticks_ms()
    time.sleep_ms(10)
    after = time.ticks_us(), time.ticks_ms()
    return {
        "before": before,
        "after": after,
        "diff": time.ticks_diff(after[0], before[0]),
        "back": time.ticks_diff(before[0], after[0]),
        "add": time.ticks_add(before[0], 10_000),
        "now": time.now_us(),
    }


def ticks_ms_wrap_after_12_days():
    time.virtual(2**30 * 1000 - 1000)
    before = time.ticks_ms()
    time.sleep_ms(2)
    return [before, time.ticks_ms()]


def virtual_time_moves_only_by_sleeping_and_gives_the_stand_ins_a_turn_each_millisecond():
    time.virtual()
    turns = []
    time.on_sleep(lambda: turns.append(time.now_us()))
    for _ in range(1000):
        time.ticks_us()
    still = time.now_us()
    time.sleep_us(300)
    time.sleep_ms(2)
    time.sleep(0.0015)
    time.sleep_ms(0)
    time.advance_us(5000)
    return {"still": still, "turns": turns, "now": time.now_us()}


def real_time_passes_and_gives_the_stand_ins_their_turns():
    turns = []
    time.on_sleep(lambda: turns.append(1))
    begin = time.ticks_us()
    time.sleep_ms(20)
    return [time.ticks_diff(time.ticks_us(), begin), len(turns)]


def the_bus_carries_to_the_chip_and_back():
    i2c = lsm6dso_on_the_bus()
    i2c.writeto_mem(0x6A, 0x10, b"\x44\x4c")
    buffer = bytearray(2)
    i2c.readfrom_mem_into(0x6A, 0x10, buffer)
    return {
        "scan": i2c.scan(),
        "read": list(buffer),
        "who": list(i2c.readfrom_mem(0x6A, 0x0F, 1)),
        "soft": list(machine.SoftI2C(scl=1, sda=2).readfrom_mem(0x6A, 0x0F, 1)),
        "nobody": outcome(i2c.readfrom_mem, 0x6B, 0x0F, 1),
    }


def a_bus_fails_as_often_as_it_is_told_and_then_works():
    i2c = lsm6dso_on_the_bus()
    machine.bus.fail(2)
    twice = [outcome(i2c.readfrom_mem, 0x6A, 0x0F, 1) for _ in range(3)]
    machine.bus.fail(1, 116)
    once = [outcome(i2c.writeto_mem, 0x6A, 0x10, b"\x44"), outcome(i2c.readfrom_mem, 0x6A, 0x10, 1)]
    machine.bus.stuck = True
    stuck = [outcome(i2c.readfrom_mem, 0x6A, 0x0F, 1), outcome(i2c.writeto_mem, 0x6A, 0x10, b"\x44"), i2c.scan()]
    machine.bus.stuck = False
    machine.bus.detach(0x6A)
    return {"twice": twice, "once": once, "stuck": stuck, "gone": outcome(i2c.readfrom_mem, 0x6A, 0x0F, 1)}


def a_burst_that_fails_half_way_has_used_up_what_it_read():
    i2c = lsm6dso_on_the_bus()
    for register, value in ((0x10, 0x44), (0x11, 0x4C), (0x09, 0x44), (0x0A, 0x06)):
        i2c.writeto_mem(0x6A, register, bytes((value,)))
    time.sleep(1)
    before = i2c.readfrom_mem(0x6A, 0x3A, 1)[0]
    machine.bus.fail_within(24)
    short = outcome(i2c.readfrom_mem, 0x6A, 0x0F, 1)
    failed = outcome(i2c.readfrom_mem, 0x6A, 0x78, 70)
    after = i2c.readfrom_mem(0x6A, 0x3A, 1)[0]
    tag = i2c.readfrom_mem(0x6A, 0x78, 1)[0]
    return {"failed": failed, "used": before - after, "tag": tag >> 3, "short": short}


def a_whole_board_has_the_chip_and_the_samples_its_environment_names():
    chip = next(iter(machine.bus._chips.values()))
    row = array("h", bytes(12))
    read = []
    for k in (0, 1, 2, 3, 900, 0):
        chip.source.fill(k, row)
        read.append(list(row))
    return {"at": machine.I2C(0).scan(), "error": chip.rate_error, "read": read}


def a_board_without_counts_lies_still():
    time.virtual(0)
    row = array("h", bytes(12))
    machine.bus._chips[0x6A].source.fill(7, row)
    return list(row)


def a_pin_is_pulled_driven_and_heard():
    button = Pin(3, Pin.IN, Pin.PULL_UP)
    heard = []
    button.irq(handler=lambda pin: heard.append(pin.value()), trigger=Pin.IRQ_FALLING)
    released = button.value()
    machine.drive(3, 0)
    pressed = button()
    machine.drive(3, 1)
    led = Pin("LED", Pin.OUT, value=0)
    off = machine.level("LED")
    led.on()
    return {"button": [released, pressed], "heard": heard, "led": [off, machine.level("LED")]}


def the_voltage_at_a_pin_is_what_the_test_says():
    unknown = ADC(Pin(4)).read_uv()
    machine.adc_uv[4] = 1_650_000
    high = ADC(4)
    machine.adc_uv[5] = 9_000_000
    return [unknown, high.read_uv(), high.read_u16(), ADC(5).read_u16()]


def a_watchdog_that_is_not_fed_in_time_is_seen_once():
    time.virtual()
    dog = machine.WDT(timeout=100)
    for _ in range(10):
        time.sleep_ms(90)
        dog.feed()
    fed = list(machine.starvations)
    time.sleep_ms(500)
    asleep = list(machine.starvations)
    dog.feed()
    time.advance_us(101_000)  # busy, without a sleep
    dog.feed()
    return {"fed": fed, "asleep": asleep, "busy": machine.starvations}


def a_reset_ends_the_program_and_is_remembered():
    first = machine.reset_cause() == machine.PWRON_RESET
    ended = []
    for restart in (machine.reset, machine.soft_reset, lambda: machine.deepsleep(10)):
        try:
            restart()
        except Exception:
            ended.append("caught by mistake")
        except machine.Reset:
            ended.append(machine.reset_cause())
    return {"first": first, "ended": ended, "resets": machine.resets}
