"""Calibrations of worn sensors that this computer keeps, to be used again while the strap is not taken off.

One JSON file for each link, leg and person: the newest. Whether it still fits is for the pipeline to see.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from platformdirs import user_data_path

from ..calibration.worn.saved import SavedCalibration, saved_dict, saved_from
from ..errors import DataError, SettingsError
from ..results import Side
from ..session.append_file import disk_error
from ..session.atomic_write import write_atomically
from ..session.json_forms import Json, to_json

FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Strap:
    """A sensor on a leg of a person. link: its name; person: empty when not given."""

    link: str
    side: Side
    person: str


def folder() -> Path:
    """Return the folder of the files, in the user's data folder of this system."""
    return user_data_path("shinsight", appauthor=False) / "straps"


def keep(strap: Strap, saved: SavedCalibration) -> Path:
    """Store a calibration and replace an older one of this strap. Raises `DataError` when the disk refuses."""
    path = _path(strap)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(path.parent, error) from error
    about: dict[str, Json] = {"format": FORMAT, "link": strap.link, "side": strap.side.value, "person": strap.person}
    write_atomically(path, to_json({**about, "calibration": saved_dict(saved)}) + "\n")
    return path


def find(strap: Strap, *, at: datetime, most_s: float) -> SavedCalibration | None:
    """Return the calibration of this strap if it is at most `most_s` old at the time `at` (with zone).

    Raises `DataError`.
    """
    path = _path(strap)
    if not path.exists():
        return None
    saved, _ = _read(path)
    age_s = (at - datetime.fromisoformat(saved.made)).total_seconds()
    return saved if 0.0 <= age_s <= most_s else None


def of_person(person: str) -> tuple[Path, ...]:
    """Return the files of that person's straps; unreadable files are skipped."""
    return tuple(path for path in sorted(folder().glob("*.json")) if _person(path) == person)


def _person(path: Path) -> str | None:
    try:
        _, person = _read(path)
        return person
    except DataError:
        return None


def _read(path: Path) -> tuple[SavedCalibration, str]:
    """The calibration and whose it is."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise ValueError(f"format {found['format']!r}, expected {FORMAT}")
        return saved_from(found["calibration"]), str(found["person"])
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, SettingsError) as error:
        raise DataError(
            f"{path} is not a valid calibration of a worn sensor ({type(error).__name__}: {error}): "
            f"delete it and repeat the ankle rocks"
        ) from error


def _path(strap: Strap) -> Path:
    """Names of people and links may contain anything, so the file has a hash as its name."""
    key = "\0".join((strap.link, strap.side.value, strap.person))
    return folder() / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"
