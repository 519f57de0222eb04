"""Shows what is read from three metres: texts as large as their place allows, and the heel badge."""

from __future__ import annotations

from ...view.state import HeelBadge
from ...view.words import BADGE_SYMBOLS, BADGE_WORDS
from ..qt import QtCore, QtGui, QtWidgets
from ..theme import Palette, badge_colours

_PROBE_PX = 100
_WIDTH_USED = 0.92


class GlanceLabel(QtWidgets.QLabel):
    """Fills its place with its text. The font fits `usual`, so that it does not jump with the digits; only longer text
    is smaller."""

    def __init__(self, usual: str, *, minimum_height_px: int, colour: str) -> None:
        super().__init__()
        self._usual = usual
        self._colour = self._style = ""
        self.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Ignored)
        self.setMinimumHeight(minimum_height_px)
        self.set_colour(colour)

    def set_colour(self, colour: str) -> None:
        """Show the text in this colour."""
        if colour != self._colour:
            self._colour = colour
            self._restyle()

    def setText(self, text: str) -> None:
        """Show a text, and fit its font."""
        if text != self.text():
            super().setText(text)
            self._restyle()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Fit the font to the new size."""
        super().resizeEvent(event)
        self._restyle()

    def _restyle(self) -> None:
        probe = QtGui.QFont(self.font())
        probe.setPixelSize(_PROBE_PX)
        probe.setBold(True)
        metrics = QtGui.QFontMetricsF(probe)
        widest_px = max(metrics.horizontalAdvance(self._usual), metrics.horizontalAdvance(self.text()))
        fit = min(_WIDTH_USED * self.width() / widest_px, self.height() / metrics.height())
        style = f"background: transparent; color: {self._colour}; font: bold {max(8, int(_PROBE_PX * fit))}px;"
        if style != self._style:  # Qt parses a style sheet each time it is set
            self._style = style
            self.setStyleSheet(style)


class HeelBadgeLabel(GlanceLabel):
    """Shows the heel state as a word and a symbol on a colour, with hatched edges when the heel is up."""

    def __init__(self, palette: Palette) -> None:
        super().__init__(max(BADGE_WORDS.values(), key=len), minimum_height_px=48, colour=palette.text)
        self._palette = palette
        self._colours = badge_colours(palette)
        self._badge = HeelBadge.NO_DATA
        self.show_badge(HeelBadge.NO_DATA)

    @property
    def background(self) -> str:
        """The colour shown, as `#rrggbb`."""
        return self._colours[self._badge][0]

    def show_badge(self, badge: HeelBadge) -> None:
        """Show the word, the symbol and the colours of a heel state."""
        self._badge = badge
        self.set_colour(self._colours[badge][1])
        self.setText(f"{BADGE_SYMBOLS.get(badge, '')} {BADGE_WORDS[badge]}".strip())

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Paint the badge."""
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        outline = QtGui.QPainterPath()
        outline.addRoundedRect(QtCore.QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.fillPath(outline, QtGui.QColor(self.background))
        if self._badge is HeelBadge.UP:
            painter.setClipPath(outline)
            self._hatch(painter)
        if self._badge is HeelBadge.NO_DATA:
            painter.setPen(QtGui.QPen(QtGui.QColor(self._palette.target), 2))
            painter.drawPath(outline)
        painter.end()
        super().paintEvent(event)

    def _hatch(self, painter: QtGui.QPainter) -> None:
        width, height = self.width(), self.height()
        band = max(6, height // 9)
        painter.setPen(QtGui.QPen(QtGui.QColor(self._palette.edge), band / 2.2))
        for top in (0, height - band):
            painter.save()
            painter.setClipRect(0, top, width, band, QtCore.Qt.ClipOperation.IntersectClip)
            for x in range(-band, width + band, 2 * band):
                painter.drawLine(x, top + band + 1, x + band, top - 1)
            painter.restore()
