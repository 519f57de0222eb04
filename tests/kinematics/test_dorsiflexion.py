"""From inclination to dorsiflexion: which zero, which slope, and only while the heel is down."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from shinsight.kinematics.dorsiflexion import LIFTED_M, dorsiflexion, flat_foot_offset, peak_dorsiflexion
from shinsight.kinematics.shank import Alignment
from shinsight.results import HeelState

R_SHANK_FROM_BONE_TURNS = [Rotation.from_euler("z", 90.0 * k, degrees=True) for k in range(4)]


def strapped_on(tilt_deg: float, turn: Rotation) -> Alignment:
    """A sensor along a bone that leans forward by tilt_deg at standing; turn: which of its axes points up the bone."""
    R_shank_from_sensor = (Rotation.from_euler("z", -tilt_deg, degrees=True) * turn).as_matrix()
    forward, up, right = (tuple(row) for row in R_shank_from_sensor.tolist())
    return Alignment(forward, up, right)


@pytest.mark.parametrize("turn", R_SHANK_FROM_BONE_TURNS)
@pytest.mark.parametrize("tilt_deg", [7.0, -3.0])
def test_from_the_vertical_a_shin_bone_that_leans_forward_at_standing_begins_above_zero(
    turn: Rotation, tilt_deg: float
) -> None:
    offset = flat_foot_offset(strapped_on(tilt_deg, turn), zero="tibia", slope_rad=0.0)
    assert np.degrees(offset) == pytest.approx(tilt_deg)


def test_from_standing_the_bones_own_tilt_does_not_count() -> None:
    assert flat_foot_offset(strapped_on(7.0, R_SHANK_FROM_BONE_TURNS[0]), zero="standing", slope_rad=0.0) == 0.0


@pytest.mark.parametrize(("zero", "expected_deg"), [("standing", 10.0), ("tibia", 17.0)])
def test_a_floor_with_the_toes_up_adds_its_slope(zero: str, expected_deg: float) -> None:
    alignment = strapped_on(7.0, R_SHANK_FROM_BONE_TURNS[0])
    offset = flat_foot_offset(alignment, zero=zero, slope_rad=np.radians(10.0))
    assert np.degrees(offset) == pytest.approx(expected_deg)


def test_an_axis_that_rounding_makes_longer_than_one_is_a_right_angle() -> None:
    alignment = Alignment((0.0, 1.0 + 1e-12, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    assert flat_foot_offset(alignment, zero="tibia", slope_rad=0.0) == pytest.approx(np.pi / 2.0)
    behind = Alignment((0.0, -1.0 - 1e-12, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    assert flat_foot_offset(behind, zero="tibia", slope_rad=0.0) == pytest.approx(-np.pi / 2.0)


def test_dorsiflexion_is_given_only_while_the_heel_is_down() -> None:
    assert dorsiflexion(0.5, HeelState.DOWN, 0.1) == pytest.approx(0.6)
    assert isnan(dorsiflexion(0.5, HeelState.UP, 0.1))
    assert isnan(dorsiflexion(0.5, HeelState.UNSURE, 0.1))


def test_the_peak_counts_moments_just_below_three_millimetres_of_ankle_and_none_just_above() -> None:
    below, above = 0.00299, 0.00301
    assert peak_dorsiflexion([0.4, 0.6, 0.5], [0.0, above, below], 0.1) == pytest.approx(0.6)
    assert peak_dorsiflexion([0.4, 0.6], [above, above], 0.1) is None
    assert peak_dorsiflexion([], [], 0.1) is None
    assert LIFTED_M == 0.003
