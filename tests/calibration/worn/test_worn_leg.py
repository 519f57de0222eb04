"""Worn by the rule, the board's face tells which leg it is on; worn otherwise it says nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from shinsight.calibration.worn.worn_leg import worn_leg, wrong_leg
from shinsight.kinematics.shank import Alignment
from shinsight.results import Side


def worn(inward_deg: float, side: Side, roll_deg: float = 0.0) -> Alignment:
    """Alignment of a board whose face looks so far inward of ahead, turned in its own plane by roll_deg."""
    to_the_right = np.radians(inward_deg if side is Side.LEFT else -inward_deg)
    z = np.array([np.cos(to_the_right), 0.0, np.sin(to_the_right)])
    y = np.array([0.0, 1.0, 0.0])
    R_shank_from_board = np.stack([np.cross(y, z), y, z], axis=1)
    R_shank_from_sensor = R_shank_from_board @ Rotation.from_rotvec([0, 0, np.radians(roll_deg)]).as_matrix()
    forward, up, right = (tuple(row.tolist()) for row in R_shank_from_sensor)
    return Alignment(forward, up, right)


@settings(deadline=None)
@given(inward_deg=st.floats(9.0, 80.0), roll_deg=st.floats(-180.0, 180.0), side=st.sampled_from(list(Side)))
def test_the_face_looks_inward_however_the_board_lies_on_it(inward_deg: float, roll_deg: float, side: Side) -> None:
    alignment = worn(inward_deg, side, roll_deg)
    assert worn_leg(alignment) is side
    assert wrong_leg(alignment, side) == ""


def test_the_other_leg_is_named_with_what_to_do() -> None:
    said = wrong_leg(worn(40.0, Side.LEFT), Side.RIGHT)
    assert said == (
        "probably worn on the left leg, not the right: the board's face looks 40 deg to the right of straight ahead; "
        "change legs, or give --side left"
    )


@pytest.mark.parametrize("inward_deg", [0.0, 5.0, 120.0, 180.0])
def test_a_face_that_looks_ahead_or_back_says_nothing(inward_deg: float) -> None:
    assert worn_leg(worn(inward_deg, Side.RIGHT)) is None
    assert wrong_leg(worn(inward_deg, Side.RIGHT), Side.LEFT) == ""


def test_a_board_that_lies_on_its_edge_says_nothing() -> None:
    assert worn_leg(Alignment((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, -1.0, 0.0))) is None
