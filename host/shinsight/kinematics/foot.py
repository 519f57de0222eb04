"""From the up-vector of a sensor on the foot to pitch, heel and ankle.

The foot's turn from its quiet stance is a vector about a horizontal axis, `tilt_vectors`: exact for a foot that pitches
about one axis, however far. With the heel down the instep still turns a little, because the arch gives as the shank
comes over it; that part follows the shank's inclination and is taken off (`FootModel.arch`).

Pitch is the turn about the foot's own axis, heel up positive. Where that axis is not known, it is the size of the turn,
without a sign and with what the foot rolls.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, hypot

import numpy as np

from ..errors import SettingsError
from ..samples import FloatArray, Vector

FOOT_OF_STATURE = 0.152
HEEL_TO_BALL = 0.725
HEEL_EDGE_M = 0.01
ANKLE_TO_BALL = 0.48
ANKLE_HEIGHT = 0.257
"""Shares of foot length (stature for the first); the heel's edge lies a little before its end. Drillis & Contini 1966
in Winter, Biomechanics and Motor Control of Human Movement."""
USUAL_FOOT_M = 0.261


@dataclass(frozen=True, kw_only=True, slots=True)
class FootLengths:
    """foot_m: heel to longest toe; share_sd: standard deviation of every length that follows, as a share of it.

    The ball lies within 3 % at 72.5 % of the foot, feet within 3 % at 15.2 % of the stature, adults' feet within 6 %
    of 26.1 cm.
    """

    foot_m: float = USUAL_FOOT_M
    share_sd: float = 0.07

    def __post_init__(self) -> None:
        if not 0.15 <= self.foot_m <= 0.40:
            raise SettingsError(f"foot length is {self.foot_m * 100:.1f} cm, expected 15 to 40 cm")

    @staticmethod
    def measured(foot_m: float) -> FootLengths:
        """Lengths of a foot whose own length is known, m. Raises `SettingsError` outside 15 to 40 cm."""
        return FootLengths(foot_m=foot_m, share_sd=0.03)

    @staticmethod
    def of_stature(stature_m: float) -> FootLengths:
        """Lengths of the usual foot of a person that tall, m. Raises `SettingsError` outside 15 to 40 cm of foot."""
        return FootLengths(foot_m=FOOT_OF_STATURE * stature_m, share_sd=0.045)

    @property
    def heel_m(self) -> float:
        """Ball to rear edge of the heel."""
        return HEEL_TO_BALL * self.foot_m - HEEL_EDGE_M

    def heel_lift_m(self, pitch_rad: FloatArray | float) -> FloatArray:
        """Height of the rear edge of the heel above the floor."""
        return np.asarray(self.heel_m * np.sin(pitch_rad), dtype=np.float64)

    def ankle_rise_m(self, pitch_rad: FloatArray | float) -> FloatArray:
        """Height of the ankle above its flat-foot height."""
        ahead_m, height_m = ANKLE_TO_BALL * self.foot_m, ANKLE_HEIGHT * self.foot_m
        rise = ahead_m * np.sin(pitch_rad) - height_m * (1.0 - np.cos(pitch_rad))
        return np.asarray(rise, dtype=np.float64)

    def pitch_of_rise_rad(self, ankle_rise_m: float) -> float:
        """The inverse of `ankle_rise_m`, up to the pitch at which the ankle is highest."""
        ahead_m, height_m = ANKLE_TO_BALL * self.foot_m, ANKLE_HEIGHT * self.foot_m
        share = (ankle_rise_m + height_m) / hypot(ahead_m, height_m)
        return float(np.arcsin(np.clip(share, -1.0, 1.0))) - atan2(height_m, ahead_m)


@dataclass(frozen=True, slots=True, eq=False)
class FootModel:
    """All in the sensor frame. up_standing: up in quiet stance, foot flat; arch : (3,) turn of the instep per radian of
    shank inclination, foot flat; pitch_axis: unit vector about which heel-up is positive, None when it never showed."""

    up_standing: Vector
    arch: FloatArray
    pitch_axis: Vector | None


def tilt_vectors(up: FloatArray, up_standing: Vector) -> FloatArray:
    """(n, 3) rad, sensor frame: the smallest turn of the earth that takes up at standing to up : (n, 3) now."""
    across = np.cross(np.array(up_standing), up)
    sine = np.linalg.norm(across, axis=1)
    angle = np.arctan2(sine, up @ np.array(up_standing))
    share = np.divide(angle, sine, out=np.ones_like(sine), where=sine > 1e-12)
    return np.asarray(across * share[:, None], dtype=np.float64)


def foot_pitch(model: FootModel, up: FloatArray, inclination_rad: FloatArray) -> FloatArray:
    """(n,) rad, heel up positive; without an axis the size of the turn.

    up : (n, 3) of the foot's sensor; inclination_rad : (n,) of the shank from standing.
    """
    turn = tilt_vectors(up, model.up_standing) - np.outer(inclination_rad, model.arch)
    if model.pitch_axis is None:
        return np.asarray(np.linalg.norm(turn, axis=1), dtype=np.float64)
    return np.asarray(turn @ np.array(model.pitch_axis), dtype=np.float64)
