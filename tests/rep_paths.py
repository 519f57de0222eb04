"""A session cut into reps with the rests around them, as the pipeline would hand them to the strap's watch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shinsight.calibration.worn.guide import CalibrationOutcome, Guide
from shinsight.calibration.worn.strap_watch import RepPath
from shinsight.detection.exercises import profile_of
from shinsight.detection.reps import RepCounter
from shinsight.fusion.orientation import UpVector, up_vectors
from shinsight.kinematics.sagittal_plane import SagittalPlane
from shinsight.results import Side
from shinsight.samples import Phase, SampleBlock
from shinsight.units import RAD_PER_DEG

BEFORE_S = 1.5
AFTER_S = 0.6
UPRIGHT_RAD = 14.0 * RAD_PER_DEG
STILL_RADPS = 6.0 * RAD_PER_DEG


def calibrated(samples: SampleBlock, *, rate_hz: float) -> tuple[CalibrationOutcome, int]:
    """The first judged calibration, accepted or not, and the index of the sample after it."""
    guide = Guide(rate_hz=rate_hz)
    for number, sample in enumerate(samples.samples()):
        guide.update(sample)
        if guide.outcome is not None:
            return guide.outcome, number + 1
    guide.mark(float(samples.t_s[-1]), Phase.SET)
    assert guide.outcome is not None
    return guide.outcome, len(samples)


def rep_paths(
    samples: SampleBlock, outcome: CalibrationOutcome, first: int, *, rate_hz: float, exercise: str = "squat"
) -> Sequence[RepPath]:
    """Every rep after sample `first`, from 1.5 s before it (or the end of the one before) to 0.6 s after it."""
    model = outcome.model
    accel = model.correction.apply(samples.accel_mps2)
    corrected = SampleBlock(samples.t_s, accel, samples.gyro_radps, samples.flags)
    filter_up = UpVector(rate_hz=rate_hz, gyro_bias_radps=model.gyro_bias_radps)
    q = filter_up.run_quaternions(corrected)
    up = up_vectors(q)
    rates = samples.gyro_radps - np.array(filter_up.bias_radps)
    plane = SagittalPlane(alignment=model.alignment, side=Side.RIGHT)
    angles = plane.run(samples.t_s.tolist(), [(w, x, y, z) for w, x, y, z in q.tolist()])
    lean = np.array([a.inclination_rad for a in angles])
    rest = (np.linalg.norm(rates, axis=1) < STILL_RADPS) & (np.abs(lean) < UPRIGHT_RAD)
    counter = RepCounter(profile=profile_of(exercise))
    paths = []
    last_end_s = float(samples.t_s[min(first, len(samples) - 1)])
    for window in counter.run(samples.t_s[first:], lean[first:]):
        a, b = np.searchsorted(samples.t_s, [max(window.start_s - BEFORE_S, last_end_s), window.end_s + AFTER_S])
        last_end_s = window.end_s
        paths.append(RepPath(samples.t_s[a:b], up[a:b], accel[a:b], rates[a:b], rest[a:b]))
    return paths
