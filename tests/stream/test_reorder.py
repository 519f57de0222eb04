"""After a gap newer batches wait for those that can be read back, and never for ever."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinsight.stream.reorder import FARTHEST, LONGEST_REQUEST, PATIENCE_S, ReorderBuffer
from shinsight.wire.messages import Answer, AnswerCode, BatchFlag, CommandCode, ImuBatch

RATE_HZ = 100.0
SIZE = 10


def batch(sequence: int, *, replayed: bool = False) -> ImuBatch:
    flags = BatchFlag.REPLAYED if replayed else BatchFlag.NONE
    return ImuBatch(sequence % 65536, sequence * 100_000 % (1 << 30), ((0, 0, 0, 0, 0, 0),) * SIZE, flags=flags)


def answer(first: int, count: int, coming: tuple[int, int] | None) -> Answer:
    data = struct.pack("<HB", first % 65536, count)
    if coming is None:
        return Answer(1, CommandCode.READ_BACK, AnswerCode.NOT_AVAILABLE, data)
    return Answer(1, CommandCode.READ_BACK, AnswerCode.OK, data + struct.pack("<HB", coming[0] % 65536, coming[1]))


def numbers(batches: Iterable[ImuBatch]) -> list[int]:
    return [b.sequence for b in batches]


def test_without_a_gap_nothing_waits() -> None:
    order = ReorderBuffer(rate_hz=RATE_HZ)
    assert [numbers(order.add(batch(k))) for k in range(65530, 65545)] == [[k % 65536] for k in range(65530, 65545)]
    assert order.missing is None


def test_what_is_read_back_takes_its_place_and_is_a_batch_like_any_other() -> None:
    order = ReorderBuffer(rate_hz=RATE_HZ)
    for k in range(5):
        order.add(batch(k))
    assert order.add(batch(8)) == []
    assert order.missing == (5, 3)
    assert order.answered(answer(5, 3, (5, 3))) == []
    assert numbers(order.add(batch(5, replayed=True))) == [5]
    assert order.missing == (6, 2)
    assert order.add(batch(9)) == []
    assert numbers(order.add(batch(6, replayed=True))) == [6]
    released = order.add(batch(7, replayed=True))
    assert numbers(released) == [7, 8, 9]
    assert all(BatchFlag.REPLAYED not in b.flags for b in released)
    assert [order.missing] == [None]
    assert order.recovered == 3 * SIZE


def test_what_the_board_no_longer_has_is_not_waited_for() -> None:
    order = ReorderBuffer(rate_hz=RATE_HZ)
    order.add(batch(0))
    order.add(batch(10))
    assert numbers(order.answered(answer(1, 9, None))) == [10]
    order.add(batch(20))
    assert order.answered(answer(11, 9, (15, 5))) == []
    assert order.missing == (15, 5)
    for k in (15, 16, 17, 18):
        assert numbers(order.add(batch(k, replayed=True))) == [k]
    assert numbers(order.add(batch(19, replayed=True))) == [19, 20]


def test_a_board_that_knows_no_read_back_is_not_waited_for() -> None:
    order = ReorderBuffer(rate_hz=RATE_HZ)
    order.add(batch(0))
    order.add(batch(3))
    assert numbers(order.answered(Answer(1, CommandCode.READ_BACK, AnswerCode.UNKNOWN_COMMAND))) == [3]


def test_a_long_gap_is_asked_for_in_pieces() -> None:
    order = ReorderBuffer(rate_hz=RATE_HZ)
    order.add(batch(65000))
    order.add(batch(66000))
    assert order.missing == (65001, LONGEST_REQUEST)
    order.answered(answer(65001, LONGEST_REQUEST, None))
    assert order.missing == (65001 + LONGEST_REQUEST, LONGEST_REQUEST)


def test_nobody_who_answers_ends_the_waiting_in_the_end() -> None:
    order = ReorderBuffer(rate_hz=RATE_HZ)
    order.add(batch(0))
    released: list[ImuBatch] = []
    for k in range(3, 200):
        released += order.add(batch(k))
        if released:
            break
    assert numbers(released) == list(range(3, k + 1))
    assert len(released) * SIZE == pytest.approx(PATIENCE_S * RATE_HZ, abs=2 * SIZE)


def test_a_batch_that_comes_again_or_too_late_passes_and_is_left_to_the_timeline() -> None:
    order = ReorderBuffer(rate_hz=RATE_HZ)
    for k in range(5):
        order.add(batch(k))
    assert order.add(batch(3)) == [batch(3)]
    assert order.add(batch(2, replayed=True)) == [batch(2, replayed=True)]
    assert numbers(order.add(batch(5))) == [5]


@pytest.mark.parametrize("jump", [-5000, -65, FARTHEST + 1, 30000])
def test_another_life_of_the_board_is_not_waited_for(jump: int) -> None:
    order = ReorderBuffer(rate_hz=RATE_HZ)
    order.add(batch(20000))
    order.add(batch(20003))
    assert numbers(order.add(batch(20001 + jump))) == [20003, 20001 + jump]
    assert numbers(order.add(batch(20002 + jump))) == [20002 + jump]
    assert order.missing is None


def test_at_the_end_all_that_waits_goes_on_in_order() -> None:
    order = ReorderBuffer(rate_hz=RATE_HZ)
    order.add(batch(0))
    for k in (9, 4, 6):
        order.add(batch(k))
    assert numbers(order.finish()) == [4, 6, 9]
    assert order.finish() == []


@given(st.integers(0, 65535), st.integers(1, 400), st.randoms(use_true_random=False))
def test_whatever_is_lost_and_read_back_comes_out_once_and_in_order(first: int, count: int, rng: random.Random) -> None:
    order = ReorderBuffer(rate_hz=RATE_HZ)
    out: list[int] = []
    lost = {k for k in range(1, count) if rng.random() < 0.2}
    asked: tuple[int, int] | None = None
    for k in range(count):
        if k not in lost:
            out += numbers(order.add(batch(first + k)))
        missing = order.missing
        if missing is not None and missing != asked and rng.random() < 0.7:
            asked = missing
            start, n = (missing[0] - first) % 65536, missing[1]
            out += numbers(order.answered(answer(first + start, n, (first + start, n))))
            for j in range(start, start + n):
                out += numbers(order.add(batch(first + j, replayed=True)))
    out += numbers(order.finish())
    places = [(s - first) % 65536 for s in out]
    assert places == sorted(set(places))
    assert set(range(count)) - set(places) <= lost
