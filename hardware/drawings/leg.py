"""A lower leg from ahead, from its side and cut through: a right leg, whose inner side is on the viewer's right.

Scale of the two whole views: `CM` units are a centimetre. Proportions by eye, after anatomy drawings; not measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import cos, radians, sin

from pen import (
    BONE,
    INK,
    PAPER,
    SENSOR,
    SKIN,
    SOFT,
    STRAP,
    Point,
    arrow,
    moved,
    oval,
    path,
    smooth,
    straight,
    taut,
)

CM = 8.8
BUMP: Point = (148, 142)
"""Where the kneecap's tendon meets the shin bone, seen from ahead."""
BELOW_BUMP_CM = 15
SENSOR_AT: Point = (171, BUMP[1] + BELOW_BUMP_CM * CM)
STRAP_WIDE = 2.5 * CM

OUTER = [(86, 0), (84, 42), (86, 84), (90, 122), (80, 172), (78, 216), (86, 282), (98, 352), (104, 402)]
INNER = [(210, 0), (210, 42), (208, 84), (200, 122), (207, 176), (212, 226), (204, 286), (190, 352), (184, 400)]
FOOT = [
    (104, 402),
    (98, 430),
    (103, 452),
    (94, 486),
    (84, 520),
    (92, 542),
    (128, 548),
    (172, 549),
    (204, 545),
    (213, 520),
]
FOOT_BACK = [(213, 520), (201, 482), (188, 448), (192, 426), (184, 400)]
CREST = [(150, 158), (156, 220), (158, 290), (160, 350), (166, 398)]
BEHIND = [(184, 150), (193, 200), (194, 260), (186, 330), (178, 398)]
FLAT = [*CREST, *reversed(BEHIND)]
"""The shin bone's flat inner face, where only skin covers it."""


def sensor(at: Point, *, turned_deg: float = 0, scale: float = 1) -> str:
    """The reference case from outside, with the ears that hold its strap; its arrow up when not turned."""
    ears = path("M-27 -13a5 5 0 0 1 5 -5h44a5 5 0 0 1 5 5v26a5 5 0 0 1 -5 5h-44a5 5 0 0 1 -5 -5z", fill=SENSOR, width=2)
    box = path("M-19 -27a5 5 0 0 1 5 -5h28a5 5 0 0 1 5 5v54a5 5 0 0 1 -5 5h-28a5 5 0 0 1 -5 -5z", fill=SENSOR, width=2)
    return moved(ears + box + arrow((0, -12), (0, -29), width=4, colour=BONE), at, scale=scale, turned_deg=turned_deg)


def strap_from_ahead(y: float) -> str:
    """A band around the leg, its upper edge curved as the leg is round."""

    def edge(points: Sequence[Point]) -> float:
        for (x0, y0), (x1, y1) in pairwise(points):
            if y0 <= y <= y1:
                return x0 + (x1 - x0) * (y - y0) / (y1 - y0)
        raise ValueError(f"strap at {y}, expected between knee and ankle")

    left, right, half = edge(OUTER) - 2, edge(INNER) + 2, STRAP_WIDE / 2
    top = f"M{left} {y - half}Q{(left + right) / 2} {y - half + 12} {right} {y - half}"
    return path(
        f"{top}L{right} {y + half}Q{(left + right) / 2} {y + half + 12} {left} {y + half}Z", fill=STRAP, width=2
    )


def strapped(at: Point) -> str:
    """The sensor with its strap over the lid, as in the pictures of the case."""
    return sensor(at) + strap_from_ahead(at[1] - 4)


def from_ahead(*, flat: bool = True) -> str:
    skin = smooth([*OUTER, *FOOT[1:]]) + smooth([*FOOT_BACK, *reversed(INNER[:-1])]).replace("M", "L", 1)
    drawn = path(skin, fill=SKIN)
    drawn += path(straight([(80, -4), (216, -4), (216, 8), (80, 8)], closed=True), fill=PAPER, stroke="none")
    if flat:
        drawn += path(smooth(FLAT, closed=True), fill="url(#flat)", stroke=SENSOR, width=2)
    drawn += path(smooth(oval((148, 78), 27, 32, 16), closed=True), fill=SKIN, width=2.4)
    drawn += path(smooth([(134, 132), (140, 150), (148, 154), (157, 149), (161, 134)]), width=2.4)
    drawn += path(smooth([(102, 436), (111, 446), (104, 458)]), width=2) + path(
        smooth([(190, 418), (180, 428), (188, 440)]), width=2
    )
    for x in (104, 124, 143, 163):
        drawn += path(smooth([(x, 545), (x + 3, 530), (x + 4, 518)]), width=2)
    return drawn


def worn_from_ahead(at: Point = SENSOR_AT, *, flat: bool = True) -> str:
    return from_ahead(flat=flat) + strapped(at)


SHIN = [
    (176, 0),
    (182, 34),
    (188, 62),
    (180, 92),
    (182, 118),
    (180, 150),
    (174, 220),
    (166, 300),
    (158, 372),
    (160, 400),
]
INSTEP = [(160, 400), (176, 426), (208, 452), (246, 474), (276, 488), (290, 502), (286, 516)]
SOLE = [(286, 516), (250, 520), (200, 514), (150, 516), (100, 521), (74, 518)]
BACK = [
    (74, 518),
    (60, 500),
    (62, 474),
    (78, 446),
    (96, 404),
    (94, 340),
    (78, 270),
    (62, 200),
    (66, 140),
    (84, 84),
    (88, 40),
    (86, 0),
]


def from_the_side() -> str:
    """Facing right, heel on the floor."""
    drawn = path(
        "".join(
            smooth(part).replace("M", "L", 1) if i else smooth(part)
            for i, part in enumerate((SHIN, INSTEP, SOLE, BACK))
        ),
        fill=SKIN,
    )
    drawn += path(straight([(80, -4), (190, -4), (190, 8), (80, 8)], closed=True), fill=PAPER, stroke="none")
    drawn += path(smooth([(150, 52), (158, 40), (172, 38), (182, 48)]), width=2)
    drawn += path(smooth(oval((118, 442), 13, 15, 12), closed=True), width=2)
    return drawn


AROUND = oval((0, 0), 106, 112)
"""The skin of a leg that is cut through halfway up the shin, seen from above with its front towards the viewer."""
APEX, INSIDE, OUTSIDE = (29.0, 103.0), (88.0, 24.0), (-10.0, 16.0)
"""The shin bone's edges: in front, inner and outer."""
FACE_DEG = -53.8
FACE_MIDDLE = (76.5, 79.5)


def lying_on_the_flat() -> list[Point]:
    """Corners of the sensor on the bone's inner face, cut through."""
    c, s = cos(radians(FACE_DEG)), sin(radians(FACE_DEG))
    return [
        (FACE_MIDDLE[0] + c * x - s * y, FACE_MIDDLE[1] + s * x + c * y)
        for x, y in ((-40, -12), (40, -12), (40, 14), (-40, 14))
    ]


def skin_outline() -> list[Point]:
    """The skin is flat where the bone is: the oval, cut by the line of the inner face."""
    (x0, y0), (x1, y1) = lying_on_the_flat()[:2]
    return [p for p in AROUND if (x1 - x0) * (p[1] - y0) - (y1 - y0) * (p[0] - x0) <= 0]


def cut_through() -> str:
    skin = straight(skin_outline(), closed=True)
    drawn = path(skin, fill=SKIN)
    drawn += path(
        smooth([(-96, -20), (-70, -86), (0, -102), (72, -76), (88, -14), (40, -2), (-30, -4), (-70, 8)], closed=True),
        fill=SOFT,
        width=2,
    )
    drawn += path(
        smooth([(-92, 18), (-52, 22), (-18, 40), (4, 92), (-30, 96), (-76, 66)], closed=True), fill=SOFT, width=2
    )
    drawn += path(smooth(oval((-62, 6), 15, 15, 12), closed=True), fill=BONE, width=2.4)
    bone = [APEX, (62, 60), INSIDE, (64, 6), (24, 6), OUTSIDE, (2, 52)]
    drawn += path(smooth(bone, closed=True), fill=BONE, width=2.4)
    drawn += path(straight([(35, 96), (85, 29)]), stroke=SENSOR, width=6)
    return drawn


def strap_cut_through(*more: Point) -> str:
    """Pulled around skin, sensor and whatever else is under it."""
    return path(straight(taut([*skin_outline(), *lying_on_the_flat(), *more]), closed=True), stroke=STRAP, width=8)


def worn_cut_through(*more: Point) -> str:
    drawn = strap_cut_through(*more) + cut_through()
    return drawn + path(straight(lying_on_the_flat(), closed=True), fill=SENSOR, stroke=INK, width=2)
