"""What somebody sees on the way from an unstrapped board to the first rep."""

from __future__ import annotations

import numpy as np

from shinsight.live.guide_steps import READY_FOR_S, Step, guide_view, guiding
from shinsight.live.state import SensorState
from shinsight.results import CalibrationReport, Event, HeelState, PhaseChange, RockDone, StillFor
from shinsight.samples import Phase
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


def test_before_any_sample_the_sensor_is_waited_for() -> None:
    assert guide_view(SensorState()).step is Step.CONNECT


def test_the_seconds_of_stillness_count_and_start_over_when_broken() -> None:
    assert guide_view(seen(Phase.STAND, STAND, StillFor(1.0, 2, 3.0))).done == 2
    assert guide_view(seen(Phase.STAND, STAND, StillFor(1.0, 2, 3.0), StillFor(2.0, 0, 3.0))).done == 0


def test_rocks_are_counted() -> None:
    view = guide_view(seen(Phase.ROCKS, STAND, ROCK, RockDone(5.0, 2, 5)))
    assert (view.step, view.done, view.wanted) == (Step.ROCK, 2, 5)


def test_a_refusal_stays_in_sight_while_one_stands_again_and_leaves_with_the_next_rocks() -> None:
    refused = (STAND, ROCK, REFUSED, STAND)
    assert guide_view(seen(Phase.STAND, *refused)).refusal == "heel lifted in rock 3"
    assert guide_view(seen(Phase.ROCKS, *refused, ROCK)).refusal == ""


def test_the_score_stays_a_moment_or_until_the_first_rep() -> None:
    state = seen(Phase.SET, STAND, ROCK, ACCEPTED, SET, now_s=50.0)
    assert guide_view(state).step is Step.READY
    assert "90%" in guide_view(state).headline
    assert guiding(state, now_s=50.0 + READY_FOR_S - 0.1)
    assert not guiding(state, now_s=50.0 + READY_FOR_S)
    _, reps = squats([HeelState.DOWN])
    state.apply(frames(np.array([]), 0.0), tuple(reps), None, now_s=51.0)
    assert not guiding(state, now_s=51.0)


def test_a_new_calibration_takes_the_screen_again() -> None:
    state = seen(Phase.SET, ACCEPTED, SET, now_s=0.0)
    state.apply(frames(np.arange(3) / 100, 0.0, phase=Phase.STAND), (STAND,), None, now_s=100.0)
    assert guiding(state, now_s=100.0)
