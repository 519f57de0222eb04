"""Heel-down rocks: the lever from sensor to ankle and the accelerometer's errors, fitted together.

While the heel stays down the ankle does not rise, so h = 0 throughout every rock: linear least squares in the twelve
parameters of `kinematics.ankle_rise`, with priors from data sheets and anatomy, and a start height, velocity and
constant acceleration of each rock as nuisance. The fitted lever is an effective one: it absorbs what skin and ankle
do repeatably. The covariance of the fit is kept: it tells how sure a height is, in and beyond the calibrated range.

A heel that lifts with the lean hides in the lever here; `rock_path` sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...fusion.orientation import UpVector, up_vectors
from ...kinematics.ankle_rise import CROSS, LEVER, OFFSET, PARAMETERS, SCALE, AccelCorrection, AnkleModel, ankle_rise
from ...kinematics.shank import Alignment
from ...samples import FloatArray, SampleBlock, Vector
from .alignment import align_by_path

TYPICAL_GRAVITY_MPS2 = 9.81


@dataclass(frozen=True, kw_only=True, slots=True)
class FitSettings:
    """Priors (standard deviations) and noise of the fit. Lever prior: 20 cm down the shank, 4 cm behind the sensor."""

    lever_down_m: float = 0.20
    lever_behind_m: float = 0.04
    lever_sd_m: Vector = (0.03, 0.07, 0.03)  # forward, up, right in the shank
    offset_sd_mps2: float = 0.30
    scale_sd: float = 0.015
    cross_sd: float = 0.010
    height_sd_m: float = 0.0015
    height_correlation_s: float = 0.25
    start_height_sd_m: float = 0.001
    start_velocity_sd_mps: float = 0.004
    start_acceleration_sd_mps2: float = 0.010
    passes: int = 2


@dataclass(frozen=True, slots=True, eq=False)
class RockFit:
    """model, and per rock: residual_m rms of what no parameter explains, range_rad reached."""

    model: AnkleModel
    residual_m: FloatArray
    range_rad: FloatArray


def prior(alignment: Alignment, settings: FitSettings, gravity_mps2: float) -> tuple[FloatArray, FloatArray]:
    """Mean (12,) and covariance (12, 12) of the parameters before any rock."""
    R = alignment.R_sensor_from_shank
    mean = np.zeros(PARAMETERS)
    mean[LEVER] = R @ np.array([-settings.lever_behind_m, -settings.lever_down_m, 0.0])
    covariance = np.zeros((PARAMETERS, PARAMETERS))
    covariance[LEVER, LEVER] = R @ np.diag(np.square(settings.lever_sd_m)) @ R.T
    # An accelerometer whose standing reading is off by more than its data sheet is off on its other axes too.
    offset_sd = max(settings.offset_sd_mps2, abs(gravity_mps2 - TYPICAL_GRAVITY_MPS2))
    covariance[OFFSET, OFFSET] = np.eye(3) * offset_sd**2
    covariance[SCALE, SCALE] = np.eye(3) * settings.scale_sd**2
    covariance[CROSS, CROSS] = np.eye(3) * settings.cross_sd**2
    return mean, covariance


NO_CORRECTION = AccelCorrection(np.zeros(3), np.zeros(3), np.zeros(3))


def model_without_rocks(
    alignment: Alignment, gyro_bias_radps: Vector, gravity_mps2: float, correction: AccelCorrection = NO_CORRECTION
) -> AnkleModel:
    """Nominal lever with the prior's covariance: honest, and wide."""
    mean, covariance = prior(alignment, FitSettings(), gravity_mps2)
    return AnkleModel(alignment, gyro_bias_radps, correction, mean[LEVER], gravity_mps2, covariance)


def fit_rocks(
    block: SampleBlock,
    *,
    standing: slice,
    rocks: Sequence[slice],
    rate_hz: float,
    settings: FitSettings | None = None,
) -> RockFit:
    """Fit lever and accelerometer on a stretch that holds quiet standing and the rocks (index ranges into it).

    Each rock starts and ends near standing. The standing part must be at rest: its mean rate is the gyro's bias.
    """
    settings = settings or FitSettings()
    bias = block.gyro_radps[standing].mean(axis=0)
    gyro_bias_radps: Vector = (float(bias[0]), float(bias[1]), float(bias[2]))
    rates = block.gyro_radps - bias
    estimate = np.zeros(PARAMETERS)
    prior_mean, prior_covariance = np.zeros(PARAMETERS), np.eye(PARAMETERS)
    for turn in range(settings.passes):
        correction = AccelCorrection(estimate[OFFSET], estimate[SCALE], estimate[CROSS])
        accel = correction.apply(block.accel_mps2)
        corrected = SampleBlock(block.t_s, accel, block.gyro_radps, block.flags)
        quaternions = UpVector(rate_hz=rate_hz, gyro_bias_radps=gyro_bias_radps).run_quaternions(corrected)
        up = up_vectors(quaternions)
        stance = accel[standing].mean(axis=0)
        gravity = float(np.linalg.norm(stance))
        moving = np.concatenate([np.arange(r.start, r.stop) for r in rocks])
        alignment = align_by_path(quaternions[rocks[0].start], quaternions[moving], stance / gravity)
        if turn == 0:
            prior_mean, prior_covariance = prior(alignment, settings, gravity)
            estimate[LEVER] = prior_mean[LEVER]
        rows, targets, spans = _equations(corrected, up, rates, rocks, estimate, stance / gravity, gravity, settings)
        precision = np.linalg.inv(prior_covariance)
        nuisance = rows.shape[1] - PARAMETERS
        full_precision = np.eye(rows.shape[1])
        full_precision[:PARAMETERS, :PARAMETERS] = precision
        pull = np.concatenate([precision @ (prior_mean - estimate), np.zeros(nuisance)])
        information = rows.T @ rows + full_precision
        solution = np.linalg.solve(information, rows.T @ targets + pull)
        covariance: FloatArray = np.linalg.inv(information).astype(np.float64)[:PARAMETERS, :PARAMETERS]
        remains = targets - rows @ solution
        estimate = estimate + solution[:PARAMETERS]
    correction = AccelCorrection(estimate[OFFSET], estimate[SCALE], estimate[CROSS])
    gravity = float(np.linalg.norm(correction.apply(block.accel_mps2[standing]).mean(axis=0)))
    model = AnkleModel(alignment, gyro_bias_radps, correction, estimate[LEVER].copy(), gravity, covariance)
    residual = np.array([np.sqrt(np.mean((remains[s] * _row_sd(settings)) ** 2)) for s in spans])
    lean = np.arctan2(-(up @ np.array(alignment.forward)), up @ np.array(alignment.up))
    reach = np.array([lean[r].max() for r in rocks])
    return RockFit(model, residual, reach)


ROW_STEP_S = 0.05


def _row_sd(settings: FitSettings) -> float:
    """Neighbouring heights share their error, so each row weighs less."""
    return float(settings.height_sd_m * np.sqrt(max(1.0, settings.height_correlation_s / ROW_STEP_S)))


def _equations(
    block: SampleBlock,
    up: FloatArray,
    rates: FloatArray,
    rocks: Sequence[slice],
    estimate: FloatArray,
    up_standing: FloatArray,
    gravity: float,
    settings: FitSettings,
) -> tuple[FloatArray, FloatArray, list[slice]]:
    """Whitened rows and targets of all rocks; the slices say which rows belong to which rock."""
    blocks, targets, spans = [], [], []
    used = 0
    for number, rock in enumerate(rocks):
        t_s = block.t_s[rock]
        path = ankle_rise(
            t_s,
            up[rock],
            block.accel_mps2[rock],
            -np.cross(rates[rock.start], up[rock.start]),
            lever_m=estimate[LEVER],
            up_standing=up_standing,
            gravity_mps2=gravity,
        )
        every = max(1, round(ROW_STEP_S / float(np.median(np.diff(t_s)))))
        elapsed = (t_s - t_s[0])[::every]
        rows = np.zeros((len(elapsed), PARAMETERS + 3 * len(rocks)))
        rows[:, :PARAMETERS] = path.sensitivity[::every]
        at = PARAMETERS + 3 * number
        rows[:, at] = settings.start_height_sd_m
        rows[:, at + 1] = settings.start_velocity_sd_mps * elapsed
        rows[:, at + 2] = settings.start_acceleration_sd_mps2 * 0.5 * elapsed**2
        blocks.append(rows)
        targets.append(-path.height_m[::every])
        spans.append(slice(used, used + len(elapsed)))
        used += len(elapsed)
    weight = 1.0 / _row_sd(settings)
    return np.concatenate(blocks) * weight, np.concatenate(targets) * weight, spans
