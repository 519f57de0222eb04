"""The examples of the documentation run as they stand, without a display."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shinsight import open_session, samples_table, simulate

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"


def said(example: str, *arguments: object) -> str:
    """What an example prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / f"{example}.py", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env={name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def imu_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recording") / "imu.csv"
    samples_table(simulate("sim:squat?reps=2&seed=1&lift_share=0").recording).to_csv(path, index=False)
    return path


def test_a_session_is_drawn_with_its_reps(imu_csv: Path, tmp_path: Path) -> None:
    picture = tmp_path / "reps.png"
    assert said("plot_a_session", imu_csv, picture).count("down") == 2
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_file_in_other_units_is_measured_and_told_what_is_not_known(imu_csv: Path, tmp_path: Path) -> None:
    rows = np.genfromtxt(imu_csv, delimiter=",", skip_header=1, usecols=range(7))
    phone = tmp_path / "phone.csv"
    rows *= [1000.0, *[1 / 9.80665] * 3, *[180 / np.pi] * 3]
    np.savetxt(phone, rows, delimiter=",", header="ms,ax,ay,az,gx,gy,gz", comments="")
    text = said("own_csv", phone)
    assert "103.0 Hz, " in text
    assert "unsure" in text
    assert "no heel-down rocks" in text


def test_an_exercise_of_ones_own_counts_what_a_squat_does_not() -> None:
    squat, mini_squat = said("custom_exercise").split("as mini_squat: ")
    assert squat == "as squat: 0 reps\n"
    assert mini_squat.startswith("4 reps")


def test_two_legs_are_compared_with_the_band_that_a_difference_must_leave() -> None:
    text = said("compare_two_legs")
    assert "left: 3 reps with the heel down, 1 left out" in text
    assert "more than what two sensors on skin may differ by (±" in text


@pytest.mark.parametrize(("page", "reps"), [("api", 2), ("add-an-exercise", 2)])
def test_the_code_of_the_pages_runs(page: str, reps: int, imu_csv: Path) -> None:
    text = (EXAMPLES.parent / f"{page}.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(code.replace("sessions/2026-11-22_191500_squat_right", str(imu_csv)), names)
    assert len(names["measured"].reps) == reps


def test_an_exercise_takes_twenty_lines() -> None:
    code = (EXAMPLES / "custom_exercise.py").read_text(encoding="utf-8").split('"""')[2]
    assert len([line for line in code.splitlines() if line.strip()]) <= 20


def test_a_link_of_ones_own_records_as_the_others_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert said("tcp_link").count("heel down") == 2
    assert open_session(tmp_path / "over-tcp").ended is not None
