"""Every row of the table of movements in docs/frames-and-units.md."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from shank_poses import SHANK, STANDING, quaternion
from shinsight.calibration.worn.alignment import align
from shinsight.errors import DataError
from shinsight.kinematics.sagittal_plane import SagittalPlane, ShankAngles
from shinsight.results import Side

HELD_S = 2.0


def angles_of(
    side: Side, *, forward_deg: float = 0.0, to_the_left_deg: float = 0.0, turn_deg: float = 0.0
) -> ShankAngles:
    """A shank that stood upright, then leans and turns about its own axis for two seconds, seen through the plane."""
    plane = SagittalPlane(alignment=SHANK, side=side)
    upright = STANDING
    lean = Rotation.from_euler("z", -forward_deg, degrees=True)
    aside = Rotation.from_euler("x", -to_the_left_deg, degrees=True)
    turn = Rotation.from_euler("y", turn_deg, degrees=True)
    leaning = upright * aside * lean * turn
    plane.update(0.0, quaternion(upright))
    plane.update(0.01, quaternion(upright * lean))  # away from standing: the plane no longer follows
    times = np.arange(0.02, HELD_S, 0.01).tolist()
    return plane.run(times, [quaternion(leaning)] * len(times))[-1]


@pytest.mark.parametrize("degrees", [30.0, -10.0])
def test_knee_over_the_toes_is_positive_and_leaning_back_negative(degrees: float) -> None:
    angles = angles_of(Side.RIGHT, forward_deg=degrees)
    assert np.degrees(angles.inclination_rad) == pytest.approx(degrees, abs=0.01)
    assert angles.knee_in_rad == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("side", "to_the_left_deg"), [(Side.RIGHT, 6.0), (Side.LEFT, -6.0)])
def test_knee_towards_the_other_leg_is_positive_knee_in_on_both_sides(side: Side, to_the_left_deg: float) -> None:
    towards = angles_of(side, to_the_left_deg=to_the_left_deg)
    assert np.degrees(towards.knee_in_rad) == pytest.approx(6.0, abs=0.01)
    assert towards.inclination_rad == pytest.approx(0.0, abs=1e-6)
    away = angles_of(side, to_the_left_deg=-to_the_left_deg)
    assert np.degrees(away.knee_in_rad) == pytest.approx(-6.0, abs=0.01)


def test_a_shank_that_turns_about_itself_in_the_squat_keeps_its_inclination() -> None:
    assert np.degrees(angles_of(Side.RIGHT, forward_deg=30.0, turn_deg=25.0).inclination_rad) == pytest.approx(
        30.0, abs=0.01
    )


def test_the_plane_follows_a_person_who_turns_round_while_standing() -> None:
    plane = SagittalPlane(alignment=SHANK, side=Side.RIGHT)
    for k in range(400):
        round_deg = min(90.0, 0.5 * k)
        plane.update(0.01 * k, quaternion(Rotation.from_euler("z", round_deg, degrees=True) * STANDING))
    lean = Rotation.from_euler("z", -30.0, degrees=True)
    faced = Rotation.from_euler("z", 90.0, degrees=True) * STANDING * lean
    assert np.degrees(plane.update(4.0, quaternion(faced)).inclination_rad) == pytest.approx(30.0, abs=0.2)


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
