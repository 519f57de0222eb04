"""Sessions that go wrong: heels up in the rocks, straps that slip, and feet that move, which is nobody's fault.

    slips = [Slip(at_s=9, turn_deg=(0, 0, 5))]
    samples, phases, truth = make_faulty_recording(5, "m01", "c", "R", "lsm6dso", 0, slips=slips)

Everything is done to the markers or between shin and sensor, so a chip's own errors stay where they are in its axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from shinsight.samples import Phase, SampleBlock

from .convert import Truth, recording_of, seeds
from .lifted import Lift, with_lifts
from .markers import ANK, KNE, RATE_HZ, TIB
from .motion import BETWEEN_ROCKS_S, ROCK_S, ROCKS, STAND_S, Array, heading, session_motion
from .sensor import Slip

STEP_S = 0.6
STEP_HEIGHT_M = 0.04


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """The foot is lifted at at_s and set down ahead_m further on, turned; then the shank stands otherwise."""

    at_s: float
    ahead_m: float = 0.0
    turn_deg: float = 0.0
    lean_deg: float = 0.0
    aside_deg: float = 0.0


def rock_times_s() -> list[tuple[float, float]]:
    """Start and end of every rock of a recording."""
    starts = STAND_S + (ROCK_S + BETWEEN_ROCKS_S) * np.arange(ROCKS)
    return [(start, start + ROCK_S) for start in starts.tolist()]


def make_faulty_recording(
    subject: int,
    movement: str,
    condition: str,
    side: str,
    grade: str,
    seed: int,
    *,
    rock_lifts: Sequence[Lift | None] = (),
    slips: Sequence[Slip] = (),
    steps: Sequence[Step] = (),
    pause_s: float = 2.0,
) -> tuple[SampleBlock, tuple[Phase, ...], Truth]:
    """As `make_recording` with these arguments, with the faults given. rock_lifts: one entry a rock, or none at all.

    Raises KeyError when the dataset has no such set.
    """
    rng = np.random.default_rng(seeds(subject, movement, condition, side, seed))
    motion = session_motion(subject, movement, condition, side, pause_s=pause_s, rng=rng)
    if rock_lifts:
        rocks = tuple((round(start * RATE_HZ), round(end * RATE_HZ)) for start, end in rock_times_s())
        lifted = with_lifts(replace(motion, cuts=rocks), tuple(rock_lifts))
        motion = replace(motion, markers_m=lifted.markers_m)
    turned_rad = np.zeros(len(motion.markers_m))
    for step in steps:
        motion = replace(motion, markers_m=_stepped(motion.markers_m, step))
        turned_rad += np.deg2rad(step.turn_deg) * _share(len(turned_rad), step)
    return recording_of(motion, side, grade, rng, slips=slips, turned_rad=turned_rad)


def _share(frames: int, step: Step) -> Array:
    """(n,) how much of the step is done."""
    u = np.clip((np.arange(frames) / RATE_HZ - step.at_s) / STEP_S, 0.0, 1.0)
    return 10.0 * u**3 - 15.0 * u**4 + 6.0 * u**5


def _stepped(markers_m: Array, step: Step) -> Array:
    """The step without its turn: markers say little of a shank's turn about itself."""
    share = _share(len(markers_m), step)[:, None]
    first = min(len(markers_m) - 1, round(step.at_s * RATE_HZ))
    ahead = heading(markers_m[first : first + 1])[0]
    left = np.cross([0.0, 0.0, 1.0], ahead)
    raised = STEP_HEIGHT_M * (4.0 * share * (1.0 - share)) ** 2 * [0.0, 0.0, 1.0]
    moved = markers_m + (share * step.ahead_m * ahead + raised)[:, None]
    lean = np.deg2rad(step.lean_deg) * left + np.deg2rad(step.aside_deg) * ahead
    leaning = Rotation.from_rotvec(share * lean)
    for marker in (KNE, TIB):
        moved[:, marker] = moved[:, ANK] + leaning.apply(moved[:, marker] - moved[:, ANK])
    return moved
