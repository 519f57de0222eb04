"""An error in the loop is written down, the board starts again, and a host can read what it was."""

from __future__ import annotations

import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest

from firmware.board import BENCH, EMULATOR, FIRMWARE, micropython, run
from shinsight.transport.emulated import RESTARTS

VERSION = runpy.run_path(str(FIRMWARE / "version.py"))["VERSION"]

BOMB = """
import json, app, crash
class Failing:
    def __init__(self, profile):
        pass
    def turn(self):
        return self.deeper(7)
    def deeper(self, n):
        if n:
            return self.deeper(n - 1)
        raise {error}
    def leave(self):
        print("left")
"""


def board_runs(tmp_path: Path, code: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [micropython(), "-X", "heapsize=1m", "-c", code],
        env={"MICROPYPATH": ":".join(map(str, (EMULATOR, FIRMWARE, BENCH)))} | env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def crashed(tmp_path: Path, error: str) -> subprocess.CompletedProcess[str]:
    return board_runs(
        tmp_path,
        BOMB.format(error=error) + "import time\ntime.virtual()\napp.App = Failing\napp.run()\n",
    )


def report(tmp_path: Path) -> str:
    return (tmp_path / "crash.txt").read_text()


def test_an_error_in_the_loop_is_written_down_with_its_trace_back_and_the_board_restarts(tmp_path: Path) -> None:
    done = crashed(tmp_path, "ValueError('the sky fell')")
    assert done.returncode == RESTARTS
    lines = report(tmp_path).splitlines()
    assert lines[0] == f"firmware {VERSION}: ValueError('the sky fell',)"
    assert lines[1].startswith("Traceback")
    assert lines[-1] == "ValueError: the sky fell"
    assert sum("in deeper" in line for line in lines) == 8
    assert done.stdout.splitlines()[-1] == "ValueError: the sky fell"


@pytest.mark.parametrize("error", ["MemoryError()", "OSError(5)", "RuntimeError('x' * 5000)", "ZeroDivisionError"])
def test_any_error_restarts_the_board_and_its_report_is_bounded(tmp_path: Path, error: str) -> None:
    assert crashed(tmp_path, error).returncode == RESTARTS
    assert error.split("(")[0] in report(tmp_path)
    assert len(report(tmp_path)) <= 2000


def test_ctrl_c_is_no_crash(tmp_path: Path) -> None:
    done = crashed(tmp_path, "KeyboardInterrupt")
    assert (done.returncode, done.stdout) == (0, "left\n")
    assert not (tmp_path / "crash.txt").exists()


def test_of_a_trace_back_without_end_the_error_itself_is_kept(tmp_path: Path) -> None:
    """The recursion that eats the stack is the crash that needs its report most."""
    done = board_runs(
        tmp_path,
        BOMB.format(error="").replace("if n:", "if True:")
        + "import time\ntime.virtual()\napp.App = Failing\napp.run()\n",
    )
    assert done.returncode == RESTARTS
    assert "maximum recursion depth exceeded" in report(tmp_path).splitlines()[0]
    assert len((tmp_path / "crash.txt").read_bytes()) == 2000


@pytest.mark.parametrize("says", ["OSError(28)", "MemoryError()"])
def test_where_nothing_can_be_written_the_board_restarts_all_the_same(tmp_path: Path, says: str) -> None:
    done = board_runs(
        tmp_path,
        BOMB.format(error="ValueError('lost')")
        + f"""
import time
time.virtual()
def full(path, mode):
    raise {says}
crash.open = full
app.App = Failing
app.run()
""",
    )
    assert done.returncode == RESTARTS
    assert not (tmp_path / "crash.txt").exists()


def host_reads(tmp_path: Path) -> Any:
    """The report as a host gets it through CRASH, from a board that has just started; then it is forgotten."""
    return run(
        """
import json, struct, wire
from whole import Host
host = Host()
host.connect()
text = b""
while True:
    result, piece = host.command(wire.CRASH, struct.pack("<H", len(text)))
    if result != wire.OK or not piece:
        break
    text += piece
forgotten = host.command(wire.CRASH, b"\\xff\\xff")
after = host.command(wire.CRASH, b"\\x00\\x00")
print(json.dumps([result, text.decode(), forgotten and forgotten[0], after[0]]))
""",
        cwd=tmp_path,
    )


def test_after_the_restart_a_host_reads_the_report_and_can_have_it_forgotten(tmp_path: Path) -> None:
    crashed(tmp_path, "ValueError('the sky fell')")
    on_flash = report(tmp_path)
    assert host_reads(tmp_path) == [0, on_flash, 0, 4]
    assert not (tmp_path / "crash.txt").exists()
    assert host_reads(tmp_path) == [4, "", 4, 4]


def test_a_full_flash_that_keeps_no_settings_does_not_stop_the_board(tmp_path: Path) -> None:
    books, name = run(
        """
import builtins, json, wire
from whole import Host
def full(path, mode):
    raise OSError(28)
host = Host()
host.connect()
host.start()
builtins.open = full
answer = host.command(wire.SET, b"\\x04other")
host.play(5000)
print(json.dumps([host.books(), host.app._node.settings.name]))
""",
        cwd=tmp_path,
    )
    assert books["absent"] == books["board says lost"] == 0
    assert books["delivered"] > 400
    assert name == "other"


def test_a_board_told_to_stay_out_of_the_way_does_so_once(tmp_path: Path) -> None:
    (tmp_path / "stay").touch()
    once = crashed(tmp_path, "ValueError('ran')")
    assert once.returncode == 0
    assert "not started" in once.stdout
    assert crashed(tmp_path, "ValueError('ran')").returncode == RESTARTS
