"""Bayes' rule over the bank of shapes, against the integrals it stands for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from shinsight.detection.lift_evidence import Amplitudes, LiftPrior, amplitudes, log_odds
from shinsight.errors import SettingsError

PRIOR = LiftPrior()
CASES = [(20.0, 4e4), (500.0, 4e4), (-300.0, 4e4), (900.0, 3e4), (3.0, 200.0)]
"""(matched filter's output 1/m, information 1/m^2) of a lift of nothing, 1 cm, less than nothing, 3 cm, and unknown."""


def one(match: float, information: float, prior: LiftPrior = PRIOR) -> Amplitudes:
    return amplitudes(np.array([match]), np.array([information]), prior)


def moment(power: int, match: float, information: float, prior: LiftPrior) -> float:
    """Integral over all amplitudes A of A^power times prior times likelihood ratio, by quadrature."""

    def weighted(amplitude_m: float) -> float:
        of_prior = np.exp(-(amplitude_m - prior.least_m) / prior.typical_m) / prior.typical_m
        return float(amplitude_m**power * of_prior * np.exp(amplitude_m * match - 0.5 * amplitude_m**2 * information))

    return float(quad(weighted, prior.least_m, 0.5, points=[0.01, 0.02, 0.05, 0.1], limit=400)[0])


@pytest.mark.parametrize(("match", "information"), CASES)
@pytest.mark.parametrize("prior", [PRIOR, LiftPrior(least_m=0.002, typical_m=0.03)], ids=["usual", "another"])
def test_factor_mean_and_deviation_are_the_integrals_over_all_amplitudes(
    match: float, information: float, prior: LiftPrior
) -> None:
    found = one(match, information, prior)
    whole, first, second = (moment(power, match, information, prior) for power in range(3))
    assert found.log_factor[0] == pytest.approx(np.log(whole), abs=1e-6)
    mean = first / whole
    assert found.mean_m[0] == pytest.approx(mean, rel=1e-6)
    assert found.sd_m[0] == pytest.approx(np.sqrt(second / whole - mean**2), rel=1e-4)


def test_a_shape_that_error_alone_can_draw_proves_nothing() -> None:
    assert one(50.0, 99.0).log_factor[0] == 0.0
    assert one(50.0, 101.0).log_factor[0] != 0.0


def test_the_odds_add_every_shape_by_its_share_of_the_prior() -> None:
    factor, share = np.array([2.0, -1.0, 0.5]), np.array([0.1, 0.05, 0.15])
    odds = float(np.exp(factor) @ share) / 0.7
    assert log_odds(factor, np.log(share), LiftPrior(share=0.3)) == pytest.approx(np.log(odds))


def test_shapes_that_say_nothing_leave_the_odds_of_the_prior() -> None:
    weight = np.log(np.full(4, 0.2 / 4))
    assert log_odds(np.zeros(4), weight, LiftPrior(share=0.2)) == pytest.approx(np.log(0.2 / 0.8))


@pytest.mark.parametrize("wrong", [{"share": 0.0}, {"share": 1.0}, {"least_m": -1e-6}, {"typical_m": 0.0}])
def test_a_prior_that_is_none_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        LiftPrior(**wrong)


@pytest.mark.parametrize("right", [{"share": 0.01}, {"share": 0.99}, {"least_m": 0.0}, {"typical_m": 1e-3}])
def test_a_prior_at_its_limits_is_one(right: dict[str, float]) -> None:
    assert LiftPrior(**right)


def test_a_lift_begins_at_five_millimetres_of_ankle_and_is_typically_twelve_more() -> None:
    assert (PRIOR.share, PRIOR.least_m, PRIOR.typical_m) == (0.5, 0.005, 0.012)
