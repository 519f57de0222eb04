"""Knee-in: how far the shank tilts towards the other leg, from its standing pose in the frontal plane.

A proxy of dynamic valgus, and called so: it is an angle of the shank alone. Positive with the knee towards the other
leg, on both legs.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import asin, nan

from ..results import Side
from ..samples import Vector


def knee_in(long_axis: Vector, forward: tuple[float, float], side: Side) -> float:
    """Medial tilt, rad in [-pi/2, pi/2], of the shank's long axis.

    long_axis: unit vector up along the tibia, earth frame (z up); forward: horizontal unit vector of the sagittal
    plane, earth frame; side: the leg that wears the sensor.
    """
    long_x, long_y, _ = long_axis
    to_the_left = asin(max(-1.0, min(1.0, long_y * forward[0] - long_x * forward[1])))
    return to_the_left if side is Side.RIGHT else -to_the_left


def largest_knee_in(knee_in_rad: Iterable[float]) -> float:
    """The largest medial tilt, rad, of a repetition: signed, so bow-legged stays negative. NaN without a sample."""
    return max(knee_in_rad, default=nan)
