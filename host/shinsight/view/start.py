"""What a person can start: the boards in reach or a simulated one, and what they chose to do with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..detection.exercises import PROFILES
from ..errors import SettingsError
from ..results import Side
from ..transport.search import Found

FIRST_RUN = "sim:squat?spoiled=1"
"""A simulated person who lifts the heel in the first calibration, so that one sees a refusal before it is one's own."""
STEEPEST_DEG = 40.0


class Goal(Enum):
    """What the person wants to do."""

    MEASURE = "measure"
    LUNGE_TEST = "wall test"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Offer:
    """words: what it is; links: one or two; side: the leg its name tells, None when the person must say; simulated."""

    words: str
    links: tuple[str, ...]
    side: Side | None = None
    simulated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StartChoice:
    """What the person chose. side: None when every link tells its own. Raises `SettingsError`."""

    offer: Offer
    exercise: str
    side: Side | None
    slope_deg: float = 0.0
    person: str = ""
    goal: Goal = Goal.MEASURE

    def __post_init__(self) -> None:
        if self.exercise not in PROFILES:
            raise SettingsError(f"exercise {self.exercise!r} is unknown; known are {', '.join(PROFILES)}")
        if not abs(self.slope_deg) <= STEEPEST_DEG:
            raise SettingsError(f"slope is {self.slope_deg:g}, expected -{STEEPEST_DEG:g} to {STEEPEST_DEG:g} degrees")

    @property
    def links(self) -> tuple[str, ...]:
        """The links to open; a simulated person does the exercise, on that leg."""
        if not self.offer.simulated:
            return self.offer.links
        leg = "" if self.side is None else f"&side={self.side}"
        return (f"sim:{self.exercise}?spoiled=1{leg}",)


def offers(found: Found) -> tuple[Offer, ...]:
    """What to choose from, likeliest first: both legs, boards on the radio, boards on a cable, the simulated person."""
    sided = {side: [name for name in found.radio if side.value in name.lower()] for side in Side}
    both = tuple(f"ble:{names[0]}" for names in sided.values() if len(names) == 1)
    pairs = (Offer("left and right leg together", both),) if len(both) == len(Side) else ()
    radio = (Offer(f"{name}, Bluetooth", (f"ble:{name}",), _side(name)) for name in found.radio)
    cable = (Offer(f"{port}, on a cable", (f"serial:{port}",)) for port in found.ports)
    simulated = Offer("no board: a simulated person", (FIRST_RUN,), simulated=True)
    return (*pairs, *radio, *cable, simulated)


def _side(name: str) -> Side | None:
    sides = [side for side in Side if side.value in name.lower()]
    return sides[0] if len(sides) == 1 else None
