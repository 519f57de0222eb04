"""Places the joints of a drawn person, seen from the side. The lean of the shank is given, the rest follows plausibly.

Lengths are shares of the body's height after Winter (Drillis & Contini); x forward from near the ankle, y up from the
floor, of a body of height 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, cos, hypot, pi, radians, sin, tan

from ...results import Side

SHANK, THIGH, TRUNK, HEAD = 0.246, 0.245, 0.30, 0.062
"""Ankle to knee, knee to hip, hip to neck, radius of the head."""
ARM = 0.26
ANKLE_UP = 0.039
BALL, BEHIND, BEFORE = 0.072, 0.035, 0.045
"""Along the foot: ankle to ball, ankle to the back of the heel, ball to toes."""
SOLE = 0.012
"""Height of the drawn foot line over the ground."""
STEP_HIGH = 0.12

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pose:
    """exercise: as in `detection.exercises`, or `stand` or `rock`. inclination_rad: forward lean of the shank. heel_m:
    height of the heel over the ground, for a body of 1 m (three times the real lift reads well). slope_rad: toes up
    positive. side: a left leg faces left, so that it is the near one.

    pressed: mark where the heel must stay. angle: draw the lean of the shank. degrees: also draw it in digits.
    """

    exercise: str = "stand"
    inclination_rad: float = 0.0
    heel_m: float = 0.0
    slope_rad: float = 0.0
    side: str = Side.RIGHT
    pressed: bool = False
    angle: bool = False
    degrees: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Manner:
    """Describes the deepest point: lean of shank and trunk, bend of the knee, raise of the arm."""

    deepest_deg: float
    knee_deg: float
    trunk_deg: float
    arm_deg: float


_MANNERS = {
    "stand": _Manner(deepest_deg=30.0, knee_deg=34.0, trunk_deg=6.0, arm_deg=-8.0),
    "rock": _Manner(deepest_deg=27.0, knee_deg=30.0, trunk_deg=6.0, arm_deg=-8.0),
    "squat": _Manner(deepest_deg=35.0, knee_deg=105.0, trunk_deg=34.0, arm_deg=64.0),
    "lunge": _Manner(deepest_deg=28.0, knee_deg=82.0, trunk_deg=4.0, arm_deg=-12.0),
    "split_squat": _Manner(deepest_deg=30.0, knee_deg=102.0, trunk_deg=4.0, arm_deg=-12.0),
    "step_down": _Manner(deepest_deg=33.0, knee_deg=88.0, trunk_deg=30.0, arm_deg=58.0),
    "knee_to_wall": _Manner(deepest_deg=38.0, knee_deg=70.0, trunk_deg=-2.0, arm_deg=70.0),
    "sit_to_stand": _Manner(deepest_deg=14.0, knee_deg=92.0, trunk_deg=34.0, arm_deg=58.0),
}
_OTHER_ANKLES: dict[str, tuple[Point, Point]] = {
    "lunge": ((-0.12, 0.06), (-0.43, 0.10)),
    "split_squat": ((-0.30, 0.11), (-0.30, 0.11)),
    "knee_to_wall": ((-0.21, 0.06), (-0.21, 0.06)),
    "step_down": ((0.14, 0.19), (0.18, 0.06)),
}
"""Ankle of the leg without sensor, upright and at the deepest point: behind, on its toes, or down from a step."""


@dataclass(frozen=True, slots=True)
class Body:
    """Holds the joints. other_leg: knee, ankle and toe of the leg without sensor if it stands apart. wedge: corners of
    the wedge below the foot, empty on level ground. wall_x: place of a wall."""

    heel: Point
    ankle: Point
    toe: Point
    knee: Point
    hip: Point
    neck: Point
    hand: Point
    other_leg: tuple[Point, Point, Point] | None
    wedge: tuple[Point, ...]
    wall_x: float


def _manner(exercise: str) -> _Manner:
    """Return how the exercise is drawn; a custom exercise looks like a squat."""
    return _MANNERS.get(exercise, _MANNERS["squat"])


def usual_pose(exercise: str, share: float = 1.0, *, side: str = Side.RIGHT) -> Pose:
    """Return the pose at `share` of the way down, 0 to 1."""
    lean_rad = radians(_manner(exercise).deepest_deg * share)
    return Pose(exercise=exercise, inclination_rad=lean_rad, side=side, angle=share > 0.5)


def moving_pose(exercise: str, t_s: float, *, side: str = Side.RIGHT, period_s: float = 3.2) -> Pose:
    """Return the pose at a time of an endless movement down and up. `rock` has the mark at the heel."""
    share = 0.5 - 0.5 * cos(2.0 * pi * t_s / period_s)
    pose = usual_pose(exercise, 0.1 + 0.9 * share, side=side)
    return pose if exercise != "rock" else Pose(
        exercise="rock", inclination_rad=pose.inclination_rad, side=side, pressed=True, angle=pose.angle
    )  # fmt: skip


def body_of(pose: Pose) -> Body:
    """Compute the joints of this pose."""
    manner = _manner(pose.exercise)
    slope, lean = pose.slope_rad, pose.inclination_rad
    share = max(0.0, min(1.2, lean / radians(manner.deepest_deg)))
    base = STEP_HIGH if pose.exercise == "step_down" else 0.0
    lowest = max((BALL + BEHIND) * sin(slope), -BEFORE * sin(slope))
    ball = (BALL * cos(slope), base + SOLE + lowest)
    toe = (ball[0] + BEFORE * cos(slope), ball[1] + BEFORE * sin(slope))
    # The foot turns about its ball; heel and ankle ride on it.
    foot = slope - min(0.9, pose.heel_m / (BALL + BEHIND))
    heel = (ball[0] - (BALL + BEHIND) * cos(foot), ball[1] - (BALL + BEHIND) * sin(foot))
    ankle = (ball[0] - BALL * cos(foot) - ANKLE_UP * sin(foot), ball[1] - BALL * sin(foot) + ANKLE_UP * cos(foot))
    knee = _from(ankle, SHANK, lean)
    hip = _from(knee, THIGH, lean - radians(manner.knee_deg) * share)
    neck = _from(hip, TRUNK, radians(2.0 + manner.trunk_deg * share))
    wall_x = max(SHANK * sin(radians(manner.deepest_deg)), knee[0], toe[0]) + 0.035
    hand = _from(neck, ARM, pi - radians(8.0 + manner.arm_deg * share))
    if pose.exercise == "knee_to_wall":
        hand = (wall_x - 0.015, neck[1] - 0.06)
    return Body(
        heel, ankle, toe, knee, hip, neck, hand, _other_leg(pose.exercise, hip, share), _wedge(toe, slope), wall_x
    )


def _from(joint: Point, length: float, lean: float) -> Point:
    """Return the upper end of a limb that leans forward by `lean` from the vertical."""
    return (joint[0] + length * sin(lean), joint[1] + length * cos(lean))


def _wedge(toe: Point, slope: float) -> tuple[Point, ...]:
    if slope == 0.0:
        return ()
    back, front = toe[0] - (BALL + BEHIND + BEFORE) * cos(slope), toe[0]
    low, high = (back, front + 0.02) if slope > 0.0 else (front, back - 0.02)
    return ((low, 0.0), (high, 0.0), (high, abs(tan(slope) * (high - low))))


def _other_leg(exercise: str, hip: Point, share: float) -> tuple[Point, Point, Point] | None:
    if exercise not in _OTHER_ANKLES:
        return None
    upright, deepest = _OTHER_ANKLES[exercise]
    ankle = (upright[0] + share * (deepest[0] - upright[0]), upright[1] + share * (deepest[1] - upright[1]))
    toe = (ankle[0] + 0.09, ankle[1] - 0.035) if exercise == "step_down" else (ankle[0] + 0.075, SOLE)
    return (_bent(hip, ankle), ankle, toe)


def _bent(hip: Point, ankle: Point) -> Point:
    """Return the knee between hip and ankle, bent forward, by the law of cosines."""
    dx, dy = ankle[0] - hip[0], ankle[1] - hip[1]
    length = hypot(dx, dy)
    reach = min(length, THIGH + SHANK)
    turn = acos(max(-1.0, min(1.0, (THIGH**2 + reach**2 - SHANK**2) / (2.0 * THIGH * reach))))
    ux, uy = dx / length, dy / length
    return (
        hip[0] + THIGH * (ux * cos(turn) - uy * sin(turn)),
        hip[1] + THIGH * (ux * sin(turn) + uy * cos(turn)),
    )
