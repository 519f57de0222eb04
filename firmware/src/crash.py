"""The last crash, kept in a file that the host can read (`shinsight firmware-info`, or the CRASH command)."""

import io
import os
import sys

PATH = "crash.txt"
LONGEST = 2000
_LONGEST_WORDS = 200  # of the error itself


class _Cut(io.IOBase):
    """A stream into a file that takes no more than so many bytes. MicroPython's own writers know no other kind."""

    def __init__(self, file, left):
        self._file = file
        self._left = left

    def write(self, data):
        part = bytes(data)[: self._left]
        self._left -= len(part)
        self._file.write(part)
        return len(data)


def record(error, firmware):
    """Write the error and its trace back, and go on all the same where neither flash nor memory is left for it.

    The error comes first: of a long trace back the end would be cut, and with it what it was.
    """
    try:
        head = f"firmware {firmware}: {error!r}"[:_LONGEST_WORDS].encode() + b"\n"
        with open(PATH, "wb") as file:
            file.write(head)
            sys.print_exception(error, _Cut(file, LONGEST - len(head)))  # type: ignore[attr-defined]
    except (OSError, MemoryError):
        pass


def load():
    """The report as bytes, empty when there is none."""
    try:
        with open(PATH, "rb") as file:
            return file.read(LONGEST)
    except OSError:
        return b""


def forget():
    """Remove the report."""
    try:
        os.remove(PATH)
    except OSError:
        pass
