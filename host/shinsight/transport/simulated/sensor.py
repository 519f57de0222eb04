"""What an IMU on that shank reads: strap and skin motion, mounting, sensor errors, quantisation.

Data-sheet figures by grade: LSM6DSO (DS12140), MPU-6050 (PS-MPU-6000A). `lsm6dso_calibrated` has been through a
six-position calibration. Skin motion: rotation and shift that grow with inclination, differ from rep to rep and
between rocks and set, lag behind, and tremble.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, lfilter
from scipy.spatial.transform import Rotation

from ...samples import FloatArray, Phase
from ...units import STANDARD_GRAVITY_MPS2
from .leg import FINE_HZ, Motion
from .options import SimOptions

ACCEL_RANGE_MPS2 = 16.0 * STANDARD_GRAVITY_MPS2
GYRO_RANGE_RADPS = float(np.radians(2000.0))
FULL_SCALE = 32768.0
ACCEL_SCALE_MPS2 = ACCEL_RANGE_MPS2 / FULL_SCALE
GYRO_SCALE_RADPS = GYRO_RANGE_RADPS / FULL_SCALE
MILLI_G_MPS2 = STANDARD_GRAVITY_MPS2 / 1000.0


@dataclass(frozen=True, slots=True)
class Grade:
    """Standard deviations of a chip's errors; noise densities per sqrt(Hz)."""

    offset_mps2: float
    scale: float
    cross: float
    accel_noise: float
    gyro_offset_radps: float
    gyro_noise: float


GRADES = {
    "ideal": Grade(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "lsm6dso": Grade(12 * MILLI_G_MPS2, 0.005, 0.005, 110e-6 * 9.8, np.radians(0.5), np.radians(0.004)),
    "lsm6dso_calibrated": Grade(1.5 * MILLI_G_MPS2, 0.001, 0.001, 110e-6 * 9.8, np.radians(0.05), np.radians(0.004)),
    "mpu6050": Grade(35 * MILLI_G_MPS2, 0.015, 0.010, 400e-6 * 9.8, np.radians(8.0), np.radians(0.005)),
}

SKIN = {"none": (0.0, 0.0), "low": (0.7, 0.0015), "medium": (1.5, 0.003), "high": (3.0, 0.006)}
"""Rotation (deg) and shift (m), one standard deviation at 30 deg of inclination."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """counts : (n, 6) int16 range, accelerometer then gyro; t_s : (n,) true times; index : (n,) into the fine grid."""

    counts: FloatArray
    t_s: FloatArray
    index: FloatArray
    rate_hz: float


def read(motion: Motion, options: SimOptions, rng: np.random.Generator) -> Reading:
    """Everything between the bone and the wire."""
    shank_m = rng.uniform(0.13, 0.26)
    lever = np.array([rng.uniform(0.02, 0.05), shank_m, rng.normal(0, 0.01)])
    wobble, shift = _skin(motion, options, rng)
    position = motion.ankle_m + motion.R_earth_from_shank.apply(lever + shift)
    R_earth_from_sensor = motion.R_earth_from_shank * Rotation.from_rotvec(wobble) * mounting(options, rng)
    return sense(position, R_earth_from_sensor, options, rng)


def sense(
    position_m: FloatArray, R_earth_from_sensor: Rotation, options: SimOptions, rng: np.random.Generator
) -> Reading:
    """What a chip that goes along this path reads. position_m : (n, 3) in earth and n rotations, at `FINE_HZ`."""
    n = len(position_m)
    step = 1.0 / FINE_HZ
    accel_earth = np.gradient(np.gradient(position_m, step, axis=0), step, axis=0)
    accel_earth[:, 2] += STANDARD_GRAVITY_MPS2
    force = R_earth_from_sensor.inv().apply(accel_earth)
    turns = (R_earth_from_sensor[:-1].inv() * R_earth_from_sensor[1:]).as_rotvec() / step
    rates = np.concatenate([turns[:1], 0.5 * (turns[1:] + turns[:-1]), turns[-1:]])
    grade = GRADES[options.grade]
    true_rate_hz = options.rate_hz * (1.0 + (0.0 if options.grade == "ideal" else rng.uniform(-0.02, 0.02)))
    b, a = butter(2, options.rate_hz / 4.0, fs=FINE_HZ)
    force, rates = (lfilter(b, a, signal - signal[0], axis=0) + signal[0] for signal in (force, rates))
    index = np.arange(0.0, n - 1.0, FINE_HZ / true_rate_hz)
    at = np.arange(n)
    force = np.stack([np.interp(index, at, c) for c in force.T], axis=1)
    rates = np.stack([np.interp(index, at, c) for c in rates.T], axis=1)
    gain = np.eye(3) + np.diag(rng.normal(0, 1, 3) * grade.scale) + rng.normal(0, 1, (3, 3)) * grade.cross * 0.5
    half_band = np.sqrt(true_rate_hz / 2.0)
    force = force @ gain.T + rng.normal(0, 1, 3) * grade.offset_mps2
    force = force + rng.normal(0, 1, force.shape) * grade.accel_noise * half_band
    rates = rates + rng.normal(0, 1, 3) * grade.gyro_offset_radps
    rates = rates + rng.normal(0, 1, rates.shape) * grade.gyro_noise * half_band
    counts = np.concatenate([force / ACCEL_SCALE_MPS2, rates / GYRO_SCALE_RADPS], axis=1)
    return Reading(np.clip(np.round(counts), -32768, 32767), index / FINE_HZ, index, true_rate_hz)


def mounting(options: SimOptions, rng: np.random.Generator) -> Rotation:
    """How far the sensor is turned from how it should sit."""
    if options.mounting == "none":
        return Rotation.identity()
    if options.mounting == "any":
        q = rng.normal(0, 1, 4)
        return Rotation.from_quat(q / np.linalg.norm(q))
    return Rotation.from_rotvec(np.radians(rng.normal(0, 1, 3) * (8.0, 15.0, 8.0)))


def _skin(motion: Motion, options: SimOptions, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Sensor against bone: rotation vector (n, 3) rad and shift (n, 3) m, shank frame."""
    rotation_deg, shift_m = SKIN[options.skin]
    n = len(motion.t_s)
    bend = motion.inclination_rad / np.radians(30.0)
    # Skin lags behind: the way down and the way up differ.
    lagged = 0.8 * bend + 0.2 * _lag(bend, 0.3)
    wobble = np.zeros((n, 3))
    shift = np.zeros((n, 3))
    in_rocks = np.array([phase is Phase.ROCKS for phase in motion.phases])
    for axis in range(3):
        for target, size in ((wobble, np.radians(rotation_deg)), (shift, shift_m)):
            usual = rng.normal(0, 1)
            mismatch = rng.uniform(0.6, 1.4)
            factor = np.where(in_rocks, mismatch, 1.0) * usual
            for part in np.unique(motion.part[motion.part >= 0]):
                factor[motion.part == part] += 0.25 * rng.normal(0, 1)
            factor = gaussian_filter1d(factor, 0.1 * FINE_HZ)
            target[:, axis] = size * factor * lagged
    if rotation_deg > 0.0:
        b, a = butter(2, (6.0, 12.0), btype="bandpass", fs=FINE_HZ)
        tremor = lfilter(b, a, rng.normal(0, 1, (n, 3)), axis=0)
        # Muscles tremble under load; a standing leg is nearly passive.
        load = (0.2 + np.clip(bend, 0, 1))[:, None]
        wobble += np.radians(0.02 * rotation_deg) * load * tremor / max(1e-12, float(np.std(tremor)))
    if options.slip_deg:
        middle = motion.t_s[-1] * 0.6
        share = np.clip((motion.t_s - middle) / 0.4, 0, 1)
        wobble[:, 2] += np.radians(options.slip_deg) * share**2 * (3 - 2 * share)
    return wobble, shift


def _lag(signal: FloatArray, seconds: float) -> FloatArray:
    share = 1.0 / (seconds * FINE_HZ)
    return np.asarray(lfilter([share], [1.0, share - 1.0], signal))
