"""Where the axes of the shank lie in the sensor.

Shank frame (ISB-like): x forward, y up along the tibia as it stands, z to the right, both legs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..samples import FloatArray, Vector


@dataclass(frozen=True, slots=True)
class Alignment:
    """Axes of the shank in the sensor frame: unit vectors forward (x), up at standing (y), right (z)."""

    forward: Vector
    up: Vector
    right: Vector

    @property
    def R_sensor_from_shank(self) -> FloatArray:  # noqa: N802 - a rotation matrix keeps its capital
        """(3, 3): takes a vector of the shank frame into the sensor frame."""
        return np.array([self.forward, self.up, self.right]).T
