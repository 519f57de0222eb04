"""Inclination: how far the shank's long axis leans forward from the vertical, and how sure that angle is.

Taken in a sagittal plane that stands on the floor (`sagittal_plane`); positive with the knee over the toes.

Sensor and filter err by half a degree. The rest grows with the angle: skin turns against the bone by 0.7 to 3 deg at
30 deg of inclination (1.5 in the middle), and a shank that turns about itself while it leans sideways reads too much
or too little. docs/validation.md compares it with optical squats: 95 % lie within two standard deviations.
"""

from __future__ import annotations

from math import atan2, hypot

from ..samples import Vector
from ..units import RAD_PER_DEG

SENSOR_RAD = 0.5 * RAD_PER_DEG
SKIN_SHARE = 1.75 / 30.0


def inclination(long_axis: Vector, forward: tuple[float, float]) -> float:
    """Forward tilt, rad in (-pi, pi], of the shank's long axis.

    long_axis: unit vector up along the tibia, earth frame (z up); forward: horizontal unit vector of the sagittal
    plane, earth frame.
    """
    long_x, long_y, long_z = long_axis
    return atan2(long_x * forward[0] + long_y * forward[1], long_z)


def inclination_sd(inclination_rad: float) -> float:
    """Standard deviation, rad, of an inclination relative to standing."""
    return hypot(SENSOR_RAD, SKIN_SHARE * inclination_rad)
