"""The guided start on the screen: a drawn person who shows what to do, a countdown, the checklist, and why not."""

from __future__ import annotations

from math import isnan

from ..live.guide_steps import STEP_WORDS, GuideView, Step, guide_view
from ..live.preflight import Check, Fit, preflight
from ..live.state import SensorState
from .figure import Pose, draw_figure, standing_rock, usual_pose
from .glance import GlanceLabel
from .qt import QtCore, QtGui, QtWidgets
from .theme import Palette

_SIGNS = {Fit.GOOD: "✓", Fit.WAIT: "…", Fit.DOUBT: "!", Fit.BAD: "✗"}


class GuidePanel(QtWidgets.QFrame):
    """`refresh(state, now_s)` draws; `now_s` is the viewer's monotonic clock. side, exercise: said in words."""

    def __init__(self, *, side: str, exercise: str, palette: Palette, wide: bool = True) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._side, self._palette, self._wide = side, palette, wide
        self.steps = QtWidgets.QLabel()
        self.steps.setObjectName("caption")
        self.headline = GlanceLabel("Stand still, heels down", minimum_height_px=44, colour=palette.text)
        self.count = _Count(palette)
        self.hint = QtWidgets.QLabel()
        self.hint.setObjectName("instruction")
        self.refusal = QtWidgets.QLabel()
        self.refusal.setObjectName("refusal")
        self.picture = _Picture(exercise, palette)
        self.checks = QtWidgets.QLabel()
        self.checks.setObjectName("checks")
        for label in (self.hint, self.refusal, self.checks):
            label.setWordWrap(True)
            label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._arrange(wide)

    def refresh(self, state: SensorState, now_s: float) -> None:
        view = guide_view(state)
        self.steps.setText(_stepper(view.step))
        self.headline.setText(view.headline)
        self.headline.set_colour(self._palette.good if view.step is Step.READY else self._palette.text)
        self.count.show_count(view.done, view.wanted, rocks=view.step is Step.ROCK)
        self.hint.setText(view.hint)
        self.refusal.setVisible(bool(view.refusal))
        self.refusal.setText(f"✗  Not taken: {view.refusal}")
        self.picture.show_step(view, state.inclination_rad, now_s)
        notices = () if state.notice is None else (state.notice,)
        checks = preflight(state.health, notices, side=self._side)
        # Beside another leg there is room for what needs doing only.
        shown = checks if self._wide else [c for c in checks if c.fit is not Fit.GOOD or c.name == "strap"]
        self.checks.setText("\n".join(map(_line, shown)))

    def _arrange(self, wide: bool) -> None:
        words = QtWidgets.QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(self.steps)
        words.addWidget(self.headline, 3)
        words.addWidget(self.count, 3)
        words.addWidget(self.hint)
        words.addWidget(self.refusal)
        words.addStretch(1)
        words.addWidget(self.checks)
        layout = QtWidgets.QHBoxLayout(self) if wide else QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(18, 12, 18, 12)
        layout.addWidget(self.picture, 4 if wide else 3)
        layout.addLayout(words, 6 if wide else 5)


class _Picture(QtWidgets.QWidget):
    """The drawn person: shows the step, and in the rocks leans as far as the real shin does."""

    def __init__(self, exercise: str, palette: Palette) -> None:
        super().__init__()
        self._exercise, self._palette = exercise, palette
        self._pose = Pose()
        self.setMinimumSize(180, 160)

    def show_step(self, view: GuideView, inclination_rad: float, now_s: float) -> None:
        match view.step:
            case Step.ROCK if view.done == 0 or isnan(inclination_rad):
                pose = standing_rock(now_s)
            case Step.ROCK:
                pose = Pose(exercise="rock", inclination_rad=inclination_rad, pressed=True, angle=True)
            case Step.READY:
                pose = usual_pose(self._exercise)
            case _:
                pose = Pose()
        if pose != self._pose:
            self._pose = pose
            self.update()

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QtGui.QPainter(self)
        draw_figure(painter, QtCore.QRectF(self.rect()), self._pose, self._palette)
        painter.end()


class _Count(QtWidgets.QWidget):
    """Seconds as a ring around the number, rocks as dots; nothing where nothing is counted."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette
        self.done = self.wanted = 0
        self._rocks = False
        self.setMinimumHeight(70)

    def show_count(self, done: int, wanted: int, *, rocks: bool) -> None:
        if (done, wanted, rocks) != (self.done, self.wanted, self._rocks):
            self.done, self.wanted, self._rocks = done, wanted, rocks
            self.update()

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:  # noqa: N802 - Qt's name
        if self.wanted == 0:
            return
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        if self._rocks:
            self._dots(painter)
        else:
            self._ring(painter)
        painter.end()

    def _dots(self, painter: QtGui.QPainter) -> None:
        step = min(self.width() / self.wanted, self.height() * 1.05)
        radius = 0.36 * step
        left = (self.width() - step * self.wanted) / 2.0
        font = painter.font()
        font.setPixelSize(max(10, int(radius * 0.9)))
        font.setBold(True)
        painter.setFont(font)
        for k in range(self.wanted):
            done = k < self.done
            centre = QtCore.QPointF(left + step * (k + 0.5), self.height() / 2.0)
            painter.setPen(QtGui.QPen(QtGui.QColor(self._palette.good if done else self._palette.quiet), 3))
            painter.setBrush(QtGui.QColor(self._palette.good) if done else QtCore.Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, radius, radius)
            painter.setPen(QtGui.QColor(self._palette.panel if done else self._palette.quiet))
            box = QtCore.QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
            painter.drawText(box, QtCore.Qt.AlignmentFlag.AlignCenter, "✓" if done else str(k + 1))

    def _ring(self, painter: QtGui.QPainter) -> None:
        size = 0.86 * min(self.height(), self.width())
        box = QtCore.QRectF((self.width() - size) / 2.0, (self.height() - size) / 2.0, size, size)
        width = size * 0.08
        box.adjust(width, width, -width, -width)
        painter.setPen(QtGui.QPen(QtGui.QColor(self._palette.edge), width))
        painter.drawEllipse(box)
        painter.setPen(QtGui.QPen(QtGui.QColor(self._palette.good), width))
        painter.drawArc(box, 90 * 16, -round(360 * 16 * self.done / self.wanted))
        font = painter.font()
        font.setPixelSize(max(12, int(size * 0.42)))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QtGui.QColor(self._palette.text))
        painter.drawText(box, QtCore.Qt.AlignmentFlag.AlignCenter, str(self.wanted - self.done))


def _stepper(step: Step) -> str:
    return "   ›   ".join(
        f"{'✓' if each < step else '●' if each is step else '○'} {words}" for each, words in STEP_WORDS.items()
    )


def _line(check: Check) -> str:
    remedy = f": {check.remedy}" if check.remedy and check.fit in (Fit.DOUBT, Fit.BAD) else ""
    return f"{_SIGNS[check.fit]}  {check.name}  {check.words}{remedy}"
