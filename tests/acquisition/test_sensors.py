"""The sensors of a run: one for each leg, and one on the foot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shinsight.acquisition.sensors import WornSensor, is_on_foot, worn_sensors
from shinsight.errors import SettingsError
from shinsight.pipeline.settings import Overrides, PipelineSettings
from shinsight.results import Side
from shinsight.session.imu_csv import read_imu_csv
from shinsight.transport.names import open_link

NOTHING_GIVEN = Overrides(exercise=None, side=None, zero=None, slope_rad=None)


def test_the_name_of_a_board_says_which_leg_it_is_on(tmp_path: Path) -> None:
    left, right = worn_sensors(["ble:Left", "ble:my-right-one"], NOTHING_GIVEN, tmp_path, tell=print)
    assert (left.settings.side, right.settings.side) == (Side.LEFT, Side.RIGHT)
    assert (left.record_to, right.record_to) == (tmp_path / "left", tmp_path / "right")


def test_two_sensors_on_one_leg_are_refused() -> None:
    with pytest.raises(SettingsError, match="ble:left ble:right"):
        worn_sensors(["ble:a", "ble:b"], NOTHING_GIVEN, None, tell=print)


def test_a_third_board_on_the_foot_is_recorded_beside_the_legs(tmp_path: Path) -> None:
    left, foot = worn_sensors(["ble:Left", "ble:my foot"], NOTHING_GIVEN, tmp_path, tell=print)
    assert (left.on_shank, foot.on_shank) == (True, False)
    assert (foot.name, foot.record_to) == ("foot", tmp_path / "foot")
    with pytest.raises(SettingsError, match="expected one on a shin"):
        worn_sensors(["ble:foot"], NOTHING_GIVEN, tmp_path, tell=print)


@pytest.mark.parametrize("scheme", ["sim", "emulator"])
def test_a_simulated_foot_sits_beside_its_shin(scheme: str, tmp_path: Path) -> None:
    foot, shin = (is_on_foot(f"{scheme}:squat?reps=1&place={place}") for place in ("foot", "shank"))
    assert (foot, shin) == (True, False)
    both = worn_sensors(["sim:squat?reps=1", "sim:squat?reps=1&place=foot"], NOTHING_GIVEN, tmp_path, tell=print)
    assert [sensor.name for sensor in both] == ["right", "foot"]


def test_of_a_foot_samples_and_time_are_kept_and_nothing_is_concluded(tmp_path: Path) -> None:
    foot = WornSensor(open_link("sim:squat?reps=1&speed=0"), PipelineSettings(), tmp_path / "foot", on_shank=False)
    seen: list[int] = []
    foot.runner(lambda frames, events, health: seen.append(len(frames) + len(events)), for_s=None).run()
    assert sum(seen) == 0
    assert len(read_imu_csv(tmp_path / "foot" / "imu.csv").samples) > 1000
    about = json.loads((tmp_path / "foot" / "session.json").read_text())
    assert about["sensor"] == "foot"
    assert about["clock"] is not None
    assert about["reps"] == 0
