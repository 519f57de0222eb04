"""Shows one sensor: banner, glance panel, curve, reps and link. It is wide alone and tall beside another."""

from __future__ import annotations

from ...view.guide_steps import guiding
from ...view.sensor_view import SensorView
from ...view.state import SILENT_AFTER_S, HeelBadge
from ...view.words import calibration_text, link_text, notice_text, number_text, rock_text
from ..qt import QtCore, QtWidgets
from ..theme import Palette
from ..widgets.glance import GlanceLabel, HeelBadgeLabel
from ..widgets.guide_panel import GuidePanel
from ..widgets.labels import named_label
from .curve import CurveView
from .reps_table import RepsTable


class SensorColumn(QtWidgets.QWidget):
    """Shows one sensor. `refresh(now_s)` takes new data and shows it; `now_s` is the viewer's monotonic clock."""

    def __init__(self, sensor: SensorView, *, target_deg: tuple[float, float], wide: bool, palette: Palette) -> None:
        super().__init__()
        self.sensor = sensor
        self._palette = palette
        self.side = named_label("side", sensor.side.upper())
        self.instruction = named_label("instruction")
        self.rock = named_label("rock")
        self.calibration = named_label("calibration")
        self.number = GlanceLabel("88°", minimum_height_px=60, colour=palette.text)
        self.caption = named_label("caption")
        self.badge = HeelBadgeLabel(palette)
        self.reps = GlanceLabel("888", minimum_height_px=36, colour=palette.text)
        self.curve = CurveView(target_deg=target_deg, palette=palette)
        self.table = RepsTable(palette)
        self.link = named_label("link")
        self.notice = named_label("notice")
        self.guide = GuidePanel(side=sensor.side, exercise=sensor.exercise, palette=palette, wide=wide)
        self._number_colours = {HeelBadge.DOWN: palette.text, HeelBadge.UP: palette.up}
        self._drawn = False
        self._arrange(wide)

    def refresh(self, now_s: float) -> None:
        """Take new data and show it. now_s: the viewer's monotonic clock."""
        fresh = self.sensor.refresh(now_s)
        notes = self.sensor.editor.notes
        self.table.show_reps(self.sensor.state.reps, notes)
        guided = guiding(self.sensor.state, now_s=now_s)
        self._pages.setCurrentIndex(0 if guided else 1)
        self._show_guidance(guided=guided)
        if guided:
            self.guide.refresh(self.sensor.state, now_s)
        self._show_glance(now_s)
        self._show_link(now_s)
        if fresh or not self._drawn:
            self._drawn = True
            self.curve.draw(self.sensor.ring, filter(notes.keeps, self.sensor.state.reps))

    def _show_glance(self, now_s: float) -> None:
        state = self.sensor.state
        badge = state.badge(now_s=now_s)
        number, caption = number_text(state, now_s=now_s)
        self.number.set_colour(self._number_colours.get(badge, self._palette.quiet))
        self.number.setText(number)
        self.caption.setText(caption)
        self.badge.show_badge(badge)
        self.reps.setText(str(self.sensor.kept_reps))

    def _show_guidance(self, *, guided: bool) -> None:
        state = self.sensor.state
        for label in (self.instruction, self.rock):
            label.setVisible(not guided)  # the guide shows it larger
        self.instruction.setText(state.instruction)
        self.rock.setText("" if state.rock is None else rock_text(state.rock))
        report = state.calibration
        self.calibration.setVisible(report is not None and not guided)
        self.calibration.setText("" if report is None else calibration_text(report))
        if report is not None:
            _recolour(self.calibration, self._palette.good if report.accepted else self._palette.up)

    def _show_link(self, now_s: float) -> None:
        state = self.sensor.state
        silent_s = state.silent_s(now_s=now_s)
        health = state.health
        self.link.setText(link_text(health, silent_s=silent_s, silent_after_s=SILENT_AFTER_S))
        lost = health is not None and not health.connected
        silent = silent_s is not None and silent_s >= SILENT_AFTER_S
        _recolour(self.link, self._palette.target if lost or silent else self._palette.quiet)
        self.notice.setText(notice_text(state))

    def _arrange(self, wide: bool) -> None:
        self.instruction.setWordWrap(True)
        self.calibration.setWordWrap(True)
        self.notice.setWordWrap(True)
        self.link.setWordWrap(True)
        if not wide:  # so that two columns stay level with texts of any length
            line_px = self.link.fontMetrics().height()
            self.notice.setMinimumHeight(line_px + 4)  # a warning sign of another font is taller
            self.link.setMinimumHeight(2 * line_px)
        self.instruction.setProperty("wide", wide)
        banner = _Panel(QtWidgets.QVBoxLayout())
        top = QtWidgets.QHBoxLayout()
        top.addWidget(self.side)
        top.addSpacing(18)
        top.addWidget(self.instruction, 1)
        top.addWidget(self.rock)
        banner.inner.addLayout(top)
        banner.inner.addWidget(self.calibration)

        self.caption.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self.caption.setWordWrap(True)
        number = QtWidgets.QVBoxLayout()
        number.addWidget(self.number, 1)
        number.addWidget(self.caption)
        reps_caption = named_label("caption", "reps")
        reps = QtWidgets.QHBoxLayout()
        self.reps.setAlignment(QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter)
        reps.addWidget(self.reps, 5)
        reps.addSpacing(8)
        reps.addWidget(reps_caption, 4)
        verdict = QtWidgets.QVBoxLayout()
        verdict.addWidget(self.badge, 3)
        verdict.addLayout(reps, 2)
        glance = _Panel(QtWidgets.QVBoxLayout() if wide else QtWidgets.QHBoxLayout())
        glance.inner.addLayout(number, 1)
        glance.inner.addLayout(verdict, 1)

        curve = _Panel(QtWidgets.QVBoxLayout())
        curve.inner.addWidget(named_label("keys", "Forward tilt of the shin, degrees from standing"))
        curve.inner.addWidget(self.curve, 1)
        table = _Panel(QtWidgets.QVBoxLayout())
        table.inner.addWidget(self.table)
        evidence = QtWidgets.QVBoxLayout()
        evidence.addWidget(curve, 3)
        evidence.addWidget(table, 2)

        measuring = QtWidgets.QWidget()
        body = QtWidgets.QHBoxLayout(measuring) if wide else QtWidgets.QVBoxLayout(measuring)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(glance, 5)
        body.addLayout(evidence, 9)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(banner)
        self._pages = QtWidgets.QStackedWidget()
        self._pages.addWidget(self.guide)
        self._pages.addWidget(measuring)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.notice)
        layout.addWidget(self.link)


class _Panel(QtWidgets.QFrame):
    """A raised surface with its layout."""

    def __init__(self, inner: QtWidgets.QBoxLayout) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.inner = inner
        inner.setContentsMargins(12, 8, 12, 8)
        self.setLayout(inner)


def _recolour(label: QtWidgets.QLabel, colour: str) -> None:
    """Set a text colour. Qt parses a style sheet each time it is set, so only a change is set."""
    style = f"color: {colour};"
    if label.styleSheet() != style:
        label.setStyleSheet(style)
