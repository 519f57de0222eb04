"""The results of many sessions as two tables and as JSON: contracts, see docs/session-files.md.

The same results give the same bytes, in whatever order they came.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..errors import SettingsError
from ..results import HeelState
from ..session.append_file import disk_error
from ..session.atomic_write import write_atomically
from ..session.csv_tables import REP_COLUMNS, rep_rows
from ..session.json_forms import NO_CALIBRATION, Json, calibration_dict, number, settings_dict
from ..version import __version__
from .analysis import Analysis, analysis_dict
from .batch import SESSION_FILES, SessionResult

REPS_CSV = "reps.csv"
SESSIONS_CSV = "sessions.csv"
_WHOSE = ("session", "person", "started")
_SETTINGS = ("exercise", "side", "zero", "slope_deg")
_CALIBRATION = ("calibration_accepted", "calibration_quality")
REP_TABLE_COLUMNS = (*_WHOSE, *_SETTINGS, *_CALIBRATION, "shinsight", *REP_COLUMNS)
SESSION_TABLE_COLUMNS = (
    *_WHOSE,
    "sensor",
    "status",
    *_SETTINGS,
    "rate_hz",
    "duration_s",
    *_CALIBRATION,
    "calibration_problems",
    "reps",
    *(f"heel_{state}" for state in HeelState),
    "warnings",
    "error",
    "shinsight",
)


def rep_table(results: Iterable[SessionResult]) -> str:
    """The text of `reps.csv`: a header, then one row for each rep of all sessions."""
    lines = [_line(REP_TABLE_COLUMNS)]
    for result in in_order(results):
        if result.analysis is not None:
            found = result.analysis
            same = (*_whose(result), *_settings(found), *_calibration(found), __version__)
            of_session = _line(same).removesuffix("\n")
            lines += [f"{of_session},{row}" for row in rep_rows(found.reps).splitlines(keepends=True)]
    return "".join(lines)


def session_table(results: Iterable[SessionResult]) -> str:
    """The text of `sessions.csv`: a header, then one row for each session, whatever became of it."""
    return "".join([_line(SESSION_TABLE_COLUMNS), *(_line(_session_row(r)) for r in in_order(results))])


def batch_dict(results: Iterable[SessionResult]) -> dict[str, Json]:
    """What `shinsight analyze --json` prints of many sessions."""
    return {"shinsight": __version__, "sessions": [_session_dict(result) for result in in_order(results)]}


def table_paths(out: Path) -> tuple[Path, Path]:
    """Where the tables of reps and of sessions go: into the folder `out`, or a file `out.csv` and one beside it.

    Makes the folder. Raises `SettingsError` where something else would be overwritten, `DataError` when the disk
    refuses.
    """
    if out.suffix == ".csv" and not out.is_dir():
        paths = out, out.with_name(f"{out.stem}_{SESSIONS_CSV}")
    else:
        paths = out / REPS_CSV, out / SESSIONS_CSV
    folder = paths[0].parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if SESSION_FILES & {path.name for path in folder.iterdir()}:
            raise SettingsError(f"{folder} is a session, expected another place for the tables: give one with --out")
        for path in paths:
            if path.exists() and not path.read_bytes().startswith(b"session,"):
                raise SettingsError(
                    f"{path} contains something other than these tables and is kept: give another --out"
                )
    except OSError as error:
        raise disk_error(folder, error) from error
    return paths


def write_tables(results: Sequence[SessionResult], paths: tuple[Path, Path]) -> None:
    """Each file whole or not at all, in place of an older one. Raises `DataError` when the disk refuses."""
    for path, text in zip(paths, (rep_table(results), session_table(results)), strict=True):
        write_atomically(path, text)


def in_order(results: Iterable[SessionResult]) -> list[SessionResult]:
    """Sorted by name, as every table and document has them."""
    return sorted(results, key=lambda result: result.session.name)


def _line(cells: Iterable[Json]) -> str:
    """One line of the file: a text of several lines is drawn into one."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(
        " ".join(cell.split()) if isinstance(cell, str) and not cell.isprintable() else cell for cell in cells
    )
    return out.getvalue()


def _whose(result: SessionResult) -> tuple[str, ...]:
    return result.session.name, result.session.person, result.started


def _settings(found: Analysis) -> tuple[Json, ...]:
    said = settings_dict(found.settings)
    return tuple(said[name] for name in _SETTINGS)


def _calibration(found: Analysis) -> tuple[Json, ...]:
    said = calibration_dict(found.calibration)
    return "true" if said["accepted"] else "false", said["quality"]


def _session_row(result: SessionResult) -> tuple[Json, ...]:
    found = result.analysis
    begin = (*_whose(result), result.sensor, result.status)
    end = (result.error, __version__)
    if found is None:
        return (*begin, *[None] * (len(SESSION_TABLE_COLUMNS) - len(begin) - len(end)), *end)
    heels = [rep.heel for rep in found.reps]
    return (
        *begin,
        *_settings(found),
        number(found.rate_hz, 3),
        number(found.duration_s, 3),
        *_calibration(found),
        "; ".join(found.calibration.problems if found.calibration else [NO_CALIBRATION]),
        len(heels),
        *(heels.count(state) for state in HeelState),
        "; ".join(found.notes),
        *end,
    )


def _session_dict(result: SessionResult) -> dict[str, Json]:
    return {
        "session": result.session.name,
        "person": result.session.person,
        "started": result.started,
        "sensor": result.sensor,
        "status": result.status,
        "error": result.error or None,
        "analysis": analysis_dict(result.analysis) if result.analysis is not None else None,
    }
