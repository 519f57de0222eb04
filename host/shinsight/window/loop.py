"""Shows a window until it is closed: the event loop, Ctrl-C, and errors that Qt would swallow."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

from ..errors import SettingsError
from .app_window import AppWindow
from .display import why_no_window
from .qt import QtCore, QtWidgets

FRAME_MS = 33


W = TypeVar("W", bound=AppWindow)


def show_window(make: Callable[[], W], *, until: Callable[[], bool] = lambda: False) -> W:
    """Make and show the window; return it when it is closed or `until()` is true. Call it in the main thread only.

    Raises KeyboardInterrupt when Ctrl-C closed it, SettingsError when no window can be opened here.
    """
    reason = why_no_window()
    if reason is not None:
        raise SettingsError(f"no window: {reason}")
    app = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    window = make()
    loop = QtCore.QEventLoop(app)
    raised: list[BaseException] = []

    def tick() -> None:
        # Qt swallows the errors of a slot, so they are kept and raised after the loop, where the caller sees them.
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
