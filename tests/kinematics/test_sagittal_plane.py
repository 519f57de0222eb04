"""The plane stands on the floor: it follows a person who turns round while standing, and holds through a repetition."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from shank_poses import SHANK, STANDING, quaternion
from shinsight.kinematics.sagittal_plane import SagittalPlane, ShankAngles
from shinsight.results import Side

STEP_S = 0.01


def held(plane: SagittalPlane, start_s: float, seconds: float, pose: Rotation) -> ShankAngles:
    """The pose kept for so long, sample by sample."""
    angles = [plane.update(start_s + STEP_S * k, quaternion(pose)) for k in range(1, round(seconds / STEP_S) + 1)]
    return angles[-1]


def leaning(forward_deg: float, *, spin_deg: float = 0.0, facing_deg: float = 0.0) -> Rotation:
    """Faces so far to the left of the start, leans forward, and turns about its own long axis."""
    facing = Rotation.from_euler("z", facing_deg, degrees=True)
    lean = Rotation.from_euler("z", -forward_deg, degrees=True)
    return facing * STANDING * lean * Rotation.from_euler("y", spin_deg, degrees=True)


def test_a_shank_that_slowly_turns_about_itself_in_the_squat_keeps_its_inclination() -> None:
    plane = SagittalPlane(alignment=SHANK, side=Side.RIGHT)
    held(plane, 0.0, 1.0, leaning(0.0))
    angles = held(plane, 1.0, 0.1, leaning(30.0))
    for k in range(1, 201):
        angles = plane.update(1.1 + STEP_S * k, quaternion(leaning(30.0, spin_deg=25.0 * k / 200)))
    assert np.degrees(angles.inclination_rad) == pytest.approx(30.0, abs=0.01)
    assert np.degrees(angles.knee_in_rad) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(("forward_deg", "follows"), [(5.9, True), (6.1, False), (-5.9, True), (-6.1, False)])
def test_the_plane_follows_within_six_degrees_of_standing_and_not_beyond(forward_deg: float, follows: bool) -> None:
    plane = SagittalPlane(alignment=SHANK, side=Side.RIGHT)
    held(plane, 0.0, 1.0, leaning(0.0))
    plane.update(1.0 + STEP_S, quaternion(leaning(forward_deg)))
    # The shank turns about itself: a plane that follows sees the lean come from the side.
    side_deg = np.degrees(held(plane, 1.0 + STEP_S, 3.0, leaning(forward_deg, spin_deg=90.0)).knee_in_rad)
    assert abs(side_deg) == pytest.approx(abs(forward_deg) if follows else 0.0, abs=0.05)


def test_standing_the_plane_has_followed_by_the_share_of_its_time_constant() -> None:
    plane = SagittalPlane(alignment=SHANK, side=Side.RIGHT)
    held(plane, 0.0, 1.0, leaning(0.0))
    held(plane, 1.0, 0.3, leaning(0.0, facing_deg=10.0))
    # 1 - 1/e of ten degrees is 6.3; a lean straight ahead of the person is seen from the rest.
    angles = plane.update(1.3 + 1e-6, quaternion(leaning(30.0, facing_deg=10.0)))
    aside_deg = np.degrees(np.arcsin(np.sin(np.radians(30.0)) * np.sin(np.radians(10.0 - 6.32))))
    assert np.degrees(angles.knee_in_rad) == pytest.approx(aside_deg, abs=0.1)


def test_the_first_pose_gives_the_heading_whatever_it_is() -> None:
    plane = SagittalPlane(alignment=SHANK, side=Side.LEFT)
    angles = plane.update(0.0, quaternion(leaning(20.0, facing_deg=140.0)))
    assert np.degrees(angles.inclination_rad) == pytest.approx(20.0)


def test_a_shank_that_lies_flat_gives_no_heading() -> None:
    """Within six degrees of it the forward axis is too short over the floor: the plane waits for a better one."""
    plane = SagittalPlane(alignment=SHANK, side=Side.RIGHT)
    plane.update(0.0, quaternion(leaning(86.0, facing_deg=90.0)))
    assert np.degrees(plane.update(0.01, quaternion(leaning(20.0))).inclination_rad) == pytest.approx(20.0)
    plane = SagittalPlane(alignment=SHANK, side=Side.RIGHT)
    plane.update(0.0, quaternion(leaning(83.0, facing_deg=90.0)))
    assert np.degrees(plane.update(0.01, quaternion(leaning(20.0))).inclination_rad) == pytest.approx(0.0, abs=0.01)


def test_time_that_stands_still_or_steps_back_moves_nothing() -> None:
    plane = SagittalPlane(alignment=SHANK, side=Side.RIGHT)
    held(plane, 0.0, 1.0, leaning(0.0))
    for t_s in (1.0, 0.5):
        plane.update(t_s, quaternion(leaning(0.0, facing_deg=40.0)))
    angles = plane.update(0.5, quaternion(leaning(30.0)))
    assert np.degrees(angles.knee_in_rad) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("side", list(Side))
def test_both_angles_are_of_the_leg_that_wears_the_sensor(side: Side) -> None:
    plane = SagittalPlane(alignment=SHANK, side=side)
    held(plane, 0.0, 1.0, leaning(0.0))
    tilted_left = STANDING * Rotation.from_euler("x", -6.0, degrees=True)
    angles = plane.update(1.01, quaternion(tilted_left))
    assert np.degrees(angles.knee_in_rad) == pytest.approx(6.0 if side is Side.RIGHT else -6.0, abs=0.01)
