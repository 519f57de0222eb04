"""What the board does when, command by command: the node in the real MicroPython, its answers read by the host's code.

No time passes and no chip is there (`bench/desk.py`); the commands and answers are those of docs/wire-format.md.
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


def said(script: str, *, desk: str = "") -> Any:
    """What the script gives to `show`."""
    return run(f"""
import json, struct
import settings as stored
import wire
from desk import Desk, Link, Turns, hexed
desk = Desk({desk})
node, batches, link = desk.node, desk.batches, desk.link
def show(*values):
    print(json.dumps(values[0] if len(values) == 1 else values))
{script}
""")


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
    info, ok = messages(said("show(desk.ask(wire.INFO))"))
    assert info == DeviceInfo(
        104.0, pytest.approx(0.005), pytest.approx(0.001), 30, board="desk", chip="LSM6DSO", firmware="1.2.3"
    )
    assert ok == Answer(1, C.INFO, OK)


@pytest.mark.parametrize("code", [C.INFO, C.START])
@pytest.mark.parametrize("payload_bytes", [20, 244])
def test_without_a_chip_the_answer_says_why_as_far_as_it_fits(code: CommandCode, payload_bytes: int) -> None:
    answers, sampling = said(
        f"node.identity.problem = 'check power, SDA and SCL ' * 20\nshow(desk.ask({code.value}), node.sampling)",
        desk=f"{payload_bytes}, chip=False",
    )
    got = answer(answers)
    assert (got.code, got.result) == (code, AnswerCode.NOT_AVAILABLE)
    assert len(got.data) == min(200, payload_bytes - 4)
    assert ("check power, SDA and SCL " * 20).startswith(got.data.decode())
    assert not sampling


def test_a_command_nobody_knows_is_answered_and_what_is_no_command_is_counted() -> None:
    unknown, silence, ignored = said("""
unknown = desk.ask(200, b"whatever")
silence = [node.handle(m, link, 0) for m in (b"", b"\\x60", b"\\x60\\x01", b"\\x61\\x01\\x01", bytes(20), bytes(500))]
show(unknown, [list(s) for s in silence], node.ignored)
""")
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
    answers, state, sampling, slots = said("show(desk.ask(wire.START), node.state, node.sampling, batches.slots)")
    info, sequence, samples, kept = started(answers)
    assert info.rate_hz == 104.0
    assert (sequence, samples, kept) == (0, 8, slots - 1)
    assert slots == 20_000 // (8 + 8 * 12 + 8)
    assert state == BoardState.STREAMING
    assert sampling


def test_whatever_the_connection_carries_the_batches_fit_it() -> None:
    cuts = said("""
cuts = []
for payload_bytes in range(20, 513):
    desk = Desk(payload_bytes)
    desk.ask(wire.START)
    cuts.append((payload_bytes, desk.batches.samples, desk.batches.with_quaternion))
show(cuts)
""")
    for payload_bytes, samples, with_quaternion in cuts:
        longest = 8 + 12 * samples + 8 * with_quaternion
        assert longest <= payload_bytes
        assert 1 <= samples <= 8
        assert samples == 8 or longest + 12 > payload_bytes
    assert cuts[0] == [20, 1, False]
    assert cuts[-1] == [512, 8, True]


def test_at_the_faster_rate_a_batch_takes_no_longer() -> None:
    samples = said('desk.ask(wire.SET_RATE, b"\\xd0\\x00")\ndesk.ask(wire.START)\nshow(batches.samples)')
    assert samples == 16


def test_a_second_start_goes_on_with_the_newest_sample_and_the_rest_can_be_read_back() -> None:
    first, second, back, replay = said("""
first = desk.ask(wire.START)
desk.sample(5)
second = desk.ask(wire.START)
show(first, second, desk.ask(wire.READ_BACK, struct.pack("<HB", 0, 5)), node.replay[:2])
""")
    assert started(first)[1] == 0
    assert started(second)[1] == 5
    assert answer(back).result == OK
    assert replay == [0, 5]


def test_a_host_with_another_payload_gets_batches_that_fit_it_and_what_waited_is_counted_as_lost() -> None:
    second, dropped = said("""
desk.ask(wire.START)
desk.sample(5)
batches.mark_sent(0); batches.mark_sent(1)
batches.unsent = 2
batches.filled = 3
show(desk.ask(wire.START, link=Link(20)), batches.dropped)
""")
    assert started(second)[1:3] == (5, 1)
    assert dropped == 3 * 8 + 3


def test_after_stop_what_was_sampled_can_still_be_read_back_and_all_of_it_comes() -> None:
    stop, back, sent = said("""
from outbox import Outbox
outbox = Outbox(node, batches)
outbox.orientation = Turns()
desk.ask(wire.START)
link.full = True
desk.sample(9)
outbox.pump()
stop = desk.ask(wire.STOP)
link.full = False
back = desk.ask(wire.READ_BACK, struct.pack("<HB", 0, 9))
for _ in range(5):
    outbox.pump()
show(stop, back, link.take())
""")
    assert answer(stop).result == OK
    assert answer(back).data == struct.pack("<HBHB", 0, 9, 0, 9)
    assert [m.sequence for m in messages(sent) if isinstance(m, ImuBatch)] == list(range(9))


def test_stop_always_ends_in_idle() -> None:
    every = said("""
def state_after(*codes):
    desk = Desk()
    for code in codes:
        desk.ask(code)
    return desk.node.state, desk.node.sampling
show(state_after(wire.STOP), state_after(wire.START, wire.STOP))
""")
    assert every == [[BoardState.IDLE, False]] * 2


# --- settings


def test_the_rate_is_one_the_chip_has_and_is_set_while_idle() -> None:
    slow, fast, other, short, busy, info, saved = said("""
def rate(*argument):
    return desk.ask(wire.SET_RATE, bytes(argument))
slow, fast, other, short = rate(104, 0), rate(208, 0), rate(100, 0), rate(104)
saved = node.must_save
info = desk.ask(wire.START)
show(slow, fast, other, short, rate(104, 0), info, [saved, node.settings.rate_hz])
""")
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
    every = said(f"""
every = []
for setting, value, name in {rows!r}:
    node.must_save = False
    answers = desk.ask(wire.SET, bytes((setting,)) + value)
    every.append((answers, getattr(node.settings, name), node.must_save))
show(every)
""")
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
    every, before, after, saved = said(f"""
before = str(node.settings.__dict__)
every = [desk.ask(wire.SET, argument) for argument in {BAD!r}]
show(every, before, str(node.settings.__dict__), node.must_save)
""")
    assert results(every) == [AnswerCode.BAD_ARGUMENT] * len(BAD)
    assert after == before
    assert not saved


def test_factory_settings_forget_everything_calibration_too() -> None:
    ok, after, fresh = said("""
desk.ask(wire.SET_RATE, b"\\xd0\\x00")
for argument in (b"\\x01\\x01", b"\\x02\\x07\\x00", b"\\x03\\x00", b"\\x04me"):
    desk.ask(wire.SET, argument)
node.settings.calibration = (0.0,) * 15
show(desk.ask(wire.SET, b"\\x00"), str(node.settings.__dict__), str(stored.Settings().__dict__))
""")
    assert answer(ok).result == OK
    assert after == fresh


def test_a_stored_calibration_travels_with_the_info() -> None:
    info, _ = messages(said("node.settings.calibration = tuple(i / 8 for i in range(15))\nshow(desk.ask(wire.INFO))"))
    assert isinstance(info, DeviceInfo)
    assert info.calibration == StoredCalibration(
        (0.0, 0.125, 0.25), tuple(i / 8 for i in range(3, 12)), (1.5, 1.625, 1.75)
    )


def test_without_the_quaternion_setting_batches_go_without() -> None:
    samples, with_quaternion = said(
        'desk.ask(wire.SET, b"\\x03\\x00")\ndesk.ask(wire.START)\nshow(batches.samples, batches.with_quaternion)'
    )
    assert (samples, with_quaternion) == (8, False)


def test_another_mode_begins_with_the_next_start() -> None:
    """In the middle of a stream its batches would not be those the host was told of, or would not fit its payload."""
    before, after = said(
        """
desk.ask(wire.SET, bytes((wire.SET_MODE, stored.ORIENTATION)))
desk.ask(wire.START)
before = node.orientation_only
desk.ask(wire.SET, bytes((wire.SET_MODE, stored.SAMPLES)))
still = node.orientation_only
desk.ask(wire.START)
show([before, still], [node.orientation_only, batches.bytes <= link.payload_bytes])
""",
        desk="20",
    )
    assert before == [True, True]
    assert after == [False, True]


# --- STATUS, IDENTIFY, CRASH


def test_status_is_promised_and_holds_what_the_node_knows() -> None:
    ok, promised, status = said("""
desk.ask(wire.START)
desk.sample(30)
node.shed = 3
ok = desk.ask(wire.STATUS)
show(ok, node.must_say_status, hexed([node.status(77, 3900, 76, 2512, 5)]))
""")
    assert answer(ok).result == OK
    assert promised
    (got,) = messages(status)
    kept_s = (20_000 // 112 - 1) * 8 // 104
    assert got == Status(77, 3.9, 76, 25.12, 5, 30, BoardState.STREAMING, kept_s, 3)


def test_what_status_does_not_know_is_unknown_and_what_does_not_fit_is_at_its_end() -> None:
    (got,) = messages(
        said(
            """
node.shed = batches.waited = 100_000
show(hexed([node.status(1, wire.BATTERY_UNKNOWN_MV, wire.BATTERY_UNKNOWN_PERCENT, wire.TEMPERATURE_UNKNOWN, 0)]))
""",
            desk="20, memory=600_000",
        )
    )
    assert isinstance(got, Status)
    assert isnan(got.battery_v)
    assert isnan(got.temperature_c)
    assert (got.battery_percent, got.queue_high_water, got.shed, got.kept_s) == (255, 65535, 65535, 255)


REPORT = "firmware 1.2.3\\nTraceback: " + "abcdefghij" * 50


@pytest.mark.parametrize(("payload_bytes", "chunk"), [(20, 16), (244, 200), (512, 200)])
def test_a_crash_report_comes_in_pieces_that_fit_and_ends_with_an_empty_one(payload_bytes: int, chunk: int) -> None:
    every, whole = said(
        f"""
whole = "{REPORT}"
desk.node._crash = whole.encode()
every, offset = [], 0
while True:
    answers = desk.ask(wire.CRASH, struct.pack("<H", offset))
    every.append(answers)
    if len(answers[0]) == 8 or len(every) > 200:
        break
    offset += len(answers[0]) // 2 - 4
show(every, whole)
""",
        desk=str(payload_bytes),
    )
    pieces = [answer(answers) for answers in every]
    assert {piece.result for piece in pieces} == {OK}
    assert b"".join(piece.data for piece in pieces).decode() == whole
    assert max(len(piece.data) for piece in pieces) == chunk


def test_a_crash_report_can_be_forgotten_and_then_there_is_none() -> None:
    none, short, forget, after, must_forget, none_before = said(
        """
none_before = Desk().ask(wire.CRASH, b"\\x00\\x00")
beyond = desk.ask(wire.CRASH, b"\\xfe\\xff")
short = desk.ask(wire.CRASH, b"\\x00")
forget = desk.ask(wire.CRASH, b"\\xff\\xff")
show(beyond, short, forget, desk.ask(wire.CRASH, b"\\x00\\x00"), node.must_forget_crash, none_before)
""",
        desk="crash=b'oh'",
    )
    assert results([none, short, forget, after, none_before]) == [
        OK, AnswerCode.BAD_ARGUMENT, OK, AnswerCode.NOT_AVAILABLE, AnswerCode.NOT_AVAILABLE,
    ]  # fmt: skip
    assert answer(none).data == b""
    assert must_forget


# --- READ_BACK


def asked_back(script: str, first: int, count: int, *, desk: str = "") -> tuple[Answer, list[int]]:
    """The answer, and the sequence numbers of the batches that come then."""
    answers, sent = said(
        f"""
from outbox import Outbox
outbox = Outbox(node, batches)
desk.ask(wire.START)
{script}
batches.unsent = batches.written
answers = desk.ask(wire.READ_BACK, struct.pack("<HB", {first}, {count}))
for _ in range(40):
    outbox.pump()
show(answers, link.take())
""",
        desk=desk,
    )
    came = messages(sent)
    assert all(isinstance(m, ImuBatch) and m.flags & 8 for m in came)
    return answer(answers), [m.sequence for m in came if isinstance(m, ImuBatch)]


def test_what_is_still_there_comes_again_and_the_answer_says_which() -> None:
    got, came = asked_back("desk.sample(20)", 4, 9)
    assert got.data == struct.pack("<HBHB", 4, 9, 4, 9)
    assert came == list(range(4, 13))


def test_what_is_partly_gone_comes_as_far_as_it_is_there() -> None:
    got, came = asked_back("desk.sample(30)", 0, 25, desk="memory=112 * 11")
    assert got.data == struct.pack("<HBHB", 0, 25, 20, 5)
    assert came == [20, 21, 22, 23, 24]


def test_what_is_not_there_yet_is_left_out() -> None:
    got, came = asked_back("desk.sample(10)", 7, 200)
    assert got.data == struct.pack("<HBHB", 7, 200, 7, 3)
    assert came == [7, 8, 9]


@pytest.mark.parametrize(("first", "count"), [(0, 5), (19, 1), (30, 3), (31, 3), (40000, 255), (25, 0)])
def test_what_is_gone_or_never_was_is_not_available(first: int, count: int) -> None:
    got, came = asked_back("desk.sample(30)", first, count, desk="memory=112 * 11")
    assert (got.result, got.data) == (AnswerCode.NOT_AVAILABLE, struct.pack("<HB", first, count))
    assert came == []


def test_sequence_numbers_wrap_and_are_found_on_both_sides() -> None:
    got, came = asked_back("batches._sequence = 65530\ndesk.sample(12)", 65533, 6)
    assert got.data == struct.pack("<HBHB", 65533, 6, 65533, 6)
    assert came == [65533, 65534, 65535, 0, 1, 2]


def test_before_anything_was_sampled_nothing_is_available() -> None:
    got, _ = asked_back("", 0, 1)
    assert got.result == AnswerCode.NOT_AVAILABLE


@pytest.mark.parametrize("payload_bytes", [20, 103, 104, 111, 112])
def test_a_connection_that_cannot_carry_the_batches_is_told_so(payload_bytes: int) -> None:
    got, sent = said(f"""
from outbox import Outbox
outbox = Outbox(node, batches)
desk.ask(wire.START)
desk.sample(5)
for index in range(5):
    batches.set_quaternion(index, 32767, 0, 0, 0)
batches.unsent = batches.written
small = Link({payload_bytes})
got = desk.ask(wire.READ_BACK, b"\\x00\\x00\\x05", link=small)
for _ in range(5):
    outbox.pump()
show(got, small.take())
""")
    fits = payload_bytes >= 112
    assert answer(got).result == (OK if fits else AnswerCode.NOT_AVAILABLE)
    assert len(sent) == (5 if fits else 0)


@pytest.mark.parametrize("argument", ["", "00", "0000", "00000000"])
def test_a_read_back_needs_its_three_bytes(argument: str) -> None:
    got = said(f"show(desk.ask(wire.READ_BACK, bytes({list(bytes.fromhex(argument))})))")
    assert answer(got).result == AnswerCode.BAD_ARGUMENT


# --- who it is, and its calibration


def test_the_serial_number_is_the_chips_own() -> None:
    assert answer(said("show(desk.ask(wire.SERIAL))")) == Answer(1, C.SERIAL, OK, b"\x01\xab\x00")


NUMBERS = tuple(i / 8 - 1.0 for i in range(15))


def calibrated(*arguments: bytes) -> Any:
    """Results of SET, what is kept then, whether it is to be saved and to be taken over."""
    return said(f"""
every = [desk.ask(wire.SET, argument) for argument in {arguments!r}]
show(every, node.settings.calibration, node.must_save, node.must_calibrate)
""")


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
    busy, kept = said(f"""
desk.ask(wire.START)
show(desk.ask(wire.SET, b"\\x06" + struct.pack("<15f", *{NUMBERS!r})), node.settings.calibration)
""")
    assert answer(busy).result == AnswerCode.BUSY
    assert kept is None


@pytest.mark.parametrize("code", [5, 6])
def test_the_boards_own_calibration_of_old_firmware_is_no_more(code: int) -> None:
    assert answer(said(f"show(desk.ask({code}))")).result == AnswerCode.UNKNOWN_COMMAND


# --- time, links, button, light


def test_an_idle_board_goes_to_sleep_and_a_host_or_a_command_wakes_it() -> None:
    states = said("""
desk.wait(299)
states = [node.state]
desk.wait(3)
states.append(node.state)
desk.wait(1, linked=True)
states.append(node.state)
desk.wait(302)
states.append(node.state)
desk.ask(wire.INFO)
states.append(node.state)
desk.wait(1000, linked=True)
states.append(node.state)
show(states)
""")
    asleep, awake = BoardState.SLEEPING, BoardState.IDLE
    assert states == [awake, asleep, awake, asleep, awake, awake]


def test_a_board_told_never_to_sleep_stays_awake_and_another_sleeps_when_it_is_told() -> None:
    states = said("""
desk.ask(wire.SET, b"\\x02\\x00\\x00")
desk.wait(100_000, step_ms=10_000)
states = [node.state]
desk.ask(wire.SET, b"\\x02\\x0a\\x00")
desk.wait(9)
states.append(node.state)
desk.wait(2)
states.append(node.state)
show(states)
""")
    assert states == [BoardState.IDLE, BoardState.IDLE, BoardState.SLEEPING]


def test_a_stream_outlives_its_host_by_two_minutes_and_a_host_that_returns_must_say_start_again() -> None:
    trail = said("""
desk.ask(wire.START)
link.connected = False
trail = [(node.state, node.heard)]
desk.wait(119)
trail.append((node.state, node.heard))
link.connected, link.connections = True, 2
desk.wait(1, linked=True)
trail.append((node.state, node.heard))
desk.ask(wire.START)
desk.wait(300, linked=True)
trail.append((node.state, node.heard))
link.connected = False
desk.wait(122)
trail.append((node.state, node.heard))
show(trail)
""")
    streaming = BoardState.STREAMING
    assert trail == [[streaming, False]] * 3 + [[streaming, True], [BoardState.IDLE, False]]


def test_another_host_that_is_there_does_not_keep_the_stream_of_one_that_went() -> None:
    state = said("desk.ask(wire.START)\nlink.connected = False\ndesk.wait(122, linked=True)\nshow(node.state)")
    assert state == BoardState.IDLE


PRESS = """
def press(*levels, step_ms=4):
    events = []
    for level, ms in levels:
        for _ in range(ms // step_ms):
            desk.now_ms += step_ms
            event = node.button(level, desk.now_ms, 5)
            if event:
                events.append(event)
    return hexed(events), node.state
"""


@pytest.mark.parametrize(
    ("levels", "events"),
    [
        ("(1, 100), (0, 100)", [BoardEvent.BUTTON]),
        ("(1, 1400), (0, 100)", [BoardEvent.BUTTON]),
        ("(1, 4), (0, 4), (1, 4), (0, 4), (1, 120), (0, 4), (1, 4), (0, 100)", [BoardEvent.BUTTON]),
        ("(1, 20), (0, 100)", []),
        ("(0, 1000)", []),
        ("(1, 4000), (0, 100)", [BoardEvent.BUTTON_LONG]),
        ("(1, 2000), (0, 200), (1, 100), (0, 100)", [BoardEvent.BUTTON_LONG, BoardEvent.BUTTON]),
    ],
    ids=["short", "nearly long", "bouncing", "a spark", "untouched", "long", "long then short"],
)
def test_a_press_is_one_event_however_it_bounces(levels: str, events: list[BoardEvent]) -> None:
    sent, _ = said(f"desk.ask(wire.START)\n{PRESS}\nshow(press({levels}))")
    assert messages(sent) == [Event(5, event) for event in events]


def test_a_long_press_puts_a_waiting_board_to_sleep_and_any_press_wakes_it() -> None:
    states = said(
        PRESS
        + """
states = [press((1, 2000), (0, 100))[1], press((1, 100), (0, 100))[1]]
states += [press((1, 2000), (0, 100))[1], press((1, 2000), (0, 100))[1]]
desk.ask(wire.START)
states.append(press((1, 2000), (0, 100))[1])
show(states)
"""
    )
    asleep, awake = BoardState.SLEEPING, BoardState.IDLE
    assert states == [asleep, awake, asleep, awake, BoardState.STREAMING]


LIGHT = """
def light(ms=4000):
    runs = []
    for t in range(20_000, 20_000 + ms, 10):
        on = bool(node.led(t))
        if runs and runs[-1][0] == on:
            runs[-1][1] += 10
        else:
            runs.append([on, 10])
    return runs
"""


def blinks(runs: list[list[Any]]) -> list[int]:
    """Milliseconds on, off, on, off, ..."""
    assert all(on != (k % 2 == 1) for k, (on, _) in enumerate(runs))
    return [ms for _, ms in runs]


@pytest.mark.parametrize(
    ("state", "pattern"),
    [
        ("pass", [50, 1950] * 2),
        ("desk.ask(wire.START)", [50, 150, 50, 1750] * 2),
        ("node.identity.chip = None", [500] * 8),
        ("desk.now_ms = 20_000\ndesk.ask(wire.IDENTIFY)", [100] * 40),
    ],
    ids=["waiting: a flash", "streaming: two", "no chip: slow, even", "identifying: fast"],
)
def test_the_light_says_what_the_board_does(state: str, pattern: list[int]) -> None:
    assert blinks(said(f"{LIGHT}\n{state}\nshow(light())")) == pattern


def test_a_sleeping_board_is_dark_and_identifying_ends_after_five_seconds() -> None:
    dark, identified = said(
        LIGHT
        + """
desk.now_ms = 20_000
ok = desk.ask(wire.IDENTIFY)
identified = [ok, light(10_000)]
desk.wait(302)
show(light(), identified)
"""
    )
    assert dark == [[False, 4000]]
    ok, runs = identified
    assert answer(ok).result == OK
    assert blinks(runs)[:49] == [100] * 49
    assert len(runs) < 60


# --- a chip that goes


def test_a_chip_that_stopped_answering_ends_what_needed_it_and_is_said() -> None:
    state, answers, info = said("""
desk.ask(wire.START)
node.lose_chip("LSM6DSO stopped answering: 5")
show([node.state, node.sampling, node.heard], desk.ask(wire.START), node.info())
""")
    assert state == [BoardState.IDLE, False, False]
    assert answer(answers).data == b"LSM6DSO stopped answering: 5"
    assert info is None


# --- anything at all


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_twenty_five_thousand_commands_of_any_kind_leave_a_board_that_answers(seed: int) -> None:
    """Four times: 10^5. Samples come and go meanwhile, links break, buttons are pressed, hours pass."""
    faults, grown, state, info = said(f"""
import gc, random
from outbox import Outbox
random.seed({seed})
outbox = Outbox(node, batches)
turns = outbox.orientation = Turns()
links = [link, Link(20), Link(101)]
faults = []
def bytes_of(n):
    return bytes(random.getrandbits(random.choice((1, 3, 8))) for _ in range(n))
def command():
    kind = random.randrange(8)
    if kind == 0:
        return bytes_of(random.randrange(30))
    code = random.randrange(14) if kind < 7 else random.getrandbits(8)
    if code == wire.SET and kind < 6:
        argument = bytes((random.randrange(7),)) + bytes_of(random.choice((0, 1, 2, 3, 60)))
    else:
        argument = bytes_of(random.choice((0, 0, 1, 2, 3, 3, 9)))
    return bytes((0x60, random.getrandbits(8), code)) + argument
def some(n):
    for _ in range(n):
        whom = random.choice(links)
        desk.now_ms = (desk.now_ms + random.choice((1, 5, 200, 5000))) & 0x3FFFFFFF
        message = command()
        for got in node.handle(message, whom, desk.now_ms):
            outbox.post(whom, got)
        chance = random.randrange(40)
        if chance == 0:
            whom.connected = not whom.connected
            whom.connections += whom.connected
        elif chance == 1:
            whom.full = not whom.full
        elif chance == 2:
            node.settings.idle_sleep_s = random.choice((0, 1, 300))
        if node.sampling:
            desk.sample(random.randrange(4))
            turns.index = batches.written
        node.each_turn(desk.now_ms, any(l.connected for l in links))
        node.button(random.randrange(2), desk.now_ms, 0)
        node.led(desk.now_ms)
        outbox.pump()
        for l in links:
            if any(len(m) > l.payload_bytes for m in l.sent):
                faults.append("too long")
            l.sent = []
        if not 0 <= node.state <= 3 or not batches.oldest <= batches.unsent <= batches.written:
            faults.append([node.state, batches.oldest, batches.unsent, batches.written])
            break
        stored.unpack(stored.pack(node.settings))
        hexed([node.status(0, 0, 0, 0, batches.dropped)])
some(2_000)
gc.collect()
before = gc.mem_alloc()
some(23_000)
gc.collect()
grown = gc.mem_alloc() - before
desk.ask(wire.STOP)
show(faults[:3], grown, node.state, desk.ask(wire.INFO))
""")
    assert faults == []
    assert grown < 4_000
    assert state == BoardState.IDLE
    assert isinstance(messages(info)[0], DeviceInfo)
