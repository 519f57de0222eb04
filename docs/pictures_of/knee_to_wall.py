"""The knee-to-wall test: a trial, a heel that came up, typing, the other leg, the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import radians

import numpy as np

from shinsight.results import CalibrationReport, HeelState, PhaseChange, Rep, Side, StillFor
from shinsight.samples import Phase
from shinsight.session.notes import SessionNotes
from shinsight.view.feed import LiveFeed
from shinsight.view.lunge_test_steps import LegTest
from shinsight.view.sensor_view import SensorView
from shinsight.window.lunge_test.lunge_test_window import LungeTestWindow
from shinsight.window.qt import QtWidgets
from squat_frames import frames, health, squats

DOWN, UP = HeelState.DOWN, HeelState.UP
NOW_S = 1.0
READY = (CalibrationReport(9.0, True, 0.9, (), (0.0, -0.2, -0.04)), PhaseChange(9.0, Phase.SET, "Ready"))


def leg(side: Side, verdicts: list[HeelState], *distances_cm: float, lean_deg: float, heel_code: int = 0) -> SensorView:
    _, reps = squats(verdicts)
    reps = [at(rep, 36.0 + k) for k, rep in enumerate(reps)]
    notes = SessionNotes()
    for rep, cm in zip(reps, distances_cm, strict=False):
        notes = notes.with_distance(rep, cm)
    feed = LiveFeed()
    feed.push(frames(60.0 + np.arange(9) / 100, lean_deg, heel_code=heel_code), (*READY, *reps), health())
    return SensorView(side.value, feed, keep=lambda _: None, exercise="knee_to_wall", notes=notes)


def standing(side: Side) -> SensorView:
    feed = LiveFeed()
    events = (PhaseChange(0.0, Phase.STAND, "Stand still"), StillFor(2.0, 1, 3.0))
    feed.push(frames(np.arange(9) / 100, 1.0, phase=Phase.STAND), events, health())
    return SensorView(side.value, feed, keep=lambda _: None, exercise="knee_to_wall")


def at(rep: Rep, deg: float) -> Rep:
    peak_rad = radians(deg) if rep.heel is DOWN else None
    return replace(rep, peak_inclination_rad=radians(deg), peak_dorsiflexion_rad=peak_rad)


def window_of(*legs: SensorView) -> LungeTestWindow:
    """Both legs' trials as if they had been chosen in turn; the guide's last words are over by then."""
    waiting = {Side(each.side): each for each in legs}
    tests = [LegTest(Side.LEFT), LegTest(Side.RIGHT)]
    window = LungeTestWindow(
        tests,
        begin=waiting.__getitem__,
        together=len(legs) == 2,
        zero="standing",
        on_mark=lambda: None,
        on_close=lambda: None,
        clock=lambda: NOW_S,
    )
    for test in tests:
        if test.sensor is not None:
            test.sensor.refresh(0.0)
            test.watch(chosen=True)
    window.show()
    return window


def pictures() -> dict[str, Callable[[], QtWidgets.QWidget]]:
    return {
        "wall-calibrate": lambda: window_of(standing(Side.LEFT)),
        "wall-trial": lambda: window_of(leg(Side.LEFT, [DOWN], 9.0, lean_deg=27.0)),
        "wall-heel-up": lambda: window_of(leg(Side.LEFT, [DOWN, UP], 9.0, 10.0, lean_deg=41.0, heel_code=1)),
        "wall-typing": lambda: window_of(leg(Side.LEFT, [DOWN, UP, DOWN], 9.0, 10.0, lean_deg=3.0)),
        "wall-other-leg": lambda: window_of(leg(Side.LEFT, [DOWN, UP, DOWN, DOWN], 9.0, 10.0, 9.0, 9.5, lean_deg=2.0)),
        "wall-result": lambda: window_of(
            leg(Side.LEFT, [DOWN, UP, DOWN, DOWN], 9.0, 10.0, 9.0, 9.5, lean_deg=2.0),
            leg(Side.RIGHT, [DOWN, DOWN, DOWN], 11.0, 12.0, 12.5, lean_deg=2.0),
        ),
    }
