"""What the board remembers: settings and calibration, in two files of flash that are written in turn.

A file is `SHIN`, version, counter, the values and a CRC-32. A save goes into the older file, so whatever a power cut
leaves of it, the other one still holds. A file that is cut, damaged or of another version counts as absent.
"""

import binascii
import struct

VERSION = 1
_FILES = ("settings.a", "settings.b")
_HEAD = "<4sBI"
_VALUES = "<HBHB20sB15f"

SAMPLES = 0
ORIENTATION = 1
LONGEST_NAME = 20
NEVER = 0


class Settings:
    def __init__(self, name="shinsight", rate_hz=0):
        self.rate_hz = rate_hz  # 0: the slowest the chip offers
        self.mode = SAMPLES
        self.idle_sleep_s = 300
        self.quaternion = True
        self.name = name
        self.calibration = None  # 15 floats as in the device info, or None


def pack(settings):
    calibration = settings.calibration
    return struct.pack(
        _VALUES,
        settings.rate_hz,
        settings.mode,
        settings.idle_sleep_s,
        settings.quaternion,
        settings.name.encode(),
        calibration is not None,
        *(calibration or (0.0,) * 15),
    )


def unpack(data):
    settings = Settings()
    values = struct.unpack(_VALUES, data)
    settings.rate_hz, settings.mode, settings.idle_sleep_s, quaternion, name, calibrated = values[:6]
    settings.quaternion = bool(quaternion)
    settings.name = name.rstrip(b"\x00").decode()
    settings.calibration = values[6:] if calibrated else None
    return settings


class Store:
    """folder: where the two files lie, the board's root when empty."""

    def __init__(self, folder=""):
        self._paths = [folder + name for name in _FILES]
        self._counter = 0
        self._next = 0

    def load(self):
        """The newest intact settings, None when there are none."""
        newest = None
        for i, path in enumerate(self._paths):
            found = _read(path)
            if found and (newest is None or found[0] > self._counter):
                self._counter, newest = found
                self._next = 1 - i
        return newest

    def save(self, settings):
        """Raises OSError when the flash is full or broken; what was saved before is still there then."""
        head = struct.pack(_HEAD, b"SHIN", VERSION, self._counter + 1)
        data = head + pack(settings)
        with open(self._paths[self._next], "wb") as file:
            file.write(data + struct.pack("<I", binascii.crc32(data)))
        self._counter += 1
        self._next = 1 - self._next


def _read(path):
    """(counter, settings) or None."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    head = struct.calcsize(_HEAD)
    if len(data) != head + struct.calcsize(_VALUES) + 4:
        return None
    mark, version, counter = struct.unpack(_HEAD, data[:head])
    if mark != b"SHIN" or version != VERSION or struct.unpack("<I", data[-4:])[0] != binascii.crc32(data[:-4]):
        return None
    return counter, unpack(data[head:-4])
