"""The board's own orientation, outside the sampling path: good for its purpose, honest about turns it missed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.broad_through_wire import DECIMATION, EXCERPT, INFO
from firmware.board import run
from firmware.board_orientation import (
    BATCH,
    angle_deg,
    exact_turns,
    follow,
    host_orientation,
    tilt_deg,
    turns_between,
    up,
)
from shinsight.transport.simulated.leg import move
from shinsight.transport.simulated.options import SimOptions
from shinsight.transport.simulated.sensor import ACCEL_SCALE_MPS2, GYRO_SCALE_RADPS, read
from shinsight.wire.messages import Orientation as OrientationMessage
from shinsight.wire.messages import decode

SCALES = {"accel_scale_mps2": ACCEL_SCALE_MPS2, "gyro_scale_radps": GYRO_SCALE_RADPS}
SETTLED_S = 5.0


def rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def test_in_fast_movement_the_tilt_is_that_of_vqf_and_of_the_cameras() -> None:
    with np.load(EXCERPT) as arrays:
        rate_hz = float(arrays["rate_hz"]) / DECIMATION
        whole = len(arrays["up"]) // DECIMATION * DECIMATION
        last = slice(DECIMATION - 1, whole, DECIMATION)
        gyro = arrays["gyro_radps"][:whole].reshape(-1, DECIMATION, 3).mean(axis=1)
        truth, moving = arrays["up"][last], arrays["moving"][last]
        rows = np.hstack([arrays["accel_mps2"][last] / INFO.accel_scale_mps2, gyro / INFO.gyro_scale_radps])
    counts = np.round(rows).astype(np.int16)
    scales = {"accel_scale_mps2": INFO.accel_scale_mps2, "gyro_scale_radps": INFO.gyro_scale_radps}
    says = follow(counts, rate_hz=rate_hz, **scales)
    host = host_orientation(counts, rate_hz=rate_hz, **scales)
    at = slice(BATCH - 1, len(host) * BATCH, BATCH)
    seen = moving[at] & np.isfinite(truth[at]).all(axis=1)
    assert rms(tilt_deg(up(says.upright), up(host))[seen]) < 1.0
    assert rms(tilt_deg(up(says.upright), truth[at])[seen]) < 1.2


@pytest.mark.parametrize("seed", [20, 21, 22])
def test_in_squats_the_tilt_is_that_of_vqf_though_nobody_ever_stands_still(seed: int) -> None:
    options = SimOptions(seed=seed)
    rng = np.random.default_rng(seed)
    reading = read(move(options, rng), options, rng)
    counts = reading.counts.astype(np.int16)
    says = follow(counts, rate_hz=reading.rate_hz, **SCALES)
    host = host_orientation(counts, rate_hz=reading.rate_hz, **SCALES)
    late = np.arange(len(host)) * BATCH / reading.rate_hz > SETTLED_S
    assert rms(tilt_deg(up(says.upright), up(host))[late]) < 1.5
    exact = exact_turns(counts, says, rate_hz=reading.rate_hz, gyro_scale_radps=GYRO_SCALE_RADPS)
    assert angle_deg(turns_between(says.turned), exact).max() < 0.05  # the bias moves within a batch too


def test_a_board_that_lies_still_learns_its_bias_and_stops_turning() -> None:
    rng = np.random.default_rng(1)
    bias = np.array([0.08, -0.03, 0.05])
    counts = np.zeros((1040, 6))
    counts[:, :3] = np.array([0.0, 9.81, 0.0]) / ACCEL_SCALE_MPS2
    counts[:, 3:] = bias / GYRO_SCALE_RADPS + rng.normal(0, 1.0, (1040, 3))
    says = follow(np.round(counts).astype(np.int16), rate_hz=104.0, **SCALES)
    assert says.bias_radps[-1] == pytest.approx(bias, abs=2e-4)
    late = turns_between(says.turned)[-30:]
    assert angle_deg(late, np.tile([1.0, 0.0, 0.0, 0.0], (30, 1))).max() < 0.02


@pytest.mark.parametrize(("axis", "sign"), [(0, 1), (0, -1), (1, 1), (1, -1), (2, 1), (2, -1)])
def test_the_lean_is_counted_from_the_axis_that_pointed_up_at_first(axis: int, sign: int) -> None:
    rate_hz, turned_deg = 104.0, 40.0
    n = 416
    rates = np.zeros((n, 3))
    about = (axis + 1) % 3
    rates[208:312, about] = np.radians(turned_deg)
    angle = np.cumsum(rates[:, about]) / rate_hz
    counts = np.zeros((n, 6))
    counts[:, axis] = sign * np.cos(angle) * 9.81 / ACCEL_SCALE_MPS2
    counts[:, (axis + 2) % 3] = sign * np.sin(angle) * 9.81 / ACCEL_SCALE_MPS2
    counts[:, 3:] = rates / GYRO_SCALE_RADPS
    says = follow(np.round(counts).astype(np.int16), rate_hz=rate_hz, **SCALES)
    assert says.lean_deg[20] == pytest.approx(0.0, abs=0.2)
    assert says.lean_deg[-1] == pytest.approx(turned_deg, abs=1.0)


def test_a_turn_that_nobody_saw_is_not_claimed() -> None:
    """After an overrun, and after batches that left the memory unseen, one batch goes without its quaternion."""
    overrun, skipped = run("orientation.a_turn_that_nobody_saw_is_not_claimed")
    assert overrun == [True, False, True]
    assert skipped == [False, True]


def test_orientations_garbage_is_known_and_none_of_it_stays() -> None:
    """The number of docs/validation.md; on a board the objects are half as big."""
    garbage, stays = run("orientation.orientations_garbage_is_known_and_none_of_it_stays")
    assert 100 < garbage < 10_000
    assert abs(stays) < 2_000


@pytest.mark.parametrize("mtu", [23, 247])
def test_a_small_host_gets_the_orientation_alone_in_notifications_of_eighteen_bytes(mtu: int, tmp_path: Path) -> None:
    """A board on a shin that leans by 30 degrees after four seconds upright; the stream is switched to it by a host."""
    others, batches, dropped = run(
        "orientation.a_small_host_gets_the_orientation_alone_in_notifications_of_eighteen_bytes", cwd=tmp_path, mtu=mtu
    )
    said = [decode(bytes.fromhex(text)) for text in others]
    assert {len(text) // 2 for text in others} == {18}
    assert (batches, dropped) == (0, 0)
    leans = [np.degrees(m.inclination_rad) for m in said if isinstance(m, OrientationMessage)]
    sequences = [m.sequence for m in said if isinstance(m, OrientationMessage)]
    assert sequences == sorted(set(sequences))
    assert len(leans) > 9.5 * 20
    assert max(leans[:80]) < 1.0
    assert leans[-1] == pytest.approx(30.0, abs=1.5)
