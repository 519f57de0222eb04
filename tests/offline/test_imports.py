"""A recording of another maker, imported, gives the reps and angles of the same movement recorded by us."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import foreign_files as foreign
import numpy as np
import pytest
from foreign_files import Array

from shinsight import measure, simulate
from shinsight.api import Measured
from shinsight.offline.analysis import Analysis
from shinsight.offline.imports.into_session import Rocks, recording_of, write_session
from shinsight.offline.imports.sources import read_foreign
from shinsight.pipeline import PipelineSettings
from shinsight.recording import Recording
from shinsight.results import HeelState
from shinsight.samples import Phase
from shinsight.sinks.csv_files import read_angles, read_reps

Write = Callable[[Path, Array, Array, Array], Path | tuple[Path, Path]]
WRITERS: dict[str, Write] = {
    "x-IMU3": foreign.ximu3,
    "Movella DOT": lambda folder, *samples: foreign.dot(folder / "dot.csv", *samples),
    "Movella DOT whose clock begins again": lambda folder, *samples: foreign.dot(
        folder / "dot.csv", *samples, first_us=foreign.DOT_WRAP - 7_000_000
    ),
    "Android": foreign.android,
    "Android, zipped": lambda folder, *samples: foreign.zipped(foreign.android(folder / "run", *samples)),
    "iPhone": foreign.iphone,
    "iPhone, uncalibrated": foreign.iphone_raw,
    "any CSV": foreign.mapped,
}


@pytest.fixture(scope="module")
def ours() -> Recording:
    """Two squats, one with the heel up, after a stance and five rocks."""
    return simulate("sim:squat?reps=2&seed=4&heel_lift_mm=40&lift_share=0.5").recording


@pytest.fixture(scope="module")
def as_ours(ours: Recording) -> Measured:
    return measure(ours)


def rocks_in(recording: Recording) -> Rocks:
    rocking = np.flatnonzero([phase is Phase.ROCKS for phase in recording.phases])
    t_s = recording.samples.t_s - recording.samples.t_s[0]
    return Rocks(start_s=t_s[rocking[0]] - 1e-3, end_s=t_s[rocking[-1]] + 1e-3)


def write(folder: Path, writer: Write, recording: Recording) -> tuple[Path, Path | None]:
    samples = recording.samples
    written = writer(folder, samples.t_s, samples.accel_mps2, samples.gyro_radps)
    return written if isinstance(written, tuple) else (written, None)


def imported(path: Path, mapping: Path | None, out: Path, rocks: Rocks | None) -> Analysis:
    found = read_foreign(path, mapping=mapping)
    recording = recording_of(found.imported, rocks)
    return write_session(out, recording, found, settings=PipelineSettings(), person="anna")


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
def test_a_session_in_another_makers_format_gives_the_same_reps_and_angles(
    tmp_path: Path, ours: Recording, as_ours: Measured, writer: Write
) -> None:
    path, mapping = write(tmp_path / "theirs", writer, ours)
    found = imported(path, mapping, tmp_path / "session", rocks_in(ours))
    again = measure(tmp_path / "session")

    assert {rep.heel for rep in as_ours.reps} == {HeelState.DOWN, HeelState.UP}
    for reps in (found.reps, again.reps, read_reps(tmp_path / "session" / "reps.csv")):
        assert [rep.heel for rep in reps] == [rep.heel for rep in as_ours.reps]
        for theirs, rep in zip(reps, as_ours.reps, strict=True):
            assert theirs.peak_inclination_rad == pytest.approx(rep.peak_inclination_rad, abs=np.radians(0.05))
            assert theirs.heel_rise_m == pytest.approx(rep.heel_rise_m, abs=5e-4)
            assert theirs.bottom_s == pytest.approx(rep.bottom_s - as_ours.samples.t_s[0], abs=0.02)
    frames = read_angles(tmp_path / "session" / "angles.csv")
    there = np.interp(as_ours.frames.t_s, frames.t_s + as_ours.samples.t_s[0], frames.inclination_rad)
    both = np.isfinite(there) & np.isfinite(as_ours.frames.inclination_rad)
    assert both.mean() > 0.5
    assert np.degrees(np.abs(there - as_ours.frames.inclination_rad)[both]).max() < 0.1
