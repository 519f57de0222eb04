"""Is the leg still? Judged by spread, not by magnitude: a gyro that reads 20 deg/s at rest is still at rest."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import sqrt

import numpy as np

from ..errors import SettingsError
from ..samples import FloatArray, Sample, SampleBlock, Vector
from ..units import RAD_PER_DEG


@dataclass(frozen=True, kw_only=True, slots=True)
class RestSettings:
    """Standing people sway: a shin turns by 0.5-2 deg/s rms while its owner stands still."""

    window_s: float = 0.5
    gyro_sd_radps: float = 5.0 * RAD_PER_DEG
    accel_sd_mps2: float = 0.40

    def __post_init__(self) -> None:
        for name in ("window_s", "gyro_sd_radps", "accel_sd_mps2"):
            if not getattr(self, name) > 0.0:
                raise SettingsError(f"rest {name} is {getattr(self, name)}, expected above 0")


class RestDetector:
    """update(sample) -> seconds of unbroken stillness up to this sample (0 while moving). `run` is its twin."""

    def __init__(self, *, rate_hz: float, settings: RestSettings | None = None) -> None:
        self._settings = settings or RestSettings()
        self._size = max(3, round(self._settings.window_s * rate_hz))
        self._window: deque[tuple[float, ...]] = deque()
        self._sum = [0.0] * 6
        self._square = [0.0] * 6
        self._since_s: float | None = None

    def update(self, sample: Sample) -> float:
        """Take one sample, and return the seconds of unbroken stillness up to it, 0 while moving."""
        row = (*sample.accel_mps2, *sample.gyro_radps)
        window = self._window
        window.append(row)
        old = window.popleft() if len(window) > self._size else None
        for i in range(6):
            new = row[i]
            self._sum[i] += new
            self._square[i] += new * new
            if old is not None:
                self._sum[i] -= old[i]
                self._square[i] -= old[i] * old[i]
        n = len(window)
        if n < self._size or not self._still(n):
            self._since_s = None
            return 0.0
        if self._since_s is None:
            self._since_s = sample.t_s - self._settings.window_s
        return sample.t_s - self._since_s

    def _still(self, n: int) -> bool:
        variance = [self._square[i] / n - (self._sum[i] / n) ** 2 for i in range(6)]
        accel_sd = sqrt(max(0.0, sum(variance[:3])))
        gyro_sd = sqrt(max(0.0, sum(variance[3:])))
        return accel_sd < self._settings.accel_sd_mps2 and gyro_sd < self._settings.gyro_sd_radps

    def run(self, block: SampleBlock) -> FloatArray:
        """Seconds of stillness : (n,), the same as n updates."""
        return np.array([self.update(sample) for sample in block.samples()])

    @property
    def mean(self) -> tuple[Vector, Vector]:
        """Mean specific force (m/s^2) and rate (rad/s) over the window."""
        n = max(1, len(self._window))
        ax, ay, az, gx, gy, gz = (total / n for total in self._sum)
        return (ax, ay, az), (gx, gy, gz)
