"""An error in the loop is written down, the board starts again, and a host can read what it was."""

from __future__ import annotations

import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest

from firmware.board import FIRMWARE, run, started
from shinsight.transport.emulated import RESTARTS

VERSION = runpy.run_path(str(FIRMWARE / "version.py"))["VERSION"]


def board_runs(tmp_path: Path, scene: str, **given: Any) -> subprocess.CompletedProcess[str]:
    return started("call", f"crash_file.{scene}", given, cwd=tmp_path, heap="1m", timeout_s=60)


def crashed(tmp_path: Path, error: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return board_runs(tmp_path, "fails", error=error, text=text)


def report(tmp_path: Path) -> str:
    return (tmp_path / "crash.txt").read_text()


def test_an_error_in_the_loop_is_written_down_with_its_trace_back_and_the_board_restarts(tmp_path: Path) -> None:
    done = crashed(tmp_path, "ValueError", "the sky fell")
    assert done.returncode == RESTARTS
    lines = report(tmp_path).splitlines()
    assert lines[0] == f"firmware {VERSION}: ValueError('the sky fell',)"
    assert lines[1].startswith("Traceback")
    assert lines[-1] == "ValueError: the sky fell"
    assert sum("in deeper" in line for line in lines) == 8
    assert done.stdout.splitlines()[-1] == "ValueError: the sky fell"


@pytest.mark.parametrize("error", ["MemoryError", "OSError", "RuntimeError", "ZeroDivisionError"])
def test_any_error_restarts_the_board_and_its_report_is_bounded(tmp_path: Path, error: str) -> None:
    assert crashed(tmp_path, error, "x" * 5000).returncode == RESTARTS
    assert error in report(tmp_path)
    assert len(report(tmp_path)) <= 2000


def test_ctrl_c_is_no_crash(tmp_path: Path) -> None:
    done = crashed(tmp_path, "KeyboardInterrupt")
    assert (done.returncode, done.stdout) == (0, "left\n")
    assert not (tmp_path / "crash.txt").exists()


def test_of_a_trace_back_without_end_the_error_itself_is_kept(tmp_path: Path) -> None:
    """The recursion that eats the stack is the crash that needs its report most."""
    done = board_runs(tmp_path, "fails", error="ValueError", depth=-1)
    assert done.returncode == RESTARTS
    assert "maximum recursion depth exceeded" in report(tmp_path).splitlines()[0]
    assert len((tmp_path / "crash.txt").read_bytes()) == 2000


@pytest.mark.parametrize("errno", [28, None], ids=["no space", "no memory"])
def test_where_nothing_can_be_written_the_board_restarts_all_the_same(tmp_path: Path, errno: int | None) -> None:
    done = board_runs(tmp_path, "fails_on_a_full_flash", errno=errno)
    assert done.returncode == RESTARTS
    assert not (tmp_path / "crash.txt").exists()


def host_reads(tmp_path: Path) -> Any:
    """The report as a host gets it through CRASH, from a board that has just started; then it is forgotten."""
    return run(
        "crash_file.host_reads",
        cwd=tmp_path,
    )


def test_after_the_restart_a_host_reads_the_report_and_can_have_it_forgotten(tmp_path: Path) -> None:
    crashed(tmp_path, "ValueError", "the sky fell")
    on_flash = report(tmp_path)
    assert host_reads(tmp_path) == [0, on_flash, 0, 4]
    assert not (tmp_path / "crash.txt").exists()
    assert host_reads(tmp_path) == [4, "", 4, 4]


def test_a_full_flash_that_keeps_no_settings_does_not_stop_the_board(tmp_path: Path) -> None:
    books, name = run(
        "crash_file.a_full_flash_that_keeps_no_settings_does_not_stop_the_board",
        cwd=tmp_path,
    )
    assert books["absent"] == books["board says lost"] == 0
    assert books["delivered"] > 400
    assert name == "other"


def test_a_board_told_to_stay_out_of_the_way_does_so_once(tmp_path: Path) -> None:
    (tmp_path / "stay").touch()
    once = crashed(tmp_path, "ValueError", "ran")
    assert once.returncode == 0
    assert "not started" in once.stdout
    assert crashed(tmp_path, "ValueError", "ran").returncode == RESTARTS
