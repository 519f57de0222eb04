"""`replay:FOLDER_OR_raw.log[?speed=1]`: delivers the bytes of a recorded session again.

speed 1 is as recorded, 2 twice as fast, 0 as fast as it is read. Arrival times are the recorded ones, so the results
do not depend on the speed. Bytes written to a recording are ignored.
"""

from __future__ import annotations

import time
from math import isfinite
from pathlib import Path

from ..errors import DataError, LinkError, SettingsError
from ..session.raw_log import RawLogReader, read_raw_log
from ..wire.framing import Chunk

RAW_LOG = "raw.log"
_CHUNKS_AT_ONCE = 32


class ReplayLink:
    """A `Link` on a raw log. Raises `LinkError` on `open` when there is none to read."""

    recovers = False
    signal_dbm: int | None = None

    def __init__(self, path: Path, *, speed: float = 1.0) -> None:
        if not (isfinite(speed) and speed >= 0.0):
            raise SettingsError(
                f"speed of a replay is {speed}, expected 0 (as fast as possible) or more; 1 is as recorded"
            )
        self.name = f"replay:{path}"
        self._path = path / RAW_LOG if path.is_dir() else path
        self._speed = speed
        self._log: RawLogReader | None = None
        self._next: Chunk | None = None
        self._began_s = 0.0
        self._first_s = 0.0

    @property
    def damaged(self) -> int:
        """The number of records of the log that could not be read so far."""
        return self._log.damaged if self._log else 0

    def open(self) -> None:
        """Open the log at its beginning. Raises `LinkError` when it cannot be read."""
        try:
            self._log = read_raw_log(self._path)
            self._next = next(self._log, None)
        except DataError as error:
            raise LinkError(str(error)) from error
        self._began_s = time.monotonic()
        self._first_s = self._next.arrival_s if self._next else 0.0

    def read(self, timeout_s: float) -> list[Chunk]:
        """Return the chunks that are due now, after at most `timeout_s`."""
        deadline_s = time.monotonic() + timeout_s
        while self._next is not None:
            due_s = self._due_s(self._next)
            now_s = time.monotonic()
            if due_s <= now_s:
                return self._take_due(now_s)
            if due_s > deadline_s:
                break
            time.sleep(due_s - now_s)
        if self._next is not None:
            time.sleep(max(0.0, deadline_s - time.monotonic()))
        return []

    def write(self, data: bytes) -> None:  # noqa: ARG002 - a recording hears nothing
        """Ignore the data: a recording hears nothing. Raises `LinkError` when the link is not open."""
        if self._log is None:
            raise LinkError(f"{self.name} is not open")

    def close(self) -> None:
        """End the replay."""
        self._next = None

    @property
    def ended(self) -> bool:
        """Return whether all chunks have been delivered."""
        return self._log is not None and self._next is None

    def _due_s(self, chunk: Chunk) -> float:
        if self._speed == 0.0:
            return self._began_s
        return self._began_s + (chunk.arrival_s - self._first_s) / self._speed

    def _take_due(self, now_s: float) -> list[Chunk]:
        assert self._log is not None
        taken: list[Chunk] = []
        while self._next is not None and self._due_s(self._next) <= now_s and len(taken) < _CHUNKS_AT_ONCE:
            taken.append(self._next)
            self._next = next(self._log, None)
        return taken
