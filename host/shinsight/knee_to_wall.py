"""The weight-bearing lunge test: trials from reps and typed distances, and what may honestly be said of them.

A trial counts when the heel surely stayed down. Centimetres are compared with centimetres and degrees with degrees;
nothing is claimed inside the measurement error, and no ankle is called abnormal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot, nan, sqrt

from .norms import ANGLES, DISTANCE, MDC_ANGLE, MDC_DISTANCE, RISK_ANGLE_DEG, RISK_SOURCE, Norm
from .results import HeelState, Rep, Side
from .session_notes import SessionNotes
from .units import DEG_PER_RAD

EXERCISE = "knee_to_wall"
TRIALS = 3
OF_A_DIFFERENCE = 1.96 * sqrt(2.0)
"""Times the standard deviation of one value: what two values differ by with 5 % chance when nothing changed."""


@dataclass(frozen=True, slots=True)
class Trial:
    """number: from 1, of those not left out. angle_rad, sd_rad: dorsiflexion and its sd, None and NaN when the heel was
    not surely down. distance_cm: toe to wall, None while it is not typed."""

    number: int
    rep: Rep
    angle_rad: float | None
    sd_rad: float
    distance_cm: float | None

    @property
    def counts(self) -> bool:
        return self.rep.heel is HeelState.DOWN and self.angle_rad is not None

    @property
    def why_not(self) -> str:
        """Why it does not count, empty when it does."""
        if self.counts:
            return ""
        if self.rep.heel is HeelState.UP:
            return "the heel came up: does not count"
        return "not sure that the heel stayed down: does not count"


@dataclass(frozen=True, slots=True)
class LegResult:
    """Best and mean of the trials that count; None and NaN where there is none. sd: of the mean angle, of one trial."""

    side: Side
    counted: int
    best_cm: float | None
    mean_cm: float | None
    best_deg: float | None
    mean_deg: float | None
    sd_deg: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """text for the person, source of what it compares with (empty: our own measurement)."""

    text: str
    source: str = ""


def trials(reps: Iterable[Rep], notes: SessionNotes) -> tuple[Trial, ...]:
    """The reps that are not left out, in order."""
    kept = [rep for rep in reps if notes.keeps(rep)]
    return tuple(
        Trial(number, rep, rep.peak_dorsiflexion_rad, rep.peak_inclination_sd_rad, notes.distance_cm(rep))
        for number, rep in enumerate(kept, start=1)
    )


def leg_result(side: Side, of_leg: Sequence[Trial]) -> LegResult:
    """Of the first three trials that count."""
    counted = [trial for trial in of_leg if trial.counts][:TRIALS]
    angles = [trial.angle_rad * DEG_PER_RAD for trial in counted if trial.angle_rad is not None]
    distances = [trial.distance_cm for trial in counted if trial.distance_cm is not None]
    sds = [trial.sd_rad * DEG_PER_RAD for trial in counted]
    return LegResult(
        side=side,
        counted=len(counted),
        best_cm=max(distances, default=None),
        mean_cm=sum(distances) / len(distances) if distances else None,
        best_deg=max(angles, default=None),
        mean_deg=sum(angles) / len(angles) if angles else None,
        # Not divided by the root of the trials: most of the error is of the calibration, and the same in all of them.
        sd_deg=sum(sds) / len(sds) if sds else nan,
    )


def next_distance_cm(of_leg: Sequence[Trial]) -> float | None:
    """A suggestion: 1 cm further after a trial that counts, 1 cm nearer after one that does not; None before any."""
    last = next((trial for trial in reversed(of_leg) if trial.distance_cm is not None), None)
    if last is None or last.distance_cm is None:
        return None
    return max(0.0, last.distance_cm + (1.0 if last.counts else -1.0))


def verdict(left: LegResult | None, right: LegResult | None, *, zero: str) -> tuple[Sentence, ...]:
    """What may be said of one leg or both. zero: of the angles, see `PipelineSettings`."""
    legs = [leg for leg in (left, right) if leg is not None]
    said: list[Sentence] = []
    for leg in legs:
        said += _of_leg(leg, zero)
    if left is not None and right is not None:
        said += _between(left, right)
    if zero != "tibia" and any(leg.mean_deg is not None for leg in legs):
        said.append(
            Sentence(
                "The degrees count from your own standing; published ones count from the vertical, so they are not "
                "compared. Centimetres are."
            )
        )
    return tuple(said)


def _of_leg(leg: LegResult, zero: str) -> list[Sentence]:
    name = leg.side.value.capitalize()
    if leg.counted == 0:
        return [Sentence(f"{name}: no trial counts, so nothing is said of this leg.")]
    said = []
    if leg.counted < TRIALS:
        said.append(Sentence(f"{name}: {leg.counted} of {TRIALS} trials count; more make it steadier."))
    if leg.mean_cm is not None:
        said.append(_against(name, leg.mean_cm, DISTANCE, MDC_DISTANCE.value))
    if zero == "tibia" and leg.mean_deg is not None:
        error_deg = _error_deg(leg)
        said.append(_against(name, leg.mean_deg, ANGLES[0], error_deg))
        if leg.mean_deg < RISK_ANGLE_DEG - error_deg:
            said.append(Sentence(f"{name}: {leg.mean_deg:.0f}° is below {RISK_ANGLE_DEG:g}°.", RISK_SOURCE))
    return said


def _against(name: str, value: float, norm: Norm, error: float) -> Sentence:
    """Below, within or above mean +- sd; on a border nothing is claimed."""
    low, high = norm.mean - norm.sd, norm.mean + norm.sd
    range_words = f"what two of three healthy adults reach ({low:.0f} to {high:.0f} {norm.unit}, {norm.how})"
    source = f"{norm.source}, n = {norm.people}"
    shown = f"{value:.1f} {norm.unit}" if norm.unit == "cm" else f"{value:.0f}°"
    if value < low - error:
        return Sentence(f"{name}: {shown} is less than {range_words}.", source)
    if value > high + error:
        return Sentence(f"{name}: {shown} is more than {range_words}.", source)
    if low + error <= value <= high - error:
        return Sentence(f"{name}: {shown} is {range_words}.", source)
    return Sentence(
        f"{name}: {shown}, within the measurement error ({error:.1f} {norm.unit}) of {range_words}.", source
    )


def _between(left: LegResult, right: LegResult) -> list[Sentence]:
    said = []
    if left.mean_cm is not None and right.mean_cm is not None:
        said.append(_difference(left.mean_cm, right.mean_cm, MDC_DISTANCE.value, " cm", MDC_DISTANCE.source))
    if left.mean_deg is not None and right.mean_deg is not None:
        ours_deg = 1.96 * hypot(left.sd_deg, right.sd_deg)
        error_deg = max(MDC_ANGLE.value, ours_deg)
        source = MDC_ANGLE.source if error_deg == MDC_ANGLE.value else "our own stated error, the larger one"
        said.append(_difference(left.mean_deg, right.mean_deg, error_deg, "°", source))
    return said


def _difference(left: float, right: float, error: float, unit: str, source: str) -> Sentence:
    size = abs(left - right)
    more = "left" if left > right else "right"
    if size > error:
        return Sentence(
            f"The {more} leg reaches {size:.1f}{unit} more, beyond the measurement error ({error:.1f}{unit}).",
            source,
        )
    return Sentence(
        f"Left and right differ by {size:.1f}{unit}, within the measurement error ({error:.1f}{unit}).",
        source,
    )


def _error_deg(leg: LegResult) -> float:
    return max(MDC_ANGLE.value, OF_A_DIFFERENCE * leg.sd_deg)
