"""The real window, without a screen: what a person would read on it."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from threading import Thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6 import QtGui, QtTest, QtWidgets

from keyboard import press
from shinsight.errors import DataError, SettingsError
from shinsight.results import HEEL_STATES, CalibrationReport, Event, HeelState, Notice, PhaseChange, RockDone
from shinsight.samples import Phase
from shinsight.session.notes import SessionNotes
from shinsight.view.feed import LiveFeed, LiveUpdate
from shinsight.view.ring import CAPACITY, FrameRing
from shinsight.view.sensor_view import SensorView
from shinsight.view.state import LISTED_REPS
from shinsight.window.display import why_no_window
from shinsight.window.live.live_window import LiveWindow
from shinsight.window.live.sensor_column import SensorColumn
from shinsight.window.loop import show_window
from shinsight.window.theme import DARK, LIGHT, Palette, badge_colours
from squat_frames import frames, health, packets, part, squats

DOWN, UP, UNSURE = HeelState.DOWN, HeelState.UP, HeelState.UNSURE


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def window_of(*names: str) -> tuple[LiveWindow, dict[str, LiveFeed], Clock, list[str]]:
    feeds = {name: LiveFeed() for name in names}
    clock, said = Clock(), []
    window = LiveWindow(
        [nobody(name, feed) for name, feed in feeds.items()],
        title="squat",
        on_mark=lambda: said.append("mark"),
        on_close=lambda: said.append("close"),
        clock=clock,
    )
    window.show()
    return window, feeds, clock, said


def nobody(side: str, feed: LiveFeed) -> SensorView:
    """A sensor whose notes go nowhere."""
    return SensorView(side, feed, keep=lambda _: None)


def a_window(feed: LiveFeed, closed: list[bool]) -> LiveWindow:
    return LiveWindow([nobody("left", feed)], title="t", on_mark=lambda: None, on_close=lambda: closed.append(True))


def type_into(widget: QtWidgets.QWidget, text: str) -> None:
    QtTest.QTest.keyClicks(widget, text)


def cell(table: QtWidgets.QTableWidget, row: int, column: int) -> QtWidgets.QTableWidgetItem:
    item = table.item(row, column)
    assert item is not None
    return item


def struck(column: SensorColumn, *, row: int) -> bool:
    return cell(column.table, row, 0).font().strikeOut()


def contrast(one: str, other: str) -> float:
    """Ratio of the relative luminances (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.usefixtures("qt")
class TestWindow:
    def test_before_any_data_there_is_a_dash_and_no_claim(self) -> None:
        window, _, _, _ = window_of("left")
        window.refresh()
        column = window.columns["left"]
        assert column.number.text() == "–"
        assert column.badge.text().strip("●▲? ") in ("NO DATA", "NOT READY")

    def test_a_flat_rep_shows_dorsiflexion_a_count_and_its_row(self) -> None:
        window, feeds, _, _ = window_of("left")
        block, reps = squats([DOWN, DOWN])
        feeds["left"].push(block, reps, health())
        window.refresh()
        column = window.columns["left"]
        assert column.caption.text() == "dorsiflexion"
        assert column.reps.text() == "2"
        assert column.table.rowCount() == 2
        assert cell(column.table, 0, 3).text() == "● down"

    def test_while_the_heel_is_up_the_plate_says_so_in_word_and_colour_and_no_dorsiflexion_is_claimed(self) -> None:
        window, feeds, _, _ = window_of("left")
        column = window.columns["left"]
        feeds["left"].push(frames(np.arange(50) / 100, 20.0), [], health())
        window.refresh()
        calm = column.badge.background
        up_code = 1
        feeds["left"].push(frames(0.5 + np.arange(50) / 100, 40.0, heel_code=up_code), [], health())
        window.refresh()
        assert "HEEL UP" in column.badge.text()
        assert column.badge.background != calm
        assert column.caption.text() == "inclination · heel up"

    def test_a_lifted_rep_has_a_dash_for_dorsiflexion_and_its_rise_in_steps_of_5_mm(self) -> None:
        window, feeds, _, _ = window_of("left")
        block, reps = squats([UP])
        feeds["left"].push(block, reps, health())
        window.refresh()
        row = [cell(window.columns["left"].table, 0, k).text() for k in range(7)]
        assert row[2] == "–"
        assert row[3] == "▲ up"
        assert row[4] == "35 ± 6"

    def test_the_guided_start_is_on_the_banner_with_its_refusal_and_reason(self) -> None:
        window, feeds, _, _ = window_of("left")
        events: list[Event] = [PhaseChange(0.0, Phase.ROCKS, "Rock the knee"), RockDone(1.0, 3, 5)]
        feeds["left"].push(frames(np.arange(9) / 100, 5.0, phase=Phase.ROCKS), events, health())
        window.refresh()
        column = window.columns["left"]
        assert column.instruction.text() == "Rock the knee"
        assert "Rock 3 of 5" in column.rock.text()
        refused = CalibrationReport(2.0, False, 0.0, ("heel lifted in rock 3",), (0.0, 0.0, 0.0))
        feeds["left"].push(frames(0.1 + np.arange(9) / 100, 5.0, phase=Phase.STAND), [refused], health())
        window.refresh()
        assert "refused: heel lifted in rock 3" in column.calibration.text()

    def test_two_seconds_of_silence_and_a_lost_connection_are_said(self) -> None:
        window, feeds, clock, _ = window_of("left")
        feeds["left"].push(frames(np.arange(50) / 100, 20.0), [], health())
        window.refresh()
        clock.now_s += 3.0
        window.refresh()
        column = window.columns["left"]
        assert "NO DATA" in column.badge.text()
        assert "no data for 3 s" in column.link.text()
        feeds["left"].push(frames(np.array([]), 0.0), [], health(connected=False))
        window.refresh()
        assert "connection lost" in column.link.text()

    def test_notices_are_shown(self) -> None:
        window, feeds, _, _ = window_of("left")
        notice = Notice(0.0, "saturated", "gyro at its end")
        feeds["left"].push(frames(np.arange(5) / 100, 0.0), [notice], health())
        window.refresh()
        assert "gyro at its end" in window.columns["left"].notice.text()

    def test_space_marks_once_and_closing_is_told_once(self) -> None:
        from PySide6 import QtCore, QtTest

        window, _, _, said = window_of("left")
        QtTest.QTest.keyClick(window, QtCore.Qt.Key.Key_Space)
        QtTest.QTest.keyClick(window, QtCore.Qt.Key.Key_Q)
        window.close()
        assert said == ["mark", "close"]

    def test_eight_hours_take_no_more_room_than_a_minute(self) -> None:
        window, feeds, _, _ = window_of("left")
        column = window.columns["left"]
        minute_s = np.arange(6000) / 100
        _, reps = squats([DOWN])
        rooms = set()
        for minute in range(8 * 60):
            rep = replace(reps[0], number=minute + 1, bottom_s=60.0 * minute + 2.0)
            feeds["left"].push(frames(60.0 * minute + minute_s, 10.0), [rep], health())
            if minute % 30 == 29:
                window.refresh()
                rooms.add(
                    (
                        column.sensor.ring.nbytes,
                        len(column.sensor.ring) <= CAPACITY,
                        column.table.rowCount() <= LISTED_REPS,
                    )
                )
        assert rooms == {(column.sensor.ring.nbytes, True, True)}
        assert column.reps.text() == "480"

    def test_the_curve_is_drawn_in_the_colour_of_the_heel_state_without_holes(self) -> None:
        window, feeds, _, _ = window_of("left")
        heel_code = np.repeat([0, 2, 1, 0], 25)  # down, unsure, up, down
        feeds["left"].push(frames(np.arange(100) / 100, np.arange(100.0), heel_code=heel_code), [], health())
        window.refresh()
        drawn = {heel: np.isfinite(c.yData) for heel, c in window.columns["left"].curve.curves.items()}
        for code, heel in enumerate(HEEL_STATES):
            assert drawn[heel][heel_code == code].all()
        # A line between two samples is there when one curve has both ends; every one of the 99 must be.
        joined = np.any([d[:-1] & d[1:] for d in drawn.values()], axis=0)
        assert joined.all()
        colours = {c.opts["pen"].color().name() for c in window.columns["left"].curve.curves.values()}
        assert len(colours) == 3

    def test_f11_fills_the_screen_and_escape_leaves_it(self) -> None:
        from PySide6 import QtCore, QtTest

        window, _, _, said = window_of("left")
        QtTest.QTest.keyClick(window, QtCore.Qt.Key.Key_F11)
        assert window.isFullScreen()
        QtTest.QTest.keyClick(window, QtCore.Qt.Key.Key_Escape)
        assert not window.isFullScreen()
        assert said == []

    def test_a_held_space_bar_is_one_mark(self) -> None:
        from PySide6 import QtCore

        window, _, _, said = window_of("left")
        for repeated in (False, True, True):
            press = QtCore.QEvent.Type.KeyPress
            no_modifier = QtCore.Qt.KeyboardModifier.NoModifier
            window.keyPressEvent(QtGui.QKeyEvent(press, QtCore.Qt.Key.Key_Space, no_modifier, " ", repeated))
        assert said == ["mark"]

    def test_a_number_wider_than_usual_is_drawn_smaller_and_not_cut(self) -> None:
        window, feeds, _, _ = window_of("left")
        feeds["left"].push(frames(np.arange(5) / 100, -24.0), [], health())
        window.refresh()
        number = window.columns["left"].number
        assert number.text() == "−24°"
        assert number.fontMetrics().horizontalAdvance(number.text()) <= number.width()

    def test_two_sensors_stand_side_by_side_each_with_its_own_leg(self) -> None:
        window, feeds, _, _ = window_of("left", "right")
        feeds["left"].push(frames(np.arange(5) / 100, 12.0), [], health())
        feeds["right"].push(frames(np.arange(5) / 100, 34.0), [], health(name="right"))
        window.refresh()
        left, right = window.columns["left"], window.columns["right"]
        assert (left.side.text(), left.number.text()) == ("LEFT", "12°")
        assert (right.side.text(), right.number.text()) == ("RIGHT", "34°")
        assert left.geometry().right() < right.geometry().left()

    def test_a_board_that_restarts_starts_a_new_curve(self) -> None:
        window, feeds, _, _ = window_of("left")
        feeds["left"].push(frames(500.0 + np.arange(300) / 100, 12.0), [], health())
        window.refresh()
        feeds["left"].push(frames(np.arange(100) / 100, 20.0), [], health())
        window.refresh()
        assert len(window.columns["left"].sensor.ring) == 100

    def test_a_thread_may_push_while_the_window_draws(self) -> None:
        window, feeds, _, _ = window_of("left")
        block, reps = squats([DOWN, UP, DOWN])
        said = {0: reps[:1], 800: reps[1:2], 1100: reps[2:]}

        def read() -> None:
            for k, piece in enumerate(packets(block)):
                feeds["left"].push(piece, said.get(k * 10, []), health())

        reader = Thread(target=read)
        reader.start()
        while reader.is_alive():
            window.refresh()
        reader.join()
        window.refresh()
        assert window.columns["left"].reps.text() == "3"

    def test_the_loop_ends_with_the_run(self) -> None:
        closed: list[bool] = []
        feed = LiveFeed()
        show_window(lambda: a_window(feed, closed), until=lambda: True)
        assert closed == [True]

    def test_an_error_while_drawing_reaches_the_caller_and_ends_the_window(self) -> None:
        class Broken(LiveFeed):
            def take(self) -> LiveUpdate:
                raise RuntimeError("broken feed")

        closed: list[bool] = []
        with pytest.raises(RuntimeError, match="broken feed"):
            show_window(lambda: a_window(Broken(), closed))
        assert closed == [True]

    def test_ctrl_c_closes_the_window_and_is_told(self) -> None:
        def until() -> bool:
            signal.raise_signal(signal.SIGINT)
            return False

        before = signal.getsignal(signal.SIGINT)
        closed: list[bool] = []
        with pytest.raises(KeyboardInterrupt):
            show_window(lambda: a_window(LiveFeed(), closed), until=until)
        assert closed == [True]
        assert signal.getsignal(signal.SIGINT) is before

    def test_a_rep_is_left_out_and_taken_back_with_the_keys(self) -> None:
        window, feeds, _, _ = window_of("left")
        _, reps = squats([DOWN, DOWN, UP])
        feeds["left"].push(frames(np.arange(5) / 100, 0.0), reps, health())
        window.refresh()
        column = window.columns["left"]
        press(window, "Down", "Down", "Delete")
        assert column.sensor.editor.notes.left_out_s == (reps[1].bottom_s,)
        assert column.reps.text() == "2"
        assert struck(column, row=1)
        assert not struck(column, row=0)
        press(window, "Delete")
        assert column.reps.text() == "3"
        assert not struck(column, row=1)

    def test_undo_goes_back_one_change_at_a_time(self) -> None:
        window, feeds, _, _ = window_of("left")
        _, reps = squats([DOWN, DOWN])
        feeds["left"].push(frames(np.arange(5) / 100, 0.0), reps, health())
        window.refresh()
        column = window.columns["left"]
        press(window, "Down", "Delete", "Down", "Delete")
        assert column.reps.text() == "0"
        press(window, "Ctrl+Z")
        assert column.reps.text() == "1"
        press(window, "Ctrl+Z", "Ctrl+Z")
        assert column.reps.text() == "2"

    def test_with_two_boards_tab_says_whose_rep_is_meant(self) -> None:
        window, feeds, _, _ = window_of("left", "right")
        _, reps = squats([DOWN, DOWN])
        for feed in feeds.values():
            feed.push(frames(np.arange(5) / 100, 0.0), reps, health())
        window.refresh()
        press(window, "Tab", "Delete")
        assert [window.columns[leg].reps.text() for leg in ("left", "right")] == ["2", "1"]

    def test_notes_and_pain_are_typed_while_the_session_goes_on_and_kept_for_every_leg(self) -> None:
        window, feeds, _, _ = window_of("left", "right")
        press(window, "N")
        assert window.notes.isVisible()
        type_into(window.notes.text, "tight calf, 20 kg")
        press(window.notes.text, "Alt+3")
        feeds["left"].push(frames(np.arange(5) / 100, 12.0), [], health())
        window.refresh()
        assert window.columns["left"].number.text() == "12°"
        press(window.notes.text, "Ctrl+Return")
        assert not window.notes.isVisible()
        for sensor in window.sensors:
            assert (sensor.editor.notes.text, sensor.editor.notes.pain) == ("tight calf, 20 kg", 3)

    def test_notes_that_are_left_with_escape_stay_as_they_were(self) -> None:
        window, _, _, _ = window_of("left")
        press(window, "N")
        type_into(window.notes.text, "oops")
        press(window.notes.text, "Escape")
        assert window.sensors[0].editor.notes == SessionNotes()

    def test_a_disk_that_refuses_the_notes_is_said_and_the_session_goes_on(self) -> None:
        def refuse(_: SessionNotes) -> None:
            raise DataError("cannot write notes.json: No space left on device")

        feed = LiveFeed()
        window = LiveWindow([SensorView("left", feed, keep=refuse)], title="t", on_mark=print, on_close=lambda: None)
        _, reps = squats([DOWN])
        feed.push(frames(np.arange(5) / 100, 0.0), reps, health())
        window.refresh()
        press(window, "Down", "Delete")
        window.refresh()
        assert "No space left" in window.columns["left"].notice.text()
        assert window.columns["left"].reps.text() == "0"

    def test_another_look_keeps_reps_curve_and_what_was_said(self) -> None:
        window, feeds, _, _ = window_of("left")
        block, reps = squats([DOWN, UP])
        feeds["left"].push(block, reps, health())
        window.refresh()
        press(window, "Down", "Delete", "D")
        assert window.palette_in_use is LIGHT
        column = window.columns["left"]
        assert column.table.rowCount() == 2
        assert struck(column, row=0)
        assert column.reps.text() == "1"
        assert np.isfinite(column.curve.curves[DOWN].yData).any()
        press(window, "D")
        assert window.palette_in_use is DARK

    def test_the_target_band_moves_with_the_brackets(self) -> None:
        window, _, _, _ = window_of("left")
        press(window, "]", "]", "[")
        assert "31–39°" in window.columns["left"].curve.target_text

    def test_the_keys_are_shown_when_asked_for(self) -> None:
        window, _, _, _ = window_of("left")
        press(window, "?")
        assert window.keys.isVisible()
        press(window, "?")
        assert not window.keys.isVisible()

    @pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
    def test_words_on_every_heel_plate_can_be_read(self, palette: Palette) -> None:
        for background, text in badge_colours(palette).values():
            assert contrast(background, text) >= 4.5  # WCAG 2.2, 1.4.3

    def test_a_target_band_the_wrong_way_round_is_refused(self) -> None:
        with pytest.raises(SettingsError, match="lower end first"):
            LiveWindow([nobody("l", LiveFeed())], title="t", target_deg=(38, 30), on_mark=print, on_close=print)


def test_the_hand_over_needs_no_qt() -> None:
    code = "import shinsight.view.feed, sys; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_stalled_drawer_loses_old_frames_and_no_reps() -> None:
    feed = LiveFeed(keep_s=10.0)
    block, reps = squats([DOWN] * 30)
    for piece, rep in zip(packets(block, size=400), reps, strict=True):
        feed.push(piece, [rep], health())
    update = feed.take()
    assert len(update.events) == 30
    assert update.frames.t_s[-1] - update.frames.t_s[0] <= 15.0
    assert feed.take().events == ()


@given(cuts=st.lists(st.integers(1, 90), min_size=1, max_size=30), span_s=st.floats(0.0, 2.0))
def test_however_the_frames_come_the_ring_gives_the_newest_stretch(cuts: list[int], span_s: float) -> None:
    ring = FrameRing(capacity=100)
    t_s = np.arange(sum(cuts)) / 100
    block = frames(t_s, t_s)
    start = 0
    for cut in cuts:
        ring.extend(part(block, slice(start, start + cut)))
        start += cut
    kept = block.t_s[-100:]
    got_t_s, got_rad, got_code = ring.latest(span_s)
    expected = kept >= kept[-1] - span_s
    np.testing.assert_array_equal(got_t_s, kept[expected])
    np.testing.assert_array_equal(got_rad, block.inclination_rad[-100:][expected])
    assert len(got_code) == len(got_t_s)


def test_without_a_display_the_reason_names_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert "DISPLAY" in str(why_no_window())
    assert "text view" in str(why_no_window())


def test_a_feed_that_keeps_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match="keep_s"):
        LiveFeed(keep_s=0.0)


def test_a_board_that_restarts_does_not_keep_its_old_frames_waiting() -> None:
    feed = LiveFeed(keep_s=10.0)
    feed.push(frames(5000.0 + np.arange(300) / 100, 0.0), [], health())
    for second in range(30):
        feed.push(frames(second + np.arange(100) / 100, 0.0), [], health())
    t_s = feed.take().frames.t_s
    assert t_s.min() >= 18.0
    assert t_s.max() < 30.0
