"""The guided start and the person: counting the seconds of stillness, and not waiting for it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from planar_leg import PlanarLeg, planar_leg
from shinsight.calibration.worn.guide import Guide
from shinsight.calibration.worn.rock_path import PathFit, fit_paths
from shinsight.calibration.worn.stillness import Stillness, StillnessSettings
from shinsight.errors import SettingsError
from shinsight.pipeline.measurement import Measurement
from shinsight.pipeline.pipeline import Pipeline
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import CalibrationReport, Event, FrameBlock, Notice, PhaseChange, RockDone, StillFor
from shinsight.samples import Phase, SampleBlock
from shinsight.transport.simulated import SimLink, SimOptions
from shinsight.view.state import SensorState
from shinsight.wire.framing import frame
from shinsight.wire.messages import BoardEvent, encode
from shinsight.wire.messages import Event as BoardMessage
from simulated_session import bytes_of

RATE_HZ = 100.0


@cache
def leg(*, rocks: int = 5, rock_deg: float = 25.0) -> PlanarLeg:
    return planar_leg(rises_m=(0.0,), rocks=rocks, rock_deg=rock_deg)


def at(samples: SampleBlock, t_s: float) -> int:
    return int(np.searchsorted(samples.t_s, t_s))


def codes(events: list[Event]) -> list[str]:
    return [e.code for e in events if isinstance(e, Notice)]


def shaken(samples: SampleBlock, from_s: float, to_s: float) -> SampleBlock:
    """Somebody who does not stand still for so long."""
    gyro = samples.gyro_radps.copy()
    part = slice(at(samples, from_s), at(samples, to_s))
    gyro[part] += 1.5 * np.sin(np.arange(len(gyro[part])) / 8.0)[:, None]
    return replace(samples, gyro_radps=gyro)


def long_stand(seconds: float) -> SampleBlock:
    """Quiet standing, repeated."""
    stand = leg().samples[50:350]
    times = round(seconds * RATE_HZ / 300)
    return SampleBlock(
        np.arange(300 * times) / RATE_HZ,
        np.tile(stand.accel_mps2, (times, 1)),
        np.tile(stand.gyro_radps, (times, 1)),
        np.tile(stand.flags, times),
    )


def test_every_whole_second_of_stillness_is_counted_up_to_the_wanted() -> None:
    events = Guide(rate_hz=RATE_HZ).run(leg().samples[:400])
    counted = [e for e in events if isinstance(e, StillFor)]
    assert [e.still_s for e in counted] == [1, 2, 3]
    assert {e.wanted_s for e in counted} == {3.0}
    assert [b.t_s - a.t_s for a, b in itertools.pairwise(counted)] == pytest.approx([1.0, 1.0], abs=0.02)


def test_movement_breaks_the_count_and_that_is_said_once() -> None:
    stillness = Stillness(rate_hz=RATE_HZ, settings=StillnessSettings(wanted_s=5.0))
    events = stillness.run(shaken(long_stand(9.0), 2.5, 3.5))
    assert [e.still_s for e in events if isinstance(e, StillFor)] == [1, 2, 0, 1, 2, 3, 4, 5]


def test_nobody_counts_while_rocks_are_asked_for() -> None:
    events = Guide(rate_hz=RATE_HZ).run(leg().samples[: at(leg().samples, leg().set_start_s)])
    asked = next(i for i, e in enumerate(events) if isinstance(e, PhaseChange) and e.phase is Phase.ROCKS)
    assert not any(isinstance(e, StillFor) for e in events[asked:])


def test_somebody_who_is_not_still_for_eight_seconds_is_told_once_what_it_takes() -> None:
    notices = [e for e in Guide(rate_hz=RATE_HZ).run(shaken(long_stand(24.0), 0.0, 24.0)) if isinstance(e, Notice)]
    assert [e.code for e in notices] == ["not_still"]
    assert notices[0].t_s == pytest.approx(8.0, abs=0.1)
    assert "both feet" in notices[0].text


def test_somebody_who_is_still_in_between_is_left_alone() -> None:
    assert codes(Guide(rate_hz=RATE_HZ).run(shaken(long_stand(24.0), 0.0, 6.0))) == []


def test_in_a_recording_with_marks_they_alone_say_what_comes_next() -> None:
    guide = Guide(rate_hz=RATE_HZ)
    guide.mark(0.0, Phase.STAND)
    events = guide.run(leg().samples[:390])
    assert guide.phase is Phase.STAND
    assert [type(e) for e in events] == [PhaseChange]


def test_rocks_that_never_lean_forward_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Squats in place of rocks can come out with front and back mixed up."""

    def backward(*args: Any, **named: Any) -> PathFit:
        fit = fit_paths(*args, **named)
        return replace(fit, rocks=tuple(replace(rock, lean_rad=-np.abs(rock.lean_rad)) for rock in fit.rocks))

    monkeypatch.setattr("shinsight.calibration.worn.guide.fit_paths", backward)
    events = Guide(rate_hz=RATE_HZ).run(leg().samples)
    report = next(e for e in events if isinstance(e, CalibrationReport))
    assert not report.accepted
    assert "never leans forward in rocks 1, 2, 3, 4 and 5" in report.problems[0]


def test_a_wait_of_less_than_a_second_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"at least 1 s"):
        StillnessSettings(wanted_s=0.5)


class TestGoOn:
    """A key or the button: the person does not want to wait."""

    def test_asks_for_the_rocks_after_one_second_of_stillness(self) -> None:
        guide = Guide(rate_hz=RATE_HZ)
        guide.run(leg().samples[:150])
        assert guide.phase is Phase.STAND
        events = guide.advance(1.5)
        assert [e.phase for e in events if isinstance(e, PhaseChange)] == [Phase.ROCKS]
        events = guide.run(leg().samples[150:])
        assert next(e for e in events if isinstance(e, CalibrationReport)).accepted

    def test_says_why_not_before_that(self) -> None:
        guide = Guide(rate_hz=RATE_HZ)
        guide.run(shaken(leg().samples, 0.0, 1.5)[:150])
        events = guide.advance(1.5)
        assert codes(events) == ["not_still"]
        assert guide.phase is Phase.STAND

    def test_judges_three_rocks_at_once(self) -> None:
        guide = Guide(rate_hz=RATE_HZ)
        samples = leg(rocks=3).samples
        events = guide.run(samples[: at(samples, leg(rocks=3).set_start_s - 1.5)])
        assert [e.number for e in events if isinstance(e, RockDone)] == [1, 2, 3]
        report = next(e for e in guide.advance(float(samples.t_s[-1])) if isinstance(e, CalibrationReport))
        assert report.accepted
        assert guide.phase is Phase.SET

    def test_says_how_many_rocks_are_missing(self) -> None:
        guide = Guide(rate_hz=RATE_HZ)
        between = at(leg().samples, leg().rocks_start_s + 2.65)
        said = guide.run(leg().samples[:between])
        assert [e.number for e in said if isinstance(e, RockDone)] == [1]
        events = guide.advance(between / RATE_HZ)
        assert codes(events) == ["rocks_missing"]
        assert guide.phase is Phase.ROCKS

    def test_of_rocks_that_are_refused_asks_for_them_again(self) -> None:
        guide = Guide(rate_hz=RATE_HZ)
        small = leg(rocks=4, rock_deg=10.0)
        guide.run(small.samples[: at(small.samples, small.set_start_s - 1.5)])
        events = guide.advance(small.set_start_s)
        report = next(e for e in events if isinstance(e, CalibrationReport))
        assert not report.accepted
        assert "rocks too small" in report.problems[0]
        assert guide.phase is Phase.STAND
        assert guide.outcome is None

    def test_does_nothing_once_the_set_is_measured(self) -> None:
        pipeline = Pipeline(rate_hz=RATE_HZ, settings=PipelineSettings())
        pipeline.run(leg().samples)
        assert pipeline.advance(30.0) == []
        assert pipeline.run(leg().samples[:1])[0].phase_code.tolist() == [3]


def test_a_new_calibration_asked_for_in_mid_set_begins_with_standing_still() -> None:
    pipeline = Pipeline(rate_hz=RATE_HZ, settings=PipelineSettings())
    pipeline.run(leg().samples)
    pipeline.recalibrate()
    _, events = pipeline.run(leg().samples[:10])
    assert [e.phase for e in events if isinstance(e, PhaseChange)] == [Phase.STAND]


class TestButton:
    """The board's own button, in the bytes as they come and as they are replayed."""

    @staticmethod
    def events(presses: dict[float, BoardEvent]) -> list[Event]:
        measurement = Measurement(settings=PipelineSettings())
        found: list[Event] = []
        waiting = dict(presses)
        link = SimLink(SimOptions(reps=1, heel_lift_mm=0.0, seed=3, speed=0.0))
        for data in bytes_of(link):
            outcome = measurement.feed(data)
            found += outcome.events
            now_s = float(outcome.samples.t_s[-1]) if len(outcome.samples) else 0.0
            for due_s in [t for t in waiting if t <= now_s]:
                found += measurement.feed(frame(encode(BoardMessage(0, waiting.pop(due_s))))).events
        return found

    @pytest.mark.parametrize("pressed", [BoardEvent.BUTTON, BoardEvent.HOST_ADVANCE])
    def test_a_short_press_goes_on(self, pressed: BoardEvent) -> None:
        changes = [e for e in self.events({2.0: pressed}) if isinstance(e, PhaseChange)]
        assert changes[1].phase is Phase.ROCKS
        assert changes[1].t_s == pytest.approx(2.0, abs=0.3)

    @pytest.mark.parametrize("pressed", [BoardEvent.BUTTON_LONG, BoardEvent.HOST_RECALIBRATE])
    def test_a_long_press_calibrates_again(self, pressed: BoardEvent) -> None:
        changes = [e for e in self.events({6.0: pressed}) if isinstance(e, PhaseChange)]
        assert [c.phase for c in changes[:3]] == [Phase.STAND, Phase.ROCKS, Phase.STAND]
        assert changes[2].t_s == pytest.approx(6.0, abs=0.3)

    def test_marks_in_a_session_of_an_older_version_still_say_which_phase_it_is(self) -> None:
        marks = {
            0.5: BoardEvent.HOST_PHASE_STAND,
            4.2: BoardEvent.HOST_PHASE_ROCKS,
            20.0: BoardEvent.HOST_PHASE_SET,
        }
        events = self.events(marks)
        (report,) = [e for e in events if isinstance(e, CalibrationReport)]
        assert report.t_s == pytest.approx(20.0, abs=0.3)
        assert not any(isinstance(e, StillFor) for e in events)


def test_a_view_knows_the_countdown_while_somebody_stands_and_no_longer() -> None:
    state = SensorState()
    counts: dict[Phase, set[int | None]] = {}
    pipeline = Pipeline(rate_hz=RATE_HZ, settings=PipelineSettings())
    for sample in leg().samples[:600].samples():
        frame_now, events = pipeline.update(sample)
        state.apply(FrameBlock.of([frame_now]), tuple(events), None, now_s=sample.t_s)
        counts.setdefault(state.phase, set()).add(state.still.still_s if state.still else None)
    assert counts == {Phase.STAND: {None, 1, 2}, Phase.ROCKS: {None}}
