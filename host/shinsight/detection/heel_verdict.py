"""Judges after a rep whether the heel lifted: whether a lift explains the ankle's height better than all else.

The open-loop height of the rep is whitened by what error and a foot that stays down can do (`height_error`), held at
zero where the shank rests before and after, and compared with a bank of lift shapes (`lift_shapes`, `lift_evidence`).
The rise is the mean of the ankle's true height given all of it (Rasmussen & Williams 2006, eq. 2.23-2.24).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.special import expit, softmax

from ..errors import SettingsError
from ..kinematics.ankle_rise import AnkleModel, ankle_rise
from ..results import HeelState
from ..samples import FloatArray
from .height_error import HeightErrorSettings, Moments, error_covariance, foot_covariance, row_noise
from .lift_evidence import LiftPrior, amplitudes, log_odds
from .lift_shapes import rep_shapes


@dataclass(frozen=True, kw_only=True, slots=True)
class VerdictSettings:
    """up_from, down_to: probability of a lift from which the heel is called up, and up to which it is called down.

    settling_m: the ankle's height between one rest and the next, whatever the depth; it is part of the stated sd, so
    that 95 % of reps lie within two of them.
    """

    grid_s: float = 0.05
    most_points: int = 220
    up_from: float = 0.50
    down_to: float = 0.35
    settling_m: float = 0.0018
    error: HeightErrorSettings = field(default_factory=HeightErrorSettings)
    prior: LiftPrior = field(default_factory=LiftPrior)

    def __post_init__(self) -> None:
        if not 0.0 < self.down_to < self.up_from < 1.0:
            raise SettingsError(f"down_to {self.down_to} must be below up_from {self.up_from}, both between 0 and 1")


@dataclass(frozen=True, slots=True, eq=False)
class HeelVerdict:
    """rise_m: largest height of the ankle above flat, with its sd; score: log odds of a lift.

    t_s, lift_m : (n,) on a coarse grid, the part of the height that only a lifted heel explains.
    """

    heel: HeelState
    rise_m: float
    rise_sd_m: float
    score: float
    t_s: FloatArray
    lift_m: FloatArray

    def called(self, heel: HeelState) -> HeelVerdict:
        """The same heights under another name: what else is known may forbid a claim, or make one."""
        return replace(self, heel=heel)


NOTHING_KNOWN_M = 0.05
"""The standard deviation that is stated where no moment of a flat foot is known."""
_LEAST_FLAT = 3
_ELSEWHERE_SD_M = 0.02


def judge_rep(
    t_s: FloatArray,
    up: FloatArray,
    accel_mps2: FloatArray,
    rates_radps: FloatArray,
    inclination_rad: FloatArray,
    flat_confidence: FloatArray,
    *,
    model: AnkleModel,
    start_s: float,
    end_s: float,
    settings: VerdictSettings | None = None,
) -> HeelVerdict:
    """Verdict over [start_s, end_s) of a stretch that also holds the quiet moments around it.

    t_s : (n,); up, accel_mps2 (corrected), rates_radps (bias-free) : (n, 3), sensor frame; inclination_rad : (n,);
    flat_confidence : (n,) in [0, 1], how far the foot may be taken as flat.
    """
    s = settings or VerdictSettings()
    path = ankle_rise(
        t_s,
        up,
        accel_mps2,
        np.cross(up[0], rates_radps[0]),
        lever_m=model.lever_m,
        up_standing=np.array(model.alignment.up),
        gravity_mps2=model.gravity_mps2,
    )
    every = max(1, round(s.grid_s / float(np.median(np.diff(t_s)))), -(-len(t_s) // s.most_points))
    pick = slice(None, None, every)
    grid_s, flat = t_s[pick], flat_confidence[pick]
    within = _between_rests(grid_s, flat > 0.0, start_s, end_s)
    if np.count_nonzero(flat) < _LEAST_FLAT or not within.any():
        return HeelVerdict(HeelState.UNSURE, 0.0, NOTHING_KNOWN_M, 0.0, grid_s, np.zeros(len(grid_s)))
    moments = Moments(
        grid_s - t_s[0], inclination_rad[pick], path.sensitivity[pick], _away(grid_s, flat > 0.0, s.error.settle_s)
    )
    foot = foot_covariance(moments, moments, settings=s.error)
    noise = np.where((flat > 0.0) | within, row_noise(flat, s.error), _ELSEWHERE_SD_M**2)
    total = error_covariance(moments, moments, model=model, settings=s.error) + foot + np.diag(noise)
    root = cho_factor(total, lower=True)
    lower = np.tril(root[0])
    heights = solve_triangular(lower, path.height_m[pick], lower=True)
    shapes = rep_shapes(moments.t_s, moments.inclination_rad, *_ends(moments.t_s[within]))
    shapes = shapes * (flat == 0.0)[:, None]
    white = solve_triangular(lower, shapes, lower=True)

    found = amplitudes(white.T @ heights, np.einsum("ij,ij->j", white, white), s.prior)
    weight = np.full(shapes.shape[1], np.log(s.prior.share / shapes.shape[1]))
    odds = log_odds(found.log_factor, weight, s.prior)
    probability = float(expit(odds))

    share = probability * softmax(found.log_factor)
    # What of a height remains when its error is taken off: all of a shape but what error would explain of it.
    shrink = foot @ cho_solve(root, np.column_stack([path.height_m[pick], shapes]))
    lifted = (shapes - shrink[:, 1:]) * found.mean_m
    height = shrink[:, 0] + lifted @ share
    variance = np.diag(foot) - np.einsum("ij,ji->i", foot, cho_solve(root, foot))
    variance += np.square(lifted) @ share - np.square(lifted @ share)
    variance += np.square((shapes - shrink[:, 1:]) * found.sd_m) @ share
    sd = np.sqrt(np.maximum(variance, 0.0) + s.settling_m**2)
    # Where the ankle may have been highest: on a flat rep that is where least is known, and the sd there is honest.
    top = int(np.flatnonzero(within)[np.argmax((height + sd)[within])])
    return HeelVerdict(
        _state(probability, s), float(height[top]), float(sd[top]), odds, grid_s, shapes @ (share * found.mean_m)
    )


def _state(probability: float, s: VerdictSettings) -> HeelState:
    if probability >= s.up_from:
        return HeelState.UP
    return HeelState.DOWN if probability <= s.down_to else HeelState.UNSURE


def _ends(t_s: FloatArray) -> tuple[float, float]:
    return float(t_s[0]), float(t_s[-1])


def _between_rests(t_s: FloatArray, flat: NDArray[np.bool_], start_s: float, end_s: float) -> NDArray[np.bool_]:
    """The moments of the rep and those around it that are not flat yet, or no longer: the heel may be late."""
    before = np.flatnonzero(flat & (t_s <= start_s))
    after = np.flatnonzero(flat & (t_s >= end_s))
    first = before[-1] + 1 if len(before) else 0
    last = after[0] if len(after) else len(t_s)
    inside = np.arange(len(t_s))
    within: NDArray[np.bool_] = (inside >= first) & (inside < last) & ~flat
    return within


def _away(t_s: FloatArray, flat: NDArray[np.bool_], settle_s: float) -> FloatArray:
    """0 where flat, rising to 1 with the time since and until the nearest flat moment."""
    nearest = np.min(np.abs(t_s[:, None] - t_s[flat][None, :]), axis=1)
    return np.asarray(np.minimum(nearest / settle_s, 1.0))
