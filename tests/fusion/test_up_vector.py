"""The live filter's up-vector: what a gap in the recording does to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planar_leg import planar_leg
from shinsight.fusion.orientation import RESTART_AFTER_S, UpVector, up_vectors
from shinsight.samples import SampleBlock

RATE_HZ = 100.0
LEG = planar_leg(rises_m=(0.0, 0.0))


def without(from_s: float, to_s: float) -> tuple[SampleBlock, int]:
    """The leg's samples but for those between two times of its set, and the first one after."""
    first, last = (round((LEG.set_start_s + at_s) * RATE_HZ) for at_s in (from_s, to_s))
    return LEG.samples[np.r_[0:first, last : len(LEG.samples)]], first


@pytest.mark.parametrize(("from_s", "to_s"), [(0.3, 1.25), (1.25, 3.0)])
def test_after_a_gap_the_vertical_is_found_at_once_and_the_heading_is_kept(from_s: float, to_s: float) -> None:
    """The way down or the way up is missing, 35 degrees."""
    samples, first = without(from_s, to_s)
    whole = up_vectors(UpVector(rate_hz=RATE_HZ).run_quaternions(LEG.samples))
    right = whole[np.isin(LEG.samples.t_s, samples.t_s)]
    q = UpVector(rate_hz=RATE_HZ).run_quaternions(samples)
    error_deg = np.degrees(np.arccos(np.clip(np.einsum("ij,ij->i", up_vectors(q), right), -1.0, 1.0)))
    assert error_deg[first:].max() < 6.0  # what the leg's own acceleration hides for a moment
    assert error_deg[first + 150 :].max() < 1.0
    assert abs(heading_apart_deg(q[first - 1], q[first])) < 5.0


def heading_apart_deg(one: np.ndarray, other: np.ndarray) -> float:
    aw, ax, ay, az = one
    bw, bx, by, bz = other
    turn = np.arctan2(-aw * bz - ax * by + ay * bx + az * bw, aw * bw + ax * bx + ay * by + az * bz)
    return float(np.degrees(2.0 * turn))


def test_a_block_with_gaps_is_what_its_samples_are_one_by_one() -> None:
    samples, first = without(0.5, 1.2)
    later = samples.t_s + np.where(np.arange(len(samples)) >= first + 200, 2.0 * RESTART_AFTER_S, 0.0)
    samples = replace(samples, t_s=later)
    one_by_one = UpVector(rate_hz=RATE_HZ, gyro_bias_radps=(0.01, 0.0, -0.02))
    up = np.array([one_by_one.update(sample) for sample in samples.samples()])
    block = UpVector(rate_hz=RATE_HZ, gyro_bias_radps=(0.01, 0.0, -0.02))
    cut = first + 50
    in_two = np.concatenate([block.run(samples[:cut]), block.run(samples[cut:])])
    np.testing.assert_allclose(in_two, up, atol=1e-9)
    np.testing.assert_allclose(block.quaternion, one_by_one.quaternion, atol=1e-9)
    np.testing.assert_allclose(block.bias_radps, one_by_one.bias_radps, atol=1e-12)
