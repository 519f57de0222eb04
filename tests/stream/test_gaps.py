"""Lost samples: the turn that the board saw is kept, the movement goes on as is likely."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shinsight.fusion.quaternion import conjugate, from_rotation_vector, multiply, strapdown, to_rotation_vector
from shinsight.samples import FloatArray
from shinsight.stream.gaps import BoardTurn, rates_for_rotation
from shinsight.stream.interpolation import kriging_fill, straight
from shinsight.stream.timeline import Timeline
from shinsight.wire.messages import ImuBatch
from wire.board import GYRO_SCALE_RADPS, INFO, RATE_HZ, stream

DT_S = 1.0 / RATE_HZ
DPS = pi / 180.0


def rocking(t_s: np.ndarray) -> np.ndarray:
    """A shin that rocks at 0.7 Hz, up to 110 deg/s."""
    phase = 2 * pi * 0.7 * t_s
    return np.stack([0.3 * np.sin(phase + 1.0), 0.2 * np.cos(1.7 * phase), 1.9 * np.sin(phase)], axis=1)


def gyro_of(batches: list[ImuBatch]) -> FloatArray:
    """(n, 3) rad/s, filled samples included."""
    timeline = Timeline(info=INFO)
    return np.concatenate([timeline.add(b).gyro_counts for b in batches]) * GYRO_SCALE_RADPS


def turn_error_rad(got: FloatArray, true: FloatArray) -> float:
    assert got.shape == true.shape
    got_turn, true_turn = (strapdown(rates.tolist(), DT_S) for rates in (got, true))
    return float(np.linalg.norm(to_rotation_vector(multiply(conjugate(true_turn), got_turn))))


def without(batches: list[ImuBatch], start: int, stop: int, *, quaternion: bool = True) -> list[ImuBatch]:
    kept = batches[:start] + batches[stop:]
    return kept if quaternion else [replace(b, quaternion=None) for b in kept]


@pytest.mark.parametrize("lost_batches", [1, 5, 15])
@pytest.mark.parametrize("board_bias_dps", [0.0, 1.0, 20.0])
def test_the_lost_turn_is_restored_whatever_bias_the_board_takes_off(lost_batches: int, board_bias_dps: float) -> None:
    bias = np.array([0.6, -0.5, 0.6]) * board_bias_dps * DPS
    sent = stream(120, rates=lambda t_s: rocking(t_s) + bias, board_bias_radps=bias.tolist(), jitter_s=0.0)
    got = gyro_of(without(sent, 60, 60 + lost_batches))
    # The host takes the bias off before it integrates; turns do not add up with a bias in them.
    assert turn_error_rad(got - bias, gyro_of(sent) - bias) < 0.1 * DPS


def test_without_the_quaternion_a_long_gap_costs_many_degrees() -> None:
    sent = stream(120, rates=rocking, jitter_s=0.0)
    assert turn_error_rad(gyro_of(without(sent, 60, 75, quaternion=False)), gyro_of(sent)) > 5.0 * DPS


def test_a_quaternion_that_contradicts_the_samples_is_not_used() -> None:
    sent = stream(120, rates=rocking, jitter_s=0.0)
    foreign = [replace(b, quaternion=(b.quaternion[3], *b.quaternion[:3])) for b in sent if b.quaternion]
    assert np.array_equal(gyro_of(without(foreign, 60, 61)), gyro_of(without(sent, 60, 61, quaternion=False)))


def test_a_turn_faster_than_the_chip_can_measure_is_not_filled_in() -> None:
    sent = stream(60, rates=lambda t_s: np.zeros((len(t_s), 3)), jitter_s=0.0)
    reset = [replace(b, quaternion=from_rotation_vector((0.0, 0.0, 3.0))) for b in sent[31:]]
    slow_chip = replace(INFO, gyro_scale_radps=0.0005)
    timeline = Timeline(info=slow_chip)
    got = np.concatenate([timeline.add(b).gyro_counts for b in sent[:30] + reset])
    assert timeline.filled == 10
    assert np.abs(got).max() <= 32767


rates = st.floats(-8.0, 8.0)
vectors = st.tuples(rates, rates, rates)


@settings(max_examples=80)
@given(before=vectors, after=vectors, true=st.tuples(*[st.floats(-1.5, 1.5)] * 3), count=st.integers(1, 60))
def test_filled_rates_make_exactly_the_turn_they_should(
    before: tuple[float, float, float], after: tuple[float, float, float], true: tuple[float, float, float], count: int
) -> None:
    turn = from_rotation_vector(true)
    made = strapdown(
        rates_for_rotation(straight(np.array(before), np.array(after), count), turn, dt_s=DT_S).tolist(), DT_S
    )
    assert np.linalg.norm(to_rotation_vector(multiply(conjugate(turn), made))) < 2e-5


def test_the_bias_the_board_takes_off_is_learned_from_intact_batches() -> None:
    bias = (0.02, -0.03, 0.01)
    sent = stream(60, rates=lambda t_s: rocking(t_s) * 0.5, board_bias_radps=bias)
    board, gain = BoardTurn(), GYRO_SCALE_RADPS
    for last, batch in pairwise(sent):
        assert last.quaternion
        assert batch.quaternion
        rates_radps = [(gain * x, gain * y, gain * z) for *_, x, y, z in batch.samples]
        board.learn(multiply(conjugate(last.quaternion), batch.quaternion), rates_radps, DT_S)
    assert board.bias_radps == pytest.approx(bias, abs=1e-4)


def test_a_smooth_movement_is_carried_on_better_than_along_a_line() -> None:
    t = np.arange(700) / RATE_HZ
    movement = 800.0 * np.sin(2 * pi * 2.0 * t)[:, None] + np.random.default_rng(1).normal(0.0, 3.0, (700, 1))
    before, lost, after = movement[580:590], movement[590:600], movement[600:610]
    error = np.abs(kriging_fill(before, after, 10, history=movement[:590]) - lost).max()
    assert error < 0.25 * np.abs(straight(before[-1], after[0], 10) - lost).max()


def test_without_enough_history_the_line_is_straight() -> None:
    before, after = np.array([[0.0], [0.0]]), np.array([[11.0], [12.0]])
    assert kriging_fill(before, after, 10, history=before)[:, 0] == pytest.approx(np.arange(1, 11))


def test_filled_values_stay_near_their_neighbours_when_nothing_moves() -> None:
    still = np.tile([5.0, 2048.0, -7.0], (500, 1))
    assert kriging_fill(still[:10], still[:10], 20, history=still) == pytest.approx(still[:20])
