"""Messages of wire format v1, as docs/wire-format.md has them; byte for byte what the host's `wire/messages.py` says.

A batch is written straight into the board's memory (`batches.py`); this module makes the rest, and takes apart what a
host sends. Little endian throughout; byte 0 is the type in the high nibble and flags in the low one.
"""

import struct

PROTOCOL = 1
TICK_BITS = 30  # ticks_us() of a 32-bit MicroPython
MAX_SAMPLES = 40
HEAD_BYTES = 8
SAMPLE_BYTES = 12
QUATERNION_BYTES = 8
SMALLEST_PAYLOAD = 20  # what every Bluetooth connection carries

BATCH = 0x10
QUATERNION = 0x01
OVERRUN = 0x02
SATURATED = 0x04
REPLAYED = 0x08

COMMAND = 0x6
CLOCK = 0x8

INFO = 1
START = 2
STOP = 3
SET_RATE = 4
SET = 7
IDENTIFY = 8
READ_BACK = 9
STATUS = 10
CRASH = 11
SERIAL = 12

SET_FACTORY = 0
SET_MODE = 1
SET_IDLE_SLEEP = 2
SET_QUATERNION = 3
SET_NAME = 4
SET_BOND = 5
SET_CALIBRATION = 6
SET_PHONE = 7

OK = 0
UNKNOWN_COMMAND = 1
BAD_ARGUMENT = 2
BUSY = 3
NOT_AVAILABLE = 4

BUTTON = 1
BUTTON_LONG = 2
BOOT = 3

BATTERY_UNKNOWN_MV = 0xFFFF
BATTERY_UNKNOWN_PERCENT = 0xFF
TEMPERATURE_UNKNOWN = -32768


def counts(component):
    """One component of a unit quaternion as it travels."""
    return max(-32767, min(32767, round(component * 32767.0)))


def device_info(rate_hz, accel_scale_mps2, gyro_scale_radps, names, calibration=None, tick_bits=TICK_BITS):
    """names: (board, chip, firmware); calibration: 15 floats (gyro bias, accelerometer gain and offset) or None."""
    head = 0x31 if calibration else 0x30
    out = struct.pack("<BBfffB", head, PROTOCOL, rate_hz, accel_scale_mps2, gyro_scale_radps, tick_bits)
    if calibration:
        out += struct.pack("<15f", *calibration)
    for name in names:
        text = name.encode()
        out += bytes((len(text),)) + text
    return out


def status(tick_us, battery_mv, battery_percent, temperature_centi_c, dropped, waited, state, kept_s, shed):
    """A Status message; counters that do not fit stay at their end."""
    return struct.pack(
        "<BIHBhIHBBH",
        0x40,
        tick_us,
        battery_mv,
        battery_percent,
        temperature_centi_c,
        dropped & 0xFFFFFFFF,
        min(waited, 0xFFFF),
        state,
        min(kept_s, 0xFF),
        min(shed, 0xFFFF),
    )


def event(tick_us, code):
    """An Event message."""
    return struct.pack("<BIB", 0x50, tick_us, code)


def answer(token, code, result, data=b""):
    """An Answer to the command with that token."""
    return struct.pack("<BBBB", 0x70, token, code, result) + data


def orientation(sequence, tick_us, quaternion, lean_centi_deg):
    """An Orientation message; quaternion of -1 to 1, lean in 1/100 degrees."""
    w, x, y, z = quaternion
    return struct.pack("<BxHI4hh", 0x20, sequence, tick_us, counts(w), counts(x), counts(y), counts(z), lean_centi_deg)


def clock_answer(question, received_us, sent_us):
    """The host's time unchanged, and two ticks of ours."""
    return struct.pack("<B8sII", CLOCK << 4, bytes(question[1:9]), received_us, sent_us)


def is_clock(message):
    """Whether this is a question of the host's clock."""
    return len(message) == 17 and message[0] == CLOCK << 4


def is_command(message):
    """Whether this is a command, whole enough to be answered."""
    return len(message) >= 3 and message[0] == COMMAND << 4
