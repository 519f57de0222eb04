"""Compares two analyses of the same session: verdicts, reps and angles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan

from ..results import Rep
from ..units import RAD_PER_DEG
from .words import VERDICT_WORDS, degrees_text

LEAST_ANGLE_RAD = 0.5 * RAD_PER_DEG
"""A smaller difference does not show in whole degrees."""


@dataclass(frozen=True, slots=True)
class RepDifference:
    """Holds one rep before and after; None where that analysis has no such rep."""

    before: Rep | None
    after: Rep | None


@dataclass(frozen=True, slots=True)
class RepDifferences:
    """verdicts: reps with another heel verdict, and reps that were added or removed, by time. angles: number of common
    reps whose best heel-down angle changed, appeared or disappeared. most_angle_rad: the largest change, NaN when no
    angle is known in both. reps: number of reps (before, after).
    """

    verdicts: tuple[RepDifference, ...]
    angles: int
    most_angle_rad: float
    reps: tuple[int, int]


def rep_differences(before: Sequence[Rep], after: Sequence[Rep]) -> RepDifferences:
    """Compare two lists of reps. Two reps belong together when the bottom of one lies within the other."""
    pairs = _pairs(before, after)
    moved = [pair for pair in pairs if _angle_differs(pair)]
    steps = [
        abs(pair.after.peak_dorsiflexion_rad - pair.before.peak_dorsiflexion_rad)
        for pair in moved
        if pair.before is not None
        and pair.after is not None
        and pair.before.peak_dorsiflexion_rad is not None
        and pair.after.peak_dorsiflexion_rad is not None
    ]
    return RepDifferences(
        verdicts=tuple(pair for pair in pairs if _verdict_differs(pair)),
        angles=len(moved),
        most_angle_rad=max(steps, default=nan),
        reps=(len(before), len(after)),
    )


def _pairs(before: Sequence[Rep], after: Sequence[Rep]) -> list[RepDifference]:
    left = list(after)
    pairs = []
    for old in before:
        new = next((rep for rep in left if _same(old, rep)), None)
        if new is not None:
            left.remove(new)
        pairs.append(RepDifference(old, new))
    pairs += [RepDifference(None, rep) for rep in left]
    return sorted(pairs, key=_bottom_s)


def _same(one: Rep, other: Rep) -> bool:
    return one.start_s <= other.bottom_s <= one.end_s or other.start_s <= one.bottom_s <= other.end_s


def _bottom_s(pair: RepDifference) -> float:
    rep = pair.before or pair.after
    assert rep is not None
    return rep.bottom_s


def _verdict_differs(pair: RepDifference) -> bool:
    return pair.before is None or pair.after is None or pair.before.heel is not pair.after.heel


def _angle_differs(pair: RepDifference) -> bool:
    if pair.before is None or pair.after is None:
        return False
    old, new = pair.before.peak_dorsiflexion_rad, pair.after.peak_dorsiflexion_rad
    if old is None or new is None:
        return old is not new
    return abs(new - old) >= LEAST_ANGLE_RAD


def differences_text(found: RepDifferences) -> Sequence[str]:
    """Describe the differences, one per line."""
    before, after = found.reps
    lines = [_difference_text(difference) for difference in found.verdicts]
    if not lines:
        lines.append(f"No verdict changed: {after} reps as before" if before == after else f"{before} → {after} reps")
    if found.angles:
        most = "" if isnan(found.most_angle_rad) else f", by up to {degrees_text(found.most_angle_rad)}"
        lines.append(f"Heel-down angle of {found.angles} rep{'s' if found.angles > 1 else ''} changed{most}")
    return lines


def _difference_text(difference: RepDifference) -> str:
    before, after = difference.before, difference.after
    if before is None:
        assert after is not None
        return f"Rep {after.number} is new:   {VERDICT_WORDS[after.heel]}"
    if after is None:
        return f"Rep {before.number} is no longer counted (was {VERDICT_WORDS[before.heel]})"
    return f"Rep {after.number}:   {VERDICT_WORDS[before.heel]}  →  {VERDICT_WORDS[after.heel]}"
