"""A phone as a dial: what the phyphox app (RWTH Aachen) wants of a board, so that nothing of ours is on the phone.

The app finds boards by the service EXPERIMENTS and writes 1 to its control characteristic. It is sent `dial.phyphox`
then: a header, and the file in pieces. That file tells the app what to show, and where it comes from: the app leaves,
connects anew, writes once to READY, as the file has it, and is notified of DATA from then on.

DATA is the direction of up in the sensor's frame, x y z as float32, twenty times a second. Zero and angle are the
app's to work out: so they need no command, and outlast a restart of the board. Where there is no direction to tell, or
the gyroscope's bias is not known yet, NaN is told: the app would go on to show the last one as if it were of now.

Protocol: phyphox documentation, 'Bluetooth Low Energy', section 'Phyphox service'. No interrupt tells the board of a
subscription, hence the two characteristics that are written.
"""

import binascii
import struct
from time import ticks_diff

from micropython import const

import bluetooth
from send_result import SENT

SERVICE = "cddf0001-30f7-4671-8b43-5e40ba53514a"
EXPERIMENT = "cddf0002-30f7-4671-8b43-5e40ba53514a"
CONTROL = "cddf0003-30f7-4671-8b43-5e40ba53514a"
DATA_SERVICE = "cddf1001-30f7-4671-8b43-5e40ba53514a"
DATA = "cddf1002-30f7-4671-8b43-5e40ba53514a"
READY = "cddf1003-30f7-4671-8b43-5e40ba53514a"

FILE = "dial.phyphox"
_PIECES = const(8)  # of the file, in one turn
_LONGEST_PIECE = const(244)
_STALE_MS = const(500)  # without a new direction for so long there is none
_NOWHERE = struct.pack("<3f", float("nan"), float("nan"), float("nan"))


def services(write, notify):
    """To register, with the flags that the link has for them."""
    uuid = bluetooth.UUID
    return (
        (uuid(SERVICE), ((uuid(EXPERIMENT), notify), (uuid(CONTROL), write))),
        (uuid(DATA_SERVICE), ((uuid(DATA), notify), (uuid(READY), write))),
    )


class Phone:
    """The phone that is connected by `link`, if it is one."""

    def __init__(self, link):
        self._link = link
        self._wish = None  # what was written to CONTROL last, until the loop has seen it
        self._ready = 0  # the connection that wrote to READY
        self._asked = 0  # the connection that wants the file
        self._file = None
        self._piece = None  # being sent
        self._index = None  # of the direction that was told last
        self._told_ms = 0

    def registered(self, handles):
        """The handles of `services`."""
        (self._experiment, self._control), (self._data, self._go) = handles

    def written(self, handle, value):
        """From the interrupt: only noted."""
        if handle == self._control:
            self._asked = self._link.connections
            self._wish = value == b"\x01"
        elif handle == self._go:
            self._ready = self._link.connections

    @property
    def watching(self):
        """Whether a phone is there that shows the dial."""
        return self._link.connected and self._ready == self._link.connections

    def send_file(self):
        """As many pieces of the file as go now, if it was asked for."""
        if self._wish is not None:
            wish = self._wish
            self._wish = None
            self._close()
            if wish:
                self._open()
        if self._file and not (self._link.connected and self._asked == self._link.connections):
            self._close()
        for _ in range(_PIECES):
            if not self._file:
                return
            if not self._piece:
                self._piece = self._file.read(min(self._link.payload_bytes, _LONGEST_PIECE))
            if not self._piece:
                self._close()
            elif self._link.notify(self._experiment, self._piece) != SENT:
                return  # the same piece again on a later turn
            else:
                self._piece = None

    def _open(self):
        try:
            size = crc = 0
            with open(FILE, "rb") as file:
                piece = file.read(_LONGEST_PIECE)
                while piece:
                    size += len(piece)
                    crc = binascii.crc32(piece, crc)
                    piece = file.read(_LONGEST_PIECE)
            self._file = open(FILE, "rb")  # noqa: SIM115 - for many turns
        except OSError:
            return  # not on this board: the app says that nothing came
        self._piece = b"phyphox" + struct.pack(">II5x", size, crc)

    def _close(self):
        if self._file:
            self._file.close()
        self._file = self._piece = None

    def tell(self, orientation, now_ms):
        """The newest direction of up, once each. orientation: None when there never was a chip."""
        index = orientation.index if orientation else self._index
        if index != self._index:
            data = struct.pack("<3f", *orientation.up)
        elif ticks_diff(now_ms, self._told_ms) >= _STALE_MS:
            data = _NOWHERE
        else:
            return
        self._link.notify(self._data, data)  # or not: what cannot go now is of the past by then
        self._index = index
        self._told_ms = now_ms
