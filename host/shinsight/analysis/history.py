"""Weeks of sessions at a glance: what each found, and whether a change is larger than the measurement error.

Only `session.json`, `reps.csv` and `notes.json` are read. Like is compared with like: one person, leg, exercise, zero
and slope at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import hypot, isnan, nan, sqrt
from pathlib import Path
from statistics import median

from ..errors import DataError
from ..lunge_test.norms import MDC_ANGLE, MDC_DISTANCE
from ..lunge_test.result import EXERCISE as KNEE_TO_WALL
from ..lunge_test.result import leg_result, trials
from ..results import FOOT, HeelState, Rep, Side
from ..session.csv_tables import read_reps
from ..session.folder import REPS_CSV, open_session
from ..session.notes import SessionNotes, read_notes
from ..units import DEG_PER_RAD
from .analysis import OnProgress, no_callback
from .batch import SessionPath

FEWEST_REPEATS = 5
"""Sessions from which a person's own repeatability is worth a number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One session. best_deg, median_deg: heel-down dorsiflexion of the reps that were kept, NaN when no heel was
    judged down; sd_deg: standard deviation of the best. best_cm, mean_cm: knee to wall, NaN when nothing counts."""

    path: Path
    started: datetime
    person: str
    side: Side
    exercise: str
    zero: str
    slope_deg: float
    quality: float
    down: int
    up: int
    unsure: int
    best_deg: float
    sd_deg: float
    median_deg: float
    best_cm: float
    mean_cm: float
    pain: int | None
    text: str

    @property
    def reps(self) -> int:
        """Return the number of reps: heel down, up and unsure."""
        return self.down + self.up + self.unsure


@dataclass(frozen=True, slots=True)
class Series:
    """Sessions that may be compared, oldest first."""

    person: str
    exercise: str
    side: Side
    zero: str
    slope_deg: float
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The change from the first to the last session. unit: ° or cm. band: what it must exceed; whose: source of the
    band.

    repeatability: sd of one session of this person, with its own standard error; NaN before there are enough.
    """

    first: float
    last: float
    unit: str
    band: float
    whose: str
    repeatability: float
    repeatability_se: float

    @property
    def beyond(self) -> bool:
        """Return whether the change is larger than `band`."""
        return abs(self.last - self.first) > self.band

    @property
    def sentence(self) -> str:
        """Return a sentence that compares the change with the measurement error."""
        difference = f"{self.last - self.first:+.1f}{_spaced(self.unit)} since the first session"
        judged = "larger than" if self.beyond else "not larger than"
        return f"{difference}: {judged} the measurement error (±{self.band:.1f}{_spaced(self.unit)}, {self.whose})"


def read_entry(path: Path) -> Entry | None:
    """Read a session folder; None for a sensor on the foot. Raises `DataError`, also without a date."""
    session = open_session(path)
    if session.sensor == FOOT:
        return None
    if not session.started:
        raise DataError(f"{path} has no date: its session.json is missing or broken")
    notes = read_notes(path)
    reps_csv = session.file(REPS_CSV)
    reps = read_reps(reps_csv) if reps_csv is not None else ()
    kept = [rep for rep in reps if notes.keeps(rep)]
    angles = [
        (rep.peak_dorsiflexion_rad * DEG_PER_RAD, rep.peak_inclination_sd_rad * DEG_PER_RAD)
        for rep in kept
        if rep.peak_dorsiflexion_rad is not None and rep.heel is HeelState.DOWN
    ]
    best_deg, sd_deg = max(angles, default=(nan, nan))
    best_cm, mean_cm = _distances(session.settings.exercise, session.settings.side, reps, notes)
    heels = [rep.heel for rep in kept]
    report = session.calibration
    return Entry(
        path=path,
        started=_moment(session.started, path),
        person=session.person,
        side=session.settings.side,
        exercise=session.settings.exercise,
        zero=session.settings.zero,
        slope_deg=round(session.settings.slope_rad * DEG_PER_RAD, 3),
        quality=report.quality if report is not None and report.accepted else 0.0,
        down=heels.count(HeelState.DOWN),
        up=heels.count(HeelState.UP),
        unsure=heels.count(HeelState.UNSURE),
        best_deg=best_deg,
        sd_deg=sd_deg,
        median_deg=median(deg for deg, _ in angles) if angles else nan,
        best_cm=best_cm,
        mean_cm=mean_cm,
        pain=notes.pain,
        text=notes.text,
    )


def read_history(
    sessions: Sequence[SessionPath], *, on_progress: OnProgress = no_callback
) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Read the entries, oldest first, and why other folders were left out.

    on_progress: called with the part that is read.
    """
    entries, problems = [], []
    for at, session in enumerate(sessions):
        on_progress(at / len(sessions))
        if not session.path.is_dir():
            continue  # a lone file of samples has no date
        try:
            entry = read_entry(session.path)
        except DataError as error:
            problems.append(str(error))
            continue
        if entry is not None:
            entries.append(entry)
    return tuple(sorted(entries, key=lambda entry: entry.started)), tuple(problems)


def series_of(entries: Iterable[Entry]) -> tuple[Series, ...]:
    """Entries sorted into what may be compared; sessions without a rep are left out."""
    groups: dict[tuple[str, str, str, float, Side], list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.started):
        if entry.reps:
            key = (entry.person, entry.exercise, entry.zero, entry.slope_deg, entry.side)
            groups.setdefault(key, []).append(entry)
    return tuple(
        Series(person, exercise, side, zero, slope_deg, tuple(of_group))
        for (person, exercise, zero, slope_deg, side), of_group in sorted(groups.items())
    )


def angle_change(series: Series) -> Change | None:
    """Return the change of the best heel-down dorsiflexion; None when fewer than two sessions have one."""
    seen = [(entry.best_deg, entry.sd_deg) for entry in series.entries if not isnan(entry.best_deg)]
    if len(seen) < 2:
        return None
    (first, first_sd), (last, last_sd) = seen[0], seen[-1]
    ours_deg = 1.96 * hypot(first_sd, last_sd)
    return _change([deg for deg, _ in seen], first, last, "°", MDC_ANGLE.value, ours_deg)


def distance_change(series: Series) -> Change | None:
    """Return the change of the mean knee-to-wall distance; None when fewer than two sessions have one."""
    seen = [entry.mean_cm for entry in series.entries if not isnan(entry.mean_cm)]
    if len(seen) < 2:
        return None
    return _change(seen, seen[0], seen[-1], "cm", MDC_DISTANCE.value, nan)


def repeatability(values: Sequence[float]) -> tuple[float, float]:
    """Return the standard deviation of one session, and the standard error of that; NaN before `FEWEST_REPEATS`.

    From successive differences (von Neumann et al. 1941), so that a trend over the weeks counts as little as it can.
    """
    n = len(values)
    if n < FEWEST_REPEATS:
        return nan, nan
    squares = [(b - a) ** 2 for a, b in pairwise(values)]
    sd = sqrt(sum(squares) / (2.0 * (n - 1)))
    return sd, 0.5 * sd * sqrt(3.0 * n - 4.0) / (n - 1)


def _change(values: Sequence[float], first: float, last: float, unit: str, published: float, ours: float) -> Change:
    sd, error = repeatability(values)
    bands = [(published, "published for one rater")]
    if not isnan(ours):
        bands.append((ours, "stated by the sensor"))
    if not isnan(sd):
        bands.append((1.96 * sqrt(2.0) * sd, "your own spread"))
    band, whose = max(bands)
    return Change(first, last, unit, band, whose, sd, error)


def _distances(exercise: str, side: Side, reps: Sequence[Rep], notes: SessionNotes) -> tuple[float, float]:
    if exercise != KNEE_TO_WALL:
        return nan, nan
    result = leg_result(side, trials(reps, notes))
    return (nan if result.best_cm is None else result.best_cm, nan if result.mean_cm is None else result.mean_cm)


def _moment(started: str, path: Path) -> datetime:
    try:
        return datetime.fromisoformat(started).astimezone()
    except ValueError as error:
        raise DataError(
            f"{path}: started is {started!r}, expected a date and time like 2026-11-22T19:15:00+01:00"
        ) from error


def _spaced(unit: str) -> str:
    return unit if unit == "°" else f" {unit}"
