"""What the board remembers: settings and calibration. Those of another version count as absent.

A setting that is new goes to the end, and 0 is what it was before: so settings kept by an older firmware go on.
"""

import struct

from kept import Kept

VERSION = 2
_VALUES = "<HBHBB20sB15fB"
_FIRST_BYTES = 88  # of the settings of version 2 when it began, without the dial for phones
CALIBRATION = "<15f"
CALIBRATION_BYTES = 60

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
        self.bond = False  # Bluetooth for bonded hosts only
        self.phone = False  # a dial for phones, open to everybody: never together with `bond`
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
        settings.bond,
        settings.name.encode(),
        calibration is not None,
        *(calibration or (0.0,) * 15),
        settings.phone,
    )


def unpack(data):
    settings = Settings()
    values = struct.unpack(_VALUES, data + bytes(struct.calcsize(_VALUES) - len(data)))
    settings.rate_hz, settings.mode, settings.idle_sleep_s, quaternion, bond, name, calibrated = values[:7]
    settings.quaternion = bool(quaternion)
    settings.bond = bool(bond)
    settings.name = name.rstrip(b"\x00").decode()
    settings.calibration = values[7:22] if calibrated else None
    settings.phone = bool(values[22])
    return settings


class Store:
    """folder: where the two files lie, the board's root when empty."""

    def __init__(self, folder=""):
        self._file = Kept("settings", VERSION, folder)

    def load(self):
        """The newest intact settings, None when there are none."""
        data = self._file.load()
        return unpack(data) if data and _FIRST_BYTES <= len(data) <= struct.calcsize(_VALUES) else None

    def save(self, settings):
        """Raises OSError when the flash is full or broken; what was saved before is still there then."""
        self._file.save(pack(settings))
