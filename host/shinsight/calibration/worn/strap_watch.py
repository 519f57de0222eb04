"""Does the sensor still sit where it was calibrated? Seen from how the shank rests, and from what every rep then fakes.

A shank that rests at another angle is a strap that turned or a person who stands differently. What tells them apart is
the ankle: turned on the strap by 5 deg, a lever of 20 cm points 17 mm past it, and every rep shows a height that a
lever turned along with the sensor takes away. A new stance does nothing of the kind. About the forward axis no height
tells, so only the size of the change does; about the shin's own axis rests say nothing (people turn round), but the
direction in the sensor into which the shank leans does. All of it must last, and stand clear of how this person varies.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, hypot, pi

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from ...errors import SettingsError
from ...kinematics.ankle_rise import LEVER, AnkleModel, ankle_rise
from ...results import Notice
from ...samples import FloatArray, SampleBlock
from ...units import DEG_PER_RAD, RAD_PER_DEG

OTHER_GRAVITY_SHARE = 0.02
"""A stance whose gravity differs by more than this share from the calibrated one is another board's, or moves."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StrapSettings:
    """What is more than people do: shanks come back to a stance within 1 deg (sd), and lean in one direction within 3.

    lasts: so many reps alike. usual: as many before them are what they are compared with. clear_of_spread: times the
    standard deviation within both. A change of lean up to no_stance_rad may be another stance: then the turned lever
    has to take away at least least_proof of the energy of the ankle's height. most_from_rocks_rad: squats lean up to
    30 deg beside the rocks.
    """

    least_lean_rad: float = 4.0 * RAD_PER_DEG
    least_right_rad: float = 4.0 * RAD_PER_DEG
    least_spin_rad: float = 9.0 * RAD_PER_DEG
    lasts: int = 3
    usual: int = 6
    clear_of_spread: float = 2.7
    no_stance_rad: float = 5.5 * RAD_PER_DEG
    least_proof: float = 0.0
    heading_share: float = 0.5
    most_from_rocks_rad: float = 40.0 * RAD_PER_DEG
    least_rest_samples: int = 5

    def __post_init__(self) -> None:
        for name in ("least_lean_rad", "least_right_rad", "least_spin_rad", "clear_of_spread", "no_stance_rad"):
            if not getattr(self, name) > 0.0:
                raise SettingsError(f"strap {name} is {getattr(self, name)}, expected above 0")
        for name in ("lasts", "usual"):
            if not getattr(self, name) >= 3:
                raise SettingsError(f"strap {name} is {getattr(self, name)}, expected at least 3")


@dataclass(frozen=True, slots=True, eq=False)
class RepPath:
    """A rep with the rests around it, as the verdict sees it: corrected and free of the gyro's bias.

    t_s : (n,); up, accel_mps2, rate_radps : (n, 3), sensor frame; rest : (n,) bool, the shank rests.
    """

    t_s: FloatArray
    up: FloatArray
    accel_mps2: FloatArray
    rate_radps: FloatArray
    rest: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """lean_rad, right_rad: of the rest after a rep, against the calibrated stance; direction_rad into which it leant.

    heading_rad: turned about the vertical since the watch began.
    """

    path: RepPath
    lean_rad: float
    right_rad: float
    direction_rad: float
    heading_rad: float


class StrapWatch:
    """rep(path) -> a Notice "strap_moved", once, when the sensor is no longer where it was. `run` is its twin."""

    def __init__(self, *, model: AnkleModel, settings: StrapSettings | None = None) -> None:
        self._model = model
        self._s = settings or StrapSettings()
        self._seen: list[_Seen] = []
        self._heading_rad = 0.0
        self.moved = False
        """True from the notice on: heel verdicts are unsure until the next calibration."""

    def rep(self, path: RepPath) -> Notice | None:
        """Look at one rep that has ended. A rep without rests on both sides is ignored."""
        if self.moved:
            return None
        turning = np.einsum("ij,ij->i", path.rate_radps, path.up)
        self._heading_rad += float(np.sum(0.5 * (turning[1:] + turning[:-1]) * np.diff(path.t_s)))
        rests = rest_slices(path.rest, self._s.least_rest_samples)
        if rests is None:
            return None
        before, after = rests
        lean, right = _stance(self._model, path.up[after].mean(axis=0))
        direction = _direction(self._model, path.up, before)
        self._seen.append(_Seen(path, lean, right, direction, self._heading_rad))
        del self._seen[: -(self._s.usual + self._s.lasts)]
        turned = self._turned()
        if turned is None:
            return None
        self.moved = True
        text = (
            f"sensor turned on the strap by about {turned}: heel states are unsure from here; "
            "tighten the strap and calibrate again"
        )
        return Notice(float(path.t_s[-1]), "strap_moved", text)

    def run(self, paths: list[RepPath]) -> list[Notice]:
        """Return the notices of n reps, the same as n calls of `rep`."""
        return [notice for path in paths if (notice := self.rep(path)) is not None]

    def _turned(self) -> str | None:
        s = self._s
        new, old = self._seen[-s.lasts :], self._seen[: -s.lasts]
        if len(new) < s.lasts or len(old) < 2:
            return None
        # The calibrated stance is one more rest before.
        lean = self._lasting([r.lean_rad for r in new], [0.0, *(r.lean_rad for r in old)], s.least_lean_rad)
        if lean and (abs(lean) > s.no_stance_rad or self._proof(new, lean) > s.least_proof):
            return f"{abs(lean) * DEG_PER_RAD:.0f} deg {'forward' if lean > 0.0 else 'backward'}"
        right = self._lasting([r.right_rad for r in new], [0.0, *(r.right_rad for r in old)], s.least_right_rad)
        if right:
            return f"{abs(right) * DEG_PER_RAD:.0f} deg to the {'right' if right > 0.0 else 'left'}"
        usual = old[0].direction_rad
        turns = [_wrapped(r.direction_rad - usual) for r in self._seen]
        spin = self._lasting(turns[-s.lasts :], turns[: -s.lasts], s.least_spin_rad)
        # A sensor that turns on the shin has turned about the vertical too; for a knee that goes elsewhere it has not.
        headings = [r.heading_rad for r in self._seen]
        turned = float(np.median(headings[-s.lasts :])) - float(np.median(headings[: -s.lasts]))
        if spin and abs(spin + turned) < s.heading_share * abs(spin):
            return f"{abs(spin) * DEG_PER_RAD:.0f} deg about the shin"
        return None

    def _lasting(self, new: list[float], old: list[float], least: float) -> float:
        """Change from old to new when it is large and clear of the spread within both, else 0."""
        change = float(np.median(new)) - float(np.median(old))
        scatter = float(np.sum((np.array(new) - np.mean(new)) ** 2) + np.sum((np.array(old) - np.mean(old)) ** 2))
        spread = float(np.sqrt(scatter / (len(new) + len(old) - 2)))
        return change if abs(change) > max(least, self._s.clear_of_spread * spread) else 0.0

    def _proof(self, new: list[_Seen], lean_rad: float) -> float:
        """Share of the energy of the ankle's height that a lever turned along with the sensor takes away, typically.

        The first of the new reps may have been under way when the sensor turned.
        """
        lever_m = self._model.lever_m
        R_after_from_before = Rotation.from_rotvec(lean_rad * np.array(self._model.alignment.right))
        turned_m = R_after_from_before.apply(lever_m)
        shares = []
        for seen in new[1:]:
            height, by_lever = _height(self._model, seen.path)
            as_is = float(np.sum(height**2))
            as_turned = float(np.sum((height + by_lever @ (turned_m - lever_m)) ** 2))
            shares.append((as_is - as_turned) / max(as_is + as_turned, 1e-12))
        return float(np.median(shares))


def stance_problems(model: AnkleModel, standing: SampleBlock, settings: StrapSettings | None = None) -> tuple[str, ...]:
    """Return why a quiet stance contradicts a reused calibration, in plain words; () when it does not.

    standing: a second or more of it, as measured. A turn of less than 5 deg passes: people stand that differently.
    """
    s = settings or StrapSettings()
    problems = []
    stance = model.correction.apply(standing.accel_mps2).mean(axis=0)
    gravity = float(np.linalg.norm(stance))
    lean, right = _stance(model, stance / gravity)
    if abs(gravity - model.gravity_mps2) > OTHER_GRAVITY_SHARE * model.gravity_mps2:
        problems.append(
            f"standing still reads {gravity:.2f} m/s^2, calibrated {model.gravity_mps2:.2f}: "
            f"another board, or it was moving"
        )
    if hypot(lean, right) > s.no_stance_rad:
        problems.append(
            f"the sensor is turned by {lean * DEG_PER_RAD:+.0f} deg forward and {right * DEG_PER_RAD:+.0f} deg to "
            "the right of its calibration"
        )
    return tuple(problems)


def spin_problem(model: AnkleModel, rep: RepPath, settings: StrapSettings | None = None) -> str | None:
    """Return why the first rep contradicts a reused calibration; "" when it does not, None when unknown.

    A turn about the shin of less than 40 deg passes: people squat that differently. So does another height on the
    shin: the ankle of one real rep seems to sink by more than a lever 3 cm off fakes.

    rep: with its rests, corrected by the model.
    """
    s = settings or StrapSettings()
    rests = rest_slices(rep.rest, s.least_rest_samples)
    if rests is None:
        return None
    spin = _direction(model, rep.up, rests[0])
    if abs(spin) > s.most_from_rocks_rad:
        return f"the sensor is turned by {abs(spin) * DEG_PER_RAD:.0f} deg about the shin"
    return ""


def still_fits(
    model: AnkleModel, standing: SampleBlock, rep: RepPath, settings: StrapSettings | None = None
) -> tuple[str, ...]:
    """Everything that speaks against a calibration that is used again, from a stance and the first rep."""
    spin = spin_problem(model, rep, settings)
    return (*stance_problems(model, standing, settings), *((spin,) if spin else ()))


def rest_slices(rest: NDArray[np.bool_], least: int) -> tuple[slice, slice] | None:
    """The rests around the movement: the last run of True before the middle, and the last of all."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], rest, [False]]).astype(np.int8))).reshape(-1, 2)
    runs = [(int(a), int(b)) for a, b in edges if b - a >= least]
    middle = len(rest) / 2
    before = [run for run in runs if run[1] <= middle]
    after = [run for run in runs if run[0] >= middle]
    if not before or not after:
        return None
    return slice(*before[-1]), slice(*after[-1])


def _stance(model: AnkleModel, up: FloatArray) -> tuple[float, float]:
    """How far forward and to the right the sensor leans against the calibrated stance, rad."""
    x, y, z = (model.alignment.R_sensor_from_shank.T @ up).tolist()
    # A sensor that leans forward sees up swing to its back.
    return atan2(-x, y), atan2(-z, y)


def _direction(model: AnkleModel, up: FloatArray, before: slice) -> float:
    """Where in the sensor the shank leans to at most, from the calibrated forward axis, about the shin, rad."""
    rest = up[before].mean(axis=0)
    away = rest - up
    far = away[int(np.argmax(np.einsum("ij,ij->i", away, away)))]
    x, _, z = (model.alignment.R_sensor_from_shank.T @ far).tolist()
    return atan2(-z, x)


def _height(model: AnkleModel, path: RepPath) -> tuple[FloatArray, FloatArray]:
    """Ankle height (n,) m over a rep, at rest before and after it, and its derivative by the lever (n, 3)."""
    rests = rest_slices(path.rest, 1)
    assert rests is not None
    part = slice(rests[0].start, rests[1].stop)
    t_s = path.t_s[part]
    found = ankle_rise(
        t_s,
        path.up[part],
        path.accel_mps2[part],
        -np.cross(path.rate_radps[part.start], path.up[part.start]),
        lever_m=model.lever_m,
        up_standing=np.array(model.alignment.up),
        gravity_mps2=model.gravity_mps2,
    )
    both = np.concatenate([found.height_m[:, None], found.sensitivity[:, LEVER]], axis=1)
    u = (t_s - t_s[0]) / (t_s[-1] - t_s[0])
    powers = np.stack([np.ones_like(u), u, u**2], axis=1)
    resting = path.rest[part]
    both = both - powers @ np.linalg.lstsq(powers[resting], both[resting], rcond=None)[0]
    return both[:, 0], both[:, 1:]


def _wrapped(angle_rad: float) -> float:
    return (angle_rad + pi) % (2.0 * pi) - pi
