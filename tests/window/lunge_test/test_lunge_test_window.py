"""The knee-to-wall test in the real window: by keyboard, with heels that lift, typing that makes no sense, and undo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6 import QtGui, QtTest

from shinsight.errors import DataError
from shinsight.results import CalibrationReport, HeelState, PhaseChange, Side
from shinsight.samples import Phase
from shinsight.session.notes import SessionNotes
from shinsight.view.feed import LiveFeed
from shinsight.view.lunge_test_steps import LegTest
from shinsight.view.sensor_view import SensorView
from shinsight.window.lunge_test.lunge_test_window import LungeTestWindow
from shinsight.window.theme import LIGHT
from squat_frames import frames, health, squats

DOWN, UP, UNSURE = HeelState.DOWN, HeelState.UP, HeelState.UNSURE
READY = (CalibrationReport(9.0, True, 0.9, (), (0.0, -0.2, -0.04)), PhaseChange(9.0, Phase.SET, "Ready"))


class Room:
    """A person in front of the window: does trials, types."""

    def __init__(self, *, together: bool = False, disk_full: bool = False) -> None:
        self.disk_full = disk_full
        self.error: str | None = None
        self.feeds: dict[Side, LiveFeed] = {}
        self.kept: dict[Side, SessionNotes] = {}
        self.closed: list[bool] = []
        self.now_s = 0.0
        self.window = LungeTestWindow(
            [LegTest(Side.LEFT), LegTest(Side.RIGHT)],
            begin=self.begin,
            together=together,
            zero="standing",
            on_mark=lambda: None,
            on_close=lambda: self.closed.append(True),
            why_over=lambda: self.error,
            clock=lambda: self.now_s,
        )
        self.window.show()
        self.done: dict[Side, int] = {}
        self.see()

    def begin(self, leg: Side) -> SensorView:
        self.feeds[leg] = LiveFeed()

        def keep(notes: SessionNotes) -> None:
            if self.disk_full:
                raise DataError("cannot write notes.json: No space left on device")
            self.kept[leg] = notes

        return SensorView(leg.value, self.feeds[leg], keep=keep)

    def see(self) -> None:
        self.now_s += 5.0
        self.window.refresh()

    def calibrate(self, leg: Side) -> None:
        self.feeds[leg].push(frames(np.arange(5) / 100, 0.0), READY, health())
        self.see()
        self.feeds[leg].push(frames(1.0 + np.arange(5) / 100, 0.0), (), health())
        self.see()

    def trial(self, leg: Side, heel: HeelState) -> None:
        at = self.done.get(leg, 0)
        self.done[leg] = at + 1
        _, reps = squats([heel], start_s=10.0 + 5.0 * at)
        self.feeds[leg].push(frames(20.0 + at + np.arange(5) / 100, 0.0), [replace(reps[0], number=at + 1)], health())
        self.see()

    def type(self, text: str) -> None:
        QtTest.QTest.keyClicks(self.window.page.field, text)
        self.press("Return")

    def press(self, key: str) -> None:
        pressed = QtGui.QKeySequence(key)[0]  # type: ignore[index]
        QtTest.QTest.keyClick(self.window.focusWidget() or self.window, pressed.key(), pressed.keyboardModifiers())
        self.see()

    @property
    def headline(self) -> str:
        return self.window.page.headline.text()


@pytest.mark.usefixtures("qt")
class TestKneeToWall:
    def test_both_legs_one_board_three_trials_each_and_a_verdict(self) -> None:
        room = Room()
        for leg, next_words in ((Side.LEFT, "Now the right leg"), (Side.RIGHT, None)):
            assert list(room.feeds)[-1] is leg
            room.calibrate(leg)
            for cm in ("9", "10", "10,5"):
                room.trial(leg, DOWN)
                assert "counts" in room.headline
                room.type(cm)
            if next_words:
                assert next_words in room.headline
                assert Side.RIGHT not in room.feeds
                room.press("Return")
        assert (
            "differ by 0.0 cm, within the measurement error (1.9 cm): no difference is shown"
            in room.window.result.verdict.text()
        )
        assert [cm for _, cm in room.kept[Side.LEFT].distances_cm] == [9.0, 10.0, 10.5]

    def test_a_trial_with_the_heel_up_does_not_count_and_the_next_is_to_be_nearer(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.type("9")
        room.trial(Side.LEFT, UP)
        assert "Does not count: the heel came up" in room.headline
        room.type("10")
        assert "Repeat trial 2 of 3" in room.headline
        assert "Place the big toe 9 cm" in room.window.page.hint.text()

    def test_an_unsure_trial_does_not_count_either(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, UNSURE)
        assert "Does not count: the heel state is unsure" in room.headline

    @pytest.mark.parametrize("nonsense", ["abc", "95", "-3", "1e9", "nan"])
    def test_what_is_no_distance_is_asked_again(self, nonsense: str) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.type(nonsense)
        assert "not a valid distance" in room.window.page.complaint.text()
        assert Side.LEFT not in room.kept
        room.window.page.field.clear()
        room.type("9.5")
        assert room.kept[Side.LEFT].distances_cm[0][1] == 9.5
        assert room.window.page.complaint.text() == ""

    def test_enter_alone_skips_the_distance_and_the_angle_still_counts(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.press("Return")
        assert "Trial 2 of 3" in room.headline
        assert room.window.tests[0].result.counted == 1

    def test_undo_leaves_the_last_trial_out(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.type("9")
        room.press("Ctrl+Z")
        assert "Trial 1 of 3" in room.headline
        assert len(room.kept[Side.LEFT].left_out_s) == 1

    def test_with_two_boards_both_legs_begin_and_tab_changes_between_them(self) -> None:
        room = Room(together=True)
        assert set(room.feeds) == set(Side)
        room.calibrate(Side.LEFT)
        room.calibrate(Side.RIGHT)
        room.press("Tab")
        assert room.window.page.side.text() == "RIGHT"
        room.trial(Side.RIGHT, DOWN)
        room.type("11")
        assert Side.RIGHT in room.kept
        assert Side.LEFT not in room.kept

    def test_a_board_that_vanishes_is_said_and_the_test_goes_on_when_it_is_back(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.feeds[Side.LEFT].push(frames(np.array([]), 0.0), [], health(connected=False))
        room.see()
        assert "NO DATA" in room.window.page.badge.text()
        room.trial(Side.LEFT, DOWN)
        assert "counts" in room.headline

    def test_a_trial_left_out_by_mistake_is_taken_back(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.type("9")
        room.press("Ctrl+Z")
        assert room.window.tests[0].result.counted == 0
        room.press("Ctrl+Y")
        assert room.window.tests[0].result.best_cm == 9.0

    def test_a_wrong_distance_is_typed_again(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.type("19")
        room.press("Backspace")
        assert "Trial 1 counts" in room.headline
        room.type("9")
        assert [cm for _, cm in room.kept[Side.LEFT].distances_cm] == [9.0]

    def test_trials_that_come_faster_than_the_typing_are_asked_for_one_after_the_other(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        for heel in (DOWN, UP):
            room.trial(Side.LEFT, heel)
        assert "Trial 1 counts" in room.headline
        room.type("9")
        assert "the heel came up" in room.headline
        room.type("10")
        assert [trial.distance_cm for trial in room.window.tests[0].trials] == [9.0, 10.0]

    def test_a_test_that_ends_early_says_of_how_many_trials_it_speaks(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.type("9")
        room.press("E")
        assert "Now the right leg" in room.headline
        room.press("E")
        assert "only 1 trial counts, not 3" in room.window.result.verdict.text()
        assert "Right" not in room.window.result.verdict.text()

    def test_after_the_third_trial_the_leg_may_move_as_it_likes(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        for _ in range(3):
            room.trial(Side.LEFT, DOWN)
            room.type("9")
        room.trial(Side.LEFT, UP)
        assert "Now the right leg" in room.headline
        assert len(room.window.tests[0].trials) == 3

    def test_with_two_boards_what_the_other_leg_does_meanwhile_is_no_trial_of_it(self) -> None:
        room = Room(together=True)
        room.calibrate(Side.LEFT)
        room.calibrate(Side.RIGHT)
        room.trial(Side.RIGHT, UP)
        assert "Trial 1 of 3" in room.headline
        assert len(room.kept[Side.RIGHT].left_out_s) == 1
        room.press("Tab")
        assert "Trial 1 of 3" in room.headline

    def test_a_disk_that_refuses_the_distance_is_said_and_the_test_goes_on(self) -> None:
        room = Room(disk_full=True)
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.type("9")
        room.see()
        assert "No space left" in room.window.notice.text()
        assert "Trial 2 of 3" in room.headline
        assert room.window.tests[0].result.best_cm == 9.0

    def test_letters_are_typed_into_the_field_and_are_no_keys_while_it_is_there(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.press("Q")
        room.press("E")
        assert room.closed == []
        assert room.window.page.field.text().lower() == "qe"
        room.press("Escape")
        assert room.window.page.field.text() == ""

    def test_another_look_keeps_what_was_done(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.type("9")
        room.press("D")
        assert room.window.palette_in_use is LIGHT
        assert "Trial 2 of 3" in room.headline
        assert room.window.cards[Side.LEFT].cards[0].distance.text() == "9 cm"
        room.trial(Side.LEFT, DOWN)
        room.type("10")
        assert room.window.tests[0].result.best_cm == 10.0

    def test_a_refused_calibration_is_named_and_asked_for_again(self) -> None:
        room = Room()
        refused = CalibrationReport(5.0, False, 0.2, ("heel lifted in rock 3",), (0.0, -0.2, -0.04))
        again = PhaseChange(5.0, Phase.STAND, "Stand still again")
        room.feeds[Side.LEFT].push(frames(np.arange(5) / 100, 0.0, phase=Phase.STAND), [refused, again], health())
        room.see()
        assert "heel lifted in rock 3" in room.window.guides[Side.LEFT].refusal.text()
        room.calibrate(Side.LEFT)
        assert "Trial 1 of 3" in room.headline

    def test_what_ended_the_run_is_said_over_everything(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.error = "cannot write imu.csv: No space left on device"
        room.see()
        room.see()
        assert "No space left" in room.window.failure.text.text()
        room.press("Q")
        assert room.closed == [True]

    def test_all_keys_are_shown_when_asked_for(self) -> None:
        room = Room()
        room.press("?")
        assert room.window.keys.isVisible()
        room.press("Escape")
        assert not room.window.keys.isVisible()

    def test_closing_is_told_once(self) -> None:
        room = Room()
        room.press("Q")
        room.window.close()
        assert room.closed == [True]
