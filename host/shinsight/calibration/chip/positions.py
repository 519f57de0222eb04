"""Which side of a board is up, and has it lain still there for long enough? Hands-free: the samples alone say so.

Samples here are in SI but not yet corrected: an offset of half a g tilts what is read by 27 degrees, so a side is taken
generously. Nothing that follows needs a board to be level.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, sqrt

import numpy as np

from ...errors import SettingsError
from ...results import Notice
from ...samples import FloatArray, Sample, SampleBlock, SampleFlag, Vector
from ...units import RAD_PER_DEG, STANDARD_GRAVITY_MPS2

SLICE_S = 0.25
STILL_ACCEL_MPS2 = 0.4
STILL_GYRO_RADPS = 0.05
"""Widest swing within a slice: six times the noise of an MPU-6050, and less than a still hand (1-3 deg/s)."""
DRIFT_ACCEL_MPS2 = 0.1
DRIFT_GYRO_RADPS = 0.02
"""How far the slices of one position may lie apart: slow tilting does not show within a slice."""
SIDE_RAD = 35.0 * RAD_PER_DEG
LEANING_RAD = 25.0 * RAD_PER_DEG
APART_RAD = 20.0 * RAD_PER_DEG
"""A leaning position lies at least so far from every side, and from all that were taken."""
PLAUSIBLE_MPS2 = (0.3 * STANDARD_GRAVITY_MPS2, 1.7 * STANDARD_GRAVITY_MPS2)
"""Gravity within 10 % and an offset of 0.5 g, the worst that clones of the MPU-6050 show."""
JUDGED_S = 0.75
"""After so long at rest a person waits for a word."""

SIDES = ("x up", "x down", "y up", "y down", "z up", "z down")
"""By the axis of the chip that points away from or to the floor."""
_BLIND = SampleFlag.FILLED | SampleFlag.GAP


@dataclass(frozen=True, kw_only=True, slots=True)
class PositionSettings:
    """still_s: rest in each position, first_s in the first one; leaning: positions after the six sides."""

    still_s: float = 2.0
    first_s: float = 3.0
    leaning: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (("still_s", 0.5, 60.0), ("first_s", 0.5, 60.0), ("leaning", 0, 30)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"calibration: {name} is {value:g}, expected {low:g} to {high:g}")


@dataclass(frozen=True, slots=True)
class Position:
    """Means over a rest that ended at t_s, uncorrected. side: one of `SIDES`, or `leaning`."""

    t_s: float
    side: str
    accel_mps2: Vector
    gyro_radps: Vector


class PositionFinder:
    """update(sample) -> positions and notices; run(block) is its twin.

    Notices say why a rest does not count: `moved`, `half_tilted`, `same_side`, `saturated`, `implausible`; each once
    for each rest.
    """

    def __init__(self, *, rate_hz: float, settings: PositionSettings | None = None) -> None:
        self._settings = settings or PositionSettings()
        self._rate_hz = rate_hz
        self._size = max(5, round(SLICE_S * rate_hz))
        self._slice: list[Sample] = []
        self._rest: list[FloatArray] = []  # (6,) means of the slices at rest
        self._spoken = False  # for this rest, all has been said
        self._taken: list[Position] = []

    @property
    def positions(self) -> tuple[Position, ...]:
        """Return the positions found so far, in order."""
        return tuple(self._taken)

    @property
    def sides_left(self) -> tuple[str, ...]:
        """Return the sides that have no position yet."""
        taken = {position.side for position in self._taken}
        return tuple(side for side in SIDES if side not in taken)

    @property
    def wanted(self) -> int:
        """How many positions there are to be."""
        return len(SIDES) + self._settings.leaning

    @property
    def done(self) -> bool:
        """Return whether all wanted positions are found."""
        return len(self._taken) >= self.wanted

    @property
    def rested(self) -> float:
        """The part of the wanted rest that is over, 0 to 1; 0 where a rest does not count."""
        return 0.0 if self._spoken else min(1.0, len(self._rest) / self._slices_wanted)

    def update(self, sample: Sample) -> list[Position | Notice]:
        """Take one sample, and return the position that it completes and new notices."""
        if sample.flags & _BLIND:
            self._forget()
        if sample.flags & SampleFlag.FILLED or self.done:
            return []
        self._slice.append(sample)
        if len(self._slice) < self._size:
            return []
        results = self._judge(sample.t_s)
        self._slice.clear()
        return results

    def run(self, block: SampleBlock) -> list[Position | Notice]:
        """Return the positions and notices of all samples of a block."""
        return [result for sample in block.samples() for result in self.update(sample)]

    @property
    def _slices_wanted(self) -> int:
        seconds = self._settings.still_s if self._taken else self._settings.first_s
        return max(2, round(seconds * self._rate_hz / self._size)) + 1  # one more: the first still rocks on the table

    def _forget(self) -> None:
        self._slice.clear()
        self._rest.clear()
        self._spoken = False

    def _judge(self, t_s: float) -> list[Position | Notice]:
        values = np.array([(*s.accel_mps2, *s.gyro_radps) for s in self._slice])
        if not self._still(values):
            broken = len(self._rest) * SLICE_S >= JUDGED_S and not self._spoken
            self._rest.clear()
            self._spoken = False
            return [_moved(t_s)] if broken else []
        self._rest.append(values.mean(axis=0))
        if self._spoken or len(self._rest) * SLICE_S < JUDGED_S:
            return []
        if any(s.flags & SampleFlag.SATURATED for s in self._slice):
            return [self._say(t_s, "saturated", "the accelerometer is at the end of its range: choose a wider one")]
        mean = np.mean(self._rest[1:], axis=0)
        side = self._side(t_s, mean[:3])
        if isinstance(side, Notice):
            return [side]
        if len(self._rest) < self._slices_wanted:
            return []
        self._spoken = True
        ax, ay, az, gx, gy, gz = mean.tolist()
        self._taken.append(Position(t_s, side, (ax, ay, az), (gx, gy, gz)))
        return [self._taken[-1]]

    def _still(self, values: FloatArray) -> bool:
        """Whether values : (n, 6) are one slice more of the same rest, or the first of one."""
        swing = np.ptp(values, axis=0)
        if swing[:3].max() > STILL_ACCEL_MPS2 or swing[3:].max() > STILL_GYRO_RADPS:
            return False
        if len(self._rest) < 2:
            return True
        drift = np.abs(values.mean(axis=0) - np.mean(self._rest[1:], axis=0))
        return bool(drift[:3].max() <= DRIFT_ACCEL_MPS2 and drift[3:].max() <= DRIFT_GYRO_RADPS)

    def _side(self, t_s: float, accel_mps2: FloatArray) -> str | Notice:
        """The side this rest counts for, or why it counts for none."""
        size = float(np.linalg.norm(accel_mps2))
        low, high = PLAUSIBLE_MPS2
        if not low <= size <= high:
            text = (
                f"reads {size:.1f} m/s^2 at rest, expected {low:.1f} to {high:.1f}: an axis is dead or its range wrong"
            )
            return self._say(t_s, "implausible", text)
        axis = int(np.argmax(np.abs(accel_mps2)))
        side = SIDES[2 * axis + (accel_mps2[axis] < 0)]
        off_rad = acos(min(1.0, abs(float(accel_mps2[axis])) / size))
        if self.sides_left:
            if off_rad > SIDE_RAD:
                degrees = off_rad / RAD_PER_DEG
                return self._say(t_s, "half_tilted", f"half tilted, {degrees:.0f} deg from {side}: place it on a side")
            if side not in self.sides_left:
                left = ", ".join(self.sides_left)
                return self._say(t_s, "same_side", f"{side} is done already, still needed: {left}")
            return side
        if off_rad < LEANING_RAD:
            return self._say(
                t_s, "not_leaning", "lies flat on a side: lean it against something, halfway between two sides"
            )
        nearest = min(_angle_rad(accel_mps2, np.array(p.accel_mps2)) for p in self._taken)
        if nearest < APART_RAD:
            return self._say(t_s, "same_side", "too similar to an earlier position: lean it another way")
        return "leaning"

    def _say(self, t_s: float, code: str, text: str) -> Notice:
        self._spoken = True
        return Notice(t_s, code, text)


def _moved(t_s: float) -> Notice:
    return Notice(t_s, "moved", "the board moved too soon: put it down and take your hand away")


def _angle_rad(a: FloatArray, b: FloatArray) -> float:
    return acos(max(-1.0, min(1.0, float(a @ b) / sqrt(float(a @ a) * float(b @ b)))))
