"""A replay: a set scrubbed back, both legs, other thresholds and what they changed, a picture to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from shinsight.analysis.analysis import Analysis
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import CalibrationReport, Event, HeelFlag, HeelState, PhaseChange, Side
from shinsight.samples import Phase
from shinsight.session.notes import SessionNotes
from shinsight.view.rep_differences import differences_text, rep_differences
from shinsight.view.replay_timeline import ReplayTimeline
from shinsight.view.replay_view import ReplayView
from shinsight.view.thresholds import Thresholds, settings_differences
from shinsight.window.qt import QtGui, QtWidgets
from shinsight.window.replay.replay_window import ReplayWindow
from shinsight.window.replay.session_picture import SIZE_PX, draw_session
from shinsight.window.theme import DARK, LIGHT, Palette
from squat_frames import RATE_HZ, health, squats, with_heel_down_angle

DOWN, UP, UNSURE = HeelState.DOWN, HeelState.UP, HeelState.UNSURE
SET = [DOWN, DOWN, UP, DOWN, UNSURE, DOWN, UP, DOWN, DOWN, UP, UP, DOWN]
KNOWN_AFTER_S = 0.35


def timeline(verdicts: list[HeelState], *, side: Side, depth_deg: float = 36.0) -> ReplayTimeline:
    block, reps = squats(verdicts, depth_deg=depth_deg)
    reps = [with_heel_down_angle(rep) for rep in reps]
    known: list[tuple[float, Event]] = [
        (-10.0, CalibrationReport(-10.0, True, 0.65, (), (0.0, -0.2, -0.04))),
        (-10.0, PhaseChange(-10.0, Phase.SET, "Ready: start your set")),
    ]
    for rep in reps:
        if rep.live_flag_s is not None:
            known.append((rep.live_flag_s, HeelFlag(rep.live_flag_s, True)))
        known.append((rep.end_s + KNOWN_AFTER_S, rep))
    analysis = Analysis(
        settings=PipelineSettings(side=side),
        rate_hz=RATE_HZ,
        duration_s=float(block.t_s[-1]),
        events=tuple(event for _, event in known),
        warnings=(),
    )
    return ReplayTimeline(
        analysis,
        frames=block,
        events=analysis.events,
        known_s=[t_s for t_s, _ in known],
        healths=[(0.0, health(name=side.value))],
    )


def leg(verdicts: list[HeelState], *, side: Side = Side.LEFT, depth_deg: float = 36.0, left_out: int = 0) -> ReplayView:
    shown = timeline(verdicts, side=side, depth_deg=depth_deg)
    notes = SessionNotes(left_out_s=(shown.analysis.reps[left_out - 1].bottom_s,) if left_out else ())
    return ReplayView(shown, keep=lambda _: None, notes=notes)


def window(*legs: ReplayView, at_s: float, palette: Palette = DARK) -> ReplayWindow:
    sides = " and ".join(each.side for each in legs)
    shown = ReplayWindow(
        legs,
        title=f"squat, {sides} leg{'s' if len(legs) > 1 else ''}   ·   2026-11-22 19:15   ·   Kim",
        measure=lambda *_: (),
        folder=Path("sessions/2026-11-22_191500_squat_left"),
        speed=0.0,
        palette=palette,
        clock=lambda: 0.0,
    )
    shown.seek(at_s)
    shown.show()
    shown.refresh()
    return shown


def thresholds() -> ReplayWindow:
    shown = window(leg(SET, left_out=2), at_s=29.0)
    shown.thresholds.ask_from(shown.legs[0].timeline.analysis.settings)
    return shown


def measured_again() -> ReplayWindow:
    shown = window(leg(SET, left_out=2), at_s=29.0)
    before = shown.legs[0].timeline.analysis
    after = [replace(rep, heel=UP) if rep.heel is UNSURE else rep for rep in before.reps]
    thresholds = replace(Thresholds.of(before.settings), up_from=30, down_to=20)
    settings = replace(before.settings, verdict=thresholds.verdict(before.settings))
    shown.differences.tell(
        settings_differences(before.settings, settings), differences_text(rep_differences(before.reps, after))
    )
    return shown


def export() -> ReplayWindow:
    shown = window(leg(SET, left_out=2), at_s=29.0)
    shown.export.ask()
    return shown


def all_keys() -> ReplayWindow:
    shown = window(leg(SET), at_s=29.0)
    shown.keys.toggle()
    return shown


class _Kept(QtWidgets.QWidget):
    """The kept picture itself, as large as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(1280, 720)
        self._legs = (leg(SET, left_out=2), leg([DOWN, DOWN, DOWN, UP] * 3, side=Side.RIGHT, depth_deg=33.0))

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QtGui.QPainter(self)
        painter.scale(self.width() / SIZE_PX.width(), self.height() / SIZE_PX.height())
        draw_session(painter, self._legs, title="squat, left and right legs   ·   2026-11-22 19:15", palette=LIGHT)
        painter.end()


def pictures() -> dict[str, Callable[[], QtWidgets.QWidget]]:
    return {
        "replay": lambda: window(leg(SET, left_out=2), at_s=28.6),
        "replay-both-legs": lambda: window(
            leg(SET), leg([DOWN, DOWN, DOWN, UP] * 3, side=Side.RIGHT, depth_deg=33.0), at_s=30.0
        ),
        "replay-light": lambda: window(leg(SET, left_out=2), at_s=26.1, palette=LIGHT),
        "replay-thresholds": thresholds,
        "replay-measured-again": measured_again,
        "replay-export": export,
        "replay-keys": all_keys,
        "replay-kept-picture": _Kept,
    }
