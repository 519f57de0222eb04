"""What somebody sees on the way from an unstrapped board to the first rep."""

from __future__ import annotations

import numpy as np

from shinsight.results import CalibrationReport, Event, HeelState, Notice, PhaseChange, RockDone, StillFor
from shinsight.samples import Phase
from shinsight.view.guide_steps import READY_FOR_S, GuideView, Step, guide_view, guiding
from shinsight.view.state import SILENT_AFTER_S, SensorState
from squat_frames import frames, health, squats

STAND = PhaseChange(0.0, Phase.STAND, "Stand still")
ROCK = PhaseChange(3.0, Phase.ROCKS, "Rock")
REFUSED = CalibrationReport(9.0, False, 0.0, ("heel lifted in rock 3",), (0.0, 0.0, 0.0))
ACCEPTED = CalibrationReport(9.0, True, 0.9, (), (0.0, 0.0, 0.0))
SET = PhaseChange(9.0, Phase.SET, "Ready")


def seen(phase: Phase, *events: Event, now_s: float = 0.0) -> SensorState:
    state = SensorState()
    state.apply(frames(np.arange(3) / 100, 5.0, phase=phase), events, health(), now_s=now_s)
    return state


def view_of(state: SensorState, *, now_s: float = 0.0) -> GuideView:
    return guide_view(state, now_s=now_s)


def test_before_any_sample_the_sensor_is_waited_for() -> None:
    assert view_of(SensorState()).step is Step.CONNECT


def test_the_seconds_of_stillness_count_and_start_over_when_broken() -> None:
    assert view_of(seen(Phase.STAND, STAND, StillFor(1.0, 2, 3.0))).done == 2
    assert view_of(seen(Phase.STAND, STAND, StillFor(1.0, 2, 3.0), StillFor(2.0, 0, 3.0))).done == 0


def test_rocks_are_counted() -> None:
    view = view_of(seen(Phase.ROCKS, STAND, ROCK, RockDone(5.0, 2, 5)))
    assert (view.step, view.done, view.wanted) == (Step.ROCK, 2, 5)


def test_a_refusal_stays_in_sight_while_one_stands_again_and_leaves_with_the_next_rocks() -> None:
    refused = (STAND, ROCK, REFUSED, STAND)
    assert view_of(seen(Phase.STAND, *refused)).refusal == "heel lifted in rock 3"
    assert view_of(seen(Phase.ROCKS, *refused, ROCK)).refusal == ""


def test_a_refusal_says_the_reason_and_then_what_to_do() -> None:
    said = CalibrationReport(9.0, False, 0.0, ("rocks too small, by far; knee further over the toes",), (0.0, 0.0, 0.0))
    view = view_of(seen(Phase.STAND, STAND, ROCK, said, STAND))
    assert (view.refusal, view.remedy) == ("rocks too small, by far", "knee further over the toes")


def test_a_kept_calibration_that_does_not_fit_is_a_refusal_with_its_reason_until_the_next_one_is_judged() -> None:
    old = Notice(
        4.0, "calibration_does_not_fit", "the calibration of 18:02 does not fit: turned; repeat the ankle rocks"
    )
    view = view_of(seen(Phase.STAND, STAND, old, PhaseChange(4.0, Phase.STAND, "Stand still")))
    assert (view.refusal, view.remedy) == ("the calibration of 18:02 does not fit: turned", "repeat the ankle rocks")
    assert view_of(seen(Phase.STAND, old, REFUSED)).refusal == "heel lifted in rock 3"


def test_which_calibration_is_to_be_used_again_is_said_below_what_to_do() -> None:
    text = "Stand still to use the calibration of 18:02 again (space or button: repeat the ankle rocks)"
    view = view_of(seen(Phase.STAND, PhaseChange(0.0, Phase.STAND, text)))
    assert (view.headline, view.hint) == ("Stand still, heels down", text)


def test_who_is_not_still_is_told_what_it_takes_and_no_longer_once_they_are() -> None:
    restless = Notice(8.0, "not_still", "not still, 8 s long: knees quiet")
    assert view_of(seen(Phase.STAND, STAND, restless)).hint == restless.text
    assert view_of(seen(Phase.STAND, STAND, restless, StillFor(9.0, 1, 3.0))).hint != restless.text
    later = PhaseChange(20.0, Phase.STAND, "Stand still")
    assert view_of(seen(Phase.STAND, STAND, restless, later)).hint != restless.text


def test_too_few_rocks_are_said_where_one_looks() -> None:
    few = Notice(6.0, "rocks_missing", "1 rocks so far, at least 3 needed")
    assert view_of(seen(Phase.ROCKS, STAND, ROCK, RockDone(5.0, 1, 5), few)).hint == few.text


def test_a_sensor_that_falls_silent_stops_the_countdown_and_is_looked_for() -> None:
    state = seen(Phase.STAND, STAND, StillFor(1.0, 2, 3.0))
    view = view_of(state, now_s=SILENT_AFTER_S)
    assert view.step is Step.CONNECT
    assert "No data for 2 s" in view.headline


def test_what_should_be_known_of_an_accepted_calibration_stands_beside_its_score() -> None:
    again = CalibrationReport(9.0, True, 0.9, ("used again, made 18:02",), (0.0, 0.0, 0.0))
    view = view_of(seen(Phase.SET, STAND, again, SET))
    assert view.score == 0.9
    assert "used again, made 18:02" in view.hint


def test_the_score_stays_a_moment_or_until_the_first_rep() -> None:
    state = seen(Phase.SET, STAND, ROCK, ACCEPTED, SET, now_s=50.0)
    assert view_of(state, now_s=50.0).step is Step.READY
    assert "90%" in view_of(state, now_s=50.0).headline
    assert guiding(state, now_s=50.0 + READY_FOR_S - 0.1)
    assert not guiding(state, now_s=50.0 + READY_FOR_S)
    _, reps = squats([HeelState.DOWN])
    state.apply(frames(np.array([]), 0.0), tuple(reps), None, now_s=51.0)
    assert not guiding(state, now_s=51.0)


def test_a_new_calibration_takes_the_screen_again() -> None:
    state = seen(Phase.SET, ACCEPTED, SET, now_s=0.0)
    state.apply(frames(np.arange(3) / 100, 0.0, phase=Phase.STAND), (STAND,), None, now_s=100.0)
    assert guiding(state, now_s=100.0)
