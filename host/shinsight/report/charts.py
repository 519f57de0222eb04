"""Charts of a leg as SVG that stands in the page: every rep's curve, and a mark with its error for every rep.

Colours come from the page's style by class; line style and shape say the same without colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, isfinite, nan
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
from numpy.typing import NDArray

from ..results import HEEL_STATES, HeelState
from ..samples import FloatArray
from ..units import DEG_PER_RAD
from ..view.words import degrees_text
from .report import Leg, RepSeen

WIDTH, HEIGHT = 400.0, 262.0
LEFT, RIGHT, TOP, BOTTOM = 36.0, 388.0, 30.0, 230.0
STRIP = 20.0
"""Below the angles: reps that have none."""
POINTS = 90
"""Of a curve; more cannot be seen."""
LEAST_TOP_DEG = 30
LABELS = 15
SYMBOL = 5.0
WORDS = {HeelState.DOWN: "heel down", HeelState.UP: "heel up", HeelState.UNSURE: "unsure"}


@dataclass(frozen=True, slots=True)
class Scale:
    """Degrees of the vertical axis, the same in all charts of a page."""

    low_deg: int
    high_deg: int

    @property
    def ticks_deg(self) -> range:
        """Return the ticks in degrees: every 10, or every 20 when the scale is longer than 60."""
        return range(self.low_deg, self.high_deg + 1, 10 if self.high_deg - self.low_deg <= 60 else 20)

    def y(self, angle_deg: float, *, bottom: float = BOTTOM) -> float:
        """Convert an angle to the vertical coordinate of the chart, which grows downward."""
        return bottom - (angle_deg - self.low_deg) / (self.high_deg - self.low_deg) * (bottom - TOP)


def scale_of(legs: Sequence[Leg]) -> Scale:
    """Holds every angle of the legs, with its error."""
    angles_deg = [0.0, float(LEAST_TOP_DEG)]
    for seen in (seen for leg in legs for seen in leg.kept):
        angles_deg += (seen.frames.inclination_rad * DEG_PER_RAD).tolist()
        angle_deg, sd_deg = _angle_deg(seen)
        angles_deg += [angle_deg, angle_deg - sd_deg, angle_deg + sd_deg]
    known = [angle for angle in angles_deg if isfinite(angle)]
    return Scale(10 * ceil((min(known) - 5.0) / 10.0), 10 * ceil(max(known) / 10.0))


def curves(leg: Leg, scale: Scale) -> str:
    """Draw every rep over the others, from its start to its end; a triangle where a heel began to lift."""
    svg = _svg(f"Shin angle over every rep, {leg.side} leg")
    _degrees(svg, scale, bottom=BOTTOM)
    for share, text, anchor in ((0.0, "start", "start"), (0.5, "half of the rep", "middle"), (1.0, "end", "end")):
        _text(svg, LEFT + share * (RIGHT - LEFT), BOTTOM + 20, text, anchor=anchor)
    _key(svg, lines=True)
    for seen in leg.kept:
        for state, x, y in _runs(seen):
            points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, (scale.y(deg) for deg in y), strict=True))
            SubElement(svg, "polyline", {"class": f"curve {state.value}", "points": points})
    for seen in leg.kept:
        if seen.onset is not None and isfinite(seen.onset.t_s):
            at_x = float(_x(seen, np.array([seen.onset.t_s]))[0])
            _symbol(svg, HeelState.UP, at_x, scale.y(seen.onset.inclination_rad * DEG_PER_RAD))
    return _done(svg)


def marks(leg: Leg, scale: Scale) -> str:
    """Heel-down angle of every rep with its standard deviation; those without an angle stand in a strip below."""
    svg = _svg(f"Ankle angle of every rep, {leg.side} leg")
    bottom = BOTTOM - STRIP
    _degrees(svg, scale, bottom=bottom)
    _key(svg, lines=False)
    step = (RIGHT - LEFT) / max(1, len(leg.kept))
    every = ceil(len(leg.kept) / LABELS)
    for at, seen in enumerate(leg.kept):
        x = LEFT + (at + 0.5) * step
        angle_deg, sd_deg = _angle_deg(seen)
        y = scale.y(angle_deg, bottom=bottom) if isfinite(angle_deg) else BOTTOM - STRIP / 2.0
        half = y - scale.y(angle_deg + sd_deg, bottom=bottom) if isfinite(sd_deg) else 0.0
        if half:
            _error_bar(svg, x, y - half, y + half, f"bar {seen.rep.heel.value}")
        _symbol(svg, seen.rep.heel, x, y)
        if seen is leg.best:
            anchor = "start" if at == 0 else "end" if at == len(leg.kept) - 1 else "middle"
            words = f"best {degrees_text(seen.heel_down_rad)}"
            _text(svg, x, y - max(half, SYMBOL) - 6.0, words, anchor=anchor, kind="label best")
        if at % every == 0:
            _text(svg, x, BOTTOM + 20, str(seen.rep.number), anchor="middle")
    if any(not isfinite(_angle_deg(seen)[0]) for seen in leg.kept):
        _text(svg, LEFT - 6, BOTTOM - STRIP / 2.0 + 4.0, "none", anchor="end")
    _line(svg, LEFT, BOTTOM, RIGHT, BOTTOM, "axis")
    return _done(svg)


def _angle_deg(seen: RepSeen) -> tuple[float, float]:
    """The heel-down angle and its standard deviation, NaN where they are not known."""
    angle_rad = seen.rep.peak_dorsiflexion_rad
    if angle_rad is None or not isfinite(angle_rad):
        return nan, nan
    return angle_rad * DEG_PER_RAD, seen.rep.peak_inclination_sd_rad * DEG_PER_RAD


def _codes(seen: RepSeen) -> NDArray[np.uint8]:
    """(n,) heel state of each frame. Where in a rep a heel was up is told of lifted reps only: the verdict knows better
    than the moment."""
    if seen.rep.heel is HeelState.UP:
        return seen.frames.heel_code
    return np.full_like(seen.frames.heel_code, HEEL_STATES.index(seen.rep.heel))


def _x(seen: RepSeen, t_s: FloatArray) -> FloatArray:
    duration_s = seen.rep.end_s - seen.rep.start_s
    return LEFT + (t_s - seen.rep.start_s) / duration_s * (RIGHT - LEFT)


def _runs(seen: RepSeen) -> Iterator[tuple[HeelState, list[float], list[float]]]:
    """The curve cut where the heel's state changes: state, x, degrees. Each run ends where the next one begins."""
    known = np.flatnonzero(np.isfinite(seen.frames.inclination_rad))
    if len(known) < 2:
        return
    at = known[np.unique(np.linspace(0, len(known) - 1, POINTS).round().astype(int))]
    codes = _codes(seen)[at]
    x, deg = _x(seen, seen.frames.t_s[at]).tolist(), (seen.frames.inclination_rad[at] * DEG_PER_RAD).tolist()
    starts = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(at)]
    for start, stop in pairwise(starts):
        yield HEEL_STATES[int(codes[start])], x[start : stop + 1], deg[start : stop + 1]


def _svg(label: str) -> Element:
    return Element("svg", {"viewBox": f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", "role": "img", "aria-label": label})


def _done(svg: Element) -> str:
    return tostring(svg, encoding="unicode", short_empty_elements=False)


def _degrees(svg: Element, scale: Scale, *, bottom: float) -> None:
    for deg in scale.ticks_deg:
        y = scale.y(deg, bottom=bottom)
        _line(svg, LEFT, y, RIGHT, y, "axis" if deg == 0 else "grid")
        _text(svg, LEFT - 6, y + 4.0, f"{deg}°", anchor="end")


def _key(svg: Element, *, lines: bool) -> None:
    for at, state in enumerate((HeelState.DOWN, HeelState.UP, HeelState.UNSURE)):
        x = LEFT + 118.0 * at
        if lines:
            SubElement(svg, "polyline", {"class": f"curve {state.value}", "points": f"{x:.1f},11 {x + 26:.1f},11"})
        else:
            _symbol(svg, state, x + 18, 11.0)
        _text(svg, x + 32, 15.0, WORDS[state])


def _symbol(svg: Element, state: HeelState, x: float, y: float) -> None:
    kind = f"symbol {state.value}"
    if state is HeelState.DOWN:
        SubElement(svg, "circle", {"class": kind, "cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{SYMBOL:.1f}"})
    elif state is HeelState.UP:
        r = SYMBOL * 1.3
        corners = ((x, y - r), (x + r, y + 0.8 * r), (x - r, y + 0.8 * r))
        SubElement(svg, "polygon", {"class": kind, "points": " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)})
    else:
        _text(svg, x, y + 5.0, "?", anchor="middle", kind=kind)


def _line(svg: Element, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    SubElement(svg, "line", {"class": kind, **{name: f"{value:.1f}" for name, value in ends.items()}})


def _error_bar(svg: Element, x: float, high: float, low: float, kind: str) -> None:
    _line(svg, x, high, x, low, kind)
    for end in (high, low):
        _line(svg, x - 3.0, end, x + 3.0, end, kind)


def _text(svg: Element, x: float, y: float, words: str, *, anchor: str = "start", kind: str = "label") -> None:
    attributes = {"class": kind, "x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor}
    SubElement(svg, "text", attributes).text = words
