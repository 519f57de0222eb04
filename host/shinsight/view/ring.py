"""Keeps the newest part of the curve in arrays allocated once: eight hours take no more memory than one minute.

The arrays have twice the capacity. When they are full, the newest `capacity` rows move to the front. Every part of the
curve is therefore one contiguous view, and the moves are rare.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..results import FrameBlock
from ..samples import FloatArray

CAPACITY = 30_000
"""Rows: 60 s at 500 Hz; at 2000 Hz, the highest rate of a board, still the 15 s that are drawn."""


class FrameRing:
    """Keeps times, inclinations and heel codes of the newest `capacity` frames."""

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._t_s = np.empty(2 * capacity)
        self._inclination_rad = np.empty(2 * capacity)
        self._heel_code = np.empty(2 * capacity, np.uint8)
        self._end = 0

    def __len__(self) -> int:
        return min(self._end, self._capacity)

    @property
    def nbytes(self) -> int:
        """Size of the arrays in bytes; it never changes."""
        return self._t_s.nbytes + self._inclination_rad.nbytes + self._heel_code.nbytes

    def extend(self, frames: FrameBlock) -> None:
        """Append frames, at most the newest `capacity` of them. A clock that restarts starts a new curve."""
        n = min(len(frames), self._capacity)
        if n == 0:
            return
        if self._end and frames.t_s[-n] < self._t_s[self._end - 1]:
            self._end = 0
        if self._end + n > len(self._t_s):
            keep = slice(self._end - (self._capacity - n), self._end)
            for column in self._columns():
                column[: self._capacity - n] = column[keep].copy()
            self._end = self._capacity - n
        new = slice(self._end, self._end + n)
        self._t_s[new] = frames.t_s[-n:]
        self._inclination_rad[new] = frames.inclination_rad[-n:]
        self._heel_code[new] = frames.heel_code[-n:]
        self._end += n

    def latest(self, span_s: float) -> tuple[FloatArray, FloatArray, NDArray[np.uint8]]:
        """Return views of t_s, inclination_rad, heel_code (n,) of the last `span_s`, valid until the next `extend`."""
        start = self._end - len(self)
        t_s = self._t_s[start : self._end]
        if len(t_s):
            start += int(np.searchsorted(t_s, t_s[-1] - span_s))
        part = slice(start, self._end)
        return self._t_s[part], self._inclination_rad[part], self._heel_code[part]

    def _columns(self) -> tuple[NDArray[np.generic], ...]:
        return self._t_s, self._inclination_rad, self._heel_code
