"""The live window: calibrating, flat reps, a heel that is up, two legs, light, notes."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np

from shinsight.results import CalibrationReport, Event, HeelState, Notice, PhaseChange, RockDone
from shinsight.samples import Phase
from shinsight.view.feed import LiveFeed
from shinsight.view.sensor_view import SensorView
from shinsight.window.live.live_window import LiveWindow
from shinsight.window.qt import QtWidgets
from shinsight.window.theme import DARK, LIGHT, Palette
from squat_frames import RATE_HZ, frames, health, packets, part, squats, with_heel_down_angle

DOWN, UP, UNSURE = HeelState.DOWN, HeelState.UP, HeelState.UNSURE
SETTING = PhaseChange(0.0, Phase.SET, "Ready: start your set")
GOOD = CalibrationReport(0.0, True, 0.65, (), (0.0, -0.2, -0.04))


def calibrating() -> dict[str, LiveFeed]:
    feed = LiveFeed()
    t_s = np.arange(0, 11, 1 / RATE_HZ)
    rocks_deg = 22 * np.sin(np.pi * np.clip(t_s - 3.5, 0, None) / 2.4) ** 2
    stand = t_s < 3.0
    feed.push(part(frames(t_s, nan, heel_code=2, phase=Phase.STAND), slice(0, int(stand.sum()))), (), health())
    rocks = frames(t_s, rocks_deg, heel_code=2, phase=Phase.ROCKS)
    events: list[Event] = [
        CalibrationReport(2.0, False, 0.31, ("the heel came up in rock 2 of 5", "only 3 rocks found"), (0, 0, 0)),
        PhaseChange(3.0, Phase.ROCKS, "Rock your knee over your toes, heel on the floor"),
        RockDone(10.0, 3, 5),
    ]
    feed.push(part(rocks, slice(int(stand.sum()), None)), events, health(lost=0, filled=0))
    return {"left": feed}


def squatting(verdicts: list[HeelState], *, shown_s: float, depth_deg: float = 36.0, **link: object) -> LiveFeed:
    """A set seen `shown_s` after the start of its first rep."""
    feed = LiveFeed()
    block, reps = squats(verdicts, depth_deg=depth_deg)
    reps = [with_heel_down_angle(rep) for rep in reps]
    feed.push(part(block, slice(0, 1)), (SETTING, GOOD), health(**link))
    for piece in packets(part(block, slice(1, int(shown_s * RATE_HZ)))):
        feed.push(piece, [r for r in reps if piece.t_s[0] <= r.end_s <= piece.t_s[-1]], health(**link))
    return feed


def lifted() -> dict[str, LiveFeed]:
    return {"left": squatting([DOWN, DOWN, UP, DOWN, UNSURE, DOWN, UP], shown_s=26.0)}


def both_legs() -> dict[str, LiveFeed]:
    notice = Notice(20.0, "battery_low", "battery at 14 %, expected 20 % or more for a session: charge the sensor soon")
    left = squatting([DOWN, DOWN, UP, DOWN, DOWN, UP], shown_s=22.0, name="left", battery_percent=14)
    left.push(frames(np.empty(0), 0.0), [notice], health(name="left", battery_percent=14))
    right = squatting([DOWN] * 6, shown_s=22.0, depth_deg=33.0, name="right", lost=0, filled=0)
    return {"left": left, "right": right}


def window(feeds: dict[str, LiveFeed], palette: Palette = DARK) -> LiveWindow:
    sensors = [SensorView(name, feed, keep=lambda _: None) for name, feed in feeds.items()]
    return LiveWindow(sensors, title="shinsight · squat", palette=palette, on_mark=lambda: None, on_close=lambda: None)


def left_out() -> LiveWindow:
    shown = window(lifted())
    shown.refresh()
    column = shown.columns["left"]
    column.table.choose(0)
    column.table.choose(1)
    chosen = column.table.chosen
    assert chosen is not None
    column.sensor.toggle(chosen)
    return shown


def noting() -> LiveWindow:
    shown = window({"left": squatting([DOWN] * 6, shown_s=21.7)})
    shown.show()
    shown.notes.ask("Heel-elevated, 20 kg. Left calf tight at first, better after warming up.", 2, then=lambda *_: None)
    return shown


def all_keys() -> LiveWindow:
    shown = window({"left": squatting([DOWN] * 6, shown_s=21.7)})
    shown.show()
    shown.keys.toggle()
    return shown


def pictures() -> dict[str, Callable[[], QtWidgets.QWidget]]:
    return {
        "calibrating": lambda: window(calibrating()),
        "flat": lambda: window({"left": squatting([DOWN] * 6, shown_s=21.7)}),
        "heel-up": lambda: window(lifted()),
        "light": lambda: window(lifted(), LIGHT),
        "left-out": left_out,
        "two-sensors": lambda: window(both_legs()),
        "notes": noting,
        "keys": all_keys,
    }
