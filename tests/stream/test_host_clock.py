"""Board time on the host's clock: late arrivals move it little, whatever the connection interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shinsight.stream.host_clock import HostClock

BATCH_S = 0.077


def arrivals(
    board_s: np.ndarray, rng: np.random.Generator, *, interval_s: float, drift_ppm: float, offset_s: float
) -> np.ndarray:
    """Each batch waits for the next connection event, then 1 ms, then whatever the host does."""
    true_s = offset_s + board_s * (1.0 + drift_ppm * 1e-6)
    phase = rng.uniform(0.0, interval_s)
    event_s = np.ceil((true_s - phase) / interval_s) * interval_s + phase
    return np.maximum.accumulate(event_s + 0.001 + rng.exponential(0.003, len(board_s)))


@pytest.mark.parametrize("interval_s", [0.0075, 0.015, 0.030, 0.045])
@pytest.mark.parametrize("drift_ppm", [-60.0, 0.0, 150.0])
def test_after_a_minute_the_clock_is_right_to_a_few_milliseconds(interval_s: float, drift_ppm: float) -> None:
    rng = np.random.default_rng([int(interval_s * 1e4), int(drift_ppm) + 1000])
    board_s = np.arange(0.0, 90.0, BATCH_S)
    clock = HostClock()
    errors = []
    for t, arrival in zip(
        board_s, arrivals(board_s, rng, interval_s=interval_s, drift_ppm=drift_ppm, offset_s=1234.5), strict=True
    ):
        clock.add(float(t), float(arrival))
        errors.append(clock.host_s(float(t)) - (1234.5 + t * (1.0 + drift_ppm * 1e-6)))
    assert 0.0 < errors[-1] < 0.005
    assert max(np.abs(errors[300:])) < 0.010
    assert clock.drift_ppm == pytest.approx(drift_ppm, abs=60.0)


def test_a_board_whose_time_begins_anew_is_followed_at_once() -> None:
    clock = HostClock()
    for k in range(100):
        clock.add(5000.0 + 0.1 * k, 100.0 + 0.1 * k + 0.002)
    clock.add(0.0, 120.0)
    clock.add(0.1, 120.1)
    assert clock.host_s(0.1) == pytest.approx(120.1, abs=0.01)


def test_jitter_says_how_late_the_late_ones_come() -> None:
    clock = HostClock()
    for k in range(300):
        clock.add(0.1 * k, 0.1 * k + (0.050 if k % 10 == 0 else 0.002))
    assert clock.jitter_s == pytest.approx(0.048, abs=0.002)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0.001, 0.5), st.floats(0.0, 1.0)), min_size=2, max_size=300))
def test_no_batch_arrives_before_it_was_taken_by_more_than_rounding(steps: list[tuple[float, float]]) -> None:
    clock = HostClock()
    board_s, arrival_s = 0.0, 50.0
    for step_s, delay_s in steps:
        board_s += step_s
        arrival_s = max(arrival_s, 50.0 + board_s + delay_s)
        clock.add(board_s, arrival_s)
        assert clock.host_s(board_s) - arrival_s < 0.1
