"""Semi-synthetic heel lifts: real squats, with a heel that also rises by a height that is known.

    samples, phases, truth = make_lifted_recording(5, "m01", "c", "R", "lsm6dso", 0, lift_mm=20.0, mode="pop")

Heels hardly lift in these squats. Here the foot of chosen repetitions pitches rigidly about its ball as well: heel and
ankle marker rise on arcs, about 7 mm of ankle for each 10 mm of heel, and go forward. Knee and tibia marker ride on the
ankle; the shank keeps the orientation that it was recorded with, but for a share of the pitch by which it leans on.
So the whole movement of the shank is real, and what the heel adds is geometry. Not in it: a landing that is felt,
calf muscle that moves the sensor while it lifts, a body that moves otherwise because its heel is up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from shinsight.samples import Phase, SampleBlock

from .convert import Truth, recording_of, seeds
from .markers import ANK, HEE, KNE, RATE_HZ, TIB, TOE
from .motion import Array, Motion, heading, inclination, session_motion, smoothed

MODES = ("gradual", "pop", "creep", "ascent")
ONSET = (0.35, 0.9)
LEAN_SHARE = (0.0, 1.0)
RISE_S = {"pop": (0.2, 0.5), "creep": (0.8, 2.5), "ascent": (0.2, 0.4)}
FALL_S = (0.2, 0.5)
DOWN_BEFORE_END_S = 0.1
SHORTEST_S = 0.2
"""Squats of two seconds leave less time than is drawn for creeping; no rise is made quicker than this."""
BALL_HEIGHT = 0.5
"""Of the toe marker's, which sits on the joint of the second toe."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lift:
    """One heel lift.

    heel_m: height that the heel marker gains; mode: one of `MODES`; onset: share of the repetition's inclination at
    which it begins (of the way down; of the way up for "ascent"); lean_share: how much of the foot's pitch the shank
    leans on (1: the ankle is at its end and stays as bent as it was; 0: the shank does not notice).
    gradual: grows with the inclination beyond the onset. The others take rise_s to rise, stay, and take fall_s to come
    down when the inclination is back at the onset ("ascent": when the repetition ends); a rise ends before the fall.
    """

    heel_m: float
    mode: str
    onset: float
    lean_share: float
    rise_s: float
    fall_s: float


def make_lifted_recording(
    subject: int,
    movement: str,
    condition: str,
    side: str,
    grade: str,
    seed: int,
    *,
    lift_mm: float,
    mode: str = "mixed",
    lifted_share: float = 0.5,
    pause_s: float = 2.0,
) -> tuple[SampleBlock, tuple[Phase, ...], Truth]:
    """As `make_recording` with these arguments, but for a share of the repetitions whose heel rises by lift_mm more.

    mode: one of `MODES`, or "mixed". Which repetitions lift, the onset and the lean are drawn by seed; person, rocks
    and sensor are those of `make_recording`. The truth is that of the markers with the lift; `added_heel_m` of a
    repetition says which it was. Raises KeyError when the dataset has no such set.
    """
    drawn_from = seeds(subject, movement, condition, side, seed)
    rng = np.random.default_rng(drawn_from)
    motion = session_motion(subject, movement, condition, side, pause_s=pause_s, rng=rng)
    lifts = draw_lifts(
        len(motion.cuts),
        lift_mm=lift_mm,
        mode=mode,
        lifted_share=lifted_share,
        rng=np.random.default_rng([*drawn_from, 1]),
    )
    samples, phases, truth = recording_of(with_lifts(motion, lifts), side, grade, rng)
    reps = tuple(
        replace(rep, added_heel_m=0.0 if lift is None else lift.heel_m)
        for rep, lift in zip(truth.reps, lifts, strict=True)
    )
    return samples, phases, replace(truth, reps=reps)


def draw_lifts(
    reps: int, *, lift_mm: float, mode: str, lifted_share: float, rng: np.random.Generator
) -> tuple[Lift | None, ...]:
    """A lift or none for each repetition."""
    lifted = rng.permutation(reps) < round(lifted_share * reps)
    return tuple(_draw(lift_mm, mode, rng) if up else None for up in lifted.tolist())


def _draw(lift_mm: float, mode: str, rng: np.random.Generator) -> Lift:
    if mode == "mixed":
        mode = str(rng.choice(MODES))
    return Lift(
        heel_m=lift_mm / 1000.0,
        mode=mode,
        onset=rng.uniform(*ONSET),
        lean_share=rng.uniform(*LEAN_SHARE),
        rise_s=rng.uniform(*RISE_S.get(mode, (0.0, 0.0))),
        fall_s=rng.uniform(*FALL_S),
    )


def with_lifts(motion: Motion, lifts: tuple[Lift | None, ...]) -> Motion:
    """The motion with a heel lift added to each repetition that has one."""
    tilt = inclination(motion.markers_m)
    profile = np.zeros(len(tilt))
    lean_share = np.zeros(len(tilt))
    for (start, stop), lift in zip(motion.cuts, lifts, strict=True):
        if lift is not None:
            profile[start:stop] = lift.heel_m * _profile(tilt[start:stop], lift)
            lean_share[start:stop] = lift.lean_share
    return replace(motion, markers_m=_heel_up(motion.markers_m, profile, lean_share))


def _profile(tilt: Array, lift: Lift) -> Array:
    """(n,) share of the lift over one repetition, from 0 to 1 and back."""
    share = (tilt - tilt.min()) / np.ptp(tilt)
    frames = np.arange(len(tilt))
    bottom = int(np.argmax(share))
    way_up = np.flatnonzero(share[bottom:] < lift.onset)
    passed = bottom + int(way_up[0]) if len(way_up) else len(tilt)
    fall_frames = round(lift.fall_s * RATE_HZ)
    down = len(tilt) - round(DOWN_BEFORE_END_S * RATE_HZ)
    if lift.mode == "gradual":
        shape = np.maximum(share - lift.onset, 0.0)
        rise_frames, first, fall = fall_frames, 0, down - fall_frames
    else:
        shape = np.ones(len(tilt))
        first, fall = (passed, len(tilt)) if lift.mode == "ascent" else (int(np.argmax(share > lift.onset)), passed)
        fall = min(fall, down - fall_frames)
        first = min(first, fall - round(SHORTEST_S * RATE_HZ))
        rise_frames = min(round(lift.rise_s * RATE_HZ), fall - first)
    shape = shape * np.minimum(_ease((frames - first) / rise_frames), _ease(1.0 - (frames - fall) / fall_frames))
    shape = np.maximum(smoothed(shape), 0.0)
    return shape / shape.max()


def _ease(u: Array) -> Array:
    """From 0 to 1 by the least jerk."""
    u = np.clip(u, 0.0, 1.0)
    return 10.0 * u**3 - 15.0 * u**4 + 6.0 * u**5


def _heel_up(markers_m: Array, heel_m: Array, lean_share: Array) -> Array:
    """Markers : (n, 5, 3) with the heel marker raised by heel_m : (n,), the foot turned about its ball."""
    forward = heading(markers_m)
    left = np.cross([0.0, 0.0, 1.0], forward)
    ball = markers_m[:, TOE] * [1.0, 1.0, BALL_HEIGHT]
    pitch = _pitch(markers_m[:, HEE] - ball, heel_m, forward)[:, None] * left
    lifted = markers_m.copy()
    for marker in (ANK, HEE, TOE):
        lifted[:, marker] = ball + Rotation.from_rotvec(pitch).apply(markers_m[:, marker] - ball)
    lean = Rotation.from_rotvec(lean_share[:, None] * pitch)
    for marker in (KNE, TIB):
        lifted[:, marker] = lifted[:, ANK] + lean.apply(markers_m[:, marker] - markers_m[:, ANK])
    return lifted


def _pitch(heel_from_ball: Array, rise_m: Array, forward: Array) -> Array:
    """(n,) rad: the turn that raises the heel by rise_m. The heel stands behind and above the ball, at `start`."""
    back, height = -(heel_from_ball * forward).sum(axis=1), heel_from_ball[:, 2]
    distance, start = np.hypot(back, height), np.arctan2(height, back)
    return np.arcsin((height + rise_m) / distance) - start
