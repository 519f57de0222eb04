"""Heel state of a repetition as a sensor on the foot sees it: the foot's pitch against thresholds.

After rocks have shown what the arch does, 1.8 deg of pitch is a lift (2 % false positives, 1 cm of heel lift found in
96 % in simulation) and 1.25 deg is still flat (5 %); without rocks 4.2 deg is (docs/foot-sensor.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

import numpy as np
from scipy.ndimage import minimum_filter1d

from ..errors import SettingsError
from ..kinematics.foot import FootLengths
from ..results import HeelState
from ..samples import FloatArray
from ..units import RAD_PER_DEG


@dataclass(frozen=True, kw_only=True, slots=True)
class FootHeelSettings:
    """Pitch above which the heel is up and up to which it is down; pitch_sd_rad: what the arch leaves, one standard
    deviation; held_s: a pitch counts that holds so long."""

    up_rad: float = 1.8 * RAD_PER_DEG
    down_rad: float = 1.25 * RAD_PER_DEG
    pitch_sd_rad: float = 0.6 * RAD_PER_DEG
    held_s: float = 0.1

    def __post_init__(self) -> None:
        if not 0.0 < self.down_rad <= self.up_rad:
            raise SettingsError(
                f"foot heel: down_rad is {self.down_rad:g} and up_rad {self.up_rad:g}, expected 0 < down_rad <= up_rad"
            )


WITHOUT_ROCKS = FootHeelSettings(up_rad=4.2 * RAD_PER_DEG, down_rad=2.9 * RAD_PER_DEG, pitch_sd_rad=1.5 * RAD_PER_DEG)
WITHOUT_AXIS = replace(WITHOUT_ROCKS, up_rad=inf)
"""A turn of unknown direction may be a roll: it tells a flat foot and never a lift."""


@dataclass(frozen=True, slots=True)
class FootRep:
    """A repetition as the foot saw it.

    peak_pitch_rad: largest pitch that held; heel_lift_m, heel_lift_sd_m: of the rear edge of the heel at that pitch;
    peak_dorsiflexion_rad: largest angle between shank and foot, from standing, whatever the heel did; heel_off_s: when
    the pitch first passed the threshold, None when the heel was not up.
    """

    peak_pitch_rad: float
    heel: HeelState
    heel_lift_m: float
    heel_lift_sd_m: float
    peak_dorsiflexion_rad: float
    heel_off_s: float | None


def judge_foot(
    t_s: FloatArray,
    pitch_rad: FloatArray,
    inclination_rad: FloatArray,
    *,
    lengths: FootLengths,
    settings: FootHeelSettings,
    broken: bool = False,
) -> FootRep:
    """Judge the samples of one repetition : (n,) each, n >= 1, evenly spaced; broken: some are missing."""
    step_s = (t_s[-1] - t_s[0]) / max(1, len(t_s) - 1)
    size = max(1, round(settings.held_s / step_s)) if step_s > 0.0 else 1
    held = minimum_filter1d(pitch_rad, min(size, len(pitch_rad)), mode="nearest")
    peak = float(held.max())
    if broken or settings.down_rad < peak <= settings.up_rad:
        heel = HeelState.UNSURE
    else:
        heel = HeelState.UP if peak > settings.up_rad else HeelState.DOWN
    lift_m = float(lengths.heel_lift_m(peak))
    sd_m = float(np.hypot(lengths.heel_m * np.cos(peak) * settings.pitch_sd_rad, lift_m * lengths.share_sd))
    return FootRep(
        peak,
        heel,
        lift_m,
        sd_m,
        float(np.max(inclination_rad - pitch_rad)),
        float(t_s[np.argmax(pitch_rad > settings.up_rad)]) if heel is HeelState.UP else None,
    )
