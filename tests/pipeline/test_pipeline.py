"""The pipeline on a leg with an analytic path: angles, reps, heel, calibration, and the same result for any cut."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from planar_leg import PlanarLeg, planar_leg
from shinsight.errors import SettingsError
from shinsight.pipeline.pipeline import Pipeline
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import (
    HEEL_STATES,
    CalibrationReport,
    Event,
    FrameBlock,
    HeelFlag,
    HeelState,
    PhaseChange,
    Rep,
)
from shinsight.samples import Phase, SampleBlock, SampleFlag


def measure(leg: PlanarLeg, options: PipelineSettings | None = None) -> tuple[FrameBlock, list[Event]]:
    pipeline = Pipeline(rate_hz=100.0, settings=options or PipelineSettings())
    frames, events = pipeline.run(leg.samples)
    return frames, events + pipeline.finish()


def reps_of(events: list[Event]) -> list[Rep]:
    return [e for e in events if isinstance(e, Rep)]


def report_of(events: list[Event]) -> CalibrationReport:
    return next(e for e in events if isinstance(e, CalibrationReport))


def test_a_squat_is_followed_within_half_a_degree_whatever_the_mounting() -> None:
    for seed in range(3):
        leg = planar_leg(mounting=Rotation.random(random_state=seed), gyro_bias_radps=(0.3, -0.2, 0.1))
        frames, events = measure(leg)
        measured = frames.t_s > leg.set_start_s
        error_deg = np.degrees(frames.inclination_rad[measured] - leg.inclination_rad[measured])
        assert report_of(events).accepted
        assert np.sqrt(np.mean(error_deg**2)) < 0.5


def test_every_rep_is_counted_once_with_its_times() -> None:
    leg = planar_leg(rises_m=(0.0,) * 6)
    reps = reps_of(measure(leg)[1])
    assert [r.number for r in reps] == [1, 2, 3, 4, 5, 6]
    for k, rep in enumerate(reps):
        assert rep.bottom_s == pytest.approx(leg.set_start_s + 3.5 * k + 1.25, abs=0.2)
        assert rep.descent_s == pytest.approx(1.2, abs=0.3)
        assert np.degrees(rep.peak_inclination_rad) == pytest.approx(35.0, abs=0.7)


def test_a_lifted_heel_is_flagged_live_and_in_the_verdict_and_a_flat_one_is_not() -> None:
    leg = planar_leg(rises_m=(0.0, 0.020, 0.0, 0.027, 0.0))
    reps = reps_of(measure(leg)[1])
    assert [r.heel for r in reps] == [HeelState.DOWN, HeelState.UP, HeelState.DOWN, HeelState.UP, HeelState.DOWN]
    assert [r.live_heel is HeelState.UP for r in reps] == [False, True, False, True, False]
    assert [r.live_flag_s is not None for r in reps] == [False, True, False, True, False]
    assert reps[1].ankle_rise_m == pytest.approx(0.020, abs=0.003)
    odds = [r.heel_lift_log_odds for r in reps]
    assert min(odds[1], odds[3]) > max(odds[0], odds[2])


def test_dorsiflexion_peaks_count_only_while_the_heel_is_down() -> None:
    flat, lifted = reps_of(measure(planar_leg(rises_m=(0.0, 0.025)))[1])
    assert flat.peak_dorsiflexion_rad == pytest.approx(flat.peak_inclination_rad)
    assert lifted.peak_dorsiflexion_rad is not None
    assert np.degrees(lifted.peak_inclination_rad - lifted.peak_dorsiflexion_rad) > 2.0


def test_the_known_slope_of_a_slant_board_is_added_to_dorsiflexion_and_not_to_inclination() -> None:
    level = reps_of(measure(planar_leg())[1])[0]
    slanted = reps_of(measure(planar_leg(), PipelineSettings(slope_rad=np.radians(10.0)))[1])[0]
    assert level.peak_dorsiflexion_rad is not None
    assert slanted.peak_dorsiflexion_rad is not None
    assert np.degrees(slanted.peak_dorsiflexion_rad - level.peak_dorsiflexion_rad) == pytest.approx(10.0)
    assert slanted.peak_inclination_rad == level.peak_inclination_rad


def test_the_calibration_finds_the_way_from_sensor_to_ankle() -> None:
    mounting = Rotation.random(random_state=7)
    leg = planar_leg(mounting=mounting, accel_offset_mps2=(0.15, -0.1, 0.1))
    report = report_of(measure(leg)[1])
    assert report.accepted
    assert 0.5 < report.quality <= 1.0
    assert np.linalg.norm(np.array(report.ankle_lever_m) - leg.lever_m) < 0.03


def test_without_rocks_nothing_is_claimed_about_the_heel() -> None:
    leg = planar_leg(rises_m=(0.0, 0.03), rocks=0)
    pipeline = Pipeline(rate_hz=100.0, settings=PipelineSettings())
    events = pipeline.mark(0.0, Phase.STAND)
    events += pipeline.run(leg.samples[:400])[1]
    events += pipeline.mark(4.0, Phase.SET)
    events += pipeline.run(leg.samples[400:])[1] + pipeline.finish()
    report = report_of(events)
    assert not report.accepted
    assert "no heel-down rocks" in report.problems[0]
    assert all(r.heel is HeelState.UNSURE and r.peak_dorsiflexion_rad is None for r in reps_of(events))
    assert not any(isinstance(e, HeelFlag) for e in events)


def test_rocks_that_hardly_move_are_refused_by_name_and_the_guide_starts_over() -> None:
    leg = planar_leg(rock_deg=10.0)
    _, events = measure(leg)
    report = report_of(events)
    assert not report.accepted
    assert "rocks too small" in report.problems[0]
    after = events[events.index(report) + 1]
    assert isinstance(after, PhaseChange)
    assert after.phase is Phase.STAND


def test_a_gap_inside_a_rep_leaves_its_heel_unsure() -> None:
    leg = planar_leg(rises_m=(0.0, 0.0))
    flags = leg.samples.flags.copy()
    flags[int((leg.set_start_s + 1.0) * 100)] = SampleFlag.GAP
    samples = SampleBlock(leg.samples.t_s, leg.samples.accel_mps2, leg.samples.gyro_radps, flags)
    reps = reps_of(measure(replace(leg, samples=samples))[1])
    assert [r.heel for r in reps] == [HeelState.UNSURE, HeelState.DOWN]


def test_after_a_gap_no_angle_and_no_height_are_given_until_the_foot_is_flat_again() -> None:
    """The way down is missing, in which the heel came up: neither height nor tilt can be counted from before it."""
    leg = planar_leg(rises_m=(0.03, *(0.0,) * 5))
    first, last = (int((leg.set_start_s + at_s) * 100) for at_s in (0.5, 1.3))
    kept = np.r_[0:first, last : len(leg.samples)]
    samples = leg.samples[kept]
    flags = samples.flags.copy()
    flags[first] = SampleFlag.GAP
    frames, events = measure(replace(leg, samples=replace(samples, flags=flags)))
    after = frames[first:]
    flat = int(np.argmax(np.isfinite(after.ankle_rise_m)))
    assert 0.5 < after.t_s[flat] - after.t_s[0] < 15.0
    assert {HEEL_STATES[code] for code in after.heel_code[:flat].tolist()} == {HeelState.UNSURE}
    assert np.isnan(after.dorsiflexion_rad[:flat]).all()
    assert np.nanmax(np.abs(after.ankle_rise_m)) < 0.05
    error_deg = np.degrees(after.dorsiflexion_rad - leg.inclination_rad[kept][first:])
    assert np.nanmax(np.abs(error_deg)) < 2.0
    assert [rep.heel for rep in reps_of(events)][-1] is HeelState.DOWN


def test_a_heel_that_was_up_before_a_gap_is_unsure_after_it() -> None:
    leg = planar_leg(rises_m=(0.03, *(0.0,) * 5))
    first, last = (int((leg.set_start_s + at_s) * 100) for at_s in (1.3, 1.6))
    samples = leg.samples[np.r_[0:first, last : len(leg.samples)]]
    flags = samples.flags.copy()
    flags[first] = SampleFlag.GAP
    frames, events = measure(replace(leg, samples=replace(samples, flags=flags)))
    assert HEEL_STATES[frames.heel_code[first - 1]] is HeelState.UP
    after = [HEEL_STATES[code] for code in frames.heel_code[first:].tolist()]
    assert set(after[: after.index(HeelState.DOWN)]) == {HeelState.UNSURE}
    assert [event.up for event in events if isinstance(event, HeelFlag)] == [True, False]


@pytest.mark.parametrize("wrong", [{"exercise": "jump"}, {"zero": "sitting"}, {"slope_rad": 2.0}])
def test_wrong_settings_are_refused_at_birth(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        PipelineSettings(**wrong)  # type: ignore[arg-type]


LEG = planar_leg(rises_m=(0.0, 0.02))


def same(one: FrameBlock, other: FrameBlock) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=True)
        for field in fields(FrameBlock)
    )


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(0, len(LEG.samples)), max_size=8))
def test_any_cutting_of_the_stream_gives_the_same_frames_and_reps(cuts: list[int]) -> None:
    whole, events = measure(LEG)
    pipeline = Pipeline(rate_hz=100.0, settings=PipelineSettings())
    parts, found = [], []
    edges = [0, *sorted(cuts), len(LEG.samples)]
    for start, stop in itertools.pairwise(edges):
        frames, more = pipeline.run(LEG.samples[start:stop])
        parts.append(frames)
        found += more
    assert same(FrameBlock.join(parts), whole)
    assert found + pipeline.finish() == events


def test_a_recording_whose_clock_starts_below_zero_is_measured_like_any_other() -> None:
    leg = planar_leg(rises_m=(0.0,))
    early = SampleBlock(
        leg.samples.t_s - 21.5,
        leg.samples.accel_mps2.copy(),
        leg.samples.gyro_radps.copy(),
        leg.samples.flags.copy(),
    )
    here, there = reps_of(measure(leg)[1]), reps_of(measure(replace(leg, samples=early))[1])
    assert [r.heel for r in there] == [r.heel for r in here] == [HeelState.DOWN]
    assert there[0].start_s == pytest.approx(here[0].start_s - 21.5)
