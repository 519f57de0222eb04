"""Which sensors a command is about: the links a user named, or those found when none was named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ..acquisition.runner import Outlet, Runner, View
from ..calibration.worn.guide import CalibrationOutcome
from ..calibration.worn.saved import SavedCalibration, board_of
from ..errors import DataError, SettingsError
from ..pipeline.settings import Overrides, PipelineSettings
from ..results import FOOT, Side
from ..store.strap_calibrations import Strap, find, keep
from ..transport.base import Link
from ..transport.names import open_link
from ..transport.search import Found, search
from ..transport.simulated.options import SimOptions, parse
from ..wire.messages import DeviceInfo
from .options import CalibrationChoice, usual_settings
from .running import new_session_folder, say

SEARCH_S = 5.0
FALLBACK = "sim:"
BOARDS = ("ble:", "serial:")
REUSE_S = 3 * 3600.0
"""Longer than a visit to the gym, shorter than until the strap is surely taken off."""


@dataclass(frozen=True, slots=True)
class Worn:
    """A sensor: its link, what is measured with it, where that is kept (None: nowhere).

    on_shank False: on the foot, recorded beside the legs on the same time and not shown. person: who wears it. strap:
    under which an accepted calibration is kept, None to keep none.
    """

    link: Link
    settings: PipelineSettings
    record_to: Path | None
    on_shank: bool = True
    person: str = ""
    strap: Strap | None = None

    @property
    def name(self) -> str:
        """What views and folders call it: the leg, or `foot`."""
        return self.settings.side.value if self.on_shank else FOOT

    def runner(self, *views: View, for_s: float | None, outlets: Sequence[Outlet] = ()) -> Runner:
        return Runner(
            self.link,
            settings=self.settings,
            name=self.name,
            record_to=self.record_to,
            views=views,
            outlets=outlets,
            for_s=for_s,
            on_shank=self.on_shank,
            person=self.person,
            on_calibrated=self._keep_calibration,
        )

    def _keep_calibration(self, made: CalibrationOutcome, board: DeviceInfo) -> None:
        if self.strap is None:
            return
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        saved = SavedCalibration(made=now, board=board_of(board), quality=made.report.quality, model=made.model)
        try:
            keep(self.strap, saved)
        except DataError as error:  # the session goes on; next time there are rocks again
            say(f"notice: {error}")


def worn(
    links: Sequence[str],
    said: Overrides,
    out: Path | None,
    *,
    person: str = "",
    calibration: CalibrationChoice | None = None,
) -> list[Worn]:
    """The sensors of these links, one a leg, and one on a foot. Raises `SettingsError` when two sit in one place.

    calibration: whether one made before may be used again, None for what is usual for the link.
    """
    if len(links) > 1 and said.side is not None:
        raise SettingsError(f"--side {said.side} was said of {len(links)} links: say it in their names, e.g. ble:left")
    settings = [said.apply(_settings(link)) for link in links]
    places = [FOOT if on_foot(link) else each.side.value for link, each in zip(links, settings, strict=True)]
    for place in places:
        if places.count(place) > 1:
            raise SettingsError(
                f"{places.count(place)} sensors are on the {place}, expected one: name them by their place, e.g. "
                "ble:left ble:right ble:foot or sim:?side=left sim:?side=right sim:?place=foot"
            )
    if all(place == FOOT for place in places):
        raise SettingsError("the only sensor is on the foot, expected one on a shin as well: ble:left ble:foot")
    folders = [out if out is None or len(links) == 1 else out / place for place in places]
    return [
        Worn(
            open_link(link),
            _with_saved(each, Strap(link=link, side=each.side, person=person), calibration),
            _folder(folder, each, place),
            on_shank=place != FOOT,
            person=person,
            strap=Strap(link=link, side=each.side, person=person) if _keeps(link, place) else None,
        )
        for link, each, folder, place in zip(links, settings, folders, places, strict=True)
    ]


def _keeps(link: str, place: str) -> bool:
    """A replay teaches nothing new, and a foot has no rocks."""
    return place != FOOT and not link.startswith("replay:")


def _with_saved(settings: PipelineSettings, strap: Strap, said: CalibrationChoice | None) -> PipelineSettings:
    """The settings with the calibration that this strap has, where one may be used."""
    usual = CalibrationChoice.SAVED if strap.link.startswith(BOARDS) else CalibrationChoice.FRESH
    if (said or usual) is CalibrationChoice.FRESH or strap.link.startswith("replay:"):
        return settings
    now = datetime.now().astimezone()
    try:
        saved = find(strap, at=now, most_s=REUSE_S)
    except DataError as error:
        say(f"notice: {error}")
        return settings
    if saved is None:
        if said is not None:
            say(f"no calibration of the last {REUSE_S / 3600:.0f} h for {strap.link}, {strap.side} leg: rock anew")
        return settings
    minutes = (now - datetime.fromisoformat(saved.made)).total_seconds() / 60.0
    say(f"the calibration of {minutes:.0f} min ago is used again while it fits; --calibration fresh makes a new one")
    return replace(settings, saved=saved)


def on_foot(link: str) -> bool:
    """Whether the name of a link says that its sensor is on a foot."""
    scheme, _, name = link.partition(":")
    if scheme == "sim":
        return parse(name).place == FOOT
    if scheme == "emulator":
        from ..transport.emulated import options_of  # loads pyserial

        leg, _ = options_of(name)
        return isinstance(leg, SimOptions) and leg.place == FOOT
    return scheme == "ble" and FOOT in name.lower()


def _folder(given: Path | None, settings: PipelineSettings, place: str) -> Path:
    if given is not None or place != FOOT:
        return new_session_folder(given, settings)
    usual = new_session_folder(None, settings)
    return usual.with_name(f"{usual.name}_{FOOT}")


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
