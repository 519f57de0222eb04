"""Shin recordings of one person with IMUs on shins and feet, from a folder the user has; nothing of it is kept here.

    python tests/recordings/cmu_sub22.py FOLDER_WITH_parsed_h5_csv OUT_FOLDER

writes EXERCISE_SIDE/imu.csv (the shank) and foot.csv beside it: how far the foot has pitched heel-up since the first
sample, from the foot sensor's own orientation, which sees a lifted heel directly.
Source: Phan et al. 2024, IEEE JBHI 28(6), doi 10.1109/JBHI.2024.3368042. No licence is stated: do not pass it on.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from shinsight.session.imu_csv import SI_COLUMNS
from shinsight.units import DEG_PER_RAD

EXERCISES = (
    "BulgSq",
    "DeclineSq",
    "HeelRaise",
    "Lunge",
    "Pose",
    "SqDL",
    "SqHalfDL",
    "SqSL",
    "StepDnH",
    "StepDnL",
    "SumoSq",
)
SIDES = ("Left", "Right")

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SegmentImu:
    """t_s : (n,); accel_mps2, gyro_radps : (n, 3); R_earth_from_sensor: n rotations."""

    t_s: Array
    accel_mps2: Array
    gyro_radps: Array
    R_earth_from_sensor: Rotation


def read_segments(path: Path, names: tuple[str, ...]) -> dict[str, SegmentImu]:
    """The named segments of one repetition. Three header rows: segment, sensor, axis."""
    with gzip.open(path, "rt", newline="") as file:
        rows = list(csv.reader(file))
    segments, sensors = np.array(rows[0]), np.array(rows[1])
    values = np.array(rows[3:], dtype=np.float64)

    def columns(segment: str, sensor: str) -> Array:
        return values[:, (segments == segment) & (sensors == sensor)]

    return {
        name: SegmentImu(
            columns(name, "Time")[:, 0],
            columns(name, "Accelerometer"),
            columns(name, "Gyroscope"),
            Rotation.from_quat(np.roll(columns(name, "Orientation"), -1, axis=1)),  # w first in the file
        )
        for name in names
    }


def foot_pitch(foot: SegmentImu) -> Array:
    """(n,) rad, turn of the foot about its main axis of rotation since the first sample; heel up is positive.

    Which way round is not known from the axis alone: the larger excursion is taken as heel up.
    """
    turn = (foot.R_earth_from_sensor[0].inv() * foot.R_earth_from_sensor).as_rotvec()
    _, _, axes = np.linalg.svd(turn, full_matrices=False)
    pitch = turn @ axes[0]
    return pitch if pitch.max() >= -pitch.min() else -pitch


def convert(source: Path, out: Path) -> list[str]:
    """Every exercise and side found; the names of the folders written."""
    written = []
    for exercise in EXERCISES:
        for path in sorted((source / "parsed_h5_csv" / exercise).glob("*.csv.gz")):
            for side in SIDES:
                shank, foot = read_segments(path, (f"{side}Shank", f"{side}Foot")).values()
                folder = out / f"{exercise}_{side.lower()}"
                folder.mkdir(parents=True, exist_ok=True)
                t_s = shank.t_s - shank.t_s[0]
                samples = np.column_stack([t_s, shank.accel_mps2, shank.gyro_radps])
                np.savetxt(folder / "imu.csv", samples, "%.7f", ",", header=",".join(SI_COLUMNS), comments="")
                pitch = np.column_stack([t_s, foot_pitch(foot) * DEG_PER_RAD])
                np.savetxt(folder / "foot.csv", pitch, "%.4f", ",", header="t_s,foot_pitch_deg", comments="")
                written.append(folder.name)
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Shin recordings and foot pitch of the CMU exercise data.")
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    wanted = parser.parse_args()
    print(*convert(wanted.source, wanted.out), sep="\n")
