"""Movella DOT (Xsens DOT): the CSV of its app and data exporter.

A block of `Name:,value` lines, then a header. m/s^2 with gravity, deg/s, and a clock of microseconds that begins again
after 2^32 of them, about every 72 minutes. Units and clock: Movella DOT User Manual (XD0502P), section 4.2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import numpy as np

from ..errors import DataError
from ..session.csv_rows import CsvRows, parse_floats, split_rows
from ..units import RAD_PER_DEG
from .bundle import Bundle
from .streams import Imported, columns_of, one_table

CLOCK = "SampleTimeFine"
COLUMNS = (CLOCK, "Acc_X", "Acc_Y", "Acc_Z", "Gyr_X", "Gyr_Y", "Gyr_Z")
CLOCK_WRAPS_AT = 2.0**32
ABOUT = re.compile(
    r"^(DeviceTag|OutputRate|FilterProfile|Measurement ?Mode|StartTime) ?: ?,? ?([^,\n\r]*)", re.MULTILINE
)
STARTED = re.compile(r"(\d{4}-\d\d-\d\d)[ _](\d\d:\d\d:\d\d)(?:[._]\d+)?(?: (?:GMT|UTC)?([+-]\d\d?):?(\d\d)?(?!\d))?")
RAW_MODES = "measure in the mode 'Rate quantities', or record acceleration and angular velocity on the sensor"


def fits(bundle: Bundle) -> bool:
    """The maker's block of lines, or its two columns at the head of a table."""
    return any(_is_dot(bundle.head(name)) for name in bundle.names)


def read(bundle: Bundle) -> Imported:
    """One sensor's file. Raises `DataError`, also for the modes that leave out what the chips read."""
    names = [name for name in bundle.names if _is_dot(bundle.head(name))] or list(bundle.names)
    if len(names) != 1:
        raise DataError(
            f"{bundle.path} holds {', '.join(names)}, expected the file of one sensor: import one at a time"
        )
    place, text = bundle.place(names[0]), bundle.text(names[0])
    above = _lines_above(text)
    if above is None:
        raise DataError(
            f"{place} has no line with the columns PacketCounter, {CLOCK}: it does not "
            f"look like a file of a Movella DOT"
        )
    about = {name.replace(" ", ""): value.strip() for name, value in ABOUT.findall(text[:4000])}
    table = split_rows(text, place=place, expected=", ".join(COLUMNS), skip=above)
    mode = f"the mode '{about['MeasurementMode']}'" if "MeasurementMode" in about else "this mode"
    columns = columns_of(table, COLUMNS, remedy=f"{mode} does not contain what is needed; {RAW_MODES}")
    table, blank = _without_blank(table, columns[1:])
    return Imported(
        source="Movella DOT",
        device=about.get("DeviceTag", ""),
        place=place,
        units="m/s^2 and deg/s, as a DOT writes them",
        rows=one_table(
            table, columns, time_s=1e-6, accel_mps2=[1.0] * 3, gyro_radps=[RAD_PER_DEG] * 3, wraps_at=CLOCK_WRAPS_AT
        ),
        done=("deg/s to rad/s, microseconds to seconds", *blank),
        began=_began(about.get("StartTime", "")),
    )


def _without_blank(table: CsvRows, columns: Sequence[int]) -> tuple[CsvRows, tuple[str, ...]]:
    """A recording taken from a sensor begins with a row that holds an orientation and no reading: zeros everywhere."""
    readings = parse_floats(table, columns)
    blank = int(np.argmax(np.any(readings != 0.0, axis=1))) if len(readings) else 0
    if not blank:
        return table, ()
    rest = replace(table, rows=table.rows[blank:], lines=table.lines[blank:])
    return rest, (f"{blank} row{'s' if blank > 1 else ''} of zeros before the first reading left out",)


def _is_dot(head: str) -> bool:
    return "DeviceTag:" in head or _lines_above(head) is not None


def _lines_above(text: str) -> int | None:
    """Lines before the header, None when there is none."""
    lines = text.splitlines()
    return next(
        (at for at, line in enumerate(lines[:100]) if CLOCK in [cell.strip() for cell in line.split(",")]), None
    )


def _began(said: str) -> datetime | None:
    """With the offset behind it, else in this computer's time zone: an abbreviation names none for sure."""
    match = STARTED.search(said)
    if match is None:
        return None
    with suppress(ValueError):
        began = datetime.fromisoformat(f"{match[1]} {match[2]}")
        if match[3] is None:
            return began.astimezone()
        hours, minutes = int(match[3]), int(match[4] or 0)
        offset = timedelta(hours=hours, minutes=-minutes if match[3].startswith("-") else minutes)
        return began.replace(tzinfo=timezone(offset))
    return None
