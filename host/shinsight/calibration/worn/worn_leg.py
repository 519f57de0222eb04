"""Which leg is it on? The flat inner face of the shin bone looks forward and inward, and so does the board on it.

Worn by the rule - flat on the inner face of the shin bone, components outward (+z of the chip away from the leg) - the
board's z axis points ahead and to the left on a right leg, ahead and to the right on a left one. A board worn otherwise
gives no answer, or a wrong one: ask only where the rule is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2

from ...kinematics.shank import Alignment
from ...results import Side
from ...units import DEG_PER_RAD, RAD_PER_DEG


@dataclass(frozen=True, kw_only=True, slots=True)
class WornLegSettings:
    """The face looks 30 to 55 deg inward of straight ahead; strapping varies that by some 15 deg."""

    least_inward_rad: float = 8.0 * RAD_PER_DEG
    most_inward_rad: float = 90.0 * RAD_PER_DEG
    most_upward: float = 0.6  # of the unit normal: a face of a standing shank looks sideways


def worn_leg(alignment: Alignment, settings: WornLegSettings | None = None) -> Side | None:
    """The leg that a board worn by the rule is on, None when its face looks nowhere an inner face looks."""
    settings = settings or WornLegSettings()
    if abs(alignment.up[2]) > settings.most_upward:
        return None
    to_the_right = _to_the_right(alignment)
    if not settings.least_inward_rad <= abs(to_the_right) <= settings.most_inward_rad:
        return None
    return Side.LEFT if to_the_right > 0.0 else Side.RIGHT


def wrong_leg(alignment: Alignment, side: Side, settings: WornLegSettings | None = None) -> str:
    """A sentence when the board is probably on the other leg than `side`, else ""."""
    worn = worn_leg(alignment, settings)
    if worn is None or worn is side:
        return ""
    inward = abs(_to_the_right(alignment)) * DEG_PER_RAD
    return (
        f"probably worn on the {worn} leg, not the {side}: the board's face looks {inward:.0f} deg to the "
        f"{'right' if worn is Side.LEFT else 'left'} of straight ahead; change legs, or give --side {worn}"
    )


def _to_the_right(alignment: Alignment) -> float:
    """Angle of the board's +z from straight ahead, seen from above, rad."""
    return atan2(alignment.right[2], alignment.forward[2])
