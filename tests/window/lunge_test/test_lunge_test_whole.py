"""The knee-to-wall test whole: simulated legs, real runs and files, the real window, keys alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6 import QtCore, QtTest

from shinsight.acquisition.leg_runs import LegRuns
from shinsight.acquisition.sensors import WornSensor, worn_sensors
from shinsight.cli.options import overrides
from shinsight.lunge_test.result import EXERCISE, trials
from shinsight.results import Side
from shinsight.session.csv_tables import read_reps
from shinsight.session.folder import REPS_CSV, open_session
from shinsight.session.notes import read_notes
from shinsight.view.lunge_test_steps import Doing, LegTest
from shinsight.window.lunge_test.lunge_test_window import LungeTestWindow

LINK = "sim:knee_to_wall?reps=5&speed=0"


@pytest.mark.usefixtures("qt")
@pytest.mark.parametrize("boards", [1, 2])
def test_in_the_real_window_simulated_legs_go_through_the_whole_test(tmp_path: Path, boards: int) -> None:
    """The left leg's first calibration is refused, and its link is dead for three seconds in mid-session."""
    links = {Side.LEFT: f"{LINK}&spoiled=1&drop_s=3&drop_at_s=60", Side.RIGHT: f"{LINK}&seed=3"}
    said = overrides(EXERCISE, None, None, None)

    def of_leg(leg: Side) -> WornSensor:
        return worn_sensors([f"{links[leg]}&side={leg}"], said, tmp_path / leg, tell=print)[0]

    def press(window: LungeTestWindow, key: QtCore.Qt.Key) -> None:
        QtTest.QTest.keyClick(window.focusWidget() or window, key)

    tests = [LegTest(Side.LEFT), LegTest(Side.RIGHT)]
    asked = []
    until_s = time.monotonic() + 60.0
    with LegRuns(of_leg, boards=boards) as runs:
        window = LungeTestWindow(
            tests,
            begin=runs.begin,
            together=runs.together,
            zero="standing",
            on_mark=runs.advance,
            on_close=runs.stop,
            why_over=runs.why_over,
        )
        window.show()
        while not window.finished and time.monotonic() < until_s:
            over = runs.over
            window.refresh()
            time.sleep(0.02)  # the runs measure in other threads
            step = window.step
            if step.doing is Doing.TYPING:
                asked.append(step.headline)
                QtTest.QTest.keyClicks(window.page.field, "9.5")
                press(window, QtCore.Qt.Key.Key_Return)
            elif step.doing is Doing.DONE:
                press(window, QtCore.Qt.Key.Key_Return)
            elif over:  # what a leg did while the other was tested is no trial of it: with two boards one has none left
                press(window, QtCore.Qt.Key.Key_E)
        window.refresh()
        assert runs.why_over() is None
        assert window.finished
        window.close()
    runs.raise_error()
    assert any("the heel came up" in words for words in asked)
    assert tests[0].result.counted >= 2  # of five, one falls into the silence and one heel lifts
    left = open_session(tmp_path / "left")
    assert left.ended is not None
    events = (tmp_path / "left" / "events.csv").read_text(encoding="utf-8")
    assert "heel lifted in rock" in events
    assert trials(read_reps(tmp_path / "left" / REPS_CSV), read_notes(tmp_path / "left"))[0].distance_cm == 9.5
    if boards == 1:
        assert tests[1].result.counted == 3
        assert "Left and right differ by 0.0 cm" in window.result.verdict.text()
