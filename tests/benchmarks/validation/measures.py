"""Figures of merit of a table of repetitions: errors, shares and their interval, ROC, how honest a stated sd is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from shinsight.samples import FloatArray

MOST_FALSE_POSITIVES = 0.02
REP = ["exercise", "subject", "leg", "condition", "number"]
"""What tells one real repetition from another; the same one on other sensors, or lifted otherwise, is not another."""


@dataclass(frozen=True, slots=True)
class Share:
    """part of whole repetitions measured, of which `distinct` are different ones."""

    part: int
    whole: int
    distinct: int

    @staticmethod
    def of(reps: pd.DataFrame, hit: pd.Series) -> Share:
        return Share(int(hit.sum()), len(reps), len(reps[REP].drop_duplicates()))

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, of Wilson (1927), for as many trials as there are distinct repetitions."""
        if not self.whole:
            return (float("nan"), float("nan"))
        z, n, p = 1.96, self.distinct, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (max(0.0, float(middle - half)), min(1.0, float(middle + half)))

    def __str__(self) -> str:
        if not self.whole:
            return "–"
        low, high = self.interval
        return f"{self.part}/{self.whole} = {100 * self.value:.1f} % ({100 * low:.0f}–{100 * high:.0f})"

    @property
    def brief(self) -> str:
        return f"{self.part}/{self.whole}" if self.whole else "–"

    @property
    def numbers(self) -> dict[str, float | list[float]]:
        return {"part": self.part, "whole": self.whole, "distinct": self.distinct, "interval": list(self.interval)}


@dataclass(frozen=True, slots=True)
class Errors:
    """Of a signed error: bias, sd and the 95th percentile of its size; NaN without any."""

    n: int
    bias: float
    sd: float
    p95: float

    @staticmethod
    def of(error: pd.Series) -> Errors:
        e = error.dropna().to_numpy()
        if not len(e):
            return Errors(0, *[float("nan")] * 3)
        return Errors(len(e), float(e.mean()), float(e.std()), float(np.percentile(np.abs(e), 95)))

    def __str__(self) -> str:
        return f"{self.bias:+.1f} / {self.sd:.1f} / {self.p95:.1f}" if self.n else "–"


def peak_error(reps: pd.DataFrame) -> pd.Series:
    return reps.peak_deg - reps.true_peak_deg


def measured(reps: pd.DataFrame) -> pd.DataFrame:
    return reps[reps.verdict != "missed"]


def lifted(reps: pd.DataFrame) -> pd.DataFrame:
    return reps[reps.label == "lifted"]


def flat(reps: pd.DataFrame) -> pd.DataFrame:
    return measured(reps[reps.label == "flat"])


def sensitivity(reps: pd.DataFrame, *, by: str = "verdict") -> Share:
    """Of the truly lifted repetitions those called up; one that was not found counts against it."""
    up = lifted(reps)
    return Share.of(up, up[by] == "up")


def false_positives(reps: pd.DataFrame, *, by: str = "verdict") -> Share:
    down = flat(reps)
    return Share.of(down, down[by] == "up")


def unsure(reps: pd.DataFrame) -> Share:
    """Among what the truth knows: grey repetitions ought to be unsure."""
    known = pd.concat([lifted(measured(reps)), flat(reps)])
    return Share.of(known, known.verdict == "unsure")


def right_when_called(reps: pd.DataFrame) -> Share:
    """Of the repetitions called up or down those rightly so."""
    known = pd.concat([lifted(measured(reps)), flat(reps)])
    called = known[known.verdict != "unsure"]
    return Share.of(called, (called.verdict == "up") == (called.label == "lifted"))


def auc(reps: pd.DataFrame) -> float:
    """How often a lifted repetition scores higher than a flat one; NaN without both."""
    up, down = lifted(measured(reps)).score.to_numpy(), flat(reps).score.to_numpy()
    if not len(up) or not len(down):
        return float("nan")
    return float(np.mean(up[:, None] > down[None]) + 0.5 * np.mean(up[:, None] == down[None]))


def roc(reps: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """False-positive and true-positive rates as the threshold on the score falls."""
    up, down = np.sort(lifted(measured(reps)).score), np.sort(flat(reps).score)
    at = np.unique(np.concatenate([up, down]))[::-1]
    false = 1.0 - np.searchsorted(down, at) / len(down)
    true = 1.0 - np.searchsorted(up, at) / len(up)
    return np.concatenate([[0.0], false]), np.concatenate([[0.0], true])


def refit(reps: pd.DataFrame) -> float:
    """The score that leaves the allowed share of flat repetitions above it."""
    return float(np.quantile(flat(reps).score, 1.0 - MOST_FALSE_POSITIVES, method="higher"))


def ankle_z(reps: pd.DataFrame) -> pd.Series:
    return ((reps.ankle_mm - reps.true_ankle_mm) / reps.ankle_sd_mm).dropna()


def peak_z(reps: pd.DataFrame) -> pd.Series:
    return (peak_error(reps) / reps.peak_sd_deg).dropna()


def within_two_sd(z: pd.Series) -> float:
    return float((z.abs() < 2.0).mean()) if len(z) else float("nan")
