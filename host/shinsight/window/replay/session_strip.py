"""Draws a whole session in one strip: tilt of the shin, heel-up parts, and every rep with its verdict.

The bar below a replay and the image of a session use the same drawing. A long session is divided into as many parts as
the strip has room for, and each part shows its lowest and highest angle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from ...results import HEEL_STATES, HeelState
from ...samples import FloatArray
from ...units import DEG_PER_RAD
from ...view.replay_timeline import ReplayTimeline
from ...view.replay_view import ReplayView
from ...view.words import VERDICT_WORDS, dorsiflexion_text
from ..live.curve import spans
from ..qt import QtCore, QtGui
from ..theme import Palette, heel_colours

_UP, _UNSURE = HEEL_STATES.index(HeelState.UP), HEEL_STATES.index(HeelState.UNSURE)
_FRAMES_A_BIN = 2
_PENS_PX = {HeelState.DOWN: 1.6, HeelState.UP: 2.4, HeelState.UNSURE: 1.2}
_LOWEST_DEG, _LEAST_TOP_DEG = -8.0, 35.0
_NUMBERED_PX = 20.0
"""Reps closer than this show only their sign; reps closer than `_MEASURED_PX` show no angle."""
_MEASURED_PX = 66.0
_TICK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_TICK_PX = 80.0


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """at_s, low_deg, high_deg : (n,), NaN where nothing was measured; heel_code : (n,), the worst of each part."""

    at_s: FloatArray
    low_deg: FloatArray
    high_deg: FloatArray
    heel_code: NDArray[np.uint8]


def outline(timeline: ReplayTimeline, span_s: tuple[float, float], most: int) -> Outline:
    """Divide `span_s` of the viewer's time into at most `most` parts and reduce each."""
    inside = np.searchsorted(timeline.frame_at_s, span_s)
    bins = int(max(1, min(most, (inside[1] - inside[0]) // _FRAMES_A_BIN)))
    edges_s = np.linspace(*span_s, bins + 1)
    starts = np.searchsorted(timeline.frame_at_s, edges_s[:-1])
    ends = np.append(starts[1:], len(timeline.frame_at_s))
    held = ends > starts
    first = np.minimum(starts, len(timeline.frame_at_s) - 1)
    angle_deg = timeline.frames.inclination_rad * DEG_PER_RAD
    code = timeline.frames.heel_code
    worst = np.zeros(bins, np.uint8)
    for state in (_UNSURE, _UP):
        worst[np.logical_or.reduceat(code == state, first)] = state
    return Outline(
        (edges_s[:-1] + edges_s[1:]) / 2.0,
        np.where(held, np.fmin.reduceat(angle_deg, first), np.nan),
        np.where(held, np.fmax.reduceat(angle_deg, first), np.nan),
        np.where(held, worst, np.uint8(HEEL_STATES.index(HeelState.DOWN))),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """box: place of the strip, px. span_s: the viewer's time at its left and right edge. scale: of pens and text."""

    box: QtCore.QRectF
    span_s: tuple[float, float]
    palette: Palette
    scale: float = 1.0

    def x(self, at_s: float) -> float:
        """Convert the viewer's time to the horizontal place in the strip, px."""
        first_s, last_s = self.span_s
        return self.box.left() + self.box.width() * (at_s - first_s) / max(1e-9, last_s - first_s)

    def at_s(self, x: float) -> float:
        """Return the viewer's time at a position, within the session."""
        first_s, last_s = self.span_s
        part = (x - self.box.left()) / max(1.0, self.box.width())
        return first_s + min(1.0, max(0.0, part)) * (last_s - first_s)

    def draw(self, painter: QtGui.QPainter, leg: ReplayView, *, degrees: bool = False) -> None:
        """One leg's session; `degrees`: with lines at every ten, and the best heel-down angle over each rep."""
        room_px = (34.0 if degrees else 18.0) * self.scale
        curve = self.box.adjusted(0, room_px, 0, -2.0 * self.scale)
        seen = outline(leg.timeline, self.span_s, int(self.box.width()))
        finite = seen.high_deg[np.isfinite(seen.high_deg)]
        top_deg = max(_LEAST_TOP_DEG, float(finite.max()) + 2.0) if len(finite) else _LEAST_TOP_DEG
        bottom_deg = min(_LOWEST_DEG, float(np.nanmin(seen.low_deg))) if len(finite) else _LOWEST_DEG

        def y(angle_deg: FloatArray | float) -> FloatArray:
            return np.asarray(curve.bottom() - curve.height() * (angle_deg - bottom_deg) / (top_deg - bottom_deg))

        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        if degrees:
            self._degrees(painter, curve, bottom_deg, top_deg, y)
        self._lifted(painter, seen)
        self._line(painter, seen, y(seen.low_deg), y(seen.high_deg))
        self._reps(painter, leg, degrees=degrees)

    def ticks(self, painter: QtGui.QPainter, box: QtCore.QRectF) -> None:
        """Draw minutes and seconds from the beginning in this box."""
        first_s, last_s = self.span_s
        room = max(1.0, self.box.width() / (_TICK_PX * self.scale))
        step = next((s for s in _TICK_STEPS_S if s >= (last_s - first_s) / room), _TICK_STEPS_S[-1])
        painter.setPen(QtGui.QColor(self.palette.quiet))
        painter.setFont(self._font(12))
        for second in range(0, int(last_s - first_s) + 1, step):
            x = self.x(first_s + second)
            painter.drawLine(QtCore.QPointF(x, box.top()), QtCore.QPointF(x, box.top() + 4 * self.scale))
            text = minutes_text(second)
            left = min(max(x, box.left() + 16 * self.scale), box.right() - 20 * self.scale)
            place = QtCore.QRectF(left - 40 * self.scale, box.top() + 3 * self.scale, 80 * self.scale, box.height())
            painter.drawText(place, QtCore.Qt.AlignmentFlag.AlignHCenter | QtCore.Qt.AlignmentFlag.AlignTop, text)

    def _degrees(
        self,
        painter: QtGui.QPainter,
        curve: QtCore.QRectF,
        low: float,
        high: float,
        y_of: Callable[[float], FloatArray],
    ) -> None:
        painter.setFont(self._font(12))
        for angle in range(10 * int(np.ceil(low / 10.0)), int(high) + 1, 10):
            at = float(y_of(float(angle)))
            painter.setPen(QtGui.QPen(QtGui.QColor(self.palette.edge), self.scale))
            painter.drawLine(QtCore.QPointF(curve.left(), at), QtCore.QPointF(curve.right(), at))
            painter.setPen(QtGui.QColor(self.palette.quiet))
            place = QtCore.QRectF(
                curve.left() - 50 * self.scale, at - 10 * self.scale, 44 * self.scale, 20 * self.scale
            )
            right = QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, right, f"{angle}°".replace("-", "−"))

    def _lifted(self, painter: QtGui.QPainter, seen: Outline) -> None:
        hatch = QtGui.QBrush(QtGui.QColor(self.palette.up), QtCore.Qt.BrushStyle.BDiagPattern)
        painter.setOpacity(0.55)
        for start_s, end_s in spans(seen.at_s, seen.heel_code == _UP):
            left, right = self.x(start_s), max(self.x(end_s), self.x(start_s) + 2.0 * self.scale)
            painter.fillRect(QtCore.QRectF(left, self.box.top(), right - left, self.box.height()), hatch)
        painter.setOpacity(1.0)

    def _line(self, painter: QtGui.QPainter, seen: Outline, low_y: FloatArray, high_y: FloatArray) -> None:
        """Draw lowest and highest angle of each part in the colour of its heel state, joined with the part before."""
        colours = heel_colours(self.palette)
        x = [self.x(at_s) for at_s in seen.at_s.tolist()]
        path: list[QtCore.QPointF] = []
        drawn = -1

        def finish() -> None:
            if len(path) > 1:
                heel = HEEL_STATES[drawn]
                painter.setPen(QtGui.QPen(QtGui.QColor(colours[heel]), _PENS_PX[heel] * self.scale))
                painter.drawPolyline(QtGui.QPolygonF(path))

        rows = zip(x, low_y.tolist(), high_y.tolist(), seen.heel_code.tolist(), strict=True)
        for at_x, low, high, code in rows:
            known = low == low
            if code != drawn or not known:
                finish()
                path = path[-1:] if known else []
                drawn = code
            if known:
                path += [QtCore.QPointF(at_x, low), QtCore.QPointF(at_x, high)]
        finish()

    def _reps(self, painter: QtGui.QPainter, leg: ReplayView, *, degrees: bool) -> None:
        colours, notes = heel_colours(self.palette), leg.editor.notes
        known = [(self.x(leg.timeline.at_s(rep.bottom_s)), rep) for _, rep in leg.timeline.verdicts]
        between_px = [later - earlier for (earlier, _), (later, _) in pairwise(known)]
        font = self._font(13)
        font.setBold(True)
        for (x, rep), nearest_px in zip(known, map(min, [inf, *between_px], [*between_px, inf]), strict=False):
            kept = notes.keeps(rep)
            sign = VERDICT_WORDS[rep.heel][0]
            font.setStrikeOut(not kept)
            painter.setFont(font)
            painter.setPen(QtGui.QColor(colours[rep.heel] if kept else self.palette.quiet))
            text = f"{sign}{rep.number}" if nearest_px >= _NUMBERED_PX * self.scale else sign
            if degrees and nearest_px >= _MEASURED_PX * self.scale:
                text += f"\n{dorsiflexion_text(rep.peak_dorsiflexion_rad, rep.peak_inclination_sd_rad)}"
            place = QtCore.QRectF(x - 40 * self.scale, self.box.top(), 80 * self.scale, 40 * self.scale)
            painter.drawText(place, QtCore.Qt.AlignmentFlag.AlignHCenter | QtCore.Qt.AlignmentFlag.AlignTop, text)

    def _font(self, size_px: float) -> QtGui.QFont:
        font = QtGui.QFont()
        font.setPixelSize(max(1, round(size_px * self.scale)))
        return font


def minutes_text(seconds: float) -> str:
    """Return a time as 1:05, or 1:02:05 from one hour on."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
