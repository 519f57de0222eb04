"""What an IMU on the instep of that foot reads: the foot pitches about its ball, and its arch gives under the shank.

Nobody has published how far an instep turns while the foot stays flat: 1 deg of pitch and 1 deg of roll at 30 deg of
inclination (one standard deviation over people, by half from rep to rep as the skin of the shin) are assumptions.
Real flat squats of one person turned it by 0.3 to 2 deg (docs/foot-sensor.md).
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from ...samples import FloatArray, Phase
from .leg import FINE_HZ, R_EARTH_FROM_UPRIGHT, Motion
from .options import SimOptions
from .sensor import Reading, mounting, sense

ARCH_DEG = {"none": 0.0, "low": 0.5, "medium": 1.0, "high": 2.0}
"""Turn of the instep with the foot flat, one standard deviation at 30 deg of inclination, by `skin`."""
INSTEP_DEG = -25.0
"""The instep slopes down towards the toes."""


def read_foot(motion: Motion, options: SimOptions, rng: np.random.Generator) -> Reading:
    """Everything between the bones of the foot and the wire."""
    person = motion.person
    behind_m, above_m = rng.uniform(0.04, 0.08), rng.uniform(0.05, 0.07)
    from_ball = np.array([-behind_m, above_m, rng.normal(0, 0.01)])
    toes_out = Rotation.from_rotvec([0.0, np.radians(rng.normal(-7, 5)), 0.0])
    headed = Rotation.from_rotvec(np.outer(motion.foot_heading_rad, [0.0, 1.0, 0.0]))
    pitch = motion.foot_pitch_rad - np.radians(options.slope_deg)
    pitched = Rotation.from_rotvec(np.outer(-pitch, [0.0, 0.0, 1.0]))
    R_earth_from_foot = R_EARTH_FROM_UPRIGHT * headed * toes_out * pitched
    ball = motion.foot_m + R_EARTH_FROM_UPRIGHT.apply(np.array([person.ball_m, -person.ankle_height_m, 0.0]))
    position_m = ball + R_earth_from_foot.apply(from_ball)
    arch = Rotation.from_rotvec(_arch(motion, options, rng))
    slope_rad = np.radians(rng.normal(INSTEP_DEG, 7.0)) if options.mounting == "strapped" else 0.0
    R_foot_from_sensor = arch * Rotation.from_rotvec([0.0, 0.0, slope_rad]) * mounting(options, rng)
    return sense(position_m, R_earth_from_foot * R_foot_from_sensor, options, rng)


def _arch(motion: Motion, options: SimOptions, rng: np.random.Generator) -> FloatArray:
    """(n, 3) rad, foot frame: turn of the instep against the foot, growing with the bend of the ankle."""
    size = np.radians(ARCH_DEG[options.skin])
    bend = (motion.inclination_rad - motion.foot_pitch_rad) / np.radians(30.0)
    in_rocks = np.array([phase is Phase.ROCKS for phase in motion.phases])
    turn = np.zeros((len(bend), 3))
    for axis in (0, 2):  # roll, pitch
        usual = rng.normal(0, 1)
        factor = np.where(in_rocks, rng.uniform(0.6, 1.4), 1.0) * usual
        for part in np.unique(motion.part[motion.part >= 0]):
            factor[motion.part == part] += 0.25 * rng.normal(0, 1)
        turn[:, axis] = size * gaussian_filter1d(factor, 0.1 * FINE_HZ) * bend
    return turn
