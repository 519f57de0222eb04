"""A computer without the programs that only some tests need."""

from __future__ import annotations

from pathlib import Path

import pytest

import outside_programs

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("shinsight.report.browser.usual_places", lambda *_: [])
    monkeypatch.setattr(outside_programs, "find_library", lambda _: None)


@pytest.mark.usefixtures("_nothing_installed")
@pytest.mark.parametrize(("name", "package"), outside_programs.PACKAGES.items())
def test_what_is_missing_skips_with_the_name_and_the_package(
    name: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=rf"needs {name} \(apt-get install {package}\)"):
        outside_programs.require(name)


@pytest.mark.usefixtures("_nothing_installed")
@pytest.mark.parametrize("name", outside_programs.PACKAGES)
def test_what_is_missing_fails_in_ci(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=f"needs {name}"):
        outside_programs.require(name)


@pytest.mark.parametrize("package", outside_programs.PACKAGES.values())
def test_ci_installs_each_of_them(package: str) -> None:
    assert package in (ROOT / ".ci" / "run").read_text(encoding="utf-8").split()
