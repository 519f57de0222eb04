"""The links of a run for which the user gave none: the board in reach, one on each leg, or the simulated leg."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import SettingsError
from ..results import Side
from ..transport.search import Found, search

SEARCH_S = 5.0
FALLBACK = "sim:"


def find_links(tell: Callable[[str], None]) -> list[str]:
    """Search for boards and return their links, or the simulated leg when no board is in reach.

    tell: receives what is searched and found. Raises `SettingsError` when more boards are in reach than one person
    wears.
    """
    tell(f"looking for boards for {SEARCH_S:.0f} s (Bluetooth and USB) ...")
    found = search(SEARCH_S)
    for problem in found.problems:
        tell(f"notice: {problem}")
    chosen = _choose(found)
    if not chosen:
        tell(f"no board found: showing a simulated leg ({FALLBACK}). `shinsight doctor` looks for the reason.")
        return [FALLBACK]
    tell("found " + " and ".join(chosen))
    return chosen


def _choose(found: Found) -> list[str]:
    """Return one board, or a left and a right one. A board on radio and cable is worn, and its cable charges it."""
    if found.radio:
        by_side = {side: [name for name in found.radio if side.value in name.lower()] for side in Side}
        if len(found.radio) == 1:
            return [f"ble:{found.radio[0]}"]
        if len(found.radio) == 2 and all(len(names) == 1 for names in by_side.values()):
            return [f"ble:{by_side[side][0]}" for side in (Side.LEFT, Side.RIGHT)]
        raise SettingsError(f"several boards are in reach: {', '.join(found.radio)}. Choose one, e.g. ble:left")
    if len(found.ports) > 1:
        raise SettingsError(f"several boards are plugged in: {', '.join(found.ports)}. Choose one, e.g. serial:PORT")
    return [f"serial:{port}" for port in found.ports]
