"""The host's side of the conversation: what is sent when, told by a time that the test gives."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinsight.device.protocol import (
    ANSWER_S,
    INFO_AGAIN_S,
    READ_BACK_AGAIN_S,
    SILENT_S,
    START_AGAIN_S,
    BoardProtocol,
)
from shinsight.wire.framing import DELIMITER, unframe
from shinsight.wire.messages import Answer, AnswerCode, Command, CommandCode, Status, decode

INFO, START, STOP, READ_BACK = CommandCode.INFO, CommandCode.START, CommandCode.STOP, CommandCode.READ_BACK
EPSILON_S = 1e-9


def command(framed: bytes) -> Command:
    message = decode(unframe(framed.rstrip(DELIMITER)))
    assert isinstance(message, Command)
    return message


def answer_to(question: Command) -> Answer:
    return Answer(question.token, question.code, AnswerCode.OK, b"")


class Stream:
    """A stream that the test drives: `step` returns the codes that were sent, `fell_silent` the last silence."""

    def __init__(self) -> None:
        self.protocol = BoardProtocol()
        self.sent = [command(each) for each in self.protocol.start(0.0)]
        self.fell_silent = False

    def step(
        self,
        now_s: float,
        *,
        heard: bool = True,
        has_info: bool = True,
        samples: int = 0,
        missing: tuple[int, int] | None = None,
    ) -> list[int]:
        step = self.protocol.step(now_s, heard=heard, has_info=has_info, samples=samples, missing=missing)
        commands = [command(each) for each in step.frames]
        self.sent += commands
        self.fell_silent = step.fell_silent
        return [each.code for each in commands]


def test_a_stream_begins_with_who_are_you_and_start() -> None:
    assert [each.code for each in Stream().sent] == [INFO, START]


def test_info_is_asked_again_every_second_until_it_comes() -> None:
    stream = Stream()
    assert stream.step(INFO_AGAIN_S - 0.01, has_info=False, samples=1) == []
    assert stream.step(INFO_AGAIN_S, has_info=False, samples=2) == [INFO]
    assert stream.step(INFO_AGAIN_S + 0.5, has_info=False, samples=3) == []
    assert stream.step(2 * INFO_AGAIN_S, has_info=True, samples=4) == []


def test_a_board_without_new_samples_is_started_again_and_one_with_samples_is_not() -> None:
    stream = Stream()
    assert stream.step(START_AGAIN_S - 0.01) == []
    assert stream.step(START_AGAIN_S) == [START]
    assert stream.step(2 * START_AGAIN_S - 0.01) == []
    assert stream.step(2 * START_AGAIN_S, samples=10) == []
    assert stream.step(3 * START_AGAIN_S, samples=10) == [START]


def test_missing_batches_are_asked_for_at_once_and_again_after_a_while() -> None:
    stream = Stream()
    assert stream.step(1.0, samples=1, missing=(65530, 20)) == [READ_BACK]
    assert stream.sent[-1].argument == bytes((0xFA, 0xFF, 20))
    assert stream.step(1.0 + READ_BACK_AGAIN_S - 0.01, samples=2, missing=(65530, 20)) == []
    assert stream.step(1.0 + READ_BACK_AGAIN_S, samples=3, missing=(65530, 20)) == [READ_BACK]


def test_while_asked_batches_come_nothing_is_asked_and_what_follows_them_is_asked_at_once() -> None:
    stream = Stream()
    stream.step(1.0, samples=1, missing=(65530, 10))
    assert stream.step(2.9, samples=2, missing=(65535, 20)) == []
    assert stream.step(4.8, samples=3, missing=(2, 3)) == []
    assert stream.step(4.9, samples=4, missing=(4, 3)) == [READ_BACK]
    assert stream.step(5.0, samples=5, missing=None) == []
    assert stream.step(5.1, samples=6, missing=(4, 3)) == [READ_BACK]


def test_a_link_that_is_back_is_asked_and_started_and_what_was_missing_is_asked_for_at_once() -> None:
    stream = Stream()
    stream.step(1.0, samples=1, missing=(5, 10))
    assert [command(each).code for each in stream.protocol.start(1.5)] == [INFO, START]
    assert stream.step(1.6, samples=2, missing=(5, 10)) == [READ_BACK]


def test_a_silence_is_told_once_and_ends_with_the_next_byte() -> None:
    stream = Stream()
    told = []
    for tenths in range(200):
        stream.step(tenths / 10, heard=tenths in (20, 130), samples=tenths)
        if stream.fell_silent:
            told.append(tenths / 10)
            assert stream.protocol.silent
    assert told == [2.0 + SILENT_S, 13.0 + SILENT_S]
    stream.step(21.0, heard=True)
    assert not stream.protocol.silent


def test_a_question_is_answered_by_its_token_and_code_and_by_nothing_else() -> None:
    protocol = BoardProtocol(first_token=255)
    question = command(protocol.ask(CommandCode.SERIAL, now_s=0.0))
    right = answer_to(question)
    for wrong in (replace(right, token=254), replace(right, code=INFO), Status(0, 0, 0, 0.0, 0, 0, 0, 0)):
        assert protocol.answer_in(wrong) is None
    assert protocol.answer_in(right) == right
    assert protocol.answer_in(right) is None
    assert command(protocol.ask(INFO, now_s=0.0)).token == 0


def test_a_question_is_overdue_at_its_limit_and_not_once_it_is_answered() -> None:
    protocol = BoardProtocol()
    question = command(protocol.ask(INFO, now_s=10.0))
    assert not protocol.overdue(10.0 + ANSWER_S - 0.01)
    assert protocol.overdue(10.0 + ANSWER_S)
    protocol.answer_in(answer_to(question))
    assert not protocol.overdue(10.0 + ANSWER_S)


@dataclass(frozen=True)
class Moment:
    """What happens between two steps of a stream, after dt_s seconds."""

    dt_s: float
    heard: bool
    info: bool
    samples: int
    missing: tuple[int, int] | None


MOMENTS = st.lists(
    st.builds(
        Moment,
        dt_s=st.floats(0.0, 3.0),
        heard=st.booleans(),
        info=st.integers(0, 9).map(lambda n: n == 0),
        samples=st.integers(0, 2),
        missing=st.none() | st.tuples(st.integers(0, 40), st.integers(1, 20)),
    ),
    max_size=60,
)


@given(MOMENTS)
def test_whatever_comes_and_goes_repeats_are_bounded_and_every_command_has_the_next_token(
    moments: list[Moment],
) -> None:
    stream = Stream()
    now_s, has_info, samples = 0.0, False, 0
    last_s: dict[int, float] = {INFO: 0.0, START: 0.0}
    sampled_s = heard_s = 0.0
    asked: tuple[float, int, int] | None = None
    was_silent = False
    for moment in moments:
        now_s += moment.dt_s
        has_info |= moment.info
        samples += moment.samples
        sampled_s = now_s if moment.samples else sampled_s
        heard_s = now_s if moment.heard else heard_s
        codes = stream.step(now_s, heard=moment.heard, has_info=has_info, samples=samples, missing=moment.missing)
        assert all(codes.count(code) <= 1 for code in codes)
        assert set(codes) <= {INFO, START, READ_BACK}
        if INFO in codes:
            assert not has_info
            assert now_s - last_s[INFO] >= INFO_AGAIN_S
        if not has_info:
            assert now_s - (now_s if INFO in codes else last_s[INFO]) < INFO_AGAIN_S
        if START in codes:
            assert now_s - max(last_s[START], sampled_s) >= START_AGAIN_S
        assert now_s - (now_s if START in codes else max(last_s[START], sampled_s)) < START_AGAIN_S
        if READ_BACK in codes:
            assert moment.missing is not None
            if asked is not None and asked[1] <= moment.missing[0] < asked[1] + asked[2]:
                assert now_s - asked[0] >= READ_BACK_AGAIN_S - EPSILON_S
            asked = (now_s, *moment.missing)
        elif moment.missing is None:
            asked = None
        else:
            assert asked is not None
            assert asked[1] <= moment.missing[0] < asked[1] + asked[2]
        silent = now_s - heard_s >= SILENT_S
        assert stream.protocol.silent == silent
        assert stream.fell_silent == (silent and (not was_silent))
        was_silent = silent
        last_s |= dict.fromkeys(codes, now_s)
    assert [each.token for each in stream.sent] == [k % 256 for k in range(len(stream.sent))]


@given(st.lists(st.tuples(st.sampled_from(["ask", "answer", "wait"]), st.integers(0, 5), st.floats(0.0, 4.0))))
def test_of_all_questions_only_the_newest_is_open_and_it_is_answered_once(
    events: list[tuple[str, int, float]],
) -> None:
    """Answers come late, twice or never, in any order."""
    protocol = BoardProtocol()
    questions: list[Command] = []
    now_s, asked_s, is_open = 0.0, 0.0, False
    for what, which, dt_s in events:
        now_s += dt_s
        if what == "ask":
            questions.append(command(protocol.ask((INFO, CommandCode.SERIAL)[which % 2], now_s=now_s)))
            asked_s, is_open = now_s, True
        elif what == "answer" and questions:
            of = questions[-1 - which % len(questions)]
            answers = is_open and of is questions[-1]
            assert (protocol.answer_in(answer_to(of)) is not None) == answers
            is_open = is_open and not answers
        assert protocol.overdue(now_s) == (is_open and now_s >= asked_s + ANSWER_S)


@pytest.mark.parametrize("lost", [0.3, 0.7])
def test_a_board_that_hears_only_some_commands_is_known_and_streams_in_the_end(lost: float) -> None:
    import random

    chance = random.Random(7)
    stream = Stream()
    has_info = running = False
    samples = 0
    for tenths in range(1, 600):
        for code in stream.step(tenths / 10, heard=running, has_info=has_info, samples=samples):
            if chance.random() >= lost:
                has_info |= code == INFO
                running |= code == START
        samples += running
    assert has_info
    assert running
