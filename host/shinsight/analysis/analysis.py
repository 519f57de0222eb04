"""A recording, measured again from its bytes or samples, as `shinsight analyze` does.

A session folder is measured from `raw.log` when it has one, through the same path as live; else from `imu.csv`, as any
`imu.csv` of another sensor is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import DataError
from ..pipeline.measurement import Measurement, Outcome, calibration_of, measured
from ..pipeline.settings import Overrides, PipelineSettings
from ..results import CalibrationReport, Event, FrameBlock, Notice, Recording, Rep
from ..session.folder import IMU_CSV, RAW_LOG, open_session
from ..session.imu_csv import read_imu_csv
from ..session.json_forms import Json, calibration_dict, number, rep_dict
from ..session.raw_log import read_raw_log
from ..stream.link_health import LinkHealth

OnProgress = Callable[[float], None]
"""Called with the part that is done, 0 to 1."""
OnFrames = Callable[[FrameBlock], None]
"""Called with the frames in order, some at a time."""
OnOutcome = Callable[[Outcome, LinkHealth], None]
"""Called with the outcome of each piece as it came, and the state of the link."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """What a recording amounted to. duration_s: from its first sample to its last."""

    settings: PipelineSettings
    rate_hz: float
    duration_s: float
    events: tuple[Event, ...]
    warnings: tuple[str, ...]

    @property
    def reps(self) -> tuple[Rep, ...]:
        """Return the repetitions, in order."""
        return tuple(event for event in self.events if isinstance(event, Rep))

    @property
    def calibration(self) -> CalibrationReport | None:
        """The last one, None when there was none."""
        return calibration_of(self.events)

    @property
    def notes(self) -> tuple[str, ...]:
        """Warnings and the texts of notices, each once."""
        return tuple(dict.fromkeys((*self.warnings, *(e.text for e in self.events if isinstance(e, Notice)))))


def no_callback(*_: object) -> None:
    """For those who do not look."""


def analyze(
    path: Path,
    *,
    overrides: Overrides,
    on_progress: OnProgress = no_callback,
    on_frames: OnFrames = no_callback,
    on_outcome: OnOutcome = no_callback,
) -> Analysis:
    """Measure a session folder or an `imu.csv`. Raises `DataError` or `SettingsError`, and what the callbacks raise."""

    def tell(outcome: Outcome, health: LinkHealth) -> None:
        on_frames(outcome.frames)
        on_outcome(outcome, health)

    if not path.exists():
        raise DataError(f"{path} does not exist, expected a session folder or an {IMU_CSV}")
    if path.is_file():
        if path.name == RAW_LOG:
            return _from_raw_log(path, overrides.apply(PipelineSettings()), (), on_progress, tell)
        return _from_imu_csv(path, overrides.apply(PipelineSettings()), (), on_progress, tell)
    session = open_session(path)
    settings = overrides.apply(session.settings)
    warnings = session.notices
    if session.started and session.ended is None:
        killed = f"{path} was not closed, because the program that recorded it was killed; all complete rows are used"
        warnings = (*warnings, killed)
    raw_log, imu_csv = session.file(RAW_LOG), session.file(IMU_CSV)
    if raw_log is not None:
        try:
            return _from_raw_log(raw_log, settings, warnings, on_progress, tell)
        except DataError as error:
            if imu_csv is None:
                raise
            warnings = (*warnings, f"{error}; {IMU_CSV} was used instead")
    if imu_csv is None:
        raise DataError(f"{path} has neither {RAW_LOG} nor {IMU_CSV}: there is nothing to analyze")
    return _from_imu_csv(imu_csv, settings, warnings, on_progress, tell)


def _from_raw_log(
    path: Path,
    settings: PipelineSettings,
    warnings: tuple[str, ...],
    on_progress: OnProgress,
    tell: OnOutcome,
) -> Analysis:
    measurement = Measurement(settings=settings)
    log = read_raw_log(path)
    size_bytes, read_bytes = path.stat().st_size, 0
    events: list[Event] = []
    first_s, last_s = None, 0.0
    for chunk in log:
        outcome = measurement.feed(chunk.data)
        events += outcome.events
        tell(outcome, measurement.health(name="", connected=True))
        if len(outcome.samples):
            first_s = float(outcome.samples.t_s[0]) if first_s is None else first_s
            last_s = float(outcome.samples.t_s[-1])
        read_bytes += len(chunk.data)
        on_progress(min(1.0, read_bytes / size_bytes))
    outcome = measurement.finish()
    events += outcome.events
    health = measurement.health(name="", connected=True)
    tell(outcome, health)
    on_progress(1.0)
    if first_s is None:
        raise DataError(f"{path} has no samples: the recording ended before the board started to stream")
    if log.damaged:
        warnings = (*warnings, f"{path}: {log.damaged} records were cut or damaged and are left out")
    if health.loss_fraction > 0.01:
        warnings = (*warnings, f"{health.loss_fraction:.1%} of the samples were lost between board and host")
    return Analysis(
        settings=settings,
        rate_hz=health.rate_hz,
        duration_s=last_s - first_s,
        events=tuple(events),
        warnings=warnings,
    )


def _from_imu_csv(
    path: Path,
    settings: PipelineSettings,
    warnings: tuple[str, ...],
    on_progress: OnProgress,
    tell: OnOutcome,
) -> Analysis:
    found = analyze_samples(read_imu_csv(path), settings, on_progress=on_progress, on_outcome=tell)
    return replace(found, warnings=warnings)


def analyze_samples(
    recording: Recording,
    settings: PipelineSettings,
    *,
    on_progress: OnProgress = no_callback,
    on_outcome: OnOutcome = no_callback,
) -> Analysis:
    """Measure samples of any sensor. Without marked rocks there are angles only; raises what the callbacks raise."""
    events: list[Event] = list(recording.notices)
    done = 0
    for outcome in measured(recording, settings):
        events += outcome.events
        done += len(outcome.samples)
        on_outcome(outcome, _health(recording, done))
        on_progress(done / len(recording.samples))
    return Analysis(
        settings=settings,
        rate_hz=recording.rate_hz,
        duration_s=float(recording.samples.t_s[-1] - recording.samples.t_s[0]),
        events=tuple(events),
        warnings=(),
    )


def _health(recording: Recording, received: int) -> LinkHealth:
    """What a file of samples tells of its link: the rate, and little else."""
    return LinkHealth(
        name="",
        board="",
        rate_hz=recording.rate_hz,
        received=received,
        lost=0,
        filled=0,
        damaged=0,
        battery_percent=None,
        temperature_c=None,
        connected=True,
        last_arrival_s=None,
    )


def analysis_dict(found: Analysis) -> dict[str, Json]:
    """What `shinsight analyze --json` prints: a contract, see docs/session-files.md. Each warning once."""
    return {
        "exercise": found.settings.exercise,
        "side": found.settings.side.value,
        "zero": found.settings.zero,
        "rate_hz": number(found.rate_hz),
        "duration_s": number(found.duration_s),
        "calibration": calibration_dict(found.calibration),
        "reps": [rep_dict(rep) for rep in found.reps],
        "warnings": list(found.notes),
    }
