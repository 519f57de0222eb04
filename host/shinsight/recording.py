"""`imu.csv`: samples of any sensor on a shin as a text file, read with suspicion and written whole lines at a time.

Columns `t_s,accel_x_mps2,...,gyro_z_radps`, optionally `phase` (stand, rocks, set or empty) and `flags`
(`SampleFlag`); others are ignored. Rows are put on an even time axis: files jitter by milliseconds, filters need steps.
What can be mended is mended and said in a notice; what would give wrong numbers is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .results import Notice
from .samples import FlagArray, FloatArray, Phase, SampleBlock, SampleFlag
from .units import STANDARD_GRAVITY_MPS2

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

SHORTEST_S = 1.0
GAP_STEPS = 1.75
"""A step longer than this many periods has lost rows."""
FILL_S = 2.0
MOST_BAD_SHARE = 0.2
SLOWEST_HZ, FASTEST_HZ = 20.0, 2000.0
G_LIKE = (0.7, 1.5)
MG_LIKE_MPS2 = 500.0
DEG_PER_RAD_LIKE = (20.0, 150.0)
"""Gyro over rate of gravity's turning when the gyro is in deg/s; 1 when it is in rad/s."""
LEG_MEDIAN_RADPS = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """samples : n on an even time axis; phases : n; rate_hz of the axis; notices: what was mended on the way."""

    samples: SampleBlock
    phases: tuple[Phase, ...]
    rate_hz: float
    notices: tuple[Notice, ...]


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
    """Read a recording. Raises DataError naming value, place and remedy when it cannot be measured."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is not text, expected a CSV with the columns {','.join(SI_COLUMNS)}") from None
    rows = _Rows(path, text)
    rows.drop_backward()
    t_s, index, rate_hz = _even_axis(path, rows.t_s)
    samples, phases, filled = _fill(rows, t_s, index, rate_hz)
    notices = rows.notices
    if filled:
        notices.append(Notice(float(t_s[0]), "rows_lost", f"{path}: {filled} lost rows were filled by interpolation"))
    _refuse_wrong_units(path, samples, rate_hz)
    return Recording(samples, phases, rate_hz, tuple(notices))


class _Rows:
    """The file's rows as they stand, bad ones left out and counted."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.notices: list[Notice] = []
        if not text.strip():
            raise DataError(f"{path} is empty, expected a header and rows: record again")
        lines = text.splitlines()
        header = [name.strip().strip('"') for name in lines[0].split(",")]
        missing = [name for name in SI_COLUMNS if name not in header]
        if missing:
            raise DataError(
                f"{path}:1: columns {', '.join(missing)} are missing; found {', '.join(header)[:200]}; expected "
                f"{','.join(SI_COLUMNS)}, separated by commas (docs/session-files.md)"
            )
        if len(lines) > 1 and not text.endswith(("\n", "\r")):
            # A row cut in mid-write cannot be told from a whole one by its look: its last number may be short.
            lines.pop()
            self._note("cut", f"{path}:{len(lines) + 1}: the last line has no end (cut in mid-write) and is left out")
        places = [header.index(name) for name in SI_COLUMNS]
        phase_at = header.index("phase") if "phase" in header else None
        flags_at = header.index("flags") if "flags" in header else None
        values: list[list[float]] = []
        phases: list[Phase] = []
        flags: list[int] = []
        bad: list[int] = []
        for number, line in enumerate(lines[1:], start=2):
            if not line.strip():
                continue
            cells = [cell.strip().strip('"') for cell in line.split(",")]
            row = [_number(cells[i]) if i < len(cells) else nan for i in places]
            if not all(map(isfinite, row)):
                bad.append(number)
                continue
            values.append(row)
            phases.append(self._phase(cells, phase_at, number))
            flags.append(_flags(cells, flags_at))
        total = len(values) + len(bad)
        if total == 0:
            raise DataError(f"{path} has a header and no rows: record again")
        if len(bad) > MOST_BAD_SHARE * total:
            raise DataError(
                f"{path}:{bad[0]}: {len(bad)} of {total} rows hold NaN, infinity, blanks or text, at most "
                f"{MOST_BAD_SHARE:.0%} can be filled: check the sensor and the export"
            )
        if bad:
            self._note("bad_rows", f"{path}:{bad[0]}: {len(bad)} rows with NaN, blanks or text are left out and filled")
        table = np.array(values)
        self.t_s: FloatArray = table[:, 0]
        self.values: FloatArray = table[:, 1:]
        self.phases = phases
        self.flags: FlagArray = np.array(flags, dtype=np.uint8)

    def _note(self, code: str, text: str) -> None:
        self.notices.append(Notice(0.0, code, text))

    def _phase(self, cells: list[str], at: int | None, line: int) -> Phase:
        word = cells[at] if at is not None and at < len(cells) else ""
        try:
            return Phase(word)
        except ValueError:
            known = ", ".join(p.value for p in Phase if p.value)
            raise DataError(f"{self.path}:{line}: phase is {word!r}, expected {known} or nothing") from None

    def drop_backward(self) -> None:
        """Leave out rows whose time does not go on."""
        so_far = np.maximum.accumulate(self.t_s)
        keep = np.concatenate([[True], self.t_s[1:] > so_far[:-1]])
        lost = int(np.count_nonzero(~keep))
        if lost == 0:
            return
        first = int(np.flatnonzero(~keep)[0])
        place = f"t_s goes from {so_far[first - 1]:.3f} to {self.t_s[first]:.3f} at data row {first + 1}"
        if lost > MOST_BAD_SHARE * len(keep):
            raise DataError(
                f"{self.path}: time runs backwards ({place}) and {lost} of {len(keep)} rows do not go on from there: "
                "two recordings in one file, or a clock that was reset; split the file"
            )
        self._note("time_backwards", f"{self.path}: time runs backwards ({place}); {lost} rows are left out")
        self.t_s, self.values, self.flags = self.t_s[keep], self.values[keep], self.flags[keep]
        self.phases = [phase for phase, kept in zip(self.phases, keep.tolist(), strict=True) if kept]


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return nan


def _flags(cells: list[str], at: int | None) -> int:
    known = sum(SampleFlag)
    value = cells[at] if at is not None and at < len(cells) else ""
    return int(value) & known if value.isdigit() else 0


def _even_axis(path: Path, t_s: FloatArray) -> tuple[FloatArray, NDArray[np.intp], float]:
    """Even times of the rows, their places on the grid, and its rate, from a fit of time against count of periods."""
    length_s = float(t_s[-1] - t_s[0])
    if len(t_s) < 3 or length_s <= 0.0:
        raise DataError(f"{path} holds {len(t_s)} rows over {length_s:g} s, at least {SHORTEST_S:.0f} s expected")
    steps_s = np.diff(t_s)
    period_s = float(np.median(steps_s))
    start_s = float(t_s[0])
    index = np.zeros(len(t_s), dtype=np.intp)
    for _ in range(3):
        steps = np.where(steps_s > GAP_STEPS * period_s, np.round(steps_s / period_s), 1.0)
        index = np.concatenate([[0], np.cumsum(steps)]).astype(np.intp)
        slope, start = np.polyfit(index.astype(np.float64), t_s, 1)
        period_s, start_s = float(slope), float(start)
    rate_hz = 1.0 / period_s
    if not SLOWEST_HZ <= rate_hz <= FASTEST_HZ:
        hint = "is t_s in milliseconds or microseconds? It must be seconds" if rate_hz < SLOWEST_HZ else "check t_s"
        raise DataError(
            f"{path}: t_s steps by {period_s:g} s ({rate_hz:g} Hz), expected {SLOWEST_HZ:g} to {FASTEST_HZ:g} Hz: {hint}"
        )
    if length_s < SHORTEST_S:
        raise DataError(f"{path} holds {len(t_s)} rows over {length_s:g} s, at least {SHORTEST_S:.0f} s expected")
    times: FloatArray = start_s + index.astype(np.float64) * period_s
    return times, index, rate_hz


def _fill(
    rows: _Rows, t_s: FloatArray, index: NDArray[np.intp], rate_hz: float
) -> tuple[SampleBlock, tuple[Phase, ...], int]:
    """Rows on the grid; short gaps interpolated and flagged, longer ones left open with a flag behind them."""
    missing = np.diff(index) - 1
    flags = rows.flags.copy()
    too_long = missing > FILL_S * rate_hz
    flags[1:][too_long] |= SampleFlag.GAP
    missing = np.where(too_long, 0, missing)
    # Each row is preceded by the rows missing before it.
    target = np.arange(len(t_s)) + np.concatenate([[0], np.cumsum(missing)])
    n = int(target[-1]) + 1
    every = np.arange(n, dtype=np.float64)
    at = target.astype(np.float64)
    times = np.interp(every, at, t_s)
    values = np.stack([np.interp(every, at, column) for column in rows.values.T], axis=1)
    all_flags = np.full(n, SampleFlag.FILLED, dtype=np.uint8)
    all_flags[target] = flags
    source = np.searchsorted(target, np.arange(n))
    phases = tuple(rows.phases[i] for i in source.tolist())
    block = SampleBlock(times, values[:, :3].copy(), values[:, 3:].copy(), all_flags)
    return block, phases, int(missing.sum())


def _refuse_wrong_units(path: Path, samples: SampleBlock, rate_hz: float) -> None:
    """g for m/s^2, or deg/s for rad/s: the numbers themselves say so. Raises DataError."""
    size = float(np.median(np.linalg.norm(samples.accel_mps2, axis=1)))
    if G_LIKE[0] < size < G_LIKE[1]:
        raise DataError(
            f"{path}: the accelerometer reads {size:.2f} at rest, expected about 9.8 m/s^2: looks like g; "
            f"multiply accel_*_mps2 by {STANDARD_GRAVITY_MPS2}"
        )
    if size > MG_LIKE_MPS2:
        raise DataError(f"{path}: the accelerometer reads {size:.0f} at rest, expected about 9.8 m/s^2: looks like mg")
    if not np.any(np.ptp(samples.gyro_radps, axis=0) > 0.0):
        raise DataError(f"{path}: all gyro axes are constant: a dead gyro, or columns that were never filled")
    gyro = samples.gyro_radps - np.median(samples.gyro_radps, axis=0)
    ratio = _gyro_over_gravity(samples.accel_mps2, gyro, rate_hz)
    typical = float(np.quantile(np.linalg.norm(gyro, axis=1), 0.75))
    if DEG_PER_RAD_LIKE[0] < ratio < DEG_PER_RAD_LIKE[1] or typical > LEG_MEDIAN_RADPS:
        raise DataError(
            f"{path}: the gyro reads {typical:.1f} in movement, {ratio:.0f} times what gravity's turning shows: "
            "looks like deg/s; multiply gyro_*_radps by 0.0174533"
        )


def _gyro_over_gravity(accel: FloatArray, gyro: FloatArray, rate_hz: float) -> float:
    """How much faster the gyro turns than gravity does in the sensor, over half a second: about 1 in rad/s."""
    width = max(3, round(0.5 * rate_hz))
    if len(accel) < 4 * width:
        return 1.0
    kernel = np.ones(width) / width
    gravity = np.stack([np.convolve(c, kernel, mode="valid") for c in accel.T], axis=1)
    turn = np.stack([np.convolve(c, kernel, mode="valid") for c in gyro.T], axis=1)
    gravity /= np.linalg.norm(gravity, axis=1, keepdims=True) + 1e-9
    seen = np.linalg.norm(np.cross(gravity[:-width], gravity[width:]), axis=1)
    # Between two window centres: the mean rate halfway, times the distance; only its part across gravity shows.
    halfway = 0.5 * (turn[:-width] + turn[width:]) * (width / rate_hz)
    across = np.linalg.norm(np.cross(halfway, gravity[:-width]), axis=1)
    clear = seen > 0.08
    if np.count_nonzero(clear) < width:
        return 1.0
    return float(np.median(across[clear] / seen[clear]))
