"""A shank that stands, leans once over its ankle and stands again; the ankle may rise on the way. All in closed form.

The sensor lies along the shank (x forward, y up, z right) and its samples are what a strapdown filter would make of
them: up-vectors, corrected specific force, bias-free rates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from shinsight.kinematics.ankle_rise import AccelCorrection, AnkleModel
from shinsight.kinematics.shank import Alignment
from shinsight.samples import FloatArray

GRAVITY_MPS2 = 9.81
RATE_HZ = 100
LEVER_M = np.array([-0.04, -0.2, 0.0])
STAND_S = 1.5
_FINE = 10


@dataclass(frozen=True)
class Lean:
    """t_s, inclination_rad, rise_m, flat : (n,); up, accel_mps2, rate_radps : (n, 3). flat: 1 while it stands."""

    t_s: FloatArray
    up: FloatArray
    accel_mps2: FloatArray
    rate_radps: FloatArray
    inclination_rad: FloatArray
    rise_m: FloatArray
    flat: FloatArray
    start_s: float


def model() -> AnkleModel:
    """A calibration that is right, and knows its lever to 3 mm and its accelerometer to 0.02 m/s^2."""
    sd = np.array([0.003] * 3 + [0.02] * 3 + [0.002] * 6)
    return AnkleModel(
        alignment=Alignment((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        gyro_bias_radps=(0.0, 0.0, 0.0),
        correction=AccelCorrection(np.zeros(3), np.zeros(3), np.zeros(3)),
        lever_m=LEVER_M,
        gravity_mps2=GRAVITY_MPS2,
        covariance=np.diag(sd**2),
    )


def one_rep(
    *, rise_m: float = 0.0, depth_deg: float = 35.0, seconds: float = 2.5, sway_radps: float = 0.0, seed: int = 0
) -> Lean:
    """rise_m: of the ankle, in the deepest part; sway_radps: how fast the shank turns at the first moment."""
    step_s = 1.0 / (RATE_HZ * _FINE)
    t = np.arange(0.0, 2.0 * STAND_S + seconds, step_s)
    phase = np.clip((t - STAND_S) / seconds, 0.0, 1.0)
    share = np.sin(np.pi * phase) ** 2
    late = np.clip((share - 0.5) / 0.5, 0.0, 1.0)
    sway = sway_radps * t * np.exp(-((t / 0.3) ** 2))
    lean = gaussian_filter1d(np.radians(depth_deg) * share, 20 * _FINE / 10) + sway
    rise = gaussian_filter1d(rise_m * late**2 * (3.0 - 2.0 * late), 20 * _FINE / 10)
    x = -LEVER_M[0] * np.cos(lean) - LEVER_M[1] * np.sin(lean)
    y = LEVER_M[0] * np.sin(lean) - LEVER_M[1] * np.cos(lean) + rise
    ahead, upward = (np.gradient(np.gradient(p, step_s), step_s) for p in (x, y))
    upward = upward + GRAVITY_MPS2
    sine, cosine = np.sin(lean), np.cos(lean)
    accel = np.stack([cosine * ahead - sine * upward, sine * ahead + cosine * upward, 0.0 * t], 1)
    rate = np.gradient(lean, step_s)
    pick = slice(None, None, _FINE)
    rng = np.random.default_rng(seed)
    n = len(t[pick])
    return Lean(
        t_s=t[pick],
        up=np.stack([-sine, cosine, 0.0 * t], 1)[pick],
        accel_mps2=accel[pick] + rng.normal(0.0, 0.01, (n, 3)),
        rate_radps=np.stack([0.0 * t, 0.0 * t, -rate], 1)[pick],
        inclination_rad=lean[pick],
        rise_m=rise[pick],
        flat=(share[pick] < 1e-6).astype(float),
        start_s=STAND_S,
    )
