"""What people install: wheel and source archive, made and tried in a clean environment, far from the checkout."""

from __future__ import annotations

import email
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from shinsight import __version__

ROOT = Path(__file__).resolve().parents[1]
NOT_PACKED = {".gitignore", ".gitattributes", ".editorconfig", ".github", ".pre-commit-config.yaml"}
"""What serves the repository, not the package."""


def run(*command: object, cwd: Path) -> str:
    """What it prints. Without the variables that would lead back into the checkout."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env |= {name: str(cwd / name) for name in ("UV_TOOL_DIR", "UV_TOOL_BIN_DIR", "PIPX_HOME", "PIPX_BIN_DIR")}
    done = subprocess.run([*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive, and the wheel made from it, as `python -m build` does."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (wheel,) = dist.glob("*.whl")
    return wheel


def test_the_version_is_the_same_wherever_it_is_said(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        (name,) = [each for each in files.namelist() if each.endswith(".dist-info/METADATA")]
        told = email.message_from_bytes(files.read(name))
    assert told["Version"] == __version__
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert told["License-Expression"] == "MIT"
    assert told["Requires-Python"] == ">=3.11"


def test_the_wheel_holds_host_and_firmware_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        names = set(files.namelist())
    assert {Path(name).parts[0].partition("-")[0] for name in names} == {"shinsight"}
    firmware = {path.name for path in (ROOT / "firmware").rglob("*.py")}
    assert firmware <= {Path(name).name for name in names if name.startswith("shinsight/firmware_files/")}
    assert "shinsight/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert [name for name in names if Path(name).name.startswith("test_") or name.endswith((".npz", ".pyc"))] == []


def test_the_source_archive_holds_all_that_its_tests_and_docs_need(dist: Path) -> None:
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        names = {name.partition("/")[2] for name in files.getnames()}
    kept = run("git", "ls-files", cwd=ROOT).splitlines() if (ROOT / ".git").exists() else []
    assert [name for name in kept if name not in names and name.split("/")[0] not in NOT_PACKED] == []
    firmware = {"firmware/README.md", "firmware/src/main.py", "firmware/emulator/machine.py"}
    assert {"docs/conf.py", "tests/run", *firmware, "hardware/README.md", "LICENSE", "CITATION.cff"} <= names


def test_installed_in_a_clean_environment_it_measures(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=tmp_path)
    assert run(scripts / "shinsight", "--version", cwd=tmp_path).split() == ["shinsight", __version__]
    run(scripts / "shinsight", "record", "sim:squat?reps=2&seed=8&speed=0", "--out", "session", cwd=tmp_path)
    assert len(json.loads(run(scripts / "shinsight", "analyze", "session", "--json", cwd=tmp_path))["reps"]) == 2
    run(scripts / "shinsight", "report", "session", "--out", "report.html", cwd=tmp_path)
    assert "<svg" in (tmp_path / "report.html").read_text(encoding="utf-8")
    where = run(scripts / "python", "-c", "import shinsight; print(shinsight.__file__)", cwd=tmp_path)
    assert str(tmp_path / "venv") in where


@pytest.mark.parametrize(
    ("words", "where"),
    [(["uv", "tool", "install"], "UV_TOOL_BIN_DIR"), (["pipx", "install"], "PIPX_BIN_DIR")],
    ids=["uv", "pipx"],
)
def test_the_ways_of_the_docs_to_install_it_give_the_command(
    wheel: Path, words: list[str], where: str, tmp_path: Path
) -> None:
    assert " ".join([*words, "."]) in (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    run(sys.executable, "-m", *words, wheel, cwd=tmp_path)
    assert run(tmp_path / where / "shinsight", "--version", cwd=tmp_path).split() == ["shinsight", __version__]


def test_the_licence_of_all_that_is_installed_with_it_is_listed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: needs for name, needs in project["optional-dependencies"].items() if name != "test"}
    needed = [*project["dependencies"], *(need for needs in extras.values() for need in needs)]
    page = _plain((ROOT / "docs" / "parts-and-licences.md").read_text(encoding="utf-8"))
    assert [need for need in needed if _plain(re.split("[>=<;\\[]", need)[0]) not in page] == []
    assert [name for name in extras if f"|`{name}`|" not in page] == []


def _plain(text: str) -> str:
    """Without what names are written with in one place and not in another."""
    return re.sub("[ _-]", "", text).lower()
