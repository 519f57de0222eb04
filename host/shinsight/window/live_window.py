"""The live window: one column a sensor, drawn 30 times a second from what the feeds hand over.

Keys: space marks (next step), F11 full screen, Esc leaves it, Q quits. Closing it ends the run, never the recording's
completeness: the reading thread owns the files.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from types import FrameType

from ..errors import SettingsError
from ..live.feed import LiveFeed
from .column import SensorColumn
from .display import display_available, why_no_window
from .qt import QtCore, QtGui, QtWidgets
from .theme import STYLE_SHEET

__all__ = ["LiveWindow", "display_available", "run_window"]

FRAME_MS = 33


class LiveWindow(QtWidgets.QWidget):
    """feeds: by side or name, left column first. on_mark: space was pressed; on_close: the window closed (called once).

    target_deg: (low, high) of the band drawn in the curve, -90 < low < high < 90. clock: monotonic seconds.
    """

    def __init__(
        self,
        feeds: Mapping[str, LiveFeed],
        *,
        title: str,
        target_deg: tuple[float, float] = (30.0, 38.0),
        on_mark: Callable[[], None],
        on_close: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        low_deg, high_deg = target_deg
        if not -90.0 < low_deg < high_deg < 90.0:
            raise SettingsError(
                f"target band {low_deg:g}..{high_deg:g} degrees, expected -90 < low < high < 90: "
                "give the lower end first"
            )
        if not feeds:
            raise SettingsError("a live window of no sensor, expected at least one feed")
        self._on_mark, self._on_close, self._clock = on_mark, on_close, clock
        self._closed = False
        self.setWindowTitle(title)
        self.setStyleSheet(STYLE_SHEET)
        self.resize(1280, 720)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.columns = {
            name: SensorColumn(name, feed, target_deg=target_deg, wide=len(feeds) == 1) for name, feed in feeds.items()
        }
        self._arrange(title)

    def refresh(self) -> None:
        """Take what the feeds hold and show it."""
        now_s = self._clock()
        for column in self.columns.values():
            column.refresh(now_s)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:  # noqa: N802 - Qt's name
        match event.key():
            case QtCore.Qt.Key.Key_Space:
                if not event.isAutoRepeat():  # a held key is one mark
                    self._on_mark()
            case QtCore.Qt.Key.Key_F11:
                self.setWindowState(self.windowState() ^ QtCore.Qt.WindowState.WindowFullScreen)
            case QtCore.Qt.Key.Key_Escape:
                self.setWindowState(self.windowState() & ~QtCore.Qt.WindowState.WindowFullScreen)
            case QtCore.Qt.Key.Key_Q:
                self.close()
            case _:
                super().keyPressEvent(event)

    def closeEvent(self, event: QtGui.QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if not self._closed:
            self._closed = True
            self._on_close()
        super().closeEvent(event)

    def _arrange(self, title: str) -> None:
        head = QtWidgets.QHBoxLayout()
        name = QtWidgets.QLabel(title)
        name.setObjectName("title")
        keys = QtWidgets.QLabel("Space  next step     F11  full screen     Q  quit")
        keys.setObjectName("keys")
        head.addWidget(name, 1)
        head.addWidget(keys)
        body = QtWidgets.QHBoxLayout()
        body.setSpacing(14)
        for column in self.columns.values():
            body.addWidget(column, 1)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 10)
        layout.addLayout(head)
        layout.addLayout(body, 1)


def run_window(
    feeds: Mapping[str, LiveFeed],
    *,
    title: str,
    target_deg: tuple[float, float] = (30.0, 38.0),
    on_mark: Callable[[], None],
    on_close: Callable[[], None],
    until: Callable[[], bool],
) -> None:
    """Show the window and return when it is closed or `until()` says that the run has ended. Main thread only.

    KeyboardInterrupt when Ctrl-C closed it, SettingsError when no window can be opened here.
    """
    reason = why_no_window()
    if reason is not None:
        raise SettingsError(f"no live window: {reason}")
    app = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    window = LiveWindow(feeds, title=title, target_deg=target_deg, on_mark=on_mark, on_close=on_close)
    raised: list[BaseException] = []

    def tick() -> None:
        # Qt swallows what a slot raises: it is carried past the loop and raised where the caller can see it.
        try:
            if until():
                window.close()
            else:
                window.refresh()
        except Exception as error:
            raised.append(error)
            window.close()

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        raised.append(KeyboardInterrupt())
        window.close()

    timer = QtCore.QTimer(window)
    timer.setTimerType(QtCore.Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    before = signal.signal(signal.SIGINT, interrupted)
    try:
        window.show()
        timer.start(FRAME_MS)
        app.exec()
    finally:
        timer.stop()
        signal.signal(signal.SIGINT, before)
    if raised:
        raise raised[0]
