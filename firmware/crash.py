"""The last crash, kept in a file that the host can read (`shinsight firmware-info`, or the CRASH command)."""

import os
import sys

PATH = "crash.txt"
LONGEST = 2000


class _Cut:
    """A file that takes no more than `LONGEST` bytes: the first lines of a trace back are worth the most."""

    def __init__(self, file):
        self._file = file
        self._left = LONGEST

    def write(self, text):
        part = text[: self._left]
        self._left -= len(part)
        self._file.write(part)
        return len(text)


def record(error, firmware):
    """Write the trace back. A flash that is full or broken keeps nothing, and the board goes on all the same."""
    try:
        with open(PATH, "w") as file:
            cut = _Cut(file)
            cut.write("firmware " + firmware + "\n")
            sys.print_exception(error, cut)
    except OSError:
        pass


def load():
    """The report as bytes, empty when there is none."""
    try:
        with open(PATH, "rb") as file:
            return file.read(LONGEST)
    except OSError:
        return b""


def forget():
    try:
        os.remove(PATH)
    except OSError:
        pass
