"""What moves an ankle height while the heel stays down: covariances between any two moments.

The open-loop height of `kinematics.ankle_rise` is true height plus error. Both are Gaussian processes whose covariance
is physics. Error: start height and velocity, a constant acceleration, double-integrated white noise, the calibration's
own covariance through its sensitivities, skin that turns and shifts as the shank leans. True height over a heel that
stays down: millimetres of heel pad, arch and ankle axis, once the foot is loaded; `away` fades them in when the shank
leaves its rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import SettingsError
from ..kinematics.ankle_rise import AnkleModel
from ..samples import FloatArray
from ..units import RAD_PER_DEG

_REFERENCE_RAD = 30.0 * RAD_PER_DEG


@dataclass(frozen=True, kw_only=True, slots=True)
class HeightErrorSettings:
    """Standard deviations. Those of skin and loaded foot are at 30 deg of inclination and grow with it."""

    flat_sd_m: float = 0.0005  # at rest, foot flat
    row_sd_m: float = 0.0010  # of each moment on its own
    start_height_sd_m: float = 0.003
    start_velocity_sd_mps: float = 0.03
    acceleration_sd_mps2: float = 0.05
    white_sd_mps2: float = 0.004  # per sqrt(Hz)
    slow_sd_m: float = 0.0020  # heel pad, ankle axis, sway
    slow_s: float = 0.5
    skin_rotation_rad: float = 0.6 * RAD_PER_DEG
    skin_shift_m: float = 0.0010
    loaded_foot_m: float = 0.005
    settle_s: float = 0.3

    def __post_init__(self) -> None:
        for name in ("flat_sd_m", "row_sd_m", "slow_s", "settle_s"):
            if not getattr(self, name) > 0.0:
                raise SettingsError(f"{name} is {getattr(self, name)}, must be above 0")


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """t_s : (n,) since the start of the integration; inclination_rad : (n,); sensitivity : (n, 12), dh/dp of
    `ankle_rise`; away : (n,) in [0, 1], 0 at rest."""

    t_s: FloatArray
    inclination_rad: FloatArray
    sensitivity: FloatArray
    away: FloatArray

    def __getitem__(self, where: slice) -> Moments:
        return Moments(self.t_s[where], self.inclination_rad[where], self.sensitivity[where], self.away[where])


def error_covariance(a: Moments, b: Moments, *, model: AnkleModel, settings: HeightErrorSettings) -> FloatArray:
    """(n, m) m^2, covariance of the errors at n and m moments of one integration, without the noise of each alone."""
    s = settings
    t, u = a.t_s[:, None], b.t_s[None, :]
    early, apart = np.minimum(t, u), np.abs(t - u)
    drift = (
        s.start_height_sd_m**2
        + s.start_velocity_sd_mps**2 * (t * u)
        + s.acceleration_sd_mps2**2 * np.square(t * u) / 4.0
        + s.white_sd_mps2**2 * (early**3 / 3.0 + apart * early**2 / 2.0)
    )
    reach_m = float(np.linalg.norm(model.lever_m))
    lean_a, lean_b = a.inclination_rad / _REFERENCE_RAD, b.inclination_rad / _REFERENCE_RAD
    sine_a, sine_b = np.sin(a.inclination_rad), np.sin(b.inclination_rad)
    skin = (reach_m * s.skin_rotation_rad) ** 2 * np.outer(lean_a * sine_a, lean_b * sine_b)
    skin += s.skin_shift_m**2 * np.outer(lean_a, lean_b)
    total: FloatArray = drift + skin + a.sensitivity @ model.covariance @ b.sensitivity.T
    return total


def foot_covariance(a: Moments, b: Moments, *, settings: HeightErrorSettings) -> FloatArray:
    """(n, m) m^2, covariance of the ankle's true height over a heel that stays down."""
    s = settings
    lean_a, lean_b = a.inclination_rad / _REFERENCE_RAD, b.inclination_rad / _REFERENCE_RAD
    loaded = np.outer(np.maximum(lean_a, 0.0), np.maximum(lean_b, 0.0)) * s.loaded_foot_m**2
    slow = s.slow_sd_m**2 * np.exp(-np.abs(a.t_s[:, None] - b.t_s[None, :]) / s.slow_s)
    total: FloatArray = np.outer(a.away, b.away) * (loaded + slow)
    return total


def row_noise(flat_confidence: FloatArray, settings: HeightErrorSettings) -> FloatArray:
    """(n,) m^2, noise of each moment alone.

    Where flat_confidence > 0 the foot is taken to be flat, the surer the closer to 1.
    """
    flat = np.square(settings.flat_sd_m / np.maximum(flat_confidence, 1e-3))
    return np.where(flat_confidence > 0.0, flat, settings.row_sd_m**2)
