"""The whole firmware, turn by turn, in virtual time: what only shows when all parts are put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from firmware.board import run
from shinsight.wire.messages import Answer, AnswerCode, CommandCode, DeviceInfo, Message, Status, decode


def played(tmp_path: Path, scene: str, **given: Any) -> Any:
    return run(f"app.{scene}", cwd=tmp_path, **given)


def messages(texts: list[str]) -> list[Message]:
    return [decode(bytes.fromhex(text)) for text in texts]


def test_commands_that_come_all_at_once_are_obeyed_in_their_order(tmp_path: Path) -> None:
    """Else the chip would go on at the old rate under a device info that says the new one."""
    others, delivered, rate_hz = played(
        tmp_path,
        "commands_that_come_all_at_once_are_obeyed_in_their_order",
    )
    said = [m for m in messages(others) if not isinstance(m, Status)]
    assert [(m.code, m.result) for m in said if isinstance(m, Answer)] == [
        (code, AnswerCode.OK) for code in (CommandCode.STOP, CommandCode.SET_RATE, CommandCode.START)
    ]
    assert [m.rate_hz for m in said if isinstance(m, DeviceInfo)] == [208.0]
    assert rate_hz == 208.0
    assert delivered == pytest.approx(5 * 208 * 1.013, rel=0.08)


def test_garbage_of_any_kind_costs_no_sample(tmp_path: Path) -> None:
    books, ignored = played(
        tmp_path,
        "garbage_of_any_kind_costs_no_sample",
    )
    assert books["live in order"]
    assert books["rising"]
    assert (books["absent"], books["board says lost"], books["missing batches"], books["starved"]) == (0, 0, 0, 0)
    assert books["delivered"] > 2500
    assert ignored > 300


@pytest.mark.parametrize("chip", ["lsm6dso", "icm42688", "mpu6050"])
def test_a_chip_that_is_not_there_is_said_and_found_by_itself_when_it_comes(chip: str, tmp_path: Path) -> None:
    empty, refused, info, started, delivered = played(
        tmp_path,
        "a_chip_that_is_not_there_is_said_and_found_by_itself_when_it_comes",
        chip=chip,
    )
    assert empty == 0
    expected = "nothing answers on the I2C bus (looked at 0x68, 0x69, 0x6A, 0x6B): check power, SDA and SCL in board.py"
    assert refused == [[AnswerCode.NOT_AVAILABLE, expected]] * 2
    assert isinstance(messages([info])[0], DeviceInfo)
    assert started == AnswerCode.OK
    assert delivered > 250


def test_a_chip_that_goes_before_it_is_needed_is_said_to_whom_asks_and_its_losses_stay_counted(tmp_path: Path) -> None:
    start, again, lost, delivered = played(
        tmp_path,
        "a_chip_that_goes_before_it_is_needed_is_said_to_whom_asks_and_its_losses_stay_counted",
    )
    assert start == [AnswerCode.NOT_AVAILABLE, "LSM6DSO stopped answering: [Errno 19] ENODEV"]
    assert again == AnswerCode.OK
    assert lost[0] > 100
    assert lost == [lost[0]] * 3
    assert delivered > 150


def test_once_streaming_the_watchdog_is_fed_in_every_state_and_not_begun_before(tmp_path: Path) -> None:
    """Before, a tool that copies files may stop the program for as long as it likes."""
    before, after, starved = played(
        tmp_path,
        "once_streaming_the_watchdog_is_fed_in_every_state_and_not_begun_before",
    )
    assert before
    assert after == 3
    assert starved == 0


def test_a_short_press_wakes_a_sleeping_board(tmp_path: Path) -> None:
    """A press lasts a tenth of a second; a board that looked less often would miss it."""
    states = played(
        tmp_path,
        "a_short_press_wakes_a_sleeping_board",
    )
    assert states == [3, 0] * 4


@pytest.mark.parametrize(("largest_piece", "kept_s"), [(1_000_000, 60), (50_000, 34), (5_000, 3)])
def test_a_heap_in_pieces_keeps_as_much_as_fits_into_one(largest_piece: int, kept_s: int, tmp_path: Path) -> None:
    """On an ESP32 the radio leaves the memory cut up: what is free is more than what can be had in one piece."""
    books, said_s = played(
        tmp_path,
        "a_heap_in_pieces_keeps_as_much_as_fits_into_one",
        largest_piece=largest_piece,
    )
    assert books["absent"] == 0
    assert books["delivered"] > 250
    assert said_s == pytest.approx(kept_s, rel=0.3, abs=1)
    assert said_s * 104 * 14 <= largest_piece


def test_a_heap_without_any_room_is_an_error_and_not_a_loop(tmp_path: Path) -> None:
    error = run(
        "app.a_heap_without_any_room_is_an_error_and_not_a_loop",
        cwd=tmp_path,
    )
    assert error == "MemoryError"
