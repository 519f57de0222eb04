"""A leg in the plane with an analytic path: what the pipeline must get right before anything realistic.

The shank turns about the ankle; the ankle rises by `ankle_rise_m` near the bottom of a lifted rep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from shinsight.samples import FloatArray, SampleBlock

FINE_HZ = 1000
GRAVITY_MPS2 = 9.81


@dataclass(frozen=True)
class PlanarLeg:
    samples: SampleBlock
    inclination_rad: FloatArray
    ankle_rise_m: FloatArray
    lever_m: FloatArray  # sensor to ankle, sensor frame
    set_start_s: float
    rocks_start_s: float


def planar_leg(
    *,
    rises_m: Sequence[float] = (0.0, 0.0),
    rocks: int = 5,
    rock_rise_m: float = 0.0,
    rock_deg: float = 25.0,
    depth_deg: float = 35.0,
    rep_s: float = 2.5,
    rate_hz: int = 100,
    mounting: Rotation | None = None,
    accel_offset_mps2: tuple[float, float, float] = (0.0, 0.0, 0.0),
    gyro_bias_radps: tuple[float, float, float] = (0.0, 0.0, 0.0),
    noise: float = 1.0,
    pause_s: float = 1.0,
    seed: int = 0,
) -> PlanarLeg:
    rng = np.random.default_rng(seed)
    lean: list[FloatArray] = []
    rise: list[FloatArray] = []

    def rest(seconds: float) -> None:
        lean.append(np.zeros(int(seconds * FINE_HZ)))
        rise.append(np.zeros(int(seconds * FINE_HZ)))

    def bend(seconds: float, degrees: float, rise_m: float) -> None:
        share = np.sin(0.5 * np.pi * np.sin(np.pi * np.linspace(0, 1, int(seconds * FINE_HZ)))) ** 2
        late = np.clip((share - 0.7) / 0.3, 0, 1)
        lean.append(np.radians(degrees) * share)
        rise.append(rise_m * late**2 * (3 - 2 * late))

    rest(4.0)
    for _ in range(rocks):
        bend(2.5, rock_deg, rock_rise_m)
        rest(0.3)
    rest(2.0)
    set_start_s = sum(map(len, lean)) / FINE_HZ
    for rise_m in rises_m:
        bend(rep_s, depth_deg, rise_m)
        rest(pause_s)
    rest(2.0)

    theta = gaussian_filter1d(np.concatenate(lean), 30)
    height = gaussian_filter1d(np.concatenate(rise), 30)
    forward_m, up_m = 0.04, 0.20
    x = forward_m * np.cos(theta) + up_m * np.sin(theta)
    y = -forward_m * np.sin(theta) + up_m * np.cos(theta) + height
    step = 1.0 / FINE_HZ
    force = np.stack([np.gradient(np.gradient(x, step), step), np.gradient(np.gradient(y, step), step), 0 * x], 1)
    force[:, 1] += GRAVITY_MPS2
    zero = np.zeros_like(theta)
    R_earth_from_shank = Rotation.from_rotvec(np.stack([zero, zero, -theta], 1))
    R_sensor_from_shank = mounting or Rotation.identity()
    accel = R_sensor_from_shank.apply(R_earth_from_shank.inv().apply(force)) + np.array(accel_offset_mps2)
    gyro = R_sensor_from_shank.apply(np.stack([zero, zero, -np.gradient(theta, step)], 1)) + np.array(gyro_bias_radps)
    every = FINE_HZ // rate_hz
    n = len(theta[::every])
    samples = SampleBlock(
        np.arange(n) / rate_hz,
        accel[::every] + noise * rng.normal(0, 0.01, (n, 3)),
        gyro[::every] + noise * rng.normal(0, 0.002, (n, 3)),
        np.zeros(n, np.uint8),
    )
    lever = R_sensor_from_shank.apply(np.array([-forward_m, -up_m, 0.0]))
    return PlanarLeg(samples, theta[::every], height[::every], lever, set_start_s, 4.0)
