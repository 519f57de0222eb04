"""Every row of the table of movements in docs/frames-and-units.md."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from shinsight.calibration.alignment import align
from shinsight.errors import DataError
from shinsight.kinematics.shank import Alignment
from shinsight.results import Side

SHANK = Alignment(forward=(1.0, 0.0, 0.0), up=(0.0, 1.0, 0.0), right=(0.0, 0.0, 1.0))


def up_in_shank(forward_deg: float = 0.0, to_the_left_deg: float = 0.0) -> tuple[float, float, float]:
    """What a tilted shank sees as up: a shank that leans forward sees it behind, one that leans left sees it right."""
    f, s = radians(forward_deg), radians(to_the_left_deg)
    return (-sin(f) * cos(s), cos(f) * cos(s), sin(s))


@pytest.mark.parametrize(("degrees", "sign"), [(30.0, 1), (-10.0, -1)])
def test_knee_over_the_toes_is_positive_and_leaning_back_negative(degrees: float, sign: int) -> None:
    assert np.degrees(SHANK.inclination_rad(up_in_shank(forward_deg=degrees))) == pytest.approx(degrees)
    assert np.sign(SHANK.inclination_rad(up_in_shank(forward_deg=degrees))) == sign
    assert SHANK.knee_in_rad(up_in_shank(forward_deg=degrees), Side.RIGHT) == pytest.approx(0.0)


@pytest.mark.parametrize(("side", "to_the_left_deg"), [(Side.RIGHT, 6.0), (Side.LEFT, -6.0)])
def test_knee_towards_the_other_leg_is_positive_knee_in_on_both_sides(side: Side, to_the_left_deg: float) -> None:
    up = up_in_shank(to_the_left_deg=to_the_left_deg)
    assert np.degrees(SHANK.knee_in_rad(up, side)) == pytest.approx(6.0)
    assert SHANK.inclination_rad(up) == pytest.approx(0.0)
    away = up_in_shank(to_the_left_deg=-to_the_left_deg)
    assert np.degrees(SHANK.knee_in_rad(away, side)) == pytest.approx(-6.0)


@pytest.mark.parametrize("seed", range(5))
def test_alignment_finds_the_shank_in_any_mounting_from_knees_that_go_forward(seed: int) -> None:
    mounting = Rotation.random(random_state=seed)
    lean = np.radians(25) * np.sin(np.linspace(0, np.pi, 200)) ** 2
    up = mounting.apply(np.stack([-np.sin(lean), np.cos(lean), 0 * lean], 1))
    rate = np.gradient(lean) * 100
    gyro = mounting.apply(np.stack([0 * rate, 0 * rate, -rate], 1))
    found = align(mounting.apply([0.0, 1.0, 0.0]), up, gyro)
    assert np.allclose(found.R_sensor_from_shank, mounting.as_matrix(), atol=1e-6)


def test_a_sensor_that_did_not_turn_cannot_be_aligned() -> None:
    with pytest.raises(DataError, match="no movement"):
        align(np.array([0.0, 1.0, 0.0]), np.tile([0.0, 1.0, 0.0], (50, 1)), np.zeros((50, 3)))
