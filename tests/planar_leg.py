"""A leg in the plane with an analytic path: what the pipeline must get right before anything realistic.

The shank turns about the ankle; the ankle rises by `ankle_rise_m` near the bottom of a lifted rep, and the knee may go
to the left on the way.
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
    to_the_left_deg: float = 0.0,
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
    left: list[FloatArray] = []

    def rest(seconds: float) -> None:
        lean.append(np.zeros(int(seconds * FINE_HZ)))
        rise.append(np.zeros(int(seconds * FINE_HZ)))
        left.append(np.zeros(int(seconds * FINE_HZ)))

    def bend(seconds: float, degrees: float, rise_m: float, left_deg: float = 0.0) -> None:
        share = np.sin(0.5 * np.pi * np.sin(np.pi * np.linspace(0, 1, int(seconds * FINE_HZ)))) ** 2
        late = np.clip((share - 0.7) / 0.3, 0, 1)
        lean.append(np.radians(degrees) * share)
        left.append(np.radians(left_deg) * share)
        rise.append(rise_m * late**2 * (3 - 2 * late))

    rest(4.0)
    for _ in range(rocks):
        bend(2.5, rock_deg, rock_rise_m)
        rest(0.3)
    rest(2.0)
    set_start_s = sum(map(len, lean)) / FINE_HZ
    for rise_m in rises_m:
        bend(rep_s, depth_deg, rise_m, to_the_left_deg)
        rest(pause_s)
    rest(2.0)

    theta, height, aside = (gaussian_filter1d(np.concatenate(part), 30) for part in (lean, rise, left))
    zero = np.zeros_like(theta)
    # The knee goes aside in the earth's frontal plane: x forward, y up, z to the right.
    R_earth_from_shank = Rotation.from_rotvec(np.stack([-aside, zero, zero], 1)) * Rotation.from_rotvec(
        np.stack([zero, zero, -theta], 1)
    )
    forward_m, up_m = 0.04, 0.20
    step = 1.0 / FINE_HZ
    place = R_earth_from_shank.apply([forward_m, up_m, 0.0])
    place[:, 1] += height
    force = np.gradient(np.gradient(place, step, axis=0), step, axis=0)
    force[:, 1] += GRAVITY_MPS2
    turns = (R_earth_from_shank[:-1].inv() * R_earth_from_shank[1:]).as_rotvec() / step
    rates = np.concatenate([turns[:1], 0.5 * (turns[1:] + turns[:-1]), turns[-1:]])
    R_sensor_from_shank = mounting or Rotation.identity()
    accel = R_sensor_from_shank.apply(R_earth_from_shank.inv().apply(force)) + np.array(accel_offset_mps2)
    gyro = R_sensor_from_shank.apply(rates) + np.array(gyro_bias_radps)
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
