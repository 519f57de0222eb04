"""The sensors of a live run: their links, their settings, the calibration used again, and the folders to record to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from ..calibration.worn.guide import CalibrationOutcome
from ..calibration.worn.saved import SavedCalibration, board_of
from ..errors import DataError, SettingsError
from ..pipeline.settings import Overrides, PipelineSettings
from ..results import FOOT, Side
from ..session.folder import open_session, session_name
from ..store.strap_calibrations import Strap, find, keep
from ..transport.base import Link
from ..transport.names import open_link
from ..transport.simulated.options import SimOptions, parse
from ..wire.messages import DeviceInfo
from .runner import Outlet, Runner, View

BOARDS = ("ble:", "serial:")
REUSE_S = 3 * 3600.0
"""Longer than a visit to the gym, shorter than until the strap is surely taken off."""


class CalibrationChoice(StrEnum):
    """Calibrate with ankle rocks (`FRESH`), or use the saved calibration of the last hours again (`SAVED`)."""

    FRESH = "fresh"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class WornSensor:
    """A sensor on a person: its link, the settings to measure with, and the folder to record to (None: no recording).

    on_shank False: the sensor is on the foot. It is recorded beside the legs on the same time axis and not shown.
    person: who wears it. strap: where to keep an accepted calibration, None to keep none. tell: receives a notice for
    the user when a calibration cannot be kept.
    """

    link: Link
    settings: PipelineSettings
    record_to: Path | None
    on_shank: bool = True
    person: str = ""
    strap: Strap | None = None
    tell: Callable[[str], None] = lambda _: None

    @property
    def name(self) -> str:
        """The name in views and folders: the leg, or `foot`."""
        return self.settings.side.value if self.on_shank else FOOT

    def runner(self, *views: View, for_s: float | None, outlets: Sequence[Outlet] = ()) -> Runner:
        """Return a run of this sensor that ends after for_s seconds, or by itself when None."""
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
        except DataError as error:  # the session continues; the next one begins with rocks
            self.tell(f"notice: {error}")


def worn_sensors(
    links: Sequence[str],
    given: Overrides,
    out: Path | None,
    *,
    tell: Callable[[str], None],
    person: str = "",
    calibration: CalibrationChoice | None = None,
) -> list[WornSensor]:
    """Return the sensors of these links: one for each leg, and at most one for a foot.

    given: settings that replace the usual ones of the link. out: the folder to record to, None for a new one in
    `sessions/`. calibration: None for the usual choice of the link. tell: receives notices for the user.

    Raises `SettingsError` when two sensors are in one place, or when none is on a shank.
    """
    if len(links) > 1 and given.side is not None:
        raise SettingsError(
            f"--side {given.side} applies to one link, {len(links)} are given: put the side in their names, "
            "e.g. ble:left"
        )
    settings = [given.apply(_settings(link)) for link in links]
    places = [FOOT if is_on_foot(link) else each.side.value for link, each in zip(links, settings, strict=True)]
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
        WornSensor(
            open_link(link),
            _with_saved(each, Strap(link=link, side=each.side, person=person), calibration, tell),
            _folder(folder, each, place),
            on_shank=place != FOOT,
            person=person,
            strap=Strap(link=link, side=each.side, person=person) if _keeps_calibration(link, place) else None,
            tell=tell,
        )
        for link, each, folder, place in zip(links, settings, folders, places, strict=True)
    ]


def usual_settings(link: str) -> PipelineSettings:
    """Return the settings of a link when none are given: of the simulated leg, of the recording, or the defaults."""
    scheme, _, rest = link.partition(":")
    if scheme == "sim":
        leg = parse(rest)
        return PipelineSettings(exercise=leg.exercise, side=Side(leg.side), worn_flat=leg.mounting == "strapped")
    if scheme == "emulator":
        from ..transport.emulated import options_of  # loads pyserial

        emulated, _ = options_of(rest)
        if isinstance(emulated, SimOptions):
            return PipelineSettings(exercise=emulated.exercise, side=Side(emulated.side))
    folder = Path(rest.partition("?")[0])
    if scheme == "replay" and folder.is_dir():
        return open_session(folder).settings
    return PipelineSettings(worn_flat=scheme in ("ble", "serial"))


def is_on_foot(link: str) -> bool:
    """Return whether the name of a link tells that its sensor is on a foot."""
    scheme, _, name = link.partition(":")
    if scheme == "sim":
        return parse(name).place == FOOT
    if scheme == "emulator":
        from ..transport.emulated import options_of  # loads pyserial

        leg, _ = options_of(name)
        return isinstance(leg, SimOptions) and leg.place == FOOT
    return scheme == "ble" and FOOT in name.lower()


def new_session_folder(out: Path | None, settings: PipelineSettings, started: datetime | None = None) -> Path:
    """Return the folder to record to: `out` when given, else one in `sessions/` whose name sorts by time.

    started: None for now.
    """
    return out if out is not None else Path("sessions") / session_name(started or datetime.now(), settings)


def _keeps_calibration(link: str, place: str) -> bool:
    """Return whether an accepted calibration is kept: a replay makes no new one, and a foot has no rocks."""
    return place != FOOT and not link.startswith("replay:")


def _with_saved(
    settings: PipelineSettings, strap: Strap, given: CalibrationChoice | None, tell: Callable[[str], None]
) -> PipelineSettings:
    """Return the settings with the saved calibration of this strap, where one may be used."""
    usual = CalibrationChoice.SAVED if strap.link.startswith(BOARDS) else CalibrationChoice.FRESH
    if (given or usual) is CalibrationChoice.FRESH or strap.link.startswith("replay:"):
        return settings
    now = datetime.now().astimezone()
    try:
        saved = find(strap, at=now, most_s=REUSE_S)
    except DataError as error:
        tell(f"notice: {error}")
        return settings
    if saved is None:
        if given is not None:
            tell(
                f"{strap.link}, {strap.side} leg, has no calibration from the last {REUSE_S / 3600:.0f} h: "
                "do the ankle rocks"
            )
        return settings
    minutes = (now - datetime.fromisoformat(saved.made)).total_seconds() / 60.0
    tell(f"the calibration of {minutes:.0f} min ago is used again while it fits; --calibration fresh makes a new one")
    return replace(settings, saved=saved)


def _folder(given: Path | None, settings: PipelineSettings, place: str) -> Path:
    if given is not None or place != FOOT:
        return new_session_folder(given, settings)
    usual = new_session_folder(None, settings)
    return usual.with_name(f"{usual.name}_{FOOT}")


def _settings(link: str) -> PipelineSettings:
    """Return the usual settings of the link; the name of a board may tell its leg."""
    settings = usual_settings(link)
    scheme, _, name = link.partition(":")
    sides = [side for side in Side if scheme == "ble" and side.value in name.lower()]
    return replace(settings, side=sides[0]) if len(sides) == 1 else settings
