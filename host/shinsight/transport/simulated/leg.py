"""A foot and a shank that move as people do: the path of the bones, before any sensor.

The shank turns about a point a little below the ankle, mostly forward, also inward and about its own axis. When the
heel lifts, the foot pitches about the ball and the ankle goes up and forward on an arc. With the heel down the ankle
still drifts by millimetres: heel pad, arch and joint axis (person.py says how far and whence).

Frames: earth x forward, y left, z up; shank x forward, y up, z right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from ...samples import FloatArray, Phase
from .options import SimOptions
from .person import (
    DRIFT_UP_M,
    LOOP_UP_M,
    PAD_M,
    PAD_SHARE,
    PIVOT_M,
    TURN_IN_DEG,
    WANDER_HZ,
    WANDER_UP_M,
    Person,
)
from .script import FINE_HZ, Script, Stance, ease, write_script

__all__ = ["FINE_HZ", "LIFTED_M", "R_EARTH_FROM_UPRIGHT", "Motion", "TrueRep", "move"]

SMOOTHING_S = 0.03
LIFTED_M = 0.002
"""The heel counts as off the floor above this."""
SWAY_DEG, SWAY_HZ = 0.15, 0.3
"""Makes 0.2 deg/s; shins of people standing still turn by 0.06 (qmt's full-body example) to 0.2."""
ROCKS_IN_DEG = 2.0
"""How far the knee's path in the rocks lies beside that in the set, one standard deviation at full depth; assumed."""
R_EARTH_FROM_UPRIGHT = Rotation.from_matrix(np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]))


@dataclass(frozen=True, slots=True)
class TrueRep:
    """What really happened in a rep; heel_off_s None when the heel stayed down. Inclinations from standing."""

    start_s: float
    bottom_s: float
    end_s: float
    peak_inclination_rad: float
    peak_dorsiflexion_rad: float
    heel_lift_m: float
    heel_off_s: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Fine-grid arrays of n: inclination and knee-in from standing, heel height, foot pitch and heading; the foot's and
    the ankle's path : (n, 3) and the shank's orientation in earth; phase words; the rep each sample belongs to (-1 for
    none)."""

    t_s: FloatArray
    inclination_rad: FloatArray
    knee_in_rad: FloatArray
    heel_m: FloatArray
    foot_pitch_rad: FloatArray
    foot_heading_rad: FloatArray
    foot_m: FloatArray
    ankle_m: FloatArray
    R_earth_from_shank: Rotation
    phases: list[Phase]
    part: FloatArray
    reps: tuple[TrueRep, ...]
    person: Person


def move(options: SimOptions, rng: np.random.Generator) -> Motion:
    """The whole session: stand, rocks, stand, the set, stand."""
    person = Person.draw(rng, options)
    script = write_script(options, person, rng)
    smooth = SMOOTHING_S * FINE_HZ
    lean, heel, air = (
        gaussian_filter1d(np.concatenate(piece), smooth) for piece in (script.lean, script.heel, script.air)
    )
    stance = Stance(*np.concatenate(script.stance).T)
    heel = np.maximum(heel, stance.heel_m)
    heel_over_toes = -np.radians(options.slope_deg)
    pitch = np.arcsin(np.clip(heel / person.heel_m + np.sin(heel_over_toes), -0.9, 0.95)) - heel_over_toes
    t_s = np.arange(len(lean)) / FINE_HZ
    sway = SWAY_DEG * _slow_noise(rng, len(lean), SWAY_HZ)
    inclination = np.radians(lean + stance.lean_deg + sway)
    knee_in, turn_in, drift = _beside_the_plane(script, person, lean, rng)
    knee_in = np.radians(knee_in + stance.inward_deg + SWAY_DEG * _slow_noise(rng, len(lean), SWAY_HZ))
    heading = np.radians(stance.heading_deg)
    R_earth_from_shank = _shank(person, inclination, knee_in, np.radians(turn_in), heading)
    foot = np.stack([stance.forward_m, stance.left_m, air], axis=1)
    raised = np.stack([*_arc(person, pitch + heel_over_toes), np.zeros(len(lean))], axis=1)[:, [0, 2, 1]]
    from_pivot = R_earth_from_shank.apply([0.0, person.pivot_m, 0.0])
    ankle = foot + raised - raised[0] + from_pivot - from_pivot[0] + drift
    reps = tuple(
        _true_rep(t_s[a:b], lean[a:b], inclination[a:b], heel[a:b]) for a, b in script.bounds[options.all_rocks :]
    )
    return Motion(
        t_s, inclination, knee_in, heel + air, pitch, heading, foot, ankle, R_earth_from_shank,
        script.phases, np.concatenate(script.part), reps, person,
    )  # fmt: skip


def _shank(
    person: Person, inclination: FloatArray, knee_in: FloatArray, turn_in: FloatArray, heading: FloatArray
) -> Rotation:
    """R_earth_from_shank whose long axis leans by these angles as seen from the side and from the front."""
    forward = inclination + np.radians(person.stance_deg)
    inward = knee_in + np.radians(person.stance_in_deg)
    bend = np.arctan2(np.sin(forward) * np.cos(inward), np.cos(forward))
    headed = Rotation.from_rotvec(np.outer(heading, [0.0, 1.0, 0.0]))
    tilt = Rotation.from_rotvec(np.outer(person.medial * inward, [1.0, 0.0, 0.0]))
    bent = Rotation.from_rotvec(np.outer(-bend, [0.0, 0.0, 1.0]))
    turned = Rotation.from_rotvec(np.outer(-person.medial * turn_in, [0.0, 1.0, 0.0]))
    return R_EARTH_FROM_UPRIGHT * headed * tilt * bent * turned


def _arc(person: Person, pitch: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Forward and up: the ankle about the ball of a foot that is pitched so far."""
    forward = -person.ball_m * np.cos(pitch) + person.ankle_height_m * np.sin(pitch)
    return forward, person.ball_m * np.sin(pitch) + person.ankle_height_m * np.cos(pitch)


def _beside_the_plane(
    script: Script, person: Person, lean: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Knee-in and turn about the long axis, deg, and the drift of the ankle : (n, 3) m, of each rock and repetition."""
    n = len(lean)
    knee_in, turn_in, drift = np.zeros(n), np.zeros(n), np.zeros((n, 3))
    habits = person.habits
    rocks_in_deg = rng.normal(0.0, ROCKS_IN_DEG)
    drift[:, 2] = WANDER_UP_M * _slow_noise(rng, n, WANDER_HZ) * np.clip(lean / 30.0, 0.0, 1.0)
    for start, stop in script.bounds:
        here = slice(start, stop)
        share, bend = lean[here] / person.depth_deg, lean[here] / 30.0
        speed = np.gradient(lean[here])
        on_the_way_up = -0.5 * speed / max(1e-9, float(np.abs(speed).max()))
        usual_in_deg = person.knee_in_deg + (rocks_in_deg if script.phases[start] is Phase.ROCKS else 0.0)
        knee_in[here] = habits.knee_in_deg.rep(rng, usual_in_deg) * share
        knee_in[here] += habits.knee_loop_deg.rep(rng, person.knee_loop_deg) * on_the_way_up
        turn_in[here] = TURN_IN_DEG.rep(rng, person.turn_in_deg) * bend
        pad_m = rng.uniform(*PAD_M) if rng.random() < PAD_SHARE else 0.0
        drift[here, 0] = rng.normal(0.0, PIVOT_M.within) * bend
        drift[here, 2] += DRIFT_UP_M.rep(rng, person.drift_up_m) * bend + pad_m * ease(share)
        drift[here, 2] += LOOP_UP_M.rep(rng, person.loop_up_m) * on_the_way_up
    return knee_in, turn_in, gaussian_filter1d(drift, 0.05 * FINE_HZ, axis=0)


def _true_rep(t_s: FloatArray, lean: FloatArray, inclination: FloatArray, heel: FloatArray) -> TrueRep:
    bottom = int(np.argmax(inclination))
    moving = np.flatnonzero(lean > 0.06 * lean.max())
    off = np.flatnonzero(heel > LIFTED_M)
    down = inclination[heel <= LIFTED_M]
    return TrueRep(
        float(t_s[moving[0]]),
        float(t_s[bottom]),
        float(t_s[moving[-1]]),
        float(inclination.max()),
        float(down.max()) if len(down) else float("nan"),
        float(heel.max()) if len(off) else 0.0,
        float(t_s[off[0]]) if len(off) else None,
    )


def _slow_noise(rng: np.random.Generator, n: int, corner_hz: float) -> FloatArray:
    """Unit-variance noise below a corner frequency."""
    noise = gaussian_filter1d(rng.normal(0, 1, n), FINE_HZ / (2 * np.pi * corner_hz))
    return np.asarray(noise / max(1e-12, float(np.std(noise))))
