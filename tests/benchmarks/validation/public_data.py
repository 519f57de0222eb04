"""What is measured on public recordings that the user fetches: BROAD, and the calf sensor's squat sets.

Of BROAD (CC BY 4.0) an excerpt is committed; the squat sets have no licence, so without a folder there is no row.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import broad_through_wire as wire
from recordings.squat_mpu6050 import convert
from shinsight.fusion.orientation import up_vectors
from shinsight.fusion.smoothed import smoothed_quaternions
from shinsight.pipeline.measurement import measure_recording
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import Rep
from shinsight.session.imu_csv import read_imu_csv

from .cases import Case, Rows

LOSS = 0.05


@dataclass(frozen=True, slots=True)
class BroadCase:
    """Inclination of one trial through the wire at 95 Hz: live, with the future known, and live with 5 % of the packets
    lost, with and without the board's quaternion."""

    path: Path
    seeds: int

    def run(self) -> Rows:
        trial = wire.read_trial(self.path)
        bias = trial.gyro_radps[:500].mean(axis=0)
        batches = wire.board_batches(trial, board_bias_radps=bias)
        samples, rate_hz = wire.receive(batches)
        later = up_vectors(smoothed_quaternions(samples, rate_hz=rate_hz))
        lossy = [wire.lose(batches, fraction=LOSS, seed=seed) for seed in range(self.seeds)]
        return {
            "broad": [
                {
                    "trial": self.path.stem[:2] + (" (24 s of it)" if self.path == wire.EXCERPT else ""),
                    "live_deg": wire.inclination_rmse_deg(trial, samples, rate_hz),
                    "offline_deg": wire.rmse_deg(trial, later),
                    "lossy_deg": _mean_deg(trial, lossy),
                    "bare_deg": _mean_deg(trial, [wire.without_quaternion(sent) for sent in lossy]),
                }
            ]
        }


def _mean_deg(trial: wire.Trial, runs: Sequence[Sequence[wire.ImuBatch]]) -> float:
    return float(np.mean([wire.inclination_rmse_deg(trial, *wire.receive(run)) for run in runs]))


@dataclass(frozen=True, slots=True)
class CalfSetsCase:
    """Repetitions counted in every set of ten, from the calf sensor alone, without any calibration."""

    folder: Path

    def run(self) -> Rows:
        with tempfile.TemporaryDirectory() as room:
            rows = []
            for name in convert(self.folder, Path(room)):
                events = measure_recording(read_imu_csv(Path(room) / name / "imu.csv"), PipelineSettings()).events
                rows.append({"set": name, "counted": sum(isinstance(e, Rep) for e in events), "true": 10})
        return {"calf_sets": rows}


def public_cases(data: Path | None, *, quick: bool = False) -> list[Case]:
    """data: folder with `broad/*.mat` and `squat_mpu6050/labeled`, each if there; without BROAD, its excerpt."""
    seeds = 2 if quick else 5
    trials = sorted((data / "broad").glob("*.mat")) if data is not None else []
    cases: list[Case] = [BroadCase(path, seeds) for path in trials or [wire.EXCERPT]]
    if data is not None and (data / "squat_mpu6050" / "labeled").is_dir():
        cases.append(CalfSetsCase(data / "squat_mpu6050"))
    return cases
