"""One whole session of a lower leg, spliced from an optical take: stand, five heel-down rocks, stand, the set.

The take begins in mid-movement, so a leg is led from its standing pose into the first frame by the curve of least jerk
that meets the frame's velocity and acceleration (quintic, twice continuously differentiable), and out of the last one
likewise. Between repetitions the leg may be held for a pause in the same way; without a pause the set is the original,
uncut movement. Rocks are made: the shank turns about the ankle marker, which stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.signal import argrelmin, butter, sosfiltfilt
from scipy.spatial.transform import Rotation

from shinsight.samples import Phase

from .markers import ANK, HEE, KNE, RATE_HZ, TIB, TOE, Take, load_take

Array = NDArray[np.float64]

STAND_S = 4.0
STAND_AFTER_ROCKS_S = 1.5
ROCKS = 5
ROCK_S = 2.5
ROCK_DEPTH_DEG = (20.0, 28.0)
ROCK_HEADING_SD_DEG = 5.0
BETWEEN_ROCKS_S = 0.5
END_STAND_S = 2.0
LOWPASS_HZ = 8.0
SWAY_SD_DEG = 0.06
SWAY_BAND_HZ = (0.05, 0.5)
"""Makes 0.12 deg/s, as shins of real people standing still do (0.1 to 0.2)."""
DEEP_CUT_DEG = 15.0
"""A cut between two repetitions with the shank this far from standing was set wrong (one set: m01, subject 7, i)."""


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """markers_m : (n, 5, 3) at `RATE_HZ`, earth frame; phases: n; cuts: (first, last + 1) of each repetition."""

    markers_m: Array
    phases: tuple[Phase, ...]
    cuts: tuple[tuple[int, int], ...]


def inclination(markers_m: Array) -> Array:
    """(n,) rad, forward tilt of the ankle-to-knee line from vertical in the plane of the foot's heading."""
    forward = heading(markers_m)
    axis = markers_m[:, KNE] - markers_m[:, ANK]
    return np.arctan2((axis * forward).sum(axis=1), axis[:, 2])


def heading(markers_m: Array) -> Array:
    """(n, 3) horizontal unit vectors from heel to toe."""
    forward = (markers_m[:, TOE] - markers_m[:, HEE]) * [1.0, 1.0, 0.0]
    return forward / np.linalg.norm(forward, axis=1, keepdims=True)


def session_motion(
    subject: int, movement: str, condition: str, side: str, *, pause_s: float, rng: np.random.Generator
) -> Motion:
    """Stand, rocks, stand and the whole set. pause_s: standing still between repetitions; 0 leaves the set uncut."""
    take = load_take(subject, movement, condition, side)
    calibration_take = take if movement == "m01" else load_take(subject, "m01", "c", side)
    standing = _onto_foot(_standing(calibration_take), take.markers_m[take.cuts[1]])
    reps = _whole_reps(take)

    parts: list[Array] = []
    phases: list[Phase] = []

    def add(part: Array, phase: Phase) -> None:
        parts.append(part)
        phases.extend([phase] * len(part))

    def hold(pose: Array, length_s: float, phase: Phase) -> None:
        add(np.repeat(pose[None], round(length_s * RATE_HZ), axis=0), phase)

    hold(standing, STAND_S, Phase.STAND)
    for _ in range(ROCKS):
        add(_rock(standing, rng), Phase.ROCKS)
        hold(standing, BETWEEN_ROCKS_S, Phase.ROCKS)
    hold(standing, STAND_AFTER_ROCKS_S, Phase.STAND)

    cuts = []
    pose = standing
    for number, (start, stop) in enumerate(reps):
        rep = take.markers_m[start:stop]
        if number == 0 or pause_s > 0.0:
            add(_lead_in(pose, rep), Phase.SET)
        first = sum(map(len, parts))
        add(rep, Phase.SET)
        cuts.append((first, first + len(rep)))
        if number + 1 == len(reps) or pause_s > 0.0:
            pose = rep[-1]
            add(_lead_in(pose, rep[::-1])[::-1], Phase.SET)
            hold(pose, END_STAND_S if number + 1 == len(reps) else pause_s, Phase.SET)
    markers = smoothed(np.concatenate(parts))
    return Motion(_swaying(markers, rng), tuple(phases), tuple(cuts))


def _standing(take: Take) -> Array:
    """(5, 3): of the poses between repetitions the one with the middle inclination."""
    between = take.markers_m[[*take.cuts[1:-1], take.cuts[-1] - 1]]
    tilt = inclination(between)
    return between[np.argsort(tilt)[len(tilt) // 2]]


def _onto_foot(pose: Array, target: Array) -> Array:
    """The pose, turned about the vertical and moved until its foot stands where the target's does."""
    now, wanted = heading(pose[None])[0], heading(target[None])[0]
    turn = Rotation.from_rotvec([0.0, 0.0, np.arctan2(np.cross(now, wanted)[2], now @ wanted)])
    moved = turn.apply(pose - pose[ANK]) + pose[ANK]
    moved += (target[ANK] - pose[ANK]) * [1.0, 1.0, 0.0]
    return moved


def _whole_reps(take: Take) -> list[tuple[int, int]]:
    """[start, stop) of each repetition in the take; a cut through a bent leg is moved on to where it is up again."""
    tilt = inclination(take.markers_m)
    inner = np.array(take.cuts[1:-1])
    (turns,) = argrelmin(tilt, order=round(0.1 * RATE_HZ))
    deep = tilt[inner] - np.median(tilt[inner]) > np.deg2rad(DEEP_CUT_DEG)
    inner[deep] = [turns[turns > cut][0] for cut in inner[deep]]
    bounds = [0, *inner.tolist(), take.cuts[-1]]
    return list(pairwise(bounds))


def _lead_in(pose: Array, rep: Array) -> Array:
    """(n, 5, 3) from rest in a pose to the frame before the first of `rep`, meeting its velocity and acceleration."""
    steps = np.arange(12) / RATE_HZ
    local = np.polynomial.polynomial.polyfit(steps, rep[:12].reshape(12, -1), 3)
    velocity, acceleration = local[1].reshape(5, 3), 2.0 * local[2].reshape(5, 3)
    distance, speed = (float(np.linalg.norm(v[KNE])) for v in (rep[0] - pose, velocity))
    n = round(RATE_HZ * float(np.clip(2.0 * distance / max(speed, 1e-3), 0.5, 1.2)))
    length_s = n / RATE_HZ
    u = np.arange(n)[:, None, None] / n
    to_place = 10.0 * u**3 - 15.0 * u**4 + 6.0 * u**5
    to_velocity = length_s * (-4.0 * u**3 + 7.0 * u**4 - 3.0 * u**5)
    to_acceleration = length_s**2 * 0.5 * (u**3 - 2.0 * u**4 + u**5)
    return pose + (rep[0] - pose) * to_place + velocity * to_velocity + acceleration * to_acceleration


def _rock(standing: Array, rng: np.random.Generator) -> Array:
    """(n, 5, 3): knee over the toes and back, the foot and the ankle marker still; a little out of the foot's plane."""
    half = round(ROCK_S * RATE_HZ / 2.0)
    u = np.arange(2 * half) / half
    u = np.minimum(u, 2.0 - u)
    bend = np.deg2rad(rng.uniform(*ROCK_DEPTH_DEG)) * (10.0 * u**3 - 15.0 * u**4 + 6.0 * u**5)
    off = np.deg2rad(rng.normal(0.0, ROCK_HEADING_SD_DEG))
    left = Rotation.from_rotvec([0.0, 0.0, off]).apply(np.cross([0.0, 0.0, 1.0], heading(standing[None])[0]))
    return _turned(np.repeat(standing[None], len(u), axis=0), Rotation.from_rotvec(bend[:, None] * left))


def _turned(markers: Array, turn: Rotation) -> Array:
    """The shank's markers turned about the ankle marker, frame by frame."""
    turned = markers.copy()
    for marker in (KNE, TIB):
        turned[:, marker] = markers[:, ANK] + turn.apply(markers[:, marker] - markers[:, ANK])
    return turned


def smoothed(markers: Array) -> Array:
    """Without anything faster than a person moves, along the first axis and without delay."""
    sos = butter(4, LOWPASS_HZ, fs=RATE_HZ, output="sos")
    return sosfiltfilt(sos, markers, axis=0)


def _swaying(markers: Array, rng: np.random.Generator) -> Array:
    """A standing person sways: the shank turns a little about the ankle, in both planes."""
    sos = butter(2, SWAY_BAND_HZ, btype="bandpass", fs=RATE_HZ, output="sos")
    sway = sosfiltfilt(sos, rng.normal(size=(len(markers), 3)), axis=0) * [1.0, 1.0, 0.0]
    sway *= np.deg2rad(SWAY_SD_DEG) / sway[:, :2].std()
    return _turned(markers, Rotation.from_rotvec(sway))
