"""What a pitch of the foot says of the heel."""

from __future__ import annotations

import numpy as np
import pytest

from shinsight.detection.foot_heel import WITHOUT_AXIS, WITHOUT_ROCKS, FootHeelSettings, FootRep, judge_foot
from shinsight.errors import SettingsError
from shinsight.kinematics.foot import FootLengths
from shinsight.results import HeelState
from shinsight.samples import FloatArray

T_S = np.arange(0.0, 3.0, 0.01)
LEAN = np.radians(30.0) * np.sin(np.pi * T_S / 3.0)


def judged(pitch_deg: FloatArray, settings: FootHeelSettings | None = None, *, broken: bool = False) -> FootRep:
    return judge_foot(
        T_S, np.radians(pitch_deg), LEAN, lengths=FootLengths(), settings=settings or FootHeelSettings(), broken=broken
    )


def bump(height_deg: float, seconds: float) -> FloatArray:
    return np.where(np.abs(T_S - 1.5) < seconds / 2.0, height_deg, 0.0)


@pytest.mark.parametrize(
    ("pitch_deg", "heel"), [(1.2, HeelState.DOWN), (1.5, HeelState.UNSURE), (2.0, HeelState.UP), (-5.0, HeelState.DOWN)]
)
def test_after_rocks_two_degrees_are_a_lift(pitch_deg: float, heel: HeelState) -> None:
    assert judged(bump(pitch_deg, 1.0)).heel is heel


def test_without_rocks_it_takes_more() -> None:
    seen = [judged(bump(degrees, 1.0), WITHOUT_ROCKS).heel for degrees in (2.5, 3.5, 4.5)]
    assert seen == [HeelState.DOWN, HeelState.UNSURE, HeelState.UP]


def test_a_turn_of_unknown_direction_is_never_called_a_lift() -> None:
    assert judged(bump(12.0, 1.0), WITHOUT_AXIS).heel is HeelState.UNSURE
    assert judged(bump(2.5, 1.0), WITHOUT_AXIS).heel is HeelState.DOWN


def test_a_jolt_is_no_lift() -> None:
    assert judged(bump(5.0, 0.05)).heel is HeelState.DOWN
    assert judged(bump(5.0, 0.15)).heel is HeelState.UP


def test_a_lift_says_how_high_and_since_when() -> None:
    rep = judged(bump(9.6, 1.0))
    assert rep.heel_lift_m == pytest.approx(0.030, abs=0.001)
    assert 0.002 < rep.heel_lift_sd_m < 0.004
    assert rep.heel_off_s == pytest.approx(1.0, abs=0.02)


def test_the_ankle_bends_less_than_the_shank_leans_where_the_heel_is_up() -> None:
    assert np.degrees(judged(bump(0.0, 1.0)).peak_dorsiflexion_rad) == pytest.approx(30.0, abs=0.01)
    assert np.degrees(judged(np.full(len(T_S), 9.6)).peak_dorsiflexion_rad) == pytest.approx(20.4, abs=0.01)


def test_with_samples_missing_nothing_is_said() -> None:
    rep = judged(bump(9.6, 1.0), broken=True)
    assert rep.heel is HeelState.UNSURE
    assert rep.heel_off_s is None


def test_thresholds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(SettingsError, match="down_rad"):
        FootHeelSettings(up_rad=0.02, down_rad=0.03)
