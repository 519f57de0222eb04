"""The weight-bearing lunge test: trials from reps and typed distances, and what can be concluded from them.

A trial counts when the heel was judged down. Centimetres are compared with centimetres and degrees with degrees;
nothing is claimed inside the measurement error, and no ankle is called abnormal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot, nan

from ..results import HeelState, Rep, Side
from ..session.notes import LONGEST_CM, SessionNotes
from ..units import DEG_PER_RAD
from .norms import ANGLES, DISTANCE, MDC_ANGLE, MDC_DISTANCE, RISK_ANGLE_DEG, RISK_SOURCE, Norm

EXERCISE = "knee_to_wall"
TRIALS = 3


@dataclass(frozen=True, slots=True)
class Trial:
    """number: from 1, of those not left out. angle_rad, sd_rad: dorsiflexion and its sd, None and NaN when the heel was
    not judged down. distance_cm: toe to wall, None while it is not typed."""

    number: int
    rep: Rep
    angle_rad: float | None
    sd_rad: float
    distance_cm: float | None

    @property
    def counts(self) -> bool:
        """Return whether the trial counts: whether the heel was judged down."""
        return self.angle_rad is not None

    @property
    def why_not(self) -> str:
        """Why it does not count, empty when it does."""
        if self.counts:
            return ""
        return "the heel came up" if self.rep.heel is HeelState.UP else "the heel state is unsure"


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
    """Return the reps that are not left out, in order.

    The last one is the last that is needed: after it the test of the leg is over.
    """
    found: list[Trial] = []
    counted = 0
    for rep in filter(notes.keeps, reps):
        if counted == TRIALS:
            break
        trial = Trial(len(found) + 1, rep, _angle_rad(rep), rep.peak_inclination_sd_rad, notes.distance_cm(rep))
        found.append(trial)
        counted += trial.counts
    return tuple(found)


def _angle_rad(rep: Rep) -> float | None:
    """A rep whose heel came up has an angle from before that, which is not the trial's."""
    return rep.peak_dorsiflexion_rad if rep.heel is HeelState.DOWN else None


def leg_result(side: Side, of_leg: Sequence[Trial]) -> LegResult:
    """Summarise the trials of one leg that count."""
    counted = [trial for trial in of_leg if trial.counts]
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
    """Suggest the next distance: 1 cm further after a trial that counts, 1 cm nearer after a heel that came up, the
    same again after an unsure one; None before any distance is known."""
    last = next((trial for trial in reversed(of_leg) if trial.distance_cm is not None), None)
    if last is None or last.distance_cm is None:
        return None
    step_cm = 1.0 if last.counts else -1.0 if last.rep.heel is HeelState.UP else 0.0
    return min(LONGEST_CM, max(0.0, last.distance_cm + step_cm))


def verdict(left: LegResult | None, right: LegResult | None, *, zero: str) -> tuple[Sentence, ...]:
    """Return the conclusions for one leg or both. zero: of the angles, see `PipelineSettings`."""
    legs = [leg for leg in (left, right) if leg is not None]
    said: list[Sentence] = []
    for leg in legs:
        said += _of_leg(leg, zero)
    if left is not None and right is not None:
        said += _between(left, right)
    if zero != "tibia" and any(leg.mean_deg is not None for leg in legs):
        said.append(
            Sentence(
                "The degrees count from your own standing posture. Published ones count from the vertical, so only the "
                "centimetres are compared."
            )
        )
    return tuple(said)


def _of_leg(leg: LegResult, zero: str) -> list[Sentence]:
    name = leg.side.value.capitalize()
    if leg.counted == 0:
        return [Sentence(f"{name}: no trial counts, so there is no result for this leg.")]
    said = []
    if leg.counted < TRIALS:
        are = "trial counts" if leg.counted == 1 else "trials count"
        said.append(Sentence(f"{name}: only {leg.counted} {are}, not {TRIALS}; treat it with care."))
    if leg.mean_cm is not None:
        shown = f"{name}: {leg.mean_cm:.1f} cm"
        said.append(_against(shown, leg.mean_cm, (DISTANCE,), MDC_DISTANCE.value, MDC_DISTANCE.source))
    if zero == "tibia" and leg.mean_deg is not None:
        shown, (error_deg, error_source) = f"{name}: {leg.mean_deg:.0f}°", angle_error_deg(leg.sd_deg, leg.sd_deg)
        said.append(_against(shown, leg.mean_deg, ANGLES, error_deg, error_source))
        said.append(_against_risk(shown, leg.mean_deg, error_deg, error_source))
    return said


def _against(shown: str, value: float, norms: Sequence[Norm], error: float, error_source: str) -> Sentence:
    """Below, within or above mean ± sd. Nothing is claimed within the error of its ends, nor where `norms`, taken at
    several places on the shin, do not agree."""
    lows, highs = [norm.mean - norm.sd for norm in norms], [norm.mean + norm.sd for norm in norms]
    usual = " or ".join(f"{low:.1f} to {high:.1f}" for low, high in zip(lows, highs, strict=True))
    usual = f"the usual {usual} {norms[0].unit} (two of three healthy adults)"
    source = "; ".join(dict.fromkeys(f"{norm.source}, {norm.people} people" for norm in norms))
    source += f"; error: {error_source}"
    if value < min(lows) - error:
        return Sentence(f"{shown} is below {usual}.", source)
    if value > max(highs) + error:
        return Sentence(f"{shown} is above {usual}.", source)
    if max(lows) + error <= value <= min(highs) - error:
        return Sentence(f"{shown} is within {usual}.", source)
    return Sentence(
        f"{shown}: this test cannot tell whether that is inside or outside {usual}. The measurement error is "
        f"{error:.1f} {norms[0].unit}.",
        source,
    )


def _against_risk(shown: str, value_deg: float, error_deg: float, error_source: str) -> Sentence:
    limit = f"{RISK_ANGLE_DEG:g}° (the limit of a study of young athletes, not of one person)"
    source = f"{RISK_SOURCE}; error: {error_source}"
    if abs(value_deg - RISK_ANGLE_DEG) <= error_deg:
        return Sentence(f"{shown} is too close to {limit} to tell on which side it lies.", source)
    return Sentence(f"{shown} is {'below' if value_deg < RISK_ANGLE_DEG else 'above'} {limit}.", source)


def _between(left: LegResult, right: LegResult) -> list[Sentence]:
    said = []
    if left.mean_cm is not None and right.mean_cm is not None:
        said.append(difference(left.mean_cm, right.mean_cm, " cm", MDC_DISTANCE.value, MDC_DISTANCE.source))
    if left.mean_deg is not None and right.mean_deg is not None:
        said.append(difference(left.mean_deg, right.mean_deg, "°", *angle_error_deg(left.sd_deg, right.sd_deg)))
    return said


def difference(left: float, right: float, unit: str, error: float, error_source: str) -> Sentence:
    """Compare two legs, of which `error` is what they may differ by when nothing differs."""
    size = abs(left - right)
    if size > error:
        more = "left" if left > right else "right"
        return Sentence(
            f"The {more} leg reaches {size:.1f}{unit} further, beyond the measurement error ({error:.1f}{unit}).",
            f"error: {error_source}",
        )
    return Sentence(
        f"Left and right differ by {size:.1f}{unit}, within the measurement error ({error:.1f}{unit}): "
        "no difference is shown.",
        f"error: {error_source}",
    )


def angle_error_deg(one_sd_deg: float, other_sd_deg: float) -> tuple[float, str]:
    """What two angles may differ by when nothing differs (95 %): the published figure or ours, whichever is larger."""
    ours_deg = 1.96 * hypot(one_sd_deg, other_sd_deg)
    if ours_deg > MDC_ANGLE.value:
        return ours_deg, f"this measurement's own, larger than the published {MDC_ANGLE.value:g}° (Powden 2015)"
    return MDC_ANGLE.value, MDC_ANGLE.source
