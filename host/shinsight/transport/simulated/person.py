"""Who moves: lengths and habits, and how far one repetition differs from the next. Drawn once a seed.

Spreads are those of UI-PRMD (doi 10.3390/data3010002; markers of six people, both legs, repetitions done well unless
it says wrong ones), measured and compared by tests/benchmarks/fit_simulator.py. Lengths after Drillis & Contini.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ...results import Side
from .options import SimOptions


class Spread(NamedTuple):
    """mean over people, standard deviation between people, and within one from repetition to repetition."""

    mean: float
    between: float
    within: float

    def person(self, rng: np.random.Generator) -> float:
        """Draw the usual value of one person."""
        return float(rng.normal(self.mean, self.between))

    def rep(self, rng: np.random.Generator, usual: float) -> float:
        """Draw the value of one repetition of a person with this usual value."""
        return float(rng.normal(usual, self.within))


class Duration(NamedTuple):
    """median over people in s; the standard deviations are those of its logarithm."""

    median_s: float
    between: float
    within: float

    def person(self, rng: np.random.Generator) -> float:
        """Draw the usual duration of one person, s."""
        return float(self.median_s * np.exp(rng.normal(0.0, self.between)))

    def rep(self, rng: np.random.Generator, usual_s: float) -> float:
        """Draw the duration of one repetition of a person with this usual duration, s."""
        return float(usual_s * np.exp(rng.normal(0.0, self.within)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """Of all people in one exercise. Angles of the shank; inward: towards the body's middle.

    descent_s, ascent_s: from 10 to 90 % of the way; bottom_s: above 90 %. dip_share: how far the shank straightens
    between two peaks, of the depth; bounces: the share of repetitions that have two. The stance is that of the shank
    against the vertical. From a split stance (m03) the front and the rear shank start so far off it and bend by so
    much more.
    """

    descent_s: Duration
    bottom_s: Duration
    ascent_s: Duration
    depth_deg: Spread
    stance_deg: Spread
    stance_in_deg: Spread
    knee_in_deg: Spread
    knee_loop_deg: Spread
    dip_share: Spread
    bounces: float
    front_split_deg: tuple[float, float]
    rear_split_deg: tuple[float, float]
    split_deeper_deg: tuple[float, float]


SQUAT = Habits(
    descent_s=Duration(0.68, 0.31, 0.13),
    bottom_s=Duration(0.74, 0.21, 0.20),
    ascent_s=Duration(0.63, 0.13, 0.22),
    depth_deg=Spread(30.6, 5.5, 1.6),
    stance_deg=Spread(1.0, 2.0, 1.3),
    stance_in_deg=Spread(7.3, 4.3, 0.6),
    knee_in_deg=Spread(-1.7, 4.0, 1.2),
    knee_loop_deg=Spread(0.0, 0.8, 1.25),
    dip_share=Spread(0.22, 0.0, 0.05),
    bounces=0.12,
    front_split_deg=(-29.0, -20.0),
    rear_split_deg=(23.0, 37.0),
    split_deeper_deg=(13.0, 35.0),
)
"""The double bottoms are not UI-PRMD's, whose squats have none: a naive count of peaks finds ten repetitions in only
44 of 60 sets of ten of a calf sensor (github.com/choijaeh01/Squat-Realtime-Classifier)."""
LUNGE = replace(
    SQUAT,
    descent_s=Duration(0.69, 0.33, 0.11),
    bottom_s=Duration(0.70, 0.28, 0.14),
    ascent_s=Duration(0.61, 0.33, 0.11),
    depth_deg=Spread(32.0, 5.5, 2.5),
    stance_in_deg=Spread(0.0, 5.2, 1.1),
    knee_in_deg=Spread(-2.5, 4.0, 1.3),
)
"""Inline lunge (m03), front leg; from an upright stance less than the 45 deg from a split one."""
HABITS = {
    "squat": SQUAT,
    "lunge": LUNGE,
    "split_squat": LUNGE,
    # Nothing optical: as the squat, as deep as the literature says.
    "step_down": replace(SQUAT, depth_deg=Spread(32.0, 4.5, 1.6), stance_in_deg=Spread(0.0, 3.0, 0.6)),
    "knee_to_wall": replace(
        SQUAT,
        descent_s=Duration(1.25, 0.25, 0.13),
        bottom_s=Duration(2.0, 0.3, 0.3),
        ascent_s=Duration(1.25, 0.25, 0.13),
        depth_deg=Spread(36.0, 4.5, 1.6),
        stance_in_deg=Spread(0.0, 3.0, 0.6),
    ),
    # m05: the shank leans to sit down, comes back while seated and leans again to rise.
    "sit_to_stand": replace(
        SQUAT,
        descent_s=Duration(0.62, 0.35, 0.13),
        bottom_s=Duration(1.40, 0.20, 0.20),
        ascent_s=Duration(0.60, 0.30, 0.22),
        depth_deg=Spread(21.5, 5.1, 1.9),
        stance_in_deg=Spread(2.4, 3.1, 1.3),
        knee_in_deg=Spread(-1.0, 3.3, 1.5),
        dip_share=Spread(0.15, 0.11, 0.08),
        bounces=1.0,
    ),
}


def _poor(habits: Habits) -> Habits:
    """As people do it wrong on purpose in UI-PRMD: shallow, uneven, the knee going anywhere."""
    return replace(
        habits,
        descent_s=Duration(habits.descent_s.median_s * 1.15, 0.2, 0.40),
        bottom_s=habits.bottom_s._replace(median_s=0.75 * habits.bottom_s.median_s),
        ascent_s=Duration(habits.ascent_s.median_s * 1.2, 0.25, 0.43),
        depth_deg=Spread(habits.depth_deg.mean * 0.8, 4.5, 7.0),
        stance_deg=Spread(1.2, 2.0, 2.4),
        stance_in_deg=habits.stance_in_deg._replace(within=2.5),
        knee_in_deg=Spread(2.0, 4.2, 0.3 * habits.depth_deg.mean),
        knee_loop_deg=Spread(0.0, 1.7, 3.0),
    )


PIVOT_M = Spread(0.021, 0.008, 0.0007)
"""The markers of a flat foot's leg turn about a point this far below the ankle marker (squat, lunge, sit to stand)."""
DRIFT_UP_M = Spread(0.001, 0.0040, 0.0004)
"""Of the ankle at 30 deg with the heel down, beside what the pivot does."""
PAD_SHARE, PAD_M = 0.3, (0.0, 0.0025)
"""Repetitions in which heel pad or sole give, and by how much."""
LOOP_UP_M = Spread(-0.0003, 0.0008, 0.0012)
"""How much higher the ankle goes on the way up than on the way down."""
WANDER_UP_M, WANDER_HZ = 0.0007, 0.5
"""What else the height of a bent leg's ankle does, over 0.3 s and more, one standard deviation."""
TURN_IN_DEG = Spread(4.0, 5.0, 1.0)
"""Of the shank about its long axis at 30 deg, inwards as a planted foot everts. Its size is assumed: TIB turns inwards
in 12 of 12 legs, but by far more than bone can."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One leg of a person. Lengths in m, angles in degrees as in `Habits`; inward: +1 where the right leg's is."""

    habits: Habits
    ball_m: float  # ankle to ball of the foot, horizontal
    ankle_height_m: float
    heel_m: float  # rear heel to ball
    pivot_m: float
    drift_up_m: float
    loop_up_m: float
    turn_in_deg: float
    stance_deg: float
    stance_in_deg: float
    knee_in_deg: float
    knee_loop_deg: float
    depth_deg: float
    descent_s: float
    bottom_s: float
    ascent_s: float
    dip_share: float
    medial: float  # turns inward angles of this leg into turns about the forward axis

    @staticmethod
    def draw(rng: np.random.Generator, options: SimOptions) -> Person:
        """Draw one leg of a person for the exercise, form, start and tempo of the options."""
        habits = HABITS[options.exercise]
        if options.form == "poor":
            habits = _poor(habits)
        stature_m = rng.uniform(1.50, 1.98)
        foot_m = 0.152 * stature_m
        descent_s, ascent_s = habits.descent_s.person(rng), habits.ascent_s.person(rng)
        depth_deg = max(0.5 * habits.depth_deg.mean, habits.depth_deg.person(rng))
        if options.start == "split":
            depth_deg += habits.split_deeper_deg[options.leg == "rear"]
        if options.tempo_s is not None:
            slower = options.tempo_s * EASE_10_TO_90 / (descent_s + ascent_s)
            descent_s, ascent_s = descent_s * slower, ascent_s * slower
        return Person(
            habits=habits,
            ball_m=0.073 * stature_m,
            ankle_height_m=0.039 * stature_m,
            heel_m=0.725 * foot_m - 0.01,
            pivot_m=PIVOT_M.person(rng),
            drift_up_m=DRIFT_UP_M.person(rng),
            loop_up_m=LOOP_UP_M.person(rng),
            turn_in_deg=TURN_IN_DEG.person(rng),
            stance_deg=habits.stance_deg.person(rng),
            stance_in_deg=habits.stance_in_deg.person(rng),
            knee_in_deg=habits.knee_in_deg.person(rng),
            knee_loop_deg=habits.knee_loop_deg.person(rng),
            depth_deg=depth_deg if options.depth_deg is None else options.depth_deg,
            descent_s=descent_s,
            bottom_s=habits.bottom_s.person(rng),
            ascent_s=ascent_s,
            dip_share=habits.dip_share.person(rng),
            medial=1.0 if options.worn_side == Side.LEFT else -1.0,
        )


EASE_10_TO_90 = 0.506
"""Share of a minimum-jerk movement's time that goes from 10 to 90 % of its way; each tail has half of the rest."""
