"""Squat sets from a cheap calf sensor (MPU-6050 by ESP32), from a folder the user has; nothing of it is kept here.

    python tests/recordings/squat_mpu6050.py FOLDER_WITH_labeled OUT_FOLDER

writes CLASS_SUBJECT_SET/imu.csv (the calf, times of the board) and reps.csv (the labelled window of each repetition).
Source: github.com/choijaeh01/Squat-Realtime-Classifier. No licence is stated: do not pass it on.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from pathlib import Path

import numpy as np

from shinsight.session.imu_csv import SI_COLUMNS

CALF = ("s2_ax", "s2_ay", "s2_az", "s2_gx", "s2_gy", "s2_gz")


def convert(source: Path, out: Path) -> list[str]:
    """Every labelled set found; the names of the folders written."""
    written = []
    for path in sorted((source / "labeled").glob("class*/*.csv.gz")):
        with gzip.open(path, "rt", newline="") as file:
            rows = list(csv.DictReader(file))
        t_s = np.array([int(row["millis"]) for row in rows]) * 1e-3
        t_s -= t_s[0]
        calf = np.array([[float(row[name]) for name in CALF] for row in rows])
        name = path.name.removesuffix(".csv.gz")
        folder = out / f"{path.parent.name}_{name}"
        folder.mkdir(parents=True, exist_ok=True)
        np.savetxt(
            folder / "imu.csv", np.column_stack([t_s, calf]), "%.7f", ",", header=",".join(SI_COLUMNS), comments=""
        )
        # The windows' times are wrong (they assume 100 Hz); their row numbers are right.
        windows = json.loads((path.parent / f"{name}_metadata.json").read_text())["windows"]
        ends = [(w["start_sample"], min(w["end_sample"], len(t_s) - 1)) for w in windows]
        (folder / "reps.csv").write_text(
            "number,start_s,end_s\n"
            + "".join(f"{k},{t_s[a]:.3f},{t_s[b]:.3f}\n" for k, (a, b) in enumerate(ends, start=1))
        )
        written.append(folder.name)
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Calf recordings and repetition windows of the MPU-6050 squat sets.")
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    wanted = parser.parse_args()
    print(*convert(wanted.source, wanted.out), sep="\n")
