"""The knee-to-wall test: a trial, a heel that came up, typing, the other leg, the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import radians

import numpy as np

from shinsight.live.feed import LiveFeed
from shinsight.live.followed import Followed
from shinsight.live.wall_steps import LegTest
from shinsight.results import CalibrationReport, HeelState, PhaseChange, Rep, Side
from shinsight.samples import Phase
from shinsight.session_notes import SessionNotes
from shinsight.window.qt import QtWidgets
from shinsight.window.wall_test import WallTestWindow
from squat_frames import frames, health, squats

DOWN, UP = HeelState.DOWN, HeelState.UP
READY = (CalibrationReport(9.0, True, 0.9, (), (0.0, -0.2, -0.04)), PhaseChange(9.0, Phase.SET, "Ready"))


def leg(side: Side, verdicts: list[HeelState], *distances_cm: float, lean_deg: float, heel_code: int = 0) -> Followed:
    _, reps = squats(verdicts)
    reps = [at(rep, 36.0 + k) for k, rep in enumerate(reps)]
    notes = SessionNotes()
    for rep, cm in zip(reps, distances_cm, strict=False):
        notes = notes.with_distance(rep, cm)
    feed = LiveFeed()
    feed.push(frames(60.0 + np.arange(9) / 100, lean_deg, heel_code=heel_code), (*READY, *reps), health())
    return Followed(side.value, feed, keep=lambda _: None, exercise="knee_to_wall", notes=notes)


def at(rep: Rep, deg: float) -> Rep:
    peak_rad = radians(deg) if rep.heel is DOWN else None
    return replace(rep, peak_inclination_rad=radians(deg), peak_dorsiflexion_rad=peak_rad)


def test_of(*legs: Followed) -> WallTestWindow:
    waiting = {Side(each.side): each for each in legs}
    window = WallTestWindow(
        [LegTest(Side.LEFT), LegTest(Side.RIGHT)],
        begin=waiting.__getitem__,
        together=len(legs) == 2,
        zero="standing",
        on_mark=lambda: None,
        on_close=lambda: None,
        clock=lambda: 1.0,
    )
    window.show()
    for followed in legs:
        followed.refresh(0.0)
    return window


def pictures() -> dict[str, Callable[[], QtWidgets.QWidget]]:
    return {
        "wall-trial": lambda: test_of(leg(Side.LEFT, [DOWN], 9.0, lean_deg=27.0)),
        "wall-heel-up": lambda: test_of(leg(Side.LEFT, [DOWN, UP], 9.0, 10.0, lean_deg=41.0, heel_code=1)),
        "wall-typing": lambda: test_of(leg(Side.LEFT, [DOWN, UP, DOWN], 9.0, 10.0, lean_deg=3.0)),
        "wall-other-leg": lambda: test_of(leg(Side.LEFT, [DOWN, UP, DOWN, DOWN], 9.0, 10.0, 9.0, 9.5, lean_deg=2.0)),
        "wall-result": lambda: test_of(
            leg(Side.LEFT, [DOWN, UP, DOWN, DOWN], 9.0, 10.0, 9.0, 9.5, lean_deg=2.0),
            leg(Side.RIGHT, [DOWN, DOWN, DOWN], 11.0, 12.0, 12.5, lean_deg=2.0),
        ),
    }
