"""A foot that pitches, seen by a sensor in any mounting."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from shinsight.samples import FloatArray, Vector
from strategies import unit_quaternions

UP = np.array([0.0, 1.0, 0.0])  # foot frame: x forward, y up, z right
RIGHT = np.array([0.0, 0.0, 1.0])
mountings = unit_quaternions().map(lambda q: Rotation.from_quat([q[1], q[2], q[3], q[0]]))


def vector(array: FloatArray) -> Vector:
    x, y, z = array.tolist()
    return (x, y, z)


def seen_up(mounting: Rotation, pitch_rad: FloatArray) -> FloatArray:
    """(n, 3) up in the sensor (R_foot_from_sensor = mounting) of a foot whose heel is up by these angles."""
    R_upright_from_foot = Rotation.from_rotvec(np.outer(-pitch_rad, RIGHT))
    return np.asarray((R_upright_from_foot * mounting).inv().apply(UP))
