"""A six-axis sensor on the shin, riding on a moving leg: its readings and its errors.

The gyroscope reads the mean rate since the sample before, the accelerometer the specific force at the sample: what a
chip gives that filters before it decimates. Both are exact for the motion; every error is added after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfiltfilt
from scipy.spatial.transform import Rotation

from .markers import ANK, KNE, RATE_HZ, TIB
from .motion import Array, heading

GRAVITY_MPS2 = 9.81
UP = np.array([0.0, 0.0, 1.0])
WHERE_DOWN_THE_SHANK = (0.55, 0.65)
IN_FRONT_M = (0.03, 0.04)
TO_THE_MIDDLE_M = (0.015, 0.03)
"""The markers sit on the outer side of knee and ankle, the sensor on the inner face of the shin bone."""
AXIAL_SHARE = 0.1
"""TIB sits only 25 mm beside the line from ankle to knee, and skin carries it along: as measured the shank would turn
50 to 110 degrees about its long axis in every squat. A tenth of it is what a tibia does."""
WOBBLE_FULL_DEG = 25.0
"""Inclination at which the strap has slipped by the wobble of the grade."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grade:
    """Bounds of constant errors (drawn evenly within +-), standard deviations of noise, and how far the strap slips."""

    accel_offset_mg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gyro_bias_dps: float = 0.0
    scale: float = 0.0
    cross: float = 0.0
    accel_noise_mps2: float = 0.0
    gyro_noise_dps: float = 0.0
    wobble_deg: float = 0.0


GRADES = {
    "ideal": Grade(),
    "lsm6dso": Grade(
        accel_offset_mg=(20.0, 20.0, 20.0),
        gyro_bias_dps=1.0,
        scale=0.01,
        cross=0.01,
        accel_noise_mps2=0.01,
        gyro_noise_dps=0.05,
        wobble_deg=1.0,
    ),
    "mpu6050": Grade(
        accel_offset_mg=(50.0, 50.0, 80.0),
        gyro_bias_dps=20.0,
        scale=0.03,
        cross=0.02,
        accel_noise_mps2=0.03,
        gyro_noise_dps=0.1,
        wobble_deg=1.0,
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Shank:
    """R_earth_from_shank: n rotations, x forward, y up, z right; ankle_m, knee_m : (n, 3), earth frame."""

    R_earth_from_shank: Rotation
    ankle_m: Array
    knee_m: Array


def shank_of(markers_m: Array, *, standing: slice) -> Shank:
    """The shank's frame: long axis from ankle to knee; heading of the foot when standing, then the least turn."""
    ankle, knee = markers_m[:, ANK], markers_m[:, KNE]
    up = (knee - ankle) / np.linalg.norm(knee - ankle, axis=1, keepdims=True)
    up0 = up[standing].mean(axis=0)
    up0 /= np.linalg.norm(up0)
    forward = heading(markers_m[standing]).mean(axis=0)
    forward -= (forward @ up0) * up0
    forward /= np.linalg.norm(forward)
    R0 = Rotation.from_matrix(np.stack([forward, up0, np.cross(forward, up0)], axis=1))
    swing = _least_turn(up0, up)
    side = (swing * R0).inv().apply(markers_m[:, TIB] - ankle)
    spin = np.unwrap(np.arctan2(side[:, 0], side[:, 2]))  # about +y, from z to x
    spin = AXIAL_SHARE * (spin - spin[standing].mean())
    about_y = Rotation.from_rotvec(spin[:, None] * [0.0, 1.0, 0.0])
    return Shank(swing * R0 * about_y, ankle, knee)


def _least_turn(start: Array, ends: Array) -> Rotation:
    """The shortest rotations that take unit vector start : (3,) to ends : (n, 3)."""
    across = np.cross(start, ends)
    sine = np.linalg.norm(across, axis=1, keepdims=True)
    angle = np.arctan2(sine, (ends @ start)[:, None])
    return Rotation.from_rotvec(across * angle / np.maximum(sine, 1e-12))


def place_on_shin(shank: Shank, side: str, rng: np.random.Generator) -> Array:
    """(3,) m, the sensor's place from the ankle marker in the shank's frame."""
    length = float(np.linalg.norm(shank.knee_m[0] - shank.ankle_m[0]))
    inwards = -1.0 if side == "R" else 1.0
    return np.array(
        [
            rng.uniform(*IN_FRONT_M),
            length * (1.0 - rng.uniform(*WHERE_DOWN_THE_SHANK)),
            inwards * rng.uniform(*TO_THE_MIDDLE_M),
        ]
    )


def strap_wobble(
    tilt_rad: Array, cuts: tuple[tuple[int, int], ...], grade: Grade, rng: np.random.Generator
) -> Rotation:
    """Return n small turns of the sensor on the skin that follow the movement: almost alike in every repetition."""
    share = np.repeat(tilt_rad[:, None] / np.deg2rad(WOBBLE_FULL_DEG), 3, axis=1)
    always = 0.8 * rng.normal(size=3)
    amount = np.tile(always, (len(share), 1))
    for start, stop in cuts:
        amount[start:stop] += 0.6 * rng.normal(size=3)
    sos = butter(2, 2.0, fs=RATE_HZ, output="sos")
    return Rotation.from_rotvec(np.deg2rad(grade.wobble_deg) * sosfiltfilt(sos, share * amount, axis=0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip:
    """The sensor turns and shifts on the skin from at_s on; vectors in the shank's axes (forward, up, right)."""

    at_s: float
    turn_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    shift_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    lasts_s: float = 0.3


def strap_slips(t_s: Array, slips: Sequence[Slip]) -> tuple[Rotation, Array]:
    """Return n turns and shifts (n, 3) m of the sensor against where it was strapped on, shank axes."""
    turn, shift = Rotation.identity(len(t_s)), np.zeros((len(t_s), 3))
    for slip in slips:
        u = np.clip((t_s - slip.at_s) / slip.lasts_s, 0.0, 1.0)[:, None]
        share = 10.0 * u**3 - 15.0 * u**4 + 6.0 * u**5
        turn = Rotation.from_rotvec(share * np.deg2rad(slip.turn_deg)) * turn
        shift = shift + share * np.array(slip.shift_m)
    return turn, shift


def readings(position_m: Array, R_earth_from_sensor: Rotation) -> tuple[Array, Array]:
    """Specific force (m/s^2) and angular rate (rad/s) : (n, 3), sensor frame, without error."""
    acceleration = np.zeros_like(position_m)
    acceleration[1:-1] = (position_m[2:] - 2.0 * position_m[1:-1] + position_m[:-2]) * RATE_HZ**2
    force = R_earth_from_sensor.inv().apply(acceleration + GRAVITY_MPS2 * UP)
    rate = np.zeros_like(position_m)
    rate[1:] = (R_earth_from_sensor[:-1].inv() * R_earth_from_sensor[1:]).as_rotvec() * RATE_HZ
    return force, rate


def with_errors(force: Array, rate: Array, grade: Grade, rng: np.random.Generator) -> tuple[Array, Array]:
    """What a sensor of this grade makes of it."""
    offset = np.array(grade.accel_offset_mg) * 1e-3 * GRAVITY_MPS2 * rng.uniform(-1.0, 1.0, 3)
    bias = np.deg2rad(grade.gyro_bias_dps) * rng.uniform(-1.0, 1.0, 3)
    accel = force @ _gain(grade, rng).T + offset + grade.accel_noise_mps2 * rng.normal(size=force.shape)
    gyro = rate @ _gain(grade, rng).T + bias + np.deg2rad(grade.gyro_noise_dps) * rng.normal(size=rate.shape)
    return accel, gyro


def _gain(grade: Grade, rng: np.random.Generator) -> Array:
    off_diagonal = 1.0 - np.eye(3)
    drawn = rng.uniform(-1.0, 1.0, (3, 3))
    return np.eye(3) + drawn * (grade.cross * off_diagonal + grade.scale * np.eye(3))
