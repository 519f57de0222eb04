"""The knee-to-wall test in the real window: by keyboard, with heels that lift, typing that makes no sense, and undo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6 import QtGui, QtTest

from shinsight.live.feed import LiveFeed
from shinsight.live.followed import Followed
from shinsight.live.wall_steps import LegTest
from shinsight.results import CalibrationReport, HeelState, PhaseChange, Side
from shinsight.samples import Phase
from shinsight.session_notes import SessionNotes
from shinsight.window.wall_test import WallTestWindow
from squat_frames import frames, health, squats

DOWN, UP, UNSURE = HeelState.DOWN, HeelState.UP, HeelState.UNSURE
READY = (CalibrationReport(9.0, True, 0.9, (), (0.0, -0.2, -0.04)), PhaseChange(9.0, Phase.SET, "Ready"))


class Room:
    """A person in front of the window: does trials, types."""

    def __init__(self, *, together: bool = False) -> None:
        self.feeds: dict[Side, LiveFeed] = {}
        self.kept: dict[Side, SessionNotes] = {}
        self.closed: list[bool] = []
        self.now_s = 0.0
        self.window = WallTestWindow(
            [LegTest(Side.LEFT), LegTest(Side.RIGHT)],
            begin=self.begin,
            together=together,
            zero="standing",
            on_mark=lambda: None,
            on_close=lambda: self.closed.append(True),
            clock=lambda: self.now_s,
        )
        self.window.show()
        self.done: dict[Side, int] = {}
        self.see()

    def begin(self, leg: Side) -> Followed:
        self.feeds[leg] = LiveFeed()
        return Followed(leg.value, self.feeds[leg], keep=lambda notes: self.kept.update({leg: notes}))

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
        pressed = QtGui.QKeySequence(key)[0]
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
        assert "differ by 0.0 cm, within the measurement error" in room.window.result.said.text()
        assert [cm for _, cm in room.kept[Side.LEFT].distances_cm] == [9.0, 10.0, 10.5]

    def test_a_trial_with_the_heel_up_does_not_count_and_the_next_is_to_be_nearer(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.type("9")
        room.trial(Side.LEFT, UP)
        assert "Does not count: the heel came up" in room.headline
        room.type("10")
        assert "Once more: trial 2 of 3" in room.headline
        assert "Big toe 9 cm" in room.window.page.hint.text()

    def test_an_unsure_trial_does_not_count_either(self) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, UNSURE)
        assert "Does not count: not sure of the heel" in room.headline

    @pytest.mark.parametrize("nonsense", ["abc", "95", "-3", "1e9", "nan"])
    def test_what_is_no_distance_is_asked_again(self, nonsense: str) -> None:
        room = Room()
        room.calibrate(Side.LEFT)
        room.trial(Side.LEFT, DOWN)
        room.type(nonsense)
        assert "no distance" in room.window.page.complaint.text()
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
        assert "NO DATA" in room.window.page.plate.text()
        room.trial(Side.LEFT, DOWN)
        assert "counts" in room.headline

    def test_closing_is_told_once(self) -> None:
        room = Room()
        room.press("Escape")
        room.window.close()
        assert room.closed == [True]
