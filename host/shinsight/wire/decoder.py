"""Bytes to messages: cut the stream at its delimiters, open each frame, read each message.

Pure: no I/O, no clock. A result depends only on the bytes and never on how they were cut. Damage is a value in the
list, never an exception; whatever comes, at most `MAX_FRAME_BYTES` are kept and the next 0x00 is back in step.
"""

from __future__ import annotations

from dataclasses import dataclass

from .framing import CRC_BYTES, DELIMITER, BadFrame, unframe
from .messages import MAX_MESSAGE_BYTES, BadMessage, Message, decode

_COBS_RUN = 254
MAX_FRAME_BYTES = MAX_MESSAGE_BYTES + CRC_BYTES + (MAX_MESSAGE_BYTES + CRC_BYTES) // _COBS_RUN + 1
"""The longest frame a message can make, without its delimiter: COBS adds one byte, and one more for every 254."""


@dataclass(frozen=True, slots=True)
class DamagedFrame:
    """Bytes between two delimiters that are not a message: the reason, and their number without the delimiter."""

    reason: str
    byte_count: int


class Decoder:
    """feed(bytes) -> messages and damage in the order of their closing delimiters. Empty frames are only padding."""

    def __init__(self) -> None:
        self._open = bytearray()  # the frame that has no delimiter yet
        self._too_long = 0  # length of the open frame once it is too long to be one and is no longer kept
        self._frames = 0
        self._damaged = 0
        self._damaged_bytes = 0

    @property
    def frames(self) -> int:
        """Number of intact messages so far."""
        return self._frames

    @property
    def damaged(self) -> int:
        """Number of damaged frames so far."""
        return self._damaged

    @property
    def damaged_bytes(self) -> int:
        """Number of bytes in damaged frames so far."""
        return self._damaged_bytes

    def feed(self, data: bytes) -> list[Message | DamagedFrame]:
        """Return the messages and damaged frames that these bytes complete. Never raises."""
        *closing, rest = bytes(data).split(DELIMITER)
        results = []
        for piece in closing:
            self._append(piece)
            if self._too_long or self._open:
                results.append(self._close())
        self._append(rest)
        return results

    def _append(self, piece: bytes) -> None:
        if self._too_long:
            self._too_long += len(piece)
        elif len(self._open) + len(piece) > MAX_FRAME_BYTES:
            self._too_long = len(self._open) + len(piece)
            self._open.clear()
        else:
            self._open += piece

    def _close(self) -> Message | DamagedFrame:
        stuffed, byte_count = bytes(self._open), self._too_long or len(self._open)
        self._open.clear()
        self._too_long = 0
        result: Message | DamagedFrame
        if byte_count > MAX_FRAME_BYTES:
            result = DamagedFrame(
                f"{byte_count} bytes without a delimiter, expected at most {MAX_FRAME_BYTES}", byte_count
            )
        else:
            try:
                result = decode(unframe(stuffed))
            except (BadFrame, BadMessage) as error:
                result = DamagedFrame(str(error), byte_count)
        if isinstance(result, DamagedFrame):
            self._damaged += 1
            self._damaged_bytes += byte_count
        else:
            self._frames += 1
        return result
