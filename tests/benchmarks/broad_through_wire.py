"""What lost packets cost the inclination: BROAD trials sent through the wire, whole and with 5 % of packets lost.

    python tests/benchmarks/broad_through_wire.py FOLDER_WITH_BROAD_MAT_FILES [--seeds N]

A board is imitated: chip at 286 Hz, three samples to one (gyro mean, last accelerometer sample), int16 counts of
+-16 g and +-2000 deg/s, batches of ten, stamps that jitter, and the strapdown quaternion integrated at 286 Hz from the
raw gyro less the board's own idea of its bias. Bytes go through Decoder, Timeline and Inertial into VQF.
Data: Laidig, Caruso, Cereatti, Seel 2021, BROAD, doi 10.3390/data6070072, CC BY 4.0.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.io
import vqf
from numpy.typing import NDArray

from shinsight.calibration.chip.inertial import Inertial
from shinsight.fusion.orientation import up_vectors
from shinsight.fusion.quaternion import IDENTITY, Quaternion, from_rotation_vector, multiply
from shinsight.samples import SampleBlock
from shinsight.stream.timeline import Timeline
from shinsight.units import DEG_PER_RAD, RAD_PER_DEG, STANDARD_GRAVITY_MPS2
from shinsight.wire.decoder import DamagedFrame, Decoder
from shinsight.wire.framing import frame
from shinsight.wire.messages import DeviceInfo, ImuBatch, encode

TRIALS = ("02", "10", "16", "24")
EXCERPT = Path(__file__).parents[1] / "recordings" / "broad" / "16_fast_translation_28s_to_52s.npz"
"""What is committed of them."""
DECIMATION = 3
BATCH = 10
STAMP_JITTER_S = 2e-3
INFO = DeviceInfo(
    rate_hz=95.0,
    accel_scale_mps2=16.0 * STANDARD_GRAVITY_MPS2 / 32768.0,
    gyro_scale_radps=2000.0 * RAD_PER_DEG / 32768.0,
    tick_bits=30,
    board="broad",
    chip="myon aktos-t",
    firmware="benchmark",
)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """accel_mps2, gyro_radps : (n, 3); up : (n, 3) optical truth in the sensor frame, NaN where lost; moving : (n,)."""

    rate_hz: float
    accel_mps2: NDArray[np.float64]
    gyro_radps: NDArray[np.float64]
    up: NDArray[np.float64]
    moving: NDArray[np.bool_]

    def part(self, start_s: float, stop_s: float) -> Trial:
        part = slice(round(start_s * self.rate_hz), round(stop_s * self.rate_hz))
        return Trial(self.rate_hz, self.accel_mps2[part], self.gyro_radps[part], self.up[part], self.moving[part])


def read_trial(path: Path) -> Trial:
    """A trial from its `.mat` file, or the committed `EXCERPT`."""
    if path.suffix == ".npz":
        with np.load(path) as arrays:
            accel, gyro, up = (arrays[name].astype(np.float64) for name in ("accel_mps2", "gyro_radps", "up"))
            return Trial(float(arrays["rate_hz"]), accel, gyro, up, arrays["moving"])
    mat = scipy.io.loadmat(path, squeeze_me=True)
    return Trial(
        float(mat["sampling_rate"]),
        mat["imu_acc"].astype(np.float64),
        mat["imu_gyr"].astype(np.float64),
        up_vectors(mat["opt_quat"].astype(np.float64)),
        mat["movement"].astype(bool),
    )


def board_batches(trial: Trial, *, board_bias_radps: NDArray[np.float64], seed: int = 0) -> list[ImuBatch]:
    """What the board would send of a trial."""
    n = len(trial.gyro_radps) // (DECIMATION * BATCH) * DECIMATION * BATCH
    gyro = trial.gyro_radps[:n].reshape(-1, DECIMATION, 3).mean(axis=1) / INFO.gyro_scale_radps
    accel = trial.accel_mps2[DECIMATION - 1 : n : DECIMATION] / INFO.accel_scale_mps2
    counts = np.clip(np.round(np.hstack([accel, gyro])), -32768, 32767).astype(int)
    stamps_s = 1000.0 + np.arange(1, len(counts) // BATCH + 1) * BATCH * DECIMATION / trial.rate_hz
    stamps_s += np.random.default_rng(seed).normal(0.0, STAMP_JITTER_S, len(stamps_s))
    turns = ((trial.gyro_radps[:n] - board_bias_radps) / trial.rate_hz).tolist()
    q: Quaternion = IDENTITY
    batches = []
    for i, stamp_s in enumerate(stamps_s.tolist()):
        for x, y, z in turns[i * BATCH * DECIMATION : (i + 1) * BATCH * DECIMATION]:
            q = multiply(q, from_rotation_vector((x, y, z)))
        samples = tuple(tuple(row) for row in counts[i * BATCH : (i + 1) * BATCH].tolist())
        batches.append(ImuBatch(i % (1 << 16), round(stamp_s * 1e6) % (1 << INFO.tick_bits), samples, q))
    return batches


def without_quaternion(batches: Sequence[ImuBatch]) -> list[ImuBatch]:
    return [ImuBatch(b.sequence, b.tick_us, b.samples) for b in batches]


def lose(batches: Sequence[ImuBatch], *, fraction: float, seed: int) -> list[ImuBatch]:
    """Each packet but the first and last lost with this probability."""
    keep = np.random.default_rng(seed).random(len(batches)) >= fraction
    keep[[0, -1]] = True
    return [b for b, kept in zip(batches, keep, strict=True) if kept]


def receive(batches: Sequence[ImuBatch]) -> tuple[SampleBlock, float]:
    """The samples that the host makes of what arrives, and the rate it measured."""
    decoder, timeline, inertial = Decoder(), Timeline(info=INFO), Inertial(info=INFO)
    blocks = []
    for batch in batches:
        for message in decoder.feed(frame(encode(batch))):
            if isinstance(message, DamagedFrame) or not isinstance(message, ImuBatch):
                raise AssertionError(f"an intact batch came out as {message}")
            blocks.append(inertial.run(timeline.add(message)))
    return SampleBlock.join(blocks), timeline.rate_hz


def inclination_rmse_deg(trial: Trial, samples: SampleBlock, rate_hz: float) -> float:
    """RMS angle between the filter's up and the optical up, while moving."""
    quaternion = vqf.VQF(1.0 / rate_hz).updateBatch(
        np.ascontiguousarray(samples.gyro_radps), np.ascontiguousarray(samples.accel_mps2)
    )["quat6D"]
    return rmse_deg(trial, up_vectors(quaternion))


def rmse_deg(trial: Trial, up: NDArray[np.float64]) -> float:
    """RMS angle, while moving, between the optical up and `up` : (n, 3), one for each sample that the board sent."""
    truth = trial.up[DECIMATION - 1 :: DECIMATION][: len(up)]
    moving = trial.moving[DECIMATION - 1 :: DECIMATION][: len(up)]
    error_deg = DEG_PER_RAD * np.arccos(np.clip(np.sum(up * truth, axis=1), -1.0, 1.0))
    return float(np.sqrt(np.nanmean(error_deg[moving] ** 2)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--loss", type=float, default=0.05)
    arguments = parser.parse_args()
    print(f"inclination RMSE in motion, deg; {arguments.loss:.0%} of packets lost, mean of {arguments.seeds} seeds")
    print("trial  board bias off by  lossless  by quaternion  by interpolation")
    for off_dps in (0.0, 1.0):
        rows = []
        for number in TRIALS:
            (path,) = arguments.folder.glob(f"{number}_*.mat")
            trial = read_trial(path)
            bias = trial.gyro_radps[:500].mean(axis=0) + off_dps * RAD_PER_DEG / np.sqrt(3.0)
            batches = board_batches(trial, board_bias_radps=bias)
            bare = without_quaternion(batches)

            def mean_rmse(sent: Sequence[ImuBatch], trial: Trial = trial) -> float:
                runs = [lose(sent, fraction=arguments.loss, seed=s) for s in range(arguments.seeds)]
                return float(np.mean([inclination_rmse_deg(trial, *receive(run)) for run in runs]))

            row = (inclination_rmse_deg(trial, *receive(batches)), mean_rmse(batches), mean_rmse(bare))
            rows.append(row)
            print(f"{number:>5}  {off_dps:13.1f} dps  {row[0]:8.4f}  {row[1]:13.4f}  {row[2]:16.4f}", flush=True)
        mean = np.mean(rows, axis=0)
        print(f" mean  {off_dps:13.1f} dps  {mean[0]:8.4f}  {mean[1]:13.4f}  {mean[2]:16.4f}", flush=True)


if __name__ == "__main__":
    main()
