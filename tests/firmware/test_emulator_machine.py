"""The stand-ins for `time` and `machine`: what a board's program may rely on, and what a test may do to it."""

from pathlib import Path

import numpy as np
import pytest

from firmware.board import run


def test_ticks_wrap_as_on_a_32_bit_board() -> None:
    facts = run("""
        import json, time
        time.virtual(2**30 - 5_000)
        before = time.ticks_us(), time.ticks_ms()
        time.sleep_ms(10)
        after = time.ticks_us(), time.ticks_ms()
        print(json.dumps({"before": before, "after": after, "diff": time.ticks_diff(after[0], before[0]),
                          "back": time.ticks_diff(before[0], after[0]), "add": time.ticks_add(before[0], 10_000),
                          "now": time.now_us()}))
    """)
    assert facts["before"] == [2**30 - 5_000, (2**30 - 5_000) // 1000]
    assert facts["after"] == [5_000, (2**30 + 5_000) // 1000]
    assert (facts["diff"], facts["back"]) == (10_000, -10_000)
    assert facts["add"] == 5_000
    assert facts["now"] == 2**30 + 5_000


def test_ticks_ms_wrap_after_12_days() -> None:
    facts = run("""
        import json, time
        time.virtual(2**30 * 1000 - 1000)
        before = time.ticks_ms()
        time.sleep_ms(2)
        print(json.dumps([before, time.ticks_ms()]))
    """)
    assert facts == [2**30 - 1, 1]


def test_virtual_time_moves_only_by_sleeping_and_gives_the_stand_ins_a_turn_each_millisecond() -> None:
    facts = run("""
        import json, time
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
        print(json.dumps({"still": still, "turns": turns, "now": time.now_us()}))
    """)
    assert facts["still"] == 0
    assert facts["turns"] == [300, 1300, 2300, 3300, 3800, 3800]
    assert facts["now"] == 8800


def test_real_time_passes_and_gives_the_stand_ins_their_turns() -> None:
    facts = run("""
        import json, time
        turns = []
        time.on_sleep(lambda: turns.append(1))
        begin = time.ticks_us()
        time.sleep_ms(20)
        print(json.dumps([time.ticks_diff(time.ticks_us(), begin), len(turns)]))
    """)
    assert facts[0] >= 20_000
    assert facts[1] >= 1


BUS = """
import json, time, machine
import chips
from source import Numbered
time.virtual()
address, chip = chips.make("lsm6dso", Numbered())
machine.bus.attach(address, chip)
i2c = machine.I2C(0, scl=machine.Pin(1), sda=machine.Pin(2), freq=400_000)
def outcome(call, *args):
    try:
        return list(call(*args) or b"")
    except OSError as error:
        return error.errno
"""


def test_the_bus_carries_to_the_chip_and_back() -> None:
    facts = run(
        BUS
        + """
i2c.writeto_mem(0x6A, 0x10, b"\\x44\\x4C")
buffer = bytearray(2)
i2c.readfrom_mem_into(0x6A, 0x10, buffer)
print(json.dumps({"scan": i2c.scan(), "read": list(buffer), "who": list(i2c.readfrom_mem(0x6A, 0x0F, 1)),
                  "soft": list(machine.SoftI2C(scl=1, sda=2).readfrom_mem(0x6A, 0x0F, 1)),
                  "nobody": outcome(i2c.readfrom_mem, 0x6B, 0x0F, 1)}))
"""
    )
    assert facts == {"scan": [0x6A], "read": [0x44, 0x4C], "who": [0x6C], "soft": [0x6C], "nobody": 19}


def test_a_bus_fails_as_often_as_it_is_told_and_then_works() -> None:
    facts = run(
        BUS
        + """
machine.bus.fail(2)
twice = [outcome(i2c.readfrom_mem, 0x6A, 0x0F, 1) for _ in range(3)]
machine.bus.fail(1, 116)
once = [outcome(i2c.writeto_mem, 0x6A, 0x10, b"\\x44"), outcome(i2c.readfrom_mem, 0x6A, 0x10, 1)]
machine.bus.stuck = True
stuck = [outcome(i2c.readfrom_mem, 0x6A, 0x0F, 1), outcome(i2c.writeto_mem, 0x6A, 0x10, b"\\x44"), i2c.scan()]
machine.bus.stuck = False
machine.bus.detach(0x6A)
print(json.dumps({"twice": twice, "once": once, "stuck": stuck, "gone": outcome(i2c.readfrom_mem, 0x6A, 0x0F, 1)}))
"""
    )
    assert facts["twice"] == [5, 5, [0x6C]]
    assert facts["once"] == [116, [0]], "a write that failed did not reach the chip"
    assert facts["stuck"] == [116, 116, []]
    assert facts["gone"] == 19


def test_a_burst_that_fails_half_way_has_used_up_what_it_read() -> None:
    facts = run(
        BUS
        + """
for register, value in ((0x10, 0x44), (0x11, 0x4C), (0x09, 0x44), (0x0A, 0x06)):
    i2c.writeto_mem(0x6A, register, bytes((value,)))
time.sleep(1)
before = i2c.readfrom_mem(0x6A, 0x3A, 1)[0]
machine.bus.fail_within(24)
short = outcome(i2c.readfrom_mem, 0x6A, 0x0F, 1)
failed = outcome(i2c.readfrom_mem, 0x6A, 0x78, 70)
after = i2c.readfrom_mem(0x6A, 0x3A, 1)[0]
tag = i2c.readfrom_mem(0x6A, 0x78, 1)[0]
print(json.dumps({"failed": failed, "used": before - after, "tag": tag >> 3, "short": short}))
"""
    )
    assert facts == {"failed": 5, "used": 3, "tag": 2, "short": [0x6C]}, (
        "three words are gone and the next is an accelerometer's"
    )


@pytest.mark.parametrize("name", ["lsm6dso", "lsm6ds3", "icm42688", "mpu6050", "mpu6886"])
def test_a_whole_board_has_the_chip_and_the_samples_its_environment_names(name: str, tmp_path: Path) -> None:
    rows = np.arange(18, dtype="<i2").reshape(3, 6)
    counts = tmp_path / "counts.i16"
    counts.write_bytes(rows.tobytes())
    facts = run(
        """
        import json, machine
        from array import array
        chip = list(machine.bus._chips.values())[0]
        row = array("h", bytes(12))
        read = []
        for k in (0, 1, 2, 3, 900, 0):
            chip.source.fill(k, row)
            read.append(list(row))
        print(json.dumps({"at": machine.I2C(0).scan(), "error": chip.rate_error, "read": read}))
        """,
        env={"EMULATOR_CHIP": name, "EMULATOR_COUNTS": str(counts), "EMULATOR_RATE_ERROR": "0.013"},
    )
    assert facts["at"] == [0x6A if name.startswith("lsm") else 0x68]
    assert facts["error"] == 0.013
    assert facts["read"] == [rows[k].tolist() for k in (0, 1, 2, 2, 2, 0)], "the last row repeats"


def test_a_cut_file_of_counts_is_refused(tmp_path: Path) -> None:
    cut = tmp_path / "counts.i16"
    cut.write_bytes(bytes(13))
    facts = run(
        """
        import json
        try:
            import machine
        except ValueError as refusal:
            print(json.dumps(str(refusal)))
        """,
        env={"EMULATOR_CHIP": "lsm6dso", "EMULATOR_COUNTS": str(cut)},
    )
    assert "13 bytes" in facts
    assert "EMULATOR_COUNTS" in facts


def test_a_board_without_counts_lies_still() -> None:
    facts = run(
        """
        import json, machine, time
        time.virtual(0)
        from array import array
        row = array("h", bytes(12))
        machine.bus._chips[0x6A].source.fill(7, row)
        print(json.dumps(list(row)))
        """,
        env={"EMULATOR_CHIP": "lsm6dso", "EMULATOR_COUNTS": ""},
    )
    assert facts == [0, 0, 2048, 0, 0, 0]


def test_a_pin_is_pulled_driven_and_heard() -> None:
    facts = run("""
        import json, machine
        from machine import Pin
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
        print(json.dumps({"button": [released, pressed], "heard": heard, "led": [off, machine.level("LED")]}))
    """)
    assert facts == {"button": [1, 0], "heard": [0], "led": [0, 1]}


def test_the_voltage_at_a_pin_is_what_the_test_says() -> None:
    facts = run("""
        import json, machine
        from machine import ADC, Pin
        unknown = ADC(Pin(4)).read_uv()
        machine.adc_uv[4] = 1_650_000
        high = ADC(4)
        machine.adc_uv[5] = 9_000_000
        print(json.dumps([unknown, high.read_uv(), high.read_u16(), ADC(5).read_u16()]))
    """)
    assert facts == [0, 1_650_000, 32767, 65535]


def test_a_watchdog_that_is_not_fed_in_time_is_seen_once() -> None:
    facts = run("""
        import json, machine, time
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
        print(json.dumps({"fed": fed, "asleep": asleep, "busy": machine.starvations}))
    """)
    assert facts["fed"] == []
    assert facts["asleep"] == [1_000_000]
    assert facts["busy"] == [1_000_000, 1_500_000]


def test_a_reset_ends_the_program_and_is_remembered() -> None:
    facts = run("""
        import json, machine
        first = machine.reset_cause() == machine.PWRON_RESET
        ended = []
        for restart in (machine.reset, machine.soft_reset, lambda: machine.deepsleep(10)):
            try:
                restart()
            except Exception:
                ended.append("caught by mistake")
            except machine.Reset:
                ended.append(machine.reset_cause())
        print(json.dumps({"first": first, "ended": ended, "resets": machine.resets}))
    """)
    assert facts["first"]
    assert facts["ended"] == facts["resets"] == [2, 5, 4]
