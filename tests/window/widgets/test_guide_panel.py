"""The guided start as it is read: words, counts, reasons and the checklist, alone and beside another leg."""

from __future__ import annotations

import numpy as np
import pytest

from shinsight.results import CalibrationReport, Event, Notice, PhaseChange, RockDone, StillFor
from shinsight.samples import Phase
from shinsight.view.state import SensorState
from shinsight.window.qt import QtGui
from shinsight.window.theme import DARK, LIGHT, Palette
from shinsight.window.widgets.guide_panel import GuidePanel
from squat_frames import frames, health

STAND = PhaseChange(0.0, Phase.STAND, "Stand still, weight even, heels down")
ROCK = PhaseChange(3.0, Phase.ROCKS, "Rock")
REFUSED = CalibrationReport(
    9.0, False, 0.0, ("heel lifted in rock 3, by about 3 cm; keep the heel pressed down",), (0.0, 0.0, 0.0)
)
ACCEPTED = CalibrationReport(9.0, True, 0.91, (), (0.0, 0.0, 0.0))
SET = PhaseChange(9.0, Phase.SET, "Ready")


def state_of(phase: Phase, *events: Event, lean_deg: float = 0.0, **link: object) -> SensorState:
    state = SensorState()
    state.apply(frames(np.arange(3) / 100, lean_deg, phase=phase), events, health(**link), now_s=0.0)
    return state


def shown(state: SensorState, *, wide: bool = True, palette: Palette = DARK, now_s: float = 0.0) -> GuidePanel:
    panel = GuidePanel(side="left", exercise="squat", palette=palette, wide=wide)
    panel.resize(1240, 580) if wide else panel.resize(610, 560)
    panel.refresh(state, now_s)
    panel.show()
    return panel


def picture(panel: GuidePanel) -> QtGui.QImage:
    return panel.grab().toImage()


@pytest.mark.usefixtures("qt")
class TestGuidePanel:
    def test_who_has_no_sensor_on_reads_what_to_do_and_the_whole_checklist(self) -> None:
        panel = shown(SensorState())
        assert panel.headline.text() == "Waiting for the sensor"
        assert "● Connect" in panel.steps.text()
        assert len(panel.checks.text().splitlines()) == 7

    def test_the_seconds_left_are_seen_to_run_down(self) -> None:
        pictures = [picture(shown(state_of(Phase.STAND, STAND, StillFor(k, k, 3.0)))) for k in range(4)]
        assert all(one != other for k, one in enumerate(pictures) for other in pictures[:k])

    @pytest.mark.parametrize("wide", [True, False])
    def test_each_rock_is_seen_to_count(self, wide: bool) -> None:
        said = [
            state_of(Phase.ROCKS, STAND, ROCK, *(RockDone(float(k), k, 5) for k in range(1, n + 1))) for n in range(6)
        ]
        pictures = [picture(shown(state, wide=wide)) for state in said]
        assert all(one != other for k, one in enumerate(pictures) for other in pictures[:k])

    def test_before_the_first_rock_it_is_demonstrated_then_the_drawn_shin_leans_with_the_real_one(self) -> None:
        waiting = state_of(Phase.ROCKS, STAND, ROCK)
        panel = shown(waiting)
        first = picture(panel)
        panel.refresh(waiting, 1.0)
        assert picture(panel) != first
        leaning = [picture(shown(state_of(Phase.ROCKS, STAND, ROCK, lean_deg=deg))) for deg in (10.0, 20.0)]
        assert leaning[0] != leaning[1]

    @pytest.mark.parametrize("wide", [True, False])
    def test_a_refusal_stands_there_with_its_reason_and_what_to_do_and_goes_when_one_rocks_again(
        self, wide: bool
    ) -> None:
        state = state_of(Phase.STAND, STAND, ROCK, REFUSED, STAND)
        panel = shown(state, wide=wide)
        assert panel.refusal.isVisible()
        assert panel.refusal.text() == "✗  Not accepted: heel lifted in rock 3, by about 3 cm"
        assert panel.remedy.text() == "→  keep the heel pressed down"
        state.apply(frames(np.arange(3) / 100, 0.0, phase=Phase.ROCKS), (ROCK,), None, now_s=1.0)
        panel.refresh(state, 1.0)
        assert not panel.refusal.isVisible()
        assert not panel.remedy.isVisible()

    def test_the_score_is_a_word_and_a_percentage(self) -> None:
        panel = shown(state_of(Phase.SET, STAND, ROCK, ACCEPTED, SET))
        assert panel.headline.text() == "Excellent calibration, 91%. Go!"
        assert "● Go" in panel.steps.text()

    def test_what_is_wrong_with_the_link_stays_in_sight_while_standing(self) -> None:
        panel = shown(state_of(Phase.STAND, STAND, battery_percent=5, received=100, lost=30))
        assert "✗  battery  5 %: charge it first" in panel.checks.text()
        assert "✗  lost" in panel.checks.text()

    def test_a_fault_of_the_sensor_stays_on_the_list_when_something_else_is_said_after_it(self) -> None:
        dead = Notice(1.0, "dead_sensor", "all six axes unchanged")
        panel = shown(state_of(Phase.STAND, STAND, dead, Notice(2.0, "not_still", "not still")))
        assert "✗  sensor  all six axes unchanged" in panel.checks.text()

    @pytest.mark.parametrize("palette", [DARK, LIGHT])
    @pytest.mark.parametrize("wide", [True, False])
    def test_with_everything_wrong_at_once_nothing_is_cut_off(self, wide: bool, palette: Palette) -> None:
        old = Notice(
            4.0, "calibration_does_not_fit", "the calibration of 18:02 does not fit: turned by 12 degrees; repeat"
        )
        dead = Notice(4.0, "dead_sensor", "all six axes unchanged for 1 s at 2.0 s: the sensor is not measuring")
        restless = Notice(
            9.0, "not_still", "not still, 8 s long: stand on both feet, weight even, knees quiet, hands off"
        )
        panel = shown(state_of(Phase.STAND, old, STAND, dead, restless, battery_percent=5), wide=wide, palette=palette)
        panel.grab()
        for label in (panel.steps, panel.hint, panel.refusal, panel.remedy, panel.checks):
            assert label.text()
            needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
            assert label.height() >= needed
        for part in (panel.headline, panel.count, panel.picture):
            assert part.height() >= part.minimumHeight()
            assert part.geometry().bottom() < panel.refusal.geometry().top() or wide
