"""An imitated board: even samples at a true rate, jittering stamps, wrapping counters, moved as told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from shinsight.fusion.quaternion import IDENTITY, from_rotation_vector, multiply
from shinsight.wire.messages import DeviceInfo, ImuBatch

RATE_HZ = 104.0
GYRO_SCALE_RADPS = 0.001
INFO = DeviceInfo(RATE_HZ, 0.005, GYRO_SCALE_RADPS, 30, "imitated", "none", "0")

Rates = Callable[[np.ndarray], np.ndarray]
"""Times (n,) in s to rates of turn (n, 3) in rad/s."""


def level(t_s: np.ndarray) -> np.ndarray:
    return np.zeros((len(t_s), 3))


def stream(
    count: int,
    *,
    true_hz: float = RATE_HZ,
    size: int | Sequence[int] = 10,
    first_sequence: int = 0,
    first_tick_us: int = 5_000_000,
    tick_bits: int = 30,
    jitter_s: float = 2e-3,
    seed: int = 0,
    rates: Rates | None = None,
    board_bias_radps: Sequence[float] = (0.0, 0.0, 0.0),
) -> list[ImuBatch]:
    """`count` batches without loss. With `rates` they carry the board's quaternion; sample k has accel x = k % 1000."""
    sizes = [size] * count if isinstance(size, int) else list(size)
    random = np.random.default_rng(seed)
    batches, at, q = [], 0, IDENTITY
    for i, n in enumerate(sizes):
        index = np.arange(at, at + n)
        gyro = np.round((rates or level)(index / true_hz) / GYRO_SCALE_RADPS).astype(int)
        for x, y, z in ((gyro * GYRO_SCALE_RADPS - np.array(board_bias_radps)) / true_hz).tolist():
            q = multiply(q, from_rotation_vector((x, y, z)))
        samples = tuple((k % 1000, 0, 2048, *row) for k, row in zip(index.tolist(), gyro.tolist(), strict=True))
        tick_us = round(first_tick_us + 1e6 * (index[-1] / true_hz + random.uniform(-jitter_s, jitter_s)))
        sequence = (first_sequence + i) % (1 << 16)
        batches.append(ImuBatch(sequence, tick_us % (1 << tick_bits), samples, q if rates else None))
        at += n
    return batches
