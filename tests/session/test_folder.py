"""A session folder is valid at every instant, and says what happened."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import fields, replace
from datetime import datetime
from math import nan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from full_disk import disk_with_room_for
from shinsight.errors import DataError, SettingsError
from shinsight.pipeline.measurement import Outcome
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import (
    CalibrationReport,
    Event,
    Frame,
    FrameBlock,
    HeelFlag,
    HeelState,
    Notice,
    PhaseChange,
    Rep,
    RockDone,
    Side,
)
from shinsight.samples import Phase, SampleBlock
from shinsight.session.csv_tables import read_angles, read_events, read_reps
from shinsight.session.folder import SessionClock, SessionWriter, open_session, session_name
from shinsight.session.imu_csv import read_imu_csv
from shinsight.session.raw_log import read_raw_log
from shinsight.stream.link_health import LinkHealth
from shinsight.units import RAD_PER_DEG
from shinsight.wire.framing import Chunk
from shinsight.wire.messages import DeviceInfo

OLD_COLUMNS = Path(__file__).parent / "session_with_old_columns"
"""Recorded before `heel_rise_*` became `ankle_rise_*`, and `heel_score` `heel_lift_log_odds`."""
LUNGE = PipelineSettings(exercise="lunge", side=Side.LEFT, slope_rad=10.0 * RAD_PER_DEG)
INFO = DeviceInfo(104.0, 0.0048, 0.0012, 32, "xiao", "LSM6DSO", "0.1")
HEALTH = LinkHealth(
    name="left",
    board="xiao",
    rate_hz=nan,
    received=100,
    lost=3,
    filled=2,
    damaged=1,
    battery_percent=None,
    temperature_c=nan,
    connected=True,
    last_arrival_s=None,
)
REP = Rep(1, 2.0, 2.75, 4.0, 0.6, None, 0.03, HeelState.UP, 0.031, 0.004, 5.5, HeelState.UNSURE, None, -0.02)
CALIBRATED = CalibrationReport(1.5, True, 0.83, ("few rocks",), (0.01, -0.2, -0.04))
EVENTS: tuple[Event, ...] = (
    PhaseChange(0.0, Phase.STAND, "Stand still"),
    RockDone(1.0, 1, 5),
    CALIBRATED,
    HeelFlag(2.4, True),
    Notice(3.0, "odd", 'a "quoted", comma\nand a second line'),
    REP,
)


def outcome(n: int, *, start: int = 0, events: tuple[Event, ...] = ()) -> Outcome:
    t_s = (start + np.arange(n)) / 104.0
    turn = np.random.default_rng(start).normal(0.0, 0.01, (2, n, 3))
    samples = SampleBlock(t_s, [0.1, 9.8, -0.2] + turn[0], turn[1], np.zeros(n, np.uint8))
    frames = [Frame(t, Phase.SET, 0.5, nan, -0.01, 0.02, 0.003, HeelState.UP, 1) for t in t_s.tolist()]
    return Outcome(samples, FrameBlock.of(frames), events)


def record(path: Path, *outcomes: Outcome, close: bool = True) -> SessionWriter:
    writer = SessionWriter(path, settings=LUNGE, link="sim:lunge")
    for number, piece in enumerate(outcomes):
        writer.add_bytes(Chunk(float(number), b"\x01\x02\x00"))
        writer.add(piece, device=INFO, health=HEALTH)
    if close:
        writer.close()
    return writer


def assert_same_rep(found: Rep, wanted: Rep) -> None:
    for field in fields(Rep):
        value, expected = getattr(found, field.name), getattr(wanted, field.name)
        assert value == (pytest.approx(expected, abs=1e-4) if isinstance(expected, float) else expected), field.name


def about(path: Path) -> dict[str, object]:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    value = json.loads((path / "session.json").read_text(), parse_constant=refuse)
    assert isinstance(value, dict)
    return value


def test_a_finished_session_says_who_measured_what_with_what(tmp_path: Path) -> None:
    record(tmp_path / "s", outcome(50, events=EVENTS))
    said = about(tmp_path / "s")
    assert said["format"] == 1
    assert said["link"] == "sim:lunge"
    assert said["settings"] == {
        "exercise": "lunge",
        "side": "left",
        "zero": "standing",
        "slope_deg": 10.0,
        "worn_flat": False,
    }
    assert said["device"]["chip"] == "LSM6DSO"  # type: ignore[index]
    assert said["calibration"]["quality"] == 0.83  # type: ignore[index]
    assert said["link_statistics"]["lost"] == 3  # type: ignore[index]
    assert said["link_statistics"]["rate_hz"] is None  # type: ignore[index]
    assert said["reps"] == 1
    assert datetime.fromisoformat(str(said["started"])) <= datetime.fromisoformat(str(said["ended"]))


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    record(tmp_path / "s", outcome(50), outcome(30, start=50, events=EVENTS))
    folder = open_session(tmp_path / "s")
    assert folder.settings == LUNGE
    assert folder.calibration == CALIBRATED
    assert folder.ended is not None
    assert folder.notices == ()
    angles = read_angles(tmp_path / "s" / "angles.csv")
    assert len(angles) == 80
    assert angles.inclination_rad[-1] == pytest.approx(0.5, abs=1e-4)
    assert np.isnan(angles.dorsiflexion_rad).all()
    (rep,) = read_reps(tmp_path / "s" / "reps.csv")
    assert_same_rep(rep, REP)
    recording = read_imu_csv(tmp_path / "s" / "imu.csv")
    assert len(recording.samples) == 80
    assert set(recording.phases) == {Phase.SET}


def test_events_are_one_line_each_whatever_their_text(tmp_path: Path) -> None:
    record(tmp_path / "s", outcome(5, events=EVENTS))
    lines = (tmp_path / "s" / "events.csv").read_text().splitlines()
    assert len(lines) == 1 + 5
    rows = read_events(tmp_path / "s" / "events.csv")
    assert [row.kind for row in rows] == ["phase", "rock", "calibration", "heel", "notice:odd"]
    assert rows[-1].text == 'a "quoted", comma and a second line'
    assert rows[2].text == "accepted, quality 0.83; few rocks"


def test_units_stand_in_every_header(tmp_path: Path) -> None:
    record(tmp_path / "s", outcome(1))
    header = {
        name: (tmp_path / "s" / name).read_text().splitlines()[0] for name in ("angles.csv", "reps.csv", "imu.csv")
    }
    assert header["angles.csv"].startswith("t_s,phase,inclination_deg,dorsiflexion_deg,knee_in_deg,ankle_rise_mm")
    assert "peak_inclination_deg" in header["reps.csv"]
    assert header["imu.csv"].startswith(
        "t_s,accel_x_mps2,accel_y_mps2,accel_z_mps2,gyro_x_radps,gyro_y_radps,gyro_z_radps"
    )


def test_the_unknown_is_an_empty_field(tmp_path: Path) -> None:
    record(tmp_path / "s", outcome(1, events=EVENTS))
    assert (tmp_path / "s" / "angles.csv").read_text().splitlines()[1].split(",")[3] == ""
    assert "nan" not in (tmp_path / "s" / "reps.csv").read_text().lower()


def test_everything_is_on_disk_before_the_session_is_closed(tmp_path: Path) -> None:
    writer = record(tmp_path / "s", outcome(50, events=EVENTS), close=False)
    folder = open_session(tmp_path / "s")
    assert folder.ended is None
    assert folder.calibration == CALIBRATED
    assert about(tmp_path / "s")["reps"] == 1
    assert len(read_angles(tmp_path / "s" / "angles.csv")) == 50
    assert len(list(read_raw_log(tmp_path / "s" / "raw.log"))) == 1
    writer.close()
    writer.close()


def test_session_json_follows_a_long_recording_without_reps(tmp_path: Path) -> None:
    writer = record(tmp_path / "s", *(outcome(104, start=104 * k) for k in range(8)), close=False)
    assert float(str(about(tmp_path / "s")["duration_s"])) > 4.0
    writer.close()


def test_a_program_that_dies_while_it_writes_session_json_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = record(tmp_path / "s", outcome(10), close=False)

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", die)
        with pytest.raises(Killed):
            writer.add(outcome(10, start=10, events=EVENTS), device=INFO, health=HEALTH)
    assert about(tmp_path / "s")["reps"] == 0
    assert open_session(tmp_path / "s").notices == ()
    writer.close()


@pytest.mark.parametrize(
    "content", [None, "", "{", '{"format": 1}', "[]", '{"format": 1, "settings": {"exercise": "swim"}}']
)
def test_a_missing_or_broken_session_json_is_rebuilt_from_what_is_there(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / session_name(datetime(2026, 11, 22, 19, 15), LUNGE)
    record(path, outcome(10))
    (path / "session.json").unlink()
    if content is not None:
        (path / "session.json").write_text(content)
    folder = open_session(path)
    assert (folder.settings.exercise, folder.settings.side) == ("lunge", Side.LEFT)
    assert "session.json" in folder.notices[0]
    assert "folder's name" in folder.notices[0]


@pytest.mark.parametrize("name", ["corrected", "mended"])
def test_what_an_import_corrected_is_read_under_its_name_and_that_of_earlier_versions(
    tmp_path: Path, name: str
) -> None:
    record(tmp_path / "s", outcome(1))
    imported = {"source": "DOT", "units": "read as g", "done": ["g to m/s^2"], name: ["row 3 left out"]}
    (tmp_path / "s" / "session.json").write_text(json.dumps({**about(tmp_path / "s"), "imported": imported}))
    assert open_session(tmp_path / "s").notices == ("imported from DOT: read as g; g to m/s^2", "row 3 left out")


def test_a_session_of_a_newer_format_asks_for_an_update(tmp_path: Path) -> None:
    record(tmp_path / "s", outcome(1))
    (tmp_path / "s" / "session.json").write_text('{"format": 2}')
    with pytest.raises(DataError, match="update shinsight"):
        open_session(tmp_path / "s")


@pytest.mark.parametrize("name", ["angles.csv", "reps.csv", "events.csv", "imu.csv"])
def test_a_csv_cut_anywhere_keeps_its_complete_rows(tmp_path: Path, name: str) -> None:
    record(tmp_path / "s", outcome(6, events=EVENTS))
    path = tmp_path / "s" / name
    readers = {
        "angles.csv": lambda p: len(read_angles(p)),
        "reps.csv": lambda p: len(read_reps(p)),
        "events.csv": lambda p: len(read_events(p)),
        "imu.csv": lambda p: len(read_imu_csv(p).samples),
    }
    content = path.read_bytes()
    at_least = {"imu.csv": content.index(b"\n", 4 * len(content) // 6)}.get(name, 0)
    for cut in range(at_least, len(content)):
        path.write_bytes(content[:cut])
        complete = max(0, content[:cut].count(b"\n") - 1)
        assert readers[name](path) == complete, cut


def test_a_session_recorded_with_the_old_column_names_is_read() -> None:
    folder = open_session(OLD_COLUMNS)
    assert (folder.settings, folder.calibration, folder.notices) == (LUNGE, CALIBRATED, ())
    angles = read_angles(OLD_COLUMNS / "angles.csv")
    assert len(angles) == 5
    assert angles.ankle_rise_m == pytest.approx(0.02)
    assert angles.ankle_rise_sd_m == pytest.approx(0.003)
    up, down = read_reps(OLD_COLUMNS / "reps.csv")
    assert_same_rep(up, REP)
    assert [down.ankle_rise_m, down.ankle_rise_sd_m] == pytest.approx([0.002, 0.0035])
    assert down.heel_lift_log_odds == pytest.approx(-4.25)
    assert len(read_events(OLD_COLUMNS / "events.csv")) == 5


def test_reps_with_the_old_column_names_and_without_the_spread_are_read(tmp_path: Path) -> None:
    rows = [line.split(",") for line in (OLD_COLUMNS / "reps.csv").read_text().splitlines()]
    spread = rows[0].index("peak_inclination_sd_deg")
    path = tmp_path / "reps.csv"
    path.write_text("".join(",".join(row[:spread] + row[spread + 1 :]) + "\n" for row in rows))
    up, _ = read_reps(path)
    assert np.isnan(up.peak_inclination_sd_rad)
    assert [up.ankle_rise_m, up.heel_lift_log_odds] == pytest.approx([0.031, 5.5])


def test_column_names_of_two_versions_in_one_file_are_refused(tmp_path: Path) -> None:
    content = (OLD_COLUMNS / "reps.csv").read_text()
    path = tmp_path / "reps.csv"
    path.write_text(content.replace("heel_score", "heel_lift_log_odds"))
    with pytest.raises(
        DataError, match=r"reps\.csv has column names of two versions: heel_rise_mm, .*Name them ankle_"
    ):
        read_reps(path)
    path.write_text(content.replace("knee_in_deg", "knee_in_deg,heel_lift_log_odds"))
    with pytest.raises(DataError, match="heel_score of an earlier one, heel_lift_log_odds of this one"):
        read_reps(path)


def test_a_row_that_makes_no_sense_is_named_with_its_line(tmp_path: Path) -> None:
    record(tmp_path / "s", outcome(6))
    path = tmp_path / "s" / "angles.csv"
    lines = path.read_text().splitlines(keepends=True)
    lines[3] = lines[3].replace("up", "sideways")
    path.write_text("".join(lines))
    with pytest.raises(DataError, match=r"angles\.csv, line 4: .*sideways"):
        read_angles(path)


def test_nothing_that_exists_is_recorded_over(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SettingsError, match="--out"):
        record(tmp_path, outcome(1))
    with pytest.raises(SettingsError, match="is a file"):
        record(tmp_path / "notes.txt", outcome(1))
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_that_cannot_be_made_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"cannot write .*file/s: Not a directory"):
        record(tmp_path / "file" / "s", outcome(1))


def test_a_full_disk_is_said_at_once_and_every_row_before_stays_whole(tmp_path: Path) -> None:
    writer = SessionWriter(tmp_path / "s", settings=LUNGE, link="sim:")

    def train() -> None:
        for k in range(100):
            writer.add(outcome(10, start=10 * k), device=INFO, health=HEALTH)

    with disk_with_room_for(20_000), pytest.raises(DataError, match=r"cannot write .*\.csv: .*kept.*--out"):
        train()
    writer.close()
    rows = len(read_imu_csv(tmp_path / "s" / "imu.csv").samples)
    assert rows > 50
    assert rows % 10 == 0
    for name in ("imu.csv", "angles.csv"):
        assert (tmp_path / "s" / name).read_bytes().endswith(b"\n")
    assert about(tmp_path / "s")["ended"]


@pytest.mark.parametrize("seed", range(4))
def test_a_program_killed_at_any_moment_leaves_a_session_that_reads(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "s"
    command = [sys.executable, "-m", "shinsight", "record", "sim:squat?reps=30&speed=0", "--out", str(path)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as recorder:
        while not (path / "events.csv").exists() and recorder.poll() is None:
            time.sleep(0.005)
        time.sleep(random.Random(seed).uniform(0.0, 1.0))
        recorder.kill()
    assert recorder.returncode == (1 if sys.platform == "win32" else -signal.SIGKILL)
    folder = open_session(path)
    assert (folder.notices, folder.ended) == ((), None)
    log = read_raw_log(path / "raw.log")
    assert len(list(log)) > 0
    assert log.damaged <= 1
    frames = read_angles(path / "angles.csv")
    read_reps(path / "reps.csv")
    read_events(path / "events.csv")
    if len(frames) > 10:
        read_imu_csv(path / "imu.csv")
        rows = (path / "imu.csv").read_bytes().count(b"\n") - 1
        assert 0 <= rows - len(frames) < 200


def test_a_folder_that_is_no_session_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="this is not a session folder"):
        open_session(tmp_path)
    with pytest.raises(DataError, match="is not a folder"):
        open_session(tmp_path / "nowhere")


def test_a_session_is_named_by_time_exercise_and_side() -> None:
    assert session_name(datetime(2026, 11, 22, 19, 15), LUNGE) == "2026-11-22_191500_lunge_left"


def test_a_failing_row_leaves_no_half_written_piece(tmp_path: Path) -> None:
    from shinsight.session.append_file import AppendFile

    file = AppendFile(tmp_path / "f")
    file.append(b"first\n")
    with disk_with_room_for(10), pytest.raises(DataError):
        file.append(b"second that is longer\n")
    file.append(b"third\n")
    file.close()
    assert (tmp_path / "f").read_bytes() == b"first\nthird\n"


def test_the_statistics_of_the_link_are_in_the_units_of_their_names(tmp_path: Path) -> None:
    good = replace(HEALTH, rate_hz=104.25, jitter_s=0.0125, temperature_c=29.5, battery_percent=82, signal_dbm=-61)
    with SessionWriter(tmp_path / "s", settings=LUNGE, link="sim:") as writer:
        writer.add(outcome(5, events=EVENTS), device=INFO, health=replace(good, recovered=7, reconnects=2))
    assert about(tmp_path / "s")["link_statistics"] == {
        "rate_hz": 104.25,
        "received": 100,
        "lost": 3,
        "filled": 2,
        "recovered": 7,
        "damaged": 1,
        "jitter_ms": 12.5,
        "reconnects": 2,
        "signal_dbm": -61,
        "battery_percent": 82,
        "temperature_c": 29.5,
    }


def test_a_session_says_when_its_time_was_zero_on_the_hosts_clock(tmp_path: Path) -> None:
    started_unix_s, started_s = time.time(), time.monotonic()
    with SessionWriter(tmp_path / "s", settings=LUNGE, link="sim:") as writer:
        known = replace(HEALTH, zero_s=started_s - 100.0, drift_ppm=42.0)
        writer.add(outcome(5, events=EVENTS), device=INFO, health=known)
    clock = open_session(tmp_path / "s").clock
    assert clock is not None
    assert clock.t0_unix_s == pytest.approx(started_unix_s - 100.0, abs=0.05)
    assert clock.drift_ppm == 42.0


DAY = 1_764_000_000.0


def test_a_board_whose_clock_is_slow_has_lived_longer_than_it_counted() -> None:
    clock = SessionClock(t0_unix_s=DAY, drift_ppm=100.0)
    assert clock.unix_s(np.array([0.0, 1000.0])) == pytest.approx([DAY, DAY + 1000.1], abs=1e-6, rel=0.0)


@given(st.floats(-200.0, 200.0), st.lists(st.floats(0.0, 7200.0), min_size=1, max_size=5).map(np.array))
def test_the_way_back_is_the_inverse(drift_ppm: float, t_s: np.ndarray) -> None:
    clock = SessionClock(t0_unix_s=DAY, drift_ppm=drift_ppm)
    assert clock.t_s(clock.unix_s(t_s)) == pytest.approx(t_s, abs=1e-5)


def test_two_boards_that_drift_apart_agree_on_when_something_happened() -> None:
    """One hour in, a board 150 ppm slow has counted 0.54 s less than one 0 ppm off, and 0.72 s less than a fast one."""
    seconds = 3600.0
    for drift_ppm in (150.0, 0.0, -50.0):
        counted = np.array([seconds / (1.0 + drift_ppm * 1e-6)])
        assert SessionClock(t0_unix_s=DAY, drift_ppm=drift_ppm).unix_s(counted) - DAY == pytest.approx(3600.0, abs=1e-5)
