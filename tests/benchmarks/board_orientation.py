"""The board's orientation (real MicroPython, doubles) against `vqf` on the host, on the same counts.

    python tests/benchmarks/board_orientation.py [FOLDER_WITH_BROAD_MAT_FILES]

Per recording: tilt of `upright` against vqf and, where there is one, against the optical truth (with vqf's own error
beside it); turn of each batch of eight samples against exact integration of the same samples, in MicroPython's doubles
and as the same arithmetic would go in the 32-bit floats of a board; and against vqf's.
BROAD: trials 02, 10, 16, 24, every third sample (95 Hz). Simulated squats: eight of grade lsm6dso.
"""

from __future__ import annotations

import sys
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.broad_through_wire import DECIMATION, INFO, TRIALS, read_trial
from firmware.board_orientation import (
    BATCH,
    BoardSays,
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

SIMULATED = 8


def in_float32(
    counts: NDArray[np.int16], says: BoardSays, *, rate_hz: float, gyro_scale_radps: float
) -> NDArray[np.float64]:
    """(m, 4): the strapdown of `firmware/src/orientation.py` with every operation rounded to 32 bits."""
    f = np.float32
    half, scale, one = f(0.5 / rate_hz), f(gyro_scale_radps), f(1.0)
    w, x, y, z = one, f(0.0), f(0.0), f(0.0)
    out = []
    biases = np.vstack([np.zeros((1, 3)), says.bias_radps[:-1]]).astype(np.float32)
    for k, (bx, by, bz) in enumerate(biases):
        for row in counts[k * BATCH : (k + 1) * BATCH, 3:]:
            p = (f(row[0]) * scale - bx) * half
            q = (f(row[1]) * scale - by) * half
            r = (f(row[2]) * scale - bz) * half
            n = p * p + q * q + r * r
            c = one - n * (f(0.5) - n * (f(1.0 / 24.0) - n / f(720.0)))
            s = one - n * (f(1.0 / 6.0) - n * (f(1.0 / 120.0) - n / f(5040.0)))
            p, q, r = p * s, q * s, r * s
            w, x, y, z = (
                w * c - x * p - y * q - z * r,
                w * p + x * c + y * r - z * q,
                w * q - x * r + y * c + z * p,
                w * r + x * q - y * p + z * c,
            )
        n = one / f(sqrt(w * w + x * x + y * y + z * z))
        w, x, y, z = w * n, x * n, y * n, z * n
        out.append((w, x, y, z))
    return np.array(out, dtype=np.float64)


def report(
    name: str,
    counts: NDArray[np.int16],
    *,
    rate_hz: float,
    accel_scale_mps2: float,
    gyro_scale_radps: float,
    truth: NDArray[np.float64] | None = None,
    counted: NDArray[np.bool_] | None = None,
) -> None:
    """Compare board and host; truth : (n, 3) up in the sensor frame; counted : (n,) samples that count."""
    scales = {"accel_scale_mps2": accel_scale_mps2, "gyro_scale_radps": gyro_scale_radps}
    says = follow(counts, rate_hz=rate_hz, **scales)
    host = host_orientation(counts, rate_hz=rate_hz, **scales)
    exact = exact_turns(counts, says, rate_hz=rate_hz, gyro_scale_radps=gyro_scale_radps)
    small = turns_between(in_float32(counts, says, rate_hz=rate_hz, gyro_scale_radps=gyro_scale_radps))
    late = np.arange(len(host)) * BATCH / rate_hz > 5.0
    line = {
        "tilt to vqf, rms": rms(tilt_deg(up(says.upright), up(host))[late]),
        "p95": float(np.percentile(tilt_deg(up(says.upright), up(host))[late], 95)),
        "turn a batch to exact, rms": rms(angle_deg(turns_between(says.turned), exact)),
        "in 32 bits": rms(angle_deg(small, exact)),
        "to vqf": rms(angle_deg(turns_between(says.turned), turns_between(host))[late]),
    }
    if truth is not None and counted is not None:
        at = slice(BATCH - 1, len(host) * BATCH, BATCH)
        keep = counted[at] & np.isfinite(truth[at]).all(axis=1)
        line["tilt to truth, rms"] = rms(tilt_deg(up(says.upright), truth[at])[keep])
        line["vqf's"] = rms(tilt_deg(up(host), truth[at])[keep])
    print(f"{name:24}" + "  ".join(f"{key} {value:.5f}" for key, value in line.items()), flush=True)


def rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2)))


def as_counts(
    accel_mps2: NDArray[np.float64], gyro_radps: NDArray[np.float64], accel_scale: float, gyro_scale: float
) -> NDArray[np.int16]:
    rows = np.hstack([accel_mps2 / accel_scale, gyro_radps / gyro_scale])
    return np.clip(np.round(rows), -32768, 32767).astype(np.int16)


def main() -> None:
    print("degrees")
    for folder in map(Path, sys.argv[1:2]):
        for number in TRIALS:
            trial = read_trial(next(folder.glob(f"{number}_*.mat")))
            whole = len(trial.gyro_radps) // DECIMATION * DECIMATION
            gyro = trial.gyro_radps[:whole].reshape(-1, DECIMATION, 3).mean(axis=1)
            last = slice(DECIMATION - 1, whole, DECIMATION)
            report(
                f"BROAD {number}",
                as_counts(trial.accel_mps2[last], gyro, INFO.accel_scale_mps2, INFO.gyro_scale_radps),
                rate_hz=trial.rate_hz / DECIMATION,
                accel_scale_mps2=INFO.accel_scale_mps2,
                gyro_scale_radps=INFO.gyro_scale_radps,
                truth=trial.up[last],
                counted=trial.moving[last],
            )
    for seed in range(SIMULATED):
        options = SimOptions(seed=seed)
        rng = np.random.default_rng(seed)
        reading = read(move(options, rng), options, rng)
        report(
            f"simulated squats {seed}",
            reading.counts.astype(np.int16),
            rate_hz=reading.rate_hz,
            accel_scale_mps2=ACCEL_SCALE_MPS2,
            gyro_scale_radps=GYRO_SCALE_RADPS,
        )


if __name__ == "__main__":
    main()
