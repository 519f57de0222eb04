"""What an IMU on that shank reads: its place and mounting, sensor errors, quantisation.

Data-sheet figures by grade: LSM6DSO (DS12140), MPU-6050 (PS-MPU-6000A). `lsm6dso_calibrated` has been through a
six-position calibration.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.signal import butter, lfilter
from scipy.spatial.transform import Rotation

from ...samples import FloatArray
from ...units import STANDARD_GRAVITY_MPS2
from .leg import Motion
from .options import SimOptions
from .script import FINE_HZ
from .skin import skin_motion

ACCEL_RANGE_MPS2 = 16.0 * STANDARD_GRAVITY_MPS2
GYRO_RANGE_RADPS = float(np.radians(2000.0))
FULL_SCALE = 32768.0
ACCEL_SCALE_MPS2 = ACCEL_RANGE_MPS2 / FULL_SCALE
GYRO_SCALE_RADPS = GYRO_RANGE_RADPS / FULL_SCALE
MILLI_G_MPS2 = STANDARD_GRAVITY_MPS2 / 1000.0


@dataclass(frozen=True, slots=True)
class Grade:
    """Standard deviations of a chip's errors; noise densities per sqrt(Hz); warm_up: drift as it warms."""

    offset_mps2: float
    scale: float
    cross: float
    accel_noise: float
    gyro_offset_radps: float
    gyro_noise: float
    warm_up_mps2: float = 0.0
    warm_up_radps: float = 0.0


LSM6DSO = Grade(
    offset_mps2=12 * MILLI_G_MPS2,
    scale=0.005,
    cross=0.005,
    accel_noise=110e-6 * 9.8,
    gyro_offset_radps=np.radians(0.5),
    gyro_noise=np.radians(0.004),
    warm_up_mps2=0.8 * MILLI_G_MPS2,
    warm_up_radps=np.radians(0.08),
)
GRADES = {
    "ideal": Grade(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "lsm6dso": LSM6DSO,
    "lsm6dso_calibrated": replace(
        LSM6DSO, offset_mps2=1.5 * MILLI_G_MPS2, scale=0.001, cross=0.001, gyro_offset_radps=np.radians(0.05)
    ),
    "mpu6050": Grade(
        offset_mps2=35 * MILLI_G_MPS2,
        scale=0.015,
        cross=0.010,
        accel_noise=400e-6 * 9.8,
        gyro_offset_radps=np.radians(8.0),
        gyro_noise=np.radians(0.005),
        warm_up_mps2=4.0 * MILLI_G_MPS2,
        warm_up_radps=np.radians(0.6),
    ),
}
WARM_UP_S = 90.0
"""A chip that was just switched on warms by some 8 K, and settles in this time."""
INNER_FACE_DEG = (30.0, 55.0)
"""The flat face of the shin bone looks so far inwards from ahead; the board lies on it, components outward."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """counts : (n, 6) int16 range, accelerometer then gyro; t_s : (n,) true times; index : (n,) into the fine grid."""

    counts: FloatArray
    t_s: FloatArray
    index: FloatArray
    rate_hz: float


def read(motion: Motion, options: SimOptions, rng: np.random.Generator) -> Reading:
    """Everything between the bone and the wire."""
    to_middle = motion.person.medial  # along z, which points right
    lever = np.array([rng.uniform(0.02, 0.05), rng.uniform(0.13, 0.26), to_middle * rng.uniform(0.005, 0.025)])
    R_shank_from_sensor = _inner_face(to_middle, rng) * mounting(options, rng)
    if options.mounting == "none":
        R_shank_from_sensor = Rotation.identity()
    wobble, shift = skin_motion(motion, options, rng)
    position = motion.ankle_m + motion.R_earth_from_shank.apply(lever + shift)
    R_earth_from_sensor = motion.R_earth_from_shank * Rotation.from_rotvec(wobble) * R_shank_from_sensor
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
    warm = (1.0 - np.exp(-index / (FINE_HZ * WARM_UP_S)))[:, None]
    force = force + warm * rng.normal(0, 1, 3) * grade.warm_up_mps2
    rates = rates + warm * rng.normal(0, 1, 3) * grade.warm_up_radps
    force = force + rng.normal(0, 1, force.shape) * grade.accel_noise * half_band
    rates = rates + rng.normal(0, 1, 3) * grade.gyro_offset_radps
    rates = rates + rng.normal(0, 1, rates.shape) * grade.gyro_noise * half_band
    counts = np.concatenate([force / ACCEL_SCALE_MPS2, rates / GYRO_SCALE_RADPS], axis=1)
    return Reading(np.clip(np.round(counts), -32768, 32767), index / FINE_HZ, index, true_rate_hz)


def _inner_face(to_middle: float, rng: np.random.Generator) -> Rotation:
    """Turns the board's z axis, its components' side, from the right to where the inner face of the shin bone looks."""
    inwards = np.radians(rng.uniform(*INNER_FACE_DEG))
    return Rotation.from_rotvec([0.0, np.arctan2(np.cos(inwards), to_middle * np.sin(inwards)), 0.0])


def mounting(options: SimOptions, rng: np.random.Generator) -> Rotation:
    """How far the sensor is turned from how it should sit."""
    if options.mounting == "none":
        return Rotation.identity()
    if options.mounting == "any":
        q = rng.normal(0, 1, 4)
        return Rotation.from_quat(q / np.linalg.norm(q))
    return Rotation.from_rotvec(np.radians(rng.normal(0, 1, 3) * (8.0, 15.0, 8.0)))
