"""Opens the sessions of one replay: one leg or both, on a common time, with their notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ..analysis.analysis import OnProgress, no_callback
from ..errors import DataError, SettingsError
from ..pipeline.settings import Overrides, PipelineSettings
from ..results import Side
from ..session.csv_tables import read_reps
from ..session.folder import REPS_CSV, SessionClock, open_session
from ..session.notes import SessionNotes, read_notes, write_notes
from .rep_differences import rep_differences
from .replay_timeline import OWN_CLOCK, ReplayTimeline, read_timeline
from .replay_view import ReplayView

MOST_LEGS = 2
_APART = "the two sessions were not recorded at the same time: they are shown from a common start"


def legs_in(path: Path) -> list[Path]:
    """Return the sessions `left` and `right` of a folder that has both, else the path itself."""
    legs = [path / side.value for side in Side]
    return legs if all(leg.is_dir() for leg in legs) else [path]


class ReplaySession:
    """paths: one or two sessions, raw logs or `imu.csv`. overrides: replace recorded settings.

    views: left leg first. Raises `DataError` or `SettingsError`.
    """

    def __init__(self, paths: Sequence[Path], *, overrides: Overrides, on_progress: OnProgress = no_callback) -> None:
        if not 1 <= len(paths) <= MOST_LEGS:
            raise SettingsError(f"{len(paths)} sessions to replay, expected one, or two for both legs")
        if len(paths) > 1 and overrides.side is not None:
            raise SettingsError(
                f"--side {overrides.side} was given for {len(paths)} sessions, expected one: each has its own side"
            )
        opened = sorted(map(_opened, paths), key=lambda leg: leg.side is not Side.LEFT)
        if len({leg.side for leg in opened}) < len(opened):
            raise SettingsError(f"both sessions are of the {opened[0].side} leg, expected a left and a right one")
        alone = (OWN_CLOCK,) * len(opened)
        self._paths, self._clocks = tuple(leg.path for leg in opened), alone
        self._notices: tuple[str, ...] = ()
        found = self.measure(overrides, on_progress)
        common = _common_time([leg.clock for leg in opened], found)
        self._clocks = common or alone
        self._notices = () if common else (_APART,)
        self.views = [
            _view(path, timeline.on(clock, notices=(*self._notices, *_changed_verdicts(path, timeline, overrides))))
            for path, clock, timeline in zip(self._paths, self._clocks, found, strict=True)
        ]
        self.title = _title(opened[0].words, self.views)

    @property
    def folder(self) -> Path:
        """The folder for files that belong to the replay."""
        return self._paths[0] if self._paths[0].is_dir() else self._paths[0].parent

    def measure(self, overrides: Overrides, on_progress: OnProgress = no_callback) -> list[ReplayTimeline]:
        """Measure every leg with these overrides, in the order of `views`."""

        def part(done: int, of_one: float) -> None:
            on_progress((done + of_one) / len(self._paths))

        return [
            read_timeline(path, overrides=overrides, on_progress=partial(part, done)).on(clock, notices=self._notices)
            for done, (path, clock) in enumerate(zip(self._paths, self._clocks, strict=True))
        ]


@dataclass(frozen=True, slots=True)
class _Opened:
    """Describes a session before it is measured. words: parts of a title."""

    path: Path
    side: Side
    clock: SessionClock | None
    words: tuple[str, ...]


def _opened(path: Path) -> _Opened:
    if not path.is_dir():
        return _Opened(path, PipelineSettings().side, None, (path.name,))
    folder = open_session(path)
    words = (folder.started[:16].replace("T", " "), folder.person)
    return _Opened(path, folder.settings.side, folder.clock, tuple(filter(None, words)))


def _common_time(
    clocks: Sequence[SessionClock | None], found: Sequence[ReplayTimeline]
) -> tuple[SessionClock, ...] | None:
    """Return clocks of the host's time since the first start; None when the sessions did not overlap."""
    known = [clock for clock in clocks if clock is not None]
    if len(found) == 1:
        return (OWN_CLOCK,)
    if len(known) < len(found):
        return None
    first_s = min(clock.t0_unix_s for clock in known)
    common = tuple(replace(clock, t0_unix_s=clock.t0_unix_s - first_s) for clock in known)
    placed = [each.on(clock) for each, clock in zip(found, common, strict=True)]
    overlap = max(each.first_s for each in placed) < min(each.last_s for each in placed)
    return common if overlap else None


def _view(path: Path, timeline: ReplayTimeline) -> ReplayView:
    if path.is_dir():
        return ReplayView(timeline, keep=partial(write_notes, path), notes=read_notes(path))
    return ReplayView(timeline, keep=_refuse(path), notes=SessionNotes())


def _refuse(path: Path) -> Callable[[SessionNotes], None]:
    def keep(_: SessionNotes) -> None:
        raise DataError(f"{path} is a file, expected a session folder to keep notes in: open its folder instead")

    return keep


def _changed_verdicts(path: Path, timeline: ReplayTimeline, overrides: Overrides) -> tuple[str, ...]:
    """Describe how many verdicts differ from those recorded, as no text or one."""
    if overrides != Overrides() or not (path / REPS_CSV).is_file():
        return ()
    try:
        then = read_reps(path / REPS_CSV)
    except DataError as error:
        return (f"the recorded verdicts cannot be compared: {error}",)
    found = rep_differences(then, timeline.analysis.reps).verdicts
    changed = sum(change.before is not None and change.after is not None for change in found)
    if not changed:
        return ()
    words = "the program version or the data changed"
    return (f"{changed} of {len(then)} verdicts differ from those recorded: {words}",)


def _title(words: Sequence[str], legs: Sequence[ReplayView]) -> str:
    several = "s" if len(legs) > 1 else ""
    what = f"{legs[0].exercise.replace('_', ' ')}, {' and '.join(leg.side for leg in legs)} leg{several}"
    return "   ·   ".join((what, *words))
