"""Lines, shapes and words as SVG. Sizes in the drawing's own units; each drawing lies on its own light sheet of paper.

The sheet keeps its light colours on dark pages as well, so that one file is legible on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

import numpy as np
from scipy.spatial import ConvexHull

Point = tuple[float, float]

PAPER, INK, SKIN, BONE, SOFT, SENSOR, STRAP, QUIET = (
    "#fbf9f5",
    "#22303a",
    "#f4e4d4",
    "#ffffff",
    "#e9c7b4",
    "#00696b",
    "#56616b",
    "#5d6a73",
)
FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
TEXT = 20
HATCH = (
    '<pattern id="flat" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="9" height="9" fill="{BONE}"/><line x1="0" y1="0" x2="0" y2="9" stroke="{SENSOR}" stroke-width="3"/>'
    "</pattern>"
)
"""Stripes mark the flat of the bone: to be told from skin without colours."""


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def path(commands: str, *, fill: str = "none", stroke: str = INK, width: float = 3, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="7 6"' if dashed else ""
    return (
        f'<path d="{commands}" fill="{fill}" stroke="{stroke}" stroke-width="{number(width)}"'
        f' stroke-linecap="round" stroke-linejoin="round"{dashes}/>'
    )


def smooth(points: Sequence[Point], *, closed: bool = False) -> str:
    """Path commands of a soft curve through the points (Catmull and Rom 1974, as Bezier pieces)."""
    at = np.array(points, float)
    around = np.vstack([at[-1:], at, at[:2]]) if closed else np.vstack([at[:1], at, at[-1:]])
    pieces = [f"M{number(at[0, 0])} {number(at[0, 1])}"]
    for before, start, end, after in zip(around, around[1:], around[2:], around[3:], strict=False):
        numbers = np.concatenate([start + (end - before) / 6, end - (after - start) / 6, end])
        pieces.append("C" + " ".join(number(value) for value in numbers))
    return "".join(pieces) + ("Z" if closed else "")


def straight(points: Iterable[Point], *, closed: bool = False) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + ("Z" if closed else "")


def taut(points: Sequence[Point]) -> list[Point]:
    """The way of a strap that is pulled tight around all of them: their convex hull."""
    at = np.array(points, float)
    return [(float(x), float(y)) for x, y in at[ConvexHull(at).vertices]]


def oval(middle: Point, across: float, down: float, count: int = 72) -> list[Point]:
    """Points around an ellipse of these half axes."""
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return [
        (float(x), float(y))
        for x, y in zip(middle[0] + across * np.cos(turn), middle[1] + down * np.sin(turn), strict=True)
    ]


def words(
    at: Point, *lines: str, size: float = TEXT, bold: bool = False, anchor: str = "start", colour: str = INK
) -> str:
    """Lines below each other, the first on `at`."""
    weight = ' font-weight="bold"' if bold else ""
    return "".join(
        f'<text x="{number(at[0])}" y="{number(at[1] + i * size * 1.3)}" font-size="{number(size)}"'
        f' text-anchor="{anchor}" fill="{colour}"{weight}>{escape(line)}</text>'
        for i, line in enumerate(lines)
    )


def arrow(start: Point, end: Point, *, width: float = 3, colour: str = INK, both: bool = False) -> str:
    a, b = np.array(start, float), np.array(end, float)
    along = (b - a) / np.linalg.norm(b - a) * (6 + 3 * width / 2)
    aside = np.array([-along[1], along[0]]) * 0.55
    drawn = path(straight([start, end]), stroke=colour, width=width)
    for tip, back in ((b, -along), *(((a, along),) if both else ())):
        head = [tuple(tip + back + aside), tuple(tip), tuple(tip + back - aside)]
        drawn += path(straight(head), stroke=colour, width=width)
    return drawn


def yes(at: Point, *lines: str) -> str:
    """A tick in a ring, and what is right: sign and words, not a colour."""
    x, y = at
    ring = path(smooth(oval((x, y), 16, 16, 12), closed=True), fill=BONE, stroke=SENSOR)
    return (
        ring + path(straight([(x - 7, y), (x - 2, y + 6), (x + 8, y - 7)]), stroke=SENSOR, width=4) + beside(at, lines)
    )


def no(at: Point, *lines: str) -> str:
    """A cross in a square, and what is wrong."""
    x, y = at
    box = path(
        straight([(x - 15, y - 15), (x + 15, y - 15), (x + 15, y + 15), (x - 15, y + 15)], closed=True), fill=INK
    )
    cross = "".join(path(straight([(x - 7, y - 7 * s), (x + 7, y + 7 * s)]), stroke=BONE, width=4) for s in (1, -1))
    return box + cross + beside(at, lines)


def beside(at: Point, lines: Sequence[str]) -> str:
    return words((at[0] + 26, at[1] + 7), *lines)


def moved(drawn: str, by: Point = (0, 0), *, scale: float = 1, mirrored: bool = False, turned_deg: float = 0) -> str:
    steps = f"translate({number(by[0])} {number(by[1])})"
    steps += f" rotate({number(turned_deg)})" if turned_deg else ""
    steps += f" scale({-scale if mirrored else scale:g} {scale:g})" if mirrored or scale != 1 else ""
    return f'<g transform="{steps}">{drawn}</g>'


def leader(*points: Point) -> str:
    """A thin line from words to what they name, with a dot at its end."""
    x, y = points[-1]
    dot = f'<circle cx="{number(x)}" cy="{number(y)}" r="4" fill="{INK}"/>'
    return "".join(path(straight(pair), width=1.6) for pair in pairwise(points)) + dot


def sheet(width: float, height: float, title: str, told: str, *drawn: str) -> str:
    """A whole file. told : what the drawing shows, for those who cannot see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}"'
        f' width="{number(width)}" height="{number(height)}" role="img" font-family="{FONT}">\n'
        f"<title>{escape(title)}</title>\n"
        f"<desc>{escape(told)}</desc>\n<defs>{HATCH}</defs>\n"
        f'<rect width="{number(width)}" height="{number(height)}" rx="18" fill="{PAPER}"/>\n'
        + "\n".join(drawn)
        + "\n</svg>\n"
    )
