"""Up-vector of the sensor: the `vqf` filter (gyro and accelerometer only, default parameters) behind our samples.

Heading is arbitrary and unused, so no magnetometer. The filter is built for the nominal rate; each sample's rate of
turn is scaled by its true interval, so a chip that runs 2 % fast is integrated exactly.

Source: Laidig & Seel 2023, VQF, Information Fusion 91, doi 10.1016/j.inffus.2022.10.014.
"""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import TypeVar

import numpy as np
import vqf

from ..samples import FloatArray, Sample, SampleBlock, Vector
from .quaternion import Quaternion

LONGEST_STEP = 2.0
"""A step longer than this many nominal intervals is a gap; turning on through it would only add error."""
RESTART_AFTER_S = 0.25
"""After a gap as long as this the leg may be anywhere: the vertical is taken from the accelerometer again."""

Part = TypeVar("Part", float, FloatArray)


def heading_turn(before: Quaternion, first: Quaternion) -> tuple[float, float]:
    """Cosine and sine of half the turn about the vertical that brings `first` as near to `before` as can be."""
    aw, ax, ay, az = before
    bw, bx, by, bz = first
    # The turn about the vertical in before * conjugate(first).
    c, s = aw * bw + ax * bx + ay * by + az * bz, -aw * bz - ax * by + ay * bx + az * bw
    length = hypot(c, s)
    return (c / length, s / length) if length > 0.0 else (1.0, 0.0)  # opposite: every heading is as near


def turned(turn: tuple[float, float], w: Part, x: Part, y: Part, z: Part) -> tuple[Part, Part, Part, Part]:
    """The orientation, or many of them, in an earth frame turned about the vertical."""
    c, s = turn
    return (c * w - s * z, c * x - s * y, c * y + s * x, c * z + s * w)


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
        self._turn = (
            1.0,
            0.0,
        )  # cosine and sine of half of what the earth was turned by since the last restart of the filter

    def update(self, sample: Sample) -> Vector:
        """Take one sample, and return the unit vector that points up, in the sensor frame."""
        step = 1.0 if self._last_t_s is None else (sample.t_s - self._last_t_s) * self._rate_hz
        before = self._restart() if step > RESTART_AFTER_S * self._rate_hz else None
        self._last_t_s = sample.t_s
        np.subtract(sample.gyro_radps, self._bias_radps, out=self._gyro)
        self._gyro *= min(step, LONGEST_STEP)
        self._accel[:] = sample.accel_mps2
        self._filter.update(self._gyro, self._accel)
        if before is not None:
            self._turn = heading_turn(before, self._raw)
        w, x, y, z = self.quaternion
        return (2.0 * (x * z - w * y), 2.0 * (y * z + w * x), w * w - x * x - y * y + z * z)

    def run(self, block: SampleBlock) -> FloatArray:
        """Return u : (n, 3), the same as n updates."""
        return up_vectors(self.run_quaternions(block))

    def run_quaternions(self, block: SampleBlock) -> FloatArray:
        """Return q : (n, 4), earth from sensor (w, x, y, z) at every sample of the block."""
        if len(block) == 0:
            return np.empty((0, 4))
        first_s = block.t_s[0] - 1.0 / self._rate_hz if self._last_t_s is None else self._last_t_s
        step = np.diff(block.t_s, prepend=first_s) * self._rate_hz
        self._last_t_s = float(block.t_s[-1])
        gyro = (block.gyro_radps - self._bias_radps) * np.minimum(step, LONGEST_STEP)[:, None]
        gyro, accel = np.ascontiguousarray(gyro), np.ascontiguousarray(block.accel_mps2, dtype=np.float64)
        quaternions = np.empty((len(block), 4))
        restarts = np.flatnonzero(step > RESTART_AFTER_S * self._rate_hz).tolist()
        for start, stop in pairwise(sorted({0, *restarts, len(block)})):
            before = self._restart() if start in restarts else None
            part = self._filter.updateBatch(gyro[start:stop], accel[start:stop])["quat6D"]
            if before is not None:
                w, x, y, z = part[0].tolist()
                self._turn = heading_turn(before, (w, x, y, z))
            quaternions[start:stop] = np.stack(turned(self._turn, *part.T), axis=1)
        return quaternions

    def _restart(self) -> Quaternion:
        """What was known of the tilt is forgotten, the bias is not. The orientation before, whose heading is kept."""
        before = self.quaternion
        bias, sigma = self._filter.getBiasEstimate()
        self._filter.resetState()
        self._filter.setBiasEstimate(bias, sigma)
        return before

    @property
    def _raw(self) -> Quaternion:
        w, x, y, z = self._filter.getQuat6D().tolist()
        return (w, x, y, z)

    @property
    def quaternion(self) -> Quaternion:
        """(w, x, y, z) earth from sensor after the last sample; its heading starts anywhere and drifts slowly."""
        return turned(self._turn, *self._raw)

    @property
    def bias_radps(self) -> Vector:
        """Bias in force: what was taken off plus what the filter has found since."""
        found, _ = self._filter.getBiasEstimate()
        x, y, z = (self._bias_radps + found).tolist()
        return (x, y, z)
