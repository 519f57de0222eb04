"""What the board does when, command by command: the node in the real MicroPython, its answers read by the host's code.

No time passes and no chip is there (`bench/fake_board.py`); the commands and answers are those of docs/wire-format.md.
"""

from __future__ import annotations

import struct
from math import isnan
from typing import Any

import pytest

from firmware.board import run
from shinsight.wire.messages import (
    Answer,
    AnswerCode,
    BoardEvent,
    BoardState,
    CommandCode,
    DeviceInfo,
    Event,
    ImuBatch,
    Message,
    Setting,
    Status,
    StoredCalibration,
    decode,
)

OK = AnswerCode.OK
C = CommandCode


def said(scene: str, **given: Any) -> Any:
    """What the scene returns."""
    return run(f"node.{scene}", **given)


def messages(answers: list[str]) -> list[Message]:
    return [decode(bytes.fromhex(text)) for text in answers]


def answer(answers: list[str]) -> Answer:
    (only,) = messages(answers)
    assert isinstance(only, Answer)
    return only


def results(every: list[list[str]]) -> list[AnswerCode]:
    return [AnswerCode(answer(answers).result) for answers in every]


# --- who are you


def test_info_says_who_the_board_is_and_what_a_count_means() -> None:
    info, ok = messages(said("info_says_who_the_board_is_and_what_a_count_means"))
    assert isinstance(info, DeviceInfo)
    assert (info.accel_scale_mps2, info.gyro_scale_radps) == pytest.approx((0.005, 0.001))
    assert info == DeviceInfo(
        104.0, info.accel_scale_mps2, info.gyro_scale_radps, 30, board="desk", chip="LSM6DSO", firmware="1.2.3"
    )
    assert ok == Answer(1, C.INFO, OK)


@pytest.mark.parametrize("code", [C.INFO, C.START])
@pytest.mark.parametrize("payload_bytes", [20, 244])
def test_without_a_chip_the_answer_says_why_as_far_as_it_fits(code: CommandCode, payload_bytes: int) -> None:
    answers, sampling = said(
        "without_a_chip_the_answer_says_why_as_far_as_it_fits",
        payload_bytes=payload_bytes,
        code=code.value,
    )
    got = answer(answers)
    assert (got.code, got.result) == (code, AnswerCode.NOT_AVAILABLE)
    assert len(got.data) == min(200, payload_bytes - 4)
    assert ("check power, SDA and SCL " * 20).startswith(got.data.decode())
    assert not sampling


def test_a_command_nobody_knows_is_answered_and_what_is_no_command_is_counted() -> None:
    unknown, silence, ignored = said("a_command_nobody_knows_is_answered_and_what_is_no_command_is_counted")
    assert answer(unknown) == Answer(1, 200, AnswerCode.UNKNOWN_COMMAND)
    assert silence == [[]] * 6
    assert ignored == 6


# --- START and STOP


def started(answers: list[str]) -> tuple[DeviceInfo, int, int, int]:
    """Device info; then sequence of the next batch, samples a batch, batches that can be read back."""
    info, last = messages(answers)
    assert isinstance(info, DeviceInfo)
    assert isinstance(last, Answer)
    assert last.result == OK
    return info, *struct.unpack("<HBH", last.data)


def test_start_is_answered_by_info_and_how_the_stream_is_cut() -> None:
    answers, state, sampling, slots = said("start_is_answered_by_info_and_how_the_stream_is_cut")
    info, sequence, samples, kept = started(answers)
    assert info.rate_hz == 104.0
    assert (sequence, samples, kept) == (0, 8, slots - 1)
    assert slots == 20_000 // (8 + 8 * 12 + 8)
    assert state == BoardState.STREAMING
    assert sampling


def test_whatever_the_connection_carries_the_batches_fit_it() -> None:
    cuts = said("whatever_the_connection_carries_the_batches_fit_it")
    for payload_bytes, samples, with_quaternion in cuts:
        longest = 8 + 12 * samples + 8 * with_quaternion
        assert longest <= payload_bytes
        assert 1 <= samples <= 8
        assert samples == 8 or longest + 12 > payload_bytes
    assert cuts[0] == [20, 1, False]
    assert cuts[-1] == [512, 8, True]


def test_at_the_faster_rate_a_batch_takes_no_longer() -> None:
    samples = said("at_the_faster_rate_a_batch_takes_no_longer")
    assert samples == 16


def test_a_second_start_goes_on_with_the_newest_sample_and_the_rest_can_be_read_back() -> None:
    first, second, back, replay = said("a_second_start_goes_on_with_the_newest_sample_and_the_rest_can_be_read_back")
    assert started(first)[1] == 0
    assert started(second)[1] == 5
    assert answer(back).result == OK
    assert replay == [0, 5]


def test_a_host_with_another_payload_gets_batches_that_fit_it_and_what_waited_is_counted_as_lost() -> None:
    second, dropped = said("a_host_with_another_payload_gets_batches_that_fit_it_and_what_waited_is_counted_as_lost")
    assert started(second)[1:3] == (5, 1)
    assert dropped == 3 * 8 + 3


def test_after_stop_what_was_sampled_can_still_be_read_back_and_all_of_it_comes() -> None:
    stop, back, sent = said("after_stop_what_was_sampled_can_still_be_read_back_and_all_of_it_comes")
    assert answer(stop).result == OK
    assert answer(back).data == struct.pack("<HBHB", 0, 9, 0, 9)
    assert [m.sequence for m in messages(sent) if isinstance(m, ImuBatch)] == list(range(9))


def test_stop_always_ends_in_idle() -> None:
    every = said("stop_always_ends_in_idle")
    assert every == [[BoardState.IDLE, False]] * 2


# --- settings


def test_the_rate_is_one_the_chip_has_and_is_set_while_idle() -> None:
    slow, fast, other, short, busy, info, saved = said("the_rate_is_one_the_chip_has_and_is_set_while_idle")
    assert results([slow, fast, other, short, busy]) == [
        OK, OK, AnswerCode.NOT_AVAILABLE, AnswerCode.BAD_ARGUMENT, AnswerCode.BUSY,
    ]  # fmt: skip
    assert answer(other).data == struct.pack("<HH", 104, 208)
    assert started(info)[0].rate_hz == 208.0
    assert saved == [True, 208]


GOOD = [
    (Setting.MODE, b"\x01", "mode", 1),
    (Setting.MODE, b"\x00", "mode", 0),
    (Setting.IDLE_SLEEP, b"\x00\x00", "idle_sleep_s", 0),
    (Setting.IDLE_SLEEP, b"\xff\xff", "idle_sleep_s", 65535),
    (Setting.QUATERNION, b"\x00", "quaternion", False),
    (Setting.QUATERNION, b"\x01", "quaternion", True),
    (Setting.NAME, "Schienbein ü".encode(), "name", "Schienbein ü"),
    (Setting.NAME, b"x", "name", "x"),
    (Setting.NAME, b"x" * 20, "name", "x" * 20),
]


def test_settings_take_what_the_wire_format_allows() -> None:
    rows = [(setting.value, value, name) for setting, value, name, _ in GOOD]
    every = said("settings_take_what_the_wire_format_allows", rows=rows)
    assert [(answer(answers).result, kept, saved) for answers, kept, saved in every] == [
        (OK, kept, True) for *_, kept in GOOD
    ]


BAD = [
    b"",
    bytes([Setting.FACTORY, 0]),
    bytes([Setting.MODE]),
    bytes([Setting.MODE, 2]),
    bytes([Setting.MODE, 0, 0]),
    bytes([Setting.IDLE_SLEEP, 1]),
    bytes([Setting.IDLE_SLEEP, 1, 2, 3]),
    bytes([Setting.QUATERNION]),
    bytes([Setting.QUATERNION, 2]),
    bytes([Setting.NAME]),
    bytes([Setting.NAME]) + b"x" * 21,
    bytes([Setting.NAME]) + b"a\nb",
    bytes([Setting.NAME]) + b"a\x00",
    bytes([Setting.NAME]) + b"\xc3",
    bytes([Setting.NAME]) + b"\xff\xfe",
    bytes([200, 1]),
    bytes([255]),
]


def test_bad_settings_are_refused_and_change_nothing() -> None:
    every, before, after, saved = said("bad_settings_are_refused_and_change_nothing", bad=BAD)
    assert results(every) == [AnswerCode.BAD_ARGUMENT] * len(BAD)
    assert after == before
    assert not saved


def test_factory_settings_forget_everything_calibration_too() -> None:
    ok, after, fresh = said("factory_settings_forget_everything_calibration_too")
    assert answer(ok).result == OK
    assert after == fresh


def test_a_stored_calibration_travels_with_the_info() -> None:
    info, _ = messages(said("a_stored_calibration_travels_with_the_info"))
    assert isinstance(info, DeviceInfo)
    assert info.calibration == StoredCalibration(
        (0.0, 0.125, 0.25), tuple(i / 8 for i in range(3, 12)), (1.5, 1.625, 1.75)
    )


def test_without_the_quaternion_setting_batches_go_without() -> None:
    samples, with_quaternion = said("without_the_quaternion_setting_batches_go_without")
    assert (samples, with_quaternion) == (8, False)


def test_another_mode_begins_with_the_next_start() -> None:
    """In the middle of a stream its batches would not be those the host was told of, or would not fit its payload."""
    before, after = said(
        "another_mode_begins_with_the_next_start",
    )
    assert before == [True, True]
    assert after == [False, True]


# --- STATUS, IDENTIFY, CRASH


def test_status_is_promised_and_holds_what_the_node_knows() -> None:
    ok, promised, status = said("status_is_promised_and_holds_what_the_node_knows")
    assert answer(ok).result == OK
    assert promised
    (got,) = messages(status)
    kept_s = (20_000 // 112 - 1) * 8 // 104
    assert got == Status(77, 3.9, 76, 25.12, 5, 30, BoardState.STREAMING, kept_s, 3)


def test_what_status_does_not_know_is_unknown_and_what_does_not_fit_is_at_its_end() -> None:
    (got,) = messages(
        said(
            "what_status_does_not_know_is_unknown_and_what_does_not_fit_is_at_its_end",
        )
    )
    assert isinstance(got, Status)
    assert isnan(got.battery_v)
    assert isnan(got.temperature_c)
    assert (got.battery_percent, got.queue_high_water, got.shed, got.kept_s) == (255, 65535, 65535, 255)


REPORT = "firmware 1.2.3\nTraceback: " + "abcdefghij" * 50


@pytest.mark.parametrize(("payload_bytes", "chunk"), [(20, 16), (244, 200), (512, 200)])
def test_a_crash_report_comes_in_pieces_that_fit_and_ends_with_an_empty_one(payload_bytes: int, chunk: int) -> None:
    every = said(
        "a_crash_report_comes_in_pieces_that_fit_and_ends_with_an_empty_one",
        payload_bytes=payload_bytes,
        report=REPORT.encode(),
    )
    pieces = [answer(answers) for answers in every]
    assert {piece.result for piece in pieces} == {OK}
    assert b"".join(piece.data for piece in pieces).decode() == REPORT
    assert max(len(piece.data) for piece in pieces) == chunk


def test_a_crash_report_can_be_forgotten_and_then_there_is_none() -> None:
    none, short, forget, after, must_forget, none_before = said(
        "a_crash_report_can_be_forgotten_and_then_there_is_none",
    )
    assert results([none, short, forget, after, none_before]) == [
        OK, AnswerCode.BAD_ARGUMENT, OK, AnswerCode.NOT_AVAILABLE, AnswerCode.NOT_AVAILABLE,
    ]  # fmt: skip
    assert answer(none).data == b""
    assert must_forget


# --- READ_BACK


def asked_back(first: int, count: int, **given: Any) -> tuple[Answer, list[int]]:
    """The answer, and the sequence numbers of the batches that come then."""
    answers, sent = said("asked_back", first=first, count=count, **given)
    came = messages(sent)
    assert all(isinstance(m, ImuBatch) and m.flags & 8 for m in came)
    return answer(answers), [m.sequence for m in came if isinstance(m, ImuBatch)]


def test_what_is_still_there_comes_again_and_the_answer_says_which() -> None:
    got, came = asked_back(4, 9, sampled=20)
    assert got.data == struct.pack("<HBHB", 4, 9, 4, 9)
    assert came == list(range(4, 13))


def test_what_is_partly_gone_comes_as_far_as_it_is_there() -> None:
    got, came = asked_back(0, 25, sampled=30, memory=112 * 11)
    assert got.data == struct.pack("<HBHB", 0, 25, 20, 5)
    assert came == [20, 21, 22, 23, 24]


def test_what_is_not_there_yet_is_left_out() -> None:
    got, came = asked_back(7, 200, sampled=10)
    assert got.data == struct.pack("<HBHB", 7, 200, 7, 3)
    assert came == [7, 8, 9]


@pytest.mark.parametrize(("first", "count"), [(0, 5), (19, 1), (30, 3), (31, 3), (40000, 255), (25, 0)])
def test_what_is_gone_or_never_was_is_not_available(first: int, count: int) -> None:
    got, came = asked_back(first, count, sampled=30, memory=112 * 11)
    assert (got.result, got.data) == (AnswerCode.NOT_AVAILABLE, struct.pack("<HB", first, count))
    assert came == []


def test_sequence_numbers_wrap_and_are_found_on_both_sides() -> None:
    got, came = asked_back(65533, 6, sampled=12, sequence=65530)
    assert got.data == struct.pack("<HBHB", 65533, 6, 65533, 6)
    assert came == [65533, 65534, 65535, 0, 1, 2]


def test_before_anything_was_sampled_nothing_is_available() -> None:
    got, _ = asked_back(0, 1, sampled=0)
    assert got.result == AnswerCode.NOT_AVAILABLE


@pytest.mark.parametrize("payload_bytes", [20, 103, 104, 111, 112])
def test_a_connection_that_cannot_carry_the_batches_is_told_so(payload_bytes: int) -> None:
    got, sent = said("a_connection_that_cannot_carry_the_batches_is_told_so", payload_bytes=payload_bytes)
    fits = payload_bytes >= 112
    assert answer(got).result == (OK if fits else AnswerCode.NOT_AVAILABLE)
    assert len(sent) == (5 if fits else 0)


@pytest.mark.parametrize("argument", ["", "00", "0000", "00000000"])
def test_a_read_back_needs_its_three_bytes(argument: str) -> None:
    got = said("a_read_back_needs_its_three_bytes", argument=bytes.fromhex(argument))
    assert answer(got).result == AnswerCode.BAD_ARGUMENT


# --- who it is, and its calibration


def test_the_serial_number_is_the_chips_own() -> None:
    assert answer(said("the_serial_number_is_the_chips_own")) == Answer(1, C.SERIAL, OK, b"\x01\xab\x00")


NUMBERS = tuple(i / 8 - 1.0 for i in range(15))


def calibrated(*arguments: bytes) -> Any:
    """Results of SET, what is kept then, whether it is to be saved and to be taken over."""
    return said("calibrated", arguments=arguments)


def test_a_calibration_that_is_set_is_kept_and_an_empty_one_forgets_it() -> None:
    wanted = bytes([Setting.CALIBRATION]) + struct.pack("<15f", *NUMBERS)
    assert len(wanted) + 3 == 64  # the longest write that a board takes
    every, kept, saved, taken_over = calibrated(wanted)
    assert results(every) == [OK]
    assert kept == list(NUMBERS)
    assert (saved, taken_over) == (True, True)
    every, kept, _, _ = calibrated(wanted, bytes([Setting.CALIBRATION]))
    assert results(every) == [OK, OK]
    assert kept is None


def test_another_setting_leaves_the_orientation_as_it_is() -> None:
    _, _, saved, taken_over = calibrated(bytes([Setting.NAME]) + b"me")
    assert (saved, taken_over) == (True, False)


@pytest.mark.parametrize(
    "value",
    [
        struct.pack("<14f", *NUMBERS[:14]),
        struct.pack("<15f", *NUMBERS) + b"\x00",
        struct.pack("<15f", *NUMBERS[:14], 101.0),
        struct.pack("<15f", *NUMBERS[:14], float("nan")),
        struct.pack("<15f", float("-inf"), *NUMBERS[1:]),
    ],
    ids=["too short", "too long", "out of bounds", "no number", "infinite"],
)
def test_a_calibration_that_is_none_changes_nothing(value: bytes) -> None:
    every, kept, saved, _ = calibrated(bytes([Setting.CALIBRATION]) + value)
    assert results(every) == [AnswerCode.BAD_ARGUMENT]
    assert (kept, saved) == (None, False)


def test_while_it_streams_a_board_takes_no_calibration_for_its_host_has_been_told_another() -> None:
    busy, kept = said(
        "while_it_streams_a_board_takes_no_calibration_for_its_host_has_been_told_another", numbers=NUMBERS
    )
    assert answer(busy).result == AnswerCode.BUSY
    assert kept is None


@pytest.mark.parametrize("code", [5, 6])
def test_the_boards_own_calibration_of_old_firmware_is_no_more(code: int) -> None:
    assert (
        answer(said("the_boards_own_calibration_of_old_firmware_is_no_more", code=code)).result
        == AnswerCode.UNKNOWN_COMMAND
    )


# --- time, links, button, light


def test_an_idle_board_goes_to_sleep_and_a_host_or_a_command_wakes_it() -> None:
    states = said("an_idle_board_goes_to_sleep_and_a_host_or_a_command_wakes_it")
    asleep, awake = BoardState.SLEEPING, BoardState.IDLE
    assert states == [awake, asleep, awake, asleep, awake, awake]


def test_a_board_told_never_to_sleep_stays_awake_and_another_sleeps_when_it_is_told() -> None:
    states = said("a_board_told_never_to_sleep_stays_awake_and_another_sleeps_when_it_is_told")
    assert states == [BoardState.IDLE, BoardState.IDLE, BoardState.SLEEPING]


def test_a_stream_outlives_its_host_by_two_minutes_and_a_host_that_returns_must_say_start_again() -> None:
    trail = said("a_stream_outlives_its_host_by_two_minutes_and_a_host_that_returns_must_say_start_again")
    streaming = BoardState.STREAMING
    assert trail == [[streaming, False]] * 3 + [[streaming, True], [BoardState.IDLE, False]]


def test_another_host_that_is_there_does_not_keep_the_stream_of_one_that_went() -> None:
    state = said("another_host_that_is_there_does_not_keep_the_stream_of_one_that_went")
    assert state == BoardState.IDLE


@pytest.mark.parametrize(
    ("levels", "events"),
    [
        ([(1, 100), (0, 100)], [BoardEvent.BUTTON]),
        ([(1, 1400), (0, 100)], [BoardEvent.BUTTON]),
        ([(1, 4), (0, 4), (1, 4), (0, 4), (1, 120), (0, 4), (1, 4), (0, 100)], [BoardEvent.BUTTON]),
        ([(1, 20), (0, 100)], []),
        ([(0, 1000)], []),
        ([(1, 4000), (0, 100)], [BoardEvent.BUTTON_LONG]),
        ([(1, 2000), (0, 200), (1, 100), (0, 100)], [BoardEvent.BUTTON_LONG, BoardEvent.BUTTON]),
    ],
    ids=["short", "nearly long", "bouncing", "a spark", "untouched", "long", "long then short"],
)
def test_a_press_is_one_event_however_it_bounces(levels: list[tuple[int, int]], events: list[BoardEvent]) -> None:
    sent, _ = said("a_press_is_one_event_however_it_bounces", levels=levels)
    assert messages(sent) == [Event(5, event) for event in events]


def test_a_long_press_puts_a_waiting_board_to_sleep_and_any_press_wakes_it() -> None:
    states = said("a_long_press_puts_a_waiting_board_to_sleep_and_any_press_wakes_it")
    asleep, awake = BoardState.SLEEPING, BoardState.IDLE
    assert states == [asleep, awake, asleep, awake, BoardState.STREAMING]


def blinks(runs: list[list[Any]]) -> list[int]:
    """Milliseconds on, off, on, off, ..."""
    assert all(on != (k % 2 == 1) for k, (on, _) in enumerate(runs))
    return [ms for _, ms in runs]


@pytest.mark.parametrize(
    ("state", "pattern"),
    [
        ("waiting", [50, 1950] * 2),
        ("streaming", [50, 150, 50, 1750] * 2),
        ("no chip", [500] * 8),
        ("identifying", [100] * 40),
    ],
    ids=["waiting: a flash", "streaming: two", "no chip: slow, even", "identifying: fast"],
)
def test_the_light_says_what_the_board_does(state: str, pattern: list[int]) -> None:
    assert blinks(said("the_light_says_what_the_board_does", state=state)) == pattern


def test_a_sleeping_board_is_dark_and_identifying_ends_after_five_seconds() -> None:
    dark, identified = said("a_sleeping_board_is_dark_and_identifying_ends_after_five_seconds")
    assert dark == [[False, 4000]]
    ok, runs = identified
    assert answer(ok).result == OK
    assert blinks(runs)[:49] == [100] * 49
    assert len(runs) < 60


# --- a chip that goes


def test_a_chip_that_stopped_answering_ends_what_needed_it_and_is_said() -> None:
    state, answers, info = said("a_chip_that_stopped_answering_ends_what_needed_it_and_is_said")
    assert state == [BoardState.IDLE, False, False]
    assert answer(answers).data == b"LSM6DSO stopped answering: 5"
    assert info is None


# --- anything at all


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_twenty_five_thousand_commands_of_any_kind_leave_a_board_that_answers(seed: int) -> None:
    """Four times: 10^5. Samples come and go meanwhile, links break, buttons are pressed, hours pass."""
    faults, grown, state, info = said("twenty_five_thousand_commands_of_any_kind_leave_a_board_that_answers", seed=seed)
    assert faults == []
    assert grown < 4_000
    assert state == BoardState.IDLE
    assert isinstance(messages(info)[0], DeviceInfo)
