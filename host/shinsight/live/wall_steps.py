"""Where somebody is in the knee-to-wall test of one leg, and what they should do now. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from ..knee_to_wall import TRIALS, Trial, next_distance_cm


class Doing(Enum):
    TRIAL = "trial"
    TYPING = "typing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class WallStep:
    """headline: read from three metres; hint: in smaller words; suggested_cm: for the next trial, None when unknown."""

    doing: Doing
    headline: str
    hint: str
    suggested_cm: float | None = None


def wall_step(of_leg: Sequence[Trial], skipped_s: Collection[float]) -> WallStep:
    """What to do now. skipped_s: moments of trials whose distance is not wanted."""
    last = of_leg[-1] if of_leg else None
    suggested_cm = next_distance_cm(of_leg)
    if last is not None and last.distance_cm is None and last.rep.bottom_s not in skipped_s:
        verdict = "counts" if last.counts else last.why_not
        return WallStep(Doing.TYPING, "Big toe to wall, in cm?", f"Trial {last.number} {verdict}. Enter alone skips it")
    counted = sum(trial.counts for trial in of_leg)
    if counted >= TRIALS:
        return WallStep(Doing.DONE, "This leg is done", f"{counted} trials count")
    where = "" if suggested_cm is None else f"Toe {suggested_cm:.0f} cm from the wall. "
    hint = f"{where}Knee to the wall and back, heel down all the way"
    if last is not None and not last.counts:
        return WallStep(Doing.TRIAL, f"Once more: trial {counted + 1} of {TRIALS}", hint, suggested_cm)
    return WallStep(Doing.TRIAL, f"Trial {counted + 1} of {TRIALS}", hint, suggested_cm)


def distance_typed(text: str) -> float | None:
    """Centimetres from what was typed, with a comma or a point; None when it is no distance a foot can be away."""
    try:
        distance_cm = float(text.strip().removesuffix("cm").strip().replace(",", "."))
    except ValueError:
        return None
    return distance_cm if 0.0 <= distance_cm <= 40.0 else None
