"""The quaternion helpers, held against scipy."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

import strategies
from shinsight.fusion.quaternion import (
    Quaternion,
    conjugate,
    from_rotation_vector,
    multiply,
    rotate,
    strapdown,
    to_rotation_vector,
)

small = st.tuples(*[st.floats(-1.7, 1.7)] * 3)


def reference(q: Quaternion) -> Rotation:
    return Rotation.from_quat(q, scalar_first=True)


@given(strategies.unit_quaternions(), strategies.unit_quaternions(), small)
def test_products_and_rotations_are_those_of_matrices(
    a: Quaternion, b: Quaternion, v: tuple[float, float, float]
) -> None:
    assert np.allclose(reference(multiply(a, b)).as_matrix(), reference(a).as_matrix() @ reference(b).as_matrix())
    assert np.allclose(rotate(a, v), reference(a).as_matrix() @ np.array(v))
    assert np.allclose(multiply(a, conjugate(a)), (1.0, 0.0, 0.0, 0.0))


@given(small)
def test_a_rotation_vector_comes_back(v: tuple[float, float, float]) -> None:
    q = from_rotation_vector(v)
    assert np.allclose(reference(q).as_rotvec(), v)
    assert to_rotation_vector(q) == pytest.approx(v, abs=1e-9)
    assert to_rotation_vector((-q[0], -q[1], -q[2], -q[3])) == pytest.approx(v, abs=1e-9)


@pytest.mark.parametrize("angle", [0.0, 1e-12, 1e-5, 1e-3, pi - 1e-6])
def test_the_smallest_and_the_largest_turns_keep_their_digits(angle: float) -> None:
    assert to_rotation_vector(from_rotation_vector((0.0, angle, 0.0)))[1] == pytest.approx(angle, rel=1e-9)


def test_strapdown_turns_in_the_sensor_frame() -> None:
    quarter = pi / 2
    turned = strapdown([(0.0, 0.0, quarter), (quarter, 0.0, 0.0)], 1.0)
    # After the turn about z, the sensor's own x axis points along the old y.
    assert rotate(turned, (1.0, 0.0, 0.0)) == pytest.approx((0.0, 1.0, 0.0))
    assert rotate(turned, (0.0, 1.0, 0.0)) == pytest.approx((0.0, 0.0, 1.0))
