"""Was the heel up in a rock, or did the sensor slide? What is left of the rocks' paths, held against a bank.

The heel rises with the lean beyond some angle, alike in all rocks, or in every rock at times of its own; in all of
them, or in those where it shows most. Or the sensor slides along the shin at some moment, and stays there. The
likeliest of each is returned with its certainty; `guide` judges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...detection.lift_shapes import rep_shapes
from ...samples import FloatArray
from .rock_path import PathFit, RockPath

ONSETS = (0.0, 0.25, 0.5, 0.75)
"""Shares of the largest lean beyond which a heel may rise."""
FORWARD_SHARE = 0.5
"""A foot that pitches about its ball takes the ankle this far forward for each metre it rises."""
SLIDE_S = 0.3
MOVING = 0.08
"""A rock lasts from where it leaves this share of its largest lean until it is back there."""


@dataclass(frozen=True, slots=True)
class RockLift:
    """The likeliest lift: in which rocks (0 is the first), how far the ankle rose, and how sure that is.

    surety: the rise in its own standard deviations, the largest over the bank.
    """

    rocks: tuple[int, ...]
    rise_m: float
    surety: float


@dataclass(frozen=True, slots=True)
class Slide:
    """The likeliest slide of the sensor along the shin: in which rock, how far up, and how sure that is."""

    rock: int
    up_m: float
    surety: float


def likeliest_lift(fit: PathFit) -> RockLift:
    """One way to lift in all rocks, or in each its own; in the rocks that show it most, from one of them to all."""
    best = RockLift((), 0.0, 0.0)
    for shapes in (*_alike(fit), _each_its_own(fit)):
        known, match = fit.evidence(shapes)
        order = np.argsort(-match / np.diag(known))
        for count in range(1, len(order) + 1):
            some = order[:count]
            information = float(known[np.ix_(some, some)].sum())
            rise_m = float(match[some].sum()) / information
            surety = rise_m * float(np.sqrt(information))
            if surety > best.surety:
                best = RockLift(tuple(sorted(some.tolist())), rise_m, surety)
    return best


def likeliest_slide(fit: PathFit) -> Slide:
    """At every moment of every rock. What the changed lever does in the rocks after it is small beside the step."""
    best = Slide(0, 0.0, 0.0)
    for number, rock in enumerate(fit.rocks):
        moments_s = np.arange(0.0, float(rock.t_s[-1]) - SLIDE_S, SLIDE_S).tolist()
        steps = [fit.shape(number, _eased((rock.t_s - moment_s) / SLIDE_S)) for moment_s in moments_s]
        known, match = fit.evidence(np.stack(steps, axis=1))
        surety = match / np.sqrt(np.diag(known))
        k = int(np.argmax(np.abs(surety)))
        if abs(surety[k]) > best.surety:
            best = Slide(number, float(match[k] / known[k, k]), abs(float(surety[k])))
    return best


def _alike(fit: PathFit) -> list[FloatArray]:
    """(m, rocks) for each way in which the heel may follow the lean, evenly or smoothly beyond an onset."""
    of_rocks = [_leaning(rock) for rock in fit.rocks]
    return [
        np.stack([fit.shape(k, shape, forward_share=FORWARD_SHARE) for k, shape in enumerate(way)], axis=1)
        for way in zip(*of_rocks, strict=True)
    ]


def _leaning(rock: RockPath) -> list[FloatArray]:
    share = np.clip(rock.lean_rad / max(float(rock.lean_rad.max()), 1e-3), 0.0, 1.0)
    beyond = [np.clip((share - onset) / (1.0 - onset), 0.0, 1.0) for onset in ONSETS]
    return beyond + [_eased(x) for x in beyond]


def _each_its_own(fit: PathFit) -> FloatArray:
    """(m, rocks), in every rock the shape of a lift that fits it best."""
    best = []
    for number, rock in enumerate(fit.rocks):
        moving = np.flatnonzero(rock.lean_rad > MOVING * rock.lean_rad.max())
        start_s, end_s = float(rock.t_s[moving[0]]), float(rock.t_s[moving[-1]])
        bank = rep_shapes(rock.t_s, rock.lean_rad, start_s, end_s)
        shapes = np.stack([fit.shape(number, shape, forward_share=FORWARD_SHARE) for shape in bank.T], axis=1)
        known, match = fit.evidence(shapes)
        best.append(shapes[:, int(np.argmax(match / np.sqrt(np.diag(known))))])
    return np.stack(best, axis=1)


def _eased(x: FloatArray) -> FloatArray:
    s = np.clip(x, 0.0, 1.0)
    return np.asarray(s**3 * (10.0 - 15.0 * s + 6.0 * s**2))
