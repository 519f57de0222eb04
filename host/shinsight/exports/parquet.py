"""Parquet: every sample and every repetition as two tables, units in the columns' names; for pandas, R, DuckDB."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import SettingsError
from ..results import PHASES
from ..session.csv_tables import ANGLE_COLUMNS, REP_COLUMNS, angle_rows, rep_rows
from ..session.imu_csv import IMU_COLUMNS, imu_rows
from ..session.json_forms import Json, settings_dict, to_json
from .trial import Trial

if TYPE_CHECKING:
    import pyarrow as pa


def write_parquet(trial: Trial, samples: Path, reps: Path) -> None:
    """Columns as in `imu.csv`, `angles.csv` and `reps.csv`, and the orientation; what is unknown is null.

    Settings, device and notes stand in both tables' metadata under `shinsight`, as JSON. Raises `SettingsError` without
    pyarrow, `OSError` when the disk refuses.
    """
    try:
        from pyarrow import parquet  # an extra
    except ImportError as error:
        raise SettingsError(f"Parquet needs pyarrow ({error}): pip install 'shinsight[parquet]'") from error
    metadata = {"shinsight": to_json(_about(trial))}
    for path, table in ((samples, _samples(trial)), (reps, _table(REP_COLUMNS, rep_rows(trial.reps)))):
        parquet.write_table(table.replace_schema_metadata(metadata), path)


def _samples(trial: Trial) -> pa.Table:
    phases = [PHASES[code] for code in trial.frames.phase_code.tolist()]
    table = _table(IMU_COLUMNS, imu_rows(trial.samples, phases))
    angles = _table(ANGLE_COLUMNS, angle_rows(trial.frames))
    columns = {name: angles[name] for name in ANGLE_COLUMNS if name not in IMU_COLUMNS}
    columns |= {
        f"q_earth_from_sensor_{part}": [each] for part, each in zip("wxyz", trial.q_earth_from_sensor.T, strict=True)
    }
    for name, values in columns.items():
        table = table.append_column(name, values)
    return table


def _table(columns: Sequence[str], rows: str) -> pa.Table:
    """Read the rows as the file is read, so that numbers are rounded in one place."""
    import pyarrow as pa
    from pyarrow import csv

    words = {"phase": pa.string(), "heel": pa.string(), "live_heel": pa.string()}
    whole = {"flags": pa.int64(), "number": pa.int64()}
    types = {name: words.get(name) or whole.get(name) or pa.float64() for name in columns}
    text = io.BytesIO((",".join(columns) + "\n" + rows).encode())
    return csv.read_csv(text, convert_options=csv.ConvertOptions(column_types=types))


def _about(trial: Trial) -> dict[str, Json]:
    return {
        "session": trial.name,
        "person": trial.session.person,
        "started": trial.session.started,
        "settings": settings_dict(trial.analysis.settings),
        "device": {name: str(value) for name, value in trial.session.device.items()},
        "notes": list(trial.analysis.notes),
    }
