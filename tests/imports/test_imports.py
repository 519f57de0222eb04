"""A recording of another maker, imported, gives the reps and angles of the same movement recorded by us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import ximu3csv

from imports import foreign_files as foreign
from imports.foreign_files import Array
from shinsight import measure, simulate
from shinsight.analysis.analysis import Analysis
from shinsight.api import Measured
from shinsight.errors import SettingsError
from shinsight.imports.into_session import Rocks, recording_of, write_session
from shinsight.imports.sources import read_foreign
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import HeelState, Recording
from shinsight.samples import Phase
from shinsight.session.csv_tables import read_angles, read_reps
from shinsight.session.folder import RAW_LOG, open_session

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
            assert theirs.ankle_rise_m == pytest.approx(rep.ankle_rise_m, abs=5e-4)
            assert theirs.bottom_s == pytest.approx(rep.bottom_s - as_ours.samples.t_s[0], abs=0.02)
    frames = read_angles(tmp_path / "session" / "angles.csv")
    there = np.interp(as_ours.frames.t_s, frames.t_s + as_ours.samples.t_s[0], frames.inclination_rad)
    both = np.isfinite(there) & np.isfinite(as_ours.frames.inclination_rad)
    assert both.mean() > 0.5
    assert np.degrees(np.abs(there - as_ours.frames.inclination_rad)[both]).max() < 0.1


def test_an_x_imu3_log_is_read_as_the_makers_own_reader_reads_it(tmp_path: Path, ours: Recording) -> None:
    path, _ = write(tmp_path, foreign.ximu3, ours)
    (device,) = ximu3csv.read(path)
    theirs = device.inertial
    si = read_foreign(path).imported.rows.si

    assert np.diff(si[:, 0]) == pytest.approx(np.diff(theirs.timestamp) * 1e-6, abs=1e-9)
    assert si[:, 1:4] == pytest.approx(theirs.accelerometer.xyz * foreign.G, abs=1e-9)
    assert si[:, 4:7] == pytest.approx(np.radians(theirs.gyroscope.xyz), abs=1e-9)


def test_the_session_says_where_it_is_from_and_what_was_done(tmp_path: Path, ours: Recording) -> None:
    path, _ = write(tmp_path / "theirs", foreign.iphone, ours)
    imported(path, None, tmp_path / "session", rocks=None)
    session = open_session(tmp_path / "session")

    assert (session.link, session.person, session.started[:10]) == ("import:sensorlogger", "anna", "2026-08-28")
    assert session.ended is not None
    assert session.file(RAW_LOG) is None  # else its nothing would be measured in place of the samples
    (said,) = session.notices
    assert "sum of Accelerometer.csv and Gravity.csv" in said
    assert "acceleration reversed" in said
    assert str(tmp_path) not in (tmp_path / "session" / "session.json").read_text()


def test_without_rocks_there_are_angles_and_every_heel_is_unsure(tmp_path: Path, ours: Recording) -> None:
    path, _ = write(tmp_path / "theirs", foreign.ximu3, ours)
    found = imported(path, None, tmp_path / "session", rocks=None)

    assert {rep.heel for rep in found.reps} == {HeelState.UNSURE}
    assert found.calibration is not None
    assert "no heel-down rocks" in found.calibration.problems[0]


def test_nothing_is_written_where_something_is(tmp_path: Path, ours: Recording) -> None:
    path, _ = write(tmp_path / "theirs", foreign.ximu3, ours)
    (tmp_path / "session").mkdir()
    (tmp_path / "session" / "diary.txt").write_text("knee hurts")
    with pytest.raises(SettingsError, match="exists already"):
        imported(path, None, tmp_path / "session", rocks=None)
    assert [file.name for file in (tmp_path / "session").iterdir()] == ["diary.txt"]


def test_accelerations_at_other_times_are_put_on_the_gyroscopes(tmp_path: Path, ours: Recording) -> None:
    samples = ours.samples
    folder = foreign.android(tmp_path / "run", samples.t_s, samples.accel_mps2, samples.gyro_radps)
    later_s = samples.t_s[:-1] + 0.4 * np.diff(samples.t_s)
    between = np.stack([np.interp(later_s, samples.t_s, axis) for axis in samples.accel_mps2.T], axis=1)
    lost = (later_s > 20.0) & (later_s < 20.5)
    foreign.phone_file(folder / "TotalAcceleration.csv", later_s[~lost], between[~lost])

    found = read_foreign(folder).imported
    assert "linearly between its own readings" in found.done[1]
    recording = recording_of(found, None)
    assert {notice.code for notice in recording.notices} == {"filled"}  # no line was drawn across what was lost
    theirs, first_s = recording.samples, later_s[0] // (samples.t_s[1] - samples.t_s[0])
    kept = theirs.flags == 0
    again = np.interp(theirs.t_s[kept] + samples.t_s[int(first_s) + 1], samples.t_s, samples.accel_mps2[:, 2])
    assert np.abs(theirs.accel_mps2[kept, 2] - again).mean() < 0.1


def test_rocks_that_were_none_are_refused_by_the_calibration(tmp_path: Path, ours: Recording) -> None:
    path, _ = write(tmp_path / "theirs", foreign.ximu3, ours)
    set_s = rocks_in(ours).end_s + 1.0  # somebody points at the squats
    last_s = ours.samples.t_s[-1] - ours.samples.t_s[0]
    found = imported(path, None, tmp_path / "session", Rocks(start_s=set_s, end_s=last_s - 1.0))

    assert found.calibration is None or not found.calibration.accepted
    assert HeelState.DOWN not in {rep.heel for rep in found.reps}


def test_a_phase_column_marks_the_rocks(tmp_path: Path, ours: Recording, as_ours: Measured) -> None:
    path, mapping = foreign.mapped(tmp_path, ours.samples.t_s, ours.samples.accel_mps2, ours.samples.gyro_radps)
    head, rows = path.read_text().splitlines()[:3], path.read_text().splitlines()[3:]
    words = [f"{row};{phase}" for row, phase in zip(rows, ours.phases, strict=True)]
    foreign.lines(path, [*head[:2], f"{head[2]};what", *words])
    mapping.write_text(f'{mapping.read_text()}\nphase = {{column = "what"}}\n')

    found = imported(path, mapping, tmp_path / "session", rocks=None)
    assert [rep.heel for rep in found.reps] == [rep.heel for rep in as_ours.reps]


def test_what_was_lost_in_the_file_is_still_said_of_the_session(tmp_path: Path, ours: Recording) -> None:
    samples = ours.samples
    far_off = samples.accel_mps2 + np.array([2.0, 0.0, 2.0])
    path = foreign.dot(tmp_path / "dot.csv", samples.t_s, far_off, samples.gyro_radps)
    rows = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*rows[:500], b"oops,oops\n", *rows[510:]]))
    imported(path, None, tmp_path / "session", rocks=None)

    notes = measure(tmp_path / "session").notes
    assert [note for note in notes if note.startswith("dot.csv:501: 'oops,oops' has a cell that is empty")] != []
    assert [note for note in notes if note.startswith("dot.csv: 10 of")] != []
    assert len([note for note in notes if "shinsight calibrate" in note]) == 2  # now, and of its first second
    assert str(tmp_path) not in (tmp_path / "session" / "session.json").read_text()


def test_a_csv_may_lie_in_a_zip(tmp_path: Path, ours: Recording) -> None:
    samples = ours.samples
    _, mapping = foreign.mapped(tmp_path / "run", samples.t_s, samples.accel_mps2, samples.gyro_radps)
    found = read_foreign(foreign.zipped(tmp_path / "run"), mapping=mapping).imported
    assert len(recording_of(found, None).samples) == len(samples)


# As files of the field really are


HEADER = 11
"""Line of a DOT file's header, from 0."""


def samples_of(recording: Recording) -> tuple[Array, Array, Array]:
    return recording.samples.t_s, recording.samples.accel_mps2, recording.samples.gyro_radps


def read(path: Path) -> Recording:
    return recording_of(read_foreign(path).imported, None)


def changed(path: Path, change: Callable[[list[str]], list[str]]) -> Path:
    """The same file with other lines. change: of all lines, the header's at `HEADER`."""
    lines = path.read_text(encoding="cp1252").splitlines()
    path.write_text("".join(f"{line}\n" for line in change(lines)), encoding="cp1252")
    return path


def test_dot_rows_that_end_in_a_comma_and_a_space_are_rows(tmp_path: Path, ours: Recording) -> None:
    """So the maker's own logger writes what it takes from a sensor."""
    path = changed(
        foreign.dot(tmp_path / "dot.csv", *samples_of(ours)),
        lambda lines: [*lines[: HEADER + 1], *(f"{line.replace(',', ', ')}, " for line in lines[HEADER + 1 :])],
    )
    assert read(path).samples.accel_mps2 == pytest.approx(ours.samples.accel_mps2, abs=1e-5)


def test_the_row_of_zeros_that_a_dot_recording_begins_with_is_no_reading(tmp_path: Path, ours: Recording) -> None:
    path = changed(
        foreign.dot(tmp_path / "dot.csv", *samples_of(ours), first_us=40_000),
        lambda lines: [*lines[: HEADER + 1], f"0,30000{',0.00000000000000' * 6}", *lines[HEADER + 1 :]],
    )
    found = read_foreign(path).imported
    assert "1 row of zeros before the first reading left out" in found.done
    again = recording_of(found, None).samples
    assert len(again) == len(ours.samples)
    assert again.accel_mps2 == pytest.approx(ours.samples.accel_mps2, abs=1e-5)


def test_a_quote_that_nobody_closed_costs_no_row(tmp_path: Path, ours: Recording) -> None:
    path = changed(
        foreign.dot(tmp_path / "dot.csv", *samples_of(ours)),
        lambda lines: [*lines[:400], '"' + lines[400], *lines[401:]],
    )
    again = read(path)
    assert len(again.samples) == len(ours.samples)
    assert not again.notices


def test_a_phone_whose_clock_is_no_time_is_dated_by_its_file(tmp_path: Path, ours: Recording) -> None:
    folder = foreign.android(tmp_path / "run", *samples_of(ours))
    gyro = (folder / "Gyroscope.csv").read_text()
    (folder / "Gyroscope.csv").write_text(gyro.replace(str(foreign.EPOCH_NS), "9" * 26, 1))
    assert read_foreign(folder).imported.began is None


@pytest.mark.parametrize(
    ("said", "began"),
    [
        ("2021-08-30_17:05:05_000 GMT+8", "2021-08-30T17:05:05+08:00"),
        ("2025-07-11 20:06:00.086 -0330", "2025-07-11T20:06:00-03:30"),
        ("2026-07-11_20:06:00_086 WEST", None),
        ("2026-07-11_20:06:00_086 GMT+99", "nothing"),
    ],
)
def test_a_dot_began_when_it_says_with_the_offset_it_says(
    tmp_path: Path, ours: Recording, said: str, began: str | None
) -> None:
    """An abbreviation names no time zone for sure: then it is this computer's."""
    path = changed(
        foreign.dot(tmp_path / "dot.csv", *samples_of(ours)),
        lambda lines: [f"StartTime: ,{said}" if line.startswith("StartTime") else line for line in lines],
    )
    found = read_foreign(path).imported.began
    if began == "nothing":
        assert found is None
    else:
        here = datetime.fromisoformat("2026-07-11T20:06:00").astimezone()
        assert found == (here if began is None else datetime.fromisoformat(began))
        assert found is not None
        assert found.utcoffset() == (here if began is None else datetime.fromisoformat(began)).utcoffset()
