"""The ankle's path in a rock, up and forward, fitted with everything a heel that stays down leaves unknown.

While the knee goes over the toes by an angle a, a sensor at height L above a planted ankle goes L sin a forward and
L (1 - cos a) down. A lifting heel changes the second and hardly the first, so both together know a lift that the
vertical alone takes for another lever (1 cm of heel is 7 mm of ankle, or 7 cm of lever). The forward channel is
as good as the tilt: errors of gyro and accelerometer gain, of offset and of the level at the start are estimated along
with the lever, by linear least squares with data-sheet priors, all rocks together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from ...errors import SettingsError
from ...fusion.orientation import UpVector
from ...kinematics.ankle_rise import (
    CROSS,
    LEVER,
    OFFSET,
    PARAMETERS,
    SCALE,
    AccelCorrection,
    double_integral,
    integrate,
)
from ...samples import FloatArray, SampleBlock, Vector
from ...units import RAD_PER_DEG
from .rocks import TYPICAL_GRAVITY_MPS2, RockFit

GAIN = slice(PARAMETERS, PARAMETERS + 3)
"""Turn of the level (rad, sensor axes) that the gyro's gain errors fake per rad of flexion."""
DRIFT = slice(GAIN.stop, GAIN.stop + 2)
"""Way of the ankle with the heel down, forward and up, at `DRIFT_AT_RAD`."""
SHARED = DRIFT.stop
OWN = 9
"""Unknowns of one rock alone: position 3, velocity 3 and tilt 2 at its start, constant upward acceleration."""
DRIFT_AT_RAD = 30.0 * RAD_PER_DEG
ROW_STEP_S = 0.05
PASSES = 2
_CROSS_PAIRS = ((0, 1), (0, 2), (1, 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class PathSettings:
    """Standard deviations of what a heel that stays down can do. Vectors: forward, up, right.

    lever_m: the ankle lies 13 to 26 cm below the sensor, and behind it.
    """

    lever_m: Vector = (-0.05, -0.20, 0.0)
    lever_sd_m: Vector = (0.02, 0.045, 0.03)
    offset_sd_mps2: float = 0.2
    scale_sd: float = 0.02
    cross_sd: float = 0.015
    gyro_gain_sd: float = 0.02
    drift_sd_m: tuple[float, float] = (0.003, 0.0015)
    position_sd_m: Vector = (0.003, 0.001, 0.006)
    correlation_s: float = 0.25
    start_position_sd_m: float = 0.001
    start_velocity_sd_mps: float = 0.004
    start_tilt_sd_rad: float = 0.004
    start_acceleration_sd_mps2: float = 0.01

    def __post_init__(self) -> None:
        if not min(*self.lever_sd_m, *self.position_sd_m, *self.drift_sd_m) > 0.0:
            raise SettingsError("standard deviations of lever, position and drift of a rock expected above 0")


@dataclass(frozen=True, slots=True, eq=False)
class RockPath:
    """Of one rock, thinned out. t_s, lean_rad : (n,); position_m : (n, 3), level (forward, up, right), of an ankle that
    should not move; by_unknown : (n, 3, 15), its derivative by lever, accelerometer errors and gyro gain."""

    t_s: FloatArray
    lean_rad: FloatArray
    position_m: FloatArray
    by_unknown: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PathFit:
    """rocks, and what no unknown explains of their paths: left : (m,) whitened, rock after rock, time after time.

    rows : (m, k), derivative of the whitened paths by all unknowns; information : (k, k) about them, priors included.
    """

    rocks: tuple[RockPath, ...]
    left: FloatArray
    rows: FloatArray
    information: FloatArray
    settings: PathSettings

    def evidence(self, shapes: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Information (j, j) about the amplitudes of shapes : (m, j), all unknowns estimated along, and match (j,)."""
        shared = self.rows.T @ shapes
        return shapes.T @ shapes - shared.T @ np.linalg.solve(self.information, shared), shapes.T @ self.left

    def shape(self, rock: int, upward: FloatArray, *, forward_share: float = 0.0) -> FloatArray:
        """(m,) how an ankle that goes up by 1 m in this shape, and forward by its share, shows in what is left."""
        way = np.stack([forward_share * upward, upward, np.zeros_like(upward)], axis=1)[:, :, None]
        first = 3 * sum(len(path.t_s) for path in self.rocks[:rock])
        whole = np.zeros(len(self.left))
        whole[first : first + 3 * len(upward)] = -_whitened(way, self.settings)[:, 0]
        return whole


def fit_paths(
    block: SampleBlock,
    *,
    standing: slice,
    rocks: Sequence[slice],
    rate_hz: float,
    fit: RockFit,
    settings: PathSettings | None = None,
) -> PathFit:
    """The paths of rocks that `fit_rocks` has fitted; each slice reaches from rest to rest."""
    settings = settings or PathSettings()
    R_sensor_from_shank = fit.model.alignment.R_sensor_from_shank
    mean = np.zeros(SHARED)
    mean[LEVER] = R_sensor_from_shank @ np.array(settings.lever_m)
    estimate = mean.copy()
    for _ in range(PASSES):
        paths, gravity = _paths(block, standing, rocks, rate_hz, fit, estimate)
        rows, targets = _equations(paths, settings)
        precision = _precision(settings, R_sensor_from_shank, gravity, rows.shape[1])
        pull = np.zeros(rows.shape[1])
        pull[:SHARED] = precision[:SHARED, :SHARED] @ (mean - estimate)
        information = rows.T @ rows + precision
        solution = np.linalg.solve(information, rows.T @ targets + pull)
        estimate = estimate + solution[:SHARED]
    return PathFit(tuple(paths), targets - rows @ solution, rows, information, settings)


def _paths(
    block: SampleBlock, standing: slice, rocks: Sequence[slice], rate_hz: float, fit: RockFit, estimate: FloatArray
) -> tuple[list[RockPath], float]:
    """The ankle's path in every rock with the errors as estimated so far taken out, and gravity then."""
    alignment = fit.model.alignment
    right = np.array(alignment.right)
    bias = fit.model.gyro_bias_radps
    accel = AccelCorrection(estimate[OFFSET], estimate[SCALE], estimate[CROSS]).apply(block.accel_mps2)
    rates = block.gyro_radps - np.array(bias)
    rates = rates - np.outer(rates @ right, estimate[GAIN])
    corrected = SampleBlock(block.t_s, accel, block.gyro_radps, block.flags)
    up = UpVector(rate_hz=rate_hz, gyro_bias_radps=bias).run(corrected)
    stance = accel[standing].mean(axis=0)
    gravity = float(np.linalg.norm(stance))
    paths = []
    for rock in rocks:
        ahead = np.array(alignment.forward) - up[rock.start] * float(np.array(alignment.forward) @ up[rock.start])
        ahead /= np.linalg.norm(ahead)
        R_level_from_start = np.stack([ahead, up[rock.start], np.cross(ahead, up[rock.start])])
        R = R_level_from_start @ _strapdown(block.t_s[rock], rates[rock])
        long_axis = R @ (stance / gravity)
        lean = np.arctan2(long_axis[:, 0], long_axis[:, 1])
        paths.append(_path(block.t_s[rock], R, accel[rock], rates[rock], lean - lean[0], gravity, right, estimate))
    return paths, gravity


def _path(
    t_s: FloatArray,
    R: FloatArray,
    accel: FloatArray,
    rates: FloatArray,
    lean_rad: FloatArray,
    gravity: float,
    right: FloatArray,
    estimate: FloatArray,
) -> RockPath:
    """R : (n, 3, 3), level from sensor. What the start's level and gravity were read with acts only as it changes."""
    elapsed = t_s - t_s[0]
    turned = R - R[0]
    x, y, z = rates[0].tolist()
    start_rate = R[0] @ np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    force = np.einsum("nij,nj->ni", R, accel)
    by_lever = turned - elapsed[:, None, None] * start_rate
    position = double_integral(force - np.array([0.0, gravity, 0.0]), t_s) + by_lever @ estimate[LEVER]
    by_scale = R * accel[:, None, :]
    crossed = np.zeros((len(t_s), 3, 3))
    for column, (i, j) in enumerate(_CROSS_PAIRS):
        swapped = np.zeros_like(accel)
        swapped[:, i], swapped[:, j] = accel[:, j], accel[:, i]
        crossed[:, :, column] = np.einsum("nij,nj->ni", R, swapped)
    tilt = integrate(R * (rates @ right)[:, None, None], t_s)
    by_gain = np.cross(tilt, force[:, :, None], axis=1)
    faked = np.concatenate([turned, by_scale - by_scale[0], crossed - crossed[0], by_gain], axis=2)
    by_unknown = np.concatenate([by_lever, -double_integral(faked, t_s)], axis=2)
    every = slice(None, None, max(1, round(ROW_STEP_S / float(np.median(np.diff(t_s))))))
    return RockPath(elapsed[every], lean_rad[every], position[every], by_unknown[every])


def _strapdown(t_s: FloatArray, rates: FloatArray) -> FloatArray:
    """(n, 3, 3), start from sensor."""
    steps = Rotation.from_rotvec(0.5 * (rates[1:] + rates[:-1]) * np.diff(t_s)[:, None]).as_matrix()
    turn = np.empty((len(t_s), 3, 3))
    turn[0] = np.eye(3)
    for k, step in enumerate(steps):
        turn[k + 1] = turn[k] @ step
    return turn


def _equations(paths: Sequence[RockPath], settings: PathSettings) -> tuple[FloatArray, FloatArray]:
    """Whitened rows and targets: what all rocks share, then each rock's own."""
    blocks = []
    for number, path in enumerate(paths):
        block = np.zeros((len(path.t_s), 3, SHARED + OWN * len(paths)))
        block[:, :, : GAIN.stop] = path.by_unknown
        leaning = path.lean_rad / DRIFT_AT_RAD
        block[:, 0, DRIFT.start] = -leaning
        block[:, 1, DRIFT.start + 1] = -leaning
        own = SHARED + OWN * number
        fallen = 0.5 * path.t_s**2
        for axis in range(3):
            block[:, axis, own + axis] = settings.start_position_sd_m
            block[:, axis, own + 3 + axis] = settings.start_velocity_sd_mps * path.t_s
        block[:, 0, own + 6] = settings.start_tilt_sd_rad * TYPICAL_GRAVITY_MPS2 * fallen
        block[:, 2, own + 7] = settings.start_tilt_sd_rad * TYPICAL_GRAVITY_MPS2 * fallen
        block[:, 1, own + 8] = settings.start_acceleration_sd_mps2 * fallen
        blocks.append(_whitened(block, settings))
    targets = [_whitened(-path.position_m[:, :, None], settings)[:, 0] for path in paths]
    return np.concatenate(blocks), np.concatenate(targets)


def _whitened(values: FloatArray, settings: PathSettings) -> FloatArray:
    """(n, 3, k) positions -> (3 n, k): neighbours share their error, so each weighs less."""
    sd = np.array(settings.position_sd_m) * np.sqrt(max(1.0, settings.correlation_s / ROW_STEP_S))
    return np.asarray((values / sd[:, None]).reshape(-1, values.shape[2]))


def _precision(
    settings: PathSettings, R_sensor_from_shank: FloatArray, gravity_mps2: float, unknowns: int
) -> FloatArray:
    """(k, k) of the priors; a rock's own unknowns come in their own standard deviations."""
    covariance = np.eye(unknowns)
    covariance[LEVER, LEVER] = R_sensor_from_shank @ np.diag(np.square(settings.lever_sd_m)) @ R_sensor_from_shank.T
    offset_sd = max(settings.offset_sd_mps2, abs(gravity_mps2 - TYPICAL_GRAVITY_MPS2))
    for part, sd in (
        (OFFSET, offset_sd),
        (SCALE, settings.scale_sd),
        (CROSS, settings.cross_sd),
        (GAIN, settings.gyro_gain_sd),
    ):
        covariance[part, part] *= sd**2
    covariance[DRIFT, DRIFT] = np.diag(np.square(settings.drift_sd_m))
    precision: FloatArray = np.linalg.inv(covariance).astype(np.float64)
    return precision
