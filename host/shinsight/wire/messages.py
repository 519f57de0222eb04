"""Wire format v1: the messages, their meaning and their bytes. `docs/wire-format.md` is the same in prose.

One byte of head: the type in the high nibble, flags in the low one. Little endian throughout. One message is one
BLE payload; on a serial line and in files it is wrapped by `framing`. `encode` and `decode` are pure inverses.
`decode` raises `BadMessage` only; the `decoder` turns that into a counted value.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from math import isnan, nan

PROTOCOL_VERSION = 1
MAX_BATCH_SAMPLES = 40
MAX_MESSAGE_BYTES = 512
QUATERNION_SCALE = 32767.0


class BadMessage(ValueError):  # noqa: N818 - a value of the decoder, not an error a user meets
    """The bytes are not a message of this protocol version; the text says why."""


class MessageType(IntEnum):
    """Lists the types of messages."""

    IMU_BATCH = 0x1
    ORIENTATION = 0x2
    DEVICE_INFO = 0x3
    STATUS = 0x4
    EVENT = 0x5
    COMMAND = 0x6
    ANSWER = 0x7
    CLOCK = 0x8


class BatchFlag(IntFlag):
    """Lists the flags of a batch of samples."""

    NONE = 0
    QUATERNION = 1  # the board's running strapdown quaternion follows the samples
    OVERRUN = 2  # the FIFO or the board's queue lost samples before this batch
    SATURATED = 4  # a sample in this batch touched the end of its range
    REPLAYED = 8  # sent again on request (read-back)


class BoardEvent(IntEnum):
    """Lists the codes of `Event`."""

    BUTTON = 1
    BUTTON_LONG = 2
    BOOT = 3
    # Marks that the host writes into its own raw log, so that a replay goes the same way. Of 0.4 and before:
    HOST_PHASE_STAND = 0x80
    HOST_PHASE_ROCKS = 0x81
    HOST_PHASE_SET = 0x82
    # A key was pressed: go on with the guided start; calibrate again. The same as the button, short and long.
    HOST_ADVANCE = 0x83
    HOST_RECALIBRATE = 0x84


class CommandCode(IntEnum):
    """Lists the commands that a host gives, with their arguments."""

    INFO = 1
    START = 2
    STOP = 3
    SET_RATE = 4  # argument: u16 Hz
    SET = 7  # argument: u8 setting, then its value
    IDENTIFY = 8
    READ_BACK = 9  # argument: u16 first sequence, u8 count
    STATUS = 10
    CRASH = 11  # argument: u16 offset into the last crash report, 0xFFFF to forget it
    SERIAL = 12


class Setting(IntEnum):
    """What SET changes: the first byte of its argument. Kept on the board until it is changed again."""

    FACTORY = 0  # no value: every setting and calibration as it left the factory
    MODE = 1  # u8, `StreamMode`
    IDLE_SLEEP = 2  # u16 seconds without a host until the board sleeps, 0 never
    QUATERNION = 3  # u8, 0 leaves the board's quaternion out of the batches
    NAME = 4  # UTF-8, 1..20 bytes: the name it advertises
    BOND = 5  # u8, 1: over Bluetooth the board talks to hosts only that it is bonded with
    CALIBRATION = 6  # 15 x f32 as in the device info, or no value: none
    PHONE = 7  # u8, 1: a dial for phones with the phyphox app; never together with BOND


class StreamMode(IntEnum):
    """Lists what a board can stream."""

    SAMPLES = 0  # IMU batches
    ORIENTATION = 1  # `Orientation` only, 18 bytes each, for phones and small hosts


class BoardState(IntEnum):
    """Lists the states that a board reports in `Status`."""

    IDLE = 0
    STREAMING = 1
    SLEEPING = 3


class AnswerCode(IntEnum):
    """Lists the results of a command."""

    OK = 0
    UNKNOWN_COMMAND = 1
    BAD_ARGUMENT = 2
    BUSY = 3
    NOT_AVAILABLE = 4  # e.g. the sequence asked for has left the board's memory


IDENTITY_GAIN = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class StoredCalibration:
    """Inertial calibration kept on the board: accel_mps2 = gain (3x3, row by row) @ raw_mps2 - offset."""

    gyro_bias_radps: tuple[float, float, float] = (0.0, 0.0, 0.0)
    accel_gain: tuple[float, ...] = IDENTITY_GAIN
    accel_offset_mps2: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Identity of the board and the meaning of its counts.

    Scales are SI per count; tick_bits is the width of the tick.
    """

    rate_hz: float
    accel_scale_mps2: float
    gyro_scale_radps: float
    tick_bits: int
    board: str
    chip: str
    firmware: str
    calibration: StoredCalibration | None = None
    protocol: int = PROTOCOL_VERSION


Counts = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class ImuBatch:
    """Raw samples, oldest first: (ax, ay, az, gx, gy, gz) counts each. tick_us belongs to the newest.

    quaternion: (w, x, y, z) of the board's strapdown orientation (sensor to an earth frame of arbitrary heading)
    at the newest sample, None if absent. Sequence counts batches modulo 2**16.
    """

    sequence: int
    tick_us: int
    samples: tuple[Counts, ...]
    quaternion: tuple[float, float, float, float] | None = None
    flags: BatchFlag = BatchFlag.NONE


@dataclass(frozen=True, slots=True)
class Orientation:
    """Orientation-only mode for small hosts: quaternion (w, x, y, z), corrected by gravity, and the lean.

    inclination_rad: angle in 0..pi between up and the sensor axis that was closest to up when streaming began.
    """

    sequence: int
    tick_us: int
    quaternion: tuple[float, float, float, float]
    inclination_rad: float


@dataclass(frozen=True, slots=True)
class Status:
    """battery_v, temperature_c: NaN when unknown; battery_percent: 255 then; dropped: samples lost on the board.

    state: `BoardState`; kept_s: how many seconds of batches its memory holds for READ_BACK; shed: batches that went
    without their quaternion because the board had no time for it.
    """

    tick_us: int
    battery_v: float
    battery_percent: int
    temperature_c: float
    dropped: int
    queue_high_water: int
    state: int = BoardState.IDLE
    kept_s: int = 0
    shed: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Reports that something happened at `tick_us` of the board's clock. code: a `BoardEvent`."""

    tick_us: int
    code: int


@dataclass(frozen=True, slots=True)
class Command:
    """Asks the board to do something. code: a `CommandCode`."""

    token: int  # repeated in the answer
    code: int
    argument: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answers a command with the same token."""

    token: int
    code: int  # of the command
    result: int  # AnswerCode
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class ClockExchange:
    """Four-timestamp exchange (NTP): the host sends its time; the board adds when it received and answered."""

    host_sent_us: int
    board_received_us: int = 0
    board_sent_us: int = 0


Message = ImuBatch | Orientation | DeviceInfo | Status | Event | Command | Answer | ClockExchange

_BATCH_HEAD = struct.Struct("<BBHI")
_COUNTS = struct.Struct("<6h")
_QUATERNION = struct.Struct("<4h")
_ORIENTATION = struct.Struct("<BxHI4hh")
_INFO = struct.Struct("<BBfffB")
_CALIBRATION = struct.Struct("<15f")
_STATUS = struct.Struct("<BIHBhIHBBH")
_EVENT = struct.Struct("<BIB")
_COMMAND = struct.Struct("<BBB")
_ANSWER = struct.Struct("<BBBB")
_CLOCK = struct.Struct("<BQII")

_CENTIDEGREE_RAD = 3.141592653589793 / 18000.0
_MILLIVOLT_UNKNOWN = 0xFFFF
_CENTI_C_UNKNOWN = -0x8000
_INFO_CALIBRATED = 1


def _head(kind: MessageType, flags: int = 0) -> int:
    return kind << 4 | flags


def _pack_quaternion(q: tuple[float, float, float, float]) -> bytes:
    return _QUATERNION.pack(*(max(-32767, min(32767, round(c * QUATERNION_SCALE))) for c in q))


def _unpack_quaternion(raw: tuple[int, ...]) -> tuple[float, float, float, float]:
    norm = sum(c * c for c in raw) ** 0.5
    if norm < 0.9 * QUATERNION_SCALE or norm > 1.1 * QUATERNION_SCALE:
        raise BadMessage(f"quaternion norm {norm / QUATERNION_SCALE:.3f}, expected 1")
    w, x, y, z = (c / norm for c in raw)
    return (w, x, y, z)


def encode(message: Message) -> bytes:
    """Encode a message. Raises ValueError or struct.error when a field does not fit its place."""
    match message:
        case ImuBatch():
            if not 1 <= len(message.samples) <= MAX_BATCH_SAMPLES:
                raise ValueError(f"batch of {len(message.samples)} samples, expected 1..{MAX_BATCH_SAMPLES}")
            batch_flags = message.flags & ~BatchFlag.QUATERNION
            if message.quaternion is not None:
                batch_flags |= BatchFlag.QUATERNION
            parts = [
                _BATCH_HEAD.pack(
                    _head(MessageType.IMU_BATCH, batch_flags),
                    len(message.samples),
                    message.sequence,
                    message.tick_us,
                )
            ]
            parts += [_COUNTS.pack(*s) for s in message.samples]
            if message.quaternion is not None:
                parts.append(_pack_quaternion(message.quaternion))
            return b"".join(parts)
        case Orientation():
            raw = _QUATERNION.unpack(_pack_quaternion(message.quaternion))
            return _ORIENTATION.pack(
                _head(MessageType.ORIENTATION),
                message.sequence,
                message.tick_us,
                *raw,
                round(message.inclination_rad / _CENTIDEGREE_RAD),
            )
        case DeviceInfo():
            flags = _INFO_CALIBRATED if message.calibration else 0
            out = _INFO.pack(
                _head(MessageType.DEVICE_INFO, flags),
                message.protocol,
                message.rate_hz,
                message.accel_scale_mps2,
                message.gyro_scale_radps,
                message.tick_bits,
            )
            if message.calibration is not None:
                out += encode_calibration(message.calibration)
            for text in (message.board, message.chip, message.firmware):
                raw_text = text.encode()
                if len(raw_text) > 40:
                    raise ValueError(f"device info text {text!r} is {len(raw_text)} bytes, at most 40")
                out += bytes([len(raw_text)]) + raw_text
            return out
        case Status():
            return _STATUS.pack(
                _head(MessageType.STATUS),
                message.tick_us,
                _MILLIVOLT_UNKNOWN if isnan(message.battery_v) else round(message.battery_v * 1000),
                message.battery_percent,
                _CENTI_C_UNKNOWN if isnan(message.temperature_c) else round(message.temperature_c * 100),
                message.dropped,
                message.queue_high_water,
                message.state,
                message.kept_s,
                message.shed,
            )
        case Event():
            return _EVENT.pack(_head(MessageType.EVENT), message.tick_us, message.code)
        case Command():
            return _COMMAND.pack(_head(MessageType.COMMAND), message.token, message.code) + message.argument
        case Answer():
            return _ANSWER.pack(_head(MessageType.ANSWER), message.token, message.code, message.result) + message.data
        case ClockExchange():
            return _CLOCK.pack(
                _head(MessageType.CLOCK),
                message.host_sent_us,
                message.board_received_us,
                message.board_sent_us,
            )


def encode_calibration(calibration: StoredCalibration) -> bytes:
    """Encode a calibration as the device info and the setting CALIBRATION carry it."""
    c = calibration
    return _CALIBRATION.pack(*c.gyro_bias_radps, *c.accel_gain, *c.accel_offset_mps2)


def decode(data: bytes) -> Message:
    """Decode the message in these bytes. Raises `BadMessage` (and nothing else) when they are not one."""
    if not data or len(data) > MAX_MESSAGE_BYTES:
        raise BadMessage(f"message of {len(data)} bytes, expected 1..{MAX_MESSAGE_BYTES}")
    try:
        kind = MessageType(data[0] >> 4)
    except ValueError:
        raise BadMessage(f"message type {data[0] >> 4} is unknown to protocol version {PROTOCOL_VERSION}") from None
    try:
        return _DECODERS[kind](data)
    except (struct.error, UnicodeDecodeError) as error:
        raise BadMessage(f"{kind.name} of {len(data)} bytes: {error}") from None


def _decode_batch(data: bytes) -> ImuBatch:
    head, count, sequence, tick_us = _BATCH_HEAD.unpack_from(data)
    flags = BatchFlag(head & 0xF)
    with_quaternion = bool(flags & BatchFlag.QUATERNION)
    expected = _BATCH_HEAD.size + count * _COUNTS.size + with_quaternion * _QUATERNION.size
    if not 1 <= count <= MAX_BATCH_SAMPLES or len(data) != expected:
        raise BadMessage(f"IMU batch says {count} samples and has {len(data)} bytes, expected {expected}")
    end = _BATCH_HEAD.size + count * _COUNTS.size
    samples = tuple(_COUNTS.iter_unpack(data[_BATCH_HEAD.size : end]))
    quaternion = _unpack_quaternion(_QUATERNION.unpack_from(data, end)) if with_quaternion else None
    return ImuBatch(sequence, tick_us, samples, quaternion, flags)


def _exact(layout: struct.Struct, data: bytes) -> tuple[int, ...]:
    return layout.unpack(data)


def _decode_orientation(data: bytes) -> Orientation:
    _, sequence, tick_us, w, x, y, z, inclination = _exact(_ORIENTATION, data)
    return Orientation(sequence, tick_us, _unpack_quaternion((w, x, y, z)), inclination * _CENTIDEGREE_RAD)


def _finite(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise BadMessage(f"device info {name} is {value}, expected {low}..{high}")


def _decode_info(data: bytes) -> DeviceInfo:
    head, protocol, rate, accel_scale, gyro_scale, tick_bits = _INFO.unpack_from(data)
    if protocol != PROTOCOL_VERSION:
        raise BadMessage(f"device info protocol version {protocol}, expected {PROTOCOL_VERSION}")
    _finite("rate_hz", rate, 1.0, 2000.0)
    _finite("accel_scale_mps2", accel_scale, 1e-6, 1.0)
    _finite("gyro_scale_radps", gyro_scale, 1e-7, 1.0)
    _finite("tick_bits", tick_bits, 16, 32)
    at = _INFO.size
    calibration = None
    if head & _INFO_CALIBRATED:
        v = _CALIBRATION.unpack_from(data, at)
        at += _CALIBRATION.size
        for value in v:
            _finite("calibration value", value, -100.0, 100.0)
        calibration = StoredCalibration((v[0], v[1], v[2]), tuple(v[3:12]), (v[12], v[13], v[14]))
    texts = []
    for _ in range(3):
        if at >= len(data) or at + 1 + data[at] > len(data):
            raise BadMessage(f"device info of {len(data)} bytes ends inside its texts")
        texts.append(data[at + 1 : at + 1 + data[at]].decode())
        at += 1 + data[at]
    if at != len(data):
        raise BadMessage(f"device info has {len(data) - at} bytes too many")
    board, chip, firmware = texts
    return DeviceInfo(rate, accel_scale, gyro_scale, tick_bits, board, chip, firmware, calibration, protocol)


def _decode_status(data: bytes) -> Status:
    _, tick_us, millivolt, percent, centi_c, dropped, high_water, state, kept_s, shed = _exact(_STATUS, data)
    volt = nan if millivolt == _MILLIVOLT_UNKNOWN else millivolt / 1000
    celsius = nan if centi_c == _CENTI_C_UNKNOWN else centi_c / 100
    return Status(tick_us, volt, percent, celsius, dropped, high_water, state, kept_s, shed)


def _decode_event(data: bytes) -> Event:
    _, tick_us, code = _exact(_EVENT, data)
    return Event(tick_us, code)


def _decode_command(data: bytes) -> Command:
    _, token, code = _COMMAND.unpack_from(data)
    return Command(token, code, data[_COMMAND.size :])


def _decode_answer(data: bytes) -> Answer:
    _, token, code, result = _ANSWER.unpack_from(data)
    return Answer(token, code, result, data[_ANSWER.size :])


def _decode_clock(data: bytes) -> ClockExchange:
    _, host_sent, received, sent = _exact(_CLOCK, data)
    return ClockExchange(host_sent, received, sent)


_DECODERS: dict[MessageType, Callable[[bytes], Message]] = {
    MessageType.IMU_BATCH: _decode_batch,
    MessageType.ORIENTATION: _decode_orientation,
    MessageType.DEVICE_INFO: _decode_info,
    MessageType.STATUS: _decode_status,
    MessageType.EVENT: _decode_event,
    MessageType.COMMAND: _decode_command,
    MessageType.ANSWER: _decode_answer,
    MessageType.CLOCK: _decode_clock,
}
