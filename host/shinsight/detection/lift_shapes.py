"""The shapes a heel lift may have, as the ankle's rise over time with amplitude one.

Two families. Of time: up at any moment within a quarter of a second to two, and down again before or with the end.
Of the shank: up where the ankle has come to its end, with every degree beyond, down with it or later. Neither
knows how often or how far.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..samples import FloatArray
from ..units import RAD_PER_DEG

ONSETS = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.85, 0.92)
ENDS = (0.55, 0.7, 0.85, 1.0)
RISES_S = (0.25, 0.5, 1.0, 2.0)
"""Onsets and ends as shares of the rep."""
SHORTEST_S = 0.2
FALL_S = 0.4
LEAST_RAMP_S = 0.1
LEANS = (0.2, 0.4, 0.6, 0.75, 0.88)
HELD = (0.7, 0.9)
"""Share of the peak inclination beyond which the heel rises; share of the way up until which it may stay there."""
_LEAST_PEAK = 0.3


def rep_shapes(t_s: FloatArray, inclination_rad: FloatArray, start_s: float, end_s: float) -> FloatArray:
    """(n, k) shapes of a whole rep in [start_s, end_s], on the moments t_s, inclination_rad : (n,)."""
    inside = (t_s >= start_s) & (t_s <= end_s)
    length_s = end_s - start_s
    shapes = []
    for onset in ONSETS:
        for end in ENDS:
            on_s, off_s = start_s + onset * length_s, start_s + end * length_s
            if off_s - on_s < SHORTEST_S:
                continue
            longest_s = max(LEAST_RAMP_S, 0.5 * (off_s - on_s))
            down = _ramp((off_s - t_s) / min(FALL_S, longest_s))
            shapes += [_ramp((t_s - on_s) / min(rise_s, longest_s)) * down for rise_s in RISES_S]
    bottom = int(np.argmax(np.where(inside, inclination_rad, -np.inf)))
    peak_rad = float(inclination_rad[bottom])
    if peak_rad > 0.0:
        for lean in LEANS:
            with_lean = np.clip((inclination_rad / peak_rad - lean) / (1.0 - lean), 0.0, 1.0) * inside
            shapes.append(with_lean)
            for held in HELD:
                off_s = float(t_s[bottom]) + held * (end_s - float(t_s[bottom]))
                fall_s = max(LEAST_RAMP_S, 0.3 * (off_s - float(t_s[bottom])))
                down = np.clip((off_s - t_s) / fall_s, 0.0, 1.0) * inside
                shapes.append(np.where(t_s > t_s[bottom], down, with_lean))
    seen = [shape for shape in shapes if shape.max() > _LEAST_PEAK]
    return np.array(seen or [inside.astype(np.float64)]).T


@dataclass(frozen=True, kw_only=True, slots=True)
class OnsetSettings:
    """Shapes of a lift that is under way: by inclination beyond each of `leans_rad`, and by time since each onset."""

    leans_rad: tuple[float, ...] = tuple(degrees * RAD_PER_DEG for degrees in (6, 10, 14, 18, 22, 26, 30, 35))
    lean_span_rad: float = 10.0 * RAD_PER_DEG
    rises_s: tuple[float, ...] = (0.25, 0.6, 1.5)
    every_s: float = 0.15
    usual_away_s: float = 2.0


class OnsetShapes:
    """The bank of a lift under way; it grows by an onset every so often. `values` are those of the moment given."""

    def __init__(self, settings: OnsetSettings) -> None:
        self._s = settings
        self._leans_rad = np.array(settings.leans_rad)
        self._onset_s: list[float] = []
        self._rise_s: list[float] = []
        self._next_s: float | None = None

    def values(self, t_s: float, inclination_rad: float) -> FloatArray:
        """(k,), a new onset added when one is due."""
        s = self._s
        if self._next_s is None or t_s >= self._next_s:
            self._next_s = t_s + s.every_s
            self._onset_s += [t_s] * len(s.rises_s)
            self._rise_s += s.rises_s
        by_lean = np.maximum((inclination_rad - self._leans_rad) / s.lean_span_rad, 0.0)
        by_time = _ramp((t_s - np.array(self._onset_s)) / np.array(self._rise_s))
        return np.concatenate([by_lean, by_time])

    def log_weight(self, share: float) -> FloatArray:
        """(k,) log prior of each shape: half of `share` to the leans, half spread evenly over the onsets in time."""
        s = self._s
        by_lean = np.full(len(self._leans_rad), 0.5 * share / len(self._leans_rad))
        each = 0.5 * share * s.every_s / s.usual_away_s / len(s.rises_s)
        return np.asarray(np.log(np.concatenate([by_lean, np.full(len(self._onset_s), each)])))


def _ramp(x: FloatArray) -> FloatArray:
    """Smooth from 0 at 0 to 1 at 1."""
    y = np.clip(x, 0.0, 1.0)
    return np.asarray(y * y * (3.0 - 2.0 * y))
