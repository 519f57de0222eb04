"""Stance, arch and pitch axis of a foot: found where they show, refused where a heel was up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from scipy.spatial.transform import Rotation

from shinsight.calibration.worn.foot import FootFit, fit_foot, quiet_stance, rested
from shinsight.errors import DataError
from shinsight.kinematics.foot import FootModel, foot_pitch
from shinsight.samples import FloatArray, SampleBlock
from tilting_foot import RIGHT, UP, mountings, seen_up, vector

RATE_HZ = 100.0
LEAN = np.radians(28.0) * np.sin(np.linspace(0.0, np.pi, 200)) ** 2
ROCKS = np.arange(200)


def fitted(mounting: Rotation, *, arch: float, rocked_rad: FloatArray, lifted_rad: FloatArray) -> FootFit:
    """A rock and a repetition of the same lean, with the heel up by so much, and an arch that gives."""
    pitch = np.concatenate([rocked_rad, lifted_rad]) + arch * np.concatenate([LEAN, LEAN])
    return fit_foot(
        seen_up(mounting, pitch),
        np.concatenate([LEAN, LEAN]),
        up_standing=vector(mounting.inv().apply(UP)),
        rocks=ROCKS,
    )


def lift(degrees: float) -> FloatArray:
    """Up in the second half of the lean, as heels lift."""
    return np.radians(degrees) * np.clip((LEAN / LEAN.max() - 0.5) / 0.5, 0.0, 1.0)


@given(mountings)
def test_a_lift_shows_the_pitch_axis_of_any_mounting_and_its_heel_up_side(mounting: Rotation) -> None:
    fit = fitted(mounting, arch=0.03, rocked_rad=lift(0.0), lifted_rad=lift(14.0))
    assert fit.rocked
    assert fit.model.pitch_axis is not None
    np.testing.assert_allclose(fit.model.pitch_axis, mounting.inv().apply(RIGHT), atol=1e-6)
    seen = foot_pitch(fit.model, seen_up(mounting, lift(2.0) + 0.03 * LEAN), LEAN)
    np.testing.assert_allclose(seen, lift(2.0), atol=1e-6)


def test_a_foot_that_never_lifts_has_no_axis_and_no_pitch() -> None:
    fit = fitted(Rotation.identity(), arch=-0.05, rocked_rad=lift(0.0), lifted_rad=lift(0.0))
    assert fit.rocked
    assert fit.model.pitch_axis is None
    assert "Raise the heels once" in fit.problems[0]
    assert foot_pitch(fit.model, seen_up(Rotation.identity(), -0.05 * LEAN), LEAN).max() < 1e-6


def test_a_heel_that_lifts_in_the_rocks_is_refused_and_said() -> None:
    small = fitted(Rotation.identity(), arch=0.03, rocked_rad=lift(3.2), lifted_rad=lift(0.0))
    large = fitted(Rotation.identity(), arch=0.03, rocked_rad=lift(12.0), lifted_rad=lift(0.0))
    for fit in (small, large):
        assert not fit.rocked
        assert "the heel lifted" in fit.problems[0]
        assert not fit.model.arch.any()


def test_without_rocks_that_is_said() -> None:
    fit = fit_foot(seen_up(Rotation.identity(), lift(14.0)), LEAN, up_standing=vector(UP), rocks=np.empty(0, np.intp))
    assert not fit.rocked
    assert "no rocks to learn the arch from" in fit.problems[0]


@pytest.mark.parametrize("roll_deg", [8.0, 120.0])
def test_a_foot_that_rolls_or_a_sensor_in_the_hand_makes_no_axis(roll_deg: float) -> None:
    rolls = np.radians(roll_deg) * np.linspace(0.9, 1.0, 50)
    up = Rotation.from_rotvec(np.outer(rolls, [1.0, 0.0, 0.0])).inv().apply(UP)
    fit = fit_foot(up, np.zeros(50), up_standing=vector(UP), rocks=np.empty(0, np.intp))
    assert fit.model.pitch_axis is None


def test_turns_without_a_common_axis_make_none() -> None:
    about = 0.3 * np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, 0.0, -1.0]])
    up = Rotation.from_rotvec(about).inv().apply(UP)
    fit = fit_foot(up, np.zeros(4), up_standing=vector(UP), rocks=np.empty(0, np.intp))
    assert fit.model.pitch_axis is None


def standing(seconds: float, gyro_radps: float) -> SampleBlock:
    n = round(seconds * RATE_HZ)
    gyro = np.random.default_rng(0).normal((0.3, -0.1, 0.2), gyro_radps, (n, 3))
    return SampleBlock(np.arange(n) / RATE_HZ, np.tile([0.0, 9.81, 0.0], (n, 1)), gyro, np.zeros(n, np.uint8))


def test_the_stance_is_the_quietest_stretch_whatever_the_bias_of_the_gyro() -> None:
    block = SampleBlock.join([standing(3.0, 0.4), standing(3.0, 0.002), standing(3.0, 0.4)])
    found = quiet_stance(block, RATE_HZ)
    assert (found.stop - found.start) / RATE_HZ == 2.0
    assert found.start >= 290
    assert found.stop <= 610


def test_a_foot_that_never_stands_is_said() -> None:
    with pytest.raises(DataError, match=r"stood for 1\.0 s before it moved, expected 2 s"):
        quiet_stance(standing(1.0, 0.0), RATE_HZ)
    with pytest.raises(DataError, match=r"deg/s in its quietest 2 s of standing"):
        quiet_stance(standing(5.0, 0.4), RATE_HZ)


def at_rest(degrees: float, turning: float = 0.0) -> FloatArray:
    return seen_up(Rotation.identity(), np.radians(degrees + turning * np.linspace(-0.5, 0.5, 20)))


def test_a_new_stance_is_followed_and_a_heel_that_is_up_is_not() -> None:
    model = FootModel(vector(UP), np.zeros(3), vector(RIGHT))
    shifted = rested(model, at_rest(1.5))
    assert abs(foot_pitch(shifted, at_rest(1.5), np.zeros(20))).max() < 1e-9
    assert rested(model, at_rest(6.0)) is model
    assert rested(model, at_rest(0.5, turning=3.0)) is model
    assert rested(model, np.empty((0, 3))) is model
