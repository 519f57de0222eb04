"""Bytes that outlast a power cut: two files of flash that are written in turn.

A file is `SHIN`, version, counter, the bytes and a CRC-32. A save goes into the older file, so whatever a power cut
leaves of it, the other one still holds. A file that is cut, damaged or of another version counts as absent.
"""

import binascii
import struct

_HEAD = "<4sBI"


class FlashStore:
    """name: of the two files, which end in .a and .b; folder: where they lie, the board's root when empty."""

    def __init__(self, name, version, folder=""):
        self._paths = [folder + name + end for end in (".a", ".b")]
        self._version = version
        self._counter = 0
        self._next = 0

    def load(self):
        """The newest intact bytes, None when there are none."""
        newest = None
        for i, path in enumerate(self._paths):
            found = self._read(path)
            if found and (newest is None or found[0] > self._counter):
                self._counter, newest = found
                self._next = 1 - i
        return newest

    def save(self, data):
        """Raises OSError when the flash is full or broken; what was saved before is still there then."""
        data = struct.pack(_HEAD, b"SHIN", self._version, self._counter + 1) + data
        with open(self._paths[self._next], "wb") as file:
            file.write(data + struct.pack("<I", binascii.crc32(data)))
        self._counter += 1
        self._next = 1 - self._next

    def _read(self, path):
        """(counter, bytes) or None."""
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError:
            return None
        head = struct.calcsize(_HEAD)
        if len(data) < head + 4:
            return None
        mark, version, counter = struct.unpack(_HEAD, data[:head])
        if mark != b"SHIN" or version != self._version:
            return None
        if struct.unpack("<I", data[-4:])[0] != binascii.crc32(data[:-4]):
            return None
        return counter, data[head:-4]
