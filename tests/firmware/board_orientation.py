"""The board's orientation on recorded or simulated samples: the firmware's own file, in the real MicroPython."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import vqf
from numpy.typing import NDArray

from firmware.board import run
from shinsight.fusion.quaternion import Quaternion, strapdown

BATCH = 8


@dataclass(frozen=True, slots=True, eq=False)
class BoardSays:
    """turned, upright : (m, 4) after each batch, (w, x, y, z); bias_radps : (m, 3); lean_deg : (m,)."""

    turned: NDArray[np.float64]
    upright: NDArray[np.float64]
    bias_radps: NDArray[np.float64]
    lean_deg: NDArray[np.float64]


def follow(counts: NDArray[np.int16], *, rate_hz: float, accel_scale_mps2: float, gyro_scale_radps: float) -> BoardSays:
    """Return what the board says of counts : (n, 6) accelerometer, gyroscope."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "counts", Path(folder) / "out"
        source.write_bytes(counts.astype("<i2").tobytes())
        lean = run(
            "orientation.follow",
            batch=BATCH,
            accel_scale=accel_scale_mps2,
            gyro_scale=gyro_scale_radps,
            rate_hz=rate_hz,
            counts=str(source),
            out=str(out),
        )
        said = np.frombuffer(out.read_bytes()).reshape(-1, 11)
    return BoardSays(said[:, :4], said[:, 4:8], said[:, 8:], np.array(lean) / 100.0)


def exact_turns(
    counts: NDArray[np.int16], says: BoardSays, *, rate_hz: float, gyro_scale_radps: float
) -> NDArray[np.float64]:
    """(m, 4) turn of each batch, from the same samples less the bias the board took off, integrated exactly."""
    rates = counts[:, 3:] * gyro_scale_radps
    turns: list[Quaternion] = []
    for k, bias in enumerate(np.vstack([np.zeros((1, 3)), says.bias_radps[:-1]])):
        turns.append(strapdown((rates[k * BATCH : (k + 1) * BATCH] - bias).tolist(), 1.0 / rate_hz))
    return np.array(turns)


def turns_between(quaternions: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m, 4) of (m, 4): from each batch's quaternion to the next, the first from the identity."""
    before = np.vstack([[[1.0, 0.0, 0.0, 0.0]], quaternions[:-1]])
    return product(before * (1.0, -1.0, -1.0, -1.0), quaternions)


def product(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    aw, ax, ay, az = a.T
    bw, bx, by, bz = b.T
    return np.stack(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ],
        axis=1,
    )


def angle_deg(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Between two rotations each."""
    difference = product(a * (1.0, -1.0, -1.0, -1.0), b)
    angles: NDArray[np.float64] = np.degrees(
        2.0 * np.arcsin(np.clip(np.linalg.norm(difference[:, 1:], axis=1), 0.0, 1.0))
    )
    return angles


def up(q: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m, 3) of (m, 4): up in the sensor frame."""
    w, x, y, z = q.T
    return np.stack([2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)], axis=1)


def tilt_deg(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Angle between two directions each."""
    angles: NDArray[np.float64] = np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b), axis=1), np.sum(a * b, axis=1)))
    return angles


def host_orientation(
    counts: NDArray[np.int16], *, rate_hz: float, accel_scale_mps2: float, gyro_scale_radps: float
) -> NDArray[np.float64]:
    """(m, 4): what `vqf` makes of the same samples, at the last one of each batch."""
    gyro = np.ascontiguousarray(counts[:, 3:] * gyro_scale_radps)
    accel = np.ascontiguousarray(counts[:, :3] * accel_scale_mps2)
    every: NDArray[np.float64] = vqf.VQF(1.0 / rate_hz).updateBatch(gyro, accel)["quat6D"]
    return every[BATCH - 1 :: BATCH][: len(counts) // BATCH]
