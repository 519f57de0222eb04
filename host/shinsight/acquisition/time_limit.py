"""The time a run may take, on the clock and in the data."""

from __future__ import annotations


class TimeLimit:
    """Counts on the clock and in the data, whichever is further: a simulated minute is a minute at any speed.

    for_s: the limit in seconds, None for none.
    """

    def __init__(self, for_s: float | None) -> None:
        self._for_s = for_s
        self._began_s = 0.0
        self._first_arrival_s: float | None = None
        self.last_arrival_s: float | None = None
        """When the newest bytes came, on the link's clock in seconds; None before the first."""

    def begin(self, now_s: float) -> None:
        """Count from now on."""
        self._began_s = now_s

    def arrived(self, arrival_s: float) -> None:
        """Note when bytes came."""
        if self._first_arrival_s is None:
            self._first_arrival_s = arrival_s
        self.last_arrival_s = arrival_s

    def reached(self, now_s: float) -> bool:
        """Return whether the run has taken its time."""
        if self._for_s is None:
            return False
        in_data_s = 0.0
        if self._first_arrival_s is not None and self.last_arrival_s is not None:
            in_data_s = self.last_arrival_s - self._first_arrival_s
        return max(in_data_s, now_s - self._began_s) >= self._for_s
