"""The USB (or UART) console as a link: framed messages both ways, on the port that also carries the REPL.

Until a host sends an intact frame the console stays a console: nothing is written, and Ctrl-C ends the firmware so that
tools like mpremote can work. A host claims the port by its first frame (which must hold no byte 0x03) and keeps it by
talking at least every `RELEASE_MS`; only while it is claimed do bytes 0x03 count as data.
"""

import select
import sys
from time import ticks_diff, ticks_ms

import micropython
from micropython import const

import framing
from send_result import GONE, SENT, TOO_LONG

RELEASE_MS = const(5_000)
LONGEST_COMMAND = const(128)
READS = const(128)  # bytes in one turn
CTRL_C = const(3)


class UsbLink:
    """`connected` while a host has claimed the port; `connections` counts the claims."""

    payload_bytes = framing.LONGEST_MESSAGE

    def __init__(self):
        self.connected = False
        self.connections = 0
        self._in = sys.stdin.buffer
        self._out = sys.stdout.buffer
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        self._byte = bytearray(1)
        self._frame = bytearray(framing.LONGEST_FRAME + 1)
        self._view = memoryview(self._frame)
        self._unframer = framing.Unframer(LONGEST_COMMAND)
        self._heard_ms = 0

    @property
    def damaged(self):
        """Frames that came damaged."""
        return self._unframer.damaged

    def poll(self):
        """Give the port back when its host has been silent for too long."""
        if self.connected and ticks_diff(ticks_ms(), self._heard_ms) > RELEASE_MS:
            self.stop()

    def receive(self):
        """The next message of the host, or None."""
        for _ in range(READS):
            if not self._waiting() or not self._in.readinto(self._byte):  # type: ignore[union-attr]
                return None
            length = self._unframer.push(self._byte[0])
            if length:
                self._heard_ms = ticks_ms()
                if not self.connected:
                    self.connected = True
                    self.connections += 1
                    micropython.kbd_intr(-1)
                return bytes(self._unframer.message[:length])
        return None

    def _waiting(self):
        for _ in self._poll.ipoll(0):  # type: ignore[attr-defined]
            return True
        return False

    def send(self, message):
        """SENT, GONE or TOO_LONG, for a whole message."""
        if not self.connected:
            return GONE
        if len(message) > framing.LONGEST_MESSAGE:
            return TOO_LONG
        length = framing.frame_into(message, self._frame)
        self._out.write(self._view[:length])
        return SENT

    def stop(self):
        """Give the port back to the console."""
        if self.connected:
            self.connected = False
            micropython.kbd_intr(CTRL_C)
