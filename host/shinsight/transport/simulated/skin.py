"""How a strapped sensor moves against the bone: skin, muscle, a strap that slips, a heel that lands.

Rotation and shift grow with inclination, differ from rep to rep and between rocks and set, lag behind and tremble
(sizes by `skin` from a literature study of skin markers). Part of it follows the load of the calf instead.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, lfilter

from ...samples import FloatArray, Phase
from .leg import LIFTED_M, Motion
from .options import SimOptions
from .script import FINE_HZ, ease

SKIN = {"none": (0.0, 0.0), "low": (0.7, 0.0015), "medium": (1.5, 0.003), "high": (3.0, 0.006)}
"""Rotation (deg) and shift (m), one standard deviation at 30 deg of inclination."""
DOWN_THE_SHANK = -1.0
"""Mean shift along the shank, of the standard deviation: TIB comes 11 +- 4.5 mm nearer to ANK at 30 deg, in 12 of 12
legs (UI-PRMD), which is the skin of both and more than a strap leaves."""
MUSCLE = 0.15
"""Of the whole, what follows the load instead: 1 mm rms of TIB's 11 mm is not proportional to inclination."""
JOLT_DEG, JOLT_M, JOLT_HZ, JOLT_S = 0.3, 0.001, (8.0, 14.0), 0.06
"""Of a heel that lands at 0.2 m/s with medium skin; soft tissue rings at 5 to 15 Hz."""
AXES = {"sideways": 0, "long": 1, "flexion": 2}
"""Axis of the shank's frame by the name of a slip about it."""


def skin_motion(motion: Motion, options: SimOptions, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Sensor against bone: rotation vector (n, 3) rad and shift (n, 3) m, shank frame."""
    rotation_deg, shift_m = SKIN[options.skin]
    n = len(motion.t_s)
    bend = motion.inclination_rad / np.radians(30.0)
    # Skin lags behind: the way down and the way up differ.
    lagged = 0.8 * bend + 0.2 * _lag(bend, 0.3)
    load = _load(motion, bend)
    wobble = np.zeros((n, 3))
    shift = np.zeros((n, 3))
    in_rocks = np.array([phase is Phase.ROCKS for phase in motion.phases])
    for axis in range(3):
        for target, size in ((wobble, np.radians(rotation_deg)), (shift, shift_m)):
            usual = rng.normal(DOWN_THE_SHANK if target is shift and axis == AXES["long"] else 0.0, 1)
            mismatch = rng.uniform(0.6, 1.4)
            factor = np.where(in_rocks, mismatch, 1.0) * usual
            for part in np.unique(motion.part[motion.part >= 0]):
                factor[motion.part == part] += 0.25 * rng.normal(0, 1)
            factor = gaussian_filter1d(factor, 0.1 * FINE_HZ)
            target[:, axis] = size * (factor * lagged + MUSCLE * rng.normal(0, 1) * load)
    if rotation_deg > 0.0:
        b, a = butter(2, (6.0, 12.0), btype="bandpass", fs=FINE_HZ)
        tremor = lfilter(b, a, rng.normal(0, 1, (n, 3)), axis=0)
        # Muscles tremble under load; a standing leg is nearly passive.
        shaking = (0.2 + np.clip(bend, 0, 1))[:, None]
        wobble += np.radians(0.02 * rotation_deg) * shaking * tremor / max(1e-12, float(np.std(tremor)))
        jolt = _landings(motion, rng) * rotation_deg / SKIN["medium"][0]
        wobble[:, AXES["flexion"]] += np.radians(JOLT_DEG) * jolt
        shift[:, AXES["long"]] += JOLT_M * jolt
    slipped = _slip(motion, options)
    wobble[:, AXES[options.slip_axis]] += np.radians(options.slip_deg) * slipped
    shift[:, AXES["long"]] -= options.slip_mm / 1000.0 * slipped
    return wobble, shift


def _load(motion: Motion, bend: FloatArray) -> FloatArray:
    """(n,) of the calf: sets in early, is stronger on the way up and with the heel up."""
    bent = np.sqrt(np.clip(bend, 0.0, 1.5))
    rising = np.clip(-np.gradient(bend) * FINE_HZ / 2.0, 0.0, 1.0)
    raised = np.clip(motion.heel_m / 0.03, 0.0, 1.0)
    return _lag(bent * (1.0 + 0.5 * rising) + raised, 0.08)


def _landings(motion: Motion, rng: np.random.Generator) -> FloatArray:
    """(n,) what rings after each landing of the heel, 1 at its start for 0.2 m/s."""
    down = np.flatnonzero((motion.heel_m[:-1] > LIFTED_M) & (motion.heel_m[1:] <= LIFTED_M))
    ring = np.zeros(len(motion.t_s))
    for landing in down.tolist():
        before = motion.heel_m[max(0, landing - round(0.1 * FINE_HZ)) : landing + 1]
        speed_mps = float(np.max(-np.diff(before))) * FINE_HZ
        since_s = motion.t_s[landing:] - motion.t_s[landing]
        # Starts at rest, so that it is no step.
        wave = np.sin(2.0 * np.pi * rng.uniform(*JOLT_HZ) * since_s) * (1.0 - np.exp(-since_s / 0.01))
        ring[landing:] += speed_mps / 0.2 * wave * np.exp(-since_s / JOLT_S)
    return ring


def _slip(motion: Motion, options: SimOptions) -> FloatArray:
    """(n,) from 0 to 1 when the strap slips."""
    if options.slip_at_rep is None:
        start_s = motion.t_s[-1] * 0.6
    elif options.slip_at_rep == 0:
        start_s = motion.t_s[motion.phases.index(Phase.SET)] if Phase.SET in motion.phases else motion.t_s[-1]
    else:
        start_s = motion.reps[options.slip_at_rep - 1].end_s
    return ease((motion.t_s - start_s) / 0.4)


def _lag(signal: FloatArray, seconds: float) -> FloatArray:
    share = 1.0 / (seconds * FINE_HZ)
    return np.asarray(lfilter([share], [1.0, share - 1.0], signal))
