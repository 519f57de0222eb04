"""How the shank rests before, between and after the rocks: what a strap that turned or a foot that moved leaves.

Readings of the accelerometer as they come: an offset is the same in all rests and drops out of their differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2

import numpy as np
from scipy.ndimage import uniform_filter1d

from ...fusion.quaternion import IDENTITY, multiply, strapdown
from ...kinematics.shank import Alignment
from ...samples import FloatArray, SampleBlock, Vector
from ...units import DEG_PER_RAD

QUIET_S = 0.2
EDGE_S = 0.3
"""A rock as counted ends a little before the shank rests."""


@dataclass(frozen=True, slots=True)
class Turned:
    """How the sensor rests after the rocks against before.

    lean_rad more forward, right_rad more to the right, spin_rad about the shin (counter-clockwise seen from above).
    rock: in or right after which it came, 0 for before the first.
    """

    rock: int
    lean_rad: float
    right_rad: float
    spin_rad: float

    @property
    def angle_rad(self) -> float:
        """Angle of the whole turn."""
        return float(np.sqrt(self.lean_rad**2 + self.right_rad**2 + self.spin_rad**2))


def in_words(turn: Turned) -> str:
    """`6 deg forward and 3 deg about the shin`: every part of at least a third of the whole, whole degrees."""
    parts = (
        (turn.lean_rad, "forward", "backward"),
        (turn.right_rad, "to the right", "to the left"),
        (turn.spin_rad, "about the shin", "about the shin"),
    )
    return " and ".join(
        f"{abs(part) * DEG_PER_RAD:.0f} deg {along if part > 0.0 else against}"
        for part, along, against in parts
        if 3.0 * abs(part) >= turn.angle_rad
    )


def quiet_moments(block: SampleBlock, rocks: Sequence[slice], rate_hz: float) -> list[int]:
    """Index of the quietest moment before every rock and after the last."""
    bias = np.median(block.gyro_radps, axis=0)
    effort = uniform_filter1d(np.linalg.norm(block.gyro_radps - bias, axis=1), max(1, round(QUIET_S * rate_hz)))
    edge = round(EDGE_S * rate_hz)
    stops = [rocks[0].start - edge, *(r.stop - edge for r in rocks)]
    starts = [*(r.start + edge for r in rocks), len(block)]
    moments = []
    for first, last in zip(stops, starts, strict=True):
        first = max(0, min(first, last - 1))
        moments.append(first + int(np.argmin(effort[first:last])))
    return moments


def stance_change(
    block: SampleBlock,
    *,
    standing: slice,
    moments: Sequence[int],
    alignment: Alignment,
    gyro_bias_radps: Vector,
    rate_hz: float,
) -> Turned:
    """Standing against the quiet moment after the last rock; the place is where one step explains all rests best."""
    half = max(1, round(0.5 * QUIET_S * rate_hz))
    at = [(standing.start + standing.stop) // 2, *moments]
    stance = block.accel_mps2[standing].mean(axis=0)
    readings = np.array([stance, *(block.accel_mps2[max(0, m - half) : m + half].mean(axis=0) for m in moments)])
    up = readings / np.linalg.norm(readings, axis=1, keepdims=True)
    up_standing: Vector = tuple(up[0].tolist())
    # The gyro alone knows the turn about the vertical; a filter would let the accelerometer's errors into it.
    rates = block.gyro_radps - np.array(gyro_bias_radps)
    spins, q = [0.0], IDENTITY
    for first, last in pairwise(at):
        q = multiply(q, strapdown(map(tuple, rates[first:last].tolist()), 1.0 / rate_hz))
        along = sum(part * axis for part, axis in zip(q[1:], up_standing, strict=True))
        spins.append(2.0 * atan2(along, q[0]))
    in_shank = up @ alignment.R_sensor_from_shank
    # A sensor that leans forward sees up swing to its back.
    rests = np.stack([-in_shank[:, 0], -in_shank[:, 2], np.unwrap(spins)], axis=1)
    rests = rests - rests[0]
    place = max(range(1, len(at)), key=lambda cut: _explained(rests, cut)) - 1
    lean, right, spin = rests[-1].tolist()
    return Turned(place, lean, right, spin)


def _explained(rests: FloatArray, cut: int) -> float:
    """Spread of the rests that a step before the rest `cut` takes away."""
    step = rests[cut:].mean(axis=0) - rests[:cut].mean(axis=0)
    return float(step @ step) * cut * (len(rests) - cut) / len(rests)
