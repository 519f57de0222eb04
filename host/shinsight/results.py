"""What the pipeline returns: frames (one per sample), reps, the calibration's report, notices.

Values only, SI inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .samples import FlagArray, FloatArray, Phase, SampleBlock, Vector


class Side(StrEnum):
    """Lists the sides of the body."""

    LEFT = "left"
    RIGHT = "right"


class HeelState(StrEnum):
    """Lists what can be known of a heel: down, up, or unsure."""

    DOWN = "down"
    UP = "up"
    UNSURE = "unsure"


SHANK, FOOT = "shank", "foot"
"""Where a sensor sits."""
HEEL_STATES: tuple[HeelState, ...] = (HeelState.DOWN, HeelState.UP, HeelState.UNSURE)
"""Order of the codes in `FrameBlock.heel_code`."""
PHASES: tuple[Phase, ...] = (Phase.NONE, Phase.STAND, Phase.ROCKS, Phase.SET)
"""Order of the codes in `FrameBlock.phase_code`."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The values that the causal path knows at one sample.

    inclination_rad: forward tilt of the shank from its standing pose, NaN before the stance is known.
    dorsiflexion_rad: NaN unless the heel is down. knee_in_rad: medial shank tilt from standing.
    ankle_rise_m: height of the ankle above its flat-foot height, with its standard deviation.
    """

    t_s: float
    phase: Phase
    inclination_rad: float
    dorsiflexion_rad: float
    knee_in_rad: float
    ankle_rise_m: float
    ankle_rise_sd_m: float
    heel: HeelState
    flags: int


@dataclass(frozen=True, slots=True, eq=False)
class FrameBlock:
    """Frames as read-only arrays of n. `heel_code` and `phase_code` index `HEEL_STATES` and `PHASES`."""

    t_s: FloatArray
    phase_code: NDArray[np.uint8]
    inclination_rad: FloatArray
    dorsiflexion_rad: FloatArray
    knee_in_rad: FloatArray
    ankle_rise_m: FloatArray
    ankle_rise_sd_m: FloatArray
    heel_code: NDArray[np.uint8]
    flags: FlagArray

    def __len__(self) -> int:
        return len(self.t_s)

    def __getitem__(self, rows: slice | NDArray[np.bool_]) -> FrameBlock:
        return FrameBlock(*(getattr(self, f.name)[rows] for f in fields(FrameBlock)))

    @staticmethod
    def join(blocks: Sequence[FrameBlock]) -> FrameBlock:
        """Join blocks into one, in the order given."""
        if not blocks:
            return FrameBlock.of([])
        names = [f.name for f in fields(FrameBlock)]
        return FrameBlock(*(np.concatenate([getattr(b, name) for b in blocks]) for name in names))

    @staticmethod
    def of(frames: Sequence[Frame]) -> FrameBlock:
        """Return the block of these frames."""

        def column(name: str) -> FloatArray:
            return np.array([getattr(f, name) for f in frames], dtype=np.float64)

        return FrameBlock(
            column("t_s"),
            np.array([PHASES.index(f.phase) for f in frames], dtype=np.uint8),
            column("inclination_rad"),
            column("dorsiflexion_rad"),
            column("knee_in_rad"),
            column("ankle_rise_m"),
            column("ankle_rise_sd_m"),
            np.array([HEEL_STATES.index(f.heel) for f in frames], dtype=np.uint8),
            np.array([f.flags for f in frames], dtype=np.uint8),
        )


@dataclass(frozen=True, slots=True)
class Rep:
    """One repetition, reported when it has ended. Inclinations are relative to standing, sagittal plane.

    peak_dorsiflexion_rad: largest inclination while the heel was down; None when it was never judged down.
    peak_inclination_sd_rad: standard deviation of both.
    heel, ankle_rise_m, ankle_rise_sd_m, heel_lift_log_odds: the verdict of the whole rep (judged after its end);
    heel_lift_log_odds: log odds of a lift. live_heel, live_flag_s: the causal path alone;
    live_flag_s is the time at which the heel-up flag came on, None if it did not.
    knee_in_rad: largest medial tilt of the shank during the rep.
    """

    number: int
    start_s: float
    bottom_s: float
    end_s: float
    peak_inclination_rad: float
    peak_dorsiflexion_rad: float | None
    peak_inclination_sd_rad: float
    heel: HeelState
    ankle_rise_m: float
    ankle_rise_sd_m: float
    heel_lift_log_odds: float
    live_heel: HeelState
    live_flag_s: float | None
    knee_in_rad: float

    @property
    def descent_s(self) -> float:
        """Return the time from the start to the bottom, s."""
        return self.bottom_s - self.start_s

    @property
    def ascent_s(self) -> float:
        """Return the time from the bottom to the end, s."""
        return self.end_s - self.bottom_s


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """Result of the guided calibration. quality in [0, 1]; problems name what was wrong, in plain words, or of an
    accepted one what should be known.

    ankle_lever_m: sensor to ankle in the *sensor* frame (an effective lever: it absorbs repeatable soft-tissue motion).
    """

    t_s: float
    accepted: bool
    quality: float
    problems: tuple[str, ...]
    ankle_lever_m: Vector


@dataclass(frozen=True, slots=True)
class PhaseChange:
    """What the person is asked to do from now on. `text` is the instruction to show or speak."""

    t_s: float
    phase: Phase
    text: str


@dataclass(frozen=True, slots=True)
class StillFor:
    """The person has stood still for `still_s` whole seconds of `wanted_s`; 0 after a movement."""

    t_s: float
    still_s: int
    wanted_s: float


@dataclass(frozen=True, slots=True)
class RockDone:
    """A calibration rock was counted: `number` of `wanted`."""

    t_s: float
    number: int
    wanted: int


@dataclass(frozen=True, slots=True)
class HeelFlag:
    """The live heel-up flag came on (`up` True) or went off."""

    t_s: float
    up: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning with a short code for programs and a text naming value, place and remedy."""

    t_s: float
    code: str
    text: str


Event = Rep | CalibrationReport | PhaseChange | StillFor | RockDone | HeelFlag | Notice


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A recording on an even time axis. phases: one for each sample; notices: what was corrected or looks wrong."""

    samples: SampleBlock
    phases: tuple[Phase, ...]
    rate_hz: float
    notices: tuple[Notice, ...]
