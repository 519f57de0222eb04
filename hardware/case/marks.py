"""Marks in the lid, drawn as strokes: no font, so they are the same on every computer."""

from __future__ import annotations

from build123d import Box, Cylinder, Part, Pos, Rot

WIDE_MM = 1.4
"""Of a stroke: three lines of a 0.4 mm nozzle fit in, and the lid's first layers bridge it."""


def _stroke(start: tuple[float, float], end: tuple[float, float], deep_mm: float) -> Part:
    (x0, y0), (x1, y1) = start, end
    along = complex(x1 - x0, y1 - y0)
    turned = 0.0 if x0 == x1 else -90.0 if y0 == y1 else -45.0 if (x1 - x0) * (y1 - y0) > 0 else 45.0
    middle = Pos((x0 + x1) / 2, (y0 + y1) / 2, -deep_mm / 2)
    return middle * Rot(0, 0, turned) * Box(WIDE_MM, abs(along) + WIDE_MM, deep_mm)


def _drawn(strokes: list[tuple[tuple[float, float], tuple[float, float]]], deep_mm: float) -> Part:
    drawn = _stroke(*strokes[0], deep_mm)
    for start, end in strokes[1:]:
        drawn += _stroke(start, end, deep_mm)
    return drawn


def arrow(deep_mm: float, long_mm: float) -> Part:
    """Up, from its middle."""
    tip, head = long_mm / 2, long_mm * 0.35
    strokes = [
        ((0.0, -tip), (0.0, tip - WIDE_MM / 2)),
        ((-head, tip - head), (0.0, tip)),
        ((head, tip - head), (0.0, tip)),
    ]
    return _drawn(strokes, deep_mm)


def _letter_l(deep_mm: float, high_mm: float) -> Part:
    h = high_mm / 2
    return _drawn([((-0.7 * h, -h), (-0.7 * h, h)), ((-0.7 * h, -h), (0.7 * h, -h))], deep_mm)


def _letter_r(deep_mm: float, high_mm: float) -> Part:
    """Its bowl is square: diagonals of 45 degrees only, so that strokes meet in whole corners."""
    h = high_mm / 2
    left, right, waist = -0.7 * h, 0.6 * h, 0.0
    bowl = [
        ((left, -h), (left, h)),
        ((left, h), (right, h)),
        ((right, h), (right, waist)),
        ((left, waist), (right, waist)),
    ]
    return _drawn([*bowl, ((right - h, waist), (right, -h))], deep_mm)


def left_and_right(deep_mm: float) -> Part:
    """L and R, 6 mm high, each with a dimple beside it for a drop of paint; from the middle between them."""
    marks = Part()
    for side, letter in ((-1, _letter_l), (1, _letter_r)):
        marks += Pos(side * 3.6, 0, 0) * letter(deep_mm, 6.0)
        marks += Pos(side * 9.1, 0, -deep_mm / 2) * Cylinder(1.3, deep_mm)
    return marks
