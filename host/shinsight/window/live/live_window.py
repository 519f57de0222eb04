"""The live window: one column a sensor, drawn 30 times a second from what the feeds hand over.

Everything can be done from the keyboard (`KEYS`). Closing it ends the run, never the recording's completeness: the
reading thread owns the files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from ...errors import SettingsError
from ...view.sensor_view import SensorView
from ..qt import QtCore, QtGui, QtWidgets
from ..theme import DARK, LIGHT, Palette, style_sheet
from ..widgets.failure_panel import FailurePanel
from ..widgets.keys_panel import Keys, KeysPanel, key_line
from .notes_panel import NotesPanel
from .sensor_column import SensorColumn

KEYS = (
    ("Space", "next step of the guided start"),
    ("R", "calibrate again"),
    ("↑ ↓", "choose a rep"),
    ("Del", "leave the chosen rep out, or take it back"),
    ("Ctrl+Z", "undo"),
    ("Tab", "the other leg"),
    ("N", "notes and pain"),
    ("[ ]", "move the target band"),
    ("M", "sound on or off"),
    ("D", "dark or light"),
    ("F11", "full screen, Esc leaves it"),
    ("?", "these keys"),
    ("Q", "quit"),
)
SHORT_KEYS = ("Space", "N", "D", "F11", "?", "Q")
_TARGET_STEP_DEG = 1.0


class LiveWindow(QtWidgets.QWidget):
    """sensors: left column first. on_mark: space was pressed; on_again: calibrate again; on_mute: sound on or off;
    on_close: the window closed (called once). why_over: what ended the run, None while nothing went wrong.

    target_deg: (low, high) of the band drawn in the curve, -90 < low < high < 90. clock: monotonic seconds.
    """

    def __init__(
        self,
        sensors: Sequence[SensorView],
        *,
        title: str,
        target_deg: tuple[float, float] = (30.0, 38.0),
        palette: Palette = DARK,
        on_mark: Callable[[], None],
        on_close: Callable[[], None],
        on_again: Callable[[], None] = lambda: None,
        on_mute: Callable[[], None] = lambda: None,
        why_over: Callable[[], str | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        keys: Keys = KEYS,
        short_keys: Sequence[str] = SHORT_KEYS,
    ) -> None:
        super().__init__()
        self._target_deg = _checked(target_deg)
        if not sensors:
            raise SettingsError("a live window of no sensor, expected at least one")
        self.sensors = tuple(sensors)
        self._on_mark, self._on_again, self._on_close = on_mark, on_again, on_close
        self._on_mute, self._why_over, self._clock = on_mute, why_over, clock
        self._closed = False
        self._active = 0
        self._title = title
        self.palette_in_use = palette
        self.columns: Mapping[str, SensorColumn] = {}
        self.keys = KeysPanel(self, keys)
        self._key_line = key_line(keys, short_keys)
        self.notes = NotesPanel(self)
        self.failure = FailurePanel(self)
        self.setWindowTitle(title)
        self.resize(1280, 720)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self._layout = QtWidgets.QVBoxLayout(self)
        self._layout.setContentsMargins(16, 10, 16, 10)
        self._body = QtWidgets.QWidget()
        self._layout.addWidget(self._body)
        self.wear(palette)

    def refresh(self) -> None:
        """Take what the feeds hold and show it."""
        now_s = self._clock()
        for column in self.columns.values():
            column.refresh(now_s)
        reason = self._why_over()
        if reason is not None:
            self.failure.tell(reason)

    def wear(self, palette: Palette) -> None:
        """Draw everything anew in these colours; what was measured and said stays."""
        self.palette_in_use = palette
        self.setStyleSheet(style_sheet(palette))
        self.columns = {
            sensor.side: SensorColumn(sensor, target_deg=self._target_deg, wide=len(self.sensors) == 1, palette=palette)
            for sensor in self.sensors
        }
        body = self._arranged()
        self._layout.replaceWidget(self._body, body)
        self._body.deleteLater()
        self._body = body

    @property
    def _column(self) -> SensorColumn:
        return list(self.columns.values())[self._active]

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:  # noqa: N802 - Qt's name
        key = QtCore.Qt.Key
        if event.matches(QtGui.QKeySequence.StandardKey.Undo):
            self._column.sensor.undo()
            return
        match event.key():
            case key.Key_Space:
                if not event.isAutoRepeat():  # a held key is one mark
                    self._on_mark()
            case key.Key_R:
                if not event.isAutoRepeat():
                    self._on_again()
            case key.Key_Up | key.Key_Down:
                self._column.table.choose(1 if event.key() == key.Key_Down else -1)
            case key.Key_Delete | key.Key_Backspace:
                rep = self._column.table.chosen
                if rep is not None:
                    self._column.sensor.toggle(rep)
            case key.Key_Tab | key.Key_Backtab:
                self._other_leg()
            case key.Key_N:
                self._write_notes()
            case key.Key_BracketLeft | key.Key_BracketRight:
                self._move_target(_TARGET_STEP_DEG if event.key() == key.Key_BracketRight else -_TARGET_STEP_DEG)
            case key.Key_M:
                self._on_mute()
            case key.Key_D:
                self.wear(LIGHT if self.palette_in_use is DARK else DARK)
            case key.Key_F11:
                self.setWindowState(self.windowState() ^ QtCore.Qt.WindowState.WindowFullScreen)
            case key.Key_Escape:
                self.keys.hide()
                self.setWindowState(self.windowState() & ~QtCore.Qt.WindowState.WindowFullScreen)
            case key.Key_Question | key.Key_F1:
                self.keys.toggle()
            case key.Key_Q:
                self.close()
            case _:
                super().keyPressEvent(event)

    def focusNextPrevChild(self, _next: bool) -> bool:  # noqa: N802 - Qt's name
        return False  # Tab is the other leg

    def closeEvent(self, event: QtGui.QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if not self._closed:
            self._closed = True
            self._on_close()
        super().closeEvent(event)

    def _other_leg(self) -> None:
        self._column.table.clearSelection()
        self._active = (self._active + 1) % len(self.columns)
        self._column.table.choose(0)

    def _write_notes(self) -> None:
        """One text and one pain score for the session of every sensor."""
        notes = self._column.sensor.editor.notes

        def said(text: str, pain: int | None) -> None:
            for sensor in self.sensors:
                sensor.write(text, pain)

        self.notes.ask(notes.text, notes.pain, then=said)

    def _move_target(self, step_deg: float) -> None:
        low_deg, high_deg = self._target_deg
        if low_deg + step_deg > -90.0 and high_deg + step_deg < 90.0:
            self._target_deg = (low_deg + step_deg, high_deg + step_deg)
            for column in self.columns.values():
                column.curve.show_target(self._target_deg)

    def _arranged(self) -> QtWidgets.QWidget:
        whole = QtWidgets.QWidget()
        head = QtWidgets.QHBoxLayout()
        name = QtWidgets.QLabel(self._title)
        name.setObjectName("title")
        keys = QtWidgets.QLabel(self._key_line)
        keys.setObjectName("keys")
        head.addWidget(name, 1)
        head.addWidget(keys)
        body = QtWidgets.QHBoxLayout()
        body.setSpacing(14)
        for column in self.columns.values():
            body.addWidget(column, 1)
        layout = QtWidgets.QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addLayout(body, 1)
        return whole


def _checked(target_deg: tuple[float, float]) -> tuple[float, float]:
    low_deg, high_deg = target_deg
    if not -90.0 < low_deg < high_deg < 90.0:
        raise SettingsError(
            f"target band {low_deg:g}..{high_deg:g} degrees, expected -90 < low < high < 90: give the lower end first"
        )
    return target_deg
