"""Up-vector of the sensor: the `vqf` filter (gyro and accelerometer only, default parameters) behind our samples.

Heading is arbitrary and unused, so no magnetometer. The filter is built for the nominal rate; each sample's rate of
turn is scaled by its true interval, so a chip that runs 2 % fast is integrated exactly.

Source: Laidig & Seel 2023, VQF, Information Fusion 91, doi 10.1016/j.inffus.2022.10.014.
"""

from __future__ import annotations

import numpy as np
import vqf

from ..samples import FloatArray, Sample, SampleBlock, Vector
from .quaternion import Quaternion

LONGEST_STEP = 2.0
"""A step longer than this many nominal intervals is a gap; turning on through it would only add error."""


def up_vectors(quaternions: FloatArray) -> FloatArray:
    """(n, 3) up-vectors in the sensor frame from (n, 4) quaternions, earth from sensor."""
    w, x, y, z = quaternions.T
    return np.stack([2.0 * (x * z - w * y), 2.0 * (y * z + w * x), w * w - x * x - y * y + z * z], axis=1)


class UpVector:
    """update(sample) -> u, the unit vector that points up, in the sensor frame. `run` is its twin on a block.

    gyro_bias_radps is taken off first: VQF clips its own estimate at 2 deg/s, cheap sensors start at 20.
    """

    def __init__(self, *, rate_hz: float, gyro_bias_radps: Vector = (0.0, 0.0, 0.0)) -> None:
        self._filter = vqf.VQF(1.0 / rate_hz)
        self._rate_hz = rate_hz
        self._bias_radps = np.array(gyro_bias_radps)
        self._last_t_s: float | None = None
        self._gyro = np.zeros(3)
        self._accel = np.zeros(3)

    def update(self, sample: Sample) -> Vector:
        step = 1.0 if self._last_t_s is None else (sample.t_s - self._last_t_s) * self._rate_hz
        self._last_t_s = sample.t_s
        np.subtract(sample.gyro_radps, self._bias_radps, out=self._gyro)
        self._gyro *= min(step, LONGEST_STEP)
        self._accel[:] = sample.accel_mps2
        self._filter.update(self._gyro, self._accel)
        w, x, y, z = self.quaternion
        return (2.0 * (x * z - w * y), 2.0 * (y * z + w * x), w * w - x * x - y * y + z * z)

    def run(self, block: SampleBlock) -> FloatArray:
        """u : (n, 3), the same as n updates."""
        return up_vectors(self.run_quaternions(block))

    def run_quaternions(self, block: SampleBlock) -> FloatArray:
        """q : (n, 4), earth from sensor (w, x, y, z) at every sample of the block."""
        if len(block) == 0:
            return np.empty((0, 4))
        first_s = block.t_s[0] - 1.0 / self._rate_hz if self._last_t_s is None else self._last_t_s
        step = np.diff(block.t_s, prepend=first_s) * self._rate_hz
        self._last_t_s = float(block.t_s[-1])
        gyro = (block.gyro_radps - self._bias_radps) * np.minimum(step, LONGEST_STEP)[:, None]
        quaternions: FloatArray = self._filter.updateBatch(
            np.ascontiguousarray(gyro), np.ascontiguousarray(block.accel_mps2, dtype=np.float64)
        )["quat6D"]
        return quaternions

    @property
    def quaternion(self) -> Quaternion:
        """(w, x, y, z) earth from sensor after the last sample; its heading starts anywhere and drifts slowly."""
        w, x, y, z = self._filter.getQuat6D().tolist()
        return (w, x, y, z)

    @property
    def bias_radps(self) -> Vector:
        """Bias in force: what was taken off plus what the filter has found since."""
        found, _ = self._filter.getBiasEstimate()
        x, y, z = (self._bias_radps + found).tolist()
        return (x, y, z)
