"""Angles of the shank: where its axes lie in the sensor, and what an up-vector says about its tilt.

Shank frame (ISB-like): x forward, y up along the tibia as it stands, z to the right, both legs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan2

import numpy as np

from ..results import Side
from ..samples import FloatArray, Vector


@dataclass(frozen=True, slots=True)
class Alignment:
    """Axes of the shank in the sensor frame: unit vectors forward (x), up at standing (y), right (z)."""

    forward: Vector
    up: Vector
    right: Vector

    def inclination_rad(self, up: Vector) -> float:
        """Forward tilt from standing in the sagittal plane, for the up-vector of now (sensor frame)."""
        x, y, z = up
        fx, fy, fz = self.forward
        ux, uy, uz = self.up
        return atan2(-(x * fx + y * fy + z * fz), x * ux + y * uy + z * uz)

    def knee_in_rad(self, up: Vector, side: Side) -> float:
        """Medial tilt from standing in the frontal plane: the knee towards the other leg is positive."""
        x, y, z = up
        rx, ry, rz = self.right
        to_the_left = asin(max(-1.0, min(1.0, x * rx + y * ry + z * rz)))
        return to_the_left if side is Side.RIGHT else -to_the_left

    @property
    def R_sensor_from_shank(self) -> FloatArray:  # noqa: N802 - a rotation matrix keeps its capital
        return np.array([self.forward, self.up, self.right]).T
