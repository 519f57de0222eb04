"""Real movement through the wire: lost packets cost little while the board's quaternion travels along."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.broad_through_wire import (
    BATCH,
    EXCERPT,
    Trial,
    board_batches,
    inclination_rmse_deg,
    lose,
    read_trial,
    receive,
    without_quaternion,
)
from shinsight.units import RAD_PER_DEG


@pytest.fixture(scope="module")
def trial() -> Trial:
    return read_trial(EXCERPT)


@pytest.mark.parametrize("board_bias_off_dps", [0.0, 1.0])
def test_five_percent_lost_packets_cost_half_a_degree_at_most_in_fast_movement(
    trial: Trial, board_bias_off_dps: float
) -> None:
    bias = trial.gyro_radps[:500].mean(axis=0) + board_bias_off_dps * RAD_PER_DEG / np.sqrt(3.0)
    batches = board_batches(trial, board_bias_radps=bias)
    whole = inclination_rmse_deg(trial, *receive(batches))
    lossy, bare = (
        np.mean([inclination_rmse_deg(trial, *receive(lose(sent, fraction=0.05, seed=s))) for s in range(4)])
        for sent in (batches, without_quaternion(batches))
    )
    assert whole < 0.8
    assert lossy < whole + 0.5
    assert bare > lossy + 0.5


def test_every_sample_of_the_excerpt_has_its_place_after_losses(trial: Trial) -> None:
    batches = board_batches(trial, board_bias_radps=np.zeros(3))
    samples, rate_hz = receive(lose(batches, fraction=0.2, seed=3))
    assert len(samples) == len(batches) * BATCH
    assert rate_hz == pytest.approx(trial.rate_hz / 3, rel=2e-3)
