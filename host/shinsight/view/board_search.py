"""Searches for boards in the background until it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event as Signal
from threading import Thread

from ..transport.search import Found

SEARCH_S = 3.0
PAUSE_S = 1.0


class BoardSearch:
    """Calls `search(seconds)` repeatedly in its own thread. `found` holds the newest result, None before the first."""

    def __init__(self, search: Callable[[float], Found]) -> None:
        self._search = search
        self._stop = Signal()
        self.found: Found | None = None
        self._thread = Thread(target=self._run, name="board search", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop searching. Waits for a search in progress, because a radio serves one part of a program at a time."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self.found = self._search(SEARCH_S)
            self._stop.wait(PAUSE_S)
