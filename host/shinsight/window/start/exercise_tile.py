"""Shows a button with the picture of an exercise."""

from __future__ import annotations

from ..qt import QtCore, QtGui, QtWidgets
from ..theme import Palette
from ..widgets.figure import draw_figure
from ..widgets.figure_body import usual_pose

_WORDS_PX = 26


class ExerciseTile(QtWidgets.QAbstractButton):
    """Can be checked. The name stands below the picture; the checked tile has a frame and a tick."""

    def __init__(self, exercise: str, *, palette: Palette) -> None:
        super().__init__()
        self.exercise = exercise
        self._palette = palette
        self.setCheckable(True)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(120, 130)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Expanding)

    def wear(self, palette: Palette) -> None:
        """Draw the tile in these colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return the preferred size, px."""
        return QtCore.QSize(200, 190)

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        """Paint the frame, the picture and the name."""
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        palette, frame = self._palette, QtCore.QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setBrush(QtGui.QColor(palette.stripe if self.isChecked() else palette.panel))
        painter.setPen(QtGui.QPen(QtGui.QColor(palette.down if self.isChecked() else palette.edge), 3))
        painter.drawRoundedRect(frame, 10, 10)
        picture = frame.adjusted(8, 8, -8, -_WORDS_PX - 4)
        draw_figure(painter, picture, usual_pose(self.exercise), palette)
        font = painter.font()
        font.setPixelSize(16)
        font.setBold(self.isChecked())
        painter.setFont(font)
        painter.setPen(QtGui.QColor(palette.text))
        words = self.exercise.replace("_", " ")
        below = QtCore.QRectF(frame.left(), frame.bottom() - _WORDS_PX - 2, frame.width(), _WORDS_PX)
        tick = "✓ " if self.isChecked() else ""
        painter.drawText(below, QtCore.Qt.AlignmentFlag.AlignCenter, f"{tick}{words}")
        painter.end()
