"""Marks of the host in the stream: what the person pressed stands among the board's own bytes, so a replay has it."""

from __future__ import annotations

from queue import Empty, SimpleQueue

from ..wire.framing import DELIMITER, frame
from ..wire.messages import BoardEvent, Event, encode


class Marks:
    """Marks that wait for their place between two frames. `add` from any thread, `insert` from one."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[BoardEvent] = SimpleQueue()

    def add(self, mark: BoardEvent) -> None:
        """Queue a mark."""
        self._waiting.put(mark)

    def insert(self, data: bytes) -> tuple[bytes, ...]:
        """Return the bytes in pieces, with the next mark after the last whole frame. A mark never cuts a frame."""
        head, delimiter, tail = data.rpartition(DELIMITER)
        mark = self._next() if delimiter else None
        if mark is None:
            return (data,) if data else ()
        marked = head + delimiter + frame(encode(Event(0, mark)))
        return (marked, tail) if tail else (marked,)

    def _next(self) -> BoardEvent | None:
        try:
            return self._waiting.get_nowait()
        except Empty:
            return None
