"""`raw.log`: the bytes of a session as they came, with arrival times. What a replay reads.

A file of `wire.framing` frames. The first holds `HEADER`, every other one record: arrival time (little-endian float64,
s, host's monotonic clock) and up to `MAX_RECORD_BYTES` bytes as received. A frame is its own checksum and its own
delimiter, so a cut tail or a damaged stretch costs the records it hits and no others.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from math import isfinite
from pathlib import Path

from ..errors import DataError
from ..wire.framing import DELIMITER, BadFrame, Chunk, frame, unframe
from .append_file import AppendFile

HEADER = b"shinsight raw log, format 1"
_HEADER_START = b"shinsight raw log, format "
MAX_RECORD_BYTES = 4096
_ARRIVAL = struct.Struct("<d")
_READ_BYTES = 1 << 16
_MAX_FRAME_BYTES = 2 * MAX_RECORD_BYTES
"""More bytes than this without a delimiter are no record: memory stays bounded on a foreign file."""


class RawLogWriter:
    """Appends chunks to a new file; each is on disk when `write` returns. Raises `DataError` when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._file = AppendFile(path)
        self._file.append(frame(HEADER))

    def write(self, chunk: Chunk) -> None:
        """Append a chunk with its arrival time. Raises `DataError` when the disk refuses."""
        at = _ARRIVAL.pack(chunk.arrival_s)
        parts = (chunk.data[i : i + MAX_RECORD_BYTES] for i in range(0, len(chunk.data), MAX_RECORD_BYTES))
        self._file.append(b"".join(frame(at + part) for part in parts))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class RawLogReader(Iterator[Chunk]):
    """The chunks of a raw log, one by one. `damaged` counts the records that were cut or unreadable so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damaged = 0
        try:
            size_bytes = path.stat().st_size
            self._frames = _stuffed_frames(path)
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror}") from error
        if size_bytes == 0:
            raise DataError(f"{path} is empty, expected a raw log of shinsight: was the disk full?")
        self._known = False

    def __next__(self) -> Chunk:
        for stuffed in self._frames:
            try:
                content = unframe(stuffed)
            except BadFrame:
                self.damaged += 1
                continue
            if content.startswith(_HEADER_START):
                self._check_format(content)
                self._known = True
            elif (chunk := _record(content)) is not None:
                self._known = True
                return chunk
            else:
                self.damaged += 1
        if not self._known:
            raise DataError(f"{self.path} has no record of a shinsight raw log: choose a raw.log of a session")
        raise StopIteration

    def _check_format(self, header: bytes) -> None:
        if header != HEADER:
            found = header.removeprefix(_HEADER_START).decode(errors="replace")
            raise DataError(f"{self.path} is a raw log of format {found}, expected 1: update shinsight")


def read_raw_log(path: Path) -> RawLogReader:
    """Iterate over the chunks of a raw log. Raises `DataError` when the file is missing, empty or not a raw log."""
    return RawLogReader(path)


def _record(content: bytes) -> Chunk | None:
    if not _ARRIVAL.size < len(content) <= _ARRIVAL.size + MAX_RECORD_BYTES:
        return None
    (arrival_s,) = _ARRIVAL.unpack_from(content)
    return Chunk(arrival_s, content[_ARRIVAL.size :]) if isfinite(arrival_s) else None


def _stuffed_frames(path: Path) -> Iterator[bytes]:
    """Yield what stands between delimiters; a last piece without one is a cut record and is given as it is."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            *whole, rest = (rest + block).split(DELIMITER)
            yield from whole
            if len(rest) > _MAX_FRAME_BYTES:
                rest = rest[:_MAX_FRAME_BYTES]
    if rest:
        yield rest
