"""What was known at a moment, looked up, is what folding everything up to it gives; and what changed, in words."""

from __future__ import annotations

from dataclasses import replace
from math import radians

from hypothesis import given, settings
from hypothesis import strategies as st

from shinsight.analysis.analysis import Analysis
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import Event, HeelFlag, HeelState, Notice, PhaseChange, Rep
from shinsight.samples import Phase
from shinsight.session.folder import SessionClock
from shinsight.view.rep_differences import differences_text, rep_differences
from shinsight.view.replay_timeline import KEPT_EVERY, ReplayTimeline
from shinsight.view.state import SensorState
from shinsight.view.thresholds import Thresholds, settings_differences
from squat_frames import RATE_HZ, health, squats

UP, DOWN, UNSURE = HeelState.UP, HeelState.DOWN, HeelState.UNSURE
BLOCK, REPS = squats([DOWN, UP, UNSURE] * 40)
DURATION_S = len(BLOCK) / RATE_HZ
HEALTHS = [(t_s, health(received=int(t_s * RATE_HZ))) for t_s in range(0, int(DURATION_S), 5)]
LATER = SessionClock(t0_unix_s=7.25, drift_ppm=40.0)


def said() -> list[tuple[float, Event]]:
    """Three times as many events as are folded at once."""
    events: list[tuple[float, Event]] = [(0.0, PhaseChange(0.0, Phase.SET, "Ready"))]
    for rep in REPS:
        events += [(rep.bottom_s, HeelFlag(rep.bottom_s, True)), (rep.end_s + 0.3, rep)]
        if rep.number % 7 == 0:
            events.append((rep.end_s + 0.3, Notice(rep.end_s, "strap", f"rep {rep.number}: the sensor turned")))
    assert len(events) > 3 * KEPT_EVERY
    return events


def timeline(clock: SessionClock) -> ReplayTimeline:
    events = said()
    analysis = Analysis(
        settings=PipelineSettings(),
        rate_hz=RATE_HZ,
        duration_s=DURATION_S,
        events=tuple(event for _, event in events),
        warnings=(),
    )
    made = ReplayTimeline(
        analysis,
        frames=BLOCK,
        events=analysis.events,
        known_s=[t_s for t_s, _ in events],
        healths=HEALTHS,
    )
    return made.on(clock)


AT_OWN, AT_LATER = timeline(SessionClock(t0_unix_s=0.0, drift_ppm=0.0)), timeline(LATER)


def folded(t_s: float) -> SensorState:
    """Everything up to that moment, one after the other."""
    state = SensorState()
    for known_s, event in said():
        if known_s <= t_s:
            state.apply(BLOCK[:0], (event,), None, now_s=known_s)
    upto = BLOCK[BLOCK.t_s <= t_s]
    newest = [each for from_s, each in HEALTHS if from_s <= t_s]
    state.apply(upto, (), newest[-1], now_s=float(upto.t_s[-1]))
    return state


@settings(deadline=None)
@given(st.floats(0.0, DURATION_S))
def test_a_moment_looked_up_is_the_fold_of_everything_before_it(t_s: float) -> None:
    assert repr(AT_OWN.state(t_s)) == repr(folded(t_s))
    t, angle, _ = AT_OWN.recent(t_s).latest(15.0)
    shown = (BLOCK.t_s <= t_s) & (BLOCK.t_s >= t[-1] - 15.0)
    assert (t.tolist(), angle.tolist()) == (BLOCK.t_s[shown].tolist(), BLOCK.inclination_rad[shown].tolist())


@settings(deadline=None)
@given(st.floats(0.0, DURATION_S))
def test_on_another_clock_the_same_moment_shows_the_same(t_s: float) -> None:
    at_s = AT_LATER.at_s(t_s)
    own, later = AT_OWN.state(t_s), AT_LATER.state(at_s + 1e-9)
    assert own.reps == later.reps
    assert repr(own.inclination_rad) == repr(later.inclination_rad)
    silent_later_s, silent_own_s = later.silent_s(now_s=at_s), own.silent_s(now_s=t_s)
    assert silent_later_s is not None
    assert silent_own_s is not None
    assert abs(silent_later_s - silent_own_s) < 1e-3  # the drift within one frame


def test_looking_at_one_moment_leaves_the_others_as_they_were() -> None:
    before = repr(AT_OWN.state(200.0))
    seen = AT_OWN.state(200.0)
    seen.apply(BLOCK[:0], tuple(REPS), None, now_s=0.0)
    assert repr(AT_OWN.state(200.0)) == before


def test_changes_are_named_rep_by_rep() -> None:
    before = REPS[:4]
    after = [
        replace(before[0], heel=UP),
        before[1],
        replace(before[2], number=3, peak_dorsiflexion_rad=radians(31.0), heel=DOWN),
        replace(before[3], number=4, start_s=90.0, bottom_s=91.0, end_s=92.0),
    ]
    found = rep_differences(before, after)
    assert differences_text(found) == [
        "Rep 1:   ● down  →  ▲ up",
        "Rep 3:   ? unsure  →  ● down",
        "Rep 4 is no longer counted (was ● down)",
        "Rep 4 is new:   ● down",
        "Heel-down angle of 1 rep changed",
    ]


def test_an_angle_that_moved_is_said_with_how_far() -> None:
    after = [replace(rep, peak_dorsiflexion_rad=_plus(rep, 4.0)) for rep in REPS[:3]]
    assert differences_text(rep_differences(REPS[:3], after)) == [
        "No verdict changed: 3 reps as before",
        "Heel-down angle of 1 rep changed, by up to 4°",
    ]


def _plus(rep: Rep, more_deg: float) -> float | None:
    return None if rep.peak_dorsiflexion_rad is None else rep.peak_dorsiflexion_rad + radians(more_deg)


@given(up=st.integers(2, 99), down=st.integers(1, 98))
def test_thresholds_said_in_percent_come_back_as_they_were_said(up: int, down: int) -> None:
    usual = PipelineSettings()
    down = min(down, up - 1)
    said = Thresholds(up_from=up, down_to=down, live_up_from=up, live_down_to=down)
    set_so = replace(usual, verdict=said.verdict(usual), live=said.live(usual))
    assert Thresholds.of(set_so) == said


def test_thresholds_that_were_not_touched_keep_their_exact_values() -> None:
    usual = PipelineSettings()
    same = Thresholds.of(usual)
    assert (same.verdict(usual), same.live(usual)) == (usual.verdict, usual.live)
    assert settings_differences(usual, usual) == []
    assert settings_differences(usual, replace(usual, slope_rad=radians(5.0), zero="tibia")) == [
        "angles from standing → tibia",
        "slope 0° → 5°",
    ]
