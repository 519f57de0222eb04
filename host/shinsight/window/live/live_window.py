"""Shows a run live: one column per sensor, drawn 30 times a second from the feeds.

Every action has a key. Closing the window ends the run. The recording stays complete, because the reading thread owns
the files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from ...errors import SettingsError
from ...view.sensor_view import SensorView
from ..app_window import AppWindow
from ..qt import QtWidgets
from ..theme import DARK, Palette
from ..widgets.failure_panel import FailurePanel
from ..widgets.key_action import KeyAction
from .notes_panel import NotesPanel
from .sensor_column import SensorColumn

_TARGET_STEP_DEG = 1.0


class LiveWindow(AppWindow):
    """sensors: left column first. on_mark: Space was pressed. on_again: calibrate again. on_mute: sound on or off.
    on_close: the window closed (called once). why_over: returns what ended the run, None while all is well.

    target_deg: (low, high) of the band in the curve, -90 < low < high < 90. clock: monotonic seconds.
    """

    HEAD_KEYS: ClassVar[Sequence[str]] = ("Space", "N", "D", "F11", "?", "Q")

    def __init__(
        self,
        sensors: Sequence[SensorView],
        *,
        title: str,
        target_deg: tuple[float, float] = (30.0, 38.0),
        palette: Palette = DARK,
        on_close: Callable[[], None],
        on_mark: Callable[[], None] = lambda: None,
        on_again: Callable[[], None] = lambda: None,
        on_mute: Callable[[], None] = lambda: None,
        why_over: Callable[[], str | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(title=title, palette=palette, on_close=on_close)
        self._target_deg = _checked(target_deg)
        if not sensors:
            raise SettingsError("no sensor to show, expected at least one")
        self.sensors = tuple(sensors)
        self._on_mark, self._on_again, self._on_mute = on_mark, on_again, on_mute
        self._why_over, self._clock = why_over, clock
        self._active = 0
        self.columns: Mapping[str, SensorColumn] = {}
        self.notes = NotesPanel(self)
        self.failure = FailurePanel(self)
        self.wear(palette)

    def own_actions(self) -> Sequence[KeyAction]:
        """Return the actions of the live window."""
        return (
            KeyAction("Space", "next step of the guided start", {"Space": lambda: self._on_mark()}),
            KeyAction("R", "calibrate again", {"R": lambda: self._on_again()}),
            *self.rep_actions(),
            self.target_action(),
            KeyAction("M", "sound on or off", {"M": lambda: self._on_mute()}),
        )

    def rep_actions(self) -> Sequence[KeyAction]:
        """Return the actions on reps, legs and notes."""
        return (
            KeyAction("↑ ↓", "choose a rep", {"Up": self._choose_newer, "Down": self._choose_older}, repeats=True),
            KeyAction(
                "Del", "leave the chosen rep out, or include it again", {"Del": self._toggle, "Backspace": self._toggle}
            ),
            KeyAction("Ctrl+Z", "undo", {"Ctrl+Z": lambda: self._column.sensor.undo()}, repeats=True),
            KeyAction("Tab", "the other leg", {"Tab": self._other_leg, "Backtab": self._other_leg}),
            KeyAction("N", "notes and pain", {"N": self._write_notes}),
        )

    def target_action(self) -> KeyAction:
        """Return the action that moves the target band."""
        return KeyAction(
            "[ ]", "move the target band", {"[": self._lower_target, "]": self._raise_target}, repeats=True
        )

    def refresh(self) -> None:
        """Take new data from the feeds and show it."""
        now_s = self._clock()
        for column in self.columns.values():
            column.refresh(now_s)
        reason = self._why_over()
        if reason is not None:
            self.failure.tell(reason)

    def wear(self, palette: Palette) -> None:
        """Make the columns again in these colours."""
        super().wear(palette)
        self.columns = {
            sensor.side: SensorColumn(sensor, target_deg=self._target_deg, wide=len(self.sensors) == 1, palette=palette)
            for sensor in self.sensors
        }
        self.show_body(self._arranged())

    @property
    def _column(self) -> SensorColumn:
        return list(self.columns.values())[self._active]

    def _choose_newer(self) -> None:
        self._column.table.choose(-1)

    def _choose_older(self) -> None:
        self._column.table.choose(1)

    def _toggle(self) -> None:
        rep = self._column.table.chosen
        if rep is not None:
            self._column.sensor.toggle(rep)

    def _other_leg(self) -> None:
        self._column.table.clearSelection()
        self._active = (self._active + 1) % len(self.columns)
        self._column.table.choose(0)

    def _write_notes(self) -> None:
        """Ask for one text and one pain score, kept in the session of every sensor."""
        notes = self._column.sensor.editor.notes

        def keep(text: str, pain: int | None) -> None:
            for sensor in self.sensors:
                sensor.write(text, pain)

        self.notes.ask(notes.text, notes.pain, then=keep)

    def _lower_target(self) -> None:
        self._move_target(-_TARGET_STEP_DEG)

    def _raise_target(self) -> None:
        self._move_target(_TARGET_STEP_DEG)

    def _move_target(self, step_deg: float) -> None:
        low_deg, high_deg = self._target_deg
        if low_deg + step_deg > -90.0 and high_deg + step_deg < 90.0:
            self._target_deg = (low_deg + step_deg, high_deg + step_deg)
            for column in self.columns.values():
                column.curve.show_target(self._target_deg)

    def _arranged(self) -> QtWidgets.QWidget:
        whole = QtWidgets.QWidget()
        body = QtWidgets.QHBoxLayout()
        body.setSpacing(14)
        for column in self.columns.values():
            body.addWidget(column, 1)
        layout = QtWidgets.QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self.head())
        layout.addLayout(body, 1)
        return whole


def _checked(target_deg: tuple[float, float]) -> tuple[float, float]:
    low_deg, high_deg = target_deg
    if not -90.0 < low_deg < high_deg < 90.0:
        raise SettingsError(
            f"target band {low_deg:g}..{high_deg:g} degrees, expected -90 < low < high < 90: give the lower end first"
        )
    return target_deg
