"""Height of the ankle from one shin sensor, and how every error of sensor and lever would show in it.

With u the up-vector and f the specific force (both sensor frame), rho the lever from sensor to ankle and g0 the
specific force of quiet standing, the sensor's vertical acceleration is u.f - g0 and the ankle's height is

    h(t) = double integral of (u.f - g0) + u.rho - (u.rho at the start)

A flat foot keeps h at zero. Errors enter linearly: `sensitivity` gives dh/dp for the twelve parameters
p = (lever 3, accelerometer offset 3, scale 3, cross-axis 3), each already zero at the standing pose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.integrate import cumulative_trapezoid

from ..samples import FloatArray, Vector
from .shank import Alignment

LEVER = slice(0, 3)
OFFSET = slice(3, 6)
SCALE = slice(6, 9)
CROSS = slice(9, 12)
PARAMETERS = 12
_CROSS_PAIRS = ((0, 1), (0, 2), (1, 2))


@dataclass(frozen=True, slots=True, eq=False)
class AccelCorrection:
    """accel = matrix @ (raw - offset), from offset (3,) m/s^2, scale (3,) and cross-axis (3,: xy, xz, yz) errors."""

    offset_mps2: FloatArray
    scale: FloatArray
    cross: FloatArray

    @property
    def matrix(self) -> FloatArray:
        """(3, 3), applied to the raw reading."""
        gain = np.eye(3) - np.diag(self.scale)
        for value, (i, j) in zip(self.cross.tolist(), _CROSS_PAIRS, strict=True):
            gain[i, j] -= value
            gain[j, i] -= value
        return gain

    def apply(self, accel_mps2: FloatArray) -> FloatArray:
        """Corrected specific force : (n, 3)."""
        return accel_mps2 @ self.matrix.T - self.offset_mps2


@dataclass(frozen=True, slots=True, eq=False)
class AnkleModel:
    """Everything that turns samples into an ankle height.

    lever_m : (3,) sensor to ankle, sensor frame; correction of the accelerometer; covariance : (12, 12) of the
    parameters; gravity_mps2: corrected specific force of quiet standing.
    """

    alignment: Alignment
    gyro_bias_radps: Vector
    correction: AccelCorrection
    lever_m: FloatArray
    gravity_mps2: float
    covariance: FloatArray


def error_acceleration(up: FloatArray, accel_mps2: FloatArray, up_standing: FloatArray, gravity: float) -> FloatArray:
    """(n, 9): vertical acceleration that a unit of each accelerometer error (offset, scale, cross) fakes.

    What the same error does at the standing pose is taken off, because g0 was measured there.
    """
    columns = [up - up_standing, up * accel_mps2 - up_standing**2 * gravity]
    for i, j in _CROSS_PAIRS:
        standing = 2.0 * up_standing[i] * up_standing[j] * gravity
        columns.append((up[:, i] * accel_mps2[:, j] + up[:, j] * accel_mps2[:, i] - standing)[:, None])
    return np.concatenate(columns, axis=1)


def integrate(values: FloatArray, t_s: FloatArray) -> FloatArray:
    """Cumulative trapezoid of values : (n, ...) along the first axis, zero at the first sample."""
    return np.asarray(cumulative_trapezoid(values, t_s, axis=0, initial=0), dtype=np.float64)


def double_integral(values: FloatArray, t_s: FloatArray) -> FloatArray:
    """Integrate values : (n, ...) twice along the first axis, from rest at zero."""
    return integrate(integrate(values, t_s), t_s)


@dataclass(frozen=True, slots=True, eq=False)
class AnkleRise:
    """height_m : (n,) of the ankle above its height at the first sample; sensitivity : (n, 12), dh/dp."""

    height_m: FloatArray
    sensitivity: FloatArray


def ankle_rise(
    t_s: FloatArray,
    up: FloatArray,
    accel_mps2: FloatArray,
    up_rate: FloatArray,
    *,
    lever_m: FloatArray,
    up_standing: FloatArray,
    gravity_mps2: float,
) -> AnkleRise:
    """Ankle height over a stretch that starts with the ankle at rest.

    t_s : (n,); up : (n, 3); accel_mps2 : (n, 3) corrected specific force; up_rate : (3,) du/dt at the first sample,
    1/s: in sway the sensor already moves though the ankle does not.
    """
    elapsed = (t_s - t_s[0])[:, None]
    lever_columns = up - up[0] - elapsed * up_rate
    vertical = np.einsum("ij,ij->i", up, accel_mps2) - gravity_mps2
    height = double_integral(vertical, t_s) + lever_columns @ lever_m
    errors = -double_integral(error_acceleration(up, accel_mps2, up_standing, gravity_mps2), t_s)
    return AnkleRise(height, np.concatenate([lever_columns, errors], axis=1))


class AnkleRiseTracker:
    """Computes `ankle_rise` sample by sample, with the same result at every sample.

    step(t_s, up, accel_mps2, up_rate) gives (height_m, sensitivity : (12,)). The first step is the start; up_rate
    counts there only.
    """

    def __init__(self, *, lever_m: FloatArray, up_standing: FloatArray, gravity_mps2: float) -> None:
        self._lever_m = lever_m
        self._up_standing = up_standing
        self._gravity_mps2 = gravity_mps2
        self._start: tuple[float, FloatArray, FloatArray] | None = None
        self._last_s = 0.0
        self._acceleration = np.zeros(PARAMETERS - 2)  # vertical, and what each accelerometer error fakes of it
        self._velocity = np.zeros(PARAMETERS - 2)
        self._height = np.zeros(PARAMETERS - 2)

    def step(self, t_s: float, up: FloatArray, accel_mps2: FloatArray, up_rate: FloatArray) -> tuple[float, FloatArray]:
        """Take one sample: vectors : (3,) as in `ankle_rise`. Give the height (m) and its sensitivity : (12,)."""
        faked = error_acceleration(up[None], accel_mps2[None], self._up_standing, self._gravity_mps2)[0]
        acceleration = np.concatenate([[float(up @ accel_mps2) - self._gravity_mps2], faked])
        if self._start is None:
            self._start = (t_s, up, up_rate)
            self._last_s = t_s
        half_s = 0.5 * (t_s - self._last_s)
        velocity = self._velocity + half_s * (self._acceleration + acceleration)
        self._height = self._height + half_s * (self._velocity + velocity)
        self._last_s, self._velocity, self._acceleration = t_s, velocity, acceleration
        start_s, up_start, rate_start = self._start
        lever_columns = up - up_start - (t_s - start_s) * rate_start
        height = float(self._height[0] + lever_columns @ self._lever_m)
        return height, np.concatenate([lever_columns, -self._height[1:]])

    def run(
        self, t_s: FloatArray, up: FloatArray, accel_mps2: FloatArray, up_rate: FloatArray
    ) -> list[tuple[float, FloatArray]]:
        """Return the results of n steps; t_s : (n,), the vectors : (n, 3)."""
        return [self.step(float(t), u, f, r) for t, u, f, r in zip(t_s, up, accel_mps2, up_rate, strict=True)]
