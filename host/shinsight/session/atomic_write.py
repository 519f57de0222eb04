"""A file that is replaced whole: all of the new text or all of the old one, at every instant."""

from __future__ import annotations

import os
from pathlib import Path

from .append_file import disk_error


def write_atomically(path: Path, text: str) -> None:
    """Write beside the file, then rename. Raises `DataError` when the disk refuses; the old file is kept then.

    A file name in `text` that is not Unicode is written with escapes.
    """
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise disk_error(path, error) from error
