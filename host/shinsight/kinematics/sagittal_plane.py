"""The shank's sagittal plane, which stands on the floor, and where the long axis points against it.

The plane is the foot's, not the sensor's: while the shank leans, the tibia (and more so its skin) turns about its long
axis, and an angle read off the sensor's own forward axis would shrink. So the plane's heading is taken from the
sensor while the person stands and held, by the gyro, through the rep.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot

from ..fusion.quaternion import Quaternion, rotate
from ..results import Side
from ..units import RAD_PER_DEG
from .inclination import inclination
from .knee_in import knee_in
from .shank import Alignment

STANDING_RAD = 6.0 * RAD_PER_DEG
FOLLOW_S = 0.3
"""While standing, the plane follows the shank's heading with this time constant: people turn round between sets."""
LEVEL_SHARE = 0.1
"""A forward axis with less than this of its length level (within 6 deg of the vertical) gives no heading."""


@dataclass(frozen=True, slots=True)
class ShankAngles:
    """Forward tilt from standing in the sagittal plane, and medial tilt (the knee towards the other leg), rad."""

    inclination_rad: float
    knee_in_rad: float


class SagittalPlane:
    """Measures the shank's angles in a sagittal plane that it finds itself while the person stands.

    update(t_s, q_earth_from_sensor) gives `ShankAngles`; `run` does the same for lists. alignment: of the shank in the
    sensor; side: the leg that wears it.
    """

    def __init__(self, *, alignment: Alignment, side: Side) -> None:
        self._alignment = alignment
        self._side = side
        self._forward: tuple[float, float] | None = None
        self._last_s = 0.0
        self._last_rad = 0.0

    def update(self, t_s: float, q_earth_from_sensor: Quaternion) -> ShankAngles:
        """Take one orientation (w, x, y, z), earth frame z up, at a time in s."""
        long_axis = rotate(q_earth_from_sensor, self._alignment.up)
        ahead_x, ahead_y, _ = rotate(q_earth_from_sensor, self._alignment.forward)
        length = hypot(ahead_x, ahead_y)
        if length > LEVEL_SHARE:
            self._follow(t_s, (ahead_x / length, ahead_y / length))
        forward = self._forward or (1.0, 0.0)
        angles = ShankAngles(inclination(long_axis, forward), knee_in(long_axis, forward, self._side))
        self._last_s, self._last_rad = t_s, angles.inclination_rad
        return angles

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
        """Return the results of n updates."""
        return [self.update(t, q) for t, q in zip(t_s, q_earth_from_sensor, strict=True)]
