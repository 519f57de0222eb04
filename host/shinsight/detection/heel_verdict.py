"""Heel lift of a whole rep, looking back: the ankle's height as a Gaussian process held flat at both ends.

The open-loop height of `kinematics.ankle_path` is true height plus error. The error has a known covariance: start
height and velocity, double-integrated white noise, the calibration's own covariance through its sensitivities, and
slow skin and heel-pad motion. Where the shank stands near upright, before and after, the foot is flat and the height
is error alone; conditioning on those stretches gives the error in between with its standard deviation
(Rasmussen & Williams 2006, eq. 2.23-2.24). Skin motion proportional to inclination cannot be told from a lift that
comes with depth: it only widens the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtr

from ..kinematics.ankle_path import AnkleModel, ankle_path
from ..results import HeelState
from ..samples import FloatArray
from ..units import RAD_PER_DEG


@dataclass(frozen=True, kw_only=True, slots=True)
class VerdictSettings:
    """Covariance of the error, and the line between down and up (ankle rise; a 2 cm heel lift is 13.6 mm)."""

    grid_s: float = 0.05
    most_points: int = 220
    flat_rad: float = 8.0 * RAD_PER_DEG
    fade_rad: float = 14.0 * RAD_PER_DEG
    flat_sd_m: float = 0.0010
    start_height_sd_m: float = 0.003
    start_velocity_sd_mps: float = 0.03
    acceleration_sd_mps2: float = 0.05
    white_sd_mps2: float = 0.004  # per sqrt(Hz)
    slow_sd_m: float = 0.0010  # heel pad, ankle axis, sway
    slow_s: float = 0.5
    skin_rotation_rad: float = 0.30 * RAD_PER_DEG  # at 30 deg
    skin_shift_m: float = 0.0010  # at 30 deg
    line_m: float = 0.0058
    sure: float = 0.75  # probability on the right side of the line for `up` or `down`


@dataclass(frozen=True, slots=True, eq=False)
class HeelVerdict:
    """t_s, rise_m : (n,) smoothed height on a coarse grid; where it is likeliest above the line, with
    its sd; score = largest height in units of its error."""

    heel: HeelState
    rise_m: float
    rise_sd_m: float
    score: float
    t_s: FloatArray
    height_m: FloatArray

    def unsure(self) -> HeelVerdict:
        """The same heights, but nothing claimed."""
        return replace(self, heel=HeelState.UNSURE)


_REFERENCE_RAD = 30.0 * RAD_PER_DEG
_SCORE_FLOOR_M = 0.002


def judge_rep(
    t_s: FloatArray,
    up: FloatArray,
    accel_mps2: FloatArray,
    rates_radps: FloatArray,
    inclination_rad: FloatArray,
    flat: FloatArray,
    *,
    model: AnkleModel,
    start_s: float,
    end_s: float,
    settings: VerdictSettings | None = None,
) -> HeelVerdict:
    """Verdict over [start_s, end_s) of a stretch that also holds the quiet moments around it.

    t_s : (n,); up, accel_mps2 (corrected), rates_radps (bias-free) : (n, 3), sensor frame; inclination_rad : (n,);
    flat : (n,) in [0, 1], how far the foot may be taken as flat (zone weight of the live path).
    """
    s = settings or VerdictSettings()
    path = ankle_path(
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
    t = t_s[pick] - t_s[0]
    tilt = inclination_rad[pick]
    covariance = _error_covariance(t, tilt, path.sensitivity[pick], float(np.linalg.norm(model.lever_m)), model, s)
    is_flat = flat[pick] > 0.0
    observed = np.flatnonzero(is_flat)
    height = path.height_m[pick]
    if len(observed) < 3:
        return HeelVerdict(HeelState.UNSURE, 0.0, 0.05, 0.0, t_s[pick], np.zeros(len(t)))
    noise = np.square(s.flat_sd_m / flat[pick][observed])
    factor = cho_factor(covariance[np.ix_(observed, observed)] + np.diag(noise), lower=True)
    across = covariance[:, observed]
    mean = height - across @ cho_solve(factor, height[observed])
    variance = np.diag(covariance) - np.einsum("ij,ji->i", across, cho_solve(factor, across.T))
    sd = np.sqrt(np.maximum(variance, s.flat_sd_m**2))
    inside = np.flatnonzero((t_s[pick] >= start_s) & (t_s[pick] < end_s) & ~is_flat)
    if len(inside) == 0:
        inside = np.flatnonzero((t_s[pick] >= start_s) & (t_s[pick] < end_s))
    above = ndtr((mean[inside] - s.line_m) / sd[inside])
    # Where a lift is likeliest; on a flat rep that is where least is known, and the sd there is the honest one.
    worst = int(inside[np.argmax(above)])
    score = float(np.max(mean[inside] / np.hypot(_SCORE_FLOOR_M, sd[inside])))
    return HeelVerdict(_state(float(above.max()), s), float(mean[worst]), float(sd[worst]), score, t_s[pick], mean)


def _state(above: float, s: VerdictSettings) -> HeelState:
    if above >= s.sure:
        return HeelState.UP
    return HeelState.DOWN if above <= 1.0 - s.sure else HeelState.UNSURE


def _error_covariance(
    t: FloatArray,
    tilt: FloatArray,
    sensitivity: FloatArray,
    reach_m: float,
    model: AnkleModel,
    s: VerdictSettings,
) -> FloatArray:
    """(m, m) covariance of the open-loop height's error on the grid."""
    early = np.minimum(t[:, None], t[None, :])
    apart = np.abs(t[:, None] - t[None, :])
    constant = np.full((len(t), len(t)), s.start_height_sd_m**2)
    velocity = s.start_velocity_sd_mps**2 * np.outer(t, t)
    acceleration = s.acceleration_sd_mps2**2 * np.outer(t**2, t**2) / 4.0
    white = s.white_sd_mps2**2 * (early**3 / 3.0 + apart * early**2 / 2.0)
    slow = s.slow_sd_m**2 * np.exp(-apart / s.slow_s)
    lean = tilt / _REFERENCE_RAD
    rotation = reach_m * np.sin(tilt) * lean * s.skin_rotation_rad
    shift = lean * s.skin_shift_m
    calibration = sensitivity @ model.covariance @ sensitivity.T
    skin = np.outer(rotation, rotation) + np.outer(shift, shift)
    total: FloatArray = constant + velocity + acceleration + white + slow + skin + calibration
    return total
