"""Finds the source of a recording. Each source is asked; none or two that fit are an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ..errors import DataError, SettingsError
from . import dot, mapped_csv, sensor_logger, ximu3
from .bundle import Bundle, open_bundle
from .streams import Imported

CSV = "csv"


@dataclass(frozen=True, slots=True)
class Source:
    """A maker's format: whether a bundle is of it, and reading it."""

    title: str
    fits: Callable[[Bundle], bool]
    read: Callable[[Bundle], Imported]


SOURCES = {
    "ximu3": Source("x-IMU3", ximu3.fits, ximu3.read),
    "sensorlogger": Source("Sensor Logger", sensor_logger.fits, sensor_logger.read),
    "dot": Source("Movella DOT", dot.fits, dot.read),
}
NAMES = (*SOURCES, CSV)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A recording of another program. name: of its source, one of `NAMES`. started: when it began."""

    name: str
    imported: Imported
    started: datetime


def read_foreign(
    path: Path, *, source: str | None = None, mapping: Path | None = None, started: datetime | None = None
) -> Foreign:
    """source: one of `NAMES`; found out when None. mapping: a TOML file that names the columns of any CSV. started:
    when it began; as the recording says when None, else the file's date. Raises `DataError`, `SettingsError`.
    """
    bundle = open_bundle(path)
    name = _name(bundle, source, mapping)
    if mapping is not None:
        imported = mapped_csv.read(bundle, mapped_csv.read_mapping(mapping))
    else:
        imported = SOURCES[name].read(bundle)
    began = started or imported.began
    if began is None:
        imported = replace(
            imported, done=(*imported.done, "dated by the time of its file, because it contains no date")
        )
    return Foreign(name, imported, began or bundle.dated)


def _name(bundle: Bundle, source: str | None, mapping: Path | None) -> str:
    if source is not None and source not in NAMES:
        raise SettingsError(f"--from is {source!r}, expected one of {', '.join(NAMES)}")
    if mapping is not None and source not in (None, CSV):
        raise SettingsError(
            f"--mapping was given with --from {source}, expected only one of them: {source} needs no mapping"
        )
    if source == CSV and mapping is None:
        raise SettingsError(
            f"--from {CSV} needs --mapping FILE.toml with columns and units: docs/imports.md has an example"
        )
    return source or (CSV if mapping is not None else _found_out(bundle))


def _found_out(bundle: Bundle) -> str:
    fitting = [name for name, known in SOURCES.items() if known.fits(bundle)]
    if len(fitting) == 1:
        return fitting[0]
    titles = ", ".join(f"{known.title} (--from {name})" for name, known in SOURCES.items())
    if fitting:
        raise DataError(f"{bundle.path} could be of {' or '.join(fitting)}: choose one with --from")
    raise DataError(
        f"{bundle.path} does not match any known source ({titles}): give columns and units with --mapping FILE.toml "
        "(docs/imports.md has an example to copy)"
    )
