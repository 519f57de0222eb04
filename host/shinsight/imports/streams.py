"""From a maker's columns to rows in SI: each sensor's readings over time, joined into one table on one clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from ..errors import DataError
from ..results import Notice
from ..samples import FloatArray, Phase
from ..session.csv_rows import FEWEST_ROWS, CsvRows, parse_floats, valid_rows
from ..session.imu_csv import RATES_HZ, Rows, phases_in
from ..session.resampling import IntArray

WIDEST_STEP = 2.5
"""Readings further apart than this many usual steps have lost one between: no line is drawn there."""
LEAST_OVERLAP = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """One sensor. t_s : (n,) s, strictly increasing; xyz : (n, 3). notices: what was left out."""

    place: str
    t_s: FloatArray
    xyz: FloatArray
    notices: Sequence[Notice]

    def scaled(self, factor: float) -> Stream:
        """Return the stream with its readings multiplied by `factor`."""
        return Stream(self.place, self.t_s, self.xyz * factor, self.notices)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Imported:
    """A recording of another program, in SI.

    rows: times in s, zero at the first. source: who made it; device: which one, empty when it does not say. done: what
    was converted, in plain words. units: where they are from, for messages. began: None when it does not say when.
    """

    source: str
    device: str
    place: str
    units: str
    rows: Rows
    done: tuple[str, ...]
    began: datetime | None


def columns_of(table: CsvRows, wanted: Sequence[str], *, remedy: str) -> list[int]:
    """Where the columns stand. Raises `DataError` with the remedy when some are not there."""
    absent = [name for name in wanted if name not in table.header]
    if absent:
        found = ", ".join(table.header)
        raise DataError(f"{table.place}: no column {', '.join(absent)}; found {found}: {remedy}")
    at = table.columns()
    return [at[name] for name in wanted]


def stream(table: CsvRows, columns: Sequence[int]) -> Stream:
    """One sensor's readings: its time in seconds and three axes. Raises `DataError`."""
    values = parse_floats(table, columns)
    notices = table.notices
    kept = valid_rows(table, values, notices)
    return Stream(table.place, values[kept, 0], values[kept, 1:], notices)


def one_table(
    table: CsvRows,
    columns: Sequence[int],
    *,
    time_s: float,
    accel_mps2: Sequence[float],
    gyro_radps: Sequence[float],
    decimal: str = ".",
    wraps_at: float | None = None,
    phase: int | None = None,
) -> Rows:
    """Both sensors on the same rows: time, three axes of the accelerometer, three of the gyroscope.

    time_s, accel_mps2, gyro_radps: what one of each column's numbers is in SI. wraps_at: where the clock begins again
    at zero, in its own units. phase: the column with the phase. Raises `DataError`.
    """
    values = parse_floats(table, columns, decimal=decimal)
    known = np.isfinite(values[:, 0])
    if wraps_at is not None:
        values[known, 0] = np.unwrap(values[known, 0], period=wraps_at)
    values[known, 0] -= values[known, 0][:1]
    values *= (time_s, *accel_mps2, *gyro_radps)
    notices = table.notices
    kept = valid_rows(table, values, notices)
    rows = rows_of(values[kept, 0], values[kept, 1:4], values[kept, 4:], notices)
    return replace(rows, phases=phases_in(table, kept, phase))


def put_on(times: Stream, other: Stream) -> tuple[IntArray, FloatArray, bool]:
    """`other` at the times of `times`: the rows of `times` where it is known, its values there, and whether lines were
    drawn between its own.

    Nothing is read beyond its ends or across what it lost. Raises `DataError` when the two hardly overlap, or when its
    readings are too far apart to draw lines between.
    """
    usual_s = float(np.median(np.diff(other.t_s)))
    if usual_s > 1.0 / RATES_HZ[0]:
        raise DataError(
            f"{other.place} has a reading every {usual_s:.2g} s, expected at least {RATES_HZ[0]:g} a second: choose a "
            "faster rate and record again"
        )
    known = (times.t_s >= other.t_s[0]) & (times.t_s <= other.t_s[-1])
    if known.sum() < max(FEWEST_ROWS, LEAST_OVERLAP * min(len(times.t_s), len(other.t_s))):
        raise DataError(
            f"{other.place} runs from {other.t_s[0]:.1f} to {other.t_s[-1]:.1f} s and {times.place} from "
            f"{times.t_s[0]:.1f} to {times.t_s[-1]:.1f} s, expected the same time: they may not be of one recording"
        )
    steps = np.diff(other.t_s)
    after = np.clip(np.searchsorted(other.t_s, times.t_s, side="left"), 1, len(other.t_s) - 1)
    exact = np.isin(times.t_s, other.t_s)
    known &= exact | (steps[after - 1] <= WIDEST_STEP * usual_s)
    values = np.stack([np.interp(times.t_s[known], other.t_s, axis) for axis in other.xyz.T], axis=1)
    return np.flatnonzero(known), values, not bool(exact[known].all())


def rows_of(t_s: FloatArray, accel_mps2: FloatArray, gyro_radps: FloatArray, notices: Sequence[Notice]) -> Rows:
    """A table on a clock that is zero at its first row; notices move with it."""
    first_s = float(t_s[0])
    moved = [Notice(max(0.0, notice.t_s - first_s), notice.code, notice.text) for notice in notices]
    si = np.column_stack([t_s - first_s, accel_mps2, gyro_radps])
    return Rows(si, np.zeros(len(si), np.uint8), [Phase.NONE] * len(si), moved)
