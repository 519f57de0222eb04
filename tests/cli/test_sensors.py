"""Which sensors a command takes, and what it says when it cannot know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shinsight.cli import sensors
from shinsight.cli.sensors import Worn, links_found, on_foot, worn
from shinsight.errors import SettingsError
from shinsight.pipeline.settings import Overrides, PipelineSettings
from shinsight.results import Side
from shinsight.session.imu_csv import read_imu_csv
from shinsight.transport.names import open_link
from shinsight.transport.search import Found

NOTHING_SAID = Overrides(exercise=None, side=None, zero=None, slope_rad=None)


def found(monkeypatch: pytest.MonkeyPatch, *, radio: tuple[str, ...] = (), ports: tuple[str, ...] = ()) -> list[str]:
    monkeypatch.setattr(sensors, "search", lambda _s: Found(radio, ports, ()))
    return links_found()


def test_the_only_board_in_reach_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, radio=("shinsight",)) == ["ble:shinsight"]
    assert found(monkeypatch, ports=("/dev/ttyACM0",)) == ["serial:/dev/ttyACM0"]


def test_a_board_on_both_is_taken_by_radio(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, radio=("shinsight",), ports=("COM5",)) == ["ble:shinsight"]


def test_a_left_and_a_right_board_are_taken_together(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, radio=("Anna Right", "Anna Left")) == ["ble:Anna Left", "ble:Anna Right"]


@pytest.mark.parametrize("radio", [("a", "b"), ("left 1", "left 2"), ("left", "right", "left too")])
def test_boards_that_could_be_anybodys_are_asked_for_by_name(
    monkeypatch: pytest.MonkeyPatch, radio: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsError, match="several boards are in reach"):
        found(monkeypatch, radio=radio)


def test_without_a_board_the_simulated_leg_is_shown_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(monkeypatch) == ["sim:"]
    assert "no board found: showing a simulated leg" in capsys.readouterr().err


def test_the_name_of_a_board_says_which_leg_it_is_on(tmp_path: Path) -> None:
    left, right = worn(["ble:Left", "ble:my-right-one"], NOTHING_SAID, tmp_path)
    assert (left.settings.side, right.settings.side) == (Side.LEFT, Side.RIGHT)
    assert (left.record_to, right.record_to) == (tmp_path / "left", tmp_path / "right")


def test_two_sensors_on_one_leg_are_refused() -> None:
    with pytest.raises(SettingsError, match="ble:left ble:right"):
        worn(["ble:a", "ble:b"], NOTHING_SAID, None)


def test_a_third_board_on_the_foot_is_recorded_beside_the_legs(tmp_path: Path) -> None:
    left, foot = worn(["ble:Left", "ble:my foot"], NOTHING_SAID, tmp_path)
    assert (left.on_shank, foot.on_shank) == (True, False)
    assert (foot.name, foot.record_to) == ("foot", tmp_path / "foot")
    with pytest.raises(SettingsError, match="expected one on a shin"):
        worn(["ble:foot"], NOTHING_SAID, tmp_path)


@pytest.mark.parametrize("scheme", ["sim", "emulator"])
def test_a_simulated_foot_sits_beside_its_shin(scheme: str, tmp_path: Path) -> None:
    foot, shin = (on_foot(f"{scheme}:squat?reps=1&place={place}") for place in ("foot", "shank"))
    assert (foot, shin) == (True, False)
    both = worn(["sim:squat?reps=1", "sim:squat?reps=1&place=foot"], NOTHING_SAID, tmp_path)
    assert [sensor.name for sensor in both] == ["right", "foot"]


def test_of_a_foot_samples_and_time_are_kept_and_nothing_is_concluded(tmp_path: Path) -> None:
    foot = Worn(open_link("sim:squat?reps=1&speed=0"), PipelineSettings(), tmp_path / "foot", on_shank=False)
    seen: list[int] = []
    foot.runner(lambda frames, events, health: seen.append(len(frames) + len(events)), for_s=None).run()
    assert sum(seen) == 0
    assert len(read_imu_csv(tmp_path / "foot" / "imu.csv").samples) > 1000
    about = json.loads((tmp_path / "foot" / "session.json").read_text())
    assert about["sensor"] == "foot"
    assert about["clock"] is not None
    assert about["reps"] == 0


def test_two_simulated_legs_are_recorded_side_by_side(tmp_path: Path) -> None:
    from shinsight.cli import app

    links = [f"sim:squat?side={side}&reps=1&rocks=0&speed=0" for side in ("left", "right")]
    app(["record", *links, "--out", str(tmp_path / "s")], standalone_mode=False)
    for side in ("left", "right"):
        assert (tmp_path / "s" / side / "imu.csv").stat().st_size > 10_000
