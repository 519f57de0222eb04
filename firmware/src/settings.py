"""What the board remembers: settings and calibration, and what they may be. Those of another version count as absent.

A setting that is new goes to the end, and 0 is what it was before: so settings kept by an older firmware go on.
"""

import struct

import wire
from flash_store import FlashStore

VERSION = 2
_VALUES = "<HBHBB20sB15fB"
_FIRST_BYTES = 88  # of the settings of version 2 when it began, without the dial for phones
CALIBRATION = "<15f"
CALIBRATION_BYTES = 60

SAMPLES = 0
ORIENTATION = 1
LONGEST_NAME = 20
NEVER = 0
LARGEST_CALIBRATION = 100.0  # of its numbers, as the device info has them
_BOND_ON = bytes((wire.SET_BOND, 1))
_PHONE_ON = bytes((wire.SET_PHONE, 1))


class Settings:
    """What a host can set, and its values on a new board."""

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
    """The settings as bytes for the flash."""
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
    """The settings from such bytes; None when they are of no length that was ever written."""
    settings = Settings()
    values = struct.unpack(_VALUES, data + bytes(struct.calcsize(_VALUES) - len(data)))
    settings.rate_hz, settings.mode, settings.idle_sleep_s, quaternion, bond, name, calibrated = values[:7]
    settings.quaternion = bool(quaternion)
    settings.bond = bool(bond)
    settings.name = name.rstrip(b"\x00").decode()
    settings.calibration = values[7:22] if calibrated else None
    settings.phone = bool(values[22])
    return settings


def refusal(settings, argument, can_bond):
    """Why not, in words or empty ones: two settings that exclude each other, or a Bluetooth that cannot pair.

    None where nothing is in the way. argument: of SET.
    """
    if argument == _PHONE_ON and settings.bond:
        return b"bond keeps others out, and a phone's dial is open to all: unset bond first"
    if argument == _BOND_ON and settings.phone:
        return b"the dial for phones is open to all: unset it before bond"
    if argument == _BOND_ON and not can_bond:
        return b""
    return None


def change(settings, which, value):
    """Whether that setting takes that value; then it has it."""
    if which == wire.SET_FACTORY and not value:
        settings.__init__()
    elif which == wire.SET_MODE and len(value) == 1 and value[0] in (SAMPLES, ORIENTATION):
        settings.mode = value[0]
    elif which == wire.SET_IDLE_SLEEP and len(value) == 2:
        settings.idle_sleep_s = struct.unpack("<H", value)[0]
    elif which == wire.SET_QUATERNION and len(value) == 1 and value[0] < 2:
        settings.quaternion = bool(value[0])
    elif which == wire.SET_BOND and len(value) == 1 and value[0] < 2:
        settings.bond = bool(value[0])
    elif which == wire.SET_PHONE and len(value) == 1 and value[0] < 2:
        settings.phone = bool(value[0])
    elif which == wire.SET_CALIBRATION and not value:
        settings.calibration = None
    elif which == wire.SET_CALIBRATION and len(value) == CALIBRATION_BYTES:
        calibration = struct.unpack(CALIBRATION, value)
        if not all(-LARGEST_CALIBRATION <= number <= LARGEST_CALIBRATION for number in calibration):
            return False  # not a number is in no range
        settings.calibration = calibration
    elif which == wire.SET_NAME and 1 <= len(value) <= LONGEST_NAME:
        if min(value) < 32:
            return False
        try:
            settings.name = value.decode()
        except UnicodeError:
            return False
    else:
        return False
    return True


class Store:
    """folder: where the two files lie, the board's root when empty."""

    def __init__(self, folder=""):
        self._file = FlashStore("settings", VERSION, folder)

    def load(self):
        """The newest intact settings, None when there are none."""
        data = self._file.load()
        return unpack(data) if data and _FIRST_BYTES <= len(data) <= struct.calcsize(_VALUES) else None

    def save(self, settings):
        """Raises OSError when the flash is full or broken; what was saved before is still there then."""
        self._file.save(pack(settings))
