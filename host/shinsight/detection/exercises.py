"""Exercises: what a repetition of each looks like to the shank. One profile each, data only.

To add one, add a profile here (docs/add-an-exercise has the walk-through).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import SettingsError
from ..units import RAD_PER_DEG


@dataclass(frozen=True, kw_only=True, slots=True)
class ExerciseProfile:
    """Thresholds on shank inclination relative to standing.

    least_peak_rad: a smaller excursion is no rep. open_rad: how far the shank must come forward from its last
    rest before a rep may begin. close_share: a rep is over when the inclination has fallen to this share of its
    peak, so two peaks with a shallower valley are one rep. shortest_s, longest_s: bounds of a rep's duration.
    """

    name: str
    least_peak_rad: float = 9.0 * RAD_PER_DEG
    open_rad: float = 5.0 * RAD_PER_DEG
    close_share: float = 0.4
    shortest_s: float = 0.6
    longest_s: float = 20.0


PROFILES: dict[str, ExerciseProfile] = {
    profile.name: profile
    for profile in (
        ExerciseProfile(name="squat"),
        ExerciseProfile(name="lunge"),
        ExerciseProfile(name="split_squat"),
        ExerciseProfile(name="step_down"),
        ExerciseProfile(name="knee_to_wall", longest_s=40.0),
        # Rising from a chair turns the shank by little: 11 to 15 deg.
        ExerciseProfile(name="sit_to_stand", least_peak_rad=6.0 * RAD_PER_DEG, open_rad=4.0 * RAD_PER_DEG),
    )
}


def profile_of(exercise: str) -> ExerciseProfile:
    """The profile of an exercise. Raises SettingsError naming the known ones."""
    try:
        return PROFILES[exercise]
    except KeyError:
        raise SettingsError(
            f"exercise {exercise!r} is unknown; known are {', '.join(PROFILES)} (docs/add-an-exercise)"
        ) from None
