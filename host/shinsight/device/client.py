"""Questions to a board and its answers: its identity, its settings and calibration, and its samples for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from ..errors import DeviceError, LinkError
from ..transport.base import Link
from ..wire.decoder import DamagedFrame, Decoder
from ..wire.messages import (
    Answer,
    AnswerCode,
    CommandCode,
    DeviceInfo,
    Message,
    Setting,
    StoredCalibration,
    encode_calibration,
)
from .protocol import ANSWER_S, SILENT_S, BoardProtocol

READ_S = 0.1
_FIRST_TOKEN = 1
"""A serial link claims its port with token 0, and answers to that may still come."""
_REFUSALS = {
    AnswerCode.UNKNOWN_COMMAND: "its firmware does not know this command; `shinsight flash` installs a newer one",
    AnswerCode.BAD_ARGUMENT: "the value is out of bounds, see docs/wire-format.md",
    AnswerCode.BUSY: "it streams to another program; stop that first",
}


class BoardClient:
    """A link opened for questions; inside `with` the board is connected.

    clock: returns seconds, and never goes back. Entering raises `LinkError` when the board cannot be connected.
    """

    def __init__(self, link: Link, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self.name = link.name
        self._clock = clock
        self._decoder = Decoder()
        self._protocol = BoardProtocol(first_token=_FIRST_TOKEN)
        self._info: DeviceInfo | None = None

    def __enter__(self) -> Self:
        self._link.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._link.close()

    def ask(self, code: CommandCode, argument: bytes = b"", *, limit_s: float = ANSWER_S) -> Answer:
        """Return the board's answer. Raises `DeviceError` when it refuses, or does not answer within limit_s."""
        self._link.write(self._protocol.ask(code, argument, now_s=self._clock(), limit_s=limit_s))
        while not self._protocol.overdue(self._clock()):
            for message in self._read():
                answer = self._protocol.answer_in(message)
                if answer is not None:
                    return _granted(answer, code, self.name)
        raise DeviceError(
            f"{self.name} did not answer {code.name} within {limit_s:.0f} s, expected an answer: "
            "switch the board off and on"
        )

    def set(self, setting: Setting, value: bytes) -> None:
        """Change a setting in the board's flash. Raises `DeviceError`."""
        self.ask(CommandCode.SET, bytes([setting]) + value)

    def set_rate(self, rate_hz: int) -> None:
        """Change the sample rate. Raises `DeviceError` that names the rates of the chip."""
        self.ask(CommandCode.SET_RATE, rate_hz.to_bytes(2, "little"))

    def serial(self) -> str:
        """Return the serial number of the board's chip, in hexadecimal. Raises `DeviceError`."""
        return self.ask(CommandCode.SERIAL).data.hex()

    def info(self) -> DeviceInfo:
        """Ask for the device info and return it. Raises `DeviceError`."""
        self.ask(CommandCode.INFO)
        if self._info is None:
            raise DeviceError(
                f"{self.name} answered INFO without its device info, expected it: switch the board off and on"
            )
        return self._info

    def calibrate(self, calibration: StoredCalibration) -> None:
        """Store this calibration on the board. Raises `DeviceError` unless the board then reports the same one."""
        wanted = encode_calibration(calibration)
        self.set(Setting.CALIBRATION, wanted)
        stored = self.info().calibration
        if stored is None or encode_calibration(stored) != wanted:
            raise DeviceError(f"{self.name} has stored {stored}, expected {calibration}: calibrate it again")

    @contextmanager
    def streaming(self) -> Iterator[Iterator[Message]]:
        """Let the board stream inside `with`: yields its messages without end. Raises `DeviceError` on silence."""
        self.ask(CommandCode.START)
        try:
            yield self._messages()
        finally:
            with suppress(LinkError, DeviceError):  # a dead link cannot be stopped, and its own error is on the way
                self.ask(CommandCode.STOP)

    def _messages(self) -> Iterator[Message]:
        self._protocol.hear(self._clock(), heard=True)
        while not self._protocol.hear(self._clock(), heard=False):
            for message in self._read():
                self._protocol.hear(self._clock(), heard=True)
                yield message
        raise DeviceError(
            f"{self.name} has sent nothing for {SILENT_S:.0f} s, expected samples: is it on, charged and in reach?"
        )

    def _read(self) -> Iterator[Message]:
        for chunk in self._link.read(READ_S):
            for message in self._decoder.feed(chunk.data):
                if isinstance(message, DamagedFrame):
                    continue
                if isinstance(message, DeviceInfo):
                    self._info = message
                yield message


def _granted(answer: Answer, code: CommandCode, name: str) -> Answer:
    if answer.result == AnswerCode.OK:
        return answer
    if code == CommandCode.SET_RATE and answer.result == AnswerCode.NOT_AVAILABLE:
        rates = [int.from_bytes(answer.data[at : at + 2], "little") for at in range(0, len(answer.data), 2)]
        raise DeviceError(f"{name} does not have this rate, its chip has {', '.join(map(str, rates))} Hz")
    words = _REFUSALS.get(AnswerCode(answer.result)) if answer.result in set(AnswerCode) else None
    reason = words or answer.data.decode(errors="replace") or "it is not available on this board"
    raise DeviceError(f"{name} refuses {code.name}: {reason}")
