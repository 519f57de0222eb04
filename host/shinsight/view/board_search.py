"""Looking for boards in the background, again and again, until told to stop."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event as Signal
from threading import Thread

from ..transport.search import Found

LOOK_S = 3.0
REST_S = 1.0


class Finder:
    """search(seconds) is called over and over in a thread of its own. `found` is the newest, None before the first."""

    def __init__(self, search: Callable[[float], Found]) -> None:
        self._search = search
        self._stop = Signal()
        self.found: Found | None = None
        self._thread = Thread(target=self._look, name="finder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; waits until a look under way is over, as a radio serves one program part at a time."""
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.is_set():
            self.found = self._search(LOOK_S)
            self._stop.wait(REST_S)
