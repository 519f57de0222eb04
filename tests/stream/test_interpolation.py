"""What is likely between two runs of samples: a line, or the best linear guess from the recent movement."""

from __future__ import annotations

import numpy as np
import pytest

from shinsight.samples import FloatArray
from shinsight.stream.interpolation import HISTORY_SPANS, NOISE_SHARE, QUANTISATION_COUNTS2, kriging_fill, straight

RATE_HZ = 100.0


def slow(count: int, *, start: int = 0) -> FloatArray:
    """Two axes that swing once a second, in counts."""
    t = (start + np.arange(count)) / RATE_HZ
    return np.stack([2000.0 * np.sin(6.0 * t) + 500.0, 900.0 * np.cos(8.0 * t)], 1)


def test_a_line_runs_evenly_between_its_neighbours_and_leaves_both_out() -> None:
    line = straight(np.array([0.0, 8.0]), np.array([4.0, 0.0]), 3)
    np.testing.assert_allclose(line, [[1.0, 6.0], [2.0, 4.0], [3.0, 2.0]])


def test_a_history_too_short_for_the_gap_gives_a_line() -> None:
    before, after = slow(10), slow(10, start=20)
    span = 30
    line = straight(before[-1], after[0], 10)
    short, enough = (slow(n, start=-n) for n in (HISTORY_SPANS * span - 1, HISTORY_SPANS * span))
    np.testing.assert_array_equal(kriging_fill(before, after, 10, history=short), line)
    assert np.abs(kriging_fill(before, after, 10, history=enough) - line).max() > 1.0


def test_a_slow_movement_is_carried_on_smoothly() -> None:
    found = kriging_fill(slow(10), slow(10, start=25), 15, history=slow(500, start=-500))
    line = straight(slow(10)[-1], slow(10, start=25)[0], 15)
    true = slow(15, start=10)
    assert np.abs(found - true).max() < 0.7 * np.abs(line - true).max()


def test_it_is_ordinary_kriging_with_the_histories_own_covariance() -> None:
    """The textbook's system: weights that sum to one by a Lagrange multiplier."""
    rng = np.random.default_rng(1)
    history = slow(200, start=-200) + rng.normal(0.0, 30.0, (200, 2))
    before, after, count = slow(4), slow(5, start=7), 3
    n, span = len(history), 12
    at = np.arange(span)
    known, wanted = np.r_[0:4, 7:12], np.arange(4, 7)
    found = kriging_fill(before, after, count, history=history)
    for axis in range(2):
        centred = history[:, axis] - history[:, axis].mean()
        covariance = np.array([centred[: n - lag] @ centred[lag:] / n for lag in at])
        noise = NOISE_SHARE * covariance[0] + QUANTISATION_COUNTS2
        system = np.ones((len(known) + 1, len(known) + 1))
        system[:-1, :-1] = covariance[np.abs(known[:, None] - known)] + noise * np.eye(len(known))
        system[-1, -1] = 0.0
        values = np.concatenate([before, after])[:, axis]
        for row, place in enumerate(wanted):
            right = np.append(covariance[np.abs(place - known)], 1.0)
            weights = np.linalg.solve(system, right)[:-1]
            assert weights.sum() == pytest.approx(1.0)
            assert found[row, axis] == pytest.approx(float(weights @ values), abs=1e-6)


def test_an_axis_at_rest_stays_at_rest() -> None:
    still = np.full((200, 1), 37.0)
    np.testing.assert_allclose(kriging_fill(still[:5], still[:5], 4, history=still), np.full((4, 1), 37.0))


def test_the_noise_is_a_hundredth_of_the_variance_and_a_count_squared() -> None:
    assert (NOISE_SHARE, QUANTISATION_COUNTS2, HISTORY_SPANS) == (0.01, 1.0, 3)
