"""A board's gyroscope bias, accelerometer gain and offset from rests in six or more positions.

Only the size of gravity is used, never its direction: |gain raw - offset| = g in each position, gain symmetric. A board
that a person places by hand is 2-5 degrees off, and a solution that takes its sides for true (Ferraris 1995, the
twelve numbers from six directions) turns that into cross terms of 5 %: worse than none for a good chip. Six sizes say
scale and offset of three axes; the cross terms keep to what data sheets allow (a prior), until leaning positions say
more (Frosio 2009: nine). The part of the gain that only turns the axes cannot be seen in sizes, and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ...errors import DataError
from ...samples import FloatArray
from ...units import DEG_PER_RAD, STANDARD_GRAVITY_MPS2
from ...wire.messages import StoredCalibration
from .positions import SIDES, Position

SCALE_SD = 0.05
CROSS_SD = 0.007
"""Of a symmetric cross term: data sheets allow 1-2 % from axis to axis."""
OFFSET_SD_G = 0.3
SIZE_SD_G = 0.002
"""Of a rest's size: non-linearity of the chip and what is left of the table's tremor."""
LARGEST_GAIN_ERROR = 0.10
LARGE_OFFSET_G = 0.3
LARGEST_RESIDUAL_G = 0.005
"""A good chip leaves 0.2 mg in twelve positions; one of them pressed or moved by 40 mg leaves this."""
WORSE_G = 0.001
"""A new residual may be larger than the old one by so much: both are noise then."""
LARGEST_BIAS_RADPS = 0.6
LARGEST_BIAS_SPREAD_RADPS = 0.02
"""Between positions; more is a board that was turning, or a gyroscope that drifts by a degree a second."""

_PAIRS = ((0, 1), (0, 2), (1, 2))
_DIRECTIONS = np.array([d for d in product((-1.0, 0.0, 1.0), repeat=3) if any(d)])
_DIRECTIONS /= np.linalg.norm(_DIRECTIONS, axis=1, keepdims=True)


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a calibration is, over the positions it was judged by.

    residual_mps2: rms of |accel| - g; with six positions it is near 0 once solved. bias_radps: rms of the gyroscope's
    reading at rest. tilt_rad: rms error of the up-direction over all attitudes, that the solution still expects.
    """

    residual_mps2: float
    bias_radps: float
    tilt_rad: float


@dataclass(frozen=True, slots=True)
class Solution:
    """calibration: new; before, after: how good the one in use was and the new one is; warnings: for the person."""

    calibration: StoredCalibration
    before: Quality
    after: Quality
    warnings: tuple[str, ...]


def solve(positions: Sequence[Position], *, before: StoredCalibration) -> Solution:
    """The calibration that fits the positions. Raises `DataError` when a side is missing or the result is absurd."""
    missing = [side for side in SIDES if side not in {position.side for position in positions}]
    if missing:
        raise DataError(
            f"{len(SIDES) - len(missing)} of {len(SIDES)} sides were measured, {', '.join(missing)} missing: "
            "place the board on each side"
        )
    accel = np.array([position.accel_mps2 for position in positions])
    gyro = np.array([position.gyro_radps for position in positions])
    gain, offset, covariance = _fit(accel)
    bias = gyro.mean(axis=0)
    old_gain = np.array(before.accel_gain).reshape(3, 3)
    old_offset = np.array(before.accel_offset_mps2)
    left_rad = _tilt_left_rad(gain, offset, covariance)
    old = Quality(
        _residual(accel @ old_gain.T - old_offset),
        _rms(gyro - np.array(before.gyro_bias_radps)),
        float(np.hypot(_tilt_between_rad(old_gain, old_offset, gain, offset), left_rad)),
    )
    new = Quality(_residual(accel @ gain.T - offset), _rms(gyro - bias), left_rad)
    _refuse_absurd(gain, bias, old, new)
    x, y, z = bias.tolist()
    ox, oy, oz = offset.tolist()
    return Solution(StoredCalibration((x, y, z), tuple(gain.ravel().tolist()), (ox, oy, oz)), old, new, _warned(offset))


def _fit(accel_mps2: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Fit gain : (3, 3), offset : (3,) m/s^2, and the covariance (9, 9) of (scales, cross terms, offset in g)."""
    from scipy.optimize import least_squares  # slow to load, and few commands need it

    raw_g = accel_mps2 / STANDARD_GRAVITY_MPS2
    prior_sd = np.repeat([SCALE_SD, CROSS_SD, OFFSET_SD_G], 3)

    def residuals(unknowns: FloatArray) -> FloatArray:
        size = np.linalg.norm(raw_g @ _gain(unknowns).T - unknowns[6:], axis=1)
        return np.concatenate([(size - 1.0) / SIZE_SD_G, unknowns / prior_sd])

    found = least_squares(residuals, np.zeros(9), x_scale=prior_sd)
    slopes = np.asarray(found.jac)
    covariance = np.linalg.inv(slopes.T @ slopes)
    return _gain(found.x), found.x[6:] * STANDARD_GRAVITY_MPS2, covariance


def _gain(unknowns: FloatArray) -> FloatArray:
    gain = np.diag(1.0 + unknowns[:3])
    for (row, column), cross in zip(_PAIRS, unknowns[3:6], strict=True):
        gain[row, column] = gain[column, row] = cross
    return gain


def _residual(accel_mps2: FloatArray) -> float:
    return _rms((np.linalg.norm(accel_mps2, axis=1) - STANDARD_GRAVITY_MPS2)[:, None])


def _rms(rows: FloatArray) -> float:
    """Of the rows' lengths."""
    return float(np.sqrt(np.mean(np.sum(rows**2, axis=1))))


def _raw_g(gain: FloatArray, offset_mps2: FloatArray) -> FloatArray:
    """What is read in all directions of up, if that calibration is true."""
    read_g = np.linalg.solve(gain, (_DIRECTIONS + offset_mps2 / STANDARD_GRAVITY_MPS2).T)
    return np.asarray(read_g.T, np.float64)


def _tilt_between_rad(
    old_gain: FloatArray, old_offset_mps2: FloatArray, gain: FloatArray, offset_mps2: FloatArray
) -> float:
    up = _raw_g(gain, offset_mps2) @ old_gain.T - old_offset_mps2 / STANDARD_GRAVITY_MPS2
    sine = np.linalg.norm(np.cross(up, _DIRECTIONS), axis=1)
    return _rms(np.arctan2(sine, np.sum(up * _DIRECTIONS, axis=1))[:, None])


def _tilt_left_rad(gain: FloatArray, offset_mps2: FloatArray, covariance: FloatArray) -> float:
    total = 0.0
    for up, raw_g in zip(_DIRECTIONS, _raw_g(gain, offset_mps2), strict=True):
        change = np.zeros((3, 9))  # of what is read in g, by each unknown
        change[:, :3] = np.diag(raw_g)
        for k, (row, column) in enumerate(_PAIRS):
            change[row, 3 + k], change[column, 3 + k] = raw_g[column], raw_g[row]
        change[:, 6:] = -np.eye(3)
        across = np.cross(up, change.T)
        total += float(np.trace(across.T @ covariance @ across))
    return float(np.sqrt(total / len(_DIRECTIONS)))


def _refuse_absurd(gain: FloatArray, bias: FloatArray, old: Quality, new: Quality) -> None:
    worst = int(np.argmax(np.abs(np.diag(gain) - 1.0)))
    again = "place it on a firm table and start again"
    if abs(gain[worst, worst] - 1.0) > LARGEST_GAIN_ERROR:
        raise DataError(
            f"gain of axis {'xyz'[worst]} comes out as {gain[worst, worst]:.3f}, expected "
            f"{1 - LARGEST_GAIN_ERROR:.2f} to {1 + LARGEST_GAIN_ERROR:.2f}: not stored; {again}, and if that does not "
            "help the chip is broken or not the one it claims to be"
        )
    g = STANDARD_GRAVITY_MPS2
    if new.residual_mps2 > LARGEST_RESIDUAL_G * g or new.residual_mps2 > old.residual_mps2 + WORSE_G * g:
        raise DataError(
            f"gravity still differs by {1000 * new.residual_mps2 / g:.1f} mg between positions, before by "
            f"{1000 * old.residual_mps2 / g:.1f}, expected less and at most {1000 * LARGEST_RESIDUAL_G:.0f}: "
            f"not stored; {again}"
        )
    if np.abs(bias).max() > LARGEST_BIAS_RADPS or new.bias_radps > LARGEST_BIAS_SPREAD_RADPS:
        raise DataError(
            f"the gyroscope reads {np.abs(bias).max() * DEG_PER_RAD:.1f} deg/s at rest and changes by "
            f"{new.bias_radps * DEG_PER_RAD:.2f} between positions, expected at most "
            f"{LARGEST_BIAS_RADPS * DEG_PER_RAD:.0f} and {LARGEST_BIAS_SPREAD_RADPS * DEG_PER_RAD:.1f}: "
            f"not stored; {again} when the board is warm"
        )


def _warned(offset_mps2: FloatArray) -> tuple[str, ...]:
    return tuple(
        f"offset of axis {axis} is {offset:.2f} g, expected less than {LARGE_OFFSET_G:g} g: corrected, but such a "
        "chip is a poor copy and drifts with temperature; calibrate it warm, and often"
        for axis, offset in zip("xyz", (offset_mps2 / STANDARD_GRAVITY_MPS2).tolist(), strict=True)
        if abs(offset) > LARGE_OFFSET_G
    )
