"""Simulated people move as the optical ones do: their spread holds most of what was measured."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.fit_simulator import compared, left_out, optical, simulated

FITTED = (
    "descent_s",
    "bottom_s",
    "ascent_s",
    "peak_deg",
    "inward_deg",
    "stance_inward_deg",
    "ankle_up_mm",
    "ankle_forward_mm",
    "ankle_not_by_a_lever_mm",
)


@pytest.fixture(scope="module")
def squats() -> pd.DataFrame:
    return pd.concat([optical("squat", "good"), simulated("squat", "good", 15)], ignore_index=True)


def test_most_optical_squats_lie_where_nine_in_ten_simulated_ones_do(squats: pd.DataFrame) -> None:
    outside = compared(squats).loc[list(FITTED), "outside sim., %"]
    assert outside.mean() < 20.0
    assert outside.max() < 45.0


def test_no_person_is_unlike_all_the_others_in_what_the_heel_depends_on(squats: pd.DataFrame) -> None:
    real = squats[squats.source == "optical"]
    assert pd.Series(left_out(real, "ankle_not_by_a_lever_mm")).mean() < 0.15
    assert pd.Series(left_out(real, "ankle_up_mm")).mean() < 0.25


def test_the_simulated_ankle_moves_no_less_than_the_optical_one(squats: pd.DataFrame) -> None:
    numbers = compared(squats)
    for name in ("ankle_up_mm", "ankle_loop_mm", "ankle_not_by_a_lever_mm"):
        assert numbers.loc[name, "sim. within"] > 0.8 * numbers.loc[name, "within"]
