"""Calibration from a recording that has no rocks: gyro bias, stance and flexion axis, and nothing about the heel.

Needs the whole recording, so it serves `analyze` only. The result is never accepted: the lever is nominal and the
accelerometer unproven, so angles are given and every heel state is `unsure`.

An accelerometer whose standing reading is far from gravity (cheap sensors: 13 m/s^2) would bend every angle. Turned
into one frame by the gyro, its readings are offset + gravity with only the offset turning along, so both follow from
linear least squares over a few seconds of movement.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from ...errors import DataError
from ...fusion.orientation import UpVector
from ...fusion.rest import RestDetector
from ...kinematics.ankle_rise import AccelCorrection
from ...results import CalibrationReport
from ...samples import FloatArray, SampleBlock, Vector
from .alignment import align
from .guide import CalibrationOutcome
from .rocks import NO_CORRECTION, TYPICAL_GRAVITY_MPS2, model_without_rocks

STILL_S = 0.4
QUIETEST_SHARE = 0.05
STANCE_SHARE = 0.15
"""Standing is the pose at the low end of the movement: the mean over this share of the samples."""
EDGE_S = 0.3
OFFSET_NOTICED_MPS2 = 0.5
OFFSET_SD_MPS2 = 3.0
OFFSET_WINDOW_S = 5.0
OFFSET_NOISE_MPS2 = 1.0


def calibrate_from_movement(block: SampleBlock, *, rate_hz: float, problem: str) -> CalibrationOutcome:
    """Outcome for a recording without rocks; `problem` tells why it is not accepted.

    Raises DataError when nothing moves.
    """
    still = _still(block, rate_hz)
    bias = np.median(block.gyro_radps[still], axis=0)
    rates = block.gyro_radps - bias
    gravity = float(np.median(np.linalg.norm(block.accel_mps2[still], axis=1)))
    correction = NO_CORRECTION
    if abs(gravity - TYPICAL_GRAVITY_MPS2) > OFFSET_NOTICED_MPS2:
        correction = AccelCorrection(_offset(block, rates, rate_hz), np.zeros(3), np.zeros(3))
        gravity = TYPICAL_GRAVITY_MPS2
    warm_up = _warm_up(block, bias, rate_hz)
    filter_up = UpVector(rate_hz=rate_hz, gyro_bias_radps=_vector(bias))
    filter_up.run(_corrected(warm_up, correction))
    up = filter_up.run(_corrected(block, correction))
    alignment = align(_stance(up, rates, rate_hz), up, rates)
    model = model_without_rocks(alignment, _vector(bias), gravity, correction)
    report = CalibrationReport(float(block.t_s[0]), False, 0.0, (problem,), _vector(model.lever_m))
    return CalibrationOutcome(report, model, warm_up)


def _stance(up: FloatArray, rates: FloatArray, rate_hz: float) -> FloatArray:
    """Up-vector of standing. People begin and end a recording upright, so standing is on the side of its edges."""
    axis = np.linalg.eigh(rates.T @ rates)[1][:, -1]
    middle = np.median(up, axis=0)
    lean = up @ np.cross(axis, middle)
    edge = max(1, round(EDGE_S * rate_hz))
    at_edges = 0.5 * (np.median(lean[:edge]) + np.median(lean[-edge:]))
    if at_edges > 0.5 * (np.percentile(lean, 5) + np.percentile(lean, 95)):
        lean = -lean
    standing: FloatArray = np.mean(up[lean <= np.quantile(lean, STANCE_SHARE)], axis=0)
    return standing / float(np.linalg.norm(standing))


def _offset(block: SampleBlock, rates: FloatArray, rate_hz: float) -> FloatArray:
    """Accelerometer offset (3,) m/s^2 that makes gravity stand still in the gyro's frame, near zero by prior."""
    width = max(10, round(OFFSET_WINDOW_S * rate_hz))
    starts = range(0, max(1, len(block) - width // 2), width)
    information = np.zeros((3 + 3 * len(starts), 3 + 3 * len(starts)))
    information[:3, :3] = np.eye(3) * (OFFSET_NOISE_MPS2 / OFFSET_SD_MPS2) ** 2 * rate_hz
    target = np.zeros(len(information))
    steps = Rotation.from_rotvec(rates / rate_hz)
    for number, start in enumerate(starts):
        R_first_from_sensor = np.eye(3)
        at = slice(3 + 3 * number, 6 + 3 * number)
        for k in range(start, min(start + width, len(block))):
            force = R_first_from_sensor @ block.accel_mps2[k]
            information[:3, :3] += np.eye(3)
            information[:3, at] += R_first_from_sensor.T
            information[at, :3] += R_first_from_sensor
            information[at, at] += np.eye(3)
            target[:3] += block.accel_mps2[k]
            target[at] += force
            R_first_from_sensor = R_first_from_sensor @ steps[k].as_matrix()
    return np.linalg.solve(information, target).astype(np.float64)[:3]


def _corrected(block: SampleBlock, correction: AccelCorrection) -> SampleBlock:
    return SampleBlock(block.t_s, correction.apply(block.accel_mps2), block.gyro_radps, block.flags)


def _still(block: SampleBlock, rate_hz: float) -> NDArray[np.intp]:
    """Indices of quiet samples; the quietest share of the recording when it never really rests."""
    seconds = RestDetector(rate_hz=rate_hz).run(block)
    still = np.flatnonzero(seconds > STILL_S)
    if len(still) >= rate_hz * STILL_S:
        return still
    width = max(3, round(0.3 * rate_hz))
    if len(block) < 2 * width:
        raise DataError(f"recording of {len(block)} samples is too short to find a stance in; record at least 2 s")
    centred = block.gyro_radps - np.median(block.gyro_radps, axis=0)
    activity = np.convolve(np.linalg.norm(centred, axis=1), np.ones(width) / width, mode="same")
    return np.flatnonzero(activity <= np.quantile(activity, QUIETEST_SHARE))


def _warm_up(block: SampleBlock, bias: FloatArray, rate_hz: float) -> SampleBlock:
    """The first fifth of a second held for two seconds before the start, so that the up-vector filter is settled."""
    head = block[slice(0, max(1, round(0.2 * rate_hz)))]
    repeat = 10
    count = len(head) * repeat
    t_s = block.t_s[0] - np.arange(count, 0, -1) / rate_hz
    gyro = np.tile(bias, (count, 1))
    return SampleBlock(t_s, np.tile(head.accel_mps2, (repeat, 1)), gyro, np.zeros(count, np.uint8))


def _vector(array: FloatArray) -> Vector:
    x, y, z = array.tolist()
    return (x, y, z)
