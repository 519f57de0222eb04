"""The real window, without a screen: what a person would read on it."""

from __future__ import annotations

import subprocess
import sys
from threading import Thread

import numpy as np
import pytest

from shinsight.errors import SettingsError
from shinsight.results import CalibrationReport, HeelState, Notice, PhaseChange, RockDone
from shinsight.samples import Phase
from shinsight.sinks.live.feed import LiveFeed
from shinsight.sinks.live.window import LiveWindow, run_window
from sinks.squat_frames import frames, health, packets, squats

DOWN, UP, UNSURE = HeelState.DOWN, HeelState.UP, HeelState.UNSURE


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def window_of(*names: str) -> tuple[LiveWindow, dict[str, LiveFeed], Clock, list[str]]:
    feeds = {name: LiveFeed() for name in names}
    clock, said = Clock(), []
    window = LiveWindow(
        feeds,
        title="squat",
        on_mark=lambda: said.append("mark"),
        on_close=lambda: said.append("close"),
        clock=clock,
    )
    window.show()
    return window, feeds, clock, said


@pytest.mark.usefixtures("qt")
class TestWindow:
    def test_before_any_data_there_is_a_dash_and_no_claim(self) -> None:
        window, _, _, _ = window_of("left")
        window.refresh()
        column = window.columns["left"]
        assert column.number.text() == "–"
        assert column.plate.text().strip("●▲? ") in ("NO DATA", "NOT READY")

    def test_a_flat_rep_shows_dorsiflexion_a_count_and_its_row(self) -> None:
        window, feeds, _, _ = window_of("left")
        block, reps = squats([DOWN, DOWN])
        feeds["left"].push(block, reps, health())
        window.refresh()
        column = window.columns["left"]
        assert column.caption.text() == "dorsiflexion"
        assert column.reps.text() == "2"
        assert column.table.rowCount() == 2
        assert column.table.item(0, 3).text() == "● down"

    def test_while_the_heel_is_up_the_plate_says_so_in_word_and_colour_and_no_dorsiflexion_is_claimed(self) -> None:
        window, feeds, _, _ = window_of("left")
        column = window.columns["left"]
        feeds["left"].push(frames(np.arange(50) / 100, 20.0), [], health())
        window.refresh()
        calm = column.plate.background
        up_code = 1
        feeds["left"].push(frames(0.5 + np.arange(50) / 100, 40.0, heel_code=up_code), [], health())
        window.refresh()
        assert "HEEL UP" in column.plate.text()
        assert column.plate.background != calm
        assert column.caption.text() == "inclination · heel up"

    def test_a_lifted_rep_has_a_dash_for_dorsiflexion_and_its_rise_in_steps_of_5_mm(self) -> None:
        window, feeds, _, _ = window_of("left")
        block, reps = squats([UP])
        feeds["left"].push(block, reps, health())
        window.refresh()
        row = [window.columns["left"].table.item(0, k).text() for k in range(7)]
        assert row[2] == "–"
        assert row[3] == "▲ up"
        assert row[4] == "35 ± 6"

    def test_the_guided_start_is_on_the_banner_with_its_refusal_and_reason(self) -> None:
        window, feeds, _, _ = window_of("left")
        events = [PhaseChange(0.0, Phase.ROCKS, "Rock the knee"), RockDone(1.0, 3, 5)]
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
        assert "NO DATA" in column.plate.text()
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
        window, feeds, _, _ = window_of("left", "right")
        sizes = []
        for hour in range(8):
            for minute in range(0, 60, 20):
                t_s = hour * 3600.0 + minute * 60.0 + np.arange(6000) / 100
                for feed in feeds.values():
                    feed.push(frames(t_s, 10.0), [], health())
            window.refresh()
            ring = window.columns["left"].ring
            sizes.append(sum(v.nbytes for v in vars(ring).values() if isinstance(v, np.ndarray)))
        assert len(set(sizes)) == 1

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
        run_window(
            {"left": feed}, title="t", on_mark=lambda: None, on_close=lambda: closed.append(True), until=lambda: True
        )
        assert closed == [True]

    def test_a_target_band_the_wrong_way_round_is_refused(self) -> None:
        with pytest.raises(SettingsError, match="lower end first"):
            LiveWindow({"l": LiveFeed()}, title="t", target_deg=(38, 30), on_mark=print, on_close=print)


def test_the_hand_over_needs_no_qt() -> None:
    code = "import shinsight.sinks.live.feed, sys; sys.exit('PySide6' in sys.modules)"
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
