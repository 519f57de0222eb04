"""The turn that was lost: from the board's quaternion, which saw the rotation while the radio did not.

A lost packet loses a turn, and a turn that is missing stays missing in every angle after it. The board's strapdown
quaternion, sent with each batch, still knows the turn: the one between two received quaternions, less the one that
the received samples of the later batch make, was made in the gap. The filled rates are the likely ones
(`interpolation`), bent until they make exactly that turn.

The board takes its own rest bias off before it integrates; the host does not know which. `BoardTurn` learns it from
intact neighbours, where board and samples describe the same turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from ..fusion.quaternion import (
    Quaternion,
    conjugate,
    from_rotation_vector,
    multiply,
    rotate,
    strapdown,
    to_rotation_vector,
)
from ..samples import FloatArray, Vector

LEARNING_BATCHES = 20
"""The bias is a running mean over about this many intact batches: two seconds of the usual ten samples at 95 Hz."""
LARGEST_BIAS_RADPS = 0.6
"""A disagreement above this (34 deg/s; the worst chips start at 20) is no bias: the board's quaternion is not ours."""
LARGEST_LEARNING_TURN_RAD = 0.5
"""In larger turns the difference of sampling and scale hides the bias."""
SMALLEST_TELLING_TURN_RAD = 0.05
"""In smaller turns any quaternion agrees with any samples."""
SOLVER_STEPS = 12
SOLVED_RAD = 1e-5


def rates_for_rotation(likely_radps: FloatArray, turn: Quaternion, *, dt_s: float) -> FloatArray:
    """Return (count, 3) rates (rad/s), close to the likely ones, that together make `turn` (R_before_from_after).

    The likely rates plus a parabola that vanishes at the neighbours; its height is the unknown. When no such curve is
    found (a large turn where a small one was likely) the rate is constant.
    """
    count = len(likely_radps)
    share = np.arange(1, count + 1, dtype=np.float64) / (count + 1)
    bump = (share * (1.0 - share))[:, None]
    bump /= bump.mean()
    height = np.zeros(3)
    for _ in range(SOLVER_STEPS):
        rates: FloatArray = likely_radps + bump * height
        made = strapdown(rates.tolist(), dt_s)
        missing = np.array(to_rotation_vector(multiply(conjugate(made), turn)))
        if missing @ missing < SOLVED_RAD**2:
            return rates
        height += missing / (count * dt_s)
    return np.tile(np.array(to_rotation_vector(turn)) / (count * dt_s), (count, 1))


class BoardTurn:
    """Finds the turn between two batches from the board's quaternion, and learns the bias that the board subtracts."""

    def __init__(self) -> None:
        self._bias = np.zeros(3)
        self._learned = 0
        self._agreement = 1.0

    @property
    def bias_radps(self) -> Vector:
        """Bias that the board subtracts from its gyro, as learned so far, rad/s."""
        x, y, z = self._bias.tolist()
        return (x, y, z)

    @property
    def trusted(self) -> bool:
        """False while the board's quaternion contradicts the samples that came with it."""
        return self._agreement > 0.5

    def learn(self, turn: Quaternion, rates_radps: Sequence[Vector], dt_s: float) -> None:
        """Learn from an intact batch. turn: R_before_from_after by the board; rates_radps: by the samples."""
        made = strapdown(rates_radps, dt_s)
        whole = to_rotation_vector(made)
        angle = _length(whole)
        # Seen from half way through the turn, where a constant bias has on average acted.
        half = from_rotation_vector(_scaled(whole, 0.5))
        surplus = rotate(half, to_rotation_vector(multiply(conjugate(turn), made)))
        seen = _scaled(surplus, 1.0 / (len(rates_radps) * dt_s))
        agrees = _length(seen) <= LARGEST_BIAS_RADPS
        if max(angle, _length(to_rotation_vector(turn))) > SMALLEST_TELLING_TURN_RAD:
            self._agreement += (float(agrees) - self._agreement) / LEARNING_BATCHES
        if agrees and angle < LARGEST_LEARNING_TURN_RAD:
            self._learned = min(self._learned + 1, LEARNING_BATCHES)
            self._bias += (np.array(seen) - self._bias) / self._learned

    def fill(
        self, likely_radps: FloatArray, rates_after: Sequence[Vector], turn: Quaternion, *, dt_s: float
    ) -> FloatArray:
        """Return (count, 3) lost rates (rad/s, the board's bias still in them, as in received ones).

        likely_radps : (count, 3), the rates as interpolation would have them; rates_after: those of the batch after
        the gap; turn: R_before_from_after between the quaternions of the two batches.
        """
        unbiased = (np.array(rates_after) - self._bias).tolist()
        lost_turn = multiply(turn, conjugate(strapdown(unbiased, dt_s)))
        return rates_for_rotation(likely_radps - self._bias, lost_turn, dt_s=dt_s) + self._bias


def _scaled(vector: Vector, factor: float) -> Vector:
    x, y, z = vector
    return (x * factor, y * factor, z * factor)


def _length(vector: Vector) -> float:
    x, y, z = vector
    return sqrt(x * x + y * y + z * z)
