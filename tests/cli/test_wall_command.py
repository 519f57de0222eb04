"""`shinsight knee-to-wall` with simulated legs: in the real window, and on a terminal without one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

import systems
from shinsight.cli import app
from shinsight.cli.lunge_test import SIMULATED
from shinsight.lunge_test.result import EXERCISE, leg_result, trials
from shinsight.results import HeelState, Side
from shinsight.session.csv_tables import read_reps
from shinsight.session.folder import REPS_CSV, open_session
from shinsight.session.notes import read_notes

LINK = "sim:knee_to_wall?reps=5&speed=0"


def test_on_a_terminal_both_legs_are_tested_and_nonsense_is_asked_again(tmp_path: Path) -> None:
    answers = ["9", "10", "95", "abc", "10", "11", "", "", "-1", "9", "9", "", "", ""]
    args = ["knee-to-wall", LINK, "--headless", "--no-sound", "--out", str(tmp_path), "--person", "anna"]
    result = CliRunner().invoke(app, args, input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "'95' is not a valid distance" in result.stderr
    assert "'abc' is not a valid distance" in result.stderr
    assert "'-1' is not a valid distance" in result.stderr
    assert "Does not count: the heel came up" in result.stderr
    assert "Strap the sensor on the right shin" in result.stderr
    assert "Left and right differ by" in result.stdout
    for leg in Side:
        session = open_session(tmp_path / leg)
        assert (session.settings.exercise, session.settings.side, session.person) == (EXERCISE, leg, "anna")
        assert session.ended is not None
    # What the folder holds is enough to say the same again.
    left = trials(read_reps(tmp_path / "left" / REPS_CSV), read_notes(tmp_path / "left"))
    said = leg_result(Side.LEFT, left)
    assert said.counted == 3
    assert [trial.distance_cm for trial in left if trial.rep.heel is HeelState.UP] == [10.0, 11.0]
    assert f"left: best {said.best_cm:g} cm    mean {said.mean_cm:.1f} cm" in result.stdout


def test_a_script_that_does_not_answer_ends_with_valid_files_and_a_failure(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["knee-to-wall", LINK, "--headless", "--no-sound", "--out", str(tmp_path)], input="9\n"
    )
    assert result.exit_code == 1
    assert open_session(tmp_path / "left").ended is not None
    assert not (tmp_path / "right").exists()
    assert "only 1 trial counts, not 3" in result.stdout


@systems.interrupts
def test_ctrl_c_at_a_question_closes_the_files(tmp_path: Path) -> None:
    program = [
        sys.executable,
        "-m",
        "shinsight",
        "knee-to-wall",
        LINK,
        "--headless",
        "--no-sound",
        "--out",
        str(tmp_path),
    ]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stderr is not None
        said = b""
        while b"Enter alone skips it" not in said:
            more = os.read(run.stderr.fileno(), 4096)
            assert more, said
            said += more
        run.send_signal(signal.SIGINT)
        _, rest = run.communicate(timeout=30)
    assert run.returncode == 130, rest
    assert b"Traceback" not in rest
    assert open_session(tmp_path / "left").ended is not None


def test_two_boards_on_one_leg_are_refused() -> None:
    result = CliRunner().invoke(app, ["knee-to-wall", "sim:?side=left", "sim:?side=left", "--headless"])
    assert result.exit_code != 0
    assert "2 sensors are on the left" in str(result.exception)


def test_of_two_boards_one_has_to_be_on_each_leg() -> None:
    result = CliRunner().invoke(app, ["knee-to-wall", "sim:?side=left", "sim:?place=foot", "--headless"])
    assert result.exit_code != 0
    assert "expected one board, or one on each leg" in str(result.exception)


def test_the_simulated_person_has_two_legs_that_differ() -> None:
    assert set(SIMULATED) == set(Side)
    assert "spoiled=1" in SIMULATED[Side.LEFT]
    assert SIMULATED[Side.LEFT] != SIMULATED[Side.RIGHT]
