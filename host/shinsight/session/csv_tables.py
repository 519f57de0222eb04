"""The CSVs of a session: their columns, rows and readers. Units of the edges stand in every header.

What is unknown is an empty field. Every row ends in a line feed and holds none inside, so a file cut anywhere loses
its last row at most; the readers leave such a row out. `docs/session-files.md` says what every column means.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path
from typing import TypeVar

from ..errors import DataError
from ..results import (
    HEEL_STATES,
    PHASES,
    CalibrationReport,
    Event,
    Frame,
    FrameBlock,
    HeelFlag,
    HeelState,
    Notice,
    PhaseChange,
    Rep,
    RockDone,
    StillFor,
)
from ..samples import Phase
from ..units import DEG_PER_RAD, MM_PER_M, RAD_PER_DEG
from .append_file import AppendFile

ANGLE_COLUMNS = (
    "t_s",
    "phase",
    "inclination_deg",
    "dorsiflexion_deg",
    "knee_in_deg",
    "ankle_rise_mm",
    "ankle_rise_sd_mm",
    "heel",
    "flags",
)
REP_COLUMNS = (
    "number",
    "start_s",
    "bottom_s",
    "end_s",
    "descent_s",
    "ascent_s",
    "peak_inclination_deg",
    "peak_dorsiflexion_deg",
    "peak_inclination_sd_deg",
    "heel",
    "ankle_rise_mm",
    "ankle_rise_sd_mm",
    "heel_lift_log_odds",
    "live_heel",
    "live_flag_s",
    "knee_in_deg",
)
EVENT_COLUMNS = ("t_s", "kind", "text")
OLD_COLUMN_NAMES = {
    "heel_rise_mm": "ankle_rise_mm",
    "heel_rise_sd_mm": "ankle_rise_sd_mm",
    "heel_score": "heel_lift_log_odds",
}
"""Names of columns in earlier versions, with their names of today. A file has all of the one or all of the other."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of `events.csv`; `kind` is phase, rock, calibration, heel or notice:CODE."""

    t_s: float
    kind: str
    text: str


class CsvFile:
    """A new CSV whose header is on disk at once."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._file = AppendFile(path)
        self._file.append((",".join(columns) + "\n").encode())

    def append(self, rows: str) -> None:
        """Whole rows, each with its line feed; nothing when there are none."""
        if rows:
            self._file.append(rows.encode())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def angle_rows(frames: FrameBlock) -> str:
    """Return the rows of `angles.csv`, one for each frame."""
    columns = (
        frames.t_s.tolist(),
        frames.phase_code.tolist(),
        (frames.inclination_rad * DEG_PER_RAD).tolist(),
        (frames.dorsiflexion_rad * DEG_PER_RAD).tolist(),
        (frames.knee_in_rad * DEG_PER_RAD).tolist(),
        (frames.ankle_rise_m * MM_PER_M).tolist(),
        (frames.ankle_rise_sd_m * MM_PER_M).tolist(),
        frames.heel_code.tolist(),
        frames.flags.tolist(),
    )
    return "".join(
        f"{t_s:.6f},{PHASES[phase]},{_text(inclination, 3)},{_text(dorsiflexion, 3)},{_text(knee_in, 3)},"
        f"{_text(rise, 2)},{_text(sd, 2)},{HEEL_STATES[heel]},{flags}\n"
        for t_s, phase, inclination, dorsiflexion, knee_in, rise, sd, heel, flags in zip(*columns, strict=True)
    )


def rep_rows(reps: Iterable[Rep]) -> str:
    """Return the rows of `reps.csv`."""
    return "".join(
        ",".join(
            (
                str(rep.number),
                _text(rep.start_s, 6),
                _text(rep.bottom_s, 6),
                _text(rep.end_s, 6),
                _text(rep.descent_s, 3),
                _text(rep.ascent_s, 3),
                _text(rep.peak_inclination_rad * DEG_PER_RAD, 3),
                "" if rep.peak_dorsiflexion_rad is None else _text(rep.peak_dorsiflexion_rad * DEG_PER_RAD, 3),
                _text(rep.peak_inclination_sd_rad * DEG_PER_RAD, 3),
                rep.heel.value,
                _text(rep.ankle_rise_m * MM_PER_M, 2),
                _text(rep.ankle_rise_sd_m * MM_PER_M, 2),
                _text(rep.heel_lift_log_odds, 4),
                rep.live_heel.value,
                "" if rep.live_flag_s is None else _text(rep.live_flag_s, 6),
                _text(rep.knee_in_rad * DEG_PER_RAD, 3),
            )
        )
        + "\n"
        for rep in reps
    )


def event_rows(events: Iterable[Event]) -> str:
    """Return the rows of `events.csv`. Reps have their own file; the seconds of a countdown are for the eye only."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for event in events:
        if not isinstance(event, Rep | StillFor):
            kind, text = event_text(event)
            writer.writerow((_text(event.t_s, 6), kind, " ".join(text.split())))
    return out.getvalue()


def event_text(event: PhaseChange | RockDone | CalibrationReport | HeelFlag | Notice) -> tuple[str, str]:
    """Return kind and text of an event as in `events.csv`."""
    match event:
        case PhaseChange():
            return "phase", f"{event.phase.value or 'none'}: {event.text}"
        case RockDone():
            return "rock", f"{event.number} of {event.wanted}"
        case CalibrationReport():
            verdict = "accepted" if event.accepted else "refused"
            return "calibration", "; ".join((f"{verdict}, quality {event.quality:.2f}", *event.problems))
        case HeelFlag():
            return "heel", "up" if event.up else "down"
        case Notice():
            return f"notice:{event.code}", event.text


def _text(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}" if isfinite(value) else ""


def read_angles(path: Path) -> FrameBlock:
    """Read the complete rows of an `angles.csv`, also of earlier versions. Raises `DataError`."""
    return FrameBlock.of(_parsed(path, ANGLE_COLUMNS, _frame))


def read_reps(path: Path) -> tuple[Rep, ...]:
    """Read the complete rows of a `reps.csv`; what earlier versions did not write is NaN. Raises `DataError`."""
    return tuple(_parsed(path, REP_COLUMNS, _rep, younger=frozenset({"peak_inclination_sd_deg"})))


def read_events(path: Path) -> tuple[EventRow, ...]:
    """Read the complete rows of an `events.csv`. Raises `DataError`."""
    return tuple(_parsed(path, EVENT_COLUMNS, lambda row: EventRow(_value(row["t_s"]), row["kind"], row["text"])))


Row = dict[str, str]
T = TypeVar("T")


def _frame(row: Row) -> Frame:
    return Frame(
        t_s=float(row["t_s"]),
        phase=Phase(row["phase"]),
        inclination_rad=_value(row["inclination_deg"]) * RAD_PER_DEG,
        dorsiflexion_rad=_value(row["dorsiflexion_deg"]) * RAD_PER_DEG,
        knee_in_rad=_value(row["knee_in_deg"]) * RAD_PER_DEG,
        ankle_rise_m=_value(row["ankle_rise_mm"]) / MM_PER_M,
        ankle_rise_sd_m=_value(row["ankle_rise_sd_mm"]) / MM_PER_M,
        heel=HeelState(row["heel"]),
        flags=int(row["flags"]),
    )


def _rep(row: Row) -> Rep:
    peak_deg, flag_s = row["peak_dorsiflexion_deg"], row["live_flag_s"]
    return Rep(
        number=int(row["number"]),
        start_s=float(row["start_s"]),
        bottom_s=float(row["bottom_s"]),
        end_s=float(row["end_s"]),
        peak_inclination_rad=_value(row["peak_inclination_deg"]) * RAD_PER_DEG,
        peak_dorsiflexion_rad=float(peak_deg) * RAD_PER_DEG if peak_deg else None,
        peak_inclination_sd_rad=_value(row["peak_inclination_sd_deg"]) * RAD_PER_DEG,
        heel=HeelState(row["heel"]),
        ankle_rise_m=_value(row["ankle_rise_mm"]) / MM_PER_M,
        ankle_rise_sd_m=_value(row["ankle_rise_sd_mm"]) / MM_PER_M,
        heel_lift_log_odds=_value(row["heel_lift_log_odds"]),
        live_heel=HeelState(row["live_heel"]),
        live_flag_s=float(flag_s) if flag_s else None,
        knee_in_rad=_value(row["knee_in_deg"]) * RAD_PER_DEG,
    )


def _value(text: str) -> float:
    return float(text) if text else nan


def _parsed(
    path: Path, columns: Sequence[str], parse: Callable[[Row], T], *, younger: frozenset[str] = frozenset()
) -> list[T]:
    """Parse each complete row. A row that cannot be parsed is an error with its line.

    younger: columns that older versions did not write; all of them are missing or none.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    header, *lines = content.decode(errors="replace").split("\n")[:-1] or [""]
    names = _current_names(path, header.split(","))
    if header and names not in (list(columns), [column for column in columns if column not in younger]):
        raise DataError(f"{path} has the columns {header!r}, expected {','.join(columns)!r}")
    parsed = []
    for at, fields in enumerate(csv.reader(lines), start=2):
        try:
            row = dict(zip(names, fields, strict=True))
            parsed.append(parse({**dict.fromkeys(younger, ""), **row}))
        except ValueError as error:
            raise DataError(f"{path}, line {at}: {error}. Delete that line to use the others") from error
    return parsed


def _current_names(path: Path, names: Sequence[str]) -> list[str]:
    """The column names of today. Raises `DataError` when a file has names of two versions."""
    old = [name for name in names if name in OLD_COLUMN_NAMES]
    new = [name for name in names if name in OLD_COLUMN_NAMES.values()]
    if old and new:
        raise DataError(
            f"{path} has column names of two versions: {', '.join(old)} of an earlier one, {', '.join(new)} of this "
            f"one. Name them {', '.join(OLD_COLUMN_NAMES[name] for name in old)}, or restore the file as recorded"
        )
    return [OLD_COLUMN_NAMES.get(name, name) for name in names]
