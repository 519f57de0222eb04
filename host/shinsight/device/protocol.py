"""How to speak with a board, without I/O and without a clock: what to send and when, and what silence means.

The caller gives the time in seconds of any clock that never goes back, and what has come from the board. It gets back
framed messages to write to the link, one each. Every repeat and every time-out is decided here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ..wire.framing import frame
from ..wire.messages import Answer, Command, CommandCode, Message, encode

ANSWER_S = 5.0
INFO_AGAIN_S = 1.0
START_AGAIN_S = 3.0
"""Without a new sample for so long, the board is started again: it may have restarted by itself."""
READ_BACK_AGAIN_S = 2.0
SILENT_S = 5.0
SEQUENCES = 65536
"""Sequence numbers of batches count modulo this."""
TOKENS = 256


@dataclass(frozen=True, slots=True)
class Step:
    """What a stream needs now. frames: framed messages to send. fell_silent: a silence has just begun."""

    frames: tuple[bytes, ...]
    fell_silent: bool


@dataclass(frozen=True, slots=True)
class _Question:
    token: int
    code: CommandCode
    until_s: float


class BoardProtocol:
    """The host's side of a conversation with one board.

    A question: `ask`, then `answer_in` for each message, until one is the answer or the question is `overdue`.
    A stream: `start`, then `step` after each read, `stop` at the end; `start` again after the link was lost.
    first_token: the number of the first command; answers repeat it.
    """

    def __init__(self, *, first_token: int = 0) -> None:
        self._token = first_token
        self._question: _Question | None = None
        self._silent = False
        self._heard_s = 0.0
        self._info_asked_s = 0.0
        self._samples = 0
        self._sampled_s = 0.0
        self._missing: tuple[int, int] | None = None
        self._missing_since_s = 0.0
        self._read_back: tuple[int, int] | None = None

    def ask(self, code: CommandCode, argument: bytes = b"", *, now_s: float, limit_s: float = ANSWER_S) -> bytes:
        """Return the framed question. It replaces a question that is still open."""
        self._question = _Question(self._token, code, now_s + limit_s)
        return self._command(code, argument)

    def answer_in(self, message: Message) -> Answer | None:
        """Return the message if it answers the open question, and close the question."""
        question = self._question
        if question is None or not isinstance(message, Answer):
            return None
        if (message.token, message.code) != (question.token, question.code):
            return None
        self._question = None
        return message

    def overdue(self, now_s: float) -> bool:
        """Return whether the open question has waited too long for its answer."""
        return self._question is not None and now_s >= self._question.until_s

    def start(self, now_s: float) -> tuple[bytes, bytes]:
        """Return the framed INFO and START that begin a stream, or begin it again on a link that is back."""
        self._heard_s = self._info_asked_s = self._sampled_s = now_s
        self._read_back = None
        return self._command(CommandCode.INFO), self._command(CommandCode.START)

    def stop(self) -> bytes:
        """Return the framed STOP."""
        return self._command(CommandCode.STOP)

    @property
    def silent(self) -> bool:
        """Whether the board has been silent for `SILENT_S` or longer."""
        return self._silent

    def hear(self, now_s: float, *, heard: bool) -> bool:
        """Note whether something came since the last call. Return True once when a silence of `SILENT_S` has begun."""
        if heard:
            self._heard_s = now_s
            self._silent = False
            return False
        fell_silent = not self._silent and now_s - self._heard_s >= SILENT_S
        self._silent = self._silent or fell_silent
        return fell_silent

    def step(self, now_s: float, *, heard: bool, has_info: bool, samples: int, missing: tuple[int, int] | None) -> Step:
        """Return what to send after a read: INFO, START or READ_BACK again where the first one has had no effect.

        heard: bytes came in this read. has_info: the device info has come. samples: samples received so far.
        missing: (first sequence number, count) of batches to read back, None when none are missing.
        """
        frames = []
        fell_silent = self.hear(now_s, heard=heard)
        if not has_info and now_s - self._info_asked_s >= INFO_AGAIN_S:
            self._info_asked_s = now_s
            frames.append(self._command(CommandCode.INFO))
        if samples != self._samples:
            self._samples, self._sampled_s = samples, now_s
        elif now_s - self._sampled_s >= START_AGAIN_S:
            self._sampled_s = now_s
            frames.append(self._command(CommandCode.START))
        return Step((*frames, *self.read_back(missing, now_s)), fell_silent)

    def read_back(self, missing: tuple[int, int] | None, now_s: float) -> tuple[bytes, ...]:
        """Return a framed READ_BACK for batches that were not asked for yet, or have not come for a while."""
        if missing != self._missing:
            self._missing, self._missing_since_s = missing, now_s
        if missing is None:
            self._read_back = None
            return ()
        asked = self._read_back is not None and (missing[0] - self._read_back[0]) % SEQUENCES < self._read_back[1]
        if asked and now_s - self._missing_since_s < READ_BACK_AGAIN_S:
            return ()
        self._read_back, self._missing_since_s = missing, now_s
        return (self._command(CommandCode.READ_BACK, struct.pack("<HB", *missing)),)

    def _command(self, code: CommandCode, argument: bytes = b"") -> bytes:
        token, self._token = self._token, (self._token + 1) % TOKENS
        return frame(encode(Command(token, code, argument)))
