"""What the person does, movement by movement: how far the shank leans, how high the heel is, how the stance changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ...samples import FloatArray, Phase
from .options import SimOptions
from .person import EASE_10_TO_90, Person

FINE_HZ = 500.0
WANDER_DEG = 0.6
SHUFFLE_DEG = 2.0
"""Standard deviation of the stance that a step leaves behind; the study of this method asks for 1 to 3."""
SHUFFLE_TURN_DEG = 4.0
STEP_M = 0.03
STEP_S = (0.5, 0.8)
STEP_UP_M = (0.015, 0.04)
HEEL_UP_M = (0.015, 0.04)
HEEL_RAISE_M = (0.05, 0.09)
HEEL_RAISE_S = 0.8
LEAST_DEPTH_DEG = 8.0
SPOILED_LIFT_M = 0.035
FIRST_STAND_S = 5.0
READING_S = 4.0
"""Whoever is refused reads why, and stands again."""


class Stance(NamedTuple):
    """How a person stands against the stance of the calibration: shank, the foot's place and heading, heel."""

    lean_deg: float = 0.0
    inward_deg: float = 0.0
    forward_m: float = 0.0
    left_m: float = 0.0
    heading_deg: float = 0.0
    heel_m: float = 0.0


@dataclass(slots=True, eq=False)
class Script:
    """Pieces in time at `FINE_HZ`: lean (deg over the stance), heel (m), the stance : (n, 6), the foot in the air (m),
    part and phase of each sample; bounds: first and last of each rock and repetition."""

    lean: list[FloatArray] = field(default_factory=list)
    heel: list[FloatArray] = field(default_factory=list)
    stance: list[FloatArray] = field(default_factory=list)
    air: list[FloatArray] = field(default_factory=list)
    part: list[FloatArray] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    bounds: list[tuple[int, int]] = field(default_factory=list)
    standing: Stance = field(default_factory=Stance)

    def stay(self, seconds: float, phase: Phase) -> None:
        """Stay in the present stance."""
        n = round(seconds * FINE_HZ)
        self._add(np.zeros(n), np.zeros(n), phase, -1.0, self.standing)

    def bend(self, lean: FloatArray, heel: FloatArray, phase: Phase, part: float, then: Stance) -> None:
        """A rock or repetition that ends in another stance."""
        at = sum(map(len, self.lean))
        self.bounds.append((at, at + len(lean)))
        self._add(lean, heel, phase, part, then)

    def step(self, seconds: float, up_m: float, lean_deg: float, phase: Phase, then: Stance) -> None:
        """The foot leaves the floor and comes down elsewhere."""
        n = round(seconds * FINE_HZ)
        through = np.sin(np.pi * np.arange(n) / n) ** 2
        self._add(lean_deg * through, np.zeros(n), phase, -1.0, then, up_m * through)

    def raise_heel(self, height_m: float) -> None:
        """Onto the toes and down again, shank upright."""
        up = ease(np.linspace(0.0, 1.0, round(HEEL_RAISE_S * FINE_HZ)))
        heel = height_m * np.concatenate([up, up[::-1]])
        self._add(np.zeros(len(heel)), heel, Phase.SET, -1.0, self.standing)

    def _add(
        self, lean: FloatArray, heel: FloatArray, phase: Phase, part: float, then: Stance, air: FloatArray | None = None
    ) -> None:
        n = len(lean)
        self.lean.append(lean)
        self.heel.append(heel)
        self.air.append(np.zeros(n) if air is None else air)
        now = np.array(self.standing)
        self.stance.append(now + np.outer(ease(np.linspace(0.0, 1.0, n)), np.array(then) - now))
        self.part.append(np.full(n, part))
        self.phases += [phase] * n
        self.standing = then


def write_script(options: SimOptions, person: Person, rng: np.random.Generator) -> Script:
    """The whole session: stand, rocks, stand, the set, stand."""
    script = Script()
    apart = np.random.default_rng([options.seed, 20261123])  # so that what follows is the same with and without
    for attempt in range(options.spoiled):
        script.stay(FIRST_STAND_S if attempt == 0 else READING_S, Phase.STAND)
        lifts_m = [SPOILED_LIFT_M if k == options.rocks // 2 else 0.0 for k in range(options.rocks)]
        _rock(script, apart, lifts_m)
    if options.spoiled:
        script.stay(READING_S, Phase.STAND)
    script.stay(rng.uniform(4.5, 5.5), Phase.STAND)
    _rock(script, rng, [options.rock_lift_mm / 1000.0] * options.rocks)
    script.stay(rng.uniform(2.0, 2.5), Phase.STAND)
    home = _starting_stance(options, person, rng)
    if home != script.standing:
        step_up_m = 0.0 if options.start == "heel_up" else rng.uniform(*STEP_UP_M)
        script.step(rng.uniform(*STEP_S), step_up_m, 0.0, Phase.SET, home)
        script.stay(rng.uniform(0.5, 1.0), Phase.SET)
    for k, lift_m in enumerate(_lift_plan(options, rng)):
        lean = _repetition(options, person, rng)
        heel = np.zeros(len(lean))
        if lift_m > 0.0:
            heel = _lift(rng, lean, lift_m, "pop" if options.leg == "rear" else options.lift_mode)
            lean = lean + _habit(rng, person, heel)
        script.bend(lean, heel, Phase.SET, float(options.all_rocks + k), _restood(home, person, rng))
        home = _pause(script, options, home, rng)
    for _ in range(options.heel_raises):
        script.stay(0.5, Phase.SET)
        script.raise_heel(rng.uniform(*HEEL_RAISE_M))
    script.stay(3.0, Phase.SET)
    return script


def _rock(script: Script, rng: np.random.Generator, lifts_m: list[float]) -> None:
    """The knee over the toes, once for each height to which the heel lifts meanwhile."""
    for lift_m in lifts_m:
        rock = _excursion(
            rng, rng.uniform(0.9, 1.4), rng.uniform(0.05, 0.3), rng.uniform(0.9, 1.4), rng.uniform(20, 30)
        )
        lifted = lift_m * ease((rock / rock.max() - 0.5) / 0.5)
        script.bend(rock, lifted, Phase.ROCKS, float(len(script.bounds)), Stance())
        script.stay(rng.uniform(0.3, 0.6), Phase.ROCKS)


def _starting_stance(options: SimOptions, person: Person, rng: np.random.Generator) -> Stance:
    rear = options.leg == "rear"
    if options.start == "heel_up":
        return Stance(heel_m=rng.uniform(*HEEL_UP_M))
    if options.start == "split":
        low, high = person.habits.rear_split_deg if rear else person.habits.front_split_deg
        return Stance(
            lean_deg=rng.uniform(low, high) - person.stance_deg,
            forward_m=-0.4 if rear else 0.4,
            heel_m=0.01 if rear else 0.0,
        )
    return Stance()


def _restood(home: Stance, person: Person, rng: np.random.Generator) -> Stance:
    """Nobody stands up again quite as before."""
    return home._replace(
        lean_deg=person.habits.stance_deg.rep(rng, home.lean_deg),
        inward_deg=person.habits.stance_in_deg.rep(rng, home.inward_deg),
    )


def _pause(script: Script, options: SimOptions, home: Stance, rng: np.random.Generator) -> Stance:
    """Standing between repetitions, with a step aside for some. The stance to come back to."""
    seconds = rng.uniform(0.5, 2.5) if options.pause_s is None else options.pause_s * rng.uniform(0.8, 1.2)
    script.stay(0.5 * seconds, Phase.SET)
    if rng.random() < options.shuffle:
        home = Stance(
            lean_deg=rng.normal(0.0, SHUFFLE_DEG),
            inward_deg=rng.normal(0.0, SHUFFLE_DEG),
            forward_m=home.forward_m + rng.normal(0.0, STEP_M),
            left_m=home.left_m + rng.normal(0.0, STEP_M),
            heading_deg=home.heading_deg + rng.normal(0.0, SHUFFLE_TURN_DEG),
            heel_m=home.heel_m,
        )
        script.step(rng.uniform(*STEP_S), rng.uniform(*STEP_UP_M), rng.uniform(4.0, 12.0), Phase.SET, home)
    script.stay(0.5 * seconds, Phase.SET)
    return home


def ease(share: FloatArray) -> FloatArray:
    """Minimum-jerk step (Flash & Hogan 1985)."""
    s = np.clip(share, 0.0, 1.0)
    return np.asarray(s**3 * (10.0 - 15.0 * s + 6.0 * s**2), dtype=np.float64)


def _repetition(options: SimOptions, person: Person, rng: np.random.Generator) -> FloatArray:
    """(n,) deg of lean over the stance."""
    habits = person.habits
    down_s = habits.descent_s.rep(rng, person.descent_s) / EASE_10_TO_90
    up_s = habits.ascent_s.rep(rng, person.ascent_s) / EASE_10_TO_90
    bottom_s = habits.bottom_s.rep(rng, person.bottom_s)
    hold_s = max(0.02, bottom_s - 0.5 * (1.0 - EASE_10_TO_90) * (down_s + up_s))
    depth_deg = max(LEAST_DEPTH_DEG, habits.depth_deg.rep(rng, person.depth_deg))
    bounce = rng.random() < (habits.bounces if options.bounces is None else options.bounces)
    dip = max(0.0, habits.dip_share.rep(rng, person.dip_share)) if bounce else 0.0
    return _excursion(rng, down_s, max(hold_s, rng.uniform(0.5, 0.8)) if bounce else hold_s, up_s, depth_deg, dip)


def _excursion(
    rng: np.random.Generator, down_s: float, hold_s: float, up_s: float, peak_deg: float, dip: float = 0.0
) -> FloatArray:
    """Down, hold, up; with hesitation, and with two peaks when it dips, which a counter must not take for two reps."""
    down = ease(np.linspace(0, 1, round(down_s * FINE_HZ)) ** rng.uniform(0.85, 1.2))
    up = ease(np.linspace(1, 0, round(up_s * FINE_HZ)) ** rng.uniform(0.85, 1.2))
    hold = 1.0 - dip * np.sin(np.pi * np.linspace(0, 1, max(1, round(hold_s * FINE_HZ)))) ** 2
    shape = np.concatenate([down, hold, up])
    wander = gaussian_filter1d(rng.normal(0, 1, len(shape)), 0.12 * FINE_HZ)
    wander *= WANDER_DEG / max(1e-9, float(np.std(wander)))
    return np.asarray(peak_deg * shape + wander * np.minimum(1.0, 2.0 * shape), dtype=np.float64)


def _lift(rng: np.random.Generator, lean: FloatArray, height_m: float, mode: str) -> FloatArray:
    """Height of the rear heel over a rep."""
    n = len(lean)
    if mode == "mixed":
        mode = str(rng.choice(["gradual", "pop", "creep", "ascent"], p=[0.45, 0.25, 0.15, 0.15]))
    share = lean / lean.max()
    bottom = int(np.argmax(lean))
    onset = rng.uniform(0.6, 0.92)
    if mode == "gradual":
        return height_m * ease((share - onset) / (1.0 - onset))
    first = bottom if mode == "ascent" else int(np.argmax(share > onset))
    late = np.flatnonzero(share[bottom:] > rng.uniform(0.3, 0.6))
    last = bottom + int(late[-1])
    rise_s = {"pop": rng.uniform(0.2, 0.5), "creep": rng.uniform(0.8, 2.5), "ascent": rng.uniform(0.2, 0.4)}[mode]
    fall_s = rng.uniform(0.2, 0.4)
    t = np.arange(n) / FINE_HZ
    up = ease((t - first / FINE_HZ) / rise_s)
    down = ease((t - last / FINE_HZ) / fall_s)
    reached = float(np.max(up * (1.0 - down)))
    return height_m * up * (1.0 - down) / max(reached, 1e-3)


def _lift_plan(options: SimOptions, rng: np.random.Generator) -> list[float]:
    """Heel lift of each rep, m."""
    if options.leg == "rear":
        bounds = (0.13, 0.165) if options.start == "split" else (0.06, 0.09)
        return [float(h) for h in rng.uniform(*bounds, options.reps)]
    share = options.lift_share if options.lift_share is not None else (0.3 if options.heel_lift_mm is None else 0.5)
    lifted = np.zeros(options.reps, dtype=bool)
    lifted[rng.permutation(options.reps)[: round(share * options.reps)]] = True
    if options.heel_lift_mm is not None:
        return [options.heel_lift_mm / 1000.0 if up else 0.0 for up in lifted.tolist()]
    return [float(rng.uniform(0.02, 0.05)) if up else 0.0 for up in lifted.tolist()]


def _habit(rng: np.random.Generator, person: Person, heel: FloatArray) -> FloatArray:
    """Some lift because the ankle is at its end (the shank then leans on with the foot), others by habit. deg."""
    pitch = np.degrees(np.arcsin(np.clip(heel / person.heel_m, 0.0, 0.9)))
    return pitch if rng.random() < 0.4 else 0.2 * pitch
