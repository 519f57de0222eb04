"""The stand-ins for `time` and `machine`: what a board's program may rely on, and what a test may do to it."""

from pathlib import Path

import numpy as np
import pytest

from firmware.board import run


def test_ticks_wrap_as_on_a_32_bit_board() -> None:
    facts = run("emulator_machine.ticks_wrap_as_on_a_32_bit_board")
    assert facts["before"] == [2**30 - 5_000, (2**30 - 5_000) // 1000]
    assert facts["after"] == [5_000, (2**30 + 5_000) // 1000]
    assert (facts["diff"], facts["back"]) == (10_000, -10_000)
    assert facts["add"] == 5_000
    assert facts["now"] == 2**30 + 5_000


def test_ticks_ms_wrap_after_12_days() -> None:
    facts = run("emulator_machine.ticks_ms_wrap_after_12_days")
    assert facts == [2**30 - 1, 1]


def test_virtual_time_moves_only_by_sleeping_and_gives_the_stand_ins_a_turn_each_millisecond() -> None:
    facts = run("emulator_machine.virtual_time_moves_only_by_sleeping_and_gives_the_stand_ins_a_turn_each_millisecond")
    assert facts["still"] == 0
    assert facts["turns"] == [300, 1300, 2300, 3300, 3800, 3800]
    assert facts["now"] == 8800


def test_real_time_passes_and_gives_the_stand_ins_their_turns() -> None:
    facts = run("emulator_machine.real_time_passes_and_gives_the_stand_ins_their_turns")
    assert facts[0] >= 20_000
    assert facts[1] >= 1


def test_the_bus_carries_to_the_chip_and_back() -> None:
    facts = run("emulator_machine.the_bus_carries_to_the_chip_and_back")
    assert facts == {"scan": [0x6A], "read": [0x44, 0x4C], "who": [0x6C], "soft": [0x6C], "nobody": 19}


def test_a_bus_fails_as_often_as_it_is_told_and_then_works() -> None:
    facts = run("emulator_machine.a_bus_fails_as_often_as_it_is_told_and_then_works")
    assert facts["twice"] == [5, 5, [0x6C]]
    assert facts["once"] == [116, [0]], "a write that failed did not reach the chip"
    assert facts["stuck"] == [116, 116, []]
    assert facts["gone"] == 19


def test_a_burst_that_fails_half_way_has_used_up_what_it_read() -> None:
    facts = run("emulator_machine.a_burst_that_fails_half_way_has_used_up_what_it_read")
    assert facts == {"failed": 5, "used": 3, "tag": 2, "short": [0x6C]}, (
        "three words are gone and the next is an accelerometer's"
    )


@pytest.mark.parametrize("name", ["lsm6dso", "lsm6ds3", "icm42688", "mpu6050", "mpu6886"])
def test_a_whole_board_has_the_chip_and_the_samples_its_environment_names(name: str, tmp_path: Path) -> None:
    rows = np.arange(18, dtype="<i2").reshape(3, 6)
    counts = tmp_path / "counts.i16"
    counts.write_bytes(rows.tobytes())
    facts = run(
        "emulator_machine.a_whole_board_has_the_chip_and_the_samples_its_environment_names",
        env={"EMULATOR_CHIP": name, "EMULATOR_COUNTS": str(counts), "EMULATOR_RATE_ERROR": "0.013"},
    )
    assert facts["at"] == [0x6A if name.startswith("lsm") else 0x68]
    assert facts["error"] == 0.013
    assert facts["read"] == [rows[k].tolist() for k in (0, 1, 2, 2, 2, 0)], "the last row repeats"


def test_a_cut_file_of_counts_is_refused(tmp_path: Path) -> None:
    cut = tmp_path / "counts.i16"
    cut.write_bytes(bytes(13))
    facts = run(
        "counts_of_an_emulator.refused",
        env={"EMULATOR_CHIP": "lsm6dso", "EMULATOR_COUNTS": str(cut)},
    )
    assert "13 bytes" in facts
    assert "EMULATOR_COUNTS" in facts


def test_a_board_without_counts_lies_still() -> None:
    facts = run(
        "emulator_machine.a_board_without_counts_lies_still",
        env={"EMULATOR_CHIP": "lsm6dso", "EMULATOR_COUNTS": ""},
    )
    assert facts == [0, 0, 2048, 0, 0, 0]


def test_a_pin_is_pulled_driven_and_heard() -> None:
    facts = run("emulator_machine.a_pin_is_pulled_driven_and_heard")
    assert facts == {"button": [1, 0], "heard": [0], "led": [0, 1]}


def test_the_voltage_at_a_pin_is_what_the_test_says() -> None:
    facts = run("emulator_machine.the_voltage_at_a_pin_is_what_the_test_says")
    assert facts == [0, 1_650_000, 32767, 65535]


def test_a_watchdog_that_is_not_fed_in_time_is_seen_once() -> None:
    facts = run("emulator_machine.a_watchdog_that_is_not_fed_in_time_is_seen_once")
    assert facts["fed"] == []
    assert facts["asleep"] == [1_000_000]
    assert facts["busy"] == [1_000_000, 1_500_000]


def test_a_reset_ends_the_program_and_is_remembered() -> None:
    facts = run("emulator_machine.a_reset_ends_the_program_and_is_remembered")
    assert facts["first"]
    assert facts["ended"] == facts["resets"] == [2, 5, 4]
