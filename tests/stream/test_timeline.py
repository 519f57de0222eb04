"""The time axis: even, strictly increasing, and honest about what was lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from shinsight.samples import SampleFlag
from shinsight.stream.timeline import Timeline
from shinsight.wire.messages import BatchFlag, ImuBatch
from wire.board import INFO, RATE_HZ, stream


class Received:
    """Everything a timeline made of some batches."""

    def __init__(self, batches: list[ImuBatch], *, tick_bits: int = 30) -> None:
        self.timeline = Timeline(info=replace(INFO, tick_bits=tick_bits))
        blocks = [self.timeline.add(batch) for batch in batches]
        self.t_s = np.concatenate([b.t_s for b in blocks])
        self.accel = np.concatenate([b.accel_counts for b in blocks])
        self.gyro = np.concatenate([b.gyro_counts for b in blocks])
        self.flags = np.concatenate([b.flags for b in blocks])

    def having(self, flag: SampleFlag) -> list[int]:
        return np.flatnonzero(self.flags & flag).tolist()


@st.composite
def losses(draw: st.DrawFn, count: int) -> list[bool]:
    """Which of `count` packets arrive: runs lost up to 15 long, the first and the last kept."""
    kept = [True] * count
    for _ in range(draw(st.integers(0, 8))):
        start, length = draw(st.integers(1, count - 2)), draw(st.integers(1, 15))
        kept[start : min(start + length, count - 1)] = [False] * (min(start + length, count - 1) - start)
    return kept


@settings(max_examples=60)
@given(
    kept=losses(60),
    off=st.floats(-0.05, 0.05),
    first_sequence=st.integers(0, 2**16 - 1),
    first_tick_us=st.integers(0, 2**30 - 1),
    seed=st.integers(0, 1000),
)
def test_every_lost_sample_is_counted_for_any_rate_and_any_wrap(
    kept: list[bool], off: float, first_sequence: int, first_tick_us: int, seed: int
) -> None:
    true_hz = RATE_HZ * (1.0 + off)
    sent = stream(60, true_hz=true_hz, first_sequence=first_sequence, first_tick_us=first_tick_us, seed=seed)
    got = Received([b for b, k in zip(sent, kept, strict=True) if k])
    lost = 10 * kept.count(False)
    assert (got.timeline.received, got.timeline.lost) == (600 - lost, lost)
    assert np.all(np.diff(got.t_s) > 0.0)
    assert got.t_s[0] == 0.0
    assert len(got.t_s) == 600 - lost + got.timeline.filled
    # Accel x counts samples: each received one stands at its true time, whatever was lost before it.
    received = (got.flags & SampleFlag.FILLED) == 0
    true_s = got.accel[received, 0] / true_hz
    assert np.abs(got.t_s[received] - true_s).max() < 0.012


def test_sequence_and_tick_wrap_without_a_trace() -> None:
    plain = Received(stream(200))
    wrapped = Received(stream(200, first_sequence=65_500, first_tick_us=2**30 - 1_000_000))
    assert np.allclose(plain.t_s, wrapped.t_s, atol=1e-6)
    assert wrapped.timeline.lost == wrapped.timeline.restarts == 0


@pytest.mark.parametrize("tick_bits", [16, 24, 30, 32])
def test_a_loss_is_counted_with_a_tick_of_any_width(tick_bits: int) -> None:
    sent = stream(100, tick_bits=tick_bits)
    got = Received(sent[:50] + sent[53:], tick_bits=tick_bits)
    assert (got.timeline.lost, got.timeline.filled) == (30, 30)


def test_the_measured_rate_follows_a_chip_that_is_five_percent_fast() -> None:
    timeline = Received(stream(200, true_hz=1.05 * RATE_HZ)).timeline
    assert timeline.rate_hz == pytest.approx(1.05 * RATE_HZ, rel=1e-3)


def test_sample_times_are_even_though_stamps_jitter() -> None:
    got = Received(stream(300, jitter_s=4e-3))
    settled = np.diff(got.t_s)[1000:]
    assert np.abs(settled * RATE_HZ - 1.0).max() < 0.01


def test_one_late_stamp_does_not_bend_the_axis() -> None:
    sent = stream(100, jitter_s=1e-4)
    late = replace(sent[60], tick_us=sent[60].tick_us + 60_000)
    got = Received([*sent[:60], late, *sent[61:]])
    assert np.abs(got.t_s - np.arange(1000) / RATE_HZ).max() < 3e-3
    assert got.timeline.lost == 0


def test_batches_that_come_again_or_late_are_left_out_and_counted() -> None:
    sent = stream(30)
    replayed = replace(sent[3], flags=BatchFlag.REPLAYED)
    order = [*sent[:10], sent[9], sent[4], *sent[11:15], sent[10], replayed, *sent[15:]]
    got = Received(order)
    assert got.timeline.duplicates == 4
    assert got.timeline.received == 290
    assert (got.timeline.lost, got.timeline.filled, got.timeline.restarts) == (10, 10, 0)
    assert np.all(np.diff(got.t_s) > 0.0)


def test_a_gap_of_up_to_two_seconds_is_filled_before_the_samples_after_it() -> None:
    sent = stream(60)
    got = Received(sent[:20] + sent[39:])
    assert got.having(SampleFlag.FILLED) == list(range(200, 390))
    assert got.having(SampleFlag.GAP) == []
    assert got.accel[390, 0] == 390


@pytest.mark.parametrize("first_tick_us", [0, 2**30 - 1_000_000])
def test_a_longer_gap_stays_open_and_time_jumps(first_tick_us: int) -> None:
    sent = stream(80, first_tick_us=first_tick_us)
    got = Received(sent[:20] + sent[45:])
    assert got.having(SampleFlag.GAP) == [200]
    assert (got.timeline.lost, got.timeline.filled) == (250, 0)
    assert got.t_s[200] == pytest.approx(450 / RATE_HZ, abs=0.01)


def test_a_restarted_board_is_a_gap_and_time_goes_on() -> None:
    got = Received(stream(50, first_tick_us=60_000_000) + stream(50, first_tick_us=800_000))
    assert got.having(SampleFlag.GAP) == [500]
    assert (got.timeline.restarts, got.timeline.lost, got.timeline.received) == (1, 0, 1000)
    assert np.all(np.diff(got.t_s) > 0.0)
    assert got.t_s[-1] == pytest.approx(999 / RATE_HZ, rel=0.01)


def test_a_board_restarted_within_its_first_seconds_is_not_taken_for_late_batches() -> None:
    got = Received(stream(20, first_tick_us=800_000) + stream(50, first_tick_us=803_000, seed=1))
    assert (got.timeline.restarts, got.timeline.duplicates) == (1, 0)
    assert got.having(SampleFlag.GAP) == [200]


def test_a_restart_is_seen_though_the_sequence_seems_to_go_ahead() -> None:
    got = Received(stream(50, first_sequence=50_000, first_tick_us=60_000_000) + stream(50, first_tick_us=800_000))
    assert (got.timeline.restarts, got.timeline.lost) == (1, 0)
    assert got.having(SampleFlag.GAP) == [500]
    assert got.t_s[-1] == pytest.approx(999 / RATE_HZ, rel=0.01)


@pytest.mark.parametrize("start_s", [5.5, 20.0])
def test_a_board_that_stops_and_numbers_anew_keeps_its_time(start_s: float) -> None:
    got = Received(stream(50, first_sequence=300) + stream(50, first_tick_us=5_000_000 + round(1e6 * start_s)))
    assert got.having(SampleFlag.GAP) == [500]
    assert (got.timeline.restarts, got.timeline.lost, got.timeline.filled) == (0, 0, 0)
    assert got.t_s[500] == pytest.approx(start_s, abs=0.01)


def test_a_sequence_that_begins_anew_is_no_loss_with_the_shortest_tick() -> None:
    got = Received(stream(50, first_sequence=300, tick_bits=16) + stream(50, tick_bits=16), tick_bits=16)
    assert (got.timeline.lost, got.timeline.received) == (0, 1000)


def test_a_replayed_batch_is_left_out_however_old_it_is() -> None:
    sent = stream(200)
    got = Received([*sent[:150], replace(sent[10], flags=BatchFlag.REPLAYED), *sent[150:]])
    assert (got.timeline.duplicates, got.timeline.restarts, got.timeline.received) == (1, 0, 2000)
    assert got.having(SampleFlag.GAP) == []


def test_a_pause_is_a_gap_but_no_loss() -> None:
    sent = stream(60)
    after = [replace(b, tick_us=b.tick_us + 30_000_000) for b in sent[30:]]
    got = Received(sent[:30] + after)
    assert got.having(SampleFlag.GAP) == [300]
    assert got.timeline.lost == 0
    assert got.t_s[300] == pytest.approx(300 / RATE_HZ + 30.0, abs=0.01)


def test_samples_lost_on_the_board_are_seen_by_the_ticks() -> None:
    sent = stream(60, jitter_s=1e-3)
    lost_us = round(4 / RATE_HZ * 1e6)
    after = [replace(b, tick_us=b.tick_us + lost_us) for b in sent[30:]]
    after[0] = replace(after[0], flags=BatchFlag.OVERRUN)
    got = Received(sent[:30] + after)
    assert (got.timeline.lost, got.timeline.filled, got.timeline.overruns) == (4, 4, 1)
    assert got.having(SampleFlag.FILLED) == [300, 301, 302, 303]
    assert got.having(SampleFlag.OVERRUN) == [304]


def test_batches_of_changing_size_are_counted_by_the_ticks() -> None:
    sizes = [9, 10, 11, 10] * 15
    sent = stream(60, size=sizes, jitter_s=1e-3)
    got = Received(sent[:30] + sent[32:])
    assert got.timeline.lost == sum(sizes[30:32])


def test_a_sample_at_the_end_of_its_range_is_marked() -> None:
    batch = ImuBatch(0, 0, ((0,) * 6, (32767, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, -32768), (0, 0, -32767, 0, 0, 0)))
    assert Received([batch]).having(SampleFlag.SATURATED) == [1, 2]
    averaged = ImuBatch(0, 0, ((0,) * 6,) * 3, flags=BatchFlag.SATURATED)
    assert Received([averaged]).having(SampleFlag.SATURATED) == [0, 1, 2]


@st.composite
def broken_boards(draw: st.DrawFn) -> tuple[float, list[ImuBatch]]:
    """Batches that nearly follow each other, stamped by a clock that does what it likes."""
    rate_hz = draw(st.sampled_from([1.0, RATE_HZ, 2000.0]))
    sequence, tick_us, batches = 65_530, 0, []
    for _ in range(draw(st.integers(1, 25))):
        size = draw(st.sampled_from([1, 2, 10, 40]))
        sequence = (sequence + draw(st.sampled_from([1, 1, 1, 2, 3, 65_436]))) % (1 << 16)
        step_us = round(1e6 * size / rate_hz)
        wild_us = draw(st.sampled_from([0, 90_000, -90_000, -step_us, 2_100_000, -3_000_000]))
        tick_us = (tick_us + step_us + wild_us) % (1 << 30)
        batches.append(ImuBatch(sequence, tick_us, ((0, 0, 2048, 5, 0, 0),) * size))
    return rate_hz, batches


@settings(max_examples=150)
@given(broken_boards())
def test_time_strictly_increases_though_the_clock_of_the_board_does_not(board: tuple[float, list[ImuBatch]]) -> None:
    rate_hz, batches = board
    timeline = Timeline(info=replace(INFO, rate_hz=rate_hz))
    last_s = -1.0
    for batch in batches:
        t_s = timeline.add(batch).t_s
        assert np.all(np.diff(t_s, prepend=last_s) > 0.0)
        last_s = t_s[-1] if len(t_s) else last_s


@settings(max_examples=60)
@given(st.lists(strategies.batches, max_size=8), st.sampled_from([16, 30, 32]))
def test_time_strictly_increases_whatever_a_broken_board_sends(batches: list[ImuBatch], tick_bits: int) -> None:
    timeline = Timeline(info=replace(INFO, tick_bits=tick_bits))
    last_s = -1.0
    for batch in batches:
        block = timeline.add(batch)
        assert np.all(np.diff(block.t_s, prepend=last_s) > 0.0)
        assert np.isfinite(block.t_s).all()
        assert np.isfinite(block.gyro_counts).all()
        assert (block.flags & SampleFlag.FILLED).astype(bool).sum() <= 2.5 * 2.0 * RATE_HZ
        last_s = block.t_s[-1] if len(block) else last_s
    assert (timeline.duplicates == 0) == (timeline.received == sum(len(b.samples) for b in batches))
