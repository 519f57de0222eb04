"""Heel lift as it happens: the ankle's height by a causal filter, flagged when it stands clear of its own error.

State [q, v, b0, b1]: sensor height and vertical velocity, acceleration bias and its slope with inclination. Height of
the ankle h = q + L with L = u.rho, so the gyro is never differentiated. While the shank is near upright the foot is
taken to be flat (h = 0, dh/dt = 0); beyond, only inertia tells. How far h can be trusted is carried along: the
calibration's covariance, white noise, and skin motion that grows with inclination.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ..errors import SettingsError
from ..kinematics.ankle_path import PARAMETERS, AnkleModel, error_acceleration
from ..results import HeelState
from ..samples import FloatArray, Vector
from ..units import RAD_PER_DEG
from .hop import HighPassedHeight


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveSettings:
    """Zone: inclinations below `zone_full_rad` are taken as foot-flat, fading to none at `zone_none_rad`."""

    zone_full_rad: float = 8.0 * RAD_PER_DEG
    zone_none_rad: float = 14.0 * RAD_PER_DEG
    quiet_rate_radps: float = 10.0 * RAD_PER_DEG
    quiet_accel_mps2: float = 0.25
    zone_back_rad: float = 12.0 * RAD_PER_DEG  # this much further back is still standing
    break_out_m: float = 0.008  # high-passed rise that no flat foot makes
    break_out_mps: float = 0.02
    break_out_sd_m: float = 0.006
    zone_return_s: float = 0.35
    zone_return_up_s: float = 1.0  # the same, when the ankle does not seem to be down yet
    zone_height_sd_m: float = 0.020
    zone_velocity_sd_mps: float = 0.030
    process_sd_mps2: float = 0.03  # per sqrt(Hz)
    bias_walk_mps2: float = 0.003  # per sqrt(s)
    bias_start_sd_mps2: float = 0.02
    anchor_rate_radps: float = 8.0 * RAD_PER_DEG
    anchor_height_m: float = 0.006
    anchor_velocity_mps: float = 0.024
    anchor_height_sd_m: float = 0.120
    anchor_velocity_sd_mps: float = 0.060
    floor_sd_m: float = 0.0015
    drift_sd_m: float = 0.0015  # after one second out of the zone, growing with t^1.5
    skin_rotation_rad: float = 0.45 * RAD_PER_DEG  # sensor against bone at 30 deg, what the rocks did not teach
    skin_shift_m: float = 0.0010  # along the shank at 30 deg
    flag_score: float = 1.4
    flag_least_m: float = 0.0045
    flag_hold_s: float = 0.03
    sure_down_m: float = 0.010

    def __post_init__(self) -> None:
        if not 0.0 < self.zone_full_rad < self.zone_none_rad:
            raise SettingsError(
                f"zone_full_rad {self.zone_full_rad} must lie between 0 and zone_none_rad {self.zone_none_rad}"
            )


@dataclass(frozen=True, slots=True)
class LiveHeel:
    """Height of the ankle above flat with its sd, and the heel's state.

    zone_weight: how far the foot is taken to be flat (0..1). broke_out: the ankle has just been seen to rise
    although the shank was upright. quiet: the shank rests near upright.
    """

    rise_m: float
    rise_sd_m: float
    state: HeelState
    zone_weight: float
    broke_out: bool
    quiet: bool


RESTING_S = 1.0
QUIET_S = 0.2
_REFERENCE_RAD = 30.0 * RAD_PER_DEG


class LiveHeelDetector:
    """update(t_s, up, accel, rate, inclination) -> LiveHeel. accel is corrected; rate is bias-free (sensor frame)."""

    def __init__(self, *, model: AnkleModel, settings: LiveSettings | None = None) -> None:
        self._s = settings or LiveSettings()
        self._model = model
        self._up_standing = np.array(model.alignment.up)
        self._lever = model.lever_m
        self._lever_standing = float(self._up_standing @ self._lever)
        self._x = np.zeros(4)
        self._P = np.diag([1e-4, 1e-4, self._s.bias_start_sd_mps2**2, self._s.bias_start_sd_mps2**2])
        self._last_s: float | None = None
        self._quiet_s = 0.0
        self._resting_mps2 = 0.0  # what the vertical channel reads when nothing moves
        self._high_passed = HighPassedHeight()
        self._vertical = 0.0
        self._away = False  # latched out of the zone
        self._upright_since_s: float | None = None
        self._over_since_s: float | None = None
        self._flagged = False
        self._still_up = False
        self._start_zone_exit(0.0, self._up_standing, np.zeros(3))

    @property
    def flagged(self) -> bool:
        return self._flagged

    def _start_zone_exit(self, t_s: float, up: FloatArray, up_rate: FloatArray) -> None:
        self._left_s = t_s
        self._start_sd_m = 0.0
        self._up_left = up
        self._up_rate_left = up_rate
        self._error = np.zeros(PARAMETERS - 3)
        self._error_velocity = np.zeros(PARAMETERS - 3)
        self._error_height = np.zeros(PARAMETERS - 3)

    def update(
        self, t_s: float, up: Vector, accel_mps2: Vector, rate_radps: Vector, inclination_rad: float
    ) -> LiveHeel:
        s = self._s
        u = np.array(up)
        f = np.array(accel_mps2)
        w = np.array(rate_radps)
        u_rate = np.cross(u, w)  # du/dt = -w x u
        if self._last_s is None:
            self._last_s = self._left_s = t_s
        dt = t_s - self._last_s
        self._last_s = t_s
        vertical = float(u @ f) - self._model.gravity_mps2
        tilt = inclination_rad / _REFERENCE_RAD
        self._predict(dt, 0.5 * (vertical + self._vertical), tilt)
        self._vertical = vertical
        lever = float(u @ self._lever) - self._lever_standing
        lever_rate = float(u_rate @ self._lever)

        risen_m, rising_mps = self._high_passed.update(dt, vertical - self._resting_mps2, lever)
        quiet = float(w @ w) < s.quiet_rate_radps**2 and abs(vertical) < s.quiet_accel_mps2
        if quiet and inclination_rad < s.zone_none_rad:
            self._resting_mps2 += min(1.0, dt / RESTING_S) * (vertical - self._resting_mps2)
            self._quiet_s += dt
        else:
            self._quiet_s = 0.0
        if self._quiet_s > QUIET_S:
            self._high_passed.reset(lever)
        weight = self._zone_weight(t_s, inclination_rad)
        broke_out = weight > 0.0 and risen_m > s.break_out_m and rising_mps > s.break_out_mps
        if broke_out:
            self._break_out(t_s, risen_m - lever, rising_mps - lever_rate, u, u_rate)
            weight = 0.0
        if weight > 0.0:
            self._observe(0, -lever, s.zone_height_sd_m / weight)
            self._observe(1, -lever_rate, s.zone_velocity_sd_mps / weight)
        height = float(self._x[0]) + lever
        self._still_up = risen_m > s.break_out_m
        velocity = float(self._x[1]) + lever_rate
        turning = abs(float(w @ np.array(self._model.alignment.right)))
        if (
            weight == 0.0
            and not self._flagged
            and turning < s.anchor_rate_radps
            and abs(height) < s.anchor_height_m
            and abs(velocity) < s.anchor_velocity_mps
        ):
            self._observe(0, -lever, s.anchor_height_sd_m)
            self._observe(1, -lever_rate, s.anchor_velocity_sd_mps)

        if weight >= 1.0:
            self._start_zone_exit(t_s, u, u_rate)
        else:
            self._grow_errors(dt, u, f)
        sd = self._height_sd(t_s, u, tilt)
        state = self._judge(t_s, height, sd, weight)
        return LiveHeel(height, sd, state, weight, broke_out, quiet and inclination_rad < s.zone_none_rad)

    def run(
        self,
        t_s: FloatArray,
        up: FloatArray,
        accel_mps2: FloatArray,
        rate_radps: FloatArray,
        inclination_rad: FloatArray,
    ) -> list[LiveHeel]:
        """n updates; t_s, inclination_rad : (n,), the vectors : (n, 3)."""
        rows = zip(
            t_s.tolist(),
            up.tolist(),
            accel_mps2.tolist(),
            rate_radps.tolist(),
            inclination_rad.tolist(),
            strict=True,
        )
        return [self.update(t, tuple(u), tuple(f), tuple(w), angle) for t, u, f, w, angle in rows]

    def _predict(self, dt: float, vertical: float, tilt: float) -> None:
        half = 0.5 * dt * dt
        F = np.array([[1.0, dt, -half, -half * tilt], [0.0, 1.0, -dt, -dt * tilt], [0, 0, 1.0, 0.0], [0, 0, 0.0, 1.0]])
        self._x = F @ self._x
        self._x[0] += half * vertical
        self._x[1] += dt * vertical
        self._P = F @ self._P @ F.T
        noise = self._s.process_sd_mps2**2
        self._P[0, 0] += noise * dt**3 / 3.0
        self._P[0, 1] += noise * dt**2 / 2.0
        self._P[1, 0] += noise * dt**2 / 2.0
        self._P[1, 1] += noise * dt
        self._P[2, 2] += self._s.bias_walk_mps2**2 * dt
        self._P[3, 3] += self._s.bias_walk_mps2**2 * dt

    def _observe(self, index: int, value: float, sd: float) -> None:
        column = self._P[:, index].copy()
        gain = column / (column[index] + sd * sd)
        self._x += gain * (value - self._x[index])
        self._P -= np.outer(gain, column)

    def _zone_weight(self, t_s: float, inclination_rad: float) -> float:
        """1 where the foot is taken to be flat, fading to 0. Once away, back only after a while near upright."""
        s = self._s
        # Standing a little further back than at the calibration is standing; lying back is not.
        tilt_rad = max(inclination_rad, -inclination_rad - s.zone_back_rad)
        if self._away:
            if tilt_rad >= s.zone_full_rad:
                self._upright_since_s = None
            elif self._upright_since_s is None:
                self._upright_since_s = t_s
            elif t_s - self._upright_since_s >= (s.zone_return_up_s if self._still_up else s.zone_return_s):
                self._away = False
        elif tilt_rad > s.zone_none_rad:
            self._away = True
            self._upright_since_s = None
        if self._away:
            return 0.0
        return min(1.0, max(0.0, (s.zone_none_rad - tilt_rad) / (s.zone_none_rad - s.zone_full_rad)))

    def _break_out(self, t_s: float, q_m: float, v_mps: float, u: FloatArray, u_rate: FloatArray) -> None:
        """Leave the zone although the shank is upright, starting from the high-passed height."""
        self._away = True
        self._upright_since_s = None
        self._x[0], self._x[1] = q_m, v_mps
        self._P[:2, :] = 0.0
        self._P[:, :2] = 0.0
        self._P[0, 0], self._P[1, 1] = self._s.break_out_sd_m**2, self._s.zone_velocity_sd_mps**2
        self._start_zone_exit(t_s, u, u_rate)
        self._start_sd_m = self._s.break_out_sd_m

    def _grow_errors(self, dt: float, u: FloatArray, f: FloatArray) -> None:
        error = error_acceleration(u[None], f[None], self._up_standing, self._model.gravity_mps2)[0]
        before = self._error_velocity
        self._error_velocity = before + 0.5 * dt * (self._error + error)
        self._error_height = self._error_height + 0.5 * dt * (before + self._error_velocity)
        self._error = error

    def _height_sd(self, t_s: float, u: FloatArray, tilt: float) -> float:
        s = self._s
        away_s = t_s - self._left_s
        sensitivity = np.concatenate([u - self._up_left - away_s * self._up_rate_left, -self._error_height])
        calibration = float(sensitivity @ self._model.covariance @ sensitivity)
        drift = s.drift_sd_m * away_s**1.5
        sin_tilt = sqrt(max(0.0, 1.0 - float(u @ self._up_standing) ** 2))
        reach = float(np.linalg.norm(self._lever))
        rotation = reach * sin_tilt * tilt * s.skin_rotation_rad
        shift = tilt * s.skin_shift_m
        return sqrt(s.floor_sd_m**2 + self._start_sd_m**2 + calibration + drift**2 + rotation**2 + shift**2)

    def _judge(self, t_s: float, height: float, sd: float, weight: float) -> HeelState:
        s = self._s
        if weight >= 1.0:
            self._flagged = False
            self._over_since_s = None
            return HeelState.DOWN
        if height > max(s.flag_least_m, s.flag_score * sd):
            if self._over_since_s is None:
                self._over_since_s = t_s
            if t_s - self._over_since_s >= s.flag_hold_s * 0.99:
                self._flagged = True
        else:
            self._over_since_s = None
        if self._flagged:
            return HeelState.UP
        return HeelState.DOWN if height + sd < s.sure_down_m else HeelState.UNSURE
