"""`serial:`, `serial:PORT`: a board on a USB or UART port. The only link that knows pyserial.

Without a port, the link uses the first one that has a known USB number and on which a board answers.

The firmware shares its port with MicroPython's console: until a host has claimed it, a byte 0x03 (Ctrl-C) ends the
firmware. So the first frame sent holds no such byte, and nothing else is sent before the board has answered it. A
question goes out every second, without which the board would give the port back to the console; it holds no such byte
either, for it may be the first that a board hears which has restarted, or given the port back, unnoticed.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

import serial
from serial.tools.list_ports import comports

from ..errors import LinkError
from ..wire.decoder import DamagedFrame, Decoder
from ..wire.framing import DELIMITER, Chunk, frame
from ..wire.messages import Command, CommandCode, encode

BAUD = 115_200
"""For boards behind a UART bridge; a USB port of the chip itself ignores it."""
CLAIM_S = 6.0
"""A board that was reset by opening its port takes seconds to start."""
ASK_EVERY_S = 0.5
KEEP_EVERY_S = 1.0
WRITE_TIMEOUT_S = 2.0
CTRL_C = 0x03
LONGEST_WORDS = 300
PROBE_S = 2.5
USB_MAKERS = {
    0x303A: "Espressif",
    0x2E8A: "Raspberry Pi",
    0x2341: "Arduino",
    0x1A86: "WCH (bridge of M5StickC Plus2 and many others)",
    0x10C4: "Silicon Labs (bridge)",
    0x0403: "FTDI (bridge)",
}
"""USB vendor numbers of boards with the firmware, and of the bridges some of them have."""


def _without_ctrl_c(code: CommandCode) -> bytes:
    frames = (frame(encode(Command(token, code))) for token in range(256))
    return DELIMITER + next(f for f in frames if CTRL_C not in f)


CLAIM = _without_ctrl_c(CommandCode.INFO)
KEEP = _without_ctrl_c(CommandCode.STATUS)


class SerialLink:
    """A `Link` on a serial port. `open` raises `LinkError` when no board with the firmware answers there."""

    recovers = True
    signal_dbm: int | None = None

    def __init__(self, port: str = "", *, claim_s: float = CLAIM_S) -> None:
        self.name = f"serial:{port}"
        self._path = port
        self._claim_s = claim_s
        self._port: serial.Serial | None = None
        self._early: list[Chunk] = []
        self._kept_s = 0.0

    @property
    def ended(self) -> bool:
        """Return False: a board can always send more."""
        return False

    def open(self) -> None:
        """Open the port, and wait until a board answers. Raises `LinkError` with a remedy when that fails."""
        path = self._path or _first_answering()
        try:
            self._port = serial.Serial(path, BAUD, timeout=0, write_timeout=WRITE_TIMEOUT_S, exclusive=True)
        except (serial.SerialException, OSError, ValueError) as error:
            raise LinkError(
                f"{self.name} cannot be opened: {error}. Is the board plugged in, is the port's name right, does "
                "another program hold it, and may you use it (on Linux: be in the group dialout)?"
            ) from error
        try:
            self._claim()
        except LinkError:
            self.close()
            raise

    def _claim(self) -> None:
        decoder = Decoder()
        began_s = time.monotonic()
        asked_s = began_s - ASK_EVERY_S
        while (now_s := time.monotonic()) - began_s < self._claim_s:
            if now_s - asked_s >= ASK_EVERY_S:
                asked_s = now_s
                self.write(CLAIM)
            for chunk in self.read(0.05):
                self._early.append(chunk)
                if any(not isinstance(message, DamagedFrame) for message in decoder.feed(chunk.data)):
                    self._kept_s = time.monotonic()
                    return
        raise LinkError(
            f"{self.name} is open, but no shinsight board answered in {self._claim_s:.1f} s: is the firmware on it "
            f"(`shinsight firmware-info`), and is it this port?{self._console_text()}"
        )

    def _console_text(self) -> str:
        """Return what came instead of an answer, where it is text: a console's prompt, an error's traceback."""
        text = b"".join(chunk.data for chunk in self._early).decode("utf-8", errors="replace")
        words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return f" It printed: {words[-LONGEST_WORDS:]}" if words else ""

    def read(self, timeout_s: float) -> list[Chunk]:
        """Return what has arrived, after at most `timeout_s`. Raises `LinkError` when the port is gone."""
        port = self._opened()
        if self._early and self._kept_s:
            chunks, self._early = self._early, []
            return chunks
        self._keep()
        try:
            port.timeout = timeout_s
            data = port.read(1)
            if data:
                data += port.read(port.in_waiting)
        except (serial.SerialException, OSError) as error:
            raise LinkError(
                f"{self.name} is gone: {error}. Was the board unplugged, or is its battery empty?"
            ) from error
        return [Chunk(time.monotonic(), data)] if data else []

    def _keep(self) -> None:
        now_s = time.monotonic()
        if self._kept_s and now_s - self._kept_s >= KEEP_EVERY_S:
            self._kept_s = now_s
            self.write(KEEP)

    def write(self, data: bytes) -> None:
        """Send bytes to the board. Raises `LinkError` when the port does not accept them."""
        try:
            self._opened().write(data)
        except (serial.SerialException, OSError) as error:
            raise LinkError(f"{self.name} accepts no bytes: {error}. Was the board unplugged?") from error

    def close(self) -> None:
        """Close the port."""
        if self._port is not None:
            self._port.close()
            self._port = None
        self._early = []
        self._kept_s = 0.0

    def _opened(self) -> serial.Serial:
        if self._port is None:
            raise LinkError(f"{self.name} is not open: open the link first")
        return self._port


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port that may have a board: its name, and the maker of its USB chip."""

    path: str
    maker: str


def ports() -> tuple[Port, ...]:
    """Return the ports with a USB number of a maker of boards or bridges."""
    return tuple(
        Port(port.device, USB_MAKERS[port.vid])
        for port in comports()
        if port.vid is not None and port.vid in USB_MAKERS
    )


def answering() -> tuple[str, ...]:
    """Return those of `ports` on which a board with the firmware answers now, without ports that cannot be opened."""
    found = []
    for port in ports():
        link = SerialLink(port.path, claim_s=PROBE_S)
        with suppress(LinkError):
            link.open()
            found.append(port.path)
        link.close()
    return tuple(found)


def _first_answering() -> str:
    found = answering()
    if not found:
        seen = ", ".join(f"{port.path} ({port.maker})" for port in ports()) or "none with a known USB number"
        raise LinkError(
            f"serial: no board answers on any port. Ports found: {seen}. Is the board plugged in with a cable "
            "that carries data, and is the firmware on it (`shinsight flash`)?"
        )
    return found[0]
