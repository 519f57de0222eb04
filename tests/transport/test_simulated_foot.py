"""`place=foot`: another board on the same person in the same movement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shinsight.transport.simulated import SimLink, SimOptions
from shinsight.transport.simulated.link import perform
from shinsight.transport.simulated.sensor import GYRO_SCALE_RADPS

OPTIONS = SimOptions(reps=2, heel_lift_mm=30, lift_share=1.0, seed=4, speed=0)


@pytest.fixture(scope="module")
def foot() -> SimLink:
    return SimLink(replace(OPTIONS, place="foot"))


def test_shin_and_foot_make_the_same_movement(foot: SimLink) -> None:
    shin = SimLink(OPTIONS)
    assert foot.truth.reps == shin.truth.reps
    pitch = np.interp(foot.truth.t_s, shin.truth.t_s, shin.truth.foot_pitch_rad)
    np.testing.assert_allclose(foot.truth.foot_pitch_rad, pitch, atol=1e-3)


def test_a_flat_foot_hardly_turns_and_a_lifted_heel_turns_it_by_its_pitch() -> None:
    options = replace(OPTIONS, place="foot", grade="ideal", skin="none")
    motion, reading, _ = perform(options)
    rates = reading.counts[:, 3:] * GYRO_SCALE_RADPS
    fine = np.arange(len(motion.t_s))
    flat = np.interp(reading.index, fine, motion.heel_m) < 1e-5
    assert np.degrees(np.percentile(np.abs(rates[flat]), 95)) < 0.2
    turned = np.linalg.norm(np.cumsum(rates, axis=0) / reading.rate_hz, axis=1)
    pitch = np.interp(reading.index, fine, motion.foot_pitch_rad)
    assert np.degrees(pitch.max()) > 8.0
    np.testing.assert_allclose(turned, pitch, atol=np.radians(1.0))


def test_the_boards_of_shin_and_foot_err_each_in_its_own_way(foot: SimLink) -> None:
    shin_counts = perform(OPTIONS)[1].counts[:200]
    foot_counts = perform(replace(OPTIONS, place="foot"))[1].counts[:200]
    assert not np.allclose(shin_counts.mean(axis=0), foot_counts.mean(axis=0), atol=5)
