"""People this computer knows: a name or a code, and what helps to read their sessions. Kept here, sent nowhere."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from ..errors import DataError, SettingsError
from ..session.append_file import disk_error
from ..session.atomic_write import write_atomically
from ..session.json_forms import Json, to_json

FORMAT = 1
SHANKS_M = (0.2, 0.6)
LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """name: a name or a code. shank_length_m: knee to ankle, None when not measured. Raises `SettingsError`."""

    name: str
    shank_length_m: float | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > LONGEST_NAME or not self.name.isprintable():
            raise SettingsError(
                f"a person's name is {self.name!r}, expected 1 to {LONGEST_NAME} printable characters: a name or a code"
            )
        low, high = SHANKS_M
        if self.shank_length_m is not None and not low <= self.shank_length_m <= high:
            raise SettingsError(
                f"shank length is {self.shank_length_m * 100:.0f} cm, expected {low * 100:.0f} to {high * 100:.0f}: "
                "measure from the knee joint to the ankle bone"
            )


def folder() -> Path:
    """Return the folder of the files, in the user's data folder of this system."""
    return user_data_path("shinsight", appauthor=False) / "people"


def keep(person: Person) -> Path:
    """Store a person and replace an older entry of that name. Raises `DataError` when the disk refuses."""
    path = path_of(person.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(path.parent, error) from error
    about: dict[str, Json] = {
        "format": FORMAT,
        "name": person.name,
        "shank_length_m": person.shank_length_m,
        "notes": person.notes,
    }
    write_atomically(path, to_json(about) + "\n")
    return path


def find(name: str) -> Person | None:
    """Return the person of that name, None when unknown. Raises `DataError` when the file cannot be read."""
    path = path_of(name)
    return _read(path) if path.exists() else None


def everybody() -> tuple[Person, ...]:
    """Return all known people, sorted by name. Raises `DataError` when a file cannot be read."""
    return tuple(sorted((_read(path) for path in folder().glob("*.json")), key=lambda person: person.name))


def path_of(name: str) -> Path:
    """Return the file of a name. Names may contain anything, so the file has a hash as its name."""
    return folder() / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"


def _read(path: Path) -> Person:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise ValueError(f"format {found['format']!r}, expected {FORMAT}")
        shank_m = found["shank_length_m"]
        return Person(
            name=str(found["name"]),
            shank_length_m=None if shank_m is None else float(shank_m),
            notes=str(found["notes"]),
        )
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, SettingsError) as error:
        raise DataError(
            f"{path} is not a valid person file ({type(error).__name__}: {error}): correct it, or delete it"
        ) from error
