"""The sample files of this folder, from the simulated leg: python tests/recordings/imports/make.py."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[1]))

from imports import foreign_files as foreign  # noqa: E402
from shinsight import simulate  # noqa: E402
from shinsight.samples import Phase  # noqa: E402

AFTER_ROCKS_S = 8.0


def main() -> None:
    """One squat of the left leg at half the simulator's rate."""
    recording = simulate("sim:squat?reps=1&seed=11&side=left").recording
    first = len(recording.phases) - recording.phases[::-1].index(Phase.ROCKS)
    stop = first + round(AFTER_ROCKS_S * recording.rate_hz)
    part = recording.samples[first:stop]
    samples = tuple(values[::2] for values in (part.t_s - part.t_s[0], part.accel_mps2, part.gyro_radps))
    foreign.ximu3(HERE / "ximu3", *samples)
    foreign.dot(HERE / "dot.csv", *samples, first_us=foreign.DOT_WRAP - 3_000_000)
    foreign.android(HERE / "android", *samples)
    foreign.zipped(foreign.iphone(HERE / "iphone", *samples))
    shutil.rmtree(HERE / "iphone")
    foreign.mapped(HERE, *samples)


if __name__ == "__main__":
    main()
