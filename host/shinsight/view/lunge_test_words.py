"""Gives every text about trials and results of the knee-to-wall test. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from ..lunge_test.result import LegResult, Sentence, Trial
from ..results import HeelState
from ..units import RAD_PER_DEG
from .words import DASH, dorsiflexion_text


def sign(trial: Trial) -> str:
    """Return the sign that stands beside the colour of a trial."""
    return "✓" if trial.counts else "▲" if trial.rep.heel is HeelState.UP else "?"


def verdict_words(trial: Trial) -> str:
    """Return whether the trial counts, and why not."""
    return f"{sign(trial)} " + (f"Trial {trial.number} counts" if trial.counts else f"Does not count: {trial.why_not}")


def card_words(trial: Trial) -> str:
    """Return the verdict on a trial in one or two words."""
    return f"{sign(trial)}  " + (
        "counts" if trial.counts else "heel up" if trial.rep.heel is HeelState.UP else "unsure"
    )


def distance_words(trial: Trial) -> str:
    """Return the toe-to-wall distance, or a dash."""
    return DASH if trial.distance_cm is None else f"{trial.distance_cm:g} cm"


def mean_angle_words(result: LegResult) -> str:
    """Return the mean dorsiflexion with its standard deviation."""
    mean_rad = None if result.mean_deg is None else result.mean_deg * RAD_PER_DEG
    return dorsiflexion_text(mean_rad, result.sd_deg * RAD_PER_DEG)


def result_words(result: LegResult) -> str:
    """Return best and mean, one line for centimetres and one for degrees."""
    lines = []
    if result.best_cm is not None and result.mean_cm is not None:
        lines.append(f"best {result.best_cm:g} cm    mean {result.mean_cm:.1f} cm")
    if result.best_deg is not None:
        lines.append(f"best {result.best_deg:.0f}°    mean {mean_angle_words(result)}")
    return "\n".join(lines) or "no trial counts yet"


def numbered(sentences: Iterable[Sentence]) -> tuple[list[str], list[str]]:
    """Return the sentences with the numbers of their sources, and the numbered sources."""
    sentences = list(sentences)
    sources = list(dict.fromkeys(sentence.source for sentence in sentences if sentence.source))
    texts = [s.text + (f" [{sources.index(s.source) + 1}]" if s.source else "") for s in sentences]
    return texts, [f"[{number}] {source}" for number, source in enumerate(sources, start=1)]
