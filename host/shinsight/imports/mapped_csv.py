"""Reads any CSV by a small TOML file that names its columns. Units must be given: a guessed unit is a wrong angle."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import NoReturn

from ..errors import DataError, SettingsError
from ..session.csv_rows import CsvRows, split_rows
from ..units import RAD_PER_DEG, STANDARD_GRAVITY_MPS2
from .bundle import Bundle
from .streams import Imported, columns_of, one_table

SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
ACCEL_MPS2 = {"m/s^2": 1.0, "g": STANDARD_GRAVITY_MPS2, "mg": STANDARD_GRAVITY_MPS2 * 1e-3}
GYRO_RADPS = {"rad/s": 1.0, "deg/s": RAD_PER_DEG, "mdeg/s": RAD_PER_DEG * 1e-3}
"""What one of a unit is in SI, for each word that a mapping may use."""
SEPARATORS = (",", ";", "\t", "|", " ")
EXAMPLES = {
    "time": 'time = {column = "t", unit = "s"}',
    "accel": 'accel = {columns = ["ax", "ay", "az"], unit = "g"}',
    "gyro": 'gyro = {columns = ["gx", "gy", "gz"], unit = "deg/s"}',
    "phase": 'phase = {column = "phase"}',
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """columns: one of time, three of a sensor in its order x, y, z; a minus before a name turns that axis round.
    unit: as given; si: what one of the file's numbers is in SI."""

    columns: tuple[str, ...]
    unit: str
    si: float

    def found_in(self, table: CsvRows) -> tuple[tuple[str, ...], tuple[float, ...]]:
        """The names as they stand in the header, and what one of each column's numbers is in SI."""
        turned = [name.startswith("-") and name not in table.header for name in self.columns]
        names = tuple(name[1:] if turn else name for name, turn in zip(self.columns, turned, strict=True))
        return names, tuple(-self.si if turn else self.si for turn in turned)


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvMapping:
    """What the columns of a CSV are. wraps_at: where its clock begins again, in its units; None when it does not.
    phase: the column that contains `stand`, `rocks` or `set`, None when there is none. Raises `SettingsError`."""

    path: Path
    time: Columns
    accel: Columns
    gyro: Columns
    wraps_at: float | None = None
    phase: str | None = None
    separator: str = ","
    decimal: str = "."
    skip_rows: int = 0

    def __post_init__(self) -> None:
        if self.separator not in SEPARATORS or self.decimal not in (".", ",") or self.separator == self.decimal:
            raise SettingsError(
                f"{self.path}: separator {self.separator!r} and decimal {self.decimal!r}, expected one of "
                f"{', '.join(map(repr, SEPARATORS))} and '.' or ',', not the same"
            )


def read(bundle: Bundle, mapping: CsvMapping) -> Imported:
    """Read the CSV that the mapping describes. Raises `DataError`."""
    if len(bundle.names) != 1:
        raise DataError(
            f"{bundle.path} holds {', '.join(bundle.names)}, expected the one CSV that the mapping describes"
        )
    place = bundle.place(bundle.names[0])
    table = split_rows(
        bundle.text(bundle.names[0]),
        place=place,
        expected=", ".join((*mapping.time.columns, *mapping.accel.columns, *mapping.gyro.columns)),
        separator=mapping.separator,
        skip=mapping.skip_rows,
    )
    (time,), _ = mapping.time.found_in(table)
    accel, accel_mps2 = mapping.accel.found_in(table)
    gyro, gyro_radps = mapping.gyro.found_in(table)
    remedy = f"correct the names, separator or skip_rows in {mapping.path}"
    said = (time, *accel, *gyro, *([mapping.phase] if mapping.phase is not None else []))
    columns = columns_of(table, said, remedy=remedy)
    rows = one_table(
        table,
        columns[:7],
        time_s=mapping.time.si,
        accel_mps2=accel_mps2,
        gyro_radps=gyro_radps,
        decimal=mapping.decimal,
        wraps_at=mapping.wraps_at,
        phase=columns[7] if mapping.phase is not None else None,
    )
    units = f"{mapping.time.unit}, {mapping.accel.unit} and {mapping.gyro.unit}"
    return Imported(
        source="CSV",
        device="",
        place=place,
        units=f"{units}, as {mapping.path.name} says",
        rows=rows,
        done=(
            f"accelerometer {', '.join(mapping.accel.columns)} and gyroscope "
            f"{', '.join(mapping.gyro.columns)} taken as x, y, z",
        ),
        began=None,
    )


def read_mapping(path: Path) -> CsvMapping:
    """Read a mapping. Raises `SettingsError` for what is missing, unknown or without a unit."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML ({error}): docs/imports.md has an example to copy") from error
    top = _Part(path, "", said)
    top.only("time", "accel", "gyro", "phase", "separator", "decimal", "skip_rows")
    time = top.part("time")
    time.only("column", "unit", "wraps_at")
    return CsvMapping(
        path=path,
        time=Columns(columns=(time.text("column"),), unit=time.text("unit"), si=time.unit(SECONDS)),
        accel=top.part("accel").axes(ACCEL_MPS2),
        gyro=top.part("gyro").axes(GYRO_RADPS),
        wraps_at=time.number("wraps_at") if "wraps_at" in time.said else None,
        phase=top.part("phase").text("column") if "phase" in said else None,
        separator=top.text("separator") if "separator" in said else ",",
        decimal=top.text("decimal") if "decimal" in said else ".",
        skip_rows=top.count("skip_rows") if "skip_rows" in said else 0,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One table of the mapping, asked for what it must hold. Everything raises `SettingsError`."""

    path: Path
    name: str
    said: Mapping[str, object]

    def only(self, *known: str) -> None:
        unknown = sorted(set(self.said) - set(known))
        if unknown:
            self._refuse(unknown[0], "is not known", ", ".join(known))

    def part(self, key: str) -> _Part:
        value = self.said.get(key)
        if not isinstance(value, dict):
            self._refuse(key, "is missing" if value is None else f"is {value!r}", f"a line {EXAMPLES[key]}")
        return _Part(self.path, key, value)

    def text(self, key: str) -> str:
        value = self.said.get(key)
        if not isinstance(value, str) or not value:
            self._refuse(key, "is missing" if value is None else f"is {value!r}", "a word in quotes")
        return value

    def number(self, key: str) -> float:
        value = self.said[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 < value < inf:
            self._refuse(key, f"is {value!r}", "a number above 0")
        return value

    def count(self, key: str) -> int:
        value = self.said[key]
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self._refuse(key, f"is {value!r}", "lines above the header: 0, 1, 2 and so on")
        return value

    def unit(self, known: Mapping[str, float]) -> float:
        word = self.said.get("unit")
        if word not in known:
            self._refuse("unit", "is missing" if word is None else f"is {word!r}", f"one of {', '.join(known)}")
        return known[str(word)]

    def axes(self, known: Mapping[str, float]) -> Columns:
        self.only("columns", "unit")
        names = self.said.get("columns")
        if not isinstance(names, list) or len(names) != 3 or not all(isinstance(name, str) for name in names):
            self._refuse("columns", f"is {names!r}", f"three names, as in {EXAMPLES[self.name]}")
        return Columns(columns=tuple(names), unit=self.text("unit"), si=self.unit(known))

    def _refuse(self, key: str, found: str, expected: str) -> NoReturn:
        where = f"{self.name}.{key}" if self.name else key
        raise SettingsError(f"{self.path}: {where} {found}, expected {expected}")
