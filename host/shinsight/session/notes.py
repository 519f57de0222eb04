"""Notes of a session: text, pain, reps to leave out, distances typed in the knee-to-wall test.

One small file, `notes.json`, in the session's folder, replaced whole at every change, during the session or years after
it. What was measured is never touched: a rep that is left out can be taken back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

from ..errors import DataError, SettingsError
from ..results import Rep
from .atomic_write import write_atomically
from .json_forms import Json, to_json

FORMAT = 1
NOTES_JSON = "notes.json"
WORST_PAIN = 10
LONGEST_CM = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionNotes:
    """text: as typed. pain: 0 (none) to 10 (worst imaginable), None when not asked.

    left_out_s: moments on the board's clock; a rep that was going on at one of them is left out. distances_cm: of
    knee-to-wall trials, (moment, big toe to wall) for the rep going on at the moment. Raises `SettingsError`.
    """

    text: str = ""
    pain: int | None = None
    left_out_s: tuple[float, ...] = ()
    distances_cm: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if self.pain is not None and not 0 <= self.pain <= WORST_PAIN:
            raise SettingsError(f"pain is {self.pain}, expected 0 (none) to {WORST_PAIN} (worst imaginable)")
        for t_s in (*self.left_out_s, *(t_s for t_s, _ in self.distances_cm)):
            if not isfinite(t_s):
                raise SettingsError(f"the time of a rep is {t_s} s, expected a time within the session")
        for _, distance_cm in self.distances_cm:
            if not 0.0 <= distance_cm <= LONGEST_CM:
                raise SettingsError(
                    f"the distance from toe to wall is {distance_cm:g}, expected 0 to {LONGEST_CM:g} cm: "
                    "type centimetres"
                )

    def keeps(self, rep: Rep) -> bool:
        """False when the rep was left out."""
        return not any(rep.start_s <= t_s <= rep.end_s for t_s in self.left_out_s)

    def without(self, rep: Rep) -> SessionNotes:
        """The notes with that rep left out."""
        return replace(self, left_out_s=(*self.left_out_s, rep.bottom_s)) if self.keeps(rep) else self

    def again_with(self, rep: Rep) -> SessionNotes:
        """The notes with that rep taken back."""
        others = tuple(t_s for t_s in self.left_out_s if not rep.start_s <= t_s <= rep.end_s)
        return replace(self, left_out_s=others)

    def distance_cm(self, rep: Rep) -> float | None:
        """What was typed for that rep, the last time if several times; None when nothing was."""
        return next((cm for t_s, cm in reversed(self.distances_cm) if rep.start_s <= t_s <= rep.end_s), None)

    def with_distance(self, rep: Rep, distance_cm: float | None) -> SessionNotes:
        """The notes with that rep's distance, in place of an older one; None takes it away."""
        others = tuple(each for each in self.distances_cm if not rep.start_s <= each[0] <= rep.end_s)
        new = () if distance_cm is None else ((rep.bottom_s, distance_cm),)
        return replace(self, distances_cm=(*others, *new))


def read_notes(folder: Path) -> SessionNotes:
    """The notes of a session's folder, empty ones when there are none. Raises `DataError` when they cannot be read."""
    path = folder / NOTES_JSON
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise DataError(f"{path} is of format {found['format']!r}, expected {FORMAT}: update shinsight")
        pain = found["pain"]
        return SessionNotes(
            text=str(found["text"]),
            pain=None if pain is None else int(pain),
            left_out_s=tuple(float(t_s) for t_s in found["left_out_s"]),
            distances_cm=tuple((float(t_s), float(cm)) for t_s, cm in found["distances_cm"]),
        )
    except FileNotFoundError:
        return SessionNotes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, SettingsError) as error:
        raise DataError(
            f"{path} is not a valid notes file ({type(error).__name__}: {error}): correct it, or "
            f"delete it to continue without notes"
        ) from error


def write_notes(folder: Path, notes: SessionNotes) -> None:
    """Replace the notes of a session. Raises `DataError` when the disk refuses; the old ones are kept then."""
    about: dict[str, Json] = {
        "format": FORMAT,
        "text": notes.text,
        "pain": notes.pain,
        "left_out_s": list(notes.left_out_s),
        "distances_cm": [list(each) for each in notes.distances_cm],
    }
    write_atomically(folder / NOTES_JSON, to_json(about) + "\n")
