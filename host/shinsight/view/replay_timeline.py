"""Gives the state and the curve of a recorded session at any moment, as a live view had them then.

A session is measured once. Each event keeps the moment at which it became known; for a rep that is about a third of a
second after its end. A complete state is stored every `KEPT_EVERY` events, so any moment needs a look-up and a few
events, never a run through the session.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from copy import copy
from dataclasses import fields
from math import inf
from pathlib import Path

import numpy as np

from ..analysis.analysis import Analysis, OnProgress, analyze, no_callback
from ..errors import DataError
from ..pipeline.measurement import Outcome
from ..pipeline.settings import Overrides
from ..results import FOOT, Event, FrameBlock, Notice, Rep
from ..samples import FloatArray
from ..session.folder import SessionClock, open_session
from ..stream.link_health import LinkHealth
from .ring import FrameRing
from .state import SensorState

KEPT_EVERY = 64
"""Events between two stored states."""
HEALTH_EVERY_S = 0.5
SHOWN_S = 60.0
"""Length of the curve that a live view has."""
OWN_CLOCK = SessionClock(t0_unix_s=0.0, drift_ppm=0.0)
_NO_FRAMES = FrameBlock.of(())


class ReplayTimeline:
    """Holds an analysed session. Times named `at_s` are the viewer's seconds; `clock` converts the session's times.

    frames: all frames of the session. known_s : session times at which each of `events` became known. healths: states
    of the link, each with the time from which it holds. verdicts : (at_s, rep), when each verdict became known.
    """

    def __init__(
        self,
        analysis: Analysis,
        *,
        frames: FrameBlock,
        events: Sequence[Event],
        known_s: Sequence[float],
        healths: Sequence[tuple[float, LinkHealth]],
        clock: SessionClock = OWN_CLOCK,
    ) -> None:
        self.analysis = analysis
        self.frames = frames
        self.clock = clock
        self._of_session = (tuple(events), tuple(known_s), tuple(healths))
        self.frame_at_s: FloatArray = clock.unix_s(frames.t_s)
        self._events = tuple(events)
        self._known_at_s: list[float] = clock.unix_s(np.array(known_s, dtype=np.float64)).tolist()
        self._health_at_s: list[float] = clock.unix_s(np.array([t_s for t_s, _ in healths])).tolist()
        self._healths = tuple(health for _, health in healths)
        self.verdicts = tuple(
            (at_s, event) for at_s, event in zip(self._known_at_s, self._events, strict=True) if isinstance(event, Rep)
        )
        self._kept = self._states()

    @property
    def first_s(self) -> float:
        """Return the viewer's time of the first frame, s."""
        return float(self.frame_at_s[0])

    @property
    def last_s(self) -> float:
        """Return the viewer's time of the last frame, s."""
        return float(self.frame_at_s[-1])

    def on(self, clock: SessionClock, *, notices: Sequence[str] = ()) -> ReplayTimeline:
        """Return the same session on another clock of the viewer. notices: texts to show from the start."""
        events, known_s, healths = self._of_session
        first_s = float(self.frames.t_s[0])
        events = (*(Notice(first_s, "replay", text) for text in notices), *events)
        known_s = (*(first_s for _ in notices), *known_s)
        return ReplayTimeline(
            self.analysis, frames=self.frames, events=events, known_s=known_s, healths=healths, clock=clock
        )

    def state(self, at_s: float) -> SensorState:
        """Return a copy of the state at that moment."""
        known = bisect_right(self._known_at_s, at_s)
        kept = known // KEPT_EVERY
        state = _copy(self._kept[kept])
        self._fold(state, kept * KEPT_EVERY, known)
        row = int(np.searchsorted(self.frame_at_s, at_s, side="right"))
        health = bisect_right(self._health_at_s, at_s)
        newest = self.frames[max(0, row - 1) : row]
        now_s = float(self.frame_at_s[row - 1]) if row else at_s
        state.apply(newest, (), self._healths[health - 1] if health else None, now_s=now_s)
        return state

    def recent(self, at_s: float) -> FrameRing:
        """Return the last `SHOWN_S` of frames at that moment."""
        first, end = np.searchsorted(self.frame_at_s, (at_s - SHOWN_S, at_s), side="right").tolist()
        ring = FrameRing(capacity=max(1, end - first))
        ring.extend(self.frames[first:end])
        return ring

    def at_s(self, t_s: float) -> float:
        """Convert a time of the session to the viewer's time."""
        return float(self.clock.unix_s(np.array([t_s]))[0])

    def _states(self) -> list[SensorState]:
        state, kept = SensorState(), [SensorState()]
        for start in range(0, len(self._events) - KEPT_EVERY + 1, KEPT_EVERY):
            self._fold(state, start, start + KEPT_EVERY)
            kept.append(_copy(state))
        return kept

    def _fold(self, state: SensorState, start: int, stop: int) -> None:
        for event, known_at_s in zip(self._events[start:stop], self._known_at_s[start:stop], strict=True):
            state.apply(_NO_FRAMES, (event,), None, now_s=known_at_s)


def read_timeline(path: Path, *, overrides: Overrides, on_progress: OnProgress = no_callback) -> ReplayTimeline:
    """Measure a session folder, its raw log or an `imu.csv`. Raises `DataError` or `SettingsError`."""
    if path.is_dir() and open_session(path).sensor == FOOT:
        raise DataError(f"{path} was recorded on the foot, expected a shin: `shinsight agreement` compares the two")
    blocks: list[FrameBlock] = []
    events: list[Event] = []
    known_s: list[float] = []
    healths: list[tuple[float, LinkHealth]] = []
    now_s = -inf

    def remember(outcome: Outcome, health: LinkHealth) -> None:
        nonlocal now_s
        if len(outcome.frames):
            blocks.append(outcome.frames)
            now_s = float(outcome.frames.t_s[-1])
            if not healths or now_s - healths[-1][0] >= HEALTH_EVERY_S:
                healths.append((now_s, health))
        events.extend(outcome.events)
        known_s.extend([now_s] * len(outcome.events))

    analysis = analyze(path, overrides=overrides, on_progress=on_progress, on_outcome=remember)
    # Repairs before the measurement and warnings about the whole recording are known from the start.
    measured = {id(event) for event in events}
    whole = [Notice(0.0, "recording", text) for text in analysis.warnings]
    whole += [event for event in analysis.events if isinstance(event, Notice) and id(event) not in measured]
    frames = FrameBlock.join(blocks)
    return ReplayTimeline(
        analysis,
        frames=frames,
        events=(*whole, *events),
        known_s=[max(float(frames.t_s[0]), t_s) for t_s in (*(-inf for _ in whole), *known_s)],
        healths=healths,
    )


def _copy(state: SensorState) -> SensorState:
    """Copy a state together with its collections."""
    return SensorState(**{field.name: copy(getattr(state, field.name)) for field in fields(SensorState)})
