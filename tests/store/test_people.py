"""People are kept on this computer, found by name, and forgotten with everything of theirs and nothing of others."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from shinsight.cli import app
from shinsight.errors import DataError, SettingsError
from shinsight.store import people
from shinsight.store.people import Person
from weeks import write_session

NAMES = st.text(min_size=1, max_size=40).filter(lambda name: bool(name.strip()) and name.isprintable())


@given(name=NAMES, shank_m=st.none() | st.floats(0.2, 0.6), notes=st.text())
def test_whoever_is_kept_is_found_again_whatever_the_name(name: str, shank_m: float | None, notes: str) -> None:
    person = Person(name=name, shank_length_m=shank_m, notes=notes)
    people.keep(person)
    assert people.find(name) == person
    people.path_of(name).unlink()


def test_nobody_is_known_before() -> None:
    assert people.find("Ada Nobody") is None


@pytest.mark.parametrize(
    ("said", "words"), [({"name": " "}, "name or a code"), ({"name": "A", "shank_length_m": 42.0}, "4200 cm")]
)
def test_what_cannot_be_is_refused(said: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Person(**said)  # type: ignore[arg-type]


def test_a_broken_file_is_named() -> None:
    path = people.keep(Person(name="Torn"))
    path.write_text("{")
    with pytest.raises(DataError, match=path.name):
        people.find("Torn")
    path.unlink()


def run(*words: str, answer: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words), input=answer)
    return result.exit_code, result.output


def test_a_profile_is_made_changed_and_listed() -> None:
    assert run("people", "P07", "--shank-cm", "42")[0] == 0
    assert run("people", "P07", "--note", "left sprain 2024")[0] == 0
    assert people.find("P07") == Person(name="P07", shank_length_m=0.42, notes="left sprain 2024")
    assert "left sprain 2024" in run("people")[1]
    assert run("forget", "P07", "--yes")[0] == 0


def test_forget_asks_and_deletes_all_of_one_and_nothing_of_others(tmp_path: Path) -> None:
    people.keep(Person(name="Ada"))
    hers = write_session(tmp_path, day=0, best_deg=30.0, person="Ada")
    others = write_session(tmp_path, day=1, best_deg=30.0, person="Bo")
    strange = write_session(tmp_path, day=2, best_deg=30.0, person="Ada")
    (strange / "session.json").write_text("{")
    code, said = run("forget", "Ada", "--folder", str(tmp_path), answer="n\n")
    assert code == 1
    assert hers.is_dir()
    assert hers.name in said.replace("\n", "")
    assert run("forget", "Ada", "--folder", str(tmp_path), answer="y\n")[0] == 0
    assert not hers.exists()
    assert others.is_dir()
    assert strange.is_dir()
    assert people.find("Ada") is None


def test_forgetting_somebody_unknown_deletes_nothing(tmp_path: Path) -> None:
    kept = write_session(tmp_path, day=0, best_deg=30.0, person="Bo")
    code, said = run("forget", "Nobody", "--folder", str(tmp_path), "--yes")
    assert code == 0
    assert "no data of" in said
    assert kept.is_dir()
