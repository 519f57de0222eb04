"""Sensor Logger (iPhone and Android): the zip or folder of CSVs that it exports, one a sensor, each on its own times.

`Accelerometer.csv` is without gravity. An iPhone turns the sign of every acceleration and gives the uncalibrated one in
g, unless "Standardise Units & Frames" was on; which of them it was stands in `Metadata.csv`. Units and signs: the
maker's UNITS.md, COORDINATES.md and CROSSPLATFORM.md, github.com/tszheichoi/awesome-sensor-logger.
"""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from ..errors import DataError
from ..results import Notice
from ..session.csv_rows import split_rows
from ..units import STANDARD_GRAVITY_MPS2
from .bundle import Bundle
from .streams import Imported, Stream, columns_of, put_on, rows_of, stream

METADATA = "Metadata.csv"
GYROSCOPES = ("Gyroscope.csv", "GyroscopeUncalibrated.csv")
TOTAL, RAW, WITHOUT_GRAVITY, GRAVITY = (
    "TotalAcceleration.csv",
    "AccelerometerUncalibrated.csv",
    "Accelerometer.csv",
    "Gravity.csv",
)
COLUMNS = ("seconds_elapsed", "x", "y", "z")
EXPORT_AGAIN = "switch them on in the app, record again, and export as zip"


@dataclass(frozen=True, slots=True)
class Phone:
    """What recorded. turned: accelerations have the other sign; raw_in_g: the uncalibrated one is in g."""

    name: str
    turned: bool
    raw_in_g: bool


def fits(bundle: Bundle) -> bool:
    """A gyroscope beside one of the app's other files, each with the app's two time columns."""
    others = (METADATA, TOTAL, RAW, WITHOUT_GRAVITY, GRAVITY)
    gyros = [name for base in GYROSCOPES for name in bundle.called(base)]
    return any(COLUMNS[0] in bundle.head(name) for name in gyros) and any(bundle.called(base) for base in others)


def read(bundle: Bundle) -> Imported:
    """Raises `DataError`, also where gravity was not recorded or the sign of the accelerations is not known."""
    phone = _phone(bundle)
    gyro_base = next((base for base in GYROSCOPES if bundle.called(base)), None)
    if gyro_base is None:
        raise DataError(
            f"{bundle.path} holds no {GYROSCOPES[0]}, expected Gyroscope and Total Acceleration: {EXPORT_AGAIN}"
        )
    gyro, began = _stream(bundle, gyro_base)
    accel, done = _acceleration(bundle, phone)
    rows, accel_mps2, drawn = put_on(gyro, accel)
    if phone.turned:
        done += "; the sign of every acceleration reversed, because an iPhone reports it the other way"
    notices: list[Notice] = [*gyro.notices, *accel.notices]
    if len(rows) < len(gyro.t_s):
        done += f"; {len(gyro.t_s) - len(rows)} readings of the gyroscope without acceleration left out"
    return Imported(
        source="Sensor Logger",
        device=phone.name,
        place=str(bundle.path),
        units="m/s^2 and rad/s, as Sensor Logger writes them",
        rows=rows_of(gyro.t_s[rows], accel_mps2 * (-1.0 if phone.turned else 1.0), gyro.xyz[rows], notices),
        done=(
            done,
            f"acceleration interpolated to the times of {gyro_base}, linearly between its own readings"
            if drawn
            else "acceleration and turning were read at the same times",
        ),
        began=began,
    )


def _acceleration(bundle: Bundle, phone: Phone) -> tuple[Stream, str]:
    """Acceleration with gravity in m/s^2, and where it is from."""
    if bundle.called(TOTAL):
        return _stream(bundle, TOTAL)[0], f"acceleration from {TOTAL}"
    if bundle.called(WITHOUT_GRAVITY) and bundle.called(GRAVITY):
        moving, gravity = _stream(bundle, WITHOUT_GRAVITY)[0], _stream(bundle, GRAVITY)[0]
        rows, gravity_mps2, _ = put_on(moving, gravity)
        notices = (*moving.notices, *gravity.notices)
        total = Stream(moving.place, moving.t_s[rows], moving.xyz[rows] + gravity_mps2, notices)
        return total, f"acceleration is the sum of {WITHOUT_GRAVITY} and {GRAVITY}"
    if bundle.called(RAW):
        raw = _stream(bundle, RAW)[0]
        if phone.raw_in_g:
            return raw.scaled(STANDARD_GRAVITY_MPS2), f"acceleration from {RAW}, g to m/s^2"
        return raw, f"acceleration from {RAW}"
    found = f"only {WITHOUT_GRAVITY}, which is without gravity" if bundle.called(WITHOUT_GRAVITY) else "no acceleration"
    raise DataError(
        f"{bundle.path} holds {found}, expected Gravity too, or Total Acceleration or Accelerometer Uncalibrated: "
        f"{EXPORT_AGAIN}"
    )


def _stream(bundle: Bundle, base: str) -> tuple[Stream, datetime | None]:
    """One of the app's files, and when its first row was."""
    name = _only(bundle, base)
    table = split_rows(bundle.text(name), place=bundle.place(name), expected=", ".join(COLUMNS))
    read = stream(table, columns_of(table, COLUMNS, remedy="export as zip of CSVs, not combined or resampled"))
    at = table.columns().get("time")
    return read, None if at is None else _began(table.rows[0][at])


def _only(bundle: Bundle, base: str) -> str:
    names = bundle.called(base)
    if len(names) != 1:
        raise DataError(f"{bundle.path} holds {', '.join(names)}, expected one recording: import one at a time")
    return names[0]


def _phone(bundle: Bundle) -> Phone:
    if not bundle.called(METADATA):
        raise DataError(
            f"{bundle.path} holds no {METADATA}, expected it to say whether an iPhone or an Android phone recorded, "
            "whose accelerations differ in sign: import its zip as it is, or give the columns with --mapping"
        )
    name = _only(bundle, METADATA)
    said = next(csv.DictReader(io.StringIO(bundle.text(name))), {})
    platform = (said.get("platform") or "").strip().lower()
    if platform not in ("ios", "android"):
        raise DataError(
            f"{bundle.place(name)}: platform is '{platform}', expected ios or android: give the columns with --mapping"
        )
    apple = platform == "ios" and (said.get("standardisation") or "").strip().lower() != "true"
    return Phone((said.get("device name") or "").strip(), turned=apple, raw_in_g=apple)


def _began(nanoseconds: str) -> datetime | None:
    """Of a time since 1970."""
    with suppress(ValueError, OverflowError, OSError):  # no number, or no time that a computer knows
        return datetime.fromtimestamp(int(nanoseconds) * 1e-9).astimezone()
    return None
