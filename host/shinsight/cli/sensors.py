"""Which sensors a command is about: the links a user named, or those found when none was named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import SettingsError
from ..offline.analysis import Overrides
from ..pipeline import PipelineSettings
from ..results import Side
from ..runner import Runner, View
from ..transport.base import Link
from ..transport.names import open_link
from ..transport.search import Found, search
from .options import usual_settings
from .running import new_session_folder, say

SEARCH_S = 5.0
FALLBACK = "sim:"


@dataclass(frozen=True, slots=True)
class Worn:
    """A sensor on a leg: its link, what is measured with it, where that is kept (None: nowhere)."""

    link: Link
    settings: PipelineSettings
    record_to: Path | None

    def runner(self, view: View, *, for_s: float | None) -> Runner:
        name = self.settings.side.value
        return Runner(self.link, settings=self.settings, name=name, record_to=self.record_to, views=[view], for_s=for_s)


def worn(links: Sequence[str], said: Overrides, out: Path | None) -> list[Worn]:
    """The sensors of these links, one a leg. Raises `SettingsError` when two are on the same leg."""
    if len(links) > 1 and said.side is not None:
        raise SettingsError(f"--side {said.side} was said of {len(links)} links: say it in their names, e.g. ble:left")
    settings = [said.apply(_settings(link)) for link in links]
    sides = [each.side for each in settings]
    if len(set(sides)) < len(sides):
        raise SettingsError(
            f"{len(sides)} sensors are on the {sides[0]} leg: name them by side, e.g. ble:left ble:right or "
            "sim:squat?side=left sim:squat?side=right"
        )
    folders = [out if out is None or len(links) == 1 else out / side.value for side in sides]
    return [
        Worn(open_link(link), each, new_session_folder(folder, each))
        for link, each, folder in zip(links, settings, folders, strict=True)
    ]


def _settings(link: str) -> PipelineSettings:
    """What is usual for the link; the name of a board may say which leg it is for."""
    settings = usual_settings(link)
    scheme, _, name = link.partition(":")
    sides = [side for side in Side if scheme == "ble" and side.value in name.lower()]
    return replace(settings, side=sides[0]) if len(sides) == 1 else settings


def links_found() -> list[str]:
    """Boards in reach, or the simulated leg when there is none; says which."""
    say(f"looking for boards for {SEARCH_S:.0f} s (Bluetooth and USB) ...")
    found = search(SEARCH_S)
    for problem in found.problems:
        say(f"notice: {problem}")
    chosen = _chosen(found)
    if not chosen:
        say(f"no board found: showing a simulated leg ({FALLBACK}). `shinsight doctor` looks for the reason.")
        return [FALLBACK]
    say("found " + " and ".join(chosen))
    return chosen


def _chosen(found: Found) -> list[str]:
    """One board, or a left and a right one. Radio before cable: a board on both is worn, and its cable charges it."""
    if found.radio:
        by_side = {side: [name for name in found.radio if side.value in name.lower()] for side in Side}
        if len(found.radio) == 1:
            return [f"ble:{found.radio[0]}"]
        if len(found.radio) == 2 and all(len(names) == 1 for names in by_side.values()):
            return [f"ble:{by_side[side][0]}" for side in (Side.LEFT, Side.RIGHT)]
        raise SettingsError(f"several boards are in reach: {', '.join(found.radio)}. Say which, e.g. ble:left")
    if len(found.ports) > 1:
        raise SettingsError(f"several boards are plugged in: {', '.join(found.ports)}. Say which, e.g. serial:PORT")
    return [f"serial:{port}" for port in found.ports]
