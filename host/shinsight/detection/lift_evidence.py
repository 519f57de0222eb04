"""Is there a lift in these heights? Bayes' rule over a bank of shapes that a lift may have.

Heights and shapes come whitened by the error's covariance (`height_error`), so a shape of amplitude A explains the
heights with log-likelihood ratio A m - A^2 n / 2 against a heel that stayed down: m the matched filter's output, n the
shape's information. Amplitudes above the least one are exponential, so the integral over A is closed. A shape that
error alone can draw has little information and so proves little; this is what makes the answer honest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, logsumexp

from ..errors import SettingsError
from ..samples import FloatArray

_LEAST_INFORMATION = 1e2
"""1/m^2: an amplitude known no better than 10 cm says nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LiftPrior:
    """How often reps are lifted (no opinion); the ankle then rises by `least_m` at least, `typical_m` more on average.

    5 mm of ankle rise is 7 mm of heel lift: less is what skin and heel pad do.
    """

    share: float = 0.5
    least_m: float = 0.005
    typical_m: float = 0.012

    def __post_init__(self) -> None:
        if not 0.0 < self.share < 1.0:
            raise SettingsError(f"share is {self.share}, must lie between 0 and 1")
        if not (self.least_m >= 0.0 and self.typical_m > 0.0):
            raise SettingsError(
                f"least_m {self.least_m} must not be negative and typical_m {self.typical_m} be above 0"
            )


@dataclass(frozen=True, slots=True, eq=False)
class Amplitudes:
    """Of k shapes: log_factor : (k,), log Bayes factor lift to no lift; mean_m, sd_m : (k,) of the amplitude, given
    that the heel lifted in this shape."""

    log_factor: FloatArray
    mean_m: FloatArray
    sd_m: FloatArray


def amplitudes(match: FloatArray, information: FloatArray, prior: LiftPrior) -> Amplitudes:
    """Return the amplitudes of k shapes.

    match : (k,), 1/m, whitened shape times whitened heights; information : (k,), 1/m^2, whitened shape squared.
    """
    n = np.maximum(information, _LEAST_INFORMATION)
    sd = 1.0 / np.sqrt(n)
    centre = (match - 1.0 / prior.typical_m) / n
    reach = (centre - prior.least_m) / sd
    log_tail = log_ndtr(reach)
    log_factor = (
        prior.least_m / prior.typical_m
        - np.log(prior.typical_m)
        + 0.5 * np.square(centre / sd)
        + np.log(np.sqrt(2.0 * np.pi) * sd)
        + log_tail
    )
    log_factor = np.where(information > _LEAST_INFORMATION, log_factor, 0.0)
    # Moments of a normal cut off below at the least amplitude.
    hazard = np.exp(-0.5 * np.square(reach) - 0.5 * np.log(2.0 * np.pi) - log_tail)
    mean = centre + sd * hazard
    variance = np.maximum(1.0 - hazard * (hazard + reach), 0.0)
    return Amplitudes(log_factor, mean, sd * np.sqrt(variance))


def log_odds(log_factor: FloatArray, log_weight: FloatArray, prior: LiftPrior) -> float:
    """Log odds of a lift in any of the shapes; log_weight : (k,), log of how much of the prior each shape has."""
    return float(logsumexp(log_factor + log_weight)) - float(np.log1p(-prior.share))
