"""A board on a table, as its samples show it: rests on its sides, turns by hand, and what else may happen to it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from shinsight.errors import LinkError
from shinsight.samples import FloatArray, SampleBlock
from shinsight.wire.framing import DELIMITER, Chunk, frame, unframe
from shinsight.wire.messages import (
    Answer,
    AnswerCode,
    BatchFlag,
    Command,
    CommandCode,
    DeviceInfo,
    ImuBatch,
    Message,
    Setting,
    Status,
    StoredCalibration,
    decode,
    encode,
)

RATE_HZ = 104.0
G = 9.80665
INFO = DeviceInfo(RATE_HZ, 16 * G / 32768, 0.0010652644, 30, "a board", "MPU-6050", "0.4.0")
SERIAL = bytes.fromhex("e6614c311b4f2a35")
UPS = {
    "x up": (1.0, 0.0, 0.0),
    "x down": (-1.0, 0.0, 0.0),
    "y up": (0.0, 1.0, 0.0),
    "y down": (0.0, -1.0, 0.0),
    "z up": (0.0, 0.0, 1.0),
    "z down": (0.0, 0.0, -1.0),
}
BATCH = 8


def rest(up: Sequence[float], seconds: float = 3.6, *, seed: int = 0) -> FloatArray:
    """(n, 6) accel m/s^2 and gyro rad/s of a board at rest with that direction up, with noise."""
    n = round(seconds * RATE_HZ)
    rng = np.random.default_rng([seed, *(round(1000 * abs(u)) for u in up)])
    u = np.array(up) / np.linalg.norm(up)
    return np.concatenate([np.tile(u * G, (n, 1)), np.zeros((n, 3))], axis=1) + rng.normal(
        0, (0.03, 0.03, 0.03, 0.001, 0.001, 0.001), (n, 6)
    )


def turned(seconds: float = 1.0, *, seed: int = 0) -> FloatArray:
    """A hand at it."""
    rng = np.random.default_rng(seed)
    return rng.normal(0, (6.0, 6.0, 6.0, 1.5, 1.5, 1.5), (round(seconds * RATE_HZ), 6))


def handled(*parts: FloatArray) -> FloatArray:
    """Those rests with a turn between them."""
    out = [parts[0]]
    for k, part in enumerate(parts[1:]):
        out += [turned(seed=k), part]
    return np.concatenate(out)


def six(*, seconds: float = 3.6) -> FloatArray:
    return handled(*(rest(up, seconds) for up in UPS.values()))


def block(values: FloatArray, *, rate_hz: float = RATE_HZ) -> SampleBlock:
    n = len(values)
    return SampleBlock(np.arange(1, n + 1) / rate_hz, values[:, :3].copy(), values[:, 3:].copy(), np.zeros(n, np.uint8))


def counted(values: FloatArray) -> FloatArray:
    scales = np.repeat([INFO.accel_scale_mps2, INFO.gyro_scale_radps], 3)
    return np.clip(np.round(values / scales), -32768, 32767)


class TableBoard:
    """A `Link` to a board that obeys like the firmware and feels those values, at once instead of in their time.

    breaks_after: batches until its cable comes off; forgetful: it says yes to a calibration and does not keep it.
    """

    name = "fake:"
    recovers = False
    signal_dbm: int | None = None
    ended = False

    def __init__(
        self,
        values: FloatArray,
        *,
        stored: StoredCalibration | None = None,
        breaks_after: int | None = None,
        knows_serial: bool = True,
        forgetful: bool = False,
    ) -> None:
        self.stored = stored
        self.set_to: list[bytes] = []
        self._counts = counted(values).astype(int).tolist()
        self._breaks_after = breaks_after
        self._knows_serial = knows_serial
        self._forgetful = forgetful
        self._answers: list[Message] = []
        self._sequence = 65530  # it may begin anywhere, and wraps
        self.sent = 0
        self.streaming = False

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def write(self, data: bytes) -> None:
        command = decode(unframe(data.rstrip(DELIMITER)))
        assert isinstance(command, Command)
        result, told = AnswerCode.OK, b""
        match command.code:
            case CommandCode.INFO:
                self._answers.append(replace(INFO, calibration=self.stored))
            case CommandCode.SERIAL if self._knows_serial:
                told = SERIAL
            case CommandCode.START:
                self.streaming = True
            case CommandCode.STOP:
                self.streaming = False
            case CommandCode.SET if command.argument[0] == Setting.CALIBRATION:
                assert not self.streaming
                self.set_to.append(command.argument[1:])
                v = np.frombuffer(command.argument[1:], "<f4").tolist()
                if not self._forgetful:
                    self.stored = StoredCalibration(tuple(v[:3]), tuple(v[3:12]), tuple(v[12:]))
            case _:
                result = AnswerCode.UNKNOWN_COMMAND
        self._answers.append(Answer(command.token, command.code, result, told))

    def read(self, timeout_s: float) -> list[Chunk]:
        messages, self._answers = self._answers, []
        if self.streaming and self.sent < len(self._counts):
            rows = self._counts[self.sent : self.sent + BATCH]
            end = any(abs(count) >= 32767 for row in rows for count in row[:3])
            self.sent += len(rows)
            self._sequence += 1
            if self._breaks_after is not None and self.sent >= BATCH * self._breaks_after:
                raise LinkError("fake: the cable came off; plug it in again")
            flags = BatchFlag.SATURATED if end else BatchFlag.NONE
            messages.append(ImuBatch(self._sequence % 65536, 0, tuple(map(tuple, rows)), None, flags))
            if self._sequence % 13 == 0:
                messages.append(Status(0, 3.9, 80, 31.5, 0, 0))
        if not messages:
            time.sleep(min(timeout_s, 0.005))
        return [Chunk(0.0, frame(encode(message))) for message in messages]
