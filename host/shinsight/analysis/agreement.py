"""How far a shin and a foot sensor agree on the same repetitions: counts, shares, limits of agreement.

The foot is the reference: its pitch shows a lifted heel directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from ..detection.foot_heel import FootRep
from ..kinematics.foot import FootLengths
from ..results import HEEL_STATES, HeelState, Rep
from ..session.json_forms import Json, number, rep_dict
from ..units import DEG_PER_RAD, MM_PER_M
from .analysis import Analysis

SHOWN_LIFT_M = 0.010
"""Heel lift that the shin promises to tell."""


@dataclass(frozen=True, slots=True)
class RepPair:
    """A repetition as shin and foot saw it. shin_lift_m: of the rear edge of the heel, from the ankle's rise, NaN where
    unknown."""

    rep: Rep
    foot: FootRep
    shin_lift_m: float

    @property
    def agree(self) -> bool | None:
        """None where one of them is unsure."""
        if HeelState.UNSURE in (self.rep.heel, self.foot.heel):
            return None
        return self.rep.heel is self.foot.heel


@dataclass(frozen=True, slots=True)
class Share:
    """count of `of`."""

    count: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share (Wilson 1927)."""
        from scipy.stats import binomtest  # loads for a second

        if self.of == 0:
            return (0.0, 1.0)
        found = binomtest(self.count, self.of).proportion_ci(method="wilson")
        return (float(found.low), float(found.high))


@dataclass(frozen=True, slots=True)
class Limits:
    """Shin minus foot over n repetitions: mean and 95 % limits of agreement, NaN where n is too small (Bland & Altman
    1986)."""

    n: int
    bias: float
    low: float
    high: float

    @staticmethod
    def of(differences: Sequence[float]) -> Limits:
        """Return the limits of agreement of the differences that are finite."""
        known = [d for d in differences if isfinite(d)]
        bias = float(np.mean(known)) if known else float("nan")
        spread = 1.96 * float(np.std(known, ddof=1)) if len(known) > 1 else float("nan")
        return Limits(len(known), bias, bias - spread, bias + spread)


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """shin: the analysis of its session. rocked: the foot's arch was learned in rocks. pairs: one for each repetition
    that both sensors saw."""

    shin: Analysis
    lengths: FootLengths
    rocked: bool
    pairs: tuple[RepPair, ...]
    warnings: tuple[str, ...]

    def count(self, shin: HeelState, foot: HeelState) -> int:
        """Count the repetitions for which the shin and the foot sensor give these heel states."""
        return sum(1 for pair in self.pairs if pair.rep.heel is shin and pair.foot.heel is foot)

    @property
    def same(self) -> Share:
        """Of the repetitions of which neither is unsure."""
        decided = [pair.agree for pair in self.pairs if pair.agree is not None]
        return Share(sum(decided), len(decided))

    @property
    def lifts_found(self) -> Share:
        """Of the foot's lifts of at least `SHOWN_LIFT_M`, those that the shin's verdict calls up."""
        return _share([pair.rep.heel for pair in self.pairs if _clear_lift(pair.foot)])

    @property
    def lifts_flagged(self) -> Share:
        """The same of the live flag."""
        return _share([pair.rep.live_heel for pair in self.pairs if _clear_lift(pair.foot)])

    @property
    def false_alarms(self) -> Share:
        """Of the repetitions in which the foot stayed flat, those that the shin's verdict calls up."""
        return _share([pair.rep.heel for pair in self.pairs if pair.foot.heel is HeelState.DOWN])

    @property
    def lift_limits(self) -> Limits:
        """Height of the heel, m."""
        return Limits.of([pair.shin_lift_m - pair.foot.heel_lift_m for pair in self.pairs])

    @property
    def dorsiflexion_limits(self) -> Limits:
        """Peak dorsiflexion, rad, where the shin has one."""
        known = [(p.rep.peak_dorsiflexion_rad, p.foot.peak_dorsiflexion_rad) for p in self.pairs]
        return Limits.of([shin - foot for shin, foot in known if shin is not None])


def _clear_lift(foot: FootRep) -> bool:
    return foot.heel is HeelState.UP and foot.heel_lift_m >= SHOWN_LIFT_M


def _share(states: Sequence[HeelState]) -> Share:
    return Share(states.count(HeelState.UP), len(states))


def agreement_dict(found: Agreement) -> dict[str, Json]:
    """What `shinsight agreement --json` prints (docs/foot-sensor.md)."""
    return {
        "exercise": found.shin.settings.exercise,
        "side": found.shin.settings.side.value,
        "foot_length_cm": number(found.lengths.foot_m * 100.0, 2),
        "rocked": found.rocked,
        "reps": [_pair_dict(pair) for pair in found.pairs],
        "table": {
            f"shin_{shin}": {f"foot_{foot}": found.count(shin, foot) for foot in HEEL_STATES} for shin in HEEL_STATES
        },
        "same": _share_dict(found.same),
        "lifts_found": _share_dict(found.lifts_found),
        "lifts_flagged": _share_dict(found.lifts_flagged),
        "false_alarms": _share_dict(found.false_alarms),
        "heel_lift_mm": _limits_dict(found.lift_limits, MM_PER_M),
        "dorsiflexion_deg": _limits_dict(found.dorsiflexion_limits, DEG_PER_RAD),
        "warnings": list(found.warnings),
    }


def _pair_dict(pair: RepPair) -> dict[str, Json]:
    foot = pair.foot
    return {
        "shin": {**rep_dict(pair.rep), "heel_lift_mm": number(pair.shin_lift_m * MM_PER_M)},
        "foot": {
            "heel": foot.heel.value,
            "peak_pitch_deg": number(foot.peak_pitch_rad * DEG_PER_RAD),
            "heel_lift_mm": number(foot.heel_lift_m * MM_PER_M),
            "heel_lift_sd_mm": number(foot.heel_lift_sd_m * MM_PER_M),
            "peak_dorsiflexion_deg": number(foot.peak_dorsiflexion_rad * DEG_PER_RAD),
            "heel_off_s": number(foot.heel_off_s),
        },
    }


def _share_dict(share: Share) -> dict[str, Json]:
    low, high = share.interval
    return {"count": share.count, "of": share.of, "low": number(low), "high": number(high)}


def _limits_dict(limits: Limits, scale: float) -> dict[str, Json]:
    values = {name: number(getattr(limits, name) * scale) for name in ("bias", "low", "high")}
    return {"n": limits.n, **values}
