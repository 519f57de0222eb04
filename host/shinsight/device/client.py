"""Question and answer with a board: who it is, its settings and calibration, and its samples for a while."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from ..errors import DeviceError, LinkError
from ..transport.base import Link
from ..wire.decoder import Damaged, Decoder
from ..wire.framing import frame
from ..wire.messages import (
    Answer,
    AnswerCode,
    Command,
    CommandCode,
    DeviceInfo,
    Message,
    Setting,
    StoredCalibration,
    encode,
    encode_calibration,
)

ANSWER_S = 5.0
READ_S = 0.1
SILENT_S = 5.0
_REFUSALS = {
    AnswerCode.UNKNOWN_COMMAND: "its firmware does not know that; `shinsight flash` brings a newer one",
    AnswerCode.BAD_ARGUMENT: "that value is out of bounds, see docs/wire-format.md",
    AnswerCode.BUSY: "it is streaming for somebody else; stop that first",
}


class Conversation:
    """A link opened for talking; inside `with` the board is connected. Raises `LinkError` when it cannot be."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.name = link.name
        self._decoder = Decoder()
        self._token = 0
        self._info: DeviceInfo | None = None

    def __enter__(self) -> Self:
        self._link.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._link.close()

    def ask(self, code: CommandCode, argument: bytes = b"", *, limit_s: float = ANSWER_S) -> Answer:
        """The answer. Raises `DeviceError` when it is a refusal or does not come."""
        self._token = (self._token + 1) % 256
        self._link.write(frame(encode(Command(self._token, code, argument))))
        until_s = time.monotonic() + limit_s
        while time.monotonic() < until_s:
            for message in self._heard():
                if isinstance(message, Answer) and (message.token, message.code) == (self._token, code):
                    return _granted(message, code, self.name)
        raise DeviceError(
            f"{self.name} did not answer {code.name} within {limit_s:.0f} s, expected an answer: "
            "switch the board off and on"
        )

    def set(self, setting: Setting, value: bytes) -> None:
        """Change a setting; the board keeps it."""
        self.ask(CommandCode.SET, bytes([setting]) + value)

    def set_rate(self, rate_hz: int) -> None:
        self.ask(CommandCode.SET_RATE, rate_hz.to_bytes(2, "little"))

    def serial(self) -> str:
        """The serial number of the board's chip, in hexadecimal."""
        return self.ask(CommandCode.SERIAL).data.hex()

    def info(self) -> DeviceInfo:
        """Who the board is, asked anew."""
        self.ask(CommandCode.INFO)
        if self._info is None:
            raise DeviceError(f"{self.name} answered INFO without its device info, expected it: switch it off and on")
        return self._info

    def calibrate(self, calibration: StoredCalibration) -> None:
        """Have the board keep that calibration. Raises `DeviceError` unless it says the same back."""
        wanted = encode_calibration(calibration)
        self.set(Setting.CALIBRATION, wanted)
        kept = self.info().calibration
        if kept is None or encode_calibration(kept) != wanted:
            raise DeviceError(f"{self.name} keeps {kept}, expected {calibration}: calibrate it again")

    @contextmanager
    def streaming(self) -> Iterator[Iterator[Message]]:
        """Inside `with` the board streams: its messages as they come, without end. Raises `DeviceError` on silence."""
        self.ask(CommandCode.START)
        try:
            yield self._messages()
        finally:
            with suppress(LinkError, DeviceError):  # a dead link cannot be told, and its own error is on the way
                self.ask(CommandCode.STOP)

    def _messages(self) -> Iterator[Message]:
        heard_s = time.monotonic()
        while time.monotonic() - heard_s < SILENT_S:
            for message in self._heard():
                heard_s = time.monotonic()
                yield message
        raise DeviceError(
            f"{self.name} has sent nothing for {SILENT_S:.0f} s, expected samples: is it on, charged and in reach?"
        )

    def _heard(self) -> Iterator[Message]:
        for chunk in self._link.read(READ_S):
            for message in self._decoder.feed(chunk.data):
                if isinstance(message, Damaged):
                    continue
                if isinstance(message, DeviceInfo):
                    self._info = message
                yield message


def _granted(answer: Answer, code: CommandCode, name: str) -> Answer:
    if answer.result == AnswerCode.OK:
        return answer
    if code == CommandCode.SET_RATE and answer.result == AnswerCode.NOT_AVAILABLE:
        rates = [int.from_bytes(answer.data[at : at + 2], "little") for at in range(0, len(answer.data), 2)]
        raise DeviceError(f"{name} has no such rate, its chip has {', '.join(map(str, rates))} Hz")
    words = _REFUSALS.get(AnswerCode(answer.result)) if answer.result in set(AnswerCode) else None
    reason = words or answer.data.decode(errors="replace") or "it is not available on this board"
    raise DeviceError(f"{name} refuses {code.name}: {reason}")
