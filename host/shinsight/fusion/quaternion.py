"""Unit quaternions as plain float tuples (w, x, y, z), of the kind R_earth_from_sensor.

`multiply(a, b)` is the rotation b, then a, as matrices multiply. A strapdown step is
`multiply(q_earth_from_sensor, from_rotation_vector(rate_radps * dt_s))`: the turn is given in the sensor frame.
Tuples, not arrays: one step costs a microsecond instead of ten.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import atan2, cos, sin, sqrt

from ..samples import Vector

Quaternion = tuple[float, float, float, float]

IDENTITY: Quaternion = (1.0, 0.0, 0.0, 0.0)


def multiply(a: Quaternion, b: Quaternion) -> Quaternion:
    """Rotation a after rotation b."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    return (
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )


def conjugate(q: Quaternion) -> Quaternion:
    """The opposite rotation of a unit quaternion."""
    w, x, y, z = q
    return (w, -x, -y, -z)


def from_rotation_vector(turn_rad: Vector) -> Quaternion:
    """The rotation about the vector's direction by its length (rad)."""
    x, y, z = turn_rad
    angle = sqrt(x * x + y * y + z * z)
    # sin(a/2)/a by its series near zero, where the quotient has no digits left.
    share = 0.5 - angle * angle / 48.0 if angle < 1e-4 else sin(0.5 * angle) / angle
    return (cos(0.5 * angle), x * share, y * share, z * share)


def to_rotation_vector(q: Quaternion) -> Vector:
    """The shorter turn (rad, length at most pi) that this unit quaternion is."""
    w, x, y, z = q if q[0] >= 0.0 else (-q[0], -q[1], -q[2], -q[3])
    sine = sqrt(x * x + y * y + z * z)
    share = 2.0 if sine < 1e-9 else 2.0 * atan2(sine, w) / sine
    return (x * share, y * share, z * share)


def rotate(q: Quaternion, vector: Vector) -> Vector:
    """The vector, given in the frame on the right of q's name, seen from the frame on the left."""
    _, x, y, z = multiply(multiply(q, (0.0, *vector)), conjugate(q))
    return (x, y, z)


def strapdown(rates_radps: Iterable[Vector], dt_s: float) -> Quaternion:
    """The turn that these sensor-frame rates make, each held for dt_s: R_start_from_end."""
    q = IDENTITY
    for x, y, z in rates_radps:
        q = multiply(q, from_rotation_vector((x * dt_s, y * dt_s, z * dt_s)))
    return q
