"""Links by name: `ble:`, `ble:left`, `serial:PORT`, `sim:squat?reps=8`, `replay:FOLDER`, `emulator:squat`.

The same names in the command line, the code and the docs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..errors import SettingsError
from .base import Link
from .replay import ReplayLink


def open_link(name: str) -> Link:
    """Return the link of that name, not opened yet. Raises `SettingsError` that names the known ones."""
    scheme, colon, rest = name.partition(":")
    if not colon or scheme not in _LINKS:
        known = ", ".join(f"{scheme}:" for scheme in _LINKS)
        raise SettingsError(f"link {name!r} is unknown, expected one that starts with {known} (e.g. sim:squat?reps=5)")
    return _LINKS[scheme](rest)


def _open_sim(rest: str) -> Link:
    from .simulated import open_sim  # loads a third of scipy

    return open_sim(rest)


def _open_replay(rest: str) -> Link:
    where, mark, option = rest.rpartition("?speed=")
    if not mark:
        where, option = rest, "1"
    if not where:
        raise SettingsError("replay: has no recording in its name, expected replay:FOLDER or replay:FILE")
    try:
        speed = float(option)
    except ValueError:
        raise SettingsError(
            f"speed of a replay is {option!r}, expected a number: 1 is as recorded, 0 as fast as possible"
        ) from None
    return ReplayLink(Path(where), speed=speed)


def _open_ble(rest: str) -> Link:
    from .ble import BleLink  # loads bleak

    return BleLink(rest)


def _open_serial(rest: str) -> Link:
    from .serial import SerialLink  # loads pyserial

    return SerialLink(rest)


def _open_emulator(rest: str) -> Link:
    from .emulated import open_emulator  # loads pyserial

    return open_emulator(rest)


_LINKS: dict[str, Callable[[str], Link]] = {
    "sim": _open_sim,
    "replay": _open_replay,
    "ble": _open_ble,
    "serial": _open_serial,
    "emulator": _open_emulator,
}
