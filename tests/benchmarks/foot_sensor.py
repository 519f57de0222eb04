"""What a sensor on the foot says: against the truth of simulated people, and on real feet.

    python tests/benchmarks/foot_sensor.py [--seeds N] [--cmu FOLDER_WITH_parsed_h5_csv]

Simulated: truth, foot and shin of the same repetitions, with one heel raise after the set. CMU (Phan et al. 2024, see
tests/recordings/cmu_sub22.py): one person's squats cut to single repetitions, so without rocks; the axis is taken from
the heel raises and each repetition counts from its own most upright moment.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from recordings.cmu_sub22 import SegmentImu, read_segments
from shin_and_foot import measure_shin_and_foot
from shinsight.calibration.worn.foot import fit_foot
from shinsight.fusion.orientation import up_vectors
from shinsight.fusion.smoothed import smoothed_quaternions
from shinsight.kinematics.foot import FootLengths, FootModel, foot_pitch, tilt_vectors
from shinsight.samples import FloatArray, SampleBlock, Vector
from shinsight.transport.simulated import SimOptions
from shinsight.units import DEG_PER_RAD, MM_PER_M

CASES: dict[str, dict[str, float | str]] = {
    "5 mm": {"heel_lift_mm": 5.0},
    "10 mm": {"heel_lift_mm": 10.0},
    "20 mm": {"heel_lift_mm": 20.0},
    "20 mm, a step in every second pause": {"heel_lift_mm": 20.0, "shuffle": 0.5},
    "20 mm, arch and skin high": {"heel_lift_mm": 20.0, "skin": "high"},
    "20 mm, MPU-6050": {"heel_lift_mm": 20.0, "grade": "mpu6050"},
}
FLAT_M = 0.002
CMU_EXERCISES = ("SqHalfDL", "SqDL", "SumoSq", "SqHalfSL", "SqSL", "BulgSq")
CMU_HZ = 100.0


def simulated(seeds: int) -> None:
    print("| lift | lifted: up, unsure, down | flat: up, unsure, down | height, foot mm | shin mm | heel off, s late |")
    print("|---|---|---|---|---|---|")
    for name, asked in CASES.items():
        states: Counter[tuple[bool, str]] = Counter()
        foot_m, shin_m, late_s = [], [], []
        for seed in range(seeds):
            options = SimOptions(seed=seed, heel_raises=1, speed=0, **asked)  # type: ignore[arg-type]
            for true, pair in measure_shin_and_foot(options).pairs():
                lifted = true.heel_lift_m > FLAT_M
                states[lifted, pair.foot.heel.value] += 1
                foot_m.append(pair.foot.heel_lift_m - true.heel_lift_m)
                shin_m.append(pair.shin_lift_m - true.heel_lift_m)
                if true.heel_off_s is not None and pair.foot.heel_off_s is not None:
                    late_s.append(pair.foot.heel_off_s - true.heel_off_s)
        counts = [", ".join(str(states[up, heel]) for heel in ("up", "unsure", "down")) for up in (True, False)]
        late = f"{np.median(late_s):.2f}" if late_s else "–"
        print(f"| {name} | {' | '.join(counts)} | {_error(foot_m)} | {_error(shin_m)} | {late} |")


def _error(values_m: list[float]) -> str:
    """Mean, standard deviation and 95th percentile of the size, mm."""
    mm = np.array(values_m) * MM_PER_M
    return f"{np.nanmean(mm):+.1f} ± {np.nanstd(mm):.1f}, p95 {np.nanpercentile(np.abs(mm), 95):.1f}"


def cmu(folder: Path) -> None:
    print("| repetition | shank ° | foot's turn ° | pitch ° | heel mm |\n|---|---|---|---|---|")
    stances = {name: _up(imu).mean(axis=0) for name, imu in _segments(folder, "Pose").items()}
    raises = _segments(folder, "HeelRaise")
    for side in ("Right", "Left"):
        up, stance = _up(raises[f"{side}Foot"]), _unit(stances[f"{side}Foot"])
        fit = fit_foot(up, np.zeros(len(up)), up_standing=stance, rocks=np.empty(0, np.intp))
        _row(f"HeelRaise {side}", np.zeros(len(up)), up, fit.model)
        for exercise in CMU_EXERCISES:
            if side == "Left" and exercise in ("SqHalfSL", "SqSL", "BulgSq"):
                continue  # that foot is in the air or on a bench
            segments = _segments(folder, exercise)
            shank = np.linalg.norm(tilt_vectors(_up(segments[f"{side}Shank"]), _unit(stances[f"{side}Shank"])), axis=1)
            up = _up(segments[f"{side}Foot"])
            upright = _unit(up[np.argsort(shank)[:10]].mean(axis=0))
            _row(f"{exercise} {side}", shank, up, FootModel(upright, np.zeros(3), fit.model.pitch_axis))


def _row(name: str, shank: FloatArray, up: FloatArray, model: FootModel) -> None:
    turn = np.linalg.norm(tilt_vectors(up, model.up_standing), axis=1).max() * DEG_PER_RAD
    pitch = float(foot_pitch(model, up, np.zeros(len(up))).max())
    heel_mm = float(FootLengths().heel_lift_m(pitch)) * MM_PER_M
    print(f"| {name} | {shank.max() * DEG_PER_RAD:.0f} | {turn:.1f} | {pitch * DEG_PER_RAD:.1f} | {heel_mm:.0f} |")


def _segments(folder: Path, exercise: str) -> dict[str, SegmentImu]:
    first = min((folder / "parsed_h5_csv" / exercise).glob("*.csv.gz"))
    return read_segments(first, ("RightShank", "RightFoot", "LeftShank", "LeftFoot"))


def _up(imu: SegmentImu) -> FloatArray:
    n = len(imu.t_s)
    accel, gyro = np.ascontiguousarray(imu.accel_mps2), np.ascontiguousarray(imu.gyro_radps)
    block = SampleBlock(np.arange(n) / CMU_HZ, accel, gyro, np.zeros(n, np.uint8))
    return up_vectors(smoothed_quaternions(block, rate_hz=CMU_HZ))


def _unit(mean: FloatArray) -> Vector:
    x, y, z = (mean / np.linalg.norm(mean)).tolist()
    return (x, y, z)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What a sensor on the foot says.")
    parser.add_argument("--seeds", type=int, default=15)
    parser.add_argument("--cmu", type=Path, default=None)
    wanted = parser.parse_args()
    simulated(wanted.seeds)
    if wanted.cmu is not None:
        cmu(wanted.cmu)
