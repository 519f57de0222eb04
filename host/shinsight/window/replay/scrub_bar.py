"""Shows the whole session below a replay and marks the moment shown. Drag the mark to another moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...view.replay_view import ReplayView
from ..qt import QtCore, QtGui, QtWidgets
from ..theme import Palette
from .session_strip import Strip

_LANE_PX = {1: 74, 2: 46}
_TICKS_PX = 20
_SIDE_PX = 12
_NAMED_PX = 30
_TO_COME_ALPHA = 120
"""Dims what has not happened yet at the moment shown."""


class ScrubBar(QtWidgets.QWidget):
    """legs: one strip each. on_seek: receives the viewer's time under the pointer."""

    def __init__(self, legs: Sequence[ReplayView], *, on_seek: Callable[[float], None], palette: Palette) -> None:
        super().__init__()
        self._legs, self._on_seek, self._palette = tuple(legs), on_seek, palette
        self._at_s = self.span_s[0]
        self._drawn: QtGui.QPixmap | None = None
        self._drawn_of: object = None
        self.setFixedHeight(_LANE_PX[len(self._legs)] * len(self._legs) + _TICKS_PX)
        self.setCursor(QtCore.Qt.CursorShape.PointingHandCursor)

    @property
    def span_s(self) -> tuple[float, float]:
        """Times of the first and the last frame of any leg."""
        return min(leg.timeline.first_s for leg in self._legs), max(leg.timeline.last_s for leg in self._legs)

    def wear(self, palette: Palette) -> None:
        """Draw everything in these colours."""
        self._palette = palette
        self.update()

    def show_at(self, at_s: float) -> None:
        """Move the mark. The strips are drawn again only when they changed."""
        if at_s != self._at_s or self._content() != self._drawn_of:
            self._at_s = at_s
            self.update()

    def x_of(self, at_s: float) -> float:
        """Return the position of a moment, px."""
        return self._strip(0).x(at_s)

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        """Paint the strips and the mark of the moment shown."""
        painter = QtGui.QPainter(self)
        painter.drawPixmap(0, 0, self._strips())
        x, height = self.x_of(self._at_s), self.height() - _TICKS_PX
        to_come = QtGui.QColor(self._palette.panel)
        to_come.setAlpha(_TO_COME_ALPHA)
        painter.fillRect(QtCore.QRectF(x, 0, self.width() - x, height), to_come)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.setPen(QtGui.QPen(QtGui.QColor(self._palette.text), 2.5))
        painter.drawLine(QtCore.QPointF(x, 0), QtCore.QPointF(x, height))
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(QtGui.QColor(self._palette.text))
        knob = [QtCore.QPointF(x - 8, height + 9), QtCore.QPointF(x + 8, height + 9), QtCore.QPointF(x, height - 4)]
        painter.drawPolygon(QtGui.QPolygonF(knob))
        painter.end()

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        """Go to the moment under the pointer."""
        self._seek(event)

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        """Go to the moment under the pointer while the left button is down."""
        if event.buttons() & QtCore.Qt.MouseButton.LeftButton:
            self._seek(event)

    def _seek(self, event: QtGui.QMouseEvent) -> None:
        self._on_seek(self._strip(0).at_s(event.position().x()))

    def _content(self) -> object:
        """Return what the strips show; equal contents look the same."""
        legs = tuple((leg.timeline, leg.editor.notes) for leg in self._legs)
        return (legs, self._palette, self.width(), self.devicePixelRatioF())

    def _strips(self) -> QtGui.QPixmap:
        content = self._content()
        if self._drawn is not None and content == self._drawn_of:
            return self._drawn
        ratio = self.devicePixelRatioF()
        drawn = QtGui.QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(QtGui.QColor(self._palette.panel))
        painter = QtGui.QPainter(drawn)
        for row, leg in enumerate(self._legs):
            strip = self._strip(row)
            strip.draw(painter, leg)
            if len(self._legs) > 1:
                painter.setPen(QtGui.QColor(self._palette.quiet))
                name = QtCore.QRectF(0, strip.box.top(), _NAMED_PX, strip.box.height())
                painter.drawText(name, QtCore.Qt.AlignmentFlag.AlignCenter, leg.side[0].upper())
        last = self._strip(len(self._legs) - 1)
        last.ticks(painter, QtCore.QRectF(0, last.box.bottom() + 1, self.width(), _TICKS_PX))
        painter.end()
        self._drawn, self._drawn_of = drawn, content
        return drawn

    def _strip(self, row: int) -> Strip:
        lane_px = _LANE_PX[len(self._legs)]
        left = _SIDE_PX if len(self._legs) == 1 else _NAMED_PX
        box = QtCore.QRectF(left, row * lane_px, self.width() - left - _SIDE_PX, lane_px)
        return Strip(box=box, span_s=self.span_s, palette=self._palette)
