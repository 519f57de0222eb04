"""A recorded session in the real window: any moment forward and back, measured again, noted, kept as a picture."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6 import QtCore, QtGui, QtTest, QtWidgets

from full_disk import disk_with_room_for
from keyboard import press
from shinsight.acquisition.runner import Runner
from shinsight.analysis.analysis import analyze
from shinsight.cli.replay import replay
from shinsight.errors import DataError, SettingsError
from shinsight.pipeline.measurement import Outcome
from shinsight.pipeline.settings import Overrides, PipelineSettings
from shinsight.results import HeelState, Side
from shinsight.session.csv_tables import read_reps
from shinsight.session.folder import open_session
from shinsight.session.notes import SessionNotes, read_notes
from shinsight.stream.link_health import LinkHealth
from shinsight.transport.simulated import SimLink, SimOptions
from shinsight.view.feed import LiveFeed
from shinsight.view.rep_differences import rep_differences
from shinsight.view.replay_session import ReplaySession, legs_in
from shinsight.view.replay_timeline import ReplayTimeline
from shinsight.view.replay_view import ReplayView
from shinsight.view.sensor_view import SensorView
from shinsight.window.live.curve import SPAN_S
from shinsight.window.live.sensor_column import SensorColumn
from shinsight.window.replay.replay_window import SPEEDS, ReplayWindow
from shinsight.window.theme import DARK, LIGHT
from window.live.test_live_window import cell

UP, DOWN, UNSURE = HeelState.UP, HeelState.DOWN, HeelState.UNSURE
NOTHING = Overrides()
Moments = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=3)


class Clock:
    now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


def record(folder: Path, side: Side, **leg: Any) -> Path:
    """A simulated set of four squats on disk, of which some lift the heel."""
    link = SimLink(SimOptions(exercise="squat", side=side.value, reps=4, rate_hz=60.0, speed=0.0, **leg))
    Runner(link, settings=PipelineSettings(side=side), name=side.value, record_to=folder, views=[]).run()
    return folder


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = tmp_path_factory.mktemp("sessions")
    record(room / "left", Side.LEFT, heel_lift_mm=30.0, seed=1)
    record(room / "right", Side.RIGHT, seed=4)
    return room


@pytest.fixture
def session(recorded: Path, tmp_path: Path) -> Path:
    """A copy that a test may write into."""
    return Path(shutil.copytree(recorded / "left", tmp_path / "session"))


@cache
def measured_once(*paths: Path) -> ReplaySession:
    return ReplaySession(paths, overrides=NOTHING)


def opened(*paths: Path, speed: float = 1.0, clock: Callable[[], float] | None = None) -> ReplayWindow:
    legs = measured_once(*paths)
    window = ReplayWindow(
        [
            ReplayView(leg.timeline, keep=leg.editor._keep, notes=leg.editor.notes)  # noqa: SLF001
            for leg in legs.views
        ],
        title=legs.title,
        measure=legs.measure,
        folder=legs.folder,
        speed=speed,
        clock=clock or Clock(),
    )
    window.show()
    window.refresh()
    return window


def paused(*paths: Path) -> ReplayWindow:
    window = opened(*paths)
    press(window, "Space")
    return window


def keys(window: ReplayWindow, *names: str) -> None:
    press(window, *names)
    window.refresh()


def screen(column: SensorColumn) -> dict[str, Any]:
    """Everything a person reads in a column."""
    table = column.table
    labels = (column.side, column.instruction, column.rock, column.calibration, column.caption, column.notice)
    guide = column.guide
    return {
        "labels": [
            label.text()
            for label in (*labels, column.number, column.badge, column.reps, column.link)
            if label.isVisibleTo(column)
        ],
        "guided": guide.isVisibleTo(column),
        "guide": [label.text() for label in guide.findChildren(QtWidgets.QLabel)] if guide.isVisibleTo(column) else [],
        "table": [
            [cell(table, row, at).text() for at in range(table.columnCount())] for row in range(table.rowCount())
        ],
        "curve": {
            heel: [str(values[-100:]) for values in curve.getData() if values is not None]
            for heel, curve in column.curve.curves.items()
        },
    }


def seen_at(window: ReplayWindow, at_s: float) -> list[dict[str, Any]]:
    window.seek(at_s)
    window.refresh()
    return [screen(column) for column in window.columns.values()]


def live_at(path: Path, at_s: float) -> SensorColumn:
    """What the live view shows when it has seen everything up to that moment, and nothing else."""
    feed = LiveFeed()
    sensor = SensorView("left", feed, keep=lambda _: None)
    column = SensorColumn(sensor, target_deg=(30.0, 38.0), wide=True, palette=DARK)
    now_s = 0.0

    def on_outcome(outcome: Outcome, health: LinkHealth) -> None:
        nonlocal now_s
        until = outcome.frames.t_s[-1] if len(outcome.frames) else now_s
        if until <= at_s + 1e-9 and not (now_s and until == now_s):
            now_s = float(until)
            feed.push(outcome.frames, outcome.events, health)
            sensor.refresh(now_s)

    analyze(path, overrides=NOTHING, on_outcome=on_outcome)
    column.curve.fit_range(sensor.ring.latest(SPAN_S)[1])
    column.refresh(now_s)
    return column


# ---- going to a moment


def test_what_is_shown_at_a_moment_is_what_the_live_view_showed_then(qt: object, recorded: Path) -> None:
    window = paused(recorded / "left")
    for at_s, _ in window.legs[0].timeline.verdicts:
        (shown,) = seen_at(window, at_s)
        live = screen(live_at(recorded / "left", at_s))
        assert shown["table"] == live["table"]
        assert shown["guided"] == live["guided"]
        assert shown["curve"] == live["curve"]
        assert shown["labels"][:-1] == live["labels"][:-1]  # the link line is renewed twice a second


def test_wherever_one_comes_from_a_moment_looks_the_same(qt: object, recorded: Path) -> None:
    window, straight = paused(recorded / "left", recorded / "right"), paused(recorded / "left", recorded / "right")
    first_s, last_s = window.bar.span_s

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(Moments)
    def same(way: Sequence[float]) -> None:
        for part in way:
            shown = seen_at(window, first_s + part * (last_s - first_s))
        seen_at(straight, first_s)
        assert seen_at(straight, window.at_s) == shown

    same()


def test_heights_in_the_curve_are_the_same_at_every_moment(qt: object, recorded: Path) -> None:
    leg = measured_once(recorded / "left").views[0].timeline
    deep = replace(leg.frames, inclination_rad=leg.frames.inclination_rad * 4.0)
    timeline = ReplayTimeline(leg.analysis, frames=deep, events=(), known_s=(), healths=())
    window = ReplayWindow(
        [ReplayView(timeline, keep=lambda _: None, notes=SessionNotes())],
        title="",
        measure=lambda *_: (),
        folder=recorded,
    )
    (plot,) = window.columns["left"].curve.findChildren(pg.PlotWidget)
    heights = []
    for part in (0.0, 1.0, 0.0):
        seen_at(window, part * window.bar.span_s[1])
        heights.append(plot.viewRange()[1])
    assert heights[0] == heights[1] == heights[2]
    assert heights[0][1] > np.degrees(np.nanmax(deep.inclination_rad))


def test_playing_to_a_moment_shows_what_going_there_shows(qt: object, recorded: Path) -> None:
    clock = Clock()
    played, gone = opened(recorded / "left", clock=clock), paused(recorded / "left")
    for _ in range(60):
        clock.now_s += 0.5
        played.refresh()
    assert played.at_s == pytest.approx(30.0)
    assert [screen(column) for column in played.columns.values()] == seen_at(gone, played.at_s)


def test_a_rep_is_not_known_before_its_verdict_was_said_and_forgotten_again_on_the_way_back(
    qt: object, recorded: Path
) -> None:
    window = paused(recorded / "left")
    (column,) = window.columns.values()
    for number, (known_s, rep) in enumerate(window.legs[0].timeline.verdicts, start=1):
        assert known_s >= rep.end_s
        seen_at(window, known_s)
        assert cell(column.table, 0, 0).text() == str(number)
        seen_at(window, known_s - 0.02)
        assert column.table.rowCount() == number - 1
        assert column.reps.text() == str(number - 1)


def test_space_plays_and_pauses_and_speed_is_eight_times_at_most(qt: object, recorded: Path) -> None:
    clock = Clock()
    window = opened(recorded / "left", clock=clock)
    clock.now_s += 2.0
    window.refresh()
    assert window.at_s == pytest.approx(2.0)
    keys(window, "Space")
    clock.now_s += 5.0
    window.refresh()
    assert window.at_s == pytest.approx(2.0)
    assert "❚❚" in window.playing_words.text()
    keys(window, *(["."] * 9), "Space")
    assert window.speed == SPEEDS[-1] == 8.0
    clock.now_s += 1.0
    window.refresh()
    assert window.at_s == pytest.approx(10.0)
    keys(window, *([","] * 9))
    assert window.speed == SPEEDS[0] == 0.25


def test_it_stops_at_the_end_and_begins_again_from_there(qt: object, recorded: Path) -> None:
    clock = Clock()
    window = opened(recorded / "left", clock=clock)
    clock.now_s += 1000.0
    window.refresh()
    assert (window.playing, window.at_s) == (False, window.bar.span_s[1])
    keys(window, "Space")
    assert window.playing
    assert window.at_s == window.bar.span_s[0]


def test_speed_0_begins_paused_at_the_end(qt: object, recorded: Path) -> None:
    window = opened(recorded / "left", speed=0.0)
    assert not window.playing
    assert window.at_s == window.bar.span_s[1]
    assert next(iter(window.columns.values())).table.rowCount() == 4


def test_arrows_go_by_a_second_and_with_shift_by_a_rep(qt: object, recorded: Path) -> None:
    window = paused(recorded / "left")
    moments = [at_s for at_s, _ in window.legs[0].timeline.verdicts]
    keys(window, "Home", "Right", "Right", "Left")
    assert window.at_s == pytest.approx(1.0)
    visited = []
    for _ in moments:
        keys(window, "Shift+Right")
        visited.append(window.at_s)
    assert visited == moments
    keys(window, "Shift+Right", "Shift+Left")
    assert window.at_s == moments[-2]
    keys(window, "End")
    assert window.at_s == window.bar.span_s[1]
    keys(window, "Shift+Left")
    assert window.at_s == moments[-1]


def test_dragging_the_bar_goes_to_the_moment_under_the_pointer(qt: object, recorded: Path) -> None:
    window = paused(recorded / "left")
    bar = window.bar
    for part in (0.75, 0.25, 0.5):
        x = round(bar.x_of(bar.span_s[0]) * (1 - part) + bar.x_of(bar.span_s[1]) * part)
        QtTest.QTest.mouseClick(bar, QtCore.Qt.MouseButton.LeftButton, pos=QtCore.QPoint(x, 30))
        assert window.at_s == pytest.approx(bar.span_s[1] * part, abs=bar.span_s[1] / bar.width() * 1.5)
    beyond = QtCore.QPoint(bar.width() - 1, 30)
    QtTest.QTest.mouseClick(bar, QtCore.Qt.MouseButton.LeftButton, pos=beyond)
    assert window.at_s == bar.span_s[1]


def test_the_bar_tells_a_lifted_heel_by_hatching_and_a_sign_and_what_is_to_come_is_dimmed(
    qt: object, recorded: Path
) -> None:
    window = paused(recorded / "left")
    start_s, end_s = window.bar.span_s
    seen_at(window, end_s)
    at_end = window.bar.grab().toImage()
    seen_at(window, start_s)
    at_start = window.bar.grab().toImage()
    _, lifted = next(pair for pair in window.legs[0].timeline.verdicts if pair[1].heel is UP)
    x = round(window.bar.x_of(lifted.bottom_s))

    def most_orange(image: QtGui.QImage) -> int:
        colours = [image.pixelColor(at, y) for at in range(x - 6, x + 6) for y in range(20)]
        return max(colour.red() - colour.blue() for colour in colours)

    assert most_orange(at_end) > 120
    assert 40 < most_orange(at_start) < most_orange(at_end)


# ---- what a person says


def test_a_rep_left_out_is_kept_on_disk_and_left_out_when_the_session_is_opened_again(
    qt: object, session: Path
) -> None:
    window = paused(session)
    keys(window, "Home", "Shift+Right", "Shift+Right", "Delete")
    chosen = window.legs[0].timeline.verdicts[1][1]
    assert not read_notes(session).keeps(chosen)
    measured_once.cache_clear()
    again = paused(session)
    keys(again, "End")
    (column,) = again.columns.values()
    assert cell(column.table, 2, 0).font().strikeOut()
    assert column.reps.text() == "3"
    keys(window, "Ctrl+Z")
    assert read_notes(session) == SessionNotes()


def test_a_rep_left_out_does_not_count_from_when_it_is_known_on(qt: object, session: Path) -> None:
    window = paused(session)
    keys(window, "End", "Shift+Left", "Delete")
    (column,) = window.columns.values()
    assert column.reps.text() == "3"
    keys(window, "Shift+Left")
    assert column.reps.text() == "3"
    keys(window, "Shift+Left")
    assert column.reps.text() == "2"


def test_notes_are_kept_beside_the_session(qt: object, session: Path) -> None:
    window = paused(session)
    keys(window, "N")
    QtTest.QTest.keyClicks(window.notes.text, "second week")
    QtTest.QTest.keyClick(window.notes.text, QtCore.Qt.Key.Key_Return, QtCore.Qt.KeyboardModifier.ControlModifier)
    assert read_notes(session).text == "second week"


def test_a_disk_that_refuses_notes_is_said_at_every_moment_from_then_on(qt: object, session: Path) -> None:
    window = paused(session)
    keys(window, "End", "Shift+Left")
    shutil.rmtree(session)
    keys(window, "Delete")
    (column,) = window.columns.values()
    assert "cannot write" in column.notice.text()
    keys(window, "Shift+Left")
    assert "cannot write" in column.notice.text()


# ---- measured again


def measured_again(window: ReplayWindow) -> None:
    deadline_s = time.monotonic() + 60.0
    while window.progress.isVisible() or window.answer.text().endswith("…"):
        assert time.monotonic() < deadline_s
        time.sleep(0.02)  # Qt's own wait would keep the other thread from its work
        window.refresh()


def test_other_thresholds_change_verdicts_and_the_window_says_which(qt: object, recorded: Path) -> None:
    window = paused(recorded / "right")
    keys(window, "End")
    before = window.legs[0].timeline.analysis.reps
    panel = window.thresholds
    keys(window, "T")
    assert panel.isVisible()
    assert [field.value() for field in panel.percents.values()] == [50, 35, 75, 34]
    panel.percents["up_from"].setValue(99)
    panel.percents["down_to"].setValue(1)
    QtTest.QTest.keyClick(panel.percents["up_from"], QtCore.Qt.Key.Key_Return)
    measured_again(window)
    after = window.legs[0].timeline.analysis.reps
    changed = rep_differences(before, after).verdicts
    assert changed
    assert {change.after.heel for change in changed if change.after is not None} == {UNSURE}
    for change in changed:
        assert change.after is not None
        assert f"Rep {change.after.number}:" in window.differences.text.text()
    assert "rep: heel up from 50 % → 99 %" in window.answer.text()
    (column,) = window.columns.values()
    heels = [cell(column.table, row, 3).text() for row in range(column.table.rowCount())]
    assert heels == [{UP: "▲ up", DOWN: "● down", UNSURE: "? unsure"}[rep.heel] for rep in reversed(after)]


def test_measuring_again_as_it_was_finds_the_same_and_says_so(qt: object, recorded: Path) -> None:
    window = paused(recorded / "left")
    before = window.legs[0].timeline.analysis
    keys(window, "T")
    QtTest.QTest.keyClick(window.thresholds.exercise, QtCore.Qt.Key.Key_Return)
    measured_again(window)
    after = window.legs[0].timeline.analysis
    assert after is not before
    assert (after.settings, after.reps) == (before.settings, before.reps)
    assert window.differences.text.text() == "No verdict changed: 4 reps as before"
    keys(window, "Esc")
    assert not window.differences.isVisible()


def test_nothing_recorded_is_touched_by_measuring_again(qt: object, session: Path) -> None:
    before = {path.name: path.read_bytes() for path in session.iterdir()}
    window = paused(session)
    window.measure_again(Overrides(exercise="lunge", slope_rad=0.2))
    measured_again(window)
    assert window.legs[0].exercise == "lunge"
    assert {path.name: path.read_bytes() for path in session.iterdir()} == before


def test_a_slope_moves_the_heel_down_angles_and_the_window_says_by_how_much(qt: object, recorded: Path) -> None:
    window = paused(recorded / "left")
    keys(window, "T")
    window.thresholds.slope_deg.setValue(10.0)
    QtTest.QTest.keyClick(window.thresholds.slope_deg, QtCore.Qt.Key.Key_Return)
    measured_again(window)
    assert "by up to 10°" in window.differences.text.text()
    assert "slope 0° → 10°" in window.answer.text()


def test_thresholds_that_contradict_each_other_are_refused_in_the_panel(qt: object, recorded: Path) -> None:
    window = paused(recorded / "left")
    keys(window, "T")
    window.thresholds.percents["down_to"].setValue(60)
    QtTest.QTest.keyClick(window.thresholds.exercise, QtCore.Qt.Key.Key_Return)
    assert window.thresholds.isVisible()
    assert "down up to 60 % and up from 50 %" in window.thresholds.complaint.text()
    QtTest.QTest.keyClick(window.thresholds.exercise, QtCore.Qt.Key.Key_Escape)
    assert not window.thresholds.isVisible()


def test_no_key_typed_into_a_panel_reaches_the_window(qt: object, recorded: Path) -> None:
    window = paused(recorded / "left")
    keys(window, "T")
    for name in ("Home", "D", "Q", "E"):
        press(window.thresholds.side, name)
    assert window.isVisible()
    assert window.palette_in_use is DARK
    assert not window.export.isVisible()


def test_closing_the_window_ends_a_measurement_under_way(qt: object, recorded: Path) -> None:
    window = paused(recorded / "left")
    window.measure_again(NOTHING)
    window.close()
    assert window._work is None  # noqa: SLF001


# ---- pictures


def test_a_picture_of_the_whole_session_is_kept_in_its_folder_and_the_next_beside_it(qt: object, session: Path) -> None:
    window = paused(session)
    for name in ("session.png", "session-2.png"):
        keys(window, "E")
        QtTest.QTest.keyClick(window.export.path, QtCore.Qt.Key.Key_Return)
        assert str(session / name) in window.answer.text()
        image = QtGui.QImage(str(session / name))
        assert image.width() == 1600
        assert len({image.pixel(x, 450) for x in range(0, 1600, 3)}) > 3


def test_a_picture_never_replaces_a_file(qt: object, session: Path) -> None:
    window = paused(session)
    keys(window, "E")
    taken = session / "mine.png"
    taken.write_text("a photo")
    window.export.path.setText(str(taken))
    QtTest.QTest.keyClick(window.export.path, QtCore.Qt.Key.Key_Return)
    assert window.export.isVisible()
    assert "not overwritten" in window.export.complaint.text()
    assert taken.read_text() == "a photo"


def test_a_picture_of_another_kind_is_refused_and_no_file_is_left(qt: object, session: Path) -> None:
    window = paused(session)
    with pytest.raises(SettingsError, match=r"expected \.png or \.svg"):
        window.export_image("whole", session / "curve.pdf")
    assert not (session / "curve.pdf").exists()


def test_a_full_disk_is_said_in_the_panel_and_leaves_no_stub(qt: object, session: Path) -> None:
    window = paused(session)
    keys(window, "E")
    with disk_with_room_for(1000):
        QtTest.QTest.keyClick(window.export.path, QtCore.Qt.Key.Key_Return)
    assert "cannot write" in window.export.complaint.text()
    assert not (session / "session.png").exists()


def test_an_svg_holds_both_legs_as_text_and_lines(qt: object, recorded: Path, tmp_path: Path) -> None:
    window = paused(recorded / "left", recorded / "right")
    window.export_image("whole", tmp_path / "both.svg")
    drawn = (tmp_path / "both.svg").read_text()
    assert drawn.startswith("<?xml")
    assert "left leg" in drawn
    assert "right leg" in drawn
    assert drawn.count("<polyline") > 4


def test_a_picture_of_the_window_shows_the_moment_without_the_panel(qt: object, session: Path) -> None:
    window = paused(session)
    plain = window.grab().toImage()
    keys(window, "E")
    window.export_image("window", session / "now.png")
    kept = QtGui.QImage(str(session / "now.png"))
    assert kept.size() == plain.size()
    assert kept.pixel(640, 360) == plain.pixel(640, 360)


# ---- what can be opened


def test_light_and_dark_keep_the_moment(qt: object, recorded: Path) -> None:
    window = paused(recorded / "left")
    keys(window, "End", "D")
    assert window.palette_in_use is LIGHT
    assert next(iter(window.columns.values())).table.rowCount() == 4


def test_both_legs_stand_left_and_right_on_one_clock(qt: object, recorded: Path) -> None:
    window = paused(recorded / "right", recorded / "left")
    assert list(window.columns) == ["left", "right"]
    left, right = (open_session(recorded / side).clock for side in ("left", "right"))
    assert left is not None
    assert right is not None
    legs = window.legs
    apart_s = right.t0_unix_s - left.t0_unix_s
    assert legs[1].timeline.at_s(0.0) - legs[0].timeline.at_s(0.0) == pytest.approx(apart_s, abs=1e-5)


def test_two_sessions_of_other_times_begin_together_and_that_is_said(
    qt: object, recorded: Path, tmp_path: Path
) -> None:
    later = Path(shutil.copytree(recorded / "right", tmp_path / "right"))
    about = json.loads((later / "session.json").read_text())
    about["clock"]["t0_unix_s"] += 86400.0
    (later / "session.json").write_text(json.dumps(about))
    window = paused(recorded / "left", later)
    assert [leg.timeline.first_s for leg in window.legs] == [0.0, 0.0]
    assert "not recorded at the same time" in window.columns["left"].notice.text()


def test_two_sessions_of_one_leg_are_refused(recorded: Path) -> None:
    with pytest.raises(SettingsError, match="both sessions are of the left leg"):
        ReplaySession([recorded / "left", recorded / "left"], overrides=NOTHING)


def test_a_session_without_raw_bytes_opens_from_its_samples(qt: object, session: Path) -> None:
    (session / "raw.log").unlink()
    window = paused(session)
    keys(window, "End")
    (column,) = window.columns.values()
    assert column.table.rowCount() == 4
    keys(window, "Home", "Right")
    assert column.table.rowCount() == 0


def test_a_recording_without_rocks_opens_and_claims_no_heel(qt: object, session: Path, tmp_path: Path) -> None:
    rows = (session / "imu.csv").read_text().splitlines()
    lone = tmp_path / "imu.csv"
    lone.write_text("\n".join(",".join(row.split(",")[:7]) for row in [rows[0], *rows[2000:]]) + "\n")
    window = paused(lone)
    keys(window, "End", "Shift+Left")
    (column,) = window.columns.values()
    assert cell(column.table, 0, 3).text() == "? unsure"
    keys(window, "Delete")
    assert "open its folder instead" in column.notice.text()


def test_a_session_that_was_not_closed_opens_and_says_so(qt: object, recorded: Path, session: Path) -> None:
    about = json.loads((session / "session.json").read_text())
    del about["ended"]
    (session / "session.json").write_text(json.dumps(about))
    log = (session / "raw.log").read_bytes()
    (session / "raw.log").write_bytes(log[: len(log) * 3 // 4])
    window = paused(session)
    (column,) = window.columns.values()
    assert "was not closed" in window.legs[0].timeline.analysis.warnings[0]
    assert column.notice.text().startswith("⚠")
    assert window.bar.span_s[1] < 0.8 * measured_once(recorded / "left").views[0].timeline.last_s


def test_verdicts_that_differ_from_those_recorded_are_pointed_out(qt: object, session: Path) -> None:
    reps = (session / "reps.csv").read_text()
    assert any(rep.heel is DOWN for rep in read_reps(session / "reps.csv"))
    (session / "reps.csv").write_text(reps.replace(",down,", ",unsure,", 1))
    window = paused(session)
    assert "1 of 4 verdicts differ from those recorded" in next(iter(window.columns.values())).notice.text()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: [path.unlink() for path in folder.iterdir()], "has none of"),
        (lambda folder: (folder / "notes.json").write_text("?"), "is not a valid notes file"),
        (
            lambda folder: (folder / "session.json").write_text(
                (folder / "session.json").read_text().replace('"shank"', '"foot"')
            ),
            "recorded on the foot",
        ),
    ],
)
def test_what_cannot_be_shown_says_why(session: Path, spoil: Callable[[Path], object], words: str) -> None:
    spoil(session)
    with pytest.raises(DataError, match=words):
        ReplaySession([session], overrides=NOTHING)


def test_the_command_shows_the_window_for_as_long_as_it_was_told_and_records_nothing(
    qt: object, session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in session.iterdir()}
    replay([session], for_s=0.2)
    assert "showing text" not in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in session.iterdir()} == before


def test_a_folder_of_both_legs_opens_both(recorded: Path) -> None:
    assert legs_in(recorded) == [recorded / "left", recorded / "right"]
    assert legs_in(recorded / "left") == [recorded / "left"]


def test_without_raw_bytes_there_is_no_text_view_and_the_reason_is_said(session: Path) -> None:
    (session / "raw.log").unlink()
    with pytest.raises(DataError, match=r"no raw\.log to replay as text"):
        replay([session], headless=True)
