"""What no estimator can know: how far peak inclinations miss the truth with a perfect sensor and no filter at all.

    python tests/benchmarks/peak_limits.py

Optical squats (UI-PRMD). The truth is the line from ankle to knee in the plane of the foot's heading at each moment.
Each row takes away one more thing that a single sensor on the shin cannot see; wobble, sensor errors and filter are
not in it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recordings.ui_prmd.markers import ANK, KNE, SUBJECTS
from recordings.ui_prmd.motion import Array, Motion, heading, inclination, session_motion
from recordings.ui_prmd.sensor import shank_of

STANDING = slice(0, 400)
ROWS = (
    "the line itself, in the plane of the foot as it stood",
    "what stood upright, carried along, in that plane",
    "the same, in the plane of the rocks",
)


def estimates(motion: Motion) -> tuple[Array, ...]:
    """One inclination : (n,) rad for each of `ROWS`."""
    markers = motion.markers_m
    line = markers[:, KNE] - markers[:, ANK]
    ahead = heading(markers[STANDING]).mean(axis=0)
    turned = shank_of(markers, standing=STANDING).R_earth_from_shank
    up_standing = turned[STANDING].inv().apply([0.0, 0.0, 1.0]).mean(axis=0)
    carried = turned.apply(up_standing / np.linalg.norm(up_standing))
    rocks = carried[[phase.value == "rocks" for phase in motion.phases], :2]
    along = np.linalg.eigh(rocks.T @ rocks)[1][:, -1]
    along = np.append(along * np.sign(np.sum(rocks @ along)), 0.0)
    of_line = np.arctan2(line @ ahead, line[:, 2])
    return (
        of_line - of_line[STANDING].mean(),
        np.arctan2(carried @ ahead, carried[:, 2]),
        np.arctan2(carried @ along, carried[:, 2]),
    )


def errors_of(subject: int) -> Array:
    """(rows, reps) deg."""
    found = []
    for condition in "ci":
        for side in "LR":
            motion = session_motion(subject, "m01", condition, side, pause_s=2.0, rng=np.random.default_rng(0))
            truth = inclination(motion.markers_m)
            truth -= truth[STANDING].mean()
            rows = estimates(motion)
            for start, stop in motion.cuts:
                found.append([row[start:stop].max() - truth[start:stop].max() for row in rows])
    return np.degrees(np.array(found).T)


def main() -> None:
    by_subject = {subject: errors_of(subject) for subject in SUBJECTS}
    print("| known | " + " | ".join(f"subject {s}" for s in SUBJECTS) + " | all: bias / p95, ° |")
    print("| --- " * (len(SUBJECTS) + 2) + "|")
    everyone = np.concatenate(list(by_subject.values()), axis=1)
    for row, name in enumerate(ROWS):
        cells = [f"{np.percentile(abs(by_subject[s][row]), 95):.1f}" for s in SUBJECTS]
        pooled = f"{everyone[row].mean():+.2f} / {np.percentile(abs(everyone[row]), 95):.2f}"
        print(f"| {name} | {' | '.join(cells)} | {pooled} |")


if __name__ == "__main__":
    main()
