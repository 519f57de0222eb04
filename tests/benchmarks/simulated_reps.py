"""Reps, heel verdict and live flag on simulated sessions, against the truth.

    python tests/benchmarks/simulated_reps.py --seeds 1000:1050 --exercise squat --grade lsm6dso --skin medium

Half of the reps are lifted, by 20 or 30 mm on alternate seeds, in all lift modes. Thresholds were set on seeds 0-19;
report others.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shinsight.results import HeelState
from shinsight.transport.simulated import SimOptions
from simulated_session import measure

LIFTED_M = 0.0195
BIG_M = 0.0295


def share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {100 * part / whole:.1f} %" if whole else "none"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1000:1050", help="first:last+1")
    parser.add_argument("--exercise", default="squat")
    parser.add_argument("--grade", default="lsm6dso")
    parser.add_argument("--skin", default="medium")
    parser.add_argument("--reps", type=int, default=10)
    asked = parser.parse_args()
    first, last = map(int, asked.seeds.split(":"))
    wrong_count, refused, pairs = [], [], []
    for seed in range(first, last):
        height_mm = 20.0 if seed % 2 else 30.0
        done = measure(
            SimOptions(
                exercise=asked.exercise,
                grade=asked.grade,
                skin=asked.skin,
                reps=asked.reps,
                heel_lift_mm=height_mm,
                mounting="any",
                seed=seed,
                speed=0.0,
            )
        )
        if not done.reports or not done.reports[0].accepted:
            refused.append((seed, done.reports[0].problems if done.reports else ("never calibrated",)))
            continue
        if len(done.reps) != len(done.link.truth.reps):
            wrong_count.append((seed, len(done.reps), len(done.link.truth.reps)))
        pairs += done.pairs()
        print(f"\rseed {seed}: {len(pairs)} reps", end="", file=sys.stderr)
    print(file=sys.stderr)
    flat = [(t, r) for t, r in pairs if t.heel_lift_m == 0.0]
    lifted = [(t, r) for t, r in pairs if t.heel_lift_m > LIFTED_M]
    big = [(t, r) for t, r in pairs if t.heel_lift_m > BIG_M]
    error = np.degrees([r.peak_inclination_rad - t.peak_inclination_rad for t, r in pairs])
    late_ms = [1000 * (r.live_flag_s - t.heel_off_s) for t, r in lifted if r.live_flag_s and t.heel_off_s]
    scores = np.array([r.heel_score for _, r in lifted]), np.array([r.heel_score for _, r in flat])
    print(f"{asked.exercise}, {asked.grade}, skin {asked.skin}, seeds {first}..{last - 1}, {len(pairs)} reps")
    print(f"calibrations refused      {len(refused)} of {last - first} {refused}")
    print(f"sessions miscounted       {len(wrong_count)} {wrong_count}")
    p95 = np.percentile(abs(error), 95)
    print(f"peak inclination error    bias {error.mean():+.2f} sd {error.std():.2f} deg, p95 {p95:.2f}")
    print(f"verdict on flat reps      {dict(Counter(str(r.heel) for _, r in flat))}")
    print(f"verdict on lifts >= 2 cm  {dict(Counter(str(r.heel) for _, r in lifted))}")
    print(f"  sensitivity             {share(sum(r.heel is HeelState.UP for _, r in lifted), len(lifted))}")
    print(f"  false positives         {share(sum(r.heel is HeelState.UP for _, r in flat), len(flat))}")
    if len(scores[0]) and len(scores[1]):
        print(f"  AUC of heel_score       {np.mean(scores[0][:, None] > scores[1][None]):.4f}")
    print(f"live flag on lifts >= 3 cm  {share(sum(r.live_heel is HeelState.UP for _, r in big), len(big))}")
    print(f"live flag on lifts >= 2 cm  {share(sum(r.live_heel is HeelState.UP for _, r in lifted), len(lifted))}")
    print(f"  false positives         {share(sum(r.live_heel is HeelState.UP for _, r in flat), len(flat))}")
    if late_ms:
        print(f"  after heel-off          median {np.median(late_ms):.0f} ms, p90 {np.percentile(late_ms, 90):.0f} ms")


if __name__ == "__main__":
    main()
