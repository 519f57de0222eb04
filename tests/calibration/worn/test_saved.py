"""A calibration used again: the same numbers, as good as new while the sensor sits as it did, and given up when not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from planar_leg import planar_leg
from shinsight.calibration.worn.saved import SavedCalibration, StanceCheck, board_of, saved_dict, saved_from
from shinsight.errors import SettingsError
from shinsight.kinematics.ankle_rise import PARAMETERS, AccelCorrection, AnkleModel
from shinsight.kinematics.shank import Alignment
from shinsight.pipeline.measurement import Measurement, measure_recording
from shinsight.pipeline.pipeline import Pipeline
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import (
    CalibrationReport,
    Event,
    FrameBlock,
    HeelState,
    Notice,
    PhaseChange,
    Recording,
    Rep,
    RockDone,
)
from shinsight.samples import Phase, SampleBlock
from shinsight.session.json_forms import settings_dict, settings_from, to_json
from shinsight.wire.framing import frame
from shinsight.wire.messages import DeviceInfo, StoredCalibration, encode

T = TypeVar("T", bound=Event)
MADE = "2026-11-23T10:00:00+01:00"
RATE_HZ = 100.0
LIFTS_M = (0.0, 0.02, 0.0)
MOUNTING = Rotation.from_euler("xyz", [20.0, -35.0, 15.0], degrees=True)
DEVICE = DeviceInfo(RATE_HZ, 0.0048, 0.0012, 32, "xiao", "LSM6DSO", "0.5")


def session(*, rocks: int, seed: int, bias: float = 0.0) -> SampleBlock:
    return planar_leg(
        rises_m=LIFTS_M, rocks=rocks, mounting=MOUNTING, seed=seed, gyro_bias_radps=(bias, -bias, bias)
    ).samples


@cache
def saved() -> SavedCalibration:
    pipeline = Pipeline(rate_hz=RATE_HZ, settings=PipelineSettings())
    pipeline.run(session(rocks=5, seed=1))
    made = pipeline.calibration
    assert made is not None
    assert made.report.accepted
    return SavedCalibration(made=MADE, board=board_of(DEVICE), quality=made.report.quality, model=made.model)


def turned(samples: SampleBlock, axis: Sequence[float], degrees: float) -> SampleBlock:
    """The strap turned by so much about an axis of the sensor before the session began."""
    R = Rotation.from_rotvec(np.radians(degrees) * np.array(axis)).as_matrix()
    return replace(samples, accel_mps2=samples.accel_mps2 @ R.T, gyro_radps=samples.gyro_radps @ R.T)


def again(samples: SampleBlock) -> tuple[FrameBlock, list[Event]]:
    pipeline = Pipeline(rate_hz=RATE_HZ, settings=PipelineSettings(saved=saved()))
    frames, events = pipeline.run(samples)
    return frames, events + pipeline.finish()


def of_kind(kind: type[T], events: Sequence[Event]) -> list[T]:
    return [e for e in events if isinstance(e, kind)]


def phases(events: Sequence[Event]) -> list[Phase]:
    return [e.phase for e in of_kind(PhaseChange, events)]


class TestWhileItFits:
    def test_three_seconds_of_standing_still_take_the_place_of_the_rocks(self) -> None:
        _, events = again(session(rocks=0, seed=2))
        assert phases(events) == [Phase.STAND, Phase.SET]
        ready = of_kind(PhaseChange, events)[1]
        assert ready.t_s < 3.5
        report = of_kind(CalibrationReport, events)[0]
        assert (report.accepted, report.quality) == (True, saved().quality)
        assert MADE in report.problems[0]
        assert not of_kind(Notice, events)

    def test_heels_are_judged_and_angles_read_as_with_new_rocks(self) -> None:
        reps = of_kind(Rep, again(session(rocks=0, seed=2, bias=0.05))[1])
        assert [r.heel for r in reps] == [HeelState.DOWN, HeelState.UP, HeelState.DOWN]
        assert np.degrees([r.peak_inclination_rad for r in reps]) == pytest.approx([35.0] * 3, abs=0.7)

    @pytest.mark.parametrize("axis", ["forward", "right"])
    @pytest.mark.parametrize("degrees", [-4.0, 4.0])
    def test_a_strap_turned_a_little_does_not_bend_the_angles(self, axis: str, degrees: float) -> None:
        samples = turned(session(rocks=0, seed=2), getattr(saved().model.alignment, axis), degrees)
        reps = of_kind(Rep, again(samples)[1])
        assert np.degrees([r.peak_inclination_rad for r in reps]) == pytest.approx([35.0] * 3, abs=0.7)

    @settings(max_examples=4, deadline=None)
    @given(st.lists(st.integers(0, 1500), max_size=6))
    def test_any_cutting_of_the_stream_gives_the_same(self, cuts: list[int]) -> None:
        samples = session(rocks=0, seed=2)
        whole, events = again(samples)
        pipeline = Pipeline(rate_hz=RATE_HZ, settings=PipelineSettings(saved=saved()))
        edges = [0, *sorted(cuts), len(samples)]
        parts = [pipeline.run(samples[a:b]) for a, b in pairwise(edges)]
        assert [e for _, more in parts for e in more] + pipeline.finish() == events
        found = FrameBlock.join([frames for frames, _ in parts])
        assert np.array_equal(found.inclination_rad, whole.inclination_rad, equal_nan=True)
        assert np.array_equal(found.heel_code, whole.heel_code)

    def test_a_table_of_its_samples_is_measured_the_same_way(self) -> None:
        samples = session(rocks=0, seed=2)
        frames, events = again(samples)
        phases = (Phase.STAND,) * 300 + (Phase.SET,) * (len(samples) - 300)
        recording = Recording(samples=samples, phases=phases, rate_hz=RATE_HZ, notices=())
        found = measure_recording(recording, PipelineSettings(saved=saved()))
        assert of_kind(Rep, found.events) == of_kind(Rep, events)
        assert np.array_equal(found.frames.heel_code, frames.heel_code)


class TestWhenItDoesNotFit:
    @pytest.mark.parametrize("axis", ["forward", "right"])
    @pytest.mark.parametrize("degrees", [-8.0, 8.0])
    def test_a_turned_strap_is_named_and_the_same_run_asks_for_rocks(self, axis: str, degrees: float) -> None:
        samples = turned(session(rocks=5, seed=2), getattr(saved().model.alignment, axis), degrees)
        # So long a stand as two countdowns need.
        stand = samples[:300]
        frames, events = again(joined(stand, samples))
        notice = of_kind(Notice, events)[0]
        assert notice.code == "calibration_does_not_fit"
        assert "the calibration of 10:00 does not fit: the sensor is turned by" in notice.text
        assert phases(events)[:4] == [Phase.STAND, Phase.STAND, Phase.ROCKS, Phase.SET]
        reports = of_kind(CalibrationReport, events)
        assert [(r.accepted, r.problems) for r in reports] == [(True, ())]
        assert len(of_kind(RockDone, events)) == 5
        assert len(frames) == len(stand) + len(samples)

    def test_a_sensor_turned_about_the_shin_shows_in_the_first_rep_and_no_heel_is_claimed(self) -> None:
        samples = turned(session(rocks=0, seed=2), saved().model.alignment.up, 50.0)
        frames, events = again(samples)
        assert [e.code for e in of_kind(Notice, events)] == ["calibration_does_not_fit"]
        assert "about the shin" in of_kind(Notice, events)[0].text
        reps = of_kind(Rep, events)
        assert reps
        assert all(r.heel is HeelState.UNSURE and r.peak_dorsiflexion_rad is None for r in reps)
        after = frames.t_s > reps[0].end_s + 1.5
        assert np.isnan(frames.dorsiflexion_rad[after]).all()

    def test_space_or_button_asks_for_rocks_instead(self) -> None:
        samples = joined(session(rocks=5, seed=2)[:200], session(rocks=5, seed=2))
        pipeline = Pipeline(rate_hz=RATE_HZ, settings=PipelineSettings(saved=saved()))
        _, events = pipeline.run(samples[:150])
        events += pipeline.advance(1.5)
        events += pipeline.run(samples[150:])[1]
        assert phases(events) == [Phase.STAND, Phase.STAND, Phase.ROCKS, Phase.SET]
        assert of_kind(CalibrationReport, events)[0].problems == ()

    def test_a_new_calibration_in_mid_set_is_one_with_rocks(self) -> None:
        pipeline = Pipeline(rate_hz=RATE_HZ, settings=PipelineSettings(saved=saved()))
        pipeline.run(session(rocks=0, seed=2))
        assert pipeline.calibration is None
        pipeline.recalibrate()
        _, events = pipeline.run(session(rocks=5, seed=3))
        assert phases(events)[:3] == [Phase.STAND, Phase.ROCKS, Phase.SET]
        assert pipeline.calibration is not None

    @pytest.mark.parametrize(
        "other",
        [
            replace(DEVICE, chip="MPU-6050"),
            replace(DEVICE, calibration=StoredCalibration((0.0,) * 3, (1.0, 0, 0, 0, 1, 0, 0, 0, 1), (0.1, 0.0, 0.0))),
        ],
        ids=["another kind", "calibrated since, or another of the kind"],
    )
    def test_another_board_is_noticed_before_anybody_stands_still(self, other: DeviceInfo) -> None:
        for info, codes in ((DEVICE, []), (other, ["calibration_does_not_fit"])):
            measurement = Measurement(settings=PipelineSettings(saved=saved()))
            events = measurement.feed(frame(encode(info))).events
            assert [e.code for e in of_kind(Notice, events)] == codes


def joined(one: SampleBlock, other: SampleBlock) -> SampleBlock:
    later = replace(other, t_s=other.t_s + one.t_s[-1] + 1.0 / RATE_HZ)
    return SampleBlock.join([one, later])


numbers = st.floats(-1e6, 1e6)
vectors = st.tuples(numbers, numbers, numbers)


@st.composite
def calibrations(draw: st.DrawFn) -> SavedCalibration:
    def arrays(count: int) -> list[float]:
        return draw(st.lists(numbers, min_size=count, max_size=count))

    model = AnkleModel(
        Alignment(draw(vectors), draw(vectors), draw(vectors)),
        draw(vectors),
        AccelCorrection(np.array(arrays(3)), np.array(arrays(3)), np.array(arrays(3))),
        np.array(arrays(3)),
        draw(numbers),
        np.array(arrays(PARAMETERS * PARAMETERS)).reshape(PARAMETERS, PARAMETERS),
    )
    return SavedCalibration(made=MADE, board=draw(st.text()), quality=draw(st.floats(0.0, 1.0)), model=model)


@settings(max_examples=20, deadline=None)
@given(calibrations())
def test_what_is_read_is_what_was_written_to_the_last_bit(one: SavedCalibration) -> None:
    written = to_json(saved_dict(one))
    assert to_json(saved_dict(saved_from(json.loads(written)))) == written


def test_a_session_keeps_the_calibration_it_used_again_and_older_ones_have_none() -> None:
    kept = json.loads(to_json(settings_dict(PipelineSettings(saved=saved()))))
    found = settings_from(kept).saved
    assert found is not None
    assert saved_dict(found) == saved_dict(saved())
    del kept["saved_calibration"]
    assert settings_from(kept).saved is None


@pytest.mark.parametrize("wrong", [{"made": "yesterday"}, {"made": "2026-11-23T10:00:00"}, {"quality": 1.5}])
def test_what_cannot_be_is_refused_at_birth(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        replace(saved(), **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [{"covariance": [[1.0]]}, {"ankle_lever_m": [0.1, float("nan"), 0.0]}, {"up": "up"}, {"gravity_mps2": None}],
)
def test_what_is_no_calibration_is_not_taken_for_one(wrong: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        saved_from({**saved_dict(saved()), **wrong})


class TestTheModelOfToday:
    """What a stance can teach is learnt again with each use; the rest is as saved."""

    def reused(self, samples: SampleBlock) -> AnkleModel:
        standing = StanceCheck(rate_hz=RATE_HZ, saved=saved(), stand_s=3.0)
        standing.run(samples)
        assert standing.reused is not None
        return standing.reused.model

    @pytest.mark.parametrize("gain", [0.99, 1.01])
    def test_gravity_is_what_the_accelerometer_reads_today(self, gain: float) -> None:
        samples = session(rocks=0, seed=2)
        today = self.reused(replace(samples, accel_mps2=gain * samples.accel_mps2)).gravity_mps2
        assert today == pytest.approx(gain * saved().model.gravity_mps2, abs=0.02)
        assert abs(today - saved().model.gravity_mps2) > 0.05

    def test_the_gyros_bias_is_todays(self) -> None:
        model = self.reused(session(rocks=0, seed=2, bias=0.05))
        assert model.gyro_bias_radps == pytest.approx((0.05, -0.05, 0.05), abs=0.001)

    def test_standing_up_is_todays_and_the_flexion_axis_is_kept(self) -> None:
        axis = saved().model.alignment.right
        model = self.reused(turned(session(rocks=0, seed=2), axis, 4.0))
        up_before, up = np.array(saved().model.alignment.up), np.array(model.alignment.up)
        assert np.degrees(np.arccos(up @ up_before)) == pytest.approx(4.0, abs=0.3)
        assert np.array(model.alignment.right) @ np.array(axis) == pytest.approx(1.0, abs=1e-4)

    def test_lever_and_correction_are_as_saved(self) -> None:
        model = self.reused(session(rocks=0, seed=2))
        assert np.array_equal(model.lever_m, saved().model.lever_m)
        assert model.correction is saved().model.correction

    @pytest.mark.parametrize(("gain", "fits"), [(1.018, True), (1.022, False), (0.982, True), (0.978, False)])
    def test_a_gravity_two_percent_off_is_another_board(self, gain: float, fits: bool) -> None:
        samples = session(rocks=0, seed=2)
        _, events = again(replace(samples, accel_mps2=gain * samples.accel_mps2 * saved_gravity_share(samples)))
        assert (not of_kind(Notice, events)) is fits


def saved_gravity_share(samples: SampleBlock) -> float:
    """What makes the samples' gravity exactly the saved one."""
    stance = saved().model.correction.apply(samples.accel_mps2[:300]).mean(axis=0)
    return saved().model.gravity_mps2 / float(np.linalg.norm(stance))
