"""Forward tilt from a long axis, and the standard deviation that is stated with it."""

from __future__ import annotations

import numpy as np
import pytest

from shinsight.kinematics.inclination import inclination, inclination_sd

FORWARD = (0.6, 0.8)
RIGHT = (0.8, -0.6)


@pytest.mark.parametrize("degrees", [-20.0, 0.0, 35.0, 120.0])
def test_the_tilt_of_a_long_axis_is_counted_forward_from_the_vertical(degrees: float) -> None:
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    long_axis = (FORWARD[0] * sine, FORWARD[1] * sine, cosine)
    assert np.degrees(inclination(long_axis, FORWARD)) == pytest.approx(degrees)


def test_a_tilt_to_the_side_is_not_forward() -> None:
    sine, cosine = np.sin(0.2), np.cos(0.2)
    assert inclination((RIGHT[0] * sine, RIGHT[1] * sine, cosine), FORWARD) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("degrees", "sd_deg"), [(0.0, 0.5), (30.0, 1.82), (-30.0, 1.82), (45.0, 2.672)], ids=["0", "30", "-30", "45"]
)
def test_the_stated_deviation_is_half_a_degree_of_sensor_and_what_skin_turns(degrees: float, sd_deg: float) -> None:
    assert np.degrees(inclination_sd(np.radians(degrees))) == pytest.approx(sd_deg, abs=0.001)
