"""Exercises: what a repetition of each looks like to the shank. One profile each, data only.

One of your own is a profile handed over in the settings; nothing need be added here (docs/add-an-exercise.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import SettingsError
from ..units import DEG_PER_RAD, RAD_PER_DEG

LONGEST_S = 55.0
"""A verdict looks back over a minute at most, and needs the stance before the rep."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExerciseProfile:
    """Thresholds on shank inclination relative to standing. Raises `SettingsError`.

    name: small letters and underscores, part of a session folder's name.
    least_peak_rad: a smaller excursion is not counted. open_rad: how far the shank must come forward from its last
    rest before a rep may begin. close_share: a rep is over when the inclination has fallen to this share of its
    peak, so two peaks with a shallower valley are one rep. shortest_s, longest_s: bounds of a rep's duration.
    """

    name: str
    least_peak_rad: float = 9.0 * RAD_PER_DEG
    open_rad: float = 5.0 * RAD_PER_DEG
    close_share: float = 0.4
    shortest_s: float = 0.6
    longest_s: float = 20.0

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z]+(_[a-z]+)*", self.name):
            raise SettingsError(f"exercise is named {self.name!r}, expected small letters and underscores: slow_squat")
        if not 0.0 < self.open_rad <= self.least_peak_rad < 2.0:
            raise SettingsError(
                f"{self.name}: a rep opens at {self.open_rad * DEG_PER_RAD:.1f} deg and needs "
                f"{self.least_peak_rad * DEG_PER_RAD:.1f} deg, expected 0 < open_rad <= least_peak_rad < 2 (115 deg)"
            )
        if not 0.0 < self.close_share < 1.0:
            raise SettingsError(f"{self.name}: close_share is {self.close_share:g}, expected a share between 0 and 1")
        if not 0.0 < self.shortest_s < self.longest_s <= LONGEST_S:
            raise SettingsError(
                f"{self.name}: a rep lasts {self.shortest_s:g} to {self.longest_s:g} s, expected 0 < shortest_s < "
                f"longest_s <= {LONGEST_S:g} s"
            )


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
            f"exercise {exercise!r} is unknown; known are {', '.join(PROFILES)}; "
            "one of your own is a profile of its name (docs/add-an-exercise.md)"
        ) from None
