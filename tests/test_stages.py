"""What every stage promises: `run` on any cutting of the input is `update` sample by sample, in result and in state.

Stages are discovered: a class of the core that has `update` must have `run` and stand in the table below.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

import shinsight
from planar_leg import planar_leg
from shinsight.calibration.chip.inertial import SensorWatch
from shinsight.calibration.chip.positions import PositionFinder
from shinsight.calibration.worn.guide import Guide
from shinsight.calibration.worn.rocks import model_without_rocks
from shinsight.calibration.worn.saved import SavedCalibration, StanceCheck
from shinsight.calibration.worn.stillness import Stillness, StillnessSettings
from shinsight.calibration.worn.without_rocks import calibrate_from_movement
from shinsight.detection.exercises import profile_of
from shinsight.detection.flat_foot import FlatFoot
from shinsight.detection.heel_live import LiveHeelDetector
from shinsight.detection.reps import RepCounter
from shinsight.fusion.orientation import UpVector
from shinsight.fusion.rest import RestDetector
from shinsight.kinematics.sagittal_plane import SagittalPlane
from shinsight.kinematics.shank import Alignment
from shinsight.pipeline.pipeline import Pipeline
from shinsight.pipeline.set_processor import SetProcessor
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import FrameBlock, Side
from shinsight.samples import SampleBlock

CORE = ("fusion", "kinematics", "detection", "calibration", "pipeline")
LEG = planar_leg(rises_m=(0.02,), rocks=5)
LOOK_BACK = slice(0, 2300)
SAMPLES = LEG.samples[LOOK_BACK]
LEAN = LEG.inclination_rad[LOOK_BACK]
UPRIGHT = Alignment((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
WITHOUT_ROCKS = calibrate_from_movement(LEG.samples, rate_hz=100.0, problem="")
UP = np.stack([-np.sin(LEAN), np.cos(LEAN), 0 * LEAN], 1)


# Earth from sensor of a shank that stands on its y axis (earth z) and leans towards its x axis.
TILTED = [
    tuple(np.roll((Rotation.from_euler("x", 90, degrees=True) * Rotation.from_rotvec([0, 0, -a])).as_quat(), 1))
    for a in LEAN
]
FOOTING = list(
    zip(
        SAMPLES.t_s.tolist(),
        LEAN.tolist(),
        np.linalg.norm(SAMPLES.gyro_radps, axis=1).tolist(),
        (SAMPLES.accel_mps2[:, 1] - 9.81).tolist(),
        (LEAN > 0.3).tolist(),
        strict=True,
    )
)


def rows_of(result: Any) -> list[Any]:
    """A result as a list of plain comparable rows, whatever its type."""
    if isinstance(result, tuple):
        return [row for item in result for row in rows_of(item)]
    if isinstance(result, FrameBlock):
        columns = (getattr(result, field.name).tolist() for field in fields(FrameBlock))
        return list(zip(*columns, strict=True))
    if isinstance(result, SampleBlock):
        return [(s.t_s, s.accel_mps2, s.gyro_radps, s.flags) for s in result.samples()]
    if isinstance(result, np.ndarray):
        return [np.round(row, 9).tolist() for row in result]
    return list(result)


@dataclass(frozen=True)
class Promise:
    """How to make a stage and how to run it over the samples [a, b)."""

    make: Callable[[], Any]
    run: Callable[[Any, int, int], Any]
    update: Callable[[Any, int], Any]


def sample(i: int) -> Any:
    return next(SAMPLES[i : i + 1].samples())


def on_samples(make: Callable[[], Any]) -> Promise:
    return Promise(make, lambda stage, a, b: stage.run(SAMPLES[a:b]), lambda stage, i: stage.update(sample(i)))


PROMISES: dict[type, Promise] = {
    UpVector: on_samples(lambda: UpVector(rate_hz=100.0)),
    RestDetector: on_samples(lambda: RestDetector(rate_hz=100.0)),
    Stillness: on_samples(lambda: Stillness(rate_hz=100.0, settings=StillnessSettings())),
    Guide: on_samples(lambda: Guide(rate_hz=100.0)),
    StanceCheck: on_samples(
        lambda: StanceCheck(
            rate_hz=100.0,
            saved=SavedCalibration(
                made="2026-11-23T10:00:00+00:00",
                board="sim lsm6dso",
                quality=0.9,
                model=model_without_rocks(UPRIGHT, (0.0, 0.0, 0.0), 9.81),
            ),
            stand_s=1.0,
        )
    ),
    SensorWatch: on_samples(lambda: SensorWatch(rate_hz=100.0)),
    PositionFinder: on_samples(lambda: PositionFinder(rate_hz=100.0)),
    SagittalPlane: Promise(
        lambda: SagittalPlane(alignment=UPRIGHT, side=Side.RIGHT),
        lambda stage, a, b: stage.run(SAMPLES.t_s[a:b].tolist(), TILTED[a:b]),
        lambda stage, i: stage.update(float(SAMPLES.t_s[i]), TILTED[i]),
    ),
    FlatFoot: Promise(
        FlatFoot,
        lambda stage, a, b: stage.run(FOOTING[a:b]),
        lambda stage, i: stage.update(*FOOTING[i]),
    ),
    Pipeline: on_samples(lambda: Pipeline(rate_hz=100.0, settings=PipelineSettings())),
    SetProcessor: on_samples(lambda: SetProcessor(100.0, PipelineSettings(), WITHOUT_ROCKS)),
    RepCounter: Promise(
        lambda: RepCounter(profile=profile_of("squat")),
        lambda stage, a, b: stage.run(SAMPLES.t_s[a:b], LEAN[a:b]),
        lambda stage, i: stage.update(float(SAMPLES.t_s[i]), float(LEAN[i])),
    ),
    LiveHeelDetector: Promise(
        lambda: LiveHeelDetector(model=model_without_rocks(UPRIGHT, (0.0, 0.0, 0.0), 9.81)),
        lambda stage, a, b: stage.run(
            SAMPLES.t_s[a:b], UP[a:b], SAMPLES.accel_mps2[a:b], SAMPLES.gyro_radps[a:b], LEAN[a:b]
        ),
        lambda stage, i: stage.update(
            float(SAMPLES.t_s[i]),
            tuple(UP[i].tolist()),
            tuple(SAMPLES.accel_mps2[i].tolist()),
            tuple(SAMPLES.gyro_radps[i].tolist()),
            float(LEAN[i]),
        ),
    ),
}


def discovered() -> set[type]:
    found: set[type] = set()
    for module in pkgutil.walk_packages(shinsight.__path__, "shinsight."):
        if module.name.split(".")[1] not in CORE:
            continue
        for _, item in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if item.__module__ == module.name and hasattr(item, "update") and not item.__name__.startswith("_"):
                found.add(item)
    return found


def test_every_stage_of_the_core_is_held_to_its_promise() -> None:
    assert discovered() == set(PROMISES)
    for stage in discovered():
        assert hasattr(stage, "run"), f"{stage.__name__} has update but no run"


@pytest.mark.parametrize("stage", PROMISES, ids=lambda s: s.__name__)
@settings(max_examples=4, deadline=None)
@given(cuts=st.lists(st.integers(0, len(SAMPLES)), max_size=5))
def test_run_agrees_with_itself_for_any_cutting_even_empty_ones(stage: type, cuts: list[int]) -> None:
    promise = PROMISES[stage]
    whole = rows_of(promise.run(promise.make(), 0, len(SAMPLES)))
    cut = promise.make()
    edges = [0, *sorted(cuts), len(SAMPLES)]
    parts = [promise.run(cut, a, b) for a, b in itertools.pairwise(edges)]
    assert sorted(map(repr, (row for part in parts for row in rows_of(part)))) == sorted(map(repr, whole))


@pytest.mark.parametrize("stage", PROMISES, ids=lambda s: s.__name__)
def test_run_ends_in_the_same_state_as_updates_one_by_one(stage: type) -> None:
    promise = PROMISES[stage]
    one_by_one, at_once = promise.make(), promise.make()
    middle = 2000
    for i in range(middle):
        promise.update(one_by_one, i)
    promise.run(at_once, 0, middle)
    after_updates = promise.run(one_by_one, middle, len(SAMPLES))
    after_run = promise.run(at_once, middle, len(SAMPLES))
    assert [repr(r) for r in rows_of(after_updates)] == [repr(r) for r in rows_of(after_run)]
