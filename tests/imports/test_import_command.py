"""`shinsight import` as a user types it, on a sample of every source, and the commands that work on what it made."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from shinsight.cli import app

SAMPLES = Path(__file__).resolve().parents[1] / "recordings" / "imports"
SOURCES = {
    "x-IMU3": ["ximu3"],
    "Movella DOT": ["dot.csv"],
    "Android": ["android"],
    "iPhone": ["iphone.zip"],
    "any CSV": ["logger.csv", "--mapping", "logger.toml"],
}

PEAK_DEG = 29.6
"""What the samples say that all of them were written from."""


@pytest.fixture(autouse=True)
def _where_the_samples_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SAMPLES, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


@pytest.mark.parametrize("words", SOURCES.values(), ids=SOURCES)
def test_every_sample_becomes_a_session_that_the_other_commands_work_on(words: list[str]) -> None:
    done = run("import", *words, "--side", "left", "--person", "anna", "--exercise", "squat")
    assert done.exit_code == 0
    folder = done.stdout.strip()
    assert folder.startswith("sessions/")
    assert folder.endswith("_squat_left")
    assert "no heel-down rocks in this recording: angles only, heel state unsure" in done.stderr

    analysis = json.loads(run("analyze", folder, "--json").stdout)
    (rep,) = analysis["reps"]
    assert rep["peak_inclination_deg"] == pytest.approx(PEAK_DEG, abs=0.05)
    assert (rep["heel"], rep["peak_dorsiflexion_deg"]) == ("unsure", None)
    assert analysis["warnings"][0].startswith("imported from")
    assert run("report", folder).exit_code == 0
    assert "anna, squat, left leg" in run("history", "sessions").stdout


def test_what_nobody_said_is_said() -> None:
    done = run("import", "ximu3", "--started", "2026-03-01T18:05")
    assert done.stdout.strip() == "sessions/2026-03-01_180500_squat_right"
    assert "measured as squat, right leg; change this with --exercise and --side" in done.stderr
    assert "x-IMU3, read as g and deg/s, as its columns are named" in done.stderr
