"""Rows of text from any sensor: split, read as numbers, and reduced to the valid ones.

Decimals of a wrong kind, a last row that was cut, cells that are no numbers and a clock that stands still are met in
files of any maker. Each is named with its line: a few rows are left out with a notice, many are refused.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..results import Notice
from ..samples import FloatArray
from .resampling import IntArray

LARGEST_BAD_SHARE = 0.2
"""With more rows than this unusable, the rest is not a recording of a movement."""
FEWEST_ROWS = 3


@dataclass(frozen=True, slots=True)
class CsvRows:
    """A header and rows of cells. lines: the line each row ends on. cut: the line of a last row that was left out."""

    place: str
    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    cut: int | None

    @property
    def notices(self) -> list[Notice]:
        """What was left out while splitting."""
        if self.cut is None:
            return []
        return [Notice(0.0, "cut_row", f"{self.place}:{self.cut}: the last row is cut short and was left out")]

    def columns(self) -> dict[str, int]:
        """Where each name stands; of two that are called the same, the first."""
        return {name: self.header.index(name) for name in reversed(self.header)}

    def words(self, kept: IntArray, at: int) -> list[str]:
        """The cells of a column in the rows `kept`; empty where a row is too short."""
        return [self.rows[row][at].strip() if at < len(self.rows[row]) else "" for row in kept.tolist()]


def split_rows(text: str, *, place: str, expected: str, separator: str = ",", skip: int = 0) -> CsvRows:
    """The rows below the header, which is the first line with anything in it after `skip` lines. Raises `DataError`.

    expected: what the header should hold, for the message.
    """
    reader = csv.reader(map(_closed, text.splitlines(keepends=True)[skip:]), delimiter=separator)
    lines, rows = [], []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                lines.append(reader.line_num + skip)
    except csv.Error as error:
        raise DataError(
            f"{place}:{reader.line_num + skip}: {error}, expected cells with {separator!r} between them: is it a CSV?"
        ) from error
    if not rows:
        raise DataError(f"{place} is empty, expected a header line with {expected}")
    header = [cell.strip() for cell in rows[0]]
    cut = None
    if len(rows) > 1 and not text.endswith("\n"):  # its last number may have lost digits
        cut = lines.pop() if len(rows.pop()) < len(header) else None
    return CsvRows(place, header, rows[1:], lines[1 : len(rows)], cut)


def parse_floats(table: CsvRows, columns: Sequence[int], *, decimal: str = ".") -> FloatArray:
    """Return (rows, columns) floats; NaN for a cell that is not a number."""
    rows = table.rows
    if decimal != ".":
        rows = [[cell.replace(decimal, ".") for cell in row] for row in rows]
    try:
        return np.array([[float(row[at]) for at in columns] for row in rows]).reshape(-1, len(columns))
    except (ValueError, IndexError):
        return np.array([[_number(row, at) for at in columns] for row in rows])


def valid_rows(table: CsvRows, values: FloatArray, notices: list[Notice]) -> IntArray:
    """Return the indices of the rows that are numbers and increase in time.

    values : (rows, columns), the first column times in seconds.
    What is left out is added to `notices`. Raises `DataError` when few rows are left.
    """
    header, rows, lines = table.header, table.rows, table.lines
    fits = np.array([not any(cell.strip() for cell in row[len(header) :]) for row in rows], bool)
    finite = fits & np.isfinite(values).all(axis=1)
    if not finite.all():
        first = int(np.flatnonzero(~finite)[0])
        more = f"has more cells than the header ({len(header)})"
        wrong = "has a cell that is empty or not a number" if fits[first] else more
        what = f"{table.place}:{lines[first]}: '{','.join(rows[first])}' {wrong}"
        _refuse_most(finite, what, "check how the file was made; decimals need a point, columns a comma")
        notices.append(_left_out(values, first, "not_a_number", what, int((~finite).sum())))
    kept = np.flatnonzero(finite)
    if len(kept) < FEWEST_ROWS:
        raise DataError(
            f"{table.place} has {len(kept)} rows of numbers, expected at least {FEWEST_ROWS}: record longer"
        )
    forward = _moves_on(values[kept, 0])
    if not forward.all():
        first = int(np.flatnonzero(~forward)[0])
        before_s, at_s = float(values[kept[max(first - 1, 0)], 0]), float(values[kept[first], 0])
        what = f"{table.place}:{lines[kept[first]]}: time does not increase ({before_s:g} s, then {at_s:g} s)"
        _refuse_most(forward, what, "give every row its own time and cut the file where the clock was reset")
        notices.append(_left_out(values, int(kept[first]), "time_backwards", what, int((~forward).sum())))
        kept = kept[forward]
    return kept


def _closed(line: str) -> str:
    """A quote that its line does not close would swallow all lines after it, and no sensor means that."""
    return line.replace('"', "") if line.count('"') % 2 else line


def _number(row: list[str], at: int) -> float:
    try:
        return float(row[at])
    except (ValueError, IndexError):
        return np.nan


def _moves_on(t_s: FloatArray) -> NDArray[np.bool_]:
    """(n,) False for a row that is not later than all before it, and for a lone row far ahead of those after it."""
    ahead = np.zeros(len(t_s), bool)
    ahead[1:-1] = (t_s[1:-1] >= t_s[2:]) & (t_s[2:] > t_s[:-2])
    latest = np.maximum.accumulate(np.where(ahead, -np.inf, t_s))
    forward = ~ahead
    forward[1:] &= t_s[1:] > latest[:-1]
    return forward


def _refuse_most(good: NDArray[np.bool_], what: str, remedy: str) -> None:
    bad = int((~good).sum())
    if bad > LARGEST_BAD_SHARE * len(good):
        raise DataError(f"{what}; {bad} of {len(good)} rows are like this: {remedy}")


def _left_out(values: FloatArray, row: int, code: str, what: str, count: int) -> Notice:
    at_s = float(values[row, 0]) if np.isfinite(values[row, 0]) else 0.0
    return Notice(at_s, code, f"{what}; {count} such row{'s were' if count > 1 else ' was'} left out and filled in")
