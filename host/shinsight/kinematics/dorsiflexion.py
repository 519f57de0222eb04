"""Dorsiflexion: the ankle's angle under load, which is the shank's inclination while the heel is down.

With the foot flat, dorsiflexion is inclination plus an offset: the slope of the floor (toes up adds) and the zero that
was chosen. With the heel off the floor the foot has a pitch of its own and nothing is stated.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import asin, nan

from ..results import HeelState
from .shank import Alignment

LIFTED_M = 0.003
"""Ankle rise from which an inclination is no longer dorsiflexion: 4 mm of heel lift, 1.4 deg."""


def flat_foot_offset(alignment: Alignment, *, zero: str, slope_rad: float) -> float:
    """What turns an inclination from standing into dorsiflexion while the foot is flat, rad.

    zero: `standing` counts from the quiet stance; `tibia` from the vertical, along the sensor axis that lies on the
    shin bone (the one nearest to the long axis of the standing shank). slope_rad: of the floor, toes up is positive.
    """
    return slope_rad + (_standing_tilt(alignment) if zero == "tibia" else 0.0)


def dorsiflexion(inclination_rad: float, heel: HeelState, offset_rad: float) -> float:
    """Dorsiflexion at one moment, rad; NaN unless the heel is down. offset_rad: of `flat_foot_offset`."""
    return inclination_rad + offset_rad if heel is HeelState.DOWN else nan


def peak_dorsiflexion(
    inclination_rad: Iterable[float], ankle_rise_m: Iterable[float], offset_rad: float
) -> float | None:
    """The largest dorsiflexion of a repetition while the ankle has not risen by `LIFTED_M`, rad.

    None when no moment counts. inclination_rad, ankle_rise_m: one value each for every moment.
    """
    down = [angle for angle, rise in zip(inclination_rad, ankle_rise_m, strict=True) if rise < LIFTED_M]
    return max(down) + offset_rad if down else None


def _standing_tilt(alignment: Alignment) -> float:
    """Forward tilt at standing, rad, of the sensor axis that lies along the shin bone: the one nearest vertical."""
    axis = max(range(3), key=lambda i: abs(alignment.up[i]))
    sign = 1.0 if alignment.up[axis] > 0.0 else -1.0
    return asin(max(-1.0, min(1.0, sign * alignment.forward[axis])))
