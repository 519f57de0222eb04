"""Inclination and knee-in over time: the shank's long axis against a sagittal plane that stands on the floor.

The plane is the foot's, not the sensor's: while the shank leans, the tibia (and more so its skin) turns about its long
axis, and an angle read off the sensor's own forward axis would shrink. So the plane's heading is taken from the
sensor while the person stands and held, by the gyro, through the rep.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan2, exp, hypot

from ..fusion.quaternion import Quaternion, rotate
from ..results import Side
from ..units import RAD_PER_DEG
from .shank import Alignment

STANDING_RAD = 6.0 * RAD_PER_DEG
FOLLOW_S = 0.3
"""While standing, the plane follows the shank's heading with this time constant: people turn round between sets."""


@dataclass(frozen=True, slots=True)
class ShankAngles:
    """Forward tilt from standing in the sagittal plane, and medial tilt (the knee towards the other leg), rad."""

    inclination_rad: float
    knee_in_rad: float


class SagittalPlane:
    """update(t_s, q_earth_from_sensor) -> ShankAngles. `run` is its twin on lists."""

    def __init__(self, *, alignment: Alignment, side: Side) -> None:
        self._alignment = alignment
        self._side = side
        self._forward: tuple[float, float] | None = None
        self._last_s = 0.0
        self._last_rad = 0.0

    def update(self, t_s: float, q_earth_from_sensor: Quaternion) -> ShankAngles:
        long_x, long_y, long_z = rotate(q_earth_from_sensor, self._alignment.up)
        ahead_x, ahead_y, _ = rotate(q_earth_from_sensor, self._alignment.forward)
        length = hypot(ahead_x, ahead_y)
        if length > 0.1:
            ahead = (ahead_x / length, ahead_y / length)
            self._follow(t_s, ahead)
        forward_x, forward_y = self._forward or (1.0, 0.0)
        inclination = atan2(long_x * forward_x + long_y * forward_y, long_z)
        to_the_left = asin(max(-1.0, min(1.0, long_y * forward_x - long_x * forward_y)))
        self._last_s, self._last_rad = t_s, inclination
        return ShankAngles(inclination, to_the_left if self._side is Side.RIGHT else -to_the_left)

    def _follow(self, t_s: float, ahead: tuple[float, float]) -> None:
        if self._forward is None:
            self._forward = ahead
            return
        step_s = t_s - self._last_s
        if abs(self._last_rad) > STANDING_RAD or step_s <= 0.0:
            return
        share = 1.0 - exp(-step_s / FOLLOW_S)
        x = self._forward[0] + share * (ahead[0] - self._forward[0])
        y = self._forward[1] + share * (ahead[1] - self._forward[1])
        length = hypot(x, y)
        if length > 0.0:
            self._forward = (x / length, y / length)

    def run(self, t_s: list[float], q_earth_from_sensor: list[Quaternion]) -> list[ShankAngles]:
        """n updates."""
        return [self.update(t, q) for t, q in zip(t_s, q_earth_from_sensor, strict=True)]
