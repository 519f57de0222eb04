"""The figures of docs/validation.md were made with these settings: whoever changes one makes the figures again.

Lengths in mm, angles in deg, everything else as its name says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shinsight.calibration.worn import rock_lift, rock_path, rocks
from shinsight.calibration.worn.guide import ANKLE_RISE_OF_HEEL, GuideSettings
from shinsight.calibration.worn.rock_path import PathSettings
from shinsight.calibration.worn.rocks import FitSettings
from shinsight.calibration.worn.strap_watch import StrapSettings
from shinsight.calibration.worn.worn_leg import WornLegSettings
from shinsight.detection import lift_shapes
from shinsight.detection.heel_live import LiveSettings
from shinsight.detection.heel_verdict import VerdictSettings
from shinsight.detection.lift_shapes import OnsetSettings
from shinsight.pipeline import set_processor


def assert_settings(settings: object, expected: dict[str, Any]) -> None:
    found = {name: np.asarray(getattr(settings, name), dtype=np.float64).tolist() for name in expected}
    in_units = {name: np.multiply(value, _unit(name)).tolist() for name, value in found.items()}
    assert in_units == {name: pytest.approx(value) for name, value in expected.items()}


def _unit(name: str) -> float:
    if name.endswith("_m"):
        return 1000.0
    return 180.0 / np.pi if name.endswith("_rad") and name != "start_tilt_sd_rad" else 1.0


def test_the_fit_of_the_rocks() -> None:
    assert_settings(
        FitSettings(),
        {
            "lever_down_m": 200.0,
            "lever_behind_m": 40.0,
            "lever_sd_m": [30.0, 70.0, 30.0],
            "offset_sd_mps2": 0.3,
            "scale_sd": 0.015,
            "cross_sd": 0.01,
            "height_sd_m": 1.5,
            "height_correlation_s": 0.25,
            "start_height_sd_m": 1.0,
            "start_velocity_sd_mps": 0.004,
            "start_acceleration_sd_mps2": 0.01,
            "passes": 2,
        },
    )
    assert rocks.ROW_STEP_S == 0.05
    assert rocks.TYPICAL_GRAVITY_MPS2 == 9.81


def test_the_path_of_the_rocks() -> None:
    assert_settings(
        PathSettings(),
        {
            "lever_m": [-50.0, -200.0, 0.0],
            "lever_sd_m": [20.0, 45.0, 30.0],
            "offset_sd_mps2": 0.2,
            "scale_sd": 0.02,
            "cross_sd": 0.015,
            "gyro_gain_sd": 0.02,
            "drift_sd_m": [3.0, 1.5],
            "position_sd_m": [3.0, 1.0, 6.0],
            "correlation_s": 0.25,
            "start_position_sd_m": 1.0,
            "start_velocity_sd_mps": 0.004,
            "start_tilt_sd_rad": 0.004,
            "start_acceleration_sd_mps2": 0.01,
        },
    )
    assert (rock_path.ROW_STEP_S, rock_path.PASSES) == (0.05, 2)
    assert np.degrees(rock_path.DRIFT_AT_RAD) == pytest.approx(30.0)
    assert rock_lift.ONSETS == (0.0, 0.25, 0.5, 0.75)
    assert (rock_lift.FORWARD_SHARE, rock_lift.SLIDE_S, rock_lift.MOVING) == (0.5, 0.3, 0.08)


def test_the_gates_of_a_calibration() -> None:
    assert_settings(
        GuideSettings(),
        {
            "stand_s": 3.0,
            "rocks": 5,
            "least_rocks": 3,
            "least_range_rad": 12.0,
            "most_turn_rad": 4.0,
            "most_spin_rad": 5.0,
            "least_rise_m": 5.5,
            "least_surety": 2.5,
            "clear_rise_m": 3.5,
            "clear_surety": 5.5,
            "least_slide_m": 6.0,
            "least_slide_surety": 3.0,
            "most_residual_m": 1.8,
            "shortest_lever_m": 80.0,
            "longest_lever_m": 420.0,
            "good_residual_m": 0.6,
            "rest_after_s": 0.6,
            "buffer_s": 120.0,
        },
    )
    assert ANKLE_RISE_OF_HEEL == 0.69


def test_the_watch_of_the_strap_and_of_the_leg() -> None:
    assert_settings(
        StrapSettings(),
        {
            "least_lean_rad": 4.0,
            "least_right_rad": 4.0,
            "least_spin_rad": 9.0,
            "lasts": 3,
            "usual": 6,
            "clear_of_spread": 2.7,
            "no_stance_rad": 5.5,
            "least_proof": 0.0,
            "heading_share": 0.5,
            "most_from_rocks_rad": 40.0,
            "least_rest_samples": 5,
        },
    )
    assert_settings(WornLegSettings(), {"least_inward_rad": 8.0, "most_inward_rad": 90.0, "most_upward": 0.6})


def test_the_heel_as_it_happens_and_looking_back() -> None:
    assert_settings(
        LiveSettings(),
        {
            "every_s": 0.038,
            "before_s": 1.0,
            "longest_s": 20.0,
            "upright_worth": 0.2,
            "up_log_odds": 1.1,
            "down_log_odds": -0.65,
        },
    )
    assert_settings(LiveSettings().error, {"acceleration_sd_mps2": 0.02, "start_velocity_sd_mps": 0.01})
    assert_settings(
        VerdictSettings(),
        {"grid_s": 0.05, "most_points": 220, "up_from": 0.5, "down_to": 0.35, "settling_m": 1.8},
    )
    assert_settings(
        OnsetSettings(),
        {
            "leans_rad": [6.0, 10.0, 14.0, 18.0, 22.0, 26.0, 30.0, 35.0],
            "lean_span_rad": 10.0,
            "rises_s": [0.25, 0.6, 1.5],
            "every_s": 0.15,
            "usual_away_s": 2.0,
        },
    )
    assert lift_shapes.ONSETS == (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.85, 0.92)
    assert lift_shapes.ENDS == (0.55, 0.7, 0.85, 1.0)
    assert lift_shapes.RISES_S == (0.25, 0.5, 1.0, 2.0)
    assert lift_shapes.LEANS == (0.2, 0.4, 0.6, 0.75, 0.88)
    assert lift_shapes.HELD == (0.7, 0.9)
    assert (lift_shapes.SHORTEST_S, lift_shapes.FALL_S, lift_shapes.LEAST_RAMP_S) == (0.2, 0.4, 0.1)


def test_what_a_verdict_looks_back_on() -> None:
    assert (set_processor.HISTORY_S, set_processor.VERDICT_WAIT_S) == (60.0, 1.2)
    assert (set_processor.FLAT_BEFORE_S, set_processor.FLAT_SETTLED_S) == (1.5, 0.25)
    assert (set_processor.QUIET_S, set_processor.EDGE_S, set_processor.LEAST_FLAT) == (0.2, 0.2, 5)
    assert set_processor.TOUCH_AND_GO_CONFIDENCE == 0.075
