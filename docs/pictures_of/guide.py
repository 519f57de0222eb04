"""The guided start: connect, stand, rock, refused with the reason, accepted with its score; both legs at once."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np

from shinsight.results import CalibrationReport, Event, PhaseChange, RockDone, StillFor
from shinsight.samples import Phase
from shinsight.view.feed import LiveFeed
from shinsight.view.sensor_view import SensorView
from shinsight.window.live.live_window import LiveWindow
from shinsight.window.qt import QtWidgets
from shinsight.window.theme import DARK, LIGHT, Palette
from squat_frames import frames, health

STAND = PhaseChange(0.0, Phase.STAND, "Stand still, weight even, heels down")
ROCK = PhaseChange(3.0, Phase.ROCKS, "Rock the knee over the toes 5 times, heel down")
REFUSED = CalibrationReport(
    17.0, False, 0.0, ("heel lifted in rock 3, by about 3 cm; keep the heel pressed down",), (0.0, 0.0, 0.0)
)
ACCEPTED = CalibrationReport(17.0, True, 0.65, (), (0.0, -0.2, -0.04))


def feed(phase: Phase, *events: Event, lean_deg: float = nan, side: str = "left") -> LiveFeed:
    made = LiveFeed()
    made.push(frames(np.arange(20) / 100, lean_deg, heel_code=2, phase=phase), events, health(name=side))
    return made


def window(feeds: dict[str, LiveFeed], palette: Palette = DARK) -> LiveWindow:
    sensors = [SensorView(name, each, keep=lambda _: None) for name, each in feeds.items()]
    return LiveWindow(
        sensors,
        title="shinsight · squat",
        palette=palette,
        on_mark=lambda: None,
        on_close=lambda: None,
        clock=lambda: 101.0,
    )


def pictures() -> dict[str, Callable[[], QtWidgets.QWidget]]:
    standing = (STAND, StillFor(1.0, 1, 3.0))
    rocking = (STAND, ROCK, RockDone(9.0, 3, 5))
    return {
        "guide-1-connect": lambda: window({"left": LiveFeed()}),
        "guide-2-stand": lambda: window({"left": feed(Phase.STAND, *standing)}),
        "guide-3-rock": lambda: window({"left": feed(Phase.ROCKS, *rocking, lean_deg=21.0)}),
        "guide-4-refused": lambda: window({"left": feed(Phase.STAND, REFUSED, *standing)}),
        "guide-5-ready": lambda: window(
            {"left": feed(Phase.SET, STAND, ROCK, ACCEPTED, PhaseChange(17.0, Phase.SET, ""))}
        ),
        "guide-both-legs": lambda: window(
            {
                "left": feed(Phase.ROCKS, *rocking, lean_deg=18.0),
                "right": feed(Phase.STAND, REFUSED, *standing, side="right"),
            },
        ),
        "guide-light": lambda: window({"left": feed(Phase.ROCKS, *rocking, lean_deg=24.0)}, LIGHT),
    }
