"""Orientation of a recording with its future known: `vqf`'s offline filter, default parameters, behind our samples.

It runs forwards and backwards, so bias and inclination are right from the first sample on and nothing lags. The live
filter (`orientation.py`) knows only the past.

Source: Laidig & Seel 2023, VQF, Information Fusion 91, doi 10.1016/j.inffus.2022.10.014.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import vqf

from ..samples import FloatArray, SampleBlock, SampleFlag, Vector
from .orientation import LONGEST_STEP, heading_turn, turned
from .quaternion import IDENTITY, Quaternion


def smoothed_quaternions(
    samples: SampleBlock, *, rate_hz: float, gyro_bias_radps: Vector = (0.0, 0.0, 0.0)
) -> FloatArray:
    """Return q : (n, 4), earth from sensor (w, x, y, z) at every sample.

    As the live filter does: heading starts where the shortest turn puts the sensor upright; gyro_bias_radps is taken
    off first (VQF clips its own estimate at 2 deg/s); rates are scaled by the true interval, so rate_hz may be the
    nominal rate. Across a gap (flagged GAP, or a step longer than `LONGEST_STEP` intervals) the filter starts again,
    and its heading is taken to be that before the gap.
    """
    quaternions = np.empty((len(samples), 4))
    step = np.diff(samples.t_s, prepend=samples.t_s[:1] - 1.0 / rate_hz) * rate_hz
    broken = (samples.flags & SampleFlag.GAP != 0) | (step > LONGEST_STEP)
    gyro = np.ascontiguousarray((samples.gyro_radps - gyro_bias_radps) * np.minimum(step, LONGEST_STEP)[:, None])
    accel = np.ascontiguousarray(samples.accel_mps2, dtype=np.float64)
    starts = np.union1d([0], np.flatnonzero(broken))
    before = IDENTITY
    for start, stop in pairwise([*starts.tolist(), len(samples)]):
        if start == stop:
            continue
        part = vqf.offlineVQF(gyro[start:stop], accel[start:stop], None, 1.0 / rate_hz)["quat6D"]
        quaternions[start:stop] = _headed_as(before, part)
        w, x, y, z = quaternions[stop - 1].tolist()
        before = (w, x, y, z)
    return quaternions


def _headed_as(before: Quaternion, quaternions: FloatArray) -> FloatArray:
    """The same (n, 4) in an earth frame turned about the vertical to bring the first as near to `before` as can be."""
    w, x, y, z = quaternions[0].tolist()
    return np.stack(turned(heading_turn(before, (w, x, y, z)), *quaternions.T), axis=1)
