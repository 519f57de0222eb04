"""Finds the axes of the foot in the frame of its sensor: from quiet standing, from the shin's rocks, and from clear
heel lifts.

The heel is down in the rocks, so what turns there is the arch: regressed on the shank's inclination. A turn that is too
large for an arch, or does not follow the shin, is a heel that lifted, and refuses the regression.

Feet roll inwards under load by as much as a heel of 2 cm pitches them, so pitch needs its axis: the main axis of the
large turns of the recording, which only pitch makes (a heel raised on purpose, a step, a high lift). Heel up is the
larger way, as heels rise further than toes do. Neither standing nor the shin can give it: two sensors without
magnetometer share no heading.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from ...errors import DataError
from ...kinematics.foot import FootModel, tilt_vectors
from ...samples import FloatArray, SampleBlock, Vector
from ...units import DEG_PER_RAD, RAD_PER_DEG

STANCE_S = 2.0
STANCE_GYRO_RADPS = 3.0 * RAD_PER_DEG
"""A foot that stands turns by less on average."""
STANCE_DIFFERS_RAD = 3.0 * RAD_PER_DEG
STANCE_TURNS_RAD = 0.5 * RAD_PER_DEG


@dataclass(frozen=True, kw_only=True, slots=True)
class FootFitSettings:
    """least_range_rad: rocks that reach less say nothing of the arch. most_arch: turn of the instep per turn of the
    shank; most_left_rad: rms of what is left of it (a heel does not lift in proportion: 1 cm leaves 0.6 deg, an arch
    0.1 to 0.3). clear_rad, whole_rad: a turn between them is a pitch, a larger one a sensor in the hand; most_across:
    share of the axis' strength that may lie across it."""

    least_range_rad: float = 10.0 * RAD_PER_DEG
    most_arch: float = 0.20
    most_left_rad: float = 0.45 * RAD_PER_DEG
    clear_rad: float = 10.0 * RAD_PER_DEG
    whole_rad: float = 80.0 * RAD_PER_DEG
    most_across: float = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class FootFit:
    """model; rocked: the arch was learned in rocks; problems: what could not be learned, in plain words."""

    model: FootModel
    rocked: bool
    problems: tuple[str, ...]


def quiet_stance(block: SampleBlock, rate_hz: float) -> slice:
    """The quietest `STANCE_S` of a stretch. Raises `DataError` when the foot never stands still so long."""
    size = round(STANCE_S * rate_hz)
    if len(block) < size:
        length_s = len(block) / rate_hz
        raise DataError(f"the foot stood for {length_s:.1f} s before it moved, expected {STANCE_S:g} s: stand longer")
    effort = np.linalg.norm(block.gyro_radps - np.median(block.gyro_radps, axis=0), axis=1)
    mean = uniform_filter1d(effort, size)[size // 2 : len(block) - (size - 1) // 2]
    start = int(np.argmin(mean))
    if mean[start] > STANCE_GYRO_RADPS:
        raise DataError(
            f"the foot turns at {mean[start] * DEG_PER_RAD:.1f} deg/s in its quietest {STANCE_S:g} s of standing, "
            f"expected below {STANCE_GYRO_RADPS * DEG_PER_RAD:.0f}: stand still, and check that the "
            f"foot sensor is strapped on"
        )
    return slice(start, start + size)


def fit_foot(
    up: FloatArray,
    inclination_rad: FloatArray,
    *,
    up_standing: Vector,
    rocks: NDArray[np.intp],
    settings: FootFitSettings | None = None,
) -> FootFit:
    """Fit on up-vectors (n, 3) of the foot and the shank's inclination (n,) at the same moments.

    rocks : indices of the calibration rocks, heel down.
    """
    settings = settings or FootFitSettings()
    turn = tilt_vectors(up, up_standing)
    arch, problems = _arch(turn[rocks], inclination_rad[rocks], settings)
    axis = _pitch_axis(turn - np.outer(inclination_rad, arch), settings)
    if axis is None:
        text = (
            "the foot never pitched clearly, so its axis is unknown and no lift is detected. Raise "
            "the heels once at the end"
        )
        return FootFit(FootModel(up_standing, arch, None), not problems, (*problems, text))
    return FootFit(FootModel(up_standing, arch, axis), not problems, problems)


def rested(model: FootModel, up: FloatArray) -> FootModel:
    """The model with the stance of a rest, from its up-vectors (n, 3).

    People step and shift: stances on one floor differ by a degree. A rest that turns by more, or differs by more than
    `STANCE_DIFFERS_RAD`, is none, or has the heel up already: the stance stays.
    """
    if len(up) == 0:
        return model
    mean = up.mean(axis=0)
    stance = mean / np.linalg.norm(mean)
    differs = np.linalg.norm(tilt_vectors(stance[None], model.up_standing))
    spread = np.linalg.norm(tilt_vectors(up, _vector(stance)), axis=1)
    if differs > STANCE_DIFFERS_RAD or spread.max() > STANCE_TURNS_RAD:
        return model
    return replace(model, up_standing=_vector(stance))


def _arch(
    turn: FloatArray, inclination_rad: FloatArray, settings: FootFitSettings
) -> tuple[FloatArray, tuple[str, ...]]:
    reach = float(inclination_rad.max(initial=0.0))
    if reach < settings.least_range_rad:
        return np.zeros(3), (
            f"no rocks to learn the arch from (the shin reached {reach * DEG_PER_RAD:.0f} deg, at least "
            f"{settings.least_range_rad * DEG_PER_RAD:.0f} needed): small heel lifts stay unsure",
        )
    arch = np.asarray(inclination_rad @ turn / (inclination_rad @ inclination_rad), dtype=np.float64)
    size = float(np.linalg.norm(arch))
    if size > settings.most_arch:
        return np.zeros(3), (
            f"the foot turned by {size:.2f} of the shin's inclination in the rocks, at most {settings.most_arch:.2f} "
            "expected with the heel down: the heel lifted, or the foot sensor is loose",
        )
    left_rad = float(np.sqrt(np.mean(np.sum((turn - np.outer(inclination_rad, arch)) ** 2, axis=1))))
    if left_rad > settings.most_left_rad:
        return np.zeros(3), (
            f"the foot turned in the rocks by {left_rad * DEG_PER_RAD:.1f} deg that do not follow the shin, at most "
            f"{settings.most_left_rad * DEG_PER_RAD:.2f} expected with the heel down: the heel lifted a little",
        )
    return arch, ()


def _pitch_axis(turn: FloatArray, settings: FootFitSettings) -> Vector | None:
    size = np.linalg.norm(turn, axis=1)
    clear = turn[(size > settings.clear_rad) & (size < settings.whole_rad)]
    if not len(clear):
        return None
    values, vectors = np.linalg.eigh(clear.T @ clear)
    if values[-2] > settings.most_across * values[-1]:
        return None
    axis = vectors[:, -1]
    return _vector(axis if float(np.sum((clear @ axis) ** 3)) > 0.0 else -axis)


def _vector(array: FloatArray) -> Vector:
    x, y, z = array.tolist()
    return (x, y, z)
