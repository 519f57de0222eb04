"""Shows the guided start: a drawn person who shows what to do, a countdown, the checklist, and refusals."""

from __future__ import annotations

from collections.abc import Iterable

from ...view.guide_steps import STEP_WORDS, GuideView, Step, guide_view
from ...view.preflight import Check, Fit, preflight
from ...view.state import SensorState
from ..qt import QtCore, QtGui, QtWidgets
from ..theme import Palette
from .figure import Pose, draw_figure
from .figure_body import moving_pose
from .glance import GlanceLabel
from .guide_count import GuideCount
from .labels import named_label

_SIGNS = {Fit.GOOD: "✓", Fit.WAIT: "…", Fit.LOOK: "☐", Fit.DOUBT: "!", Fit.BAD: "✗"}
_MOVING_RAD = 0.08
"""From this lean on, the drawn person leans as the real one does."""


class GuidePanel(QtWidgets.QFrame):
    """`refresh(state, now_s)` draws; `now_s` is the viewer's monotonic clock. wide: alone, not beside another leg."""

    def __init__(self, *, side: str, exercise: str, palette: Palette, wide: bool = True) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._side, self._palette, self._wide = side, palette, wide
        self.steps = named_label("caption")
        self.headline = GlanceLabel("Stand still, heels down", minimum_height_px=44, colour=palette.text)
        self.count = GuideCount(palette)
        self.hint = named_label("instruction", wraps=True)
        self.refusal = named_label("refusal", wraps=True)
        self.remedy = named_label("remedy", wraps=True)
        self.checks = named_label("checks", wraps=True)
        self.picture = _Picture(exercise, side, palette)
        for label in (self.hint, self.refusal, self.remedy):
            label.setProperty("wide", wide)
        self._arrange()

    def refresh(self, state: SensorState, now_s: float) -> None:
        """Show the guided start as it is now. now_s: the viewer's monotonic clock."""
        view = guide_view(state, now_s=now_s)
        self.steps.setText(_stepper(view.step))
        self.headline.setText(view.headline)
        self.headline.set_colour(self._palette.good if view.step is Step.READY else self._palette.text)
        self.count.show_view(view)
        self.hint.setText(view.hint)
        self.refusal.setVisible(bool(view.refusal))
        self.refusal.setText(f"✗  Not accepted: {view.refusal}")
        self.remedy.setVisible(bool(view.remedy))
        self.remedy.setText(f"→  {view.remedy}")
        self.picture.show_step(view, state.inclination_rad, now_s)
        checks = preflight(state.health, tuple(state.notice_by_code.values()), side=self._side)
        self.checks.setText("\n".join(self._lines(checks, view)))

    def _lines(self, checks: Iterable[Check], view: GuideView) -> list[str]:
        """Give each check a line while connecting. Later, good checks share a line, or leave room for a refusal."""
        checks = tuple(checks)
        if self._wide and view.step is Step.CONNECT:
            return [_line(check) for check in checks]
        wrong = [_line(check) for check in checks if check.fit not in (Fit.GOOD, Fit.LOOK)]
        if view.refusal and not self._wide:
            return wrong
        looks = [_line(check) for check in checks if check.fit is Fit.LOOK]
        good = ", ".join(check.name for check in checks if check.fit is Fit.GOOD)
        return wrong + looks + ([f"{_SIGNS[Fit.GOOD]}  {good}"] if good else [])

    def _arrange(self) -> None:
        layout = QtWidgets.QHBoxLayout(self) if self._wide else QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(18, 12, 18, 12)
        layout.setSpacing(8)
        words = QtWidgets.QVBoxLayout() if self._wide else layout
        words.setSpacing(8)
        words.addWidget(self.steps)
        words.addWidget(self.headline, 3)
        if self._wide:
            layout.addWidget(self.picture, 4)
            layout.addLayout(words, 6)
            words.addWidget(self.count, 4)
        else:  # the drawn person beside the count, both as tall as there is room
            beside = QtWidgets.QHBoxLayout()
            beside.addWidget(self.picture, 1)
            beside.addWidget(self.count, 1)
            words.addLayout(beside, 10)
        for label in (self.refusal, self.remedy, self.hint):
            words.addWidget(label)
        if self._wide:
            words.addStretch(1)
        words.addWidget(self.checks)


class _Picture(QtWidgets.QWidget):
    """Draws the person, who shows the step and in the rocks leans as far as the real shin does."""

    def __init__(self, exercise: str, side: str, palette: Palette) -> None:
        super().__init__()
        self._exercise, self._side, self._palette = exercise, side, palette
        self._pose = Pose(side=side)
        self.setMinimumSize(140, 110)

    def show_step(self, view: GuideView, inclination_rad: float, now_s: float) -> None:
        pose = self._pose_of(view, inclination_rad, now_s)
        if pose != self._pose:
            self._pose = pose
            self.update()

    def _pose_of(self, view: GuideView, inclination_rad: float, now_s: float) -> Pose:
        match view.step:
            case Step.ROCK if view.done > 0 or inclination_rad > _MOVING_RAD:
                return Pose(
                    exercise="rock",
                    inclination_rad=inclination_rad,
                    side=self._side,
                    pressed=True,
                    angle=True,
                    degrees=True,
                )
            case Step.ROCK:
                return moving_pose("rock", now_s, side=self._side)
            case Step.READY:
                return moving_pose(self._exercise, now_s, side=self._side)
            case _:
                return Pose(side=self._side)

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        draw_figure(painter, QtCore.QRectF(self.rect()), self._pose, self._palette)
        painter.end()


def _stepper(step: Step) -> str:
    return "   ›   ".join(
        f"{'✓' if each < step else '●' if each is step else '○'} {words}" for each, words in STEP_WORDS.items()
    )


def _line(check: Check) -> str:
    remedy = f": {check.remedy}" if check.remedy else ""
    return f"{_SIGNS[check.fit]}  {check.name}  {check.words}{remedy}"
