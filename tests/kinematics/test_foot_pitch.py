"""A foot that pitches is measured whatever way its sensor sits and whichever way the person looks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from shinsight.errors import SettingsError
from shinsight.kinematics.foot import FootLengths, FootModel, foot_pitch, tilt_vectors
from shinsight.samples import FloatArray
from tilting_foot import RIGHT, UP, mountings, seen_up, vector

pitches = st.lists(st.floats(-0.6, 1.4), min_size=1, max_size=8).map(np.array)
inclinations = st.floats(-0.2, 0.9)


@given(mountings, pitches)
def test_pitch_is_right_for_any_mounting_and_any_angle(mounting: Rotation, pitch: FloatArray) -> None:
    model = FootModel(vector(mounting.inv().apply(UP)), np.zeros(3), vector(mounting.inv().apply(RIGHT)))
    np.testing.assert_allclose(foot_pitch(model, seen_up(mounting, pitch), np.zeros(len(pitch))), pitch, atol=1e-9)


@given(mountings, pitches)
def test_without_an_axis_the_size_of_the_turn_is_said(mounting: Rotation, pitch: FloatArray) -> None:
    model = FootModel(vector(mounting.inv().apply(UP)), np.zeros(3), None)
    seen = foot_pitch(model, seen_up(mounting, pitch), np.zeros(len(pitch)))
    np.testing.assert_allclose(seen, np.abs(pitch), atol=1e-7)


@given(mountings, st.floats(-0.1, 0.1), inclinations)
def test_what_the_arch_does_is_no_pitch(mounting: Rotation, arch: float, inclination_rad: float) -> None:
    stance, right = mounting.inv().apply(UP), mounting.inv().apply(RIGHT)
    model = FootModel(vector(stance), arch * right, vector(right))
    up = seen_up(mounting, np.array([arch * inclination_rad]))
    np.testing.assert_allclose(foot_pitch(model, up, np.array([inclination_rad])), 0.0, atol=1e-9)


@given(mountings, st.floats(0.01, 1.0))
def test_a_foot_that_rolls_is_not_taken_for_one_that_pitches(mounting: Rotation, roll_rad: float) -> None:
    stance = mounting.inv().apply(UP)
    model = FootModel(vector(stance), np.zeros(3), vector(mounting.inv().apply(RIGHT)))
    up = (Rotation.from_rotvec([roll_rad, 0.0, 0.0]) * mounting).inv().apply(UP)[None]
    assert abs(foot_pitch(model, up, np.zeros(1))[0]) < 1e-9
    assert np.linalg.norm(tilt_vectors(up, vector(stance))) == pytest.approx(roll_rad)


@given(st.floats(0.15, 0.40), st.floats(0.0, 0.9))
def test_the_ankles_rise_says_the_pitch_and_the_heel_rises_further(foot_m: float, pitch_rad: float) -> None:
    lengths = FootLengths.measured(foot_m)
    rise_m = float(lengths.ankle_rise_m(pitch_rad))
    assert lengths.pitch_of_rise_rad(rise_m) == pytest.approx(pitch_rad, abs=1e-9)
    assert rise_m <= float(lengths.heel_lift_m(pitch_rad))


def test_a_centimetre_of_heel_is_three_degrees_and_seven_millimetres_of_ankle() -> None:
    lengths = FootLengths()
    pitch = lengths.pitch_of_rise_rad(0.0069)
    assert float(lengths.heel_lift_m(pitch)) == pytest.approx(0.010, abs=2e-4)
    assert np.degrees(pitch) == pytest.approx(3.2, abs=0.1)


def test_what_is_known_of_a_foot_narrows_its_lengths() -> None:
    assert FootLengths.measured(0.26).share_sd < FootLengths.of_stature(1.72).share_sd < FootLengths().share_sd
    assert FootLengths.of_stature(1.72).foot_m == pytest.approx(0.261, abs=1e-3)


def test_a_length_no_foot_has_is_refused_in_centimetres() -> None:
    with pytest.raises(SettingsError, match=r"foot length is 2600\.0 cm, expected 15 to 40 cm"):
        FootLengths.measured(26.0)
