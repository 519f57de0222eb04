"""Shows a leg during the test: what to do, the angle, the heel, and the field for the distance."""

from __future__ import annotations

from math import isnan

from ...lunge_test.result import EXERCISE, Trial
from ...results import Side
from ...view.lunge_test_steps import Doing, LungeTestStep
from ...view.state import BADGE_OF_HEEL, HeelBadge, SensorState
from ...view.words import degrees_text, number_text
from ..qt import QtCore, QtGui, QtWidgets
from ..theme import Palette
from ..widgets.figure import Pose, draw_figure
from ..widgets.glance import GlanceLabel, HeelBadgeLabel
from ..widgets.labels import named_label

_SHOWN_LIFT = 0.05
"""Drawn heel lift as a share of the body height; it is visible from three metres."""
_ANGLE_FROM_RAD = 0.1


class TrialPage(QtWidgets.QFrame):
    """`show_step` draws the page. field: takes a distance while one is asked for. complaint: what was wrong with it."""

    def __init__(self, *, palette: Palette) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._palette = palette
        self.side = GlanceLabel("RIGHT", minimum_height_px=56, colour=palette.target)
        self.headline = GlanceLabel("Repeat trial 2 of 3", minimum_height_px=56, colour=palette.text)
        self.hint = named_label("hint", wraps=True)
        self.field = QtWidgets.QLineEdit()
        self.field.setObjectName("distance")
        self.field.setPlaceholderText("cm")
        self.field.setMaxLength(12)
        self.complaint = named_label("refusal", wraps=True)
        self.number = GlanceLabel("88°", minimum_height_px=120, colour=palette.text)
        self.caption = named_label("caption")
        self.badge = HeelBadgeLabel(palette)
        self.picture = _AtTheWall(palette)
        self._arrange()

    def show_step(self, step: LungeTestStep, side: str, state: SensorState, now_s: float) -> None:
        """Show the step; `now_s` is the viewer's monotonic clock."""
        self.side.setText(side.upper())
        self.picture.side = side
        self.headline.setText(step.headline)
        counts = step.asked is None or step.asked.counts
        self.headline.set_colour(self._palette.text if counts else self._palette.up)
        self.hint.setText(step.hint)
        self.field.setVisible(step.doing is Doing.TYPING)
        self.complaint.setVisible(step.doing is Doing.TYPING and bool(self.complaint.text()))
        if step.asked is None:
            self._show_now(state, now_s)
        else:
            self._show_trial(step.asked)

    def _show_now(self, state: SensorState, now_s: float) -> None:
        number, caption = number_text(state, now_s=now_s)
        self._show(number, caption, state.badge(now_s=now_s), state.inclination_rad)

    def _show_trial(self, trial: Trial) -> None:
        """Show the trial whose distance is typed."""
        caption = f"trial {trial.number} · best angle, heel down" if trial.counts else f"trial {trial.number}"
        number = degrees_text(trial.angle_rad)
        self._show(number, caption, BADGE_OF_HEEL[trial.rep.heel], trial.rep.peak_inclination_rad)

    def _show(self, number: str, caption: str, badge: HeelBadge, inclination_rad: float) -> None:
        self.number.setText(number)
        self.number.set_colour(self._palette.up if badge is HeelBadge.UP else self._palette.text)
        self.caption.setText(caption)
        self.badge.show_badge(badge)
        self.picture.show_lean(inclination_rad, heel_up=badge is HeelBadge.UP)

    def _arrange(self) -> None:
        self.caption.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        top = QtWidgets.QHBoxLayout()
        top.addWidget(self.side, 1)
        top.addSpacing(12)
        top.addWidget(self.headline, 4)
        numbers = QtWidgets.QVBoxLayout()
        numbers.addWidget(self.number, 3)
        numbers.addWidget(self.caption)
        numbers.addWidget(self.badge, 2)
        glance = QtWidgets.QHBoxLayout()
        glance.addWidget(self.picture, 1)
        glance.addSpacing(12)
        glance.addLayout(numbers, 1)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(18, 10, 18, 14)
        layout.setSpacing(10)
        layout.addLayout(top, 2)
        layout.addWidget(self.hint)
        layout.addWidget(self.field)
        layout.addWidget(self.complaint)
        layout.addLayout(glance, 9)
        self.field.hide()
        self.complaint.hide()


class _AtTheWall(QtWidgets.QWidget):
    """Draws a person at the wall who leans as far as the shin does."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette
        self._pose = Pose(exercise=EXERCISE, pressed=True)
        self.side = str(Side.RIGHT)
        """The direction in which the drawn person faces, so that the leg with the sensor is the near one."""
        self.setMinimumSize(200, 200)

    def show_lean(self, inclination_rad: float, *, heel_up: bool) -> None:
        lean_rad = 0.0 if isnan(inclination_rad) else inclination_rad
        pose = Pose(
            exercise=EXERCISE,
            side=self.side,
            inclination_rad=lean_rad,
            heel_m=_SHOWN_LIFT if heel_up else 0.0,
            pressed=True,
            angle=lean_rad > _ANGLE_FROM_RAD,
        )
        if pose != self._pose:
            self._pose = pose
            self.update()

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        draw_figure(painter, QtCore.QRectF(self.rect()), self._pose, self._palette)
        painter.end()
