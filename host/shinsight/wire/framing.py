"""Frames on a byte stream: COBS (message + CRC-16) + 0x00. Serial lines and files use it; a BLE payload needs none.

CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF, no reflection), low byte first. COBS after Cheshire & Baker
1999 takes every 0x00 out of the content, so a reader that starts anywhere is in step after the next 0x00.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass

from cobs import cobs

DELIMITER = b"\x00"
CRC_BYTES = 2


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes as received, with the host's monotonic time at which they came."""

    arrival_s: float
    data: bytes


class BadFrame(ValueError):  # noqa: N818 - a value of the decoder, not an error a user meets
    """The bytes between two delimiters are not an intact frame; the text says why."""


def crc16(data: bytes) -> int:
    """Compute the CRC-16 (polynomial 0x1021, initial value 0xFFFF)."""
    return binascii.crc_hqx(data, 0xFFFF)


def frame(content: bytes) -> bytes:
    """Return one frame with its closing delimiter."""
    encoded: bytes = cobs.encode(content + crc16(content).to_bytes(CRC_BYTES, "little"))
    return encoded + DELIMITER


def unframe(stuffed: bytes) -> bytes:
    """Return the content of one frame, given without its delimiter. Raises `BadFrame` only."""
    try:
        body: bytes = cobs.decode(stuffed)
    except cobs.DecodeError as error:
        raise BadFrame(f"frame of {len(stuffed)} bytes is not COBS: {error}") from None
    if len(body) <= CRC_BYTES:
        raise BadFrame(f"frame holds {len(body)} bytes, at least {CRC_BYTES + 1} expected")
    content, crc = body[:-CRC_BYTES], int.from_bytes(body[-CRC_BYTES:], "little")
    if crc != crc16(content):
        raise BadFrame(f"frame CRC {crc:#06x}, computed {crc16(content):#06x}")
    return content
