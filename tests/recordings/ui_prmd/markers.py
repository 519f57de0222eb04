"""The optical markers of both lower legs, reduced to what fits a repository, and read back.

    python tests/recordings/ui_prmd/markers.py FOLDER_WITH_MNN_NPZ

Stored are positions in 0.1 mm as int16, as differences from frame to frame: markers move slowly, so differences
compress to a third. The repetition files of one set are consecutive cuts of one continuous take, without a frame
missing between them, so they are stored as one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 100.0
SUBJECTS = (1, 3, 4, 5, 7, 8)
MOVEMENTS = ("m01", "m03", "m05")
CONDITIONS = ("c", "i")
SIDES = ("L", "R")
MARKERS = ("KNE", "TIB", "ANK", "HEE", "TOE")
KNE, TIB, ANK, HEE, TOE = range(5)

_STORED = [5, 6, 7, 8, 9, 11, 12, 13, 14, 15]
"""Places of LKNE, LTIB, LANK, LHEE, LTOE, RKNE, RTIB, RANK, RHEE, RTOE among the source's sixteen markers."""
_STEPS_PER_M = 1e4


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One set of one leg: markers_m : (n, 5, 3), earth frame, z up; cuts: first frame of each repetition, then n."""

    markers_m: NDArray[np.float64]
    cuts: tuple[int, ...]


def load_take(subject: int, movement: str, condition: str, side: str) -> Take:
    """A whole set. Raises KeyError when there is none or its markers dropped out."""
    stored = _stored(movement)
    name = f"s{subject:02d}_{condition}"
    if f"{name}_steps" not in stored:
        raise KeyError(f"UI-PRMD holds no {movement} of subject {subject}, condition {condition!r}")
    positions = np.cumsum(stored[f"{name}_steps"], axis=0, dtype=np.int16)  # wraps back as the differences wrapped
    leg = positions[:, SIDES.index(side) * 5 : SIDES.index(side) * 5 + 5]
    if (leg == 0).all(axis=2).any():
        raise KeyError(f"{movement} of subject {subject}, condition {condition!r}, side {side}: markers dropped out")
    return Take(leg / _STEPS_PER_M, tuple(stored[f"{name}_cuts"].tolist()))


@cache
def _stored(movement: str) -> dict[str, NDArray[np.int_]]:
    with np.load(Path(__file__).parent / f"{movement}.npz") as archive:
        return dict(archive)


def reduce_markers(source: Path, movement: str) -> dict[str, NDArray[np.int_]]:
    """Differences of the ten stored markers and the cuts of every set, by name."""
    reduced: dict[str, NDArray[np.int_]] = {}
    with np.load(source / f"{movement}.npz") as archive:
        for subject in SUBJECTS:
            for condition in CONDITIONS:
                names = [f"{movement}_s{subject:02d}_e{rep:02d}_{condition}" for rep in range(1, 11)]
                if names[0] not in archive:
                    continue
                reps = [archive[name][:, _STORED] for name in names]
                steps = np.round(np.concatenate(reps) * (_STEPS_PER_M / 1000.0)).astype(np.int16)
                first = np.zeros_like(steps[:1])
                reduced[f"s{subject:02d}_{condition}_steps"] = np.diff(steps, axis=0, prepend=first)
                reduced[f"s{subject:02d}_{condition}_cuts"] = np.cumsum([0, *map(len, reps)])
    return reduced


if __name__ == "__main__":
    for wanted in MOVEMENTS:
        arrays: dict[str, Any] = reduce_markers(Path(sys.argv[1]), wanted)
        np.savez_compressed(Path(__file__).parent / f"{wanted}.npz", **arrays)
