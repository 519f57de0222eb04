"""Shin-IMU recordings with optical truth, made from the UI-PRMD markers.

    python tests/recordings/ui_prmd/convert.py OUT_FOLDER [--movement m01] [--grade lsm6dso] [--pause-s 2]

writes a folder with imu.csv, truth.csv and truth_reps.csv for every set of the movement.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from recordings.ui_prmd.markers import ANK, CONDITIONS, HEE, MOVEMENTS, RATE_HZ, SIDES, SUBJECTS
from recordings.ui_prmd.motion import STAND_S, Array, Motion, inclination, session_motion
from recordings.ui_prmd.sensor import (
    GRADES,
    UP,
    Slip,
    place_on_shin,
    readings,
    shank_of,
    strap_slips,
    strap_wobble,
    with_errors,
)
from shinsight.samples import Phase, SampleBlock
from shinsight.session.imu_csv import IMU_COLUMNS, imu_rows
from shinsight.units import DEG_PER_RAD, MM_PER_M

LIFTED_MM = 20.0
FLAT_MM = 12.0
"""The heel marker of a flat-footed squat rises 4 to 10 mm: between these two there is no truth."""
OWN_START_FRAMES = 10


@dataclass(frozen=True, slots=True)
class TruthRep:
    """One repetition as the dataset cut it. heel_rise_m: largest rise of the heel marker over its first 0.1 s.

    added_heel_m: how much of it was added (`lifted.py`).
    """

    start_s: float
    bottom_s: float
    end_s: float
    peak_inclination_rad: float
    heel_rise_m: float
    added_heel_m: float = 0.0

    @property
    def label(self) -> str:
        """lifted, flat, or grey where the marker cannot tell."""
        rise_mm = self.heel_rise_m * MM_PER_M
        return "lifted" if rise_mm > LIFTED_MM else "flat" if rise_mm < FLAT_MM else "grey"


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What the markers say. Arrays : (n,), one a sample.

    inclination_rad: in the plane of the foot's heading, relative to standing; heel_rise_m: heel marker over standing;
    ankle_height_m: ankle marker over the floor. lever_m: sensor to ankle marker in the sensor frame.
    """

    t_s: Array
    inclination_rad: Array
    heel_rise_m: Array
    ankle_height_m: Array
    reps: tuple[TruthRep, ...]
    lever_m: tuple[float, float, float]


def make_recording(
    subject: int, movement: str, condition: str, side: str, grade: str, seed: int, *, pause_s: float = 2.0
) -> tuple[SampleBlock, tuple[Phase, ...], Truth]:
    """Samples, their phases and the truth of one set. Raises KeyError when the dataset has no such set.

    pause_s: how long the person stands between repetitions; 0 leaves the movement as it was recorded.
    """
    rng = np.random.default_rng(seeds(subject, movement, condition, side, seed))
    return recording_of(session_motion(subject, movement, condition, side, pause_s=pause_s, rng=rng), side, grade, rng)


def seeds(subject: int, movement: str, condition: str, side: str, seed: int) -> list[int]:
    """What all that is drawn for a set is drawn from."""
    return [seed, subject, MOVEMENTS.index(movement), CONDITIONS.index(condition), SIDES.index(side)]


def recording_of(
    motion: Motion,
    side: str,
    grade: str,
    rng: np.random.Generator,
    *,
    slips: Sequence[Slip] = (),
    turned_rad: Array | None = None,
) -> tuple[SampleBlock, tuple[Phase, ...], Truth]:
    """What a sensor of this grade, strapped on somewhere by `rng`, makes of a motion, and the truth of it.

    turned_rad : (n,), how far the whole person has turned round about the vertical.
    """
    n = len(motion.markers_m)
    standing = slice(0, round(STAND_S * RATE_HZ))
    t_s = np.arange(n) / RATE_HZ

    tilt = inclination(motion.markers_m)
    tilt -= tilt[standing].mean()
    heel = motion.markers_m[:, HEE, 2]
    shank = shank_of(motion.markers_m, standing=standing)
    place = place_on_shin(shank, side, rng)
    R_shank_from_sensor = Rotation.from_quat(rng.normal(size=4))  # strapped on any way round
    slipped, shift_m = strap_slips(t_s, slips)
    position = shank.ankle_m + shank.R_earth_from_shank.apply(place + shift_m)
    wobble = slipped * strap_wobble(tilt, motion.cuts, GRADES[grade], rng)
    R_earth_from_sensor = shank.R_earth_from_shank * wobble * R_shank_from_sensor
    if turned_rad is not None:
        about = Rotation.from_rotvec(turned_rad[:, None] * UP)
        position, R_earth_from_sensor = about.apply(position - position[0]), about * R_earth_from_sensor
    force, rate = readings(position, R_earth_from_sensor)
    accel, gyro = with_errors(force, rate, GRADES[grade], rng)

    reps = tuple(_truth_rep(t_s, tilt, heel, start, stop) for start, stop in motion.cuts)
    lever = tuple((-R_shank_from_sensor.inv().apply(place)).tolist())
    truth = Truth(t_s, tilt, heel - heel[standing].mean(), motion.markers_m[:, ANK, 2], reps, lever)
    return SampleBlock(t_s, accel, gyro, np.zeros(n, np.uint8)), motion.phases, truth


def _truth_rep(t_s: Array, tilt: Array, heel: Array, start: int, stop: int) -> TruthRep:
    bottom = start + int(np.argmax(tilt[start:stop]))
    own_start = heel[start : start + OWN_START_FRAMES].mean()
    return TruthRep(
        float(t_s[start]),
        float(t_s[bottom]),
        float(t_s[stop - 1]),
        float(tilt[bottom]),
        float(heel[start:stop].max() - own_start),
    )


def write_folder(folder: Path, samples: SampleBlock, phases: tuple[Phase, ...], truth: Truth) -> None:
    """imu.csv, truth.csv (one row a sample) and truth_reps.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    words = [phase.value for phase in phases]
    (folder / "imu.csv").write_text(",".join(IMU_COLUMNS) + "\n" + imu_rows(samples, words))
    rows = zip(
        truth.t_s.tolist(),
        (truth.inclination_rad * DEG_PER_RAD).tolist(),
        (truth.heel_rise_m * MM_PER_M).tolist(),
        (truth.ankle_height_m * MM_PER_M).tolist(),
        strict=True,
    )
    (folder / "truth.csv").write_text(
        "t_s,inclination_deg,heel_rise_mm,ankle_height_mm\n"
        + "".join(f"{t:.2f},{tilt:.3f},{heel:.2f},{ankle:.2f}\n" for t, tilt, heel, ankle in rows)
    )
    (folder / "truth_reps.csv").write_text(
        "number,start_s,bottom_s,end_s,peak_inclination_deg,heel_rise_mm,label\n"
        + "".join(
            f"{number},{rep.start_s:.2f},{rep.bottom_s:.2f},{rep.end_s:.2f},"
            f"{rep.peak_inclination_rad * DEG_PER_RAD:.3f},{rep.heel_rise_m * MM_PER_M:.2f},{rep.label}\n"
            for number, rep in enumerate(truth.reps, start=1)
        )
    )


def main() -> None:
    """Write every set of a movement."""
    parser = argparse.ArgumentParser(description="Shin-IMU recordings with optical truth from UI-PRMD markers.")
    parser.add_argument("out", type=Path, metavar="OUT_FOLDER")
    parser.add_argument("--movement", choices=MOVEMENTS, default="m01")
    parser.add_argument("--grade", choices=sorted(GRADES), default="lsm6dso")
    parser.add_argument("--pause-s", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    for subject in SUBJECTS:
        for condition in CONDITIONS:
            for side in SIDES:
                name = f"{wanted.movement}_s{subject:02d}_{condition}_{side}_{wanted.grade}"
                name += "" if wanted.pause_s else "_uncut"
                try:
                    made = make_recording(
                        subject, wanted.movement, condition, side, wanted.grade, wanted.seed, pause_s=wanted.pause_s
                    )
                except KeyError as error:
                    print(f"{name}: {error.args[0]}", file=sys.stderr)
                    continue
                write_folder(wanted.out / name, *made)


if __name__ == "__main__":
    main()
