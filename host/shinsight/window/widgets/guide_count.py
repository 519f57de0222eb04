"""Draws the count of the guided start: seconds of stillness as a ring, rocks as dots, the score at the end."""

from __future__ import annotations

from math import ceil

from ...view.guide_steps import GuideView, Step
from ..qt import QtCore, QtGui, QtWidgets
from ..theme import Palette


class GuideCount(QtWidgets.QWidget):
    """`show_view(view)` draws the count; it draws nothing when there is none."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette
        self._view: GuideView | None = None
        self.setMinimumHeight(70)

    def show_view(self, view: GuideView) -> None:
        """Show the count of this view."""
        if view != self._view:
            self._view = view
            self.update()

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        """Paint the ring or the dots."""
        view = self._view
        if view is None:
            return
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        if view.score is not None:
            self._ring(painter, view.score, f"{view.score:.0%}")
        elif view.step is Step.ROCK:
            self._dots(painter, view.done, view.wanted)
        elif view.wanted:
            self._ring(painter, view.done / view.wanted, str(view.wanted - view.done))
        painter.end()

    def _dots(self, painter: QtGui.QPainter, done: int, wanted: int) -> None:
        """Draw the dots in one or two rows, as large as possible."""
        rows = 1 if self.width() / wanted > self.height() / 3.0 else 2
        columns = ceil(wanted / rows)
        step = min(self.width() / columns, self.height() * 1.05 / rows)
        radius = 0.38 * step
        self._bold(painter, radius * 0.9)
        for k in range(wanted):
            row, column = divmod(k, columns)
            in_row = min(columns, wanted - row * columns)
            x = self.width() / 2.0 + step * (column + 0.5 - in_row / 2.0)
            y = self.height() / 2.0 + step * (row + 0.5 - rows / 2.0)
            self._dot(painter, QtCore.QPointF(x, y), radius, k + 1, counted=k < done)

    def _dot(
        self, painter: QtGui.QPainter, centre: QtCore.QPointF, radius: float, number: int, *, counted: bool
    ) -> None:
        painter.setPen(QtGui.QPen(QtGui.QColor(self._palette.good if counted else self._palette.quiet), 3))
        painter.setBrush(QtGui.QColor(self._palette.good) if counted else QtCore.Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(QtGui.QColor(self._palette.panel if counted else self._palette.quiet))
        box = QtCore.QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        painter.drawText(box, QtCore.Qt.AlignmentFlag.AlignCenter, "✓" if counted else str(number))

    def _ring(self, painter: QtGui.QPainter, share: float, text: str) -> None:
        size = 0.94 * min(self.height(), self.width())
        box = QtCore.QRectF((self.width() - size) / 2.0, (self.height() - size) / 2.0, size, size)
        width = size * 0.08
        box.adjust(width, width, -width, -width)
        painter.setPen(QtGui.QPen(QtGui.QColor(self._palette.edge), width))
        painter.drawEllipse(box)
        pen = QtGui.QPen(QtGui.QColor(self._palette.good), width)
        pen.setCapStyle(QtCore.Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(box, 90 * 16, -round(360 * 16 * share))
        self._bold(painter, size * (0.42 if len(text) < 3 else 0.25))
        painter.setPen(QtGui.QColor(self._palette.text))
        painter.drawText(box, QtCore.Qt.AlignmentFlag.AlignCenter, text)

    def _bold(self, painter: QtGui.QPainter, size_px: float) -> None:
        font = painter.font()
        font.setPixelSize(max(10, int(size_px)))
        font.setBold(True)
        painter.setFont(font)
