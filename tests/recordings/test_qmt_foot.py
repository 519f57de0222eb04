"""A real sensor on a foot: flat while its owner stands, heel off in every step (qmt_foot/README.md)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from shinsight.calibration.worn.foot import fit_foot, quiet_stance
from shinsight.fusion.orientation import up_vectors
from shinsight.fusion.smoothed import smoothed_quaternions
from shinsight.kinematics.foot import foot_pitch, tilt_vectors
from shinsight.samples import FloatArray, SampleBlock, Vector
from shinsight.units import DEG_PER_RAD

FOLDER = Path(__file__).parent / "qmt_foot"
RATE_HZ = 100.0
STANCE_S = 2.5
"""The walk begins with this much standing."""


def samples(name: str) -> SampleBlock:
    rows = np.load(FOLDER / "left.npz")[name].astype(np.float64)
    n = len(rows)
    return SampleBlock(np.arange(n) / RATE_HZ, rows[:, :3].copy(), rows[:, 3:].copy(), np.zeros(n, np.uint8))


def up_and_stance(block: SampleBlock, standing: slice) -> tuple[FloatArray, Vector]:
    up = up_vectors(smoothed_quaternions(block, rate_hz=RATE_HZ))
    x, y, z = up[standing][quiet_stance(block[standing], RATE_HZ)].mean(axis=0).tolist()
    return up, (x, y, z)


@pytest.fixture(scope="module")
def walk() -> dict[str, FloatArray]:
    """Pitch of the foot and its turn, and the turn of the shank, all in degrees."""
    foot, shank = samples("walking_foot"), samples("walking_shank")
    standing = slice(0, round(STANCE_S * RATE_HZ))
    up, stance = up_and_stance(foot, standing)
    nothing = np.zeros(len(foot))
    fit = fit_foot(up, nothing, up_standing=stance, rocks=np.empty(0, np.intp))
    up_shank, stance_shank = up_and_stance(shank, standing)
    return {
        "pitch": foot_pitch(fit.model, up, nothing) * DEG_PER_RAD,
        "turn": np.linalg.norm(tilt_vectors(up, stance), axis=1) * DEG_PER_RAD,
        "shank": np.linalg.norm(tilt_vectors(up_shank, stance_shank), axis=1) * DEG_PER_RAD,
    }


def test_a_foot_that_stands_stays_flat_within_half_a_degree() -> None:
    foot = samples("standing_foot")
    up, stance = up_and_stance(foot, slice(0, len(foot)))
    assert np.linalg.norm(tilt_vectors(up, stance), axis=1).max() * DEG_PER_RAD < 0.5


def test_in_every_step_the_heel_leaves_the_floor_by_far_and_the_toes_only_a_little(walk: dict[str, FloatArray]) -> None:
    pitch = walk["pitch"]
    high = pitch > 45.0
    assert np.count_nonzero(np.diff(high.astype(int)) == 1) == 5
    assert 60.0 < pitch.max() < 85.0
    assert -50.0 < pitch.min() < -15.0


def test_between_steps_the_foot_is_flat_again_while_the_shank_turns_over_it(walk: dict[str, FloatArray]) -> None:
    pitch, shank = walk["pitch"], walk["shank"]
    still = np.convolve(np.abs(np.gradient(pitch)) < 0.15, np.ones(15), mode="same") >= 15
    still[: round(STANCE_S * RATE_HZ)] = False
    assert np.count_nonzero(still) > 60
    assert np.abs(pitch[still]).max() < 4.0
    assert np.ptp(shank[still]) > 8.0


def test_a_step_turns_the_foot_about_one_axis(walk: dict[str, FloatArray]) -> None:
    high = walk["pitch"] > 45.0
    assert (walk["turn"] - walk["pitch"])[high].max() < 3.0
