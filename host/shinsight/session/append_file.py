"""A file that grows by whole pieces only: every piece is on disk when `append` returns, or not at all.

The rule that makes a session folder valid at every instant. No buffer is kept, so a killed program loses nothing that
was appended; a disk that is full in the middle of a piece gets the file cut back to the piece before.
"""

from __future__ import annotations

from pathlib import Path

from ..errors import DataError


class AppendFile:
    """A new file, never one that exists. Raises `DataError` when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = 0
        try:
            self._file = path.open("xb", buffering=0)
        except FileExistsError:
            raise DataError(f"{path} exists already and is not overwritten: choose another folder") from None
        except OSError as error:
            raise disk_error(path, error) from error

    def append(self, piece: bytes) -> None:
        """Write a whole piece. When the disk refuses, take its beginning back and raise `DataError`."""
        left = memoryview(piece)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            self._file.truncate(self._size)
            self._file.seek(self._size)
            raise disk_error(self.path, error) from error
        self._size += len(piece)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def disk_error(path: Path, error: OSError) -> DataError:
    """What to say when the operating system refuses to write."""
    return DataError(
        f"cannot write {path}: {error.strerror}. Everything recorded before is kept; "
        "free space, or choose a folder on another disk with --out"
    )
