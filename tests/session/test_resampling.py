"""Rows that jitter, burst and go missing come onto an even axis, every one in its own place."""

from __future__ import annotations

import numpy as np
import pytest

from shinsight.samples import FloatArray
from shinsight.session.resampling import even_time

RATE_HZ = 104.0


def even(count: int, *, start_s: float = 3.0) -> FloatArray:
    return np.asarray(start_s + np.arange(count) / RATE_HZ, dtype=np.float64)


@pytest.mark.parametrize("start_s", [0.0, -21.5, 1_764_000_000.0])
def test_rows_that_are_even_stay_where_they_are(start_s: float) -> None:
    t_s = even(500, start_s=start_s)
    found = even_time(t_s)
    assert found.rate_hz == pytest.approx(RATE_HZ, rel=1e-4)
    assert found.slot.tolist() == list(range(500))
    assert found.times_s(found.slot) == pytest.approx(t_s, abs=1e-5, rel=0.0)


@pytest.mark.parametrize("lost", [1, 2, 7, 60])
def test_what_is_missing_leaves_as_many_places_free(lost: int) -> None:
    t_s = np.delete(even(600), np.arange(300, 300 + lost))
    slot = even_time(t_s).slot
    assert np.diff(slot)[299] == 1 + lost
    assert np.count_nonzero(np.diff(slot) != 1) == 1


def test_times_rounded_to_milliseconds_lose_nothing_and_keep_the_rate() -> None:
    found = even_time(np.round(even(1000), 3))
    assert found.slot.tolist() == list(range(1000))
    assert found.rate_hz == pytest.approx(RATE_HZ, rel=1e-4)


def test_rows_that_come_in_bursts_are_late_and_not_lost() -> None:
    """Ten rows at a time, a millisecond apart, as a radio brings them."""
    true = even(1000)
    arrival = true[9::10].repeat(10) + np.tile(0.001 * np.arange(10), 100)
    found = even_time(arrival)
    assert found.slot.tolist() == list(range(1000))
    assert found.rate_hz == pytest.approx(RATE_HZ, rel=2e-3)


def test_a_row_that_is_late_for_a_moment_has_lost_nothing() -> None:
    t_s = even(600)
    late = t_s.copy()
    late[300:303] += 0.02
    assert even_time(np.sort(late)).slot.tolist() == list(range(600))


@pytest.mark.parametrize(("step", "lost"), [(1.55, 0), (1.65, 1)])
def test_a_step_of_more_than_one_and_six_tenths_of_a_period_has_lost_a_row(step: float, lost: int) -> None:
    t_s = even(600)
    t_s[300:] += (step - 1.0) / RATE_HZ
    assert np.diff(even_time(t_s).slot)[299] == 1 + lost
