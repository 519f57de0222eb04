"""x-IMU3 (x-io Technologies): the log folder of its GUI and SDK, whose `Inertial.csv` names the unit of each column.

Format: the maker's own reader and its example logs, github.com/xioTechnologies/x-IMU3-CSV.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from ..errors import DataError
from ..session.csv_rows import split_rows
from ..units import RAD_PER_DEG, STANDARD_GRAVITY_MPS2
from .bundle import Bundle
from .streams import Imported, columns_of, one_table

INERTIAL = "Inertial.csv"
COLUMNS = (
    "Timestamp (us)",
    *(f"Accelerometer {axis} (g)" for axis in "XYZ"),
    *(f"Gyroscope {axis} (deg/s)" for axis in "XYZ"),
)


def fits(bundle: Bundle) -> bool:
    """A file of that name with the maker's way of naming columns."""
    return any(COLUMNS[0] in bundle.head(name) for name in bundle.called(INERTIAL))


def read(bundle: Bundle) -> Imported:
    """The one device of a log. Raises `DataError`."""
    logs = bundle.called(INERTIAL)
    if len(logs) != 1:
        found = ", ".join(str(PurePosixPath(name).parent) for name in logs) or f"no {INERTIAL}"
        raise DataError(f"{bundle.path} holds {found}, expected the folder of one x-IMU3: import them one at a time")
    place = bundle.place(logs[0])
    table = split_rows(bundle.text(logs[0]), place=place, expected=", ".join(COLUMNS))
    columns = columns_of(
        table, COLUMNS, remedy="another program may have saved it again; use the file as the x-IMU3 GUI wrote it"
    )
    return Imported(
        source="x-IMU3",
        device=Path(place).parent.name,
        place=place,
        units="g and deg/s, as its columns are named",
        rows=one_table(
            table, columns, time_s=1e-6, accel_mps2=[STANDARD_GRAVITY_MPS2] * 3, gyro_radps=[RAD_PER_DEG] * 3
        ),
        done=("g to m/s^2, deg/s to rad/s, microseconds to seconds",),
        began=None,
    )
