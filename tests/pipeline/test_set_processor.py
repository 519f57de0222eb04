"""From samples to repetitions after the calibration: what each number of a rep and each notice rests on."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from planar_leg import PlanarLeg, planar_leg
from shinsight.pipeline.pipeline import Pipeline
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import HEEL_STATES, Event, FrameBlock, HeelFlag, HeelState, Notice, Rep, Side
from shinsight.samples import SampleFlag

LEFT_DEG = 8.0
KNEE_DEG = 6.55
"""Of a shank that leans 35 deg forward in a plane turned 8 deg aside: arcsin(cos 35 deg sin 8 deg)."""


def measure(leg: PlanarLeg, settings: PipelineSettings | None = None) -> tuple[FrameBlock, list[Event]]:
    pipeline = Pipeline(rate_hz=100.0, settings=settings or PipelineSettings())
    frames, events = pipeline.run(leg.samples)
    return frames, events + pipeline.finish()


def reps_of(events: list[Event]) -> list[Rep]:
    return [e for e in events if isinstance(e, Rep)]


@cache
def measured(rises_m: tuple[float, ...] = (0.0,), to_the_left_deg: float = 0.0, side: Side = Side.RIGHT) -> list[Rep]:
    leg = planar_leg(rises_m=rises_m, to_the_left_deg=to_the_left_deg)
    return reps_of(measure(leg, PipelineSettings(side=side))[1])


class TestKneeIn:
    @pytest.mark.parametrize(("side", "to_the_left_deg"), [(Side.RIGHT, LEFT_DEG), (Side.LEFT, -LEFT_DEG)])
    def test_a_knee_that_goes_towards_the_other_leg_is_in_on_both_legs(
        self, side: Side, to_the_left_deg: float
    ) -> None:
        (rep,) = measured(to_the_left_deg=to_the_left_deg, side=side)
        assert np.degrees(rep.knee_in_rad) == pytest.approx(KNEE_DEG, abs=0.3)

    @pytest.mark.parametrize(("side", "to_the_left_deg"), [(Side.RIGHT, -LEFT_DEG), (Side.LEFT, LEFT_DEG)])
    def test_a_bow_legged_knee_is_never_taken_for_one_that_goes_in(self, side: Side, to_the_left_deg: float) -> None:
        leg = planar_leg(rises_m=(0.0,), to_the_left_deg=to_the_left_deg)
        frames, events = measure(leg, PipelineSettings(side=side))
        (rep,) = reps_of(events)
        # The largest of a rep that begins and ends at zero is near zero, though at the bottom the knee is far out.
        assert abs(np.degrees(rep.knee_in_rad)) < 1.0
        bottom = int(np.argmin(np.abs(frames.t_s - rep.bottom_s)))
        assert np.degrees(frames.knee_in_rad[bottom]) == pytest.approx(-KNEE_DEG, abs=0.3)

    def test_a_knee_that_stays_in_the_plane_is_neither(self) -> None:
        assert abs(np.degrees(measured()[0].knee_in_rad)) < 1.0


class TestDorsiflexion:
    @pytest.mark.parametrize("tilt_deg", [6.0, -4.0])
    def test_from_the_tibias_own_zero_a_bone_that_leans_forward_at_standing_bends_the_ankle_by_so_much_more(
        self, tilt_deg: float
    ) -> None:
        leg = planar_leg(rises_m=(0.0,), mounting=Rotation.from_euler("z", tilt_deg, degrees=True))
        peaks_deg, throughout_deg = {}, {}
        for zero in ("standing", "tibia"):
            frames, events = measure(leg, PipelineSettings(zero=zero))
            (rep,) = reps_of(events)
            assert rep.peak_dorsiflexion_rad is not None
            peaks_deg[zero] = np.degrees(rep.peak_dorsiflexion_rad)
            throughout_deg[zero] = np.degrees(np.nanmax(frames.dorsiflexion_rad))
            assert np.degrees(rep.peak_inclination_rad) == pytest.approx(35.0, abs=0.5)
        assert peaks_deg["standing"] == pytest.approx(35.0, abs=0.5)
        assert peaks_deg["tibia"] == pytest.approx(35.0 + tilt_deg, abs=0.5)
        assert throughout_deg["tibia"] - throughout_deg["standing"] == pytest.approx(tilt_deg, abs=0.2)

    def test_the_peak_of_a_lifted_rep_is_where_the_heel_left_the_floor(self) -> None:
        leg = planar_leg(rises_m=(0.03,))
        (rep,) = reps_of(measure(leg)[1])
        down = (leg.ankle_rise_m < 0.003) & (np.abs(np.arange(len(leg.ankle_rise_m)) / 100 - rep.bottom_s) < 1.5)
        assert rep.peak_dorsiflexion_rad is not None
        true_deg = np.degrees(leg.inclination_rad[down].max())
        assert np.degrees(rep.peak_dorsiflexion_rad) == pytest.approx(true_deg, abs=3.0)


class TestTheHeel:
    def test_the_flag_events_are_where_the_frames_change_and_the_rep_names_the_first(self) -> None:
        leg = planar_leg(rises_m=(0.0, 0.025))
        frames, events = measure(leg)
        up = np.array([HEEL_STATES[code] is HeelState.UP for code in frames.heel_code.tolist()])
        changes = np.flatnonzero(np.diff(up.astype(int))) + 1
        flags = [e for e in events if isinstance(e, HeelFlag)]
        assert [(flag.t_s, flag.up) for flag in flags] == [(frames.t_s[k], bool(up[k])) for k in changes]
        assert [flag.up for flag in flags] == [True, False]
        flat, lifted = reps_of(events)
        assert (flat.live_heel, flat.live_flag_s) == (HeelState.DOWN, None)
        assert (lifted.live_heel, lifted.live_flag_s) == (HeelState.UP, flags[0].t_s)

    def test_the_stated_height_is_right_within_its_deviation_which_is_a_few_millimetres(self) -> None:
        for rise_m, rep in zip((0.0, 0.015, 0.03), measured((0.0, 0.015, 0.03)), strict=True):
            assert abs(rep.ankle_rise_m - rise_m) < 2.0 * rep.ankle_rise_sd_m
            assert 0.0018 < rep.ankle_rise_sd_m < 0.008

    def test_touch_and_go_repetitions_are_judged_each(self) -> None:
        leg = planar_leg(rises_m=(0.0, 0.03, 0.0, 0.03, 0.0), pause_s=0.0)
        reps = reps_of(measure(leg)[1])
        assert len(reps) == 5
        lifted = [rep.heel for rep in reps][1::2]
        assert HeelState.DOWN not in lifted
        assert HeelState.UP not in [rep.heel for rep in reps][0::2]

    def test_every_rep_states_the_deviation_of_its_peak(self) -> None:
        (rep,) = measured()
        assert np.degrees(rep.peak_inclination_sd_rad) == pytest.approx(np.hypot(0.5, 1.75 * 35.0 / 30.0), abs=0.03)


class TestWhenItIsSaid:
    def said_s(self, leg: PlanarLeg) -> list[tuple[float, Rep]]:
        pipeline = Pipeline(rate_hz=100.0, settings=PipelineSettings())
        said = []
        for sample in leg.samples.samples():
            said += [(sample.t_s, e) for e in pipeline.update(sample)[1] if isinstance(e, Rep)]
        return said

    def test_a_rep_is_judged_a_quarter_of_a_second_after_its_end_where_the_person_stands(self) -> None:
        ((said_s, rep),) = self.said_s(planar_leg(rises_m=(0.0,), pause_s=3.0))
        assert 0.25 <= said_s - rep.end_s < 0.7

    def test_a_person_who_does_not_stand_still_is_waited_for_for_just_over_a_second(self) -> None:
        leg = planar_leg(rises_m=(0.0,), pause_s=3.0)
        rate = leg.samples.gyro_radps.copy()
        shaking = leg.samples.t_s > leg.set_start_s + 2.2
        rate[shaking, 1] += 0.5 * np.where(np.arange(np.count_nonzero(shaking)) % 4 < 2, 1.0, -1.0)
        ((said_s, rep),) = self.said_s(replace(leg, samples=replace(leg.samples, gyro_radps=rate)))
        assert said_s - rep.end_s == pytest.approx(1.2, abs=0.03)

    def test_a_rep_under_way_hurries_the_verdict_of_the_one_before(self) -> None:
        said = self.said_s(planar_leg(rises_m=(0.0, 0.0), pause_s=0.0))
        first_s, first = said[0]
        assert first_s - first.end_s < 1.2


class TestSamplesLost:
    def with_filled(self, share: float) -> list[Notice]:
        leg = planar_leg(rises_m=(0.0,))
        (rep,) = reps_of(measure(leg)[1])
        inside = np.flatnonzero((leg.samples.t_s >= rep.start_s) & (leg.samples.t_s <= rep.end_s))
        flags = leg.samples.flags.copy()
        flags[inside[: int(share * len(inside))]] = SampleFlag.FILLED
        events = measure(replace(leg, samples=replace(leg.samples, flags=flags)))[1]
        return [e for e in events if isinstance(e, Notice)]

    def test_just_below_five_percent_nothing_is_said(self) -> None:
        assert self.with_filled(0.049) == []

    def test_just_above_five_percent_the_rep_and_the_share_are_named(self) -> None:
        (notice,) = self.with_filled(0.062)
        assert notice.code == "rep_filled"
        assert notice.text.startswith("rep 1: 6 % of its samples")
