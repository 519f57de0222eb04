"""The content of a report: the reps that were kept, where heels began to lift, both legs side by side. Values only.

A session is measured again from its bytes, so that reps, curves and events agree. What a person left out is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from itertools import pairwise
from math import isfinite, nan
from pathlib import Path
from statistics import median

import numpy as np

from ..analysis.analysis import Analysis, OnProgress, analyze, no_callback
from ..analysis.shin_and_foot import dorsiflexion_offset_rad
from ..errors import DataError, SettingsError
from ..lunge_test.result import EXERCISE as KNEE_TO_WALL
from ..lunge_test.result import LegResult, Sentence, Trial, angle_error_deg, difference, leg_result, trials, verdict
from ..pipeline.settings import Overrides
from ..results import FOOT, HEEL_STATES, CalibrationReport, FrameBlock, HeelState, Rep, Side
from ..session.folder import SessionFolder, open_session
from ..session.notes import SessionNotes, read_notes
from ..units import DEG_PER_RAD

BOTTOM_SHARE = 0.9
"""The bottom of a rep is where the shin leans at least this share of the rep's peak."""
_UP = HEEL_STATES.index(HeelState.UP)


class Where(Enum):
    """Where in a rep the heel began to lift. LATE: at the bottom or on the way up, which cannot be distinguished when
    the live signal, always a little late, comes on the way up."""

    BEFORE = auto()
    WAY_DOWN = auto()
    BOTTOM = auto()
    LATE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Onset:
    """Where the analysis after the rep finds the heel off the floor. t_s, inclination_rad: of that moment on the way
    down or at the bottom, else NaN."""

    where: Where
    t_s: float
    inclination_rad: float


@dataclass(frozen=True, slots=True, eq=False)
class RepSeen:
    """A rep with its frames, and where its heel began to lift: None when the verdict is not that it did."""

    rep: Rep
    frames: FrameBlock
    onset: Onset | None

    @property
    def heel_down_rad(self) -> float:
        """Peak dorsiflexion of a rep whose heel was judged down, else NaN."""
        angle_rad = self.rep.peak_dorsiflexion_rad
        return nan if angle_rad is None or self.rep.heel is not HeelState.DOWN else angle_rad


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Leg:
    """One session. kept: reps that were not left out, of `left_out` more."""

    session: SessionFolder
    notes: SessionNotes
    analysis: Analysis
    kept: tuple[RepSeen, ...]
    left_out: int

    @property
    def side(self) -> Side:
        """Return the side of the leg."""
        return self.analysis.settings.side

    @property
    def exercise(self) -> str:
        """Return the name of the exercise."""
        return self.analysis.settings.exercise

    @property
    def started(self) -> datetime | None:
        """None when the session does not say, or nothing that is a time."""
        try:
            return datetime.fromisoformat(self.session.started)
        except ValueError:
            return None

    @property
    def calibrations(self) -> tuple[CalibrationReport, ...]:
        """All attempts, in order."""
        return tuple(event for event in self.analysis.events if isinstance(event, CalibrationReport))

    @property
    def simulated(self) -> bool:
        """Return whether the board was simulated or emulated."""
        return self.session.link.startswith(("sim:", "emulator:"))

    def count(self, heel: HeelState) -> int:
        """Count the kept reps with this heel state."""
        return sum(seen.rep.heel is heel for seen in self.kept)

    @property
    def best(self) -> RepSeen | None:
        """Of the reps whose heel was judged down, the one that went furthest."""
        down = [seen for seen in self.kept if isfinite(seen.heel_down_rad)]
        return max(down, key=lambda seen: seen.heel_down_rad, default=None)

    @property
    def median_heel_down_rad(self) -> float:
        """Return the median of the heel-down angles of the kept reps, rad; NaN when there is none."""
        return median([s.heel_down_rad for s in self.kept if isfinite(s.heel_down_rad)] or [nan])

    @property
    def onsets(self) -> tuple[Onset, ...]:
        """Return the onsets of the heel lift, of the kept reps that have one."""
        return tuple(seen.onset for seen in self.kept if seen.onset is not None)

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Of the knee-to-wall test; none of another exercise."""
        return trials([seen.rep for seen in self.kept], self.notes) if self.exercise == KNEE_TO_WALL else ()

    @property
    def wall_result(self) -> LegResult | None:
        """Return the result of the knee-to-wall test; None for another exercise."""
        return leg_result(self.side, self.trials) if self.exercise == KNEE_TO_WALL else None

    @property
    def compared_deg(self) -> tuple[float, float]:
        """The angle with the heel down that stands for the leg, and its sd: the mean of the trials of a knee-to-wall
        test, else the best; NaN when there is none."""
        result, best = self.wall_result, self.best
        if result is not None:
            return (nan if result.mean_deg is None else result.mean_deg, result.sd_deg)
        if best is None:
            return (nan, nan)
        return (best.heel_down_rad * DEG_PER_RAD, best.rep.peak_inclination_sd_rad * DEG_PER_RAD)


@dataclass(frozen=True, slots=True)
class Report:
    """One leg, or left and right in this order."""

    legs: tuple[Leg, ...]

    @property
    def difference_deg(self) -> float:
        """Left minus right of the angles that are compared, NaN when one is not known or there is one leg."""
        known = [leg.compared_deg[0] for leg in self.legs]
        return known[0] - known[1] if len(known) == 2 else nan

    @property
    def error_deg(self) -> tuple[float, str]:
        """What the two may differ by when nothing differs (95 %), and where that is from."""
        return angle_error_deg(*(leg.compared_deg[1] for leg in self.legs))

    @property
    def beyond_error(self) -> bool:
        """Return whether the legs differ by more than the error; False when the difference is not known."""
        return isfinite(self.difference_deg) and abs(self.difference_deg) > self.error_deg[0]

    @property
    def said(self) -> tuple[Sentence, ...]:
        """What may be claimed: of the knee-to-wall test its verdict, else of two legs how they differ."""
        results = {leg.side: leg.wall_result for leg in self.legs}
        if any(results.values()):
            zero = self.legs[0].analysis.settings.zero
            return verdict(results.get(Side.LEFT), results.get(Side.RIGHT), zero=zero)
        if not isfinite(self.difference_deg):
            return ()
        left, right = (leg.compared_deg[0] for leg in self.legs)
        return (difference(left, right, "°", *self.error_deg),)


def read_report(paths: Sequence[Path], *, on_progress: OnProgress = no_callback) -> Report:
    """Measure one session, or the two legs of a day. Raises `DataError` or `SettingsError`."""
    if not 1 <= len(paths) <= 2:
        raise SettingsError(
            f"{len(paths)} sessions were given, expected one, or the left and the right leg of one day: "
            "use `shinsight history` for many"
        )
    sessions = [_of_shank(path) for path in paths]
    legs: list[Leg] = []
    for session in sessions:
        legs.append(_leg(session, lambda part: on_progress((len(legs) + part) / len(sessions))))
    for one, other in pairwise(legs):
        _refuse_unlike(one, other)
    return Report(tuple(sorted(legs, key=lambda leg: leg.side)))


def _of_shank(path: Path) -> SessionFolder:
    session = open_session(path)
    if session.sensor == FOOT:
        raise DataError(
            f"{path} was recorded on the foot, expected a session of the shin: report that one; "
            "`shinsight agreement` compares the two"
        )
    return session


def _leg(session: SessionFolder, on_progress: OnProgress) -> Leg:
    notes = read_notes(session.path)
    blocks: list[FrameBlock] = []
    found = analyze(session.path, overrides=Overrides(), on_progress=on_progress, on_frames=blocks.append)
    frames = FrameBlock.join(blocks)
    offset_rad = dorsiflexion_offset_rad(frames)
    kept = tuple(_seen(rep, frames, offset_rad) for rep in found.reps if notes.keeps(rep))
    return Leg(session=session, notes=notes, analysis=found, kept=kept, left_out=len(found.reps) - len(kept))


def _seen(rep: Rep, frames: FrameBlock, offset_rad: float) -> RepSeen:
    inside = frames[(frames.t_s >= rep.start_s) & (frames.t_s <= rep.end_s)]
    return RepSeen(rep, inside, onset_of(rep, inside, offset_rad=offset_rad))


def onset_of(rep: Rep, inside: FrameBlock, *, offset_rad: float) -> Onset | None:
    """Where the heel of a rep began to lift, None when its verdict is not that it did. inside: the rep's frames.

    The verdict's own angle of a lifted rep tells it: how far the shin leaned before the ankle rose. The live signal
    comes some 4 deg later, and on the way up of lifts that creep. offset_rad: dorsiflexion less inclination.
    """
    if rep.heel is not HeelState.UP:
        return None
    up = np.flatnonzero(inside.heel_code == _UP)
    if len(up) and up[0] == 0:
        return Onset(Where.BEFORE, nan, nan)
    if rep.peak_dorsiflexion_rad is None:
        return Onset(Where.UNKNOWN, nan, nan)
    left_rad = rep.peak_dorsiflexion_rad - offset_rad
    there = np.flatnonzero(inside.inclination_rad >= left_rad)
    if not len(there):
        return Onset(Where.UNKNOWN, nan, nan)
    bottom_rad = BOTTOM_SHARE * rep.peak_inclination_rad
    live_by_bottom = len(up) and (inside.t_s[up[0]] <= rep.bottom_s or inside.inclination_rad[up[0]] >= bottom_rad)
    if left_rad >= bottom_rad and not live_by_bottom:
        return Onset(Where.LATE, nan, nan)
    where = Where.BOTTOM if left_rad >= bottom_rad else Where.WAY_DOWN
    return Onset(where, float(inside.t_s[there[0]]), left_rad)


def _refuse_unlike(one: Leg, other: Leg) -> None:
    """Two sessions stand side by side only if they are two legs, measured alike, of one person on one day."""
    mine, others = one.analysis.settings, other.analysis.settings
    if mine.side is others.side:
        raise SettingsError(
            f"{one.session.path} and {other.session.path} are both of the {mine.side} leg, expected a left and a right "
            "one: `shinsight history` compares a leg with itself"
        )
    days = [leg.started.date().isoformat() if leg.started is not None else "" for leg in (one, other)]
    for what, first, second in (
        ("person", one.session.person, other.session.person),
        ("day", *days),
        ("exercise", mine.exercise, others.exercise),
        ("zero of the angle", mine.zero, others.zero),
        ("slope", f"{mine.slope_rad * DEG_PER_RAD:.0f}°", f"{others.slope_rad * DEG_PER_RAD:.0f}°"),
    ):
        if first and second and first != second:
            raise SettingsError(
                f"{one.session.path} and {other.session.path} differ in {what} ({first}, {second}), expected the same: "
                "make a report of each one"
            )
