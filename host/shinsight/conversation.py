"""Question and answer with a board that is not streaming: its settings and its own calibration."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from .errors import DeviceError
from .transport.base import Link
from .wire.decoder import Decoder
from .wire.framing import frame
from .wire.messages import Answer, AnswerCode, Command, CommandCode, Setting, encode

ANSWER_S = 5.0
CALIBRATION_S = 12.0
_REFUSALS = {
    AnswerCode.UNKNOWN_COMMAND: "its firmware does not know that; `shinsight flash` brings a newer one",
    AnswerCode.BAD_ARGUMENT: "that value is out of bounds, see docs/wire-format.md",
    AnswerCode.BUSY: "it is streaming or calibrating for somebody else; stop that first",
    AnswerCode.NOT_STILL: "it moved; lay it on a table and do not touch it",
    AnswerCode.WRONG_POSITION: "it does not lie on that side; turn it and try again",
}


class Conversation:
    """A link opened for talking; inside `with` the board is connected. Raises `LinkError` when it cannot be."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._decoder = Decoder()
        self._token = 0

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
            for chunk in self._link.read(0.1):
                for message in self._decoder.feed(chunk.data):
                    if isinstance(message, Answer) and (message.token, message.code) == (self._token, code):
                        return _granted(message, code, self._link.name)
        raise DeviceError(
            f"{self._link.name} did not answer {code.name} within {limit_s:.0f} s, expected an answer: "
            "switch the board off and on"
        )

    def set(self, setting: Setting, value: bytes) -> None:
        """Change a setting; the board keeps it."""
        self.ask(CommandCode.SET, bytes([setting]) + value)

    def set_rate(self, rate_hz: int) -> None:
        self.ask(CommandCode.SET_RATE, rate_hz.to_bytes(2, "little"))

    def calibrate_gyro(self) -> None:
        """The board has to lie still for three seconds."""
        self.ask(CommandCode.CALIBRATE_GYRO, limit_s=CALIBRATION_S)

    def calibrate_accel(self, position: int) -> bool:
        """One of six positions, two seconds still: +x -x +y -y +z -z up. True when it was the last that was wanted."""
        answer = self.ask(CommandCode.CALIBRATE_ACCEL, bytes([position]), limit_s=CALIBRATION_S)
        return answer.data == b"\x3f"


def _granted(answer: Answer, code: CommandCode, name: str) -> Answer:
    if answer.result == AnswerCode.OK:
        return answer
    if code == CommandCode.SET_RATE and answer.result == AnswerCode.NOT_AVAILABLE:
        rates = [int.from_bytes(answer.data[at : at + 2], "little") for at in range(0, len(answer.data), 2)]
        raise DeviceError(f"{name} has no such rate, its chip has {', '.join(map(str, rates))} Hz")
    words = _REFUSALS.get(AnswerCode(answer.result)) if answer.result in set(AnswerCode) else None
    reason = words or answer.data.decode(errors="replace") or "it is not available on this board"
    raise DeviceError(f"{name} refuses {code.name}: {reason}")
