"""What every export starts from: a session, measured again, with orientations that know their future."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from ..analysis.analysis import Analysis, OnProgress, analyze, no_callback
from ..errors import DataError
from ..fusion.smoothed import smoothed_quaternions
from ..pipeline.measurement import Outcome
from ..pipeline.settings import Overrides
from ..results import FOOT, HEEL_STATES, FrameBlock, HeelState, Rep
from ..samples import FloatArray, SampleBlock, SampleFlag
from ..session.folder import SessionClock, SessionFolder, open_session
from ..stream.link_health import LinkHealth

LONGEST_STEP = 2.5
"""Sample periods. Between samples further apart nothing is known."""
TILTED_RAD = np.radians(8.0)
"""Tilts of so much and more say which way is forward."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Trial:
    """samples, frames and q_earth_from_sensor (n, 4; w, x, y, z) have a row for each other.

    Earth has z up, and x forward of the leg as it bent (`_headed`).
    """

    session: SessionFolder
    analysis: Analysis
    samples: SampleBlock
    frames: FrameBlock
    q_earth_from_sensor: FloatArray

    @property
    def letter(self) -> str:
        """`r` or `l`, as OpenSim and C3D name a leg."""
        return self.analysis.settings.side.value[0]

    @property
    def name(self) -> str:
        """What its files are called."""
        return self.session.path.resolve().name

    @property
    def reps(self) -> tuple[Rep, ...]:
        """Return the repetitions, in order."""
        return self.analysis.reps

    @property
    def surely_down(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Rows (n,) with a dorsiflexion: the heel was judged down."""
        down = self.frames.heel_code == HEEL_STATES.index(HeelState.DOWN)
        return np.asarray(down & np.isfinite(self.frames.dorsiflexion_rad))

    @property
    def started(self) -> datetime:
        """When it was recorded. Raises `DataError` when the session has no date."""
        try:
            return datetime.fromisoformat(self.session.started)
        except ValueError:
            raise DataError(
                f"{self.session.path} does not say when it was recorded (its session.json is missing or damaged); "
                "choose a format that needs no date, such as parquet"
            ) from None


def read_trial(path: Path, *, on_progress: OnProgress = no_callback) -> Trial:
    """Measure a session folder. Raises `DataError` when it is not one, or has nothing to export."""
    session = open_session(path)
    if session.sensor == FOOT:
        raise DataError(f"{path} was recorded on the foot, expected a sensor on the shank: give the shin's folder")
    samples: list[SampleBlock] = []
    frames: list[FrameBlock] = []

    def keep(outcome: Outcome, _: LinkHealth) -> None:
        samples.append(outcome.samples)
        frames.append(outcome.frames)

    found = analyze(path, overrides=Overrides(), on_progress=on_progress, on_outcome=keep)
    all_samples, all_frames = SampleBlock.join(samples), FrameBlock.join(frames)
    if len(all_samples) != len(all_frames):
        raise DataError(f"{path}: {len(all_samples)} samples and {len(all_frames)} frames, expected as many")
    q = smoothed_quaternions(all_samples, rate_hz=found.rate_hz)
    return Trial(
        session=session,
        analysis=found,
        samples=all_samples,
        frames=all_frames,
        q_earth_from_sensor=_headed(q, all_frames.inclination_rad),
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Grid:
    """Legs on one even time. t_s : (n,) from 0; known : (n,) where every leg has samples around it.

    own_s: (n,) for each leg, the same moments on its own clock.
    """

    rate_hz: float
    t_s: FloatArray
    known: np.ndarray[tuple[int], np.dtype[np.bool_]]
    own_s: tuple[FloatArray, ...]


def even_grid(trials: Sequence[Trial]) -> Grid:
    """Even times in which all trials have samples. Raises `DataError` when they were not recorded together."""
    clocks = _clocks(trials)
    spans = [clock.unix_s(trial.samples.t_s[[0, -1]]) for trial, clock in zip(trials, clocks, strict=True)]
    start, stop = max(float(span[0]) for span in spans), min(float(span[1]) for span in spans)
    rate_hz = round(trials[0].analysis.rate_hz, 3)
    if stop - start < 1.0 / rate_hz:
        names = " and ".join(str(trial.session.path) for trial in trials)
        raise DataError(f"{names} have no time in common, expected legs recorded together; export them one by one")
    t_s = np.arange(int((stop - start) * rate_hz) + 1) / rate_hz
    own = tuple(clock.t_s(start + t_s) for clock in clocks)
    known = np.logical_and.reduce([_known(trial.samples, at) for trial, at in zip(trials, own, strict=True)])
    return Grid(rate_hz=rate_hz, t_s=t_s, known=known, own_s=own)


def at_times(trial: Trial, t_s: FloatArray) -> FloatArray:
    """(len(t_s), 4): orientations at times within the trial, on the shortest way between those of its samples."""
    turn = Slerp(trial.samples.t_s, Rotation.from_quat(trial.q_earth_from_sensor, scalar_first=True))
    within = np.clip(t_s, trial.samples.t_s[0], trial.samples.t_s[-1])
    q: FloatArray = turn(within).as_quat(scalar_first=True)
    return q


def _clocks(trials: Sequence[Trial]) -> list[SessionClock]:
    """From each trial's t_s to one time, which is the only one's own, or the computer's since the first t_s was 0."""
    if len(trials) == 1:
        return [SessionClock(t0_unix_s=0.0, drift_ppm=0.0)]
    clocks = []
    for trial in trials:
        clock = trial.session.clock
        if clock is None:
            raise DataError(
                f"{trial.session.path} does not say when its t_s was 0 on the computer's clock, so it cannot be "
                "aligned with another leg; export the legs one by one"
            )
        clocks.append(clock)
    return [replace(clock, t0_unix_s=clock.t0_unix_s - clocks[0].t0_unix_s) for clock in clocks]


def _known(samples: SampleBlock, t_s: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether there is a sample close before and close after each time, and no gap between them."""
    after = np.clip(np.searchsorted(samples.t_s, t_s), 1, len(samples) - 1)
    step = samples.t_s[after] - samples.t_s[after - 1]
    gap = samples.flags[after] & SampleFlag.GAP != 0
    return np.asarray((step <= LONGEST_STEP * np.median(np.diff(samples.t_s))) & ~gap)


def _headed(q: FloatArray, inclination_rad: FloatArray) -> FloatArray:
    """Turn the earth about the vertical until the leg bends forward towards +x.

    Without a magnetometer every sensor has a own heading, which is arbitrary; so two legs would stand
    crosswise in a model. Leaning forward is a turn about the earth's +y, so the mean axis of those turns is placed
    there. A leg that never leans (no reps, no calibration) keeps its heading.
    """
    tilted = np.flatnonzero(np.nan_to_num(inclination_rad) > TILTED_RAD)
    upright = np.flatnonzero(np.abs(np.nan_to_num(inclination_rad, nan=np.inf)) < TILTED_RAD / 4)
    if not len(tilted) or not len(upright):
        return q
    turns = Rotation.from_quat(q, scalar_first=True)
    standing = turns[upright[np.clip(np.searchsorted(upright, tilted) - 1, 0, None)]]  # the last before each: drift
    x, y, _ = (turns[tilted] * standing.inv()).as_rotvec().sum(axis=0)
    to_y = Rotation.from_euler("z", np.pi / 2 - np.arctan2(y, x))
    headed: FloatArray = (to_y * turns).as_quat(scalar_first=True)
    return headed
