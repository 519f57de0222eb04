"""A foot and a shank that move as people do: the path of the bones, before any sensor.

Planar-plus: the shank turns about the ankle mostly in the sagittal plane, with some knee-in and turning about its own
axis. When the heel lifts, the foot pitches about the ball and the ankle goes up and forward on an arc. With the
heel down the ankle still drifts by millimetres: heel pad, arch and joint axis. Anthropometry after Drillis & Contini.

Frames: earth x forward, y left, z up; shank x forward, y up, z right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from ...results import Side
from ...samples import FloatArray, Phase
from .options import SimOptions

FINE_HZ = 500.0
SMOOTHING_S = 0.03
LIFTED_M = 0.002
"""The heel counts as off the floor above this."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Lengths in m, angles in rad, drawn once a seed."""

    ball_m: float  # ankle to ball of the foot, horizontal
    ankle_height_m: float
    heel_m: float  # rear heel to ball
    standing_rad: float
    knee_in_rad: float  # at 30 deg of inclination
    turn_rad: float  # about the long axis, at 30 deg
    drift_up_m: float  # of the ankle with the heel down, at 30 deg
    drift_forward_m: float
    depth_rad: float
    tempo_s: float

    @staticmethod
    def draw(rng: np.random.Generator, options: SimOptions) -> Person:
        stature_m = rng.uniform(1.50, 1.98)
        foot_m = 0.152 * stature_m
        depths_deg = {"squat": (24, 40), "step_down": (24, 42), "knee_to_wall": (28, 45)}
        slow = options.exercise == "knee_to_wall"
        depth_deg = options.depth_deg or rng.uniform(*depths_deg.get(options.exercise, (25, 42)))
        return Person(
            ball_m=0.073 * stature_m,
            ankle_height_m=0.039 * stature_m,
            heel_m=0.725 * foot_m - 0.01,
            standing_rad=np.radians(rng.uniform(1, 8)),
            knee_in_rad=np.radians(rng.normal(0, 4)),
            turn_rad=np.radians(rng.normal(0, 6)),
            drift_up_m=rng.normal(-0.001, 0.0015),
            drift_forward_m=rng.normal(0, 0.003),
            depth_rad=np.radians(depth_deg),
            tempo_s=options.tempo_s or (rng.uniform(3.5, 7) if slow else rng.uniform(1.8, 4.2)),
        )


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
    """Fine-grid arrays of n: inclination from standing, knee-in, heel and ankle height, foot pitch; the ankle's path
    and the shank's orientation in earth; phase words; the rep each sample belongs to (-1 for none)."""

    t_s: FloatArray
    inclination_rad: FloatArray
    knee_in_rad: FloatArray
    heel_m: FloatArray
    foot_pitch_rad: FloatArray
    ankle_m: FloatArray
    R_earth_from_shank: Rotation
    phases: list[Phase]
    part: FloatArray
    reps: tuple[TrueRep, ...]
    person: Person


class _Script:
    """Lean and heel height over time, written movement by movement."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.lean: list[FloatArray] = []
        self.heel: list[FloatArray] = []
        self.part: list[FloatArray] = []
        self.phases: list[Phase] = []
        self.bounds: list[tuple[int, int]] = []
        self.count = 0

    def stay(self, seconds: float, phase: Phase) -> None:
        n = round(seconds * FINE_HZ)
        self._add(np.zeros(n), np.zeros(n), phase, -1.0)

    def bend(self, lean: FloatArray, heel: FloatArray, phase: Phase, part: float) -> None:
        at = sum(map(len, self.lean))
        self.bounds.append((at, at + len(lean)))
        self._add(lean, heel, phase, part)

    def _add(self, lean: FloatArray, heel: FloatArray, phase: Phase, part: float) -> None:
        self.lean.append(lean)
        self.heel.append(heel)
        self.part.append(np.full(len(lean), part))
        self.phases += [phase] * len(lean)


def _ease(share: FloatArray) -> FloatArray:
    """Minimum-jerk step (Flash & Hogan 1985)."""
    s = np.clip(share, 0.0, 1.0)
    return np.asarray(s**3 * (10.0 - 15.0 * s + 6.0 * s**2), dtype=np.float64)


def _excursion(
    rng: np.random.Generator, down_s: float, hold_s: float, up_s: float, peak_rad: float, bounce: bool
) -> FloatArray:
    """Down, hold, up; with hesitation, and sometimes a dip at the bottom that a counter must not take for two reps."""
    down = _ease(np.linspace(0, 1, round(down_s * FINE_HZ)) ** rng.uniform(0.85, 1.2))
    up = _ease(np.linspace(1, 0, round(up_s * FINE_HZ)) ** rng.uniform(0.85, 1.2))
    hold = np.ones(max(1, round(hold_s * FINE_HZ)))
    if bounce:
        hold = (
            1.0
            - rng.uniform(0.15, 0.3) * np.sin(np.pi * np.linspace(0, 1, round(rng.uniform(0.5, 0.8) * FINE_HZ))) ** 2
        )
    shape = np.concatenate([down, hold, up])
    wander = gaussian_filter1d(rng.normal(0, 1, len(shape)), 0.12 * FINE_HZ)
    wander *= np.radians(0.6) / max(1e-9, float(np.std(wander)))
    return np.asarray(peak_rad * shape + wander * shape * (1.0 - shape) * 4.0, dtype=np.float64)


def _lift(rng: np.random.Generator, lean: FloatArray, height_m: float, mode: str) -> FloatArray:
    """Height of the rear heel over a rep."""
    n = len(lean)
    if mode == "mixed":
        mode = str(rng.choice(["gradual", "pop", "creep", "ascent"], p=[0.45, 0.25, 0.15, 0.15]))
    share = lean / lean.max()
    bottom = int(np.argmax(lean))
    onset = rng.uniform(0.6, 0.92)
    if mode == "gradual":
        return height_m * _ease((share - onset) / (1.0 - onset + 1e-9)) if onset < 1 else np.zeros(n)
    first = bottom if mode == "ascent" else int(np.argmax(share > onset))
    late = np.flatnonzero(share[bottom:] > rng.uniform(0.3, 0.6))
    last = bottom + int(late[-1])
    rise_s = {"pop": rng.uniform(0.2, 0.5), "creep": rng.uniform(0.8, 2.5), "ascent": rng.uniform(0.2, 0.4)}[mode]
    fall_s = rng.uniform(0.2, 0.4)
    t = np.arange(n) / FINE_HZ
    up = _ease((t - first / FINE_HZ) / rise_s)
    down = _ease((t - last / FINE_HZ) / fall_s)
    reached = float(np.max(up * (1.0 - down)))
    return height_m * up * (1.0 - down) / max(reached, 1e-3)


def move(options: SimOptions, rng: np.random.Generator) -> Motion:
    """The whole session: stand, rocks, stand, the set, stand."""
    person = Person.draw(rng, options)
    script = _Script(rng)
    script.stay(rng.uniform(4.5, 5.5), Phase.STAND)
    for k in range(options.rocks):
        peak = np.radians(rng.uniform(20, 30))
        rock = _excursion(rng, rng.uniform(0.9, 1.4), rng.uniform(0.05, 0.3), rng.uniform(0.9, 1.4), peak, False)
        lifted = options.rock_lift_mm / 1000.0 * _ease((rock / rock.max() - 0.5) / 0.5)
        script.bend(rock, lifted, Phase.ROCKS, float(k))
        script.stay(rng.uniform(0.3, 0.6), Phase.ROCKS)
    script.stay(rng.uniform(2.0, 2.5), Phase.STAND)
    lifts = _lift_plan(options, rng)
    for k, lift_m in enumerate(lifts):
        tempo = person.tempo_s * rng.uniform(0.85, 1.18)
        split = rng.uniform(0.45, 0.58)
        hold = rng.uniform(0.5, 2.5) if options.exercise == "knee_to_wall" else rng.uniform(0.0, 0.6)
        peak = person.depth_rad * rng.uniform(0.86, 1.06)
        lean = _excursion(rng, tempo * split, hold, tempo * (1 - split), peak, rng.random() < 0.12)
        mode = "pop" if options.leg == "rear" else options.lift_mode
        heel = _lift(rng, lean, lift_m, mode) if lift_m > 0.0 else np.zeros(len(lean))
        if lift_m > 0.0:
            lean = lean + _habit(rng, person, heel)
        script.bend(lean, heel, Phase.SET, float(options.rocks + k))
        script.stay(rng.uniform(0.5, 2.5), Phase.SET)
    script.stay(3.0, Phase.SET)
    return _motion(options, rng, person, script)


def _lift_plan(options: SimOptions, rng: np.random.Generator) -> list[float]:
    """Heel lift of each rep, m."""
    if options.leg == "rear":
        return [float(h) for h in rng.uniform(0.06, 0.09, options.reps)]
    share = options.lift_share if options.lift_share is not None else (0.3 if options.heel_lift_mm is None else 0.5)
    lifted = np.zeros(options.reps, dtype=bool)
    lifted[rng.permutation(options.reps)[: round(share * options.reps)]] = True
    if options.heel_lift_mm is not None:
        return [options.heel_lift_mm / 1000.0 if up else 0.0 for up in lifted.tolist()]
    return [float(rng.uniform(0.02, 0.05)) if up else 0.0 for up in lifted.tolist()]


def _habit(rng: np.random.Generator, person: Person, heel: FloatArray) -> FloatArray:
    """Some lift because the ankle is at its end (the shank then leans on with the foot), others by habit."""
    pitch = np.arcsin(np.clip(heel / person.heel_m, 0.0, 0.9))
    return pitch if rng.random() < 0.4 else 0.2 * pitch


def _motion(options: SimOptions, rng: np.random.Generator, person: Person, script: _Script) -> Motion:
    smooth = SMOOTHING_S * FINE_HZ
    lean = gaussian_filter1d(np.concatenate(script.lean), smooth)
    heel = gaussian_filter1d(np.concatenate(script.heel), smooth)
    part = np.concatenate(script.part)
    n = len(lean)
    t_s = np.arange(n) / FINE_HZ
    sway = _slow_noise(rng, n, 0.8) * np.radians(0.25)
    bend = lean / np.radians(30.0)
    each = np.ones(n)
    pad = np.zeros(n)
    for start, stop in script.bounds:
        each[start:stop] = rng.normal(1.0, 0.25)
        if rng.random() < 0.3:
            pad[start:stop] = rng.uniform(0.001, 0.004) * _ease(lean[start:stop] / max(1e-9, lean[start:stop].max()))
    each = gaussian_filter1d(each, 0.1 * FINE_HZ)
    pad = gaussian_filter1d(pad, 0.08 * FINE_HZ)
    knee_in = person.knee_in_rad * bend * each + _slow_noise(rng, n, 0.8) * np.radians(0.2)
    turn = person.turn_rad * bend * each
    inclination = lean + sway
    pitch = np.arcsin(np.clip(heel / person.heel_m, 0.0, 0.9))
    drift = bend * each * (heel < LIFTED_M) + bend * (heel >= LIFTED_M)
    drift = gaussian_filter1d(drift, 0.05 * FINE_HZ)
    forward = person.ball_m * (1.0 - np.cos(pitch)) + person.ankle_height_m * np.sin(pitch)
    upward = person.ball_m * np.sin(pitch) - person.ankle_height_m * (1.0 - np.cos(pitch))
    ankle = np.stack(
        [forward + person.drift_forward_m * drift, np.zeros(n), upward + person.drift_up_m * drift + pad], axis=1
    )
    medial = 1.0 if options.side == Side.LEFT else -1.0
    tilt = Rotation.from_rotvec(np.outer(medial * knee_in, [1.0, 0.0, 0.0]))
    bent = Rotation.from_rotvec(np.outer(-(inclination + person.standing_rad), [0.0, 0.0, 1.0]))
    turned = Rotation.from_rotvec(np.outer(turn, [0.0, 1.0, 0.0]))
    R_earth_from_upright = Rotation.from_matrix(np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]))
    reps = tuple(
        _true_rep(t_s[a:b], inclination[a:b], pitch[a:b], heel[a:b]) for (a, b) in script.bounds[options.rocks :]
    )
    return Motion(
        t_s, inclination, knee_in, heel, pitch, ankle, R_earth_from_upright * tilt * bent * turned,
        script.phases, part, reps, person,
    )  # fmt: skip


def _true_rep(t_s: FloatArray, inclination: FloatArray, pitch: FloatArray, heel: FloatArray) -> TrueRep:
    bottom = int(np.argmax(inclination))
    moving = np.flatnonzero(inclination > 0.06 * inclination.max())
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
