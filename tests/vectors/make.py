"""Makes `wire_v1.json`, the golden vectors that firmware and host are tested against.

    python tests/vectors/make.py

Vectors of a published protocol version never change; new ones are added. JSON forms: bytes as hex, NaN as null,
flags and codes as numbers.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isnan, nan
from pathlib import Path
from typing import Any

from shinsight.wire.decoder import MAX_FRAME_BYTES
from shinsight.wire.framing import frame
from shinsight.wire.messages import (
    MAX_BATCH_SAMPLES,
    Answer,
    AnswerCode,
    BatchFlag,
    BoardEvent,
    BoardState,
    ClockExchange,
    Command,
    CommandCode,
    DeviceInfo,
    Event,
    ImuBatch,
    Message,
    Orientation,
    Setting,
    Status,
    StoredCalibration,
    encode,
    encode_calibration,
)

PATH = Path(__file__).with_name("wire_v1.json")
TYPES = {t.__name__: t for t in (ImuBatch, Orientation, DeviceInfo, Status, Event, Command, Answer, ClockExchange)}

LEVEL = (0, 0, 2048, 0, 0, 0)
INFO = DeviceInfo(104.0, 0.0048828125, 0.0010652644, 30, "xiao-nrf52840-sense", "LSM6DS3TR-C", "0.1.0")
STORED = StoredCalibration(
    (0.015625, -0.03125, 0.0078125),
    (1.0, 0.001953125, 0.0, -0.001953125, 0.9921875, 0.0, 0.0, 0.00390625, 1.0078125),
    (0.25, -0.125, 0.0625),
)
CALIBRATED = DeviceInfo(
    208.0,
    0.0048828125,
    0.0010652644,
    32,
    "esp32-s3",
    "LSM6DSO",
    "1.2.3",
    STORED,
)

MESSAGES: dict[str, Message] = {
    "one sample, the smallest batch: 20 bytes": ImuBatch(0, 0, (LEVEL,)),
    "ten samples with the board's quaternion": ImuBatch(
        7, 105_000, tuple((10 * i, -10 * i, 2048 - i, i, -i, 300 * i) for i in range(10)), (0.5, -0.5, 0.5, 0.5)
    ),
    "largest and smallest counts, saturated": ImuBatch(
        1,
        9_600,
        ((32767, -32768, 0, 32767, -32768, 0), (-1, 1, 255, 256, -256, -255)),
        flags=BatchFlag.SATURATED,
    ),
    "batch after an overrun": ImuBatch(2, 19_200, (LEVEL,), flags=BatchFlag.OVERRUN),
    "replayed batch": ImuBatch(3, 28_800, (LEVEL,), (1.0, 0.0, 0.0, 0.0), BatchFlag.REPLAYED),
    "every batch flag at once": ImuBatch(
        4,
        38_400,
        (LEVEL,),
        (0.0, -1.0, 0.0, 0.0),
        BatchFlag.OVERRUN | BatchFlag.SATURATED | BatchFlag.REPLAYED,
    ),
    "sequence and tick about to wrap": ImuBatch(65535, (1 << 30) - 1, (LEVEL,)),
    "tick of 32 bits about to wrap": ImuBatch(65535, (1 << 32) - 1, (LEVEL,)),
    "fullest batch, all zero": ImuBatch(0, 0, ((0, 0, 0, 0, 0, 0),) * MAX_BATCH_SAMPLES, (1.0, 0.0, 0.0, 0.0)),
    "more than 254 bytes without a zero": ImuBatch(
        257, 0x01010101, ((257, 257, 257, 257, 257, 257),) * MAX_BATCH_SAMPLES
    ),
    "orientation": Orientation(9, 1_000_000, (0.5, 0.5, -0.5, -0.5), 0.6108652381980153),
    "orientation lying down": Orientation(10, 1_010_000, (1.0, 0.0, 0.0, 0.0), 1.5707963267948966),
    "device info": INFO,
    "device info with stored calibration": CALIBRATED,
    "device info without names": DeviceInfo(1.0, 0.0048828125, 0.0010652644, 16, "", "", ""),
    "device info with the longest names": DeviceInfo(
        2000.0, 0.0048828125, 0.0010652644, 32, "b" * 40, "ü" * 20, "f" * 40
    ),
    "status": Status(5_000_000, 3.912, 78, 24.5, 0, 3, BoardState.STREAMING, 31, 2),
    "status of a board that knows nothing of its battery": Status(
        5_000_000, nan, 255, -12.25, 4_294_967_295, 65535, 3, 255, 65535
    ),
    "status of a board whose chip is asleep": Status(5_000_000, 3.7, 20, nan, 0, 0, BoardState.SLEEPING),
    "status, battery empty": Status(0, 0.0, 0, 0.0, 0, 0),
    "button": Event(123_456, BoardEvent.BUTTON),
    "long press": Event(123_456, BoardEvent.BUTTON_LONG),
    "boot": Event(0, BoardEvent.BOOT),
    "host mark: stand": Event(0, BoardEvent.HOST_PHASE_STAND),
    "host mark: rocks": Event(0, BoardEvent.HOST_PHASE_ROCKS),
    "host mark: set": Event((1 << 32) - 1, BoardEvent.HOST_PHASE_SET),
    "host mark: go on": Event(0, BoardEvent.HOST_ADVANCE),
    "host mark: calibrate again": Event(0, BoardEvent.HOST_RECALIBRATE),
    "event of a later firmware": Event(1, 0x7F),
    "command info": Command(1, CommandCode.INFO),
    "command start": Command(2, CommandCode.START),
    "command stop": Command(3, CommandCode.STOP),
    "command set rate 104 Hz": Command(4, CommandCode.SET_RATE, (104).to_bytes(2, "little")),
    "command calibrate gyro": Command(5, 5),
    "command calibrate accelerometer, position 5": Command(6, 6, b"\x05"),
    "command set idle sleep 300 s": Command(7, CommandCode.SET, bytes([Setting.IDLE_SLEEP]) + b"\x2c\x01"),
    "command identify": Command(8, CommandCode.IDENTIFY),
    "command read back 3 from sequence 65534": Command(9, CommandCode.READ_BACK, b"\xfe\xff\x03"),
    "command status": Command(255, CommandCode.STATUS),
    "answer ok": Answer(2, CommandCode.START, AnswerCode.OK),
    "answer with data": Answer(1, CommandCode.INFO, AnswerCode.OK, b"\x00\x01\x00"),
    "answer unknown command": Answer(10, 99, AnswerCode.UNKNOWN_COMMAND),
    "answer bad argument": Answer(4, CommandCode.SET_RATE, AnswerCode.BAD_ARGUMENT),
    "answer busy": Answer(5, 5, AnswerCode.BUSY),
    "answer not available": Answer(9, CommandCode.READ_BACK, AnswerCode.NOT_AVAILABLE),
    "command crash report from its start": Command(10, CommandCode.CRASH, b"\x00\x00"),
    "answer not still": Answer(5, 5, 5),
    "answer to start": Answer(2, CommandCode.START, AnswerCode.OK, b"\x07\x00\x08\x4d\x01"),
    "command set bond": Command(11, CommandCode.SET, bytes([Setting.BOND, 1])),
    "clock asked": ClockExchange(1_700_000_000_000_000),
    "clock answered": ClockExchange((1 << 64) - 1, 1_000, 1_250),
    "command serial number": Command(12, CommandCode.SERIAL),
    "answer serial number": Answer(12, CommandCode.SERIAL, AnswerCode.OK, b"\x02\x00\x5e\x00\x00\x01"),
    "command set calibration: the longest": Command(
        13, CommandCode.SET, bytes([Setting.CALIBRATION]) + encode_calibration(STORED)
    ),
    "command forget calibration": Command(14, CommandCode.SET, bytes([Setting.CALIBRATION])),
    "command set phone": Command(15, CommandCode.SET, bytes([Setting.PHONE, 1])),
}


def _spoiled(data: bytes, at: int, value: int) -> bytes:
    return data[:at] + bytes([value]) + data[at + 1 :]


def _refused() -> dict[str, bytes]:
    """Payloads, intact on the way, that are no message."""
    one, turned = encode(MESSAGES["one sample, the smallest batch: 20 bytes"]), encode(MESSAGES["replayed batch"])
    info, button = encode(INFO), encode(MESSAGES["button"])
    return {
        "unknown type 0": _spoiled(one, 0, 0x00),
        "unknown type 15": _spoiled(one, 0, 0xF0),
        "batch of no samples": one[:1] + b"\x00" + one[2:8],
        "batch shorter than it says": one[:-1],
        "batch longer than it says": one + b"\x00",
        "batch of 41 samples": _spoiled(one[:8], 1, 41) + one[8:] * 41,
        "quaternion of length 0": turned[:-8] + bytes(8),
        "device info of protocol 2": _spoiled(info, 1, 2),
        "device info with a rate that is NaN": info[:2] + b"\x00\x00\xc0\x7f" + info[6:],
        "device info with a tick of 8 bits": _spoiled(info, 14, 8),
        "device info that ends inside a name": info[:-1],
        "device info with bytes left over": info + b"\x00",
        "device info whose name is not UTF-8": _spoiled(info, 16, 0xFF),
        "event too short": button[:-1],
        "event too long": button + b"\x00",
        "command without a code": b"\x60\x01",
    }


def _streams() -> list[dict[str, Any]]:
    """Damaged streams and what comes out: the name of a message, or null for one counted damage."""
    first, second = "button", "answer ok"
    a, b = frame(encode(MESSAGES[first])), frame(encode(MESSAGES[second]))
    cases = [
        ("two frames", a + b, [first, second]),
        ("padding between frames", b"\x00\x00" + a + b"\x00" + b, [first, second]),
        ("one bit flipped", _spoiled(a, 3, a[3] ^ 1) + b, [None, second]),
        ("a byte lost", a[:2] + a[3:] + b, [None, second]),
        ("a delimiter lost", a[:-1] + b, [None]),
        ("started in mid-frame", a[4:] + b, [None, second]),
        ("text of a boot loader", b"ESP-ROM:esp32s3-20210327\r\n" + b"\x00" + b, [None, second]),
        ("too long without a delimiter", b"\x55" * (MAX_FRAME_BYTES + 1) + b"\x00" + b, [None, second]),
        ("empty content", frame(b"") + b, [None, second]),
        ("cut before its delimiter", b + a[:-1], [second]),
    ]
    return [{"name": name, "stream_hex": data.hex(), "expected": expected} for name, data, expected in cases]


def to_json(message: Message) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, float) and isnan(value):
            return None
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, tuple):
            return [plain(item) for item in value]
        return value

    return {"type": type(message).__name__, **plain(asdict(message))}


def from_json(fields: dict[str, Any]) -> Message:
    values = {name: value for name, value in fields.items() if name != "type"}
    match fields["type"]:
        case "ImuBatch":
            values["samples"] = tuple(tuple(row) for row in values["samples"])
            values["flags"] = BatchFlag(values["flags"])
        case "Status":
            for name in ("battery_v", "temperature_c"):
                values[name] = nan if values[name] is None else values[name]
        case "Command":
            values["argument"] = bytes.fromhex(values["argument"])
        case "Answer":
            values["data"] = bytes.fromhex(values["data"])
        case "DeviceInfo" if values["calibration"] is not None:
            stored = {name: tuple(value) for name, value in values["calibration"].items()}
            values["calibration"] = StoredCalibration(**stored)
    if values.get("quaternion") is not None:
        values["quaternion"] = tuple(values["quaternion"])
    return TYPES[fields["type"]](**values)


def contents() -> str:
    messages = [
        {
            "name": name,
            "message": to_json(message),
            "payload_hex": encode(message).hex(),
            "frame_hex": frame(encode(message)).hex(),
        }
        for name, message in MESSAGES.items()
    ]
    refused = [
        {"name": name, "payload_hex": payload.hex(), "frame_hex": frame(payload).hex()}
        for name, payload in _refused().items()
    ]
    vectors = {"protocol": 1, "messages": messages, "refused": refused, "streams": _streams()}
    return json.dumps(vectors, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(contents(), encoding="ascii")
