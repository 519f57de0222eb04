"""From the chip's FIFO into batches: nothing allocated, nothing unsaid, each sample at its true time. Virtual time."""

from __future__ import annotations

from typing import Any

import pytest

from firmware.board import run
from shinsight.wire.messages import BatchFlag

CHIPS = ("lsm6dso", "lsm6ds3", "icm42688", "mpu6050", "mpu6886")
SAMPLES = 10_000


def said(scene: str, **given: Any) -> Any:
    return run(f"sampling_path.{scene}", heap="1m", **given)


# --- the heap


@pytest.mark.parametrize("chip", CHIPS)
def test_ten_thousand_samples_go_into_batches_without_one_allocation(chip: str) -> None:
    """With the heap locked from the first to the last, the memory for batches overwritten many times over."""
    before, after, sampled, dropped, kept, flags = said(
        "ten_thousand_samples_go_into_batches_without_one_allocation", chip=chip, samples=SAMPLES
    )
    assert after == before
    assert sampled >= SAMPLES
    assert dropped == sampled - kept * 8
    assert kept == 5_000 // 104 - 1
    assert flags == 0


@pytest.mark.parametrize("chip", CHIPS)
def test_ten_thousand_samples_go_out_to_a_host_and_no_byte_stays(chip: str) -> None:
    before, after, numbers, in_order = said(
        "ten_thousand_samples_go_out_to_a_host_and_no_byte_stays", chip=chip, samples=SAMPLES
    )
    assert after == before
    assert numbers >= SAMPLES
    assert in_order


# --- what a batch says


@pytest.mark.parametrize("chip", CHIPS)
def test_a_reading_at_the_end_of_its_range_is_said_by_its_batch_and_by_no_other(chip: str) -> None:
    flags, at = said("a_reading_at_the_end_of_its_range_is_said_by_its_batch_and_by_no_other", chip=chip)
    assert at == 0
    assert len(flags) > 90
    assert sum(ends for _, ends in flags) >= 14
    assert [flag for flag, _ in flags] == [BatchFlag.SATURATED if ends else 0 for _, ends in flags]


@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("samples", [1, 40])
def test_batches_of_any_size_hold_each_sample_once(chip: str, samples: int) -> None:
    delivered, flags, sizes = said("batches_of_any_size_hold_each_sample_once", chip=chip, samples=samples)
    assert delivered == list(range(delivered[0], delivered[0] + len(delivered)))
    assert len(delivered) > 350
    assert flags == [0]
    assert sizes == [8 + 12 * samples]


def test_sequence_numbers_wrap_and_go_on_by_one() -> None:
    sequences, delivered = said("sequence_numbers_wrap_and_go_on_by_one")
    assert sequences[0] == 65400
    assert sequences == [(65400 + k) % 65536 for k in range(len(sequences))]
    assert sequences[-1] < 1000
    assert delivered == list(range(delivered[0], delivered[0] + len(delivered)))


def test_what_was_never_sent_is_counted_when_it_is_overwritten_and_what_was_sent_is_not() -> None:
    dropped, oldest, unsent, written = said(
        "what_was_never_sent_is_counted_when_it_is_overwritten_and_what_was_sent_is_not"
    )
    written, sent = written
    assert written - oldest == 10
    assert unsent == oldest
    assert dropped == (written - sent - 10) * 8


# --- time


@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("rate_error", [-0.03, 0.0, 0.02])
def test_ticks_rise_and_after_eight_seconds_are_right_to_some_hundred_microseconds(
    chip: str, rate_error: float
) -> None:
    """The loop looks at uneven moments, as it does when it has other work; the tick wraps on the way."""
    errors_us, steps_us, period_us, wrapped = said(
        "ticks_rise_and_after_eight_seconds_are_right_to_some_hundred_microseconds", chip=chip, rate_error=rate_error
    )
    assert wrapped
    assert all(0 < step < 2 * period_us for step in steps_us)
    late = [error for t_us, error in errors_us if t_us > 8e6]
    assert len(late) > 140
    assert max(map(abs, late)) < 500


@pytest.mark.parametrize("chip", CHIPS)
def test_at_the_faster_rate_the_ticks_are_right_too(chip: str) -> None:
    late = said("at_the_faster_rate_the_ticks_are_right_too", chip=chip)
    assert len(late) > 80
    assert max(map(abs, late)) < 500
