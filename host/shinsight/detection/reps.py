"""Repetitions from shank inclination, with hysteresis: a dip between two peaks does not end a rep.

A rep opens when the shank has come forward of its last rest, is over once the inclination has fallen to a share of
its peak, and ends where it comes to rest or turns forward again. Nothing here knows the heel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ..samples import FloatArray
from ..units import RAD_PER_DEG
from .exercises import ExerciseProfile


@dataclass(frozen=True, slots=True)
class RepWindow:
    """start_s, bottom_s (largest inclination), end_s; peak_inclination_rad relative to standing."""

    start_s: float
    bottom_s: float
    end_s: float
    peak_inclination_rad: float


class _State(Enum):
    REST = 0
    FORWARD = 1
    RETURNING = 2


REST_BAND_RAD = 2.5 * RAD_PER_DEG
"""Within this of its rest, the shank counts as back."""
LEFT_REST_SHARE = 0.5
"""A rep starts where the shank was last within this share of the rest band."""
RETURNED_SHARE = 0.6
"""A rep is on its way back at the latest when the shank is within this share of the rest band."""
TURN_SHARE = 0.25
"""A shank that comes forward again by this share of the rep's height begins the next rep."""
REST_DRIFT_S = 1.5
"""The rest level follows a person who settles into another stance with this time constant."""
REST_DROP_S = 0.3
SETTLE_S = 1.2
"""A shank that does not come all the way back ends its rep after this long below the closing level."""


class RepCounter:
    """Counts repetitions of one exercise, whose thresholds are in `profile`.

    update(t_s, inclination_rad) gives the rep that has just ended, or None. `run` does the same for arrays.
    """

    def __init__(self, *, profile: ExerciseProfile) -> None:
        self._profile = profile
        self._state = _State.REST
        self._rest_rad: float | None = None
        self._last_s = 0.0
        self._left_rest_s = 0.0
        self._peak_rad = 0.0
        self._peak_s = 0.0
        self._low_rad = 0.0
        self._low_s = 0.0
        self._returning_s = 0.0

    @property
    def in_rep(self) -> bool:
        """Whether a rep is under way."""
        return self._state is not _State.REST

    @property
    def start_s(self) -> float:
        """Start of the rep under way (meaningful while `in_rep`)."""
        return self._left_rest_s

    def update(self, t_s: float, inclination_rad: float) -> RepWindow | None:
        """Take one moment: time in s, forward tilt from standing in rad."""
        if self._rest_rad is None:
            self._rest_rad = inclination_rad
            self._left_rest_s = t_s
            self._last_s = t_s
        step_s, self._last_s = t_s - self._last_s, t_s
        if self._state is _State.REST:
            self._rest(t_s, step_s, inclination_rad)
            return None
        if self._state is _State.FORWARD:
            self._forward(t_s, inclination_rad)
            return None
        return self._returning(t_s, inclination_rad)

    def _rest(self, t_s: float, step_s: float, inclination_rad: float) -> None:
        assert self._rest_rad is not None
        above = inclination_rad - self._rest_rad
        # Downwards faster than upwards, but a short dip between reps is not a stance.
        self._rest_rad += above * min(1.0, step_s / (REST_DRIFT_S if above > 0.0 else REST_DROP_S))
        if inclination_rad - self._rest_rad < LEFT_REST_SHARE * REST_BAND_RAD:
            self._left_rest_s = t_s
        if inclination_rad - self._rest_rad > self._profile.open_rad:
            self._state = _State.FORWARD
            self._peak_rad, self._peak_s = inclination_rad, t_s

    def _forward(self, t_s: float, inclination_rad: float) -> None:
        assert self._rest_rad is not None
        if inclination_rad > self._peak_rad:
            self._peak_rad, self._peak_s = inclination_rad, t_s
        height = self._peak_rad - self._rest_rad
        if height < self._profile.least_peak_rad and t_s - self._peak_s > SETTLE_S:
            # Another stance, not a rep: the person shifted and stayed.
            self._state = _State.REST
            self._rest_rad = inclination_rad
            return
        if inclination_rad - self._rest_rad < max(self._profile.close_share * height, RETURNED_SHARE * REST_BAND_RAD):
            self._state = _State.RETURNING
            self._returning_s = t_s
            self._low_rad, self._low_s = inclination_rad, t_s

    def _returning(self, t_s: float, inclination_rad: float) -> RepWindow | None:
        assert self._rest_rad is not None
        if inclination_rad < self._low_rad:
            self._low_rad, self._low_s = inclination_rad, t_s
        height = self._peak_rad - self._rest_rad
        if inclination_rad - self._low_rad > max(self._profile.open_rad, TURN_SHARE * height):
            window = self._close(self._low_s)
            # It turned forward before it came to rest: touch and go, the next rep starts at the turn.
            self._state = _State.FORWARD
            self._rest_rad = self._low_rad
            self._left_rest_s = self._low_s
            self._peak_rad, self._peak_s = inclination_rad, t_s
            return window
        back = inclination_rad - self._rest_rad < REST_BAND_RAD
        if back or t_s - self._returning_s > SETTLE_S:
            window = self._close(t_s if back else self._low_s)
            self._state = _State.REST
            self._rest_rad = self._low_rad
            self._left_rest_s = t_s
            return window
        return None

    def finish(self) -> RepWindow | None:
        """End of the stream: a rep that was already on its way back counts."""
        if self._state is not _State.RETURNING:
            return None
        self._state = _State.REST
        return self._close(self._low_s)

    def _close(self, end_s: float) -> RepWindow | None:
        assert self._rest_rad is not None
        start_s = self._left_rest_s
        enough = self._peak_rad - self._rest_rad >= self._profile.least_peak_rad
        if not enough or not self._profile.shortest_s <= end_s - start_s <= self._profile.longest_s:
            return None
        return RepWindow(start_s, self._peak_s, end_s, self._peak_rad)

    def run(self, t_s: FloatArray, inclination_rad: FloatArray) -> Sequence[RepWindow]:
        """All reps that ended within the arrays : (n,) each, s and rad."""
        found = (self.update(t, a) for t, a in zip(t_s.tolist(), inclination_rad.tolist(), strict=True))
        return [window for window in found if window is not None]
