"""Each cause of error alone: its covariance is what its standard deviation and physics say, no more and no less."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from shinsight.detection.height_error import (
    HeightErrorSettings,
    Moments,
    error_covariance,
    foot_covariance,
    row_noise,
)
from shinsight.errors import SettingsError
from shinsight.kinematics.ankle_rise import PARAMETERS, AccelCorrection, AnkleModel
from shinsight.kinematics.shank import Alignment
from shinsight.samples import FloatArray

UPRIGHT = Alignment((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
T_S = np.array([0.0, 0.5, 1.25, 2.0])
LEAN_RAD = np.radians([0.0, 15.0, 30.0, -12.0])
SENSITIVITY = np.random.default_rng(3).normal(0.0, 0.3, (4, PARAMETERS))
AWAY = np.array([0.0, 0.3, 1.0, 0.8])
MOMENTS = Moments(T_S, LEAN_RAD, SENSITIVITY, AWAY)
CAUSES = (
    *("start_height_sd_m", "start_velocity_sd_mps", "acceleration_sd_mps2", "white_sd_mps2"),
    *("slow_sd_m", "skin_rotation_rad", "skin_shift_m", "loaded_foot_m"),
)
NOTHING = dict.fromkeys(CAUSES, 0.0)


def model(covariance: FloatArray) -> AnkleModel:
    none = AccelCorrection(np.zeros(3), np.zeros(3), np.zeros(3))
    return AnkleModel(UPRIGHT, (0.0, 0.0, 0.0), none, np.array([0.0, -0.12, 0.16]), 9.81, covariance)


EXACT = model(np.zeros((PARAMETERS, PARAMETERS)))


def error(known: AnkleModel = EXACT, **only: float) -> FloatArray:
    return error_covariance(MOMENTS, MOMENTS, model=known, settings=HeightErrorSettings(**(NOTHING | only)))


def foot(**only: float) -> FloatArray:
    return foot_covariance(MOMENTS, MOMENTS, settings=HeightErrorSettings(**(NOTHING | only)))


def test_without_any_cause_there_is_no_error() -> None:
    assert not error().any()
    assert not foot().any()


def test_a_wrong_start_height_is_the_same_at_every_moment() -> None:
    np.testing.assert_allclose(error(start_height_sd_m=0.003), np.full((4, 4), 9e-6))


def test_a_wrong_start_velocity_grows_with_time_and_a_wrong_acceleration_with_its_square() -> None:
    np.testing.assert_allclose(error(start_velocity_sd_mps=0.03), np.outer(0.03 * T_S, 0.03 * T_S))
    fallen = 0.5 * 0.05 * T_S**2
    np.testing.assert_allclose(error(acceleration_sd_mps2=0.05), np.outer(fallen, fallen))


def test_white_noise_is_integrated_twice() -> None:
    """Noise at the moment s still moves the height at t by t - s."""
    seen = error(white_sd_mps2=0.004)
    for row, t in enumerate(T_S):
        for column, u in enumerate(T_S):
            both = quad(lambda s, t=t, u=u: (t - s) * (u - s), 0.0, min(t, u))[0]
            assert seen[row, column] == pytest.approx(0.004**2 * both, abs=1e-15)


def test_skin_that_turns_moves_the_lever_and_skin_that_shifts_moves_the_sensor_both_with_the_lean() -> None:
    shift = 0.001 * LEAN_RAD / np.radians(30.0)
    np.testing.assert_allclose(error(skin_shift_m=0.001), np.outer(shift, shift), atol=1e-18)
    # The lever is 20 cm long; the height changes by how far it points away from the vertical.
    turn = 0.2 * np.radians(0.6) * LEAN_RAD / np.radians(30.0) * np.sin(LEAN_RAD)
    np.testing.assert_allclose(error(skin_rotation_rad=np.radians(0.6)), np.outer(turn, turn), atol=1e-18)


def test_what_the_calibration_does_not_know_reaches_the_height_through_its_sensitivity() -> None:
    root = np.random.default_rng(4).normal(0.0, 0.01, (PARAMETERS, PARAMETERS))
    seen = error(model(root @ root.T))
    np.testing.assert_allclose(seen, SENSITIVITY @ root @ root.T @ SENSITIVITY.T)


def test_all_causes_add() -> None:
    every = HeightErrorSettings()
    causes = {name: getattr(every, name) for name in NOTHING}
    total = sum(error(**{name: value}) for name, value in causes.items())
    np.testing.assert_allclose(error(**causes), total)


def test_a_loaded_foot_gives_with_the_lean_forward_and_only_away_from_rest() -> None:
    forward = AWAY * 0.005 * np.maximum(LEAN_RAD, 0.0) / np.radians(30.0)
    np.testing.assert_allclose(foot(loaded_foot_m=0.005), np.outer(forward, forward), atol=1e-18)


def test_a_heel_pad_remembers_for_half_a_second() -> None:
    seen = foot(slow_sd_m=0.002)
    for row in range(4):
        for column in range(4):
            share = np.exp(-abs(T_S[row] - T_S[column]) / 0.5)
            assert seen[row, column] == pytest.approx(0.002**2 * share * AWAY[row] * AWAY[column])
    longer = foot(slow_sd_m=0.002, slow_s=1.0)
    assert longer[1, 2] / seen[1, 2] == pytest.approx(np.exp(0.75))


def test_the_noise_of_a_flat_moment_is_the_smaller_the_surer_it_is() -> None:
    s = HeightErrorSettings(flat_sd_m=0.0005, row_sd_m=0.001)
    np.testing.assert_allclose(row_noise(np.array([1.0, 0.5, 0.0, 1e-6]), s), [2.5e-7, 1e-6, 1e-6, 0.25])


def test_a_part_of_the_moments_has_the_part_of_the_covariance() -> None:
    s = HeightErrorSettings()
    whole = error_covariance(MOMENTS, MOMENTS, model=EXACT, settings=s)
    part = error_covariance(MOMENTS[slice(0, 3)], MOMENTS[slice(3, 4)], model=EXACT, settings=s)
    np.testing.assert_allclose(part, whole[0:3, 3:4])


@pytest.mark.parametrize("name", ["flat_sd_m", "row_sd_m", "slow_s", "settle_s"])
def test_a_deviation_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        HeightErrorSettings(**{name: 0.0})
    assert HeightErrorSettings(**{name: 1e-6})


def test_the_causes_are_as_large_as_they_were_measured() -> None:
    """docs/validation.md was made with these; whoever changes one makes it again."""
    s = HeightErrorSettings()
    millimetres = {"flat_sd_m": 0.5, "row_sd_m": 1.0, "start_height_sd_m": 3.0, "slow_sd_m": 2.0}
    millimetres |= {"skin_shift_m": 1.0, "loaded_foot_m": 5.0}
    assert {name: 1000.0 * getattr(s, name) for name in millimetres} == pytest.approx(millimetres)
    assert (s.start_velocity_sd_mps, s.acceleration_sd_mps2, s.white_sd_mps2) == (0.03, 0.05, 0.004)
    assert (s.slow_s, s.settle_s) == (0.5, 0.3)
    assert np.degrees(s.skin_rotation_rad) == pytest.approx(0.6)
