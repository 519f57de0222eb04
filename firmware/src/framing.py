"""Frames on a serial line: COBS (message + CRC-16) + 0x00, as docs/wire-format.md has them.

CRC-16/CCITT-FALSE by table; COBS after Cheshire & Baker 1999. Both directions work in buffers made once: framing a
batch allocates nothing, and whatever a line delivers, a reader holds one frame at most.
"""

from array import array

LONGEST_FRAME = 517
LONGEST_MESSAGE = 512


def _table():
    table = array("H", bytes(512))
    for n in range(256):
        crc = n << 8
        for _ in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
        table[n] = crc & 0xFFFF
    return table


_CRC = _table()


def frame_into(message, out):
    """Write the frame of a message with its closing 0x00 into out; the number of bytes. Allocates nothing."""
    table = _CRC
    length = len(message)
    crc = 0xFFFF
    code_at = 0  # where the length of the open group will stand
    at = 1
    is_open = True
    for i in range(length + 2):
        if i < length:
            byte = message[i]
            crc = (crc << 8 & 0xFF00) ^ table[crc >> 8 ^ byte]
        else:
            byte = crc & 0xFF if i == length else crc >> 8
        if not is_open:  # a group of 254 closes itself; the next one begins only when something follows
            code_at = at
            at += 1
            is_open = True
        if byte:
            out[at] = byte
            at += 1
            if at - code_at == 255:
                out[code_at] = 255
                is_open = False
        else:
            out[code_at] = at - code_at
            code_at = at
            at += 1
    if is_open:
        out[code_at] = at - code_at
    out[at] = 0
    return at + 1


class Unframer:
    """push(byte) each byte that comes; the length of a message in `message` when one has just ended, else 0."""

    def __init__(self, longest=LONGEST_MESSAGE):
        self.message = bytearray(longest + 2)
        self.damaged = 0
        self._length = 0
        self._group = 0  # bytes left in this group
        self._zero = False  # a zero belongs before the next group
        self._bad = False
        self._empty = True

    def push(self, byte):
        """Take in one byte; the length of the message that it completes in `message`, else 0."""
        if byte == 0:
            length = self._end()
            self._length = self._group = 0
            self._zero = self._bad = False
            self._empty = True
            return length
        self._empty = False
        if self._group == 0:
            if self._zero:
                self._put(0)
            self._group = byte - 1
            self._zero = byte != 255
        else:
            self._group -= 1
            self._put(byte)
        return 0

    def _put(self, byte):
        if self._length >= len(self.message):
            self._bad = True
            return
        self.message[self._length] = byte
        self._length += 1

    def _end(self):
        if self._empty:
            return 0
        length = self._length - 2
        if self._bad or self._group or length < 1:
            self.damaged += 1
            return 0
        crc = 0xFFFF
        for i in range(length):
            crc = (crc << 8 & 0xFF00) ^ _CRC[crc >> 8 ^ self.message[i]]
        if self.message[length] != crc & 0xFF or self.message[length + 1] != crc >> 8:
            self.damaged += 1
            return 0
        return length
