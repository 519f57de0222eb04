"""Searches for boards in reach, over Bluetooth and on USB at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..errors import LinkError


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search.

    radio: names of boards that advertise, strongest first. ports: serial ports on which a board answered. problems: why
    a part of the search was impossible, in words for the user.
    """

    radio: tuple[str, ...]
    ports: tuple[str, ...]
    problems: tuple[str, ...]


def search(seconds: float) -> Found:
    """Search for so many seconds. A missing Bluetooth is a problem in the result, not an error."""
    with ThreadPoolExecutor(2, "search") as pool:
        radio = pool.submit(_radio, seconds)
        ports = pool.submit(_ports)
        problems = []
        names: tuple[str, ...] = ()
        try:
            names = radio.result()
        except LinkError as error:
            problems.append(str(error))
        return Found(names, ports.result(), tuple(problems))


def _radio(seconds: float) -> tuple[str, ...]:
    from .ble import Seen, scan  # loads bleak

    heard: dict[str, Seen] = {}

    def seen(board: Seen) -> None:
        heard[board.device.address] = board

    scan(seconds, seen)
    return tuple(board.name for board in sorted(heard.values(), key=lambda board: -board.signal_dbm))


def _ports() -> tuple[str, ...]:
    from .serial import answering  # loads pyserial

    return answering()
