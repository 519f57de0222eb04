"""Keeps the newest values of one sensor for a view, from its updates. It has no widgets and no clock.

The window and the text view show the same state, so they cannot disagree on a rep or a silence.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isnan, nan

from ..results import (
    HEEL_STATES,
    PHASES,
    CalibrationReport,
    Event,
    FrameBlock,
    HeelFlag,
    HeelState,
    Notice,
    PhaseChange,
    Rep,
    RockDone,
    StillFor,
)
from ..samples import Phase
from ..stream.link_health import LinkHealth

SILENT_AFTER_S = 2.0
"""After this time without a frame, the last number is no longer shown as the present one."""
LISTED_REPS = 200
"""Reps a view lists; the session folder has them all."""


class HeelBadge(StrEnum):
    """Names the state that the heel badge shows."""

    DOWN = "down"
    UP = "up"
    UNSURE = "unsure"
    CALIBRATING = "calibrating"
    NOT_READY = "not ready"
    NO_DATA = "no data"


BADGE_OF_HEEL = {
    HeelState.DOWN: HeelBadge.DOWN,
    HeelState.UP: HeelBadge.UP,
    HeelState.UNSURE: HeelBadge.UNSURE,
}


@dataclass(slots=True)
class SensorState:
    """Holds the newest values of one sensor. `now_s` of the methods is the viewer's monotonic clock."""

    phase: Phase = Phase.NONE
    inclination_rad: float = nan
    dorsiflexion_rad: float = nan
    heel: HeelState = HeelState.UNSURE
    instruction: str = ""
    asked_s: float = nan
    """When the instruction was given, on the board's clock."""
    still: StillFor | None = None
    rock: RockDone | None = None
    calibration: CalibrationReport | None = None
    reps: deque[Rep] = field(default_factory=lambda: deque(maxlen=LISTED_REPS))
    refusals: int = 0
    ready_s: float | None = None
    """When measuring began, on the viewer's clock; None before it begins."""
    notice: Notice | None = None
    notices: int = 0
    notice_by_code: Mapping[str, Notice] = field(default_factory=dict)
    """The newest notice of each code. A notice replaces the mapping, so a copy of the state keeps its own."""
    health: LinkHealth | None = None
    _last_frame_s: float | None = None

    def apply(self, frames: FrameBlock, events: tuple[Event, ...], health: LinkHealth | None, *, now_s: float) -> None:
        """Add new frames, events and health."""
        self.health = health if health is not None else self.health
        for event in events:
            self._note(event, now_s)
        if len(frames):
            self._last_frame_s = now_s
            self.phase = PHASES[frames.phase_code[-1]]
            self.inclination_rad = float(frames.inclination_rad[-1])
            self.dorsiflexion_rad = float(frames.dorsiflexion_rad[-1])
            self.heel = HEEL_STATES[frames.heel_code[-1]]

    def _note(self, event: Event, now_s: float) -> None:
        match event:
            case Rep():
                self.reps.append(event)
            case PhaseChange():
                self.instruction, self.asked_s = event.text, event.t_s
                self.still = self.rock = None
                self.ready_s = now_s if event.phase is Phase.SET else None
            case StillFor():
                self.still = event
            case RockDone():
                self.rock = event
            case CalibrationReport():
                self.calibration = event
                self.refusals = 0 if event.accepted else self.refusals + 1
                self.rock = None
            case Notice():
                self.notice = event
                self.notices += 1
                self.notice_by_code = {**self.notice_by_code, event.code: event}
            case HeelFlag():
                pass  # every frame has the heel state already; the flag is for sounds and logs

    @property
    def rep_count(self) -> int:
        """Number of the newest rep, 0 before the first."""
        return self.reps[-1].number if self.reps else 0

    def silent_s(self, *, now_s: float) -> float | None:
        """Return the seconds since the last frame, None before the first."""
        return None if self._last_frame_s is None else now_s - self._last_frame_s

    def badge(self, *, now_s: float) -> HeelBadge:
        """Return what the heel badge shows now."""
        silent_s = self.silent_s(now_s=now_s)
        if silent_s is None or silent_s >= SILENT_AFTER_S:
            return HeelBadge.NO_DATA
        if self.phase in (Phase.STAND, Phase.ROCKS):
            return HeelBadge.CALIBRATING
        if isnan(self.inclination_rad):
            return HeelBadge.NOT_READY
        return BADGE_OF_HEEL[self.heel]
