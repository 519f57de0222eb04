"""Tests that cannot run on a system are left out there with a reason, and on Linux none is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import systems

ALL = sorted(systems.TESTS.rglob("test_*.py"))


@pytest.mark.parametrize("name", systems.IN_MICROPYTHON)
def test_what_is_listed_is_there(name: str) -> None:
    assert (systems.TESTS / name).exists()


def test_on_linux_nothing_is_left_out() -> None:
    assert {systems.why_left_out(path, system="linux", machine="x86_64") for path in ALL} == {""}


@pytest.mark.parametrize(
    ("system", "machine", "reason"), [("win32", "AMD64", "pseudo-terminal"), ("darwin", "arm64", "unix port")]
)
def test_elsewhere_what_needs_the_firmware_is_left_out_and_the_rest_runs(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, reason: str
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    out = {path for path in ALL if reason in systems.why_left_out(path, system=system, machine=machine)}
    assert systems.TESTS / "firmware" / "test_node.py" in out
    assert systems.TESTS / "wire" / "test_messages.py" not in out
    assert len(out) < len(ALL) / 3


CONFTEST = f"""
import sys
sys.path.append({str(systems.TESTS)!r})
import systems
systems.why_left_out = lambda path: "no such thing here"
pytest_pycollect_makemodule = lambda module_path, parent: systems.module_of(module_path, parent)
"""


def test_a_file_that_is_left_out_is_not_imported_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text("raise AssertionError('imported')\n")
    run = [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", str(tmp_path)]
    ended = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert "1 skipped" in ended.stdout
    assert "no such thing here" in ended.stdout
