"""Values between two runs of received samples: along a straight line, or as the recent movement makes likely.

`kriging_fill` is ordinary kriging (best linear unbiased prediction with unknown constant mean; Matheron 1963, Krige
1951) on each axis alone. The autocovariance of the last seconds decides how far a neighbour reaches, so a slow squat is
continued smoothly and a knock is not.
"""

from __future__ import annotations

import numpy as np

from ..samples import FloatArray

HISTORY_SPANS = 3
"""The autocovariance needs a history this many times as long as the lags asked of it."""
NOISE_SHARE = 0.01
"""Part of an axis's variance taken as noise; keeps the equations well-conditioned. 0.001 to 0.05 do about as well."""
QUANTISATION_COUNTS2 = 1.0
"""Least noise variance: an axis at rest has no variance of its own to take a share of."""


def straight(before: FloatArray, after: FloatArray, count: int) -> FloatArray:
    """Return (count, axes) values evenly on the line between two neighbours (axes,), both excluded."""
    share = np.arange(1, count + 1, dtype=np.float64)[:, None] / (count + 1)
    return before + share * (after - before)


def kriging_fill(before: FloatArray, after: FloatArray, count: int, *, history: FloatArray) -> FloatArray:
    """Return (count, axes) counts between the runs before : (a, axes) and after : (b, axes), from history : (n, axes)
    counts.

    Returns the straight line while the history is too short for the gap.
    """
    span = len(before) + count + len(after)
    if len(history) < HISTORY_SPANS * span:
        return straight(before[-1], after[0], count)
    lag_covariance = _autocovariance(history, span)
    at = np.arange(span)
    wanted = at[len(before) : len(before) + count]
    known = np.delete(at, wanted)
    among = np.abs(known[:, None] - known)
    across = np.abs(wanted[:, None] - known)
    seen = np.concatenate([before, after])
    ones = np.ones(len(known))
    filled = np.empty((count, seen.shape[1]))
    for axis, covariance in enumerate(lag_covariance.T):
        noise = NOISE_SHARE * covariance[0] + QUANTISATION_COUNTS2
        system = covariance[among] + noise * np.eye(len(known))
        weighted_seen, weighted_ones = np.linalg.solve(system, np.stack([seen[:, axis], ones], axis=1)).T
        mean = (ones @ weighted_seen) / (ones @ weighted_ones)
        filled[:, axis] = mean + covariance[across] @ (weighted_seen - mean * weighted_ones)
    return filled


def _autocovariance(history: FloatArray, lags: int) -> FloatArray:
    """(lags, axes), the biased estimate: it alone is sure to be positive semidefinite."""
    n = len(history)
    spectrum = np.fft.rfft(history - history.mean(axis=0), 2 * n, axis=0)
    covariance: FloatArray = np.fft.irfft(np.abs(spectrum) ** 2, axis=0)[:lags] / n
    return covariance
