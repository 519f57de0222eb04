"""What may help, as general information, tied to what was found. Without a finding there is no advice."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from ..lunge_test.norms import DISTANCE, MDC_DISTANCE
from ..results import HeelState
from ..units import DEG_PER_RAD, RAD_PER_DEG
from .report import Leg, Report

PAIN_FIRST = 4
"""From this score on, pain is mentioned before anything else."""
FEWEST_REPS = 2
"""One rep may be chance."""
KNEE_IN_RAD = 10.0 * RAD_PER_DEG
"""A mark of ours: no published limit is known."""

CALF = "Calf and soft-tissue work: slow calf stretches with the knee straight and with the knee bent, rolling the calf."
ROCKS = "Knee-to-wall rocks: the knee slowly over the toes towards a wall and back, the heel on the floor."
FOOT = "Foot strength: lifting the arch without curling the toes, slow calf raises, standing on one leg."
SIDE = "Calf work and knee-to-wall rocks on that side first, then on both."
WEDGE = "Heel-elevated squats: a wedge or small plates under the heels, lowered as the ankles bend further."


Finding = tuple[str, tuple[str, ...]]
"""What was found, and what may help with it."""


@dataclass(frozen=True, slots=True)
class Advice:
    """found: in this session, a sentence each; may_help: general information."""

    found: tuple[str, ...]
    may_help: tuple[str, ...]


def advice(report: Report) -> tuple[Advice, ...]:
    """Return the advice for the findings by importance; advice that helps with several findings comes once."""
    by_help: dict[tuple[str, ...], list[str]] = {}
    for found, may_help in _findings(report):
        by_help.setdefault(may_help, []).append(found)
    return tuple(Advice(tuple(found), may_help) for may_help, found in by_help.items())


def _findings(report: Report) -> list[Finding]:
    said = [given for leg in report.legs for given in (_of_lifts(leg), _of_distance(leg)) if given is not None]
    if report.beyond_error:
        less = report.legs[0] if report.difference_deg < 0.0 else report.legs[1]
        found = f"The {less.side} ankle bent less than the other, by more than the measurement error."
        said.append((found, (SIDE,)))
    return said + [given for leg in report.legs if (given := _of_knee(leg)) is not None]


def pain_words(report: Report) -> str:
    """Return the sentence about pain, empty without pain."""
    scores = [leg.notes.pain for leg in report.legs if leg.notes.pain]
    if not scores:
        return ""
    if max(scores) < PAIN_FIRST:
        return (
            f"Pain of {max(scores)} out of 10 was noted. A professional should look at pain that stays or comes back."
        )
    return (
        f"Pain of {max(scores)} out of 10 was noted. See a physiotherapist or doctor before any drill or further test."
    )


def pain_first(report: Report) -> bool:
    """Return whether the pain score of a leg is at least `PAIN_FIRST`."""
    return any((leg.notes.pain or 0) >= PAIN_FIRST for leg in report.legs)


def _of_lifts(leg: Leg) -> Finding | None:
    lifted = leg.count(HeelState.UP)
    if leg.wall_result is not None or lifted < FEWEST_REPS:
        return None  # the knee-to-wall test looks for the distance at which the heel comes up
    found = f"The {leg.side} heel lifted in {lifted} of {len(leg.kept)} reps."
    if leg.exercise in ("lunge", "split_squat"):
        found += " The heel of the rear foot is meant to be up; the advice below is for the front foot."
    return found, (CALF, ROCKS, WEDGE)


def _of_distance(leg: Leg) -> Finding | None:
    usual_cm = DISTANCE.mean - DISTANCE.sd
    result = leg.wall_result
    if result is None or result.mean_cm is None or result.mean_cm >= usual_cm - MDC_DISTANCE.value:
        return None
    found = f"The {leg.side} knee reaches the wall from {result.mean_cm:.1f} cm, less than most adults do."
    return found, (ROCKS, CALF)


def _of_knee(leg: Leg) -> Finding | None:
    tilts_rad = [seen.rep.knee_in_rad for seen in leg.kept if isfinite(seen.rep.knee_in_rad)]
    inward = sum(tilt >= KNEE_IN_RAD for tilt in tilts_rad)
    if inward < FEWEST_REPS:
        return None
    mark = f"{KNEE_IN_RAD * DEG_PER_RAD:.0f}° or more"
    found = f"The {leg.side} shin tilted inward by {mark} in {inward} of {len(tilts_rad)} reps (our own threshold)."
    return found, (FOOT,)
