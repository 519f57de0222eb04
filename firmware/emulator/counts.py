"""Where the samples of an emulated board come from: a file of counts, or a board that lies still.

A file holds rows of six int16, little endian, ax ay az gx gy gz, in the chip's counts of +-16 g and +-2000 dps, one row
a sample at the rate the chip really runs at. After its end the last row repeats.
"""

import os

ROW_BYTES = 12
_ONE_G = 2048


def source(path):
    """The samples of the file at that path, or of a board that lies still when there is none."""
    return File(path) if path else Still()


class Still:
    """A board that lies still, flat."""

    def fill(self, k, counts):
        """Six counts, the same for every k."""
        for axis in range(6):
            counts[axis] = 0
        counts[2] = _ONE_G


class File:
    """Rows of six 16-bit counts; the last one goes on. Raises ValueError when the file holds none, or part of one."""

    def __init__(self, path):
        length = os.stat(path)[6]
        if not length or length % ROW_BYTES:
            raise ValueError(f"{path}: {length} bytes, whole rows of {ROW_BYTES} expected: EMULATOR_COUNTS")
        self._file = open(path, "rb")  # noqa: SIM115  stays open as long as the board runs
        self._rows = length // ROW_BYTES
        self._next = 0

    def fill(self, k, counts):
        """The six counts of row k."""
        row = min(k, self._rows - 1)
        if row != self._next:
            self._file.seek(row * ROW_BYTES)
        self._file.readinto(counts)
        self._next = row + 1
