"""Calibrations that this computer keeps: the newest of each sensor, leg and person, while it is fresh enough."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinsight.calibration.worn.rocks import model_without_rocks
from shinsight.calibration.worn.saved import SavedCalibration, saved_dict
from shinsight.errors import DataError
from shinsight.kinematics.shank import Alignment
from shinsight.results import Side
from shinsight.store import strap_calibrations
from shinsight.store.strap_calibrations import Strap, find, folder, keep, of_person

NOW = datetime.fromisoformat("2026-11-23T12:00:00+01:00")
ANNA = Strap(link="ble:left", side=Side.LEFT, person="Anna")
HOUR_S = 3600.0


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(strap_calibrations, "user_data_path", lambda *_args, **_named: tmp_path)
    return tmp_path


def made(*, hours_ago: float, quality: float = 0.8) -> SavedCalibration:
    upright = Alignment((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    return SavedCalibration(
        made=(NOW - timedelta(hours=hours_ago)).isoformat(),
        board="xiao LSM6DSO",
        quality=quality,
        model=model_without_rocks(upright, (0.0, 0.0, 0.0), 9.81),
    )


def found(strap: Strap = ANNA) -> SavedCalibration | None:
    return find(strap, at=NOW, most_s=3 * HOUR_S)


def test_the_newest_is_found_again_to_the_last_bit() -> None:
    keep(ANNA, made(hours_ago=2))
    newest = made(hours_ago=1)
    keep(ANNA, newest)
    again = found()
    assert again is not None
    assert saved_dict(again) == saved_dict(newest)


@pytest.mark.parametrize(
    "other",
    [
        Strap(link="ble:right", side=Side.LEFT, person="Anna"),
        Strap(link="ble:left", side=Side.RIGHT, person="Anna"),
        Strap(link="ble:left", side=Side.LEFT, person=""),
    ],
    ids=["another board", "the other leg", "somebody else"],
)
def test_what_belongs_to_another_is_not_found(other: Strap) -> None:
    keep(ANNA, made(hours_ago=1))
    assert found(other) is None


@pytest.mark.parametrize("hours_ago", [3.1, 24.0, -0.1], ids=["hours", "a day", "of a clock that was set back"])
def test_an_old_one_is_not_found(hours_ago: float) -> None:
    keep(ANNA, made(hours_ago=hours_ago))
    assert found() is None


@pytest.mark.parametrize("text", ["", "{}", '{"format": 2}', '{"format": 1, "calibration": {}}', "[1]"])
def test_a_broken_file_is_named_with_what_to_do(text: str) -> None:
    path = keep(ANNA, made(hours_ago=1))
    path.write_text(text)
    with pytest.raises(DataError, match=r"delete it and repeat the ankle rocks") as refused:
        found()
    assert str(path) in str(refused.value)


def test_a_file_of_another_calibration_time_is_refused_too() -> None:
    path = keep(ANNA, made(hours_ago=1))
    about = json.loads(path.read_text())
    about["calibration"]["made"] = "some day"
    path.write_text(json.dumps(about))
    with pytest.raises(DataError, match="some day"):
        found()


def test_a_disk_that_refuses_is_a_data_error(data: Path) -> None:
    (data / "straps").write_text("a file where the folder should be")
    with pytest.raises(DataError):
        keep(ANNA, made(hours_ago=1))


def test_all_files_of_a_person_can_be_named_to_forget_them() -> None:
    mine = {keep(ANNA, made(hours_ago=1)), keep(Strap(link="sim:", side=Side.LEFT, person="Anna"), made(hours_ago=9))}
    keep(Strap(link="ble:left", side=Side.LEFT, person="Bo"), made(hours_ago=1))
    (folder() / "broken.json").write_text("?")
    assert set(of_person("Anna")) == mine


@given(st.text(), st.text())
def test_any_name_makes_a_file_name(link: str, person: str) -> None:
    path = keep(Strap(link=link, side=Side.LEFT, person=person), made(hours_ago=1))
    assert path.parent == folder()
    assert path.stem.isalnum()
