"""Poses of a shank whose sensor lies along its axes: x forward, y up, z to the right."""

from __future__ import annotations

from scipy.spatial.transform import Rotation

from shinsight.fusion.quaternion import Quaternion
from shinsight.kinematics.shank import Alignment

SHANK = Alignment(forward=(1.0, 0.0, 0.0), up=(0.0, 1.0, 0.0), right=(0.0, 0.0, 1.0))
STANDING = Rotation.from_matrix([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""Earth (z up) from a shank that stands upright and faces along x."""


def quaternion(rotation: Rotation) -> Quaternion:
    """(w, x, y, z)."""
    x, y, z, w = rotation.as_quat().tolist()
    return (w, x, y, z)
