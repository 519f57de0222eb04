"""Rows that jitter and go missing, put on an even time axis.

The time of a row is late by an unknown delay (the radio, the operating system) but never early, so a sample is missing
only where the lower envelope of the delays rises and stays up: rows that come in bursts are late, not lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d

from ..samples import FloatArray

IntArray = NDArray[np.int64]

ENVELOPE_S = 0.3
"""A burst of rows has caught up within this time; a gap has not."""
GAP_PERIODS = 1.6
"""A longer step has lost something: loops that pause now and then make steps of 1.55 periods (MPU-6050 by ESP32)."""
USUAL_STEP = 0.25
"""Part of the median step by which a usual one may differ from it."""
BURST_STEP = 0.6
"""Where the usual step is shorter than this part of what many rows take each, rows come in bursts."""


@dataclass(frozen=True, slots=True, eq=False)
class EvenTime:
    """slot : (n,) the place each row takes, strictly increasing from 0; place k is at start_s + k / rate_hz."""

    start_s: float
    rate_hz: float
    slot: IntArray

    def times_s(self, slots: IntArray) -> FloatArray:
        """Times (s) of places on the axis."""
        return self.start_s + slots / self.rate_hz


def even_time(t_s: FloatArray) -> EvenTime:
    """The even axis nearest to strictly increasing times : (n,) s, n >= 3."""
    period_s = _usual_period_s(t_s)
    slot = np.arange(len(t_s)) + np.cumsum(_lost_before(t_s, period_s))
    slope_s, start_s = _line(slot, t_s)
    return EvenTime(start_s, 1.0 / slope_s, slot)


def _usual_period_s(t_s: FloatArray) -> float:
    """Mean step where nothing is missing: a single step may be rounded to milliseconds."""
    steps = np.diff(t_s)
    middle = np.median(steps)
    usual_s = float(steps[np.abs(steps - middle) <= USUAL_STEP * middle].mean())
    # The same over many rows; the middle half of them, because some have a gap inside.
    size = max(1, min(50, (len(t_s) - 1) // 4))
    smoothed = np.convolve(t_s - t_s[0], np.full(size, 1.0 / size), mode="valid")
    strides = np.sort((smoothed[size:] - smoothed[:-size]) / size)
    stride_s = float(strides[len(strides) // 4 : max(len(strides) * 3 // 4, len(strides) // 4 + 1)].mean())
    return usual_s if usual_s > BURST_STEP * stride_s else stride_s


def _lost_before(t_s: FloatArray, period_s: float) -> IntArray:
    """(n,) number of samples missing right before each row."""
    late = t_s / period_s - np.arange(len(t_s))
    span = max(1, round(ENVELOPE_S / period_s))
    # scipy centres its windows: shift them so that one ends at its row and the other begins there.
    envelope: dict[str, Any] = {"size": span, "mode": "nearest"}
    until = minimum_filter1d(late, origin=span - 1 - span // 2, **envelope)
    since = minimum_filter1d(late, origin=-(span // 2), **envelope)
    rise = np.minimum(np.diff(late), since[1:] - until[:-1])
    return np.concatenate([[0], np.floor(np.maximum(rise, 0.0) + 2.0 - GAP_PERIODS)]).astype(np.int64)


def _line(slot: IntArray, t_s: FloatArray) -> tuple[float, float]:
    """Slope and start of t_s over slot by least squares, again without the rows that lie far off."""
    kept = np.ones(len(slot), bool)
    for _ in range(2):
        middle, middle_s = slot[kept].mean(), t_s[kept].mean()  # centred: keeps times since 1970 exact
        slope_s = float((slot[kept] - middle) @ (t_s[kept] - middle_s) / ((slot[kept] - middle) ** 2).sum())
        off_s = np.abs(t_s - middle_s - slope_s * (slot - middle))
        kept = off_s <= max(5.0 * float(np.median(off_s)), 1e-9)
    return slope_s, float(middle_s - slope_s * middle)
