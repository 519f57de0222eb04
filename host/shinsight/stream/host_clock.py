"""Board time to host time: the lower envelope of (arrival - board time), with drift.

Bytes come late by waiting for a connection interval, a busy computer, a congested radio; never early. So the true
offset lies along the lower edge of (arrival - board time) against board time: of the points' lower convex hull the
edge that is nearest to all of them, that is the one at their mean time, gives offset and drift at once (Moon, Skelly &
Towsley 1999, "Estimation and removal of clock skew from network delay measurements"; Zhang, Liu & Xia 2002 for the
hull). What remains is the least delay of the link, one or two milliseconds on Bluetooth.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise

WINDOW_S = 60.0
BIN_S = 0.5
"""Of all batches of a bin only the earliest counts: the hull stays small."""
DRIFT_AFTER_S = 30.0
"""In a shorter stretch the delays say more about the slope than the clocks do."""
LARGEST_DRIFT = 2e-4
"""Quartz on both sides: 50 ppm each is usual, twice that a bad one."""
RECENT_S = 10.0


class HostClock:
    """add(board_s, arrival_s) for each batch; host_s(board_s) is when that moment was on the host's monotonic clock.

    Board time that steps back has restarted, and the clock restarts with it.
    """

    def __init__(self) -> None:
        self._bins: deque[tuple[float, float]] = deque()  # (board_s, offset), the least offset of each bin
        self._late: deque[tuple[float, float]] = deque()  # (board_s, delay beyond the envelope)
        self._offset_s = 0.0
        self._drift = 0.0
        self._at_s = 0.0

    @property
    def known(self) -> bool:
        """False before the first batch."""
        return bool(self._bins)

    @property
    def drift_ppm(self) -> float:
        """How much slower the board's clock runs than the host's: positive when host time gains on board time."""
        return self._drift * 1e6

    @property
    def jitter_s(self) -> float:
        """95th percentile of the delay beyond the least, over the last `RECENT_S`; 0 before the first batch."""
        delays = sorted(delay for _, delay in self._late)
        return delays[int(0.95 * (len(delays) - 1))] if delays else 0.0

    def add(self, board_s: float, arrival_s: float) -> None:
        """Take the board time of a batch and the host time of its arrival, both in s."""
        offset_s = arrival_s - board_s
        if self._bins and board_s < self._bins[-1][0]:
            self._bins.clear()
            self._late.clear()
        if self._bins and board_s - self._bins[-1][0] < BIN_S:
            if offset_s < self._bins[-1][1]:
                # The bin keeps its first time, so that bins stay apart; half a bin of drift is nothing.
                self._bins[-1] = (self._bins[-1][0], offset_s)
        else:
            self._bins.append((board_s, offset_s))
        while board_s - self._bins[0][0] > WINDOW_S:
            self._bins.popleft()
        self._fit()
        self._late.append((board_s, offset_s - self._offset_at(board_s)))
        while board_s - self._late[0][0] > RECENT_S:
            self._late.popleft()

    def host_s(self, board_s: float) -> float:
        """Convert board time to the clock of the arrival times, s."""
        return board_s + self._offset_at(board_s)

    def _offset_at(self, board_s: float) -> float:
        return self._offset_s + self._drift * (board_s - self._at_s)

    def _fit(self) -> None:
        points = list(self._bins)
        if points[-1][0] - points[0][0] < DRIFT_AFTER_S:
            self._at_s, self._offset_s = min(points, key=lambda p: p[1])
            self._drift = 0.0
            return
        hull = _lower_hull(points)
        mean_s = sum(t for t, _ in points) / len(points)
        left, right = next((a, b) for a, b in pairwise(hull) if b[0] >= mean_s)
        drift = (right[1] - left[1]) / (right[0] - left[0])
        self._drift = max(-LARGEST_DRIFT, min(LARGEST_DRIFT, drift))
        self._at_s, self._offset_s = left


def _lower_hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Of points with rising first coordinate (Andrew's monotone chain)."""
    hull: list[tuple[float, float]] = []
    for x, y in points:
        while len(hull) >= 2:
            (x1, y1), (x2, y2) = hull[-2], hull[-1]
            if (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0.0:
                break
            hull.pop()
        hull.append((x, y))
    return hull
