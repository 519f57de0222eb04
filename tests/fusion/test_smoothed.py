"""With the future known, inclination is better than live, and headings are counted alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from benchmarks.broad_through_wire import EXCERPT, board_batches, read_trial, receive, rmse_deg
from shinsight.fusion.orientation import UpVector, up_vectors
from shinsight.fusion.smoothed import smoothed_quaternions
from shinsight.samples import FloatArray, SampleBlock, SampleFlag
from shinsight.units import RAD_PER_DEG

RATE_HZ = 100.0


def turning(n: int, *, rate_radps: float = 0.5, bias_radps: float = 0.0, seed: int = 0) -> SampleBlock:
    """A sensor that lies askew and turns about the vertical."""
    lying = Rotation.from_rotvec(np.random.default_rng(seed).normal(size=3))
    up = lying.inv().apply([0.0, 0.0, 1.0])
    gyro = np.tile(rate_radps * up + bias_radps, (n, 1))
    return SampleBlock(np.arange(n) / RATE_HZ, np.tile(9.81 * up, (n, 1)), gyro, np.zeros(n, np.uint8))


def flagged(samples: SampleBlock, at: int, flag: SampleFlag, *, lost_s: float) -> SampleBlock:
    flags = samples.flags.copy()
    flags[at] |= flag
    later = np.where(np.arange(len(samples)) >= at, lost_s, 0.0)
    return SampleBlock(samples.t_s + later, samples.accel_mps2, samples.gyro_radps, flags)


def headings_rad(quaternions: FloatArray) -> FloatArray:
    """Turn about the vertical since the first, unwrapped."""
    rotations = Rotation.from_quat(np.roll(quaternions, -1, axis=1))
    turned = (rotations * rotations[0].inv()).as_quat()
    return np.unwrap(2.0 * np.arctan2(turned[:, 2], turned[:, 3]))


def test_the_past_of_a_real_movement_is_known_better_than_its_present() -> None:
    trial = read_trial(EXCERPT)
    samples, rate_hz = receive(board_batches(trial, board_bias_radps=np.zeros(3)))
    live, smoothed = (
        rmse_deg(trial, up_vectors(quaternions))
        for quaternions in (
            UpVector(rate_hz=rate_hz).run_quaternions(samples),
            smoothed_quaternions(samples, rate_hz=rate_hz),
        )
    )
    assert smoothed < 0.9 * live


@settings(max_examples=25, deadline=None)
@given(n=st.integers(0, 12), seed=st.integers(0, 1000))
def test_any_number_of_samples_has_as_many_orientations_and_the_first_has_the_heading_of_the_shortest_turn(
    n: int, seed: int
) -> None:
    samples = turning(n, seed=seed)
    quaternions = smoothed_quaternions(samples, rate_hz=RATE_HZ)
    assert quaternions.shape == (n, 4)
    np.testing.assert_allclose(np.linalg.norm(quaternions, axis=1), 1.0, atol=1e-9)
    np.testing.assert_allclose(up_vectors(quaternions), samples.accel_mps2 / 9.81, atol=1e-3)
    np.testing.assert_allclose(quaternions[:1, 3], 0.0, atol=1e-9)


def test_headings_are_those_of_the_live_filter() -> None:
    samples = turning(600)
    live = UpVector(rate_hz=RATE_HZ).run_quaternions(samples)
    np.testing.assert_allclose(smoothed_quaternions(samples, rate_hz=RATE_HZ), live, atol=0.01)


def test_a_cheap_gyro_is_followed_once_its_bias_is_known() -> None:
    bias = 15.0 * RAD_PER_DEG
    samples = turning(1000, bias_radps=bias)
    quaternions = smoothed_quaternions(samples, rate_hz=RATE_HZ, gyro_bias_radps=(bias, bias, bias))
    assert headings_rad(quaternions)[-1] == pytest.approx(0.5 * 9.99, abs=0.05)


def test_a_chip_that_runs_fast_is_integrated_by_its_true_intervals() -> None:
    samples = turning(1000)
    quaternions = smoothed_quaternions(samples, rate_hz=RATE_HZ / 1.02)
    assert headings_rad(quaternions)[-1] == pytest.approx(0.5 * 9.99, rel=2e-3)


@pytest.mark.parametrize(
    ("flag", "lost_s"), [(SampleFlag.GAP, 0.01), (SampleFlag.NONE, 3.0)], ids=["flagged", "by its length"]
)
def test_after_a_gap_the_filter_starts_anew_with_the_heading_of_before(flag: SampleFlag, lost_s: float) -> None:
    samples = turning(800)
    fallen = Rotation.from_rotvec([1.2, 0.0, 0.0])
    accel, gyro = samples.accel_mps2.copy(), samples.gyro_radps.copy()
    accel[400:], gyro[400:] = fallen.apply(accel[400:]), fallen.apply(gyro[400:])
    samples = flagged(SampleBlock(samples.t_s, accel, gyro, samples.flags), 400, flag, lost_s=lost_s)
    quaternions = smoothed_quaternions(samples, rate_hz=RATE_HZ)
    np.testing.assert_allclose(up_vectors(quaternions), accel / 9.81, atol=1e-3)
    across = Rotation.from_quat(np.roll(quaternions[[399, 400]], -1, axis=1))
    assert abs((across[1] * across[0].inv()).as_rotvec()[2]) < 1e-6
