"""Showing a window and leaving it: the event loop, Ctrl-C, and errors that Qt would swallow."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import Protocol, TypeVar

from ..errors import SettingsError
from .display import why_no_window
from .qt import QtCore, QtWidgets

FRAME_MS = 33


class Drawn(Protocol):
    """A window that is drawn anew while it is shown."""

    def show(self) -> None: ...
    def close(self) -> bool: ...
    def isVisible(self) -> bool: ...  # noqa: N802 - Qt's name
    def refresh(self) -> None: ...


W = TypeVar("W", bound=Drawn)


def show_window(make: Callable[[], W], *, until: Callable[[], bool] = lambda: False) -> W:
    """Make the window, show it, and return it when it is closed or `until()` says so. Main thread only.

    KeyboardInterrupt when Ctrl-C closed it, SettingsError when no window can be opened here.
    """
    reason = why_no_window()
    if reason is not None:
        raise SettingsError(f"no window: {reason}")
    app = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    window = make()
    loop = QtCore.QEventLoop(app)
    raised: list[BaseException] = []

    def tick() -> None:
        # Qt swallows what a slot raises: it is carried past the loop and raised where the caller can see it.
        try:
            if not window.isVisible():
                loop.quit()
            elif until():
                window.close()
            else:
                window.refresh()
        except Exception as error:
            raised.append(error)
            window.close()

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        raised.append(KeyboardInterrupt())
        window.close()

    timer = QtCore.QTimer()
    timer.setTimerType(QtCore.Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    before = signal.signal(signal.SIGINT, interrupted)
    try:
        window.show()
        timer.start(FRAME_MS)
        loop.exec()
    finally:
        timer.stop()
        signal.signal(signal.SIGINT, before)
    if raised:
        raise raised[0]
    return window
