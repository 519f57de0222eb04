"""Calibration from a recording that has no rocks: gyro bias, stance and flexion axis, and nothing about the heel.

Needs the whole recording, so it serves `analyze` only. The result is never accepted: the lever is nominal and the
accelerometer unproven, so angles are given and every heel state is `unsure`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..fusion.orientation import UpVector
from ..fusion.rest import RestDetector
from ..results import CalibrationReport
from ..samples import FloatArray, SampleBlock, Vector
from .alignment import align
from .guide import CalibrationOutcome
from .rocks import model_without_rocks

STILL_S = 0.4
QUIETEST_SHARE = 0.05


def calibrate_from_movement(block: SampleBlock, *, rate_hz: float, problem: str) -> CalibrationOutcome:
    """Outcome for a recording without rocks; `problem` says why it is not accepted. DataError when nothing moves."""
    still = _still(block, rate_hz)
    bias = np.median(block.gyro_radps[still], axis=0)
    gyro_bias = _vector(bias)
    up = UpVector(rate_hz=rate_hz, gyro_bias_radps=gyro_bias).run(block)
    stance = up[still]
    # Standing is where the shank is quiet most of the time; the median direction shrugs off a held bottom.
    up_standing = np.median(stance, axis=0)
    up_standing /= np.linalg.norm(up_standing)
    rates = block.gyro_radps - bias
    alignment = align(up_standing, up, rates)
    gravity = float(np.median(np.linalg.norm(block.accel_mps2[still], axis=1)))
    model = model_without_rocks(alignment, gyro_bias, gravity)
    report = CalibrationReport(float(block.t_s[0]), False, 0.0, (problem,), _vector(model.lever_m))
    return CalibrationOutcome(report, model, _warm_up(block, rate_hz))


def _still(block: SampleBlock, rate_hz: float) -> NDArray[np.intp]:
    """Indices of quiet samples; the quietest share of the recording when it never really rests."""
    seconds = RestDetector(rate_hz=rate_hz).run(block)
    still = np.flatnonzero(seconds > STILL_S)
    if len(still) >= rate_hz * STILL_S:
        return still
    width = max(3, round(0.3 * rate_hz))
    if len(block) < 2 * width:
        raise DataError(
            f"recording of {len(block)} samples is too short to find a stance in; record at least 2 s"
        )
    centred = block.gyro_radps - np.median(block.gyro_radps, axis=0)
    activity = np.convolve(np.linalg.norm(centred, axis=1), np.ones(width) / width, mode="same")
    return np.flatnonzero(activity <= np.quantile(activity, QUIETEST_SHARE))


def _warm_up(block: SampleBlock, rate_hz: float) -> SampleBlock:
    """The first second held still backwards in time, so that the up-vector filter starts settled."""
    n = min(len(block), round(0.2 * rate_hz))
    repeat = 10
    head = block[slice(0, max(n, 1))]
    step = 1.0 / rate_hz
    count = len(head) * repeat
    t_s = block.t_s[0] - step * np.arange(count, 0, -1)
    accel = np.tile(head.accel_mps2, (repeat, 1))
    gyro = np.tile(np.median(head.gyro_radps, axis=0), (count, 1))
    return SampleBlock(t_s, accel, gyro, np.zeros(count, np.uint8))


def _vector(array: FloatArray) -> Vector:
    x, y, z = array.tolist()
    return (x, y, z)
