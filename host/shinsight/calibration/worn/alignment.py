"""Sensor-to-segment alignment: which way the shank points in the sensor, from standing and movement.

The shank's y axis is the up direction of the quiet stance (zero = standing), z the flexion axis (principal axis of
the gyro while the knee travels over the toes, Seel et al. 2014), x forward. Works for any mounting rotation.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from ...errors import DataError
from ...kinematics.shank import Alignment
from ...samples import FloatArray, Vector


def standing_only(up: FloatArray) -> Alignment:
    """Alignment before any movement: only `up` means something, forward is a guess. Inclination is not usable."""
    guess = np.eye(3)[int(np.argmin(np.abs(up)))]
    return _from_axes(up, np.cross(guess, up))


def align(up_standing: FloatArray, up: FloatArray, gyro_radps: FloatArray) -> Alignment:
    """Alignment from a movement in which the knee goes forward over the toes and comes back.

    up_standing : (3,); up : (n, 3) up-vectors and gyro_radps : (n, 3) bias-free rates of the movement, sensor frame.
    Raises DataError when nothing moved.
    """
    moments = gyro_radps.T @ gyro_radps
    values, vectors = np.linalg.eigh(moments)
    if not values[-1] > 0.0:
        raise DataError("no movement to find the flexion axis in: the gyro reads zero throughout")
    right = vectors[:, -1]
    alignment = _from_axes(up_standing, right)
    lean = -(up @ np.array(alignment.forward))
    # Knees go over the toes, shins do not lie back: the larger excursion is forward.
    if np.percentile(lean, 95) < -np.percentile(lean, 5):
        alignment = _from_axes(up_standing, -right)
    return alignment


def align_by_path(q_standing: FloatArray, q_moving: FloatArray, up_standing: FloatArray) -> Alignment:
    """Alignment from where the shank's long axis goes over the floor, blind to the shank's turning about itself.

    q_standing : (4,) and q_moving : (n, 4) earth from sensor (w, x, y, z), one heading for both; up_standing : (3,).
    Raises DataError when the long axis does not move.
    """
    long_axis = _rotation(q_moving).apply(up_standing)[:, :2]
    values, vectors = np.linalg.eigh(long_axis.T @ long_axis)
    if not values[-1] > 0.0:
        raise DataError("no movement to find the forward direction in: the shank stays upright throughout")
    lean = long_axis @ vectors[:, -1]
    sign = 1.0 if np.percentile(lean, 95) >= -np.percentile(lean, 5) else -1.0
    forward = _rotation(q_standing).inv().apply(np.append(sign * vectors[:, -1], 0.0))
    return _from_axes(up_standing, np.cross(forward, up_standing))


def with_new_stance(alignment: Alignment, up_standing: FloatArray) -> Alignment:
    """The same flexion axis on another quiet stance, up-vector : (3,), sensor frame: a new zero of the angles."""
    return _from_axes(up_standing, np.array(alignment.right))


def _rotation(q: FloatArray) -> Rotation:
    return Rotation.from_quat(np.roll(q, -1, axis=-1))


def _from_axes(up: FloatArray, right: FloatArray) -> Alignment:
    y = up / np.linalg.norm(up)
    z = right - y * float(right @ y)
    z = z / np.linalg.norm(z)
    x = np.cross(y, z)
    return Alignment(_vector(x), _vector(y), _vector(z))


def _vector(array: FloatArray) -> Vector:
    x, y, z = array.tolist()
    return (x, y, z)
