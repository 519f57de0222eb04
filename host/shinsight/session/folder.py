"""The session folder a user keeps, valid at every instant: what is on disk is readable, however the program ended.

`session.json` is replaced whole (a temporary file, then a rename) when the session starts, at the calibration, at reps
and every few seconds; all other files only grow by whole lines or records. `docs/session-files.md` describes them.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import DataError, SettingsError, ShinsightError
from ..pipeline.measurement import Outcome
from ..pipeline.settings import PipelineSettings
from ..results import PHASES, SHANK, CalibrationReport, Rep, Side
from ..samples import FloatArray, Phase
from ..stream.link_health import LinkHealth
from ..version import __version__
from ..wire.framing import Chunk
from ..wire.messages import DeviceInfo
from .append_file import disk_error
from .atomic_write import write_atomically
from .csv_tables import ANGLE_COLUMNS, EVENT_COLUMNS, REP_COLUMNS, CsvFile, angle_rows, event_rows, rep_rows
from .imu_csv import IMU_COLUMNS, imu_rows
from .json_forms import (
    Json,
    calibration_dict,
    calibration_from,
    device_dict,
    number,
    settings_dict,
    settings_from,
    to_json,
)
from .raw_log import RawLogWriter

FORMAT = 1
SESSION_JSON = "session.json"
IMU_CSV = "imu.csv"
ANGLES_CSV = "angles.csv"
REPS_CSV = "reps.csv"
EVENTS_CSV = "events.csv"
RAW_LOG = "raw.log"
REWRITE_EVERY_S = 5.0
"""Recorded time after which `session.json` is written again even if nothing happened."""

OLD_CORRECTED = "mended"
"""Name of `corrected` in the `session.json` of earlier versions."""
_NAME = re.compile(r"\d{4}-\d\d-\d\d_\d{6}_(?P<exercise>[a-z_]+)_(?P<side>left|right)")


def session_name(started: datetime, settings: PipelineSettings) -> str:
    """Name of a session's folder, e.g. `2026-11-22_191500_squat_right`; sorts by time."""
    return f"{started:%Y-%m-%d_%H%M%S}_{settings.exercise}_{settings.side}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """The source of a session that another program recorded. started: when; about: `imported` of session.json."""

    started: datetime
    about: Mapping[str, Json]


class SessionWriter:
    """Writes one new session folder. Raises `SettingsError` when it exists, `DataError` when the disk refuses.

    sensor: where it sits, `shank` or `foot`. person: name or code of who wears it, empty when not given. origin: of a
    recording of another program, which has no bytes of ours and so no raw log.
    """

    def __init__(
        self,
        path: Path,
        *,
        settings: PipelineSettings,
        link: str,
        sensor: str = SHANK,
        person: str = "",
        origin: Origin | None = None,
    ) -> None:
        self.path = path
        self._settings = settings
        self._link = link
        self._sensor = sensor
        self._person = person
        self._origin = origin
        self._started = _now() if origin is None else _iso(origin.started)
        self._device: DeviceInfo | None = None
        self._health: LinkHealth | None = None
        self._calibration: CalibrationReport | None = None
        self._reps = 0
        self._duration_s = 0.0
        self._written_s = 0.0
        self._closed = False
        _make_folder(path)
        self._write_json()
        self._raw = RawLogWriter(path / RAW_LOG) if origin is None else None
        self._imu = CsvFile(path / IMU_CSV, IMU_COLUMNS)
        self._angles = CsvFile(path / ANGLES_CSV, ANGLE_COLUMNS)
        self._reps_csv = CsvFile(path / REPS_CSV, REP_COLUMNS)
        self._events = CsvFile(path / EVENTS_CSV, EVENT_COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def add_bytes(self, chunk: Chunk) -> None:
        """Keep bytes as received. Called before they are understood, so that a decoder's error cannot lose them."""
        assert self._raw is not None, "a session of another program has no bytes"
        self._raw.write(chunk)

    def add(self, outcome: Outcome, *, device: DeviceInfo | None, health: LinkHealth | None) -> None:
        """Keep what the bytes, or another program's samples, amounted to. health: None where there was no link."""
        self._device, self._health = device, health
        samples, frames = outcome.samples, outcome.frames
        if len(samples):
            phases = [PHASES[code] for code in frames.phase_code.tolist()]
            self._imu.append(imu_rows(samples, phases or [Phase.NONE] * len(samples)))
            self._angles.append(angle_rows(frames))
            self._duration_s = float(samples.t_s[-1])
        reps = [event for event in outcome.events if isinstance(event, Rep)]
        calibrations = [event for event in outcome.events if isinstance(event, CalibrationReport)]
        self._reps_csv.append(rep_rows(reps))
        self._events.append(event_rows(outcome.events))
        self._reps += len(reps)
        self._calibration = calibrations[-1] if calibrations else self._calibration
        if reps or calibrations or abs(self._duration_s - self._written_s) >= REWRITE_EVERY_S:
            self._write_json()

    def close(self) -> None:
        """Write the end. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        for file in (self._raw, self._imu, self._angles, self._reps_csv, self._events):
            if file is not None:
                file.close()
        origin = self._origin
        ended = _now() if origin is None else _iso(origin.started + timedelta(seconds=self._duration_s))
        self._write_json(ended=ended)

    def _write_json(self, *, ended: str | None = None) -> None:
        about: dict[str, Json] = {
            "format": FORMAT,
            "shinsight": __version__,
            "started": self._started,
            **({"ended": ended} if ended else {}),
            "person": self._person,
            "link": self._link,
            **({"imported": self._origin.about} if self._origin else {}),
            "sensor": self._sensor,
            "settings": settings_dict(self._settings),
            "device": device_dict(self._device) if self._device else None,
            "calibration": _dated(self._calibration) if self._calibration else None,
            "reps": self._reps,
            "duration_s": number(self._duration_s),
            "clock": _clock(self._health) if self._health and self._health.zero_s is not None else None,
            "link_statistics": _statistics(self._health) if self._health else None,
        }
        write_atomically(self.path / SESSION_JSON, to_json(about) + "\n")
        self._written_s = self._duration_s


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionClock:
    """t0_unix_s: when t_s was 0, on the host's clock; drift_ppm: how much slower the board's clock runs."""

    t0_unix_s: float
    drift_ppm: float

    def unix_s(self, t_s: FloatArray) -> FloatArray:
        """Times since 1970 on the host's clock of times on the board's."""
        return self.t0_unix_s + t_s * (1.0 + self.drift_ppm * 1e-6)

    def t_s(self, unix_s: FloatArray) -> FloatArray:
        """The inverse of `unix_s`."""
        return (unix_s - self.t0_unix_s) / (1.0 + self.drift_ppm * 1e-6)


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionFolder:
    """A session as found on disk. `ended` is None when the program was killed; `notices` name what had to be
    corrected, and the source when another program recorded it.

    sensor: where it sat, `shank` or `foot`. person: name or code of who wore it, empty when not given. clock: None
    when the host's time was never known. device, link_statistics: as session.json says them, empty when it does not.
    """

    path: Path
    settings: PipelineSettings
    link: str
    started: str
    ended: str | None
    sensor: str
    person: str
    clock: SessionClock | None
    calibration: CalibrationReport | None
    device: Mapping[str, object]
    link_statistics: Mapping[str, object]
    notices: tuple[str, ...]

    def file(self, name: str) -> Path | None:
        """Path of one of the session's files, None when it is not there."""
        path = self.path / name
        return path if path.is_file() else None


def open_session(path: Path | str) -> SessionFolder:
    """Read a session folder. Raises `DataError` when it is not a session or of a newer format.

    A `session.json` that is missing or broken is rebuilt from the folder's name, and `notices` tells so.
    """
    path = Path(path)
    if not path.is_dir():
        raise DataError(f"{path} is not a folder, expected a session folder (with {RAW_LOG} or {IMU_CSV})")
    if not any((path / name).is_file() for name in (SESSION_JSON, RAW_LOG, IMU_CSV)):
        raise DataError(f"{path} has none of {SESSION_JSON}, {RAW_LOG}, {IMU_CSV}: this is not a session folder")
    try:
        about = json.loads((path / SESSION_JSON).read_text(encoding="utf-8"))
        found = about["format"]
        if found != FORMAT:
            raise DataError(f"{path / SESSION_JSON} is of format {found!r}, expected {FORMAT}: update shinsight")
        return SessionFolder(
            path=path,
            settings=settings_from(about["settings"]),
            link=str(about["link"]),
            started=str(about["started"]),
            ended=about.get("ended"),
            sensor=str(about.get("sensor", SHANK)),
            person=str(about.get("person", "")),
            clock=_clock_from(about.get("clock")),
            calibration=calibration_from(about["calibration"]) if about["calibration"] else None,
            device=_object(about.get("device")),
            link_statistics=_object(about.get("link_statistics")),
            notices=_imported_words(about.get("imported")),
        )
    except (OSError, ValueError, KeyError, TypeError, SettingsError) as error:
        return _rebuilt(path, error)


def _rebuilt(path: Path, error: Exception) -> SessionFolder:
    """The session without its `session.json`: exercise and side from the folder's name, else the usual ones."""
    match = _NAME.fullmatch(path.resolve().name)
    settings, source = PipelineSettings(), "the defaults"
    if match:
        try:
            settings = PipelineSettings(exercise=match["exercise"], side=Side(match["side"]))
            source = "taken from the folder's name"
        except ShinsightError:
            pass  # a folder renamed by its owner
    reason = error.strerror if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
    notice = (
        f"{path / SESSION_JSON} could not be used ({reason}); exercise {settings.exercise} and side {settings.side} "
        f"are {source}. Give --exercise and --side if they are wrong"
    )
    return SessionFolder(
        path=path,
        settings=settings,
        link="",
        started="",
        ended=None,
        sensor=SHANK,
        person="",
        clock=None,
        calibration=None,
        device={},
        link_statistics={},
        notices=(notice,),
    )


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _imported_words(value: object) -> tuple[str, ...]:
    """Return the texts of `imported`."""
    about = _object(value)
    if not about:
        return ()
    done, corrected = about["done"], about[OLD_CORRECTED if OLD_CORRECTED in about else "corrected"]
    if not isinstance(done, list) or not isinstance(corrected, list):
        raise TypeError("`done` and `corrected` of imported are not lists")
    return ("; ".join((f"imported from {about['source']}: {about['units']}", *map(str, done))), *map(str, corrected))


def _dated(report: CalibrationReport) -> dict[str, Json]:
    return {"t_s": number(report.t_s), **calibration_dict(report)}


def _clock(health: LinkHealth) -> dict[str, Json]:
    """When t_s was 0, so that the sessions of two boards can be compared."""
    assert health.zero_s is not None
    unix_s = time.time() - time.monotonic() + health.zero_s
    return {"t0_unix_s": round(unix_s, 6), "drift_ppm": number(health.drift_ppm)}


def _clock_from(value: Mapping[str, float] | None) -> SessionClock | None:
    """The inverse of `_clock`. KeyError or TypeError when it is not one."""
    if value is None:
        return None
    return SessionClock(t0_unix_s=float(value["t0_unix_s"]), drift_ppm=float(value["drift_ppm"]))


def _statistics(health: LinkHealth) -> dict[str, Json]:
    return {
        "rate_hz": number(health.rate_hz),
        "received": health.received,
        "lost": health.lost,
        "filled": health.filled,
        "recovered": health.recovered,
        "damaged": health.damaged,
        "jitter_ms": number(health.jitter_s * 1000.0),
        "reconnects": health.reconnects,
        "signal_dbm": health.signal_dbm,
        "battery_percent": health.battery_percent,
        "temperature_c": number(health.temperature_c),
    }


def _now() -> str:
    return _iso(datetime.now().astimezone())


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        occupied = any(path.iterdir())
    except FileExistsError:
        raise SettingsError(f"{path} is a file, expected a folder to record into: choose another with --out") from None
    except OSError as error:
        raise disk_error(path, error) from error
    if occupied:
        raise SettingsError(f"{path} exists already and is not empty: choose another folder with --out")
