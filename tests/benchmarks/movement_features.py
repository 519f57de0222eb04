"""What a repetition looks like to a shank, in numbers, alike for optical markers and for the simulated leg.

Reads angles and the ankle's path, nothing of the detector. Units of each number are in its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import nan

import numpy as np
from scipy.signal import butter, sosfiltfilt

from recordings.ui_prmd.markers import ANK, HEE, KNE, RATE_HZ, TIB, TOE, load_take
from recordings.ui_prmd.motion import heading, inclination, smoothed
from shinsight.samples import FloatArray, Phase
from shinsight.transport.simulated import SimOptions
from shinsight.transport.simulated.link import perform
from shinsight.transport.simulated.script import FINE_HZ
from shinsight.transport.simulated.skin import skin_motion

Row = dict[str, float]

LEAST_DEG = 6.0
"""A repetition that bends the shank by less has no shape to speak of."""
QUICK_HZ = 1.5
OUTSIDE_MM = 29.0
"""ANK lies this far outside of where legs turn when the knee goes in or out: it rises by 0.5 mm a degree."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Set:
    """One set of one leg at `RATE_HZ`. Arrays : (n,), angles deg, lengths mm.

    inclination, inward: tilt of the shank forward and to the body's middle; ankle_up, ankle_forward: path of the
    ankle's outer side; extra: others by name, measured alike (skin_along_mm: between two places on the shank's skin,
    of the simulated leg between skin and bone; tib_turn_in_deg, shank_stretch_mm: more than bones can do). windows:
    frames that hold one bottom each. foot: (n, 3) of toe x, y in mm and heading in deg, None where it stays in place.
    """

    inclination: FloatArray
    inward: FloatArray
    ankle_up: FloatArray
    ankle_forward: FloatArray
    windows: tuple[tuple[int, int], ...]
    extra: dict[str, FloatArray]
    foot: FloatArray | None = None


def optical_set(subject: int, movement: str, condition: str, side: str) -> Set:
    """A set of UI-PRMD. Raises KeyError when there is none."""
    take = load_take(subject, movement, condition, side)
    markers = smoothed(take.markers_m)
    forward = heading(markers)
    to_middle = (1.0 if side == "R" else -1.0) * np.cross([0.0, 0.0, 1.0], forward)
    ankle, axis = markers[:, ANK], markers[:, KNE] - markers[:, ANK]
    length = np.linalg.norm(axis, axis=1)
    up = axis / length[:, None]
    tib = markers[:, TIB] - ankle
    along = (tib * up).sum(axis=1)
    across = tib - along[:, None] * up
    front = forward - (forward * up).sum(axis=1)[:, None] * up
    front /= np.linalg.norm(front, axis=1, keepdims=True)
    middle = (1.0 if side == "R" else -1.0) * np.cross(up, front)
    # Seen from the foot's own heading: inwards from the front is positive.
    turn = np.unwrap(np.arctan2((across * middle).sum(axis=1), (across * front).sum(axis=1)))
    first = np.median(forward, axis=0)
    return Set(
        inclination=np.degrees(inclination(markers)),
        inward=np.degrees(np.arctan2((axis * to_middle).sum(axis=1), axis[:, 2])),
        ankle_up=1e3 * ankle[:, 2],
        ankle_forward=1e3 * ankle @ (first / np.linalg.norm(first)),
        windows=tuple(pairwise(take.cuts)),
        extra={
            "heel_up_mm": 1e3 * markers[:, HEE, 2],
            "shank_stretch_mm": 1e3 * length,
            "skin_along_mm": 1e3 * np.linalg.norm(tib, axis=1),
            "tib_turn_in_deg": np.degrees(turn),
        },
        foot=np.column_stack([1e3 * markers[:, TOE, :2], np.degrees(np.arctan2(forward[:, 1], forward[:, 0]))]),
    )


def simulated_set(options: SimOptions) -> Set:
    """The set of a simulated person: the bones, before skin and sensor."""
    motion, _, rng = perform(options)
    _, shift_m = skin_motion(motion, options, rng)
    frames = np.flatnonzero([phase is Phase.SET for phase in motion.phases])
    frames = frames[:: round(FINE_HZ / RATE_HZ)]
    axis = motion.R_earth_from_shank[frames].apply([0.0, 1.0, 0.0])
    to_middle = -1.0 if options.side == "left" else 1.0
    marker = 1e3 * motion.ankle_m[frames] + motion.R_earth_from_shank[frames].apply([0.0, 0.0, to_middle * OUTSIDE_MM])
    t_s = motion.t_s[frames]
    windows = tuple(tuple(np.searchsorted(t_s, [rep.start_s, rep.end_s]).tolist()) for rep in motion.reps)
    return Set(
        inclination=np.degrees(np.arctan2(axis[:, 0], axis[:, 2])),
        inward=np.degrees(np.arctan2(to_middle * axis[:, 1], axis[:, 2])),
        ankle_up=marker[:, 2],
        ankle_forward=marker[:, 0],
        windows=windows,
        extra={"heel_up_mm": 1e3 * motion.heel_m[frames], "skin_along_mm": 1e3 * shift_m[frames, 1]},
    )


def rep_features(done: Set) -> list[Row]:
    """One row a repetition between two upright moments; the first and the last have only one and are left out."""
    bottoms = [a + int(np.argmax(done.inclination[a:b])) for a, b in done.windows]
    uprights = [a + int(np.argmin(done.inclination[a:b])) for a, b in pairwise(bottoms)]
    unabsorbed = _not_by_a_lever(done)
    rows = []
    for before, bottom, after, later in zip(uprights[:-1], bottoms[1:-1], uprights[1:], bottoms[2:], strict=True):
        row = _shape(done.inclination, before, bottom, after, later)
        if row is None:
            continue
        paths = {"inward_deg": done.inward, "ankle_up_mm": done.ankle_up, "ankle_forward_mm": done.ankle_forward}
        for name, values in (paths | done.extra).items():
            row[name] = float(values[bottom - 5 : bottom + 6].mean() - 0.5 * (values[before] + values[after]))
        row["ankle_loop_mm"] = _loop(done.ankle_up, done.inclination, before, bottom, after)
        row["inward_loop_deg"] = _loop(done.inward, done.inclination, before, bottom, after)
        row["ankle_not_by_a_lever_mm"] = float(np.sqrt(np.mean(unabsorbed[before:after] ** 2)))
        row["stance_deg"] = float(done.inclination[before])
        row["stance_inward_deg"] = float(done.inward[before])
        if done.foot is not None:
            moved = done.foot[after] - done.foot[before]
            row["foot_moved_mm"] = float(np.hypot(moved[0], moved[1]))
            row["foot_turned_deg"] = float(abs(moved[2]))
        rows.append(row)
    return rows


def _shape(tilt: FloatArray, before: int, bottom: int, after: int, later: int) -> Row | None:
    """Times between 10 and 90 % of the way; None for a repetition that hardly bends the shank."""
    peak = float(tilt[bottom])
    down, up = (tilt[before : bottom + 1] - tilt[before]), (tilt[bottom : after + 1] - tilt[after])
    high_down, high_up = peak - tilt[before], peak - tilt[after]
    if min(high_down, high_up) < LEAST_DEG:
        return None
    deep = before + int(np.flatnonzero(down > 0.9 * high_down)[0])
    start = before + int(np.flatnonzero(down[: deep - before] < 0.1 * high_down)[-1])
    rise = bottom + int(np.flatnonzero(up > 0.9 * high_up)[-1])
    end = rise + int(np.flatnonzero(up[rise - bottom :] < 0.1 * high_up)[0])
    again = tilt[after:later]
    leaves = np.flatnonzero(again - tilt[after] > 0.1 * (tilt[later] - tilt[after]))
    floor = tilt[deep : rise + 1]
    lower = np.minimum(np.maximum.accumulate(floor), np.maximum.accumulate(floor[::-1])[::-1])
    sos = butter(2, QUICK_HZ, btype="highpass", fs=RATE_HZ, output="sos")
    quick = sosfiltfilt(sos, tilt[before : after + 1], padlen=min(30, after - before - 1))
    return {
        "descent_s": (deep - start) / RATE_HZ,
        "bottom_s": (rise - deep) / RATE_HZ,
        "ascent_s": (end - rise) / RATE_HZ,
        "upright_s": (after + int(leaves[0]) - end) / RATE_HZ if len(leaves) else nan,
        "peak_deg": high_down,
        "descent_share": (deep - start) / max(1, deep - start + end - rise),
        "dip_share": float((lower - floor).max()) / high_down,
        "quicker_than_1_5_hz_deg": float(np.sqrt(np.mean(quick**2))),
    }


def _loop(values: FloatArray, tilt: FloatArray, before: int, bottom: int, after: int) -> float:
    """How much larger on the way up than on the way down, between 30 and 70 % of the way."""
    share = (tilt - tilt[before]) / (tilt[bottom] - tilt[before])
    halfway = (share > 0.3) & (share < 0.7)
    way = np.arange(len(tilt))
    down, up = (halfway & (way >= a) & (way < b) for a, b in ((before, bottom), (bottom, after)))
    return float(values[up].mean() - values[down].mean()) if down.any() and up.any() else nan


def _not_by_a_lever(done: Set) -> FloatArray:
    """The ankle's height without what another lever to the sensor would explain, longer, further forward or aside."""
    tilt, inward = np.radians(done.inclination), np.radians(done.inward)
    terms = np.column_stack([np.ones_like(tilt), np.sin(tilt), np.cos(tilt), np.sin(inward)])
    fitted, *_ = np.linalg.lstsq(terms, done.ankle_up, rcond=None)
    return np.asarray(done.ankle_up - terms @ fitted, dtype=np.float64)
