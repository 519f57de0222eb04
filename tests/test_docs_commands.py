"""Every command of the documentation is one that works: its words are known, and it runs here, as a reader types it.

A board is not at hand: a simulated leg takes its place, and its speed is "as fast as possible". What cannot be run here
in that way is run by another test, or needs a board; both are listed, and nothing else is left out.
"""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from shinsight.cli import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("hardware/**/*.md"), ROOT / "firmware" / "README.md"]
)

RUN_ELSEWHERE = {
    r"python3 -m venv|pip install|apt-get |tests/run": ".ci/run",
    r"pipx install|uv tool install|python -m build": "tests/test_package.py",
    r"sphinx-build": "tests/test_site.py",
    r"shinsight import": "tests/imports/test_import_command.py",
    r"shinsight flash": "tests/cli/test_flash.py",
    r"shinsight firmware-info": "tests/cli/test_flash.py",
    r"shinsight calibrate": "tests/cli/test_calibrate.py",
    r"shinsight board": "tests/cli/test_board.py",
    r"shinsight scan": "tests/cli/test_doctor_checks.py",
    r"shinsight knee-to-wall": "tests/cli/test_wall_command.py",
    r"shinsight history --window": "tests/window/history/test_history_page.py",
    r"dask |.* --dask": "tests/analysis/test_cluster.py",
    r"python docs/examples/": "tests/test_examples.py",
    r"python hardware/": "tests/hardware",
    r"python tests/benchmarks/": "tests/benchmarks",  # measurements, of minutes to hours
    r"python tests/mutation/": "tests/mutation",  # of a quarter of an hour
}
NO_COMMAND = {"shinsight raw log, format 1"}
"""How a raw log begins."""
NEEDS_A_BOARD = r"esptool |mpremote "

STANDS_IN = {
    r"^\.venv/bin/": "",
    r"\bsessions/\.\.\.": "sessions/2026-11-22_191500_squat_right",
    r"\bSESSION\b": "sessions/2026-11-22_191500_squat_right",
    r"\bble:left\b": "sim:squat?side=left&reps=1&speed=0",
    r"\bble:right ble:foot\b": "'sim:squat?side=right&reps=2&speed=0' 'sim:squat?place=foot&reps=2&speed=0'",
    r"^(shinsight live)(?= --|$)": r"\1 sim:",  # what is in reach, or a page to choose from
    r"\b(sim|emulator):(?= |$)": "'sim:squat?reps=1&speed=0'",
    r"^(shinsight doctor)(?= |$).*": r"\1 'sim:squat?reps=1&speed=0'",
    r"^(shinsight live .*)": r"\1 --headless --no-sound --out NEW",
    r"^(shinsight replay .*)": r"\1 --headless --speed 0",
}


@dataclass(frozen=True)
class Line:
    page: Path
    words: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.words}"


def blocks(page: Path) -> list[str]:
    return re.findall(r"^ *```sh\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def lines(page: Path) -> list[Line]:
    """Commands of the page's blocks, in order, without comments."""
    said = [re.sub(r"\s+#\s.*", "", line).strip() for block in blocks(page) for line in block.splitlines()]
    parts = [part.strip() for line in said if line and not line.startswith("#") for part in line.split(" && ")]
    return [Line(page, part) for part in parts]


def mentioned(page: Path) -> list[Line]:
    """Commands of shinsight in blocks and in the middle of sentences."""
    prose = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    inline = [Line(page, words) for words in re.findall(r"`(shinsight [a-z][^`]*)`", prose) if words not in NO_COMMAND]
    return [*inline, *(line for line in lines(page) if "shinsight " in line.words.partition(" -")[0])]


ALL = [line for page in PAGES for line in lines(page)]
VERBS = dict(typer.main.get_group(app).commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_verb_and_option_that_a_page_mentions_exists(page: Path) -> None:
    unknown = []
    for line in mentioned(page):
        words = line.words.partition("shinsight ")[2].split()
        verb = VERBS.get(words[0])
        if verb is None:
            unknown.append(str(line))
            continue
        options = {name for param in verb.params for name in (*param.opts, *param.secondary_opts)} | {"--help"}
        used = {word.partition("=")[0].strip("[],.;") for word in words if word.startswith("--")}
        unknown += [f"{line}: {name}" for name in used - options]
    assert unknown == []


@pytest.mark.parametrize(("command", "place"), RUN_ELSEWHERE.items())
def test_what_is_run_elsewhere_is_run_there(command: str, place: str) -> None:
    assert (ROOT / place).exists()
    if command.startswith("shinsight "):
        verb = command.split()[1]
        text = (ROOT / place).read_text(encoding="utf-8")
        assert f'"{verb}"' in text or verb == "history"  # its window is tested without the command


def elsewhere(line: Line) -> bool:
    words = re.sub(r"^\.venv/bin/", "", line.words)
    return any(re.match(pattern, words) for pattern in (*RUN_ELSEWHERE, NEEDS_A_BOARD))


HERE = sorted({line.page for line in ALL if not elsewhere(line)})


def with_needs(page: Path) -> Any:
    """The page as a parameter, marked with the program that its commands need."""
    prints = any("--pdf" in line.words.split() for line in lines(page))
    return pytest.param(page, marks=pytest.mark.needs("chromium") if prints else ())


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sessions that the pages take for granted."""
    folder = tmp_path_factory.mktemp("kept")
    for side in ("left", "right"):
        out = folder / "sessions" / f"2026-11-22_191500_squat_{side}"
        option = f"sim:squat?reps=2&seed=8&side={side}"
        assert CliRunner().invoke(app, ["simulate", str(out), option]).exit_code == 0
    for name in ("anna", "ben", "cohort"):
        shutil.copytree(folder / "sessions", folder / name)
    return folder


@pytest.mark.parametrize("page", [with_needs(page) for page in HERE], ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_run_one_after_the_other(
    page: Path, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for number, line in enumerate(lines(page)):
        if elsewhere(line):
            continue
        words = line.words
        for pattern, stand_in in STANDS_IN.items():
            words = re.sub(pattern, stand_in, words)
        program, *arguments = shlex.split(words.partition(" > ")[0].replace("NEW", f"new-{number}"))
        assert program == "shinsight", f"{line}: nothing is known of how to run {program}"
        done = CliRunner().invoke(app, arguments, input="y\n")
        good = {0, 1} if arguments[0] == "doctor" else {0}  # it may well find that this computer has no Bluetooth
        assert done.exit_code in good, f"{line}, run as {words}:\n{done.output}"
