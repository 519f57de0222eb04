"""Lists what a person can start with, the boards in reach or a simulated one, and holds the choice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..detection.exercises import PROFILES
from ..errors import SettingsError
from ..results import Side
from ..transport.search import Found

FIRST_RUN = "sim:squat?spoiled=1"
"""A simulated person who lifts the heel in the first calibration, to show a refusal."""
STEEPEST_DEG = 40.0


class Goal(Enum):
    """Names what the person wants to do."""

    MEASURE = "measure"
    LUNGE_TEST = "lunge test"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Offer:
    """words: its text. links: one or two. side: the leg in its name, None when the person must choose it."""

    words: str
    links: tuple[str, ...]
    side: Side | None = None
    simulated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StartChoice:
    """Holds the choice of the person. side: None when every link has its own. Raises `SettingsError`."""

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
        """The links to open. A simulated person does the chosen exercise on the chosen leg."""
        if not self.offer.simulated:
            return self.offer.links
        leg = "" if self.side is None else f"&side={self.side}"
        return (f"sim:{self.exercise}?spoiled=1{leg}",)


def offers(found: Found) -> tuple[Offer, ...]:
    """List the offers, likeliest first: both legs, boards on the radio, boards on a cable, the simulated person."""
    sided = {side: [name for name in found.radio if side.value in name.lower()] for side in Side}
    both = tuple(f"ble:{names[0]}" for names in sided.values() if len(names) == 1)
    pairs = (Offer("left and right leg together", both),) if len(both) == len(Side) else ()
    radio = (Offer(f"{name}, Bluetooth", (f"ble:{name}",), _side(name)) for name in found.radio)
    cable = (Offer(f"{port}, on a cable", (f"serial:{port}",)) for port in found.ports)
    simulated = Offer("demo: a simulated person, no board needed", (FIRST_RUN,), simulated=True)
    return (*pairs, *radio, *cable, simulated)


def _side(name: str) -> Side | None:
    sides = [side for side in Side if side.value in name.lower()]
    return sides[0] if len(sides) == 1 else None
