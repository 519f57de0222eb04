"""Asks for other settings of a session: exercise, leg, zero, slope and heel thresholds."""

from __future__ import annotations

from collections.abc import Callable

from ...detection.exercises import PROFILES
from ...pipeline.settings import Overrides, PipelineSettings
from ...results import Side
from ...units import DEG_PER_RAD, RAD_PER_DEG
from ...view.start import STEEPEST_DEG
from ...view.thresholds import THRESHOLD_WORDS, Thresholds
from ..qt import QtWidgets
from ..widgets.form_panel import FormPanel

_ZEROS = {"standing": "standing still", "tibia": "the vertical (long edge of the sensor along the shin bone)"}
_EXPLANATION = (
    "Heel-lift thresholds: for a whole rep, and live. Lower values find more lifts and give more false alarms. "
    "The recording does not change."
)
_SAME_DEG = 0.05


class ThresholdsPanel(FormPanel):
    """on_submit: receives the new settings. one_leg: the leg can be chosen; with two legs each keeps its own."""

    def __init__(self, over: QtWidgets.QWidget, *, one_leg: bool, on_submit: Callable[[Overrides], None]) -> None:
        super().__init__(over, "Measure again", explanation=_EXPLANATION, on_enter=self._submit)
        self._on_submit = on_submit
        self._before = PipelineSettings()
        self.exercise = _choice({name: name.replace("_", " ") for name in PROFILES})
        self.side = _choice({side.value: side.value for side in Side})
        self.side.setEnabled(one_leg)
        self.zero = _choice(_ZEROS)
        self.slope_deg = QtWidgets.QDoubleSpinBox()
        self.slope_deg.setRange(-STEEPEST_DEG, STEEPEST_DEG)
        self.slope_deg.setDecimals(1)
        self.slope_deg.setSuffix("°")
        self.percents = {name: QtWidgets.QSpinBox() for name in THRESHOLD_WORDS}
        for percent in self.percents.values():
            percent.setRange(1, 99)
            percent.setSuffix(" % likely")
        for numbers in (self.slope_deg, *self.percents.values()):
            numbers.lineEdit().setTextMargins(8, 0, 8, 0)
        self.add("Exercise", self.exercise)
        self.add("Leg", self.side)
        self.add("Angles are measured from", self.zero)
        self.add("Slope under the foot, toes up +", self.slope_deg)
        for name, field in self.percents.items():
            self.add(THRESHOLD_WORDS[name].capitalize(), field)

    def ask_from(self, settings: PipelineSettings) -> None:
        """Show the panel with the present settings."""
        self._before = settings
        if self.exercise.findData(settings.exercise) < 0:  # a custom exercise
            self.exercise.addItem(settings.exercise.replace("_", " "), settings.exercise)
        chosen = ((self.exercise, settings.exercise), (self.side, settings.side.value), (self.zero, settings.zero))
        for field, value in chosen:
            field.setCurrentIndex(field.findData(value))
        self.slope_deg.setValue(settings.slope_rad * DEG_PER_RAD)
        for name, percent in self.percents.items():
            percent.setValue(getattr(Thresholds.of(settings), name))
        self.ask()

    def _submit(self) -> None:
        thresholds = Thresholds(**{name: field.value() for name, field in self.percents.items()})
        slope_deg = self.slope_deg.value()
        same_slope = abs(slope_deg - self._before.slope_rad * DEG_PER_RAD) < _SAME_DEG
        self._on_submit(
            Overrides(
                exercise=self.exercise.currentData(),
                side=Side(self.side.currentData()) if self.side.isEnabled() else None,
                zero=self.zero.currentData(),
                slope_rad=self._before.slope_rad if same_slope else slope_deg * RAD_PER_DEG,
                verdict=thresholds.verdict(self._before),
                live=thresholds.live(self._before),
            )
        )


def _choice(offered: dict[str, str]) -> QtWidgets.QComboBox:
    box = QtWidgets.QComboBox()
    for value, words in offered.items():
        box.addItem(words, value)
    return box
