"""The command line as a user meets it: data on stdout, words on stderr, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import systems
from shinsight import __version__
from shinsight.__main__ import main
from shinsight.session.csv_tables import read_angles, read_reps
from shinsight.session.folder import open_session

ANALYSIS_KEYS = {
    "exercise": str,
    "side": str,
    "zero": str,
    "rate_hz": float,
    "duration_s": float,
    "calibration": dict,
    "reps": list,
    "warnings": list,
}
CALIBRATION_KEYS = {"accepted", "quality", "problems", "ankle_lever_m"}
REP_KEYS = {
    "start_s",
    "bottom_s",
    "end_s",
    "peak_inclination_deg",
    "peak_dorsiflexion_deg",
    "heel",
    "ankle_rise_mm",
    "ankle_rise_sd_mm",
    "heel_lift_log_odds",
    "live_heel",
    "live_flag_s",
    "knee_in_deg",
    "descent_s",
    "ascent_s",
}
SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
NO_SCREEN = {name: value for name, value in os.environ.items() if name not in SCREEN}


@contextmanager
def started(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A command at work; killed when the test that watches it fails, so that it cannot hold up the tests after it."""
    run = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env
    )
    with run:
        try:
            yield run
        finally:
            run.kill()


def ended(session: Path) -> bool:
    """Whether a session's writer has closed it; while the folder is still being made it has not."""
    return (session / "session.json").exists() and open_session(session).ended is not None


Run = Callable[..., "Done"]
Analyze = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def shinsight(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The program, run here, without a screen."""
    for name in SCREEN:
        monkeypatch.delenv(name, raising=False)

    def run(*words: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["shinsight", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return Done(left.value.code if isinstance(left.value.code, int) else 0, out, err)

    return run


@pytest.fixture
def analysis(shinsight: Run) -> Analyze:
    """What `analyze --json` says of a path."""

    def analyze(*words: str | Path) -> dict[str, Any]:
        done = shinsight("analyze", "--json", *words)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout, parse_constant=pytest.fail)
        assert isinstance(found, dict)
        return found

    return analyze


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three simulated squats, the second with its heel up."""
    path = tmp_path_factory.mktemp("cli") / "squats"
    command = [sys.executable, "-m", "shinsight", "simulate", str(path), "--option", "reps=3", "--option", "seed=4"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, stdin=subprocess.DEVNULL)
    assert done.stdout == ""
    assert f"session: {path}" in done.stderr
    return path


def test_the_version_is_printed_and_nothing_else(shinsight: Run) -> None:
    done = shinsight("--version")
    assert (done.returncode, done.stdout.split()) == (0, ["shinsight", __version__])


def test_a_simulated_session_has_its_truth_beside_it(session: Path) -> None:
    assert open_session(session).ended is not None
    names = {path.name for path in session.iterdir()}
    assert {"session.json", "imu.csv", "angles.csv", "reps.csv", "events.csv", "raw.log"} < names
    assert any("truth" in name for name in names)


def test_the_json_of_analyze_has_exactly_the_keys_of_the_contract(analysis: Analyze, session: Path) -> None:
    found = analysis(session)
    assert {key: type(value) for key, value in found.items()} == ANALYSIS_KEYS
    calibration, reps = found["calibration"], found["reps"]
    assert calibration.keys() == CALIBRATION_KEYS
    assert len(reps) == 3
    assert all(rep.keys() == REP_KEYS for rep in reps)


def test_analyze_measures_from_the_bytes_what_was_measured_when_they_came(analysis: Analyze, session: Path) -> None:
    reps = analysis(session)["reps"]
    recorded = read_reps(session / "reps.csv")
    assert [rep["start_s"] for rep in reps] == [pytest.approx(rep.start_s, abs=1e-6) for rep in recorded]
    assert [rep["heel"] for rep in reps] == [rep.heel for rep in recorded]
    assert [rep["live_flag_s"] for rep in reps] == [rep.live_flag_s for rep in recorded]


def test_analyze_takes_the_imu_csv_alone(analysis: Analyze, session: Path) -> None:
    found = analysis(session / "imu.csv", "--side", "left")
    assert found["side"] == "left"
    assert len(found["reps"]) == 3


def test_options_override_what_the_session_says(analysis: Analyze, session: Path) -> None:
    found = analysis(session, "--side", "left", "--exercise", "split-squat", "--zero", "tibia")
    assert (found["side"], found["exercise"], found["zero"]) == ("left", "split_squat", "tibia")


def test_the_table_is_data_and_the_calibration_is_words(shinsight: Run, session: Path) -> None:
    done = shinsight("analyze", session)
    assert done.returncode == 0
    assert "inclin" in done.stdout
    assert "calibration" not in done.stdout
    assert "calibration accepted" in done.stderr


def test_a_killed_session_is_analyzed_with_a_warning(analysis: Analyze, session: Path, tmp_path: Path) -> None:
    for name in ("session.json", "raw.log", "imu.csv"):
        (tmp_path / name).write_bytes((session / name).read_bytes())
    about = json.loads((tmp_path / "session.json").read_text())
    del about["ended"]
    (tmp_path / "session.json").write_text(json.dumps(about))
    raw = (tmp_path / "raw.log").read_bytes()
    (tmp_path / "raw.log").write_bytes(raw[:-11])
    warnings = analysis(tmp_path)["warnings"]
    assert any("killed" in text for text in warnings)


def test_a_session_without_its_bytes_is_analyzed_from_its_samples(
    analysis: Analyze, session: Path, tmp_path: Path
) -> None:
    for name in ("session.json", "imu.csv"):
        (tmp_path / name).write_bytes((session / name).read_bytes())
    reps = analysis(tmp_path)["reps"]
    assert len(reps) == 3


def test_what_had_to_be_mended_in_an_imu_csv_is_a_warning(session: Path, tmp_path: Path, analysis: Analyze) -> None:
    content = (session / "imu.csv").read_bytes()
    (tmp_path / "imu.csv").write_bytes(content[:-9])
    assert analysis(session / "imu.csv")["warnings"] == []
    assert len(analysis(tmp_path / "imu.csv")["warnings"]) == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["analyze", "nowhere"], 1, "nowhere does not exist"),
        (["analyze", "nowhere", "--exercise", "swim"], 1, "nowhere"),
        (["live", "usb:0"], 2, "sim:"),
        (["live", "sim:", "--exercise", "swim"], 2, "swim"),
        (["live", "sim:", "--slope", "80"], 2, "slope"),
        (["live", "sim:", "--for", "-1"], 2, "--for"),
        (["record"], 2, "LINK"),
        (["live", "sim:", "sim:"], 2, "ble:left ble:right"),
        (["live", "sim:squat?side=left", "sim:", "--side", "left"], 2, "--side"),
        (["record", "replay:nowhere"], 1, "nowhere"),
        (["replay", "nowhere"], 1, "nowhere"),
        (["fly"], 2, "fly"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_the_reason(
    shinsight: Run, tmp_path: Path, words: list[str], code: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = shinsight(*words)
    assert done.returncode == code
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_text_view_takes_the_place_of_the_window_where_there_is_no_screen(
    shinsight: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = shinsight("live", "sim:squat?reps=1&speed=0", "--no-sound", "--for", "5")
    assert done.returncode == 0, done.stderr
    assert "showing text instead" in done.stderr
    (folder,) = (tmp_path / "sessions").iterdir()
    assert f"session: {folder.relative_to(tmp_path)}" in done.stderr
    assert read_angles(folder / "angles.csv").t_s[-1] == pytest.approx(5.0, abs=0.5)


def test_a_replay_shows_the_session_again_and_records_nothing(
    shinsight: Run, session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = shinsight("replay", session, "--speed", "0", "--headless")
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_recording_into_a_folder_that_is_in_use_is_refused(shinsight: Run, session: Path) -> None:
    before = {path.name: path.stat().st_size for path in session.iterdir()}
    done = shinsight("record", "sim:", "--out", session)
    assert done.returncode == 2
    assert "session:" not in done.stderr
    assert "--out" in done.stderr
    assert {path.name: path.stat().st_size for path in session.iterdir()} == before


@systems.interrupts
@pytest.mark.parametrize("verb", ["record", "live"])
def test_an_interrupt_closes_the_session_and_leaves_with_130(tmp_path: Path, verb: str) -> None:
    path = tmp_path / "s"
    command = [sys.executable, "-m", "shinsight", verb, "sim:", "--out", str(path)]
    with started(command, NO_SCREEN) as run:
        while not (path / "events.csv").exists() and run.poll() is None:
            time.sleep(0.01)
        time.sleep(0.5)
        run.send_signal(signal.SIGINT)
        _, words = run.communicate(timeout=30)
    assert run.returncode == 130, words
    assert open_session(path).ended is not None


@systems.interrupts
def test_an_interrupted_window_closes_the_session_and_leaves_with_130(tmp_path: Path) -> None:
    path = tmp_path / "s"
    command = [sys.executable, "-m", "shinsight", "live", "sim:", "--no-sound", "--out", str(path)]
    env = NO_SCREEN | {"QT_QPA_PLATFORM": "offscreen"}
    with started(command, env) as run:
        while not (path / "events.csv").exists() and run.poll() is None:
            time.sleep(0.01)
        time.sleep(2.0)
        run.send_signal(signal.SIGINT)
        _, words = run.communicate(timeout=30)
    assert run.returncode == 130, words
    assert "showing text" not in words
    assert open_session(path).ended is not None


def test_the_window_closes_when_its_time_is_over(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "shinsight",
        "live",
        "sim:",
        "--no-sound",
        "--for",
        "1",
        "--out",
        str(tmp_path / "s"),
    ]
    env = NO_SCREEN | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert len(read_angles(tmp_path / "s" / "angles.csv")) > 50


@systems.interrupts
def test_the_window_stays_with_its_last_reps_when_the_link_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "s"
    link = "sim:squat?reps=0&rocks=0&speed=0"
    command = [sys.executable, "-m", "shinsight", "live", link, "--no-sound", "--out", str(path)]
    env = NO_SCREEN | {"QT_QPA_PLATFORM": "offscreen"}
    with started(command, env) as run:
        while run.poll() is None and not ended(path):
            time.sleep(0.05)
        time.sleep(1.0)
        assert run.poll() is None
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=30)
    assert run.returncode == 130


def test_two_simulated_legs_are_recorded_side_by_side(shinsight: Run, tmp_path: Path) -> None:
    links = [f"sim:squat?side={side}&reps=1&rocks=0&speed=0" for side in ("left", "right")]
    assert shinsight("record", *links, "--out", tmp_path / "s").returncode == 0
    for side in ("left", "right"):
        assert (tmp_path / "s" / side / "imu.csv").stat().st_size > 10_000
