"""What is known before any rock, and that rocks teach the lever and the accelerometer of a leg in closed form."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from planar_leg import PlanarLeg, planar_leg
from shinsight.calibration.worn.rocks import FitSettings, RockFit, fit_rocks, model_without_rocks, prior
from shinsight.kinematics.ankle_rise import CROSS, LEVER, OFFSET, SCALE
from shinsight.kinematics.shank import Alignment

UPRIGHT = Alignment((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
TURNED = Alignment((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (-1.0, 0.0, 0.0))
ROCK_S = 2.8
ROCKS = 5


def test_before_any_rock_the_ankle_is_twenty_centimetres_down_and_four_behind() -> None:
    mean, covariance = prior(UPRIGHT, FitSettings(), 9.81)
    assert mean[LEVER] == pytest.approx([-0.04, -0.2, 0.0])
    assert not mean[3:].any()
    sd = np.sqrt(np.diag(covariance))
    assert sd[LEVER] == pytest.approx([0.03, 0.07, 0.03])
    assert sd[OFFSET] == pytest.approx([0.3] * 3)
    assert sd[SCALE] == pytest.approx([0.015] * 3)
    assert sd[CROSS] == pytest.approx([0.01] * 3)
    assert np.count_nonzero(covariance - np.diag(np.diag(covariance))) == 0


def test_the_prior_of_the_lever_turns_with_the_sensor() -> None:
    mean, covariance = prior(TURNED, FitSettings(lever_sd_m=(0.01, 0.02, 0.03)), 9.81)
    assert mean[LEVER] == pytest.approx([0.0, -0.2, -0.04])
    assert np.sqrt(np.diag(covariance))[LEVER] == pytest.approx([0.03, 0.02, 0.01])


@pytest.mark.parametrize(("gravity_mps2", "sd"), [(9.6, 0.3), (10.1, 0.3), (9.0, 0.81), (13.0, 3.19)])
def test_an_accelerometer_that_reads_another_gravity_may_be_off_by_as_much(gravity_mps2: float, sd: float) -> None:
    covariance = prior(UPRIGHT, FitSettings(), gravity_mps2)[1]
    assert np.sqrt(np.diag(covariance))[OFFSET] == pytest.approx([sd] * 3)


def test_a_model_without_rocks_is_the_prior_and_corrects_nothing() -> None:
    model = model_without_rocks(UPRIGHT, (0.1, 0.2, 0.3), 9.7)
    mean, covariance = prior(UPRIGHT, FitSettings(), 9.7)
    assert np.array_equal(model.lever_m, mean[LEVER])
    assert np.array_equal(model.covariance, covariance)
    assert (model.gyro_bias_radps, model.gravity_mps2) == ((0.1, 0.2, 0.3), 9.7)
    assert model.correction.apply(np.array([[1.0, 2.0, 3.0]])) == pytest.approx(np.array([[1.0, 2.0, 3.0]]))


@cache
def rocked(offset: tuple[float, float, float] = (0.0, 0.0, 0.0), rise_m: float = 0.0) -> tuple[PlanarLeg, RockFit]:
    mounting = Rotation.random(random_state=4)
    leg = planar_leg(mounting=mounting, accel_offset_mps2=offset, rock_rise_m=rise_m, gyro_bias_radps=(0.02, 0.01, 0.0))
    starts = [round(100 * (leg.rocks_start_s + ROCK_S * k - 0.2)) for k in range(ROCKS)]
    rocks = [slice(start, start + round(100 * (ROCK_S + 0.1))) for start in starts]
    return leg, fit_rocks(leg.samples, standing=slice(50, 350), rocks=rocks, rate_hz=100.0)


@pytest.mark.parametrize("offset", [(0.0, 0.0, 0.0), (0.15, -0.1, 0.1)])
def test_rocks_teach_where_the_ankle_is_and_how_sure_that_is(offset: tuple[float, float, float]) -> None:
    leg, fit = rocked(offset)
    error = fit.model.lever_m - leg.lever_m
    sd = np.sqrt(np.diag(fit.model.covariance))[LEVER]
    assert (np.abs(error) < 3.0 * sd).all()
    along = np.array(fit.model.alignment.up)
    assert abs(error @ along) < 0.015
    known_m = float(np.sqrt(along @ fit.model.covariance[LEVER, LEVER] @ along))
    assert 0.01 < known_m < 0.045
    assert fit.model.gyro_bias_radps == pytest.approx((0.02, 0.01, 0.0), abs=0.001)


def test_what_no_parameter_explains_is_a_fraction_of_a_millimetre_and_the_range_is_as_rocked() -> None:
    _, fit = rocked()
    assert len(fit.residual_m) == len(fit.range_rad) == ROCKS
    assert (fit.residual_m < 0.0006).all()
    assert (fit.residual_m > 0.00001).all()
    assert np.degrees(fit.range_rad) == pytest.approx([25.0] * ROCKS, abs=0.5)


def test_gravity_is_that_of_the_corrected_stance() -> None:
    leg, fit = rocked((0.15, -0.1, 0.1))
    stance = fit.model.correction.apply(leg.samples.accel_mps2[50:350]).mean(axis=0)
    assert fit.model.gravity_mps2 == pytest.approx(float(np.linalg.norm(stance)))
