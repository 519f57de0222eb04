"""Medial tilt: positive with the knee towards the other leg, on both legs, whichever way the person faces."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from shinsight.kinematics.knee_in import knee_in, largest_knee_in
from shinsight.results import Side
from shinsight.samples import Vector


def leaning(to_the_left_deg: float, facing_deg: float, forward_deg: float = 0.0) -> tuple[Vector, tuple[float, float]]:
    """Long axis in an earth frame seen from above (z up), and the heading of the sagittal plane."""
    facing = np.radians(facing_deg)
    forward, left = np.array([np.cos(facing), np.sin(facing)]), np.array([-np.sin(facing), np.cos(facing)])
    aside, ahead = np.radians(to_the_left_deg), np.radians(forward_deg)
    x, y = (left * np.sin(aside) + forward * np.cos(aside) * np.sin(ahead)).tolist()
    return (x, y, float(np.cos(aside) * np.cos(ahead))), (float(forward[0]), float(forward[1]))


@pytest.mark.parametrize("facing_deg", [0.0, 70.0, 200.0])
@pytest.mark.parametrize("forward_deg", [0.0, 30.0])
def test_a_knee_that_goes_to_the_left_is_in_on_the_right_leg_and_out_on_the_left(
    facing_deg: float, forward_deg: float
) -> None:
    long_axis, forward = leaning(8.0, facing_deg, forward_deg)
    assert np.degrees(knee_in(long_axis, forward, Side.RIGHT)) == pytest.approx(8.0)
    assert np.degrees(knee_in(long_axis, forward, Side.LEFT)) == pytest.approx(-8.0)


def test_a_shank_that_lies_on_its_side_is_a_right_angle_though_rounding_goes_beyond() -> None:
    for to_the_left in (1.0 + 1e-12, -1.0 - 1e-12):
        expected = np.copysign(np.pi / 2.0, to_the_left)
        assert knee_in((0.0, to_the_left, 0.0), (1.0, 0.0), Side.RIGHT) == pytest.approx(expected)


def test_the_largest_of_a_repetition_keeps_its_sign() -> None:
    assert largest_knee_in([-0.05, 0.02, 0.01]) == 0.02
    assert largest_knee_in([-0.05, -0.02, -0.03]) == -0.02
    assert isnan(largest_knee_in([]))
