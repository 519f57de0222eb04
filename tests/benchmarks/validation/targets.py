"""The targets of the project beside what was measured: met or not is computed, never typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import measures as m
from .evaluate import Tables
from .sections import GRADE_NAMES, Section, markdown, optical_squats, simulated

BROAD_TRIALS = 4
BIG_LIFT_MM = 30.0


@dataclass(frozen=True, slots=True)
class Check:
    """One bound of a target: at least or at most a limit; NaN is not measured. Shares are given in percent."""

    value: float
    limit: float
    unit: str = ""
    at_least: bool = False
    digits: int = 1
    name: str = ""

    @property
    def met(self) -> bool | None:
        if np.isnan(self.value):
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def wanted(self) -> str:
        return f"{self.name} {'≥' if self.at_least else '≤'} {self.limit:.4g}{self.unit}".strip()

    @property
    def found(self) -> str:
        if self.met is None:
            return "–"
        text = f"{self.value:.{self.digits}f}{self.unit}"
        return text if self.met else f"**{text}**"


def at_most(value: float, limit: float, unit: str, *, name: str = "", digits: int = 1) -> Check:
    return Check(value, limit, unit, False, digits, name)


def at_least(value: float, limit: float, unit: str, *, name: str = "", digits: int = 1) -> Check:
    return Check(value, limit, unit, True, digits, name)


def targets(tables: Tables) -> Section:
    rows, numbers = [], {}
    for figure, checks in _targets(tables):
        known = [c.met for c in checks if c.met is not None]
        met = (
            "not measured"
            if not known
            else "no"
            if not all(known)
            else "yes"
            if len(known) == len(checks)
            else "in part"
        )
        rows.append([figure, ", ".join(c.wanted for c in checks), ", ".join(c.found for c in checks), met])
        numbers[figure] = {"met": met, "measured": [c.value for c in checks], "limits": [c.limit for c in checks]}
    return Section(markdown(["figure", "target", "measured", "met"], rows), numbers)


def _targets(tables: Tables) -> list[tuple[str, list[Check]]]:
    squats = {grade: optical_squats(tables, grade) for grade in GRADE_NAMES}
    judged = {grade: optical_squats(tables, grade, added=True) for grade in GRADE_NAMES}
    peak = {grade: m.Errors.of(m.peak_error(reps)) for grade, reps in squats.items()}
    wobbly = judged["lsm6dso"]
    both = pd.concat([judged["lsm6dso"], judged["mpu6050"]])
    latency = m.lifted(wobbly).latency_ms.median()
    high_skin = simulated(tables, skin="high")
    big = high_skin[high_skin.true_heel_mm > BIG_LIFT_MM]
    reps = tables["reps"]
    rear = reps[(reps.exercise == "lunge") & (reps.role == "rear")]
    return [
        *_broad(tables),
        ("peak inclination, optical squats, LSM6DSO and 1° of wobble",
         [at_most(abs(peak["lsm6dso"].bias), 0.5, "°", name="bias", digits=2),
          at_most(peak["lsm6dso"].p95, 2.0, "°", name="p95", digits=2)]),
        ("the same, ideal sensor", [at_most(peak["ideal"].p95, 0.6, "°", name="p95", digits=2)]),
        *((f"verdict, optical squats, {GRADE_NAMES[g]}",
           [at_least(m.auc(judged[g]), 0.99, "", name="AUC", digits=3), *_rates(judged[g], 97.0, 2.0)])
          for g in ("lsm6dso", "mpu6050")),
        ("live flag, the same, LSM6DSO",
         [*_rates(wobbly, 90.0, 2.0, by="live"), at_most(float(latency), 200.0, " ms", name="median", digits=0)]),
        ("verdict, simulated, high skin motion, lifts ≥ 3 cm",
         [_percent(m.sensitivity(big), at_least, 95.0, "sensitivity"),
          _percent(m.false_positives(high_skin), at_most, 3.0, "false positives")]),
        ("rear leg of a lunge called up", [_percent(m.sensitivity(rear), at_least, 97.0, "")]),
        ("right of the reps called up or down, optical squats, both sensors",
         [_percent(m.right_when_called(both), at_least, 98.0, "")]),
        ("stated 2 sd hold, optical squats, both sensors",
         [at_least(100.0 * m.within_two_sd(m.ankle_z(both)), 95.0, " %", name="ankle rise"),
          at_least(100.0 * m.within_two_sd(m.peak_z(both)), 95.0, " %", name="peak")]),
        *_calibrations(tables),
        *_counts(tables),
    ]  # fmt: skip


def _percent(share: m.Share, bound: Callable[..., Check], limit: float, name: str) -> Check:
    return bound(100.0 * share.value, limit, " %", name=name)


def _rates(reps: pd.DataFrame, sensitivity: float, false_positives: float, *, by: str = "verdict") -> list[Check]:
    return [
        _percent(m.sensitivity(reps, by=by), at_least, sensitivity, "sensitivity"),
        _percent(m.false_positives(reps, by=by), at_most, false_positives, "false positives"),
    ]


def _broad(tables: Tables) -> list[tuple[str, list[Check]]]:
    """Only over all four trials: the committed excerpt is one of them, and the hardest."""
    broad = tables["broad"]
    whole = len(broad) == BROAD_TRIALS

    def of(name: str, worst: bool) -> float:
        if not whole:
            return float("nan")
        return float(broad[name].max() if worst else broad[name].mean())

    return [
        (f"inclination RMSE, BROAD at 95 Hz through the wire, {words}",
         [at_most(of(f"{word}_deg", worst), limit, "°", name=name, digits=2) for name, worst, limit in limits])
        for word, words, limits in (
            ("live", "live", (("mean", False, 0.75), ("worst", True, 1.9))),
            ("offline", "offline", (("mean", False, 0.55), ("worst", True, 1.1))),
            ("lossy", "5 % of packets lost", (("mean", False, 0.9),)),
        )
    ]  # fmt: skip


def _calibrations(tables: Tables) -> list[tuple[str, list[Check]]]:
    sessions = tables["sessions"]
    good = sessions[~(sessions.rock_lift_mm > 0.0)]
    refused = 100.0 * float((~good.accepted).mean())
    noticed = [
        (mm, 100.0 * float((~sessions[sessions.rock_lift_mm == mm].accepted).mean())) for mm in (10.0, 20.0, 30.0)
    ]
    return [
        ("good calibrations refused, all recordings", [at_most(refused, 2.0, " %")]),
        ("rocks with the heel up noticed, simulated",
         [at_least(share, 95.0, " %", name=f"{mm / 10:.0f} cm", digits=0) for mm, share in noticed]),
    ]  # fmt: skip


def _counts(tables: Tables) -> list[tuple[str, list[Check]]]:
    sets = tables.get("calf_sets", pd.DataFrame({"counted": [], "true": []}))
    exact = 100.0 * float((sets.counted == sets.true).mean()) if len(sets) else float("nan")
    return [("calf sensor, sets of ten counted exactly", [at_least(exact, 100.0 * 58 / 60, " %")])]
