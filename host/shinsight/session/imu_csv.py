"""`imu.csv`: samples in SI and sensor frame as text, written by a session and read from any sensor.

What a file may get wrong is named with its line and a remedy: what can be corrected is corrected and named in a
notice, what would make every angle wrong is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from ..errors import DataError
from ..results import Notice, Recording
from ..samples import FlagArray, FloatArray, Phase, SampleBlock, SampleFlag
from .csv_rows import CsvRows, parse_floats, split_rows, valid_rows
from .imu_checks import check_units, saturated, sensor_notices
from .resampling import EvenTime, IntArray, even_time

SI_COLUMNS = (
    "t_s",
    "accel_x_mps2",
    "accel_y_mps2",
    "accel_z_mps2",
    "gyro_x_radps",
    "gyro_y_radps",
    "gyro_z_radps",
)
IMU_COLUMNS = (*SI_COLUMNS, "phase", "flags")

SHORT_S = 1.0
LONGEST_FILL_S = 2.0
"""A straight line over a longer gap would invent movement."""
RATES_HZ = (20.0, 4000.0)

_PHASES = {phase.value: phase for phase in Phase}


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Usable rows, times strictly increasing. si : (n, 7) as `SI_COLUMNS`, finite; flags : (n,); phases: n."""

    si: FloatArray
    flags: FlagArray
    phases: Sequence[Phase]
    notices: Sequence[Notice]


def imu_rows(samples: SampleBlock, phase_words: Sequence[str]) -> str:
    """Rows of `imu.csv`, each with its line feed, one word of `phase_words` for each sample. Loses less than 1e-9."""
    columns = (
        samples.t_s.tolist(),
        samples.accel_mps2.tolist(),
        samples.gyro_radps.tolist(),
        phase_words,
        samples.flags.tolist(),
    )
    return "".join(
        f"{t_s:.9f},{ax:.9f},{ay:.9f},{az:.9f},{gx:.9f},{gy:.9f},{gz:.9f},{phase},{flags}\n"
        for t_s, (ax, ay, az), (gx, gy, gz), phase, flags in zip(*columns, strict=True)
    )


def read_imu_csv(path: Path) -> Recording:
    """A recording by any sensor, on an even time axis. Raises `DataError`.

    Needs the columns `SI_COLUMNS`; `phase` and `flags` are optional and others ignored. Lost rows are filled along a
    straight line up to `LONGEST_FILL_S` and flagged FILLED; a longer gap is left, its end flagged GAP.
    """
    return to_recording(_read_table(path), place=str(path))


def to_recording(table: Rows, *, place: str) -> Recording:
    """Return the rows on an even time axis, checked as in `read_imu_csv`.

    place: their name in messages. Raises `DataError`.
    """
    accel_mps2, gyro_radps = table.si[:, 1:4], table.si[:, 4:7]
    axis = even_time(table.si[:, 0])
    if not RATES_HZ[0] <= axis.rate_hz <= RATES_HZ[1]:
        raise DataError(_implausible_rate(place, axis.rate_hz))
    check_units(accel_mps2, gyro_radps, rate_hz=axis.rate_hz, place=place)
    flags = table.flags | saturated(accel_mps2, gyro_radps)
    samples, source = _evenly(axis, table.si, flags)
    notices = [*table.notices, *sensor_notices(samples, rate_hz=axis.rate_hz, place=place)]
    filled = int(np.count_nonzero(samples.flags & SampleFlag.FILLED & ~table.flags[source]))
    if filled:
        first_s = float(samples.t_s[np.flatnonzero(samples.flags & SampleFlag.FILLED)[0]])
        text = f"{place}: {filled} of {len(samples)} samples were missing, the first at {first_s:.2f} s; filled in"
        notices.append(Notice(first_s, "filled", text))
    for at in np.flatnonzero(samples.flags & SampleFlag.GAP & ~table.flags[source]):
        gap_s = float(samples.t_s[at] - samples.t_s[at - 1]) if at else 0.0
        text = f"{place}: no samples for {gap_s:.1f} s before {samples.t_s[at]:.2f} s; angles restart there"
        notices.append(Notice(float(samples.t_s[at]), "gap", text))
    if samples.t_s[-1] - samples.t_s[0] < SHORT_S:
        length_s = samples.t_s[-1] - samples.t_s[0]
        text = f"{place} lasts {length_s:.2f} s, expected at least {SHORT_S:g} s: too short for a stance and a movement"
        notices.append(Notice(float(samples.t_s[0]), "short", text))
    phases = tuple(table.phases[row] for row in source.tolist())
    return Recording(samples, phases, axis.rate_hz, tuple(notices))


def _read_table(path: Path) -> Rows:
    table = split_rows(_text(path), place=str(path), expected=",".join(SI_COLUMNS))
    columns = _find_columns(table)
    notices = table.notices
    si = parse_floats(table, [columns[name] for name in SI_COLUMNS])
    kept = valid_rows(table, si, notices)
    return Rows(
        si[kept], _flags(table, kept, columns.get("flags")), phases_in(table, kept, columns.get("phase")), notices
    )


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not UTF-8 text (byte {error.start}), expected comma-separated text: save it as CSV (UTF-8)"
        ) from error


def _find_columns(table: CsvRows) -> dict[str, int]:
    header = table.header
    missing = [name for name in SI_COLUMNS if name not in header]
    if missing:
        remedy = "separate the columns by commas" if ";" in header[0] or "\t" in header[0] else "rename the columns"
        raise DataError(
            f"{table.place}:1: no column {', '.join(missing)}; found {', '.join(header)}; "
            f"expected {', '.join(SI_COLUMNS)} (s, m/s^2, rad/s): {remedy}"
        )
    return table.columns()


def _flags(table: CsvRows, kept: IntArray, at: int | None) -> FlagArray:
    if at is None:
        return np.zeros(len(kept), np.uint8)
    words = [word or "0" for word in table.words(kept, at)]
    strange = next((i for i, word in enumerate(words) if not (word.isdecimal() and int(word) < 256)), None)
    if strange is not None:
        raise DataError(
            f"{table.place}:{table.lines[kept[strange]]}: flags '{words[strange]}', expected a whole number 0 to 255"
        )
    return np.array(words).astype(np.uint8)


def phases_in(table: CsvRows, kept: IntArray, at: int | None) -> list[Phase]:
    """What a column says of the rows `kept`; nothing where there is none. Raises `DataError` for unknown words."""
    if at is None:
        return [Phase.NONE] * len(kept)
    words = table.words(kept, at)
    unknown = sorted(set(words) - set(_PHASES))
    if unknown:
        line = table.lines[kept[words.index(unknown[0])]]
        raise DataError(
            f"{table.place}:{line}: phase {', '.join(map(repr, unknown))}, "
            f"expected {', '.join(filter(None, _PHASES))} or nothing: rename or empty them"
        )
    return [_PHASES[word] for word in words]


def _evenly(axis: EvenTime, si: FloatArray, flags: FlagArray) -> tuple[SampleBlock, IntArray]:
    """Samples on the axis, and for each the row it stands on or, if filled, the row before it."""
    ends = np.flatnonzero(np.diff(axis.slot) > LONGEST_FILL_S * axis.rate_hz) + 1  # first rows after long gaps
    flags = flags.copy()
    flags[ends] |= np.uint8(SampleFlag.GAP)
    bounds = [0, *ends.tolist(), len(si)]
    slots = np.concatenate([np.arange(axis.slot[a], axis.slot[b - 1] + 1) for a, b in pairwise(bounds)])
    source = np.searchsorted(axis.slot, slots, side="right") - 1
    filled = axis.slot[source] != slots
    values = np.stack([np.interp(slots, axis.slot, column) for column in si[:, 1:].T], axis=1)
    return (
        SampleBlock(
            axis.times_s(slots),
            np.ascontiguousarray(values[:, :3]),
            np.ascontiguousarray(values[:, 3:]),
            np.where(filled, np.uint8(SampleFlag.FILLED), flags[source]),
        ),
        source,
    )


def _implausible_rate(place: str, rate_hz: float) -> str:
    low, high = RATES_HZ
    text = (
        f"{place}: the column t_s steps by {1.0 / rate_hz:g}, that is {rate_hz:g} Hz, expected {low:g} to {high:g} Hz"
    )
    for unit, factor in (("milliseconds", 1e3), ("microseconds", 1e6), ("nanoseconds", 1e9)):
        if low <= rate_hz * factor <= min(high, 1000.0):
            return f"{text}: the times look like {unit}; divide them by {factor:g}"
    return f"{text}: give times in seconds"
