"""What is measured, said once for live, replay and batch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..calibration.worn.guide import GuideSettings
from ..calibration.worn.saved import SavedCalibration
from ..detection.exercises import ExerciseProfile, profile_of
from ..detection.heel_live import LiveSettings
from ..detection.heel_verdict import VerdictSettings
from ..errors import SettingsError
from ..results import Side


@dataclass(frozen=True, kw_only=True, slots=True)
class PipelineSettings:
    """What is measured: exercise, side, zero of the angle and slope of the floor (toes-up positive, rad).

    profile: an exercise of your own, of that name (`doing` says both); None takes the one known by it.
    worn_flat: the board lies flat on the inner face of the shin bone, components outward, so its face tells the leg.
    saved: a calibration to use again while it fits; None starts with rocks.
    """

    exercise: str = "squat"
    side: Side = Side.RIGHT
    profile: ExerciseProfile | None = None
    zero: str = "standing"
    slope_rad: float = 0.0
    worn_flat: bool = False
    saved: SavedCalibration | None = None
    guide: GuideSettings = field(default_factory=GuideSettings)
    live: LiveSettings = field(default_factory=LiveSettings)
    verdict: VerdictSettings = field(default_factory=VerdictSettings)

    def __post_init__(self) -> None:
        if self.repetition.name != self.exercise:
            raise SettingsError(
                f"exercise is {self.exercise!r} but its profile is of {self.repetition.name!r}, expected one name"
            )
        if self.zero not in ("standing", "tibia"):
            raise SettingsError(f"zero is {self.zero!r}, expected standing or tibia")
        if not abs(self.slope_rad) < 0.8:
            raise SettingsError(f"slope is {self.slope_rad:.2f} rad, must lie within +-0.8 rad (45 deg)")

    @property
    def repetition(self) -> ExerciseProfile:
        """Thresholds of a repetition. Raises `SettingsError` for an unknown exercise without a profile."""
        return self.profile or profile_of(self.exercise)

    def doing(self, exercise: str | ExerciseProfile) -> PipelineSettings:
        """Return these settings for another exercise, by its name or as a profile. Raises `SettingsError`."""
        if isinstance(exercise, ExerciseProfile):
            return replace(self, exercise=exercise.name, profile=exercise)
        return self if exercise == self.exercise else replace(self, exercise=exercise, profile=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Overrides:
    """What the user gives in place of the recorded or default settings; None keeps those.

    profile: an exercise of your own, in place of a known one. slope_rad: toes up is positive. verdict, live: thresholds
    of the heel, for a whole rep and for the moment.
    """

    exercise: str | None = None
    profile: ExerciseProfile | None = None
    side: Side | None = None
    zero: str | None = None
    slope_rad: float | None = None
    verdict: VerdictSettings | None = None
    live: LiveSettings | None = None

    def apply(self, settings: PipelineSettings) -> PipelineSettings:
        """Return the settings with these values in place. Raises `SettingsError`."""
        doing = self.profile if self.profile is not None else self.exercise
        return replace(
            settings.doing(doing) if doing is not None else settings,
            side=self.side if self.side is not None else settings.side,
            zero=self.zero if self.zero is not None else settings.zero,
            slope_rad=self.slope_rad if self.slope_rad is not None else settings.slope_rad,
            verdict=self.verdict or settings.verdict,
            live=self.live or settings.live,
        )
