"""`--calibration`: a calibration is kept after a run, used again by the next, and said so in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shinsight.acquisition.sensors import CalibrationChoice, WornSensor, worn_sensors
from shinsight.analysis.analysis import analyze
from shinsight.cli import app
from shinsight.cli.running import say
from shinsight.errors import DataError
from shinsight.pipeline.settings import Overrides
from shinsight.results import Side
from shinsight.session.csv_tables import rep_rows
from shinsight.session.folder import open_session
from shinsight.store import strap_calibrations

LINK = "sim:squat?reps=2&heel_lift_mm=25&seed=4&speed=0"
NOTHING_GIVEN = Overrides(exercise=None, side=None, zero=None, slope_rad=None)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(strap_calibrations, "user_data_path", lambda *_args, **_named: tmp_path / "data")
    return tmp_path / "data"


def sensor(link: str, *, person: str = "", calibration: CalibrationChoice | None = None) -> WornSensor:
    return worn_sensors([link], NOTHING_GIVEN, None, tell=say, person=person, calibration=calibration)[0]


def record(out: Path, *options: str) -> None:
    app(["record", LINK, "--out", str(out), *options], standalone_mode=False)


def test_the_next_run_uses_it_again_says_how_old_it_is_and_replays_the_same_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(tmp_path / "one", "--person", "Anna")
    assert open_session(tmp_path / "one").settings.saved is None
    capsys.readouterr()
    record(tmp_path / "two", "--person", "Anna", "--calibration", "saved")
    assert "the calibration of 0 min ago is used again while it fits" in capsys.readouterr().err

    folder = open_session(tmp_path / "two")
    assert folder.settings.saved is not None
    assert folder.calibration is not None
    assert folder.calibration.accepted
    assert folder.calibration.t_s < 6.0
    header, live = (tmp_path / "two" / "reps.csv").read_text().split("\n", 1)
    assert header.startswith("number")
    assert live
    assert rep_rows(analyze(tmp_path / "two", overrides=NOTHING_GIVEN).reps) == live


def test_a_calibration_used_again_does_not_grow_younger(tmp_path: Path, data: Path) -> None:
    record(tmp_path / "one")
    (kept,) = data.glob("straps/*.json")
    before = kept.read_text()
    record(tmp_path / "two", "--calibration", "saved")
    assert kept.read_text() == before


def test_a_simulated_leg_is_calibrated_again_unless_a_saved_one_is_wanted(tmp_path: Path) -> None:
    record(tmp_path / "one")
    assert sensor(LINK).settings.saved is None
    assert sensor(LINK, calibration=CalibrationChoice.SAVED).settings.saved is not None


def test_a_board_uses_its_own_again_and_of_nobody_else(tmp_path: Path, data: Path) -> None:
    record(tmp_path / "one", "--person", "Anna")
    saved = sensor(LINK, person="Anna", calibration=CalibrationChoice.SAVED).settings.saved
    assert saved is not None
    board = strap_calibrations.Strap(link="ble:left", side=worn_side("ble:left"), person="Anna")
    strap_calibrations.keep(board, saved)
    assert sensor("ble:left", person="Anna").settings.saved is not None
    assert sensor("ble:left", person="Bo").settings.saved is None
    assert sensor("ble:left", person="Anna", calibration=CalibrationChoice.FRESH).settings.saved is None


def worn_side(link: str) -> Side:
    return sensor(link).settings.side


def test_a_file_that_is_broken_is_named_and_the_run_starts_with_rocks(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(tmp_path / "one")
    (kept,) = data.glob("straps/*.json")
    kept.write_text("{")
    assert sensor(LINK, calibration=CalibrationChoice.SAVED).settings.saved is None
    said = capsys.readouterr().err
    assert str(kept) in said
    assert "repeat the ankle rocks" in said


def test_a_disk_that_is_full_costs_the_copy_and_not_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> Path:
        raise DataError("the disk is full")

    monkeypatch.setattr("shinsight.acquisition.sensors.keep", full)
    record(tmp_path / "one")
    assert "notice: the disk is full" in capsys.readouterr().err
    assert json.loads((tmp_path / "one" / "session.json").read_text())["reps"] == 2


def test_a_replay_keeps_nothing_and_asks_for_nothing(tmp_path: Path) -> None:
    record(tmp_path / "one")
    replayed = sensor(f"replay:{tmp_path / 'one'}", calibration=CalibrationChoice.SAVED)
    assert replayed.strap is None
    assert replayed.settings.saved is None
