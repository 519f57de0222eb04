"""A session of somebody's own exercise in the real widgets: drawn, and measured again as what it was."""

from __future__ import annotations

from math import radians

from PySide6 import QtCore, QtTest, QtWidgets

from shinsight.detection.exercises import PROFILES, ExerciseProfile
from shinsight.pipeline.settings import Overrides, PipelineSettings
from shinsight.window.replay.thresholds_panel import ThresholdsPanel
from shinsight.window.widgets.figure_body import body_of, usual_pose

OWN = PipelineSettings().doing(ExerciseProfile(name="mini_squat", least_peak_rad=radians(5.0), open_rad=radians(3.0)))


def test_measuring_it_again_offers_it_by_name_and_keeps_it(qt: QtWidgets.QApplication) -> None:
    said: list[Overrides] = []
    over = QtWidgets.QWidget()
    panel = ThresholdsPanel(over, one_leg=True, on_submit=said.append)
    for _ in range(2):
        panel.ask_from(OWN)
    assert panel.exercise.currentText() == "mini squat"
    assert panel.exercise.count() == len(PROFILES) + 1
    QtTest.QTest.keyClick(panel, QtCore.Qt.Key.Key_Return)
    assert said[0].apply(OWN).repetition == OWN.repetition


def test_it_is_drawn_as_a_squat() -> None:
    assert body_of(usual_pose("mini_squat")) == body_of(usual_pose("squat"))
