"""Real movement: shin IMU made from optical markers (UI-PRMD), through imu samples and the pipeline, per subject.

    python tests/benchmarks/optical_squats.py --grade lsm6dso

Ten reps a set, correct and deliberately wrong, both legs. Lifted: heel marker over 20 mm; flat: under 12 mm; the
rest is left out. The grade `lsm6dso` (and `mpu6050`) adds data-sheet errors and about 1 deg of strap wobble.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recordings.ui_prmd.convert import TruthRep, make_recording
from shinsight.measurement import calibration_of, measure_recording
from shinsight.pipeline import PipelineSettings
from shinsight.recording import Recording
from shinsight.results import Rep, Side

SUBJECTS = (1, 3, 4, 5, 7, 8)
LIFTED_M, FLAT_M = 0.020, 0.012


def said(pairs: list[tuple[TruthRep, Rep]], live: bool) -> str:
    counts = Counter(str(rep.live_heel if live else rep.heel) for _, rep in pairs)
    return " ".join(f"{word} {counts[word]}" for word in ("down", "up", "unsure"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grade", default="lsm6dso", choices=("ideal", "lsm6dso", "mpu6050"))
    parser.add_argument("--movement", default="m01")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    everyone: list[tuple[TruthRep, Rep]] = []
    print(f"{asked.movement}, grade {asked.grade}, seed {asked.seed}; errors in degrees")
    for subject in (*SUBJECTS, 0):
        pairs, true_reps, refused = [], 0, 0
        for condition in "ci" if subject else "":
            for side in "LR":
                samples, phases, truth = make_recording(
                    subject, asked.movement, condition, side, asked.grade, asked.seed
                )
                recording = Recording(samples, phases, 100.0, ())
                leg = Side.LEFT if side == "L" else Side.RIGHT
                outcome = measure_recording(recording, PipelineSettings(side=leg))
                report = calibration_of(outcome.events)
                refused += report is None or not report.accepted
                found = [e for e in outcome.events if isinstance(e, Rep)]
                true_reps += len(truth.reps)
                for true in truth.reps:
                    near = [r for r in found if true.start_s - 0.3 <= r.bottom_s <= true.end_s + 0.3]
                    if near:
                        pairs.append((true, max(near, key=lambda r: r.peak_inclination_rad)))
        everyone += pairs
        pairs = pairs if subject else everyone
        error = np.degrees([r.peak_inclination_rad - t.peak_inclination_rad for t, r in pairs])
        lifted = [p for p in pairs if p[0].heel_rise_m > LIFTED_M]
        flat = [p for p in pairs if p[0].heel_rise_m < FLAT_M]
        auc = [a.heel_score > b.heel_score for _, a in lifted for _, b in flat]
        print(
            f"{f'subject {subject}' if subject else 'all':10s} "
            f"reps {len(pairs)}{f' of {true_reps}' if subject else ''}, refused {refused}; "
            f"peak bias {error.mean():+.2f} sd {error.std():.2f} p95 {np.percentile(abs(error), 95):.2f}; "
            f"lifted {len(lifted)}: {said(lifted, False)} (live {said(lifted, True)}); "
            f"flat {len(flat)}: {said(flat, False)} (live {said(flat, True)})"
            + (f"; AUC {np.mean(auc):.3f}" if auc else "")
        )


if __name__ == "__main__":
    main()
