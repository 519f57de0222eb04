"""A board on a cable, through MicroPython's own mpremote: its raw prompt, and what to say when there is none.

The running firmware gives way to Ctrl-C while no host program holds the link, which it notices within 5 s.
"""

from __future__ import annotations

import io
import os
import struct
import time
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

from ..errors import DeviceError, LinkError, SettingsError
from .files import EXTRA

try:
    from mpremote.transport import TransportError
    from mpremote.transport_serial import SerialTransport
    from serial.tools.list_ports import comports
except ImportError as missing:
    raise SettingsError(f"{missing.name} is not installed; it is needed to reach the board: {EXTRA}") from None

ATTEMPTS = 4
ATTEMPT_S = 3.0
"""Together longer than the 5 s in which the firmware may not listen to Ctrl-C."""
RUN_S = 15.0
AWAY_S = 1.0
RETURN_S = 15.0
"""After its reset a board with its own USB first goes, then comes back."""
BROKEN = (TransportError, OSError, struct.error)
"""What mpremote raises when the cable goes or the board falls silent; struct.error is a short read."""


class CableBoard:
    """A `Board` on a serial port."""

    def __init__(self, port: str, getting_micropython: str) -> None:
        self.port = port
        self._getting_micropython = getting_micropython
        self._transport: Any = self._held()

    def run(self, code: str) -> str:
        """Run code and return what it printed. Raises `DeviceError` when it fails, `LinkError` when the link breaks."""
        said, error = self._over_the_cable(lambda: self._transport.exec_raw(code, timeout=RUN_S))
        if error:
            words = " ".join(error.decode(errors="replace").split())
            raise DeviceError(f"the board at {self.port} failed, expected no error: {words}")
        return str(said.decode())

    def restart(self) -> None:
        """Reset the board, wait until it returns, and stop its program again. Raises `LinkError`."""
        self.release()
        self._await_return()
        self._transport = self._held()

    def release(self) -> None:
        """Reset the board, let its program run, and close the port. Raises `LinkError` when the link breaks."""
        self._over_the_cable(lambda: self._transport.exec_raw_no_follow("import machine\nmachine.reset()"))
        time.sleep(0.2)  # the last bytes are still on their way, and closing some ports drops them
        _close(self._transport)

    def _held(self) -> Any:
        _check_port(self.port)
        transport = self._opened()
        for _ in range(ATTEMPTS):
            try:
                with redirect_stdout(io.StringIO()):  # it prints what it read when it fails
                    transport.enter_raw_repl(soft_reset=True, timeout_overall=ATTEMPT_S)
                return transport
            except TransportError:
                continue
            except OSError:  # a firmware with its watchdog running gives way by a restart, and takes the port with it
                _close(transport)
                self._await_return()
                transport = self._opened()
        _close(transport)
        raise LinkError(
            f"no MicroPython answers at {self.port}, expected its prompt: end other programs that use the board, press "
            f"its reset and try again. If there is no MicroPython on it: {self._getting_micropython}"
        )

    def _opened(self) -> Any:
        try:
            return SerialTransport(self.port, timeout=ATTEMPT_S)
        except TransportError:
            raise LinkError(
                f"{self.port} cannot be opened, expected a free port: end the other program that holds it (shinsight, "
                f"Thonny, a serial monitor)"
            ) from None

    def _await_return(self) -> None:
        time.sleep(AWAY_S)
        wait_until = time.monotonic() + RETURN_S
        while not _there(self.port):
            if time.monotonic() > wait_until:
                raise LinkError(
                    f"the board at {self.port} did not come back within {RETURN_S:.0f} s of its reset: unplug it, plug "
                    f"it in and run the same command again"
                )
            time.sleep(0.1)

    def _over_the_cable(self, do: Callable[[], Any]) -> Any:
        try:
            return do()
        except BROKEN as error:
            raise LinkError(
                f"the link to the board at {self.port} broke ({error}): check the cable and run the same command "
                f"again, it goes on where it stopped"
            ) from None


def _close(transport: Any) -> None:
    with suppress(OSError):  # the port may be gone with the board
        transport.close()


def ports() -> dict[str, str]:
    """Return the serial ports of this computer that lead to a USB device, with their descriptions."""
    return {port.device: port.description for port in comports() if port.vid is not None}


def port_or_the_only_one(port: str | None) -> str:
    """Return `port`, or the only USB port when it is None. Raises `SettingsError` when there is not exactly one."""
    if port is not None:
        return port
    found = ports()
    if len(found) == 1:
        return next(iter(found))
    raise SettingsError(f"give one port with --port; {_seen(found)}")


def _check_port(port: str) -> None:
    if not _there(port):
        raise LinkError(
            f"there is no port {port}; {_seen(ports())}. Plug the board in, with a cable that carries data too"
        )
    if os.name != "nt" and not os.access(port, os.R_OK | os.W_OK):
        raise LinkError(
            f"{port} may not be opened by this user: sudo usermod -aG dialout $USER (Arch: uucp), then log out and in"
        )


def _there(port: str) -> bool:
    return Path(port).exists() or port.upper() in (seen.device.upper() for seen in comports())


def _seen(found: dict[str, str]) -> str:
    if not found:
        return "no USB serial port was found"
    return "found: " + ", ".join(f"{name} ({what})" for name, what in sorted(found.items()))
