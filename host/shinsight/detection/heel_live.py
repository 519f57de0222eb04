"""Heel lift as it happens: the verdict's question, asked again with every new moment and without the future.

While the shank rests, the foot is flat. When it leaves its rest, the ankle's open-loop height is followed from the last
flat moments on and whitened, moment by moment, by all that error and a flat foot can do (`height_error`): a row is
added to the Cholesky factor, nothing is computed twice. A bank of lifts under way (`lift_shapes`) is matched
against it. The flag comes on when a lift is likelier than not by a margin, and holds until the foot is flat again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import nan, sqrt

import numpy as np
from scipy.linalg import solve_triangular

from ..errors import SettingsError
from ..kinematics.ankle_rise import PARAMETERS, AnkleModel, AnkleRiseTracker
from ..results import HeelState
from ..samples import FloatArray, Vector
from .flat_foot import FlatFoot, FlatFootSettings, Footing
from .height_error import HeightErrorSettings, Moments, error_covariance, foot_covariance, row_noise
from .lift_evidence import LiftPrior, amplitudes, log_odds
from .lift_shapes import OnsetSettings, OnsetShapes

RESTING_S = 1.0
"""Time constant of what the vertical channel reads when nothing moves."""
LEVEL_RAD = np.radians(1.5)
"""At rest the up-vector and the accelerometer agree within; in standing sway they differ by less."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveSettings:
    """up_log_odds, down_log_odds: from where the heel is called up, and down. before_s: flat moments taken along."""

    every_s: float = 0.038
    before_s: float = 1.0
    longest_s: float = 20.0
    upright_worth: float = 0.2
    up_log_odds: float = 1.1
    down_log_odds: float = -0.65
    # The resting acceleration has just been measured and the start is at rest: tighter than looking back needs.
    error: HeightErrorSettings = field(
        default_factory=lambda: HeightErrorSettings(acceleration_sd_mps2=0.02, start_velocity_sd_mps=0.01)
    )
    prior: LiftPrior = field(default_factory=LiftPrior)
    onsets: OnsetSettings = field(default_factory=OnsetSettings)
    flat_foot: FlatFootSettings = field(default_factory=FlatFootSettings)

    def __post_init__(self) -> None:
        if not self.down_log_odds < self.up_log_odds:
            raise SettingsError(f"down_log_odds {self.down_log_odds} must be below up_log_odds {self.up_log_odds}")


@dataclass(frozen=True, slots=True)
class LiveHeel:
    """Height of the ankle above flat with its sd, and the heel's state.

    flat_confidence: how far the foot is taken to be flat (0..1). quiet: the shank rests near upright at this moment.
    """

    rise_m: float
    rise_sd_m: float
    state: HeelState
    flat_confidence: float
    quiet: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    t_s: float
    up: FloatArray
    accel_mps2: FloatArray
    up_rate: FloatArray
    inclination_rad: float


class LiveHeelDetector:
    """Follows the heel sample by sample, from the past alone.

    update(t_s, up, accel, rate, inclination) gives a `LiveHeel`; `run` does the same for arrays. `lose` tells it that
    samples are missing.
    """

    def __init__(self, *, model: AnkleModel, settings: LiveSettings | None = None) -> None:
        self._s = settings or LiveSettings()
        self._model = model
        self._foot = FlatFoot(self._s.flat_foot)
        self._resting_mps2 = 0.0
        self._last_s: float | None = None
        self._recent: deque[_Seen] = deque()
        self._flat_since_s = 0.0
        self._flat_confidence = 1.0
        self._away: _Away | None = None
        self._flagged = False
        self._lost = False

    def lose(self) -> None:
        """Samples are missing before the next one: nothing is known of the foot until it rests flat again, and the
        up-vector has found the vertical again, which at rest the accelerometer shows."""
        self._foot = FlatFoot(self._s.flat_foot)
        self._last_s = None
        self._recent.clear()
        self._away = None
        self._flagged = False
        self._lost = True

    def update(
        self, t_s: float, up: Vector, accel_mps2: Vector, rate_radps: Vector, inclination_rad: float
    ) -> LiveHeel:
        """Take one moment: up-vector, corrected specific force (m/s^2) and bias-free rate (rad/s) in the sensor frame,
        and the shank's inclination from standing (rad)."""
        u, f, w = np.array(up), np.array(accel_mps2), np.array(rate_radps)
        step_s = 0.0 if self._last_s is None else t_s - self._last_s
        self._last_s = t_s
        seen = _Seen(t_s, u, f, _cross(up, rate_radps), inclination_rad)
        self._recent.append(seen)
        vertical = float(u @ f) - self._model.gravity_mps2
        suspected = self._away is not None and self._away.log_odds > self._s.down_log_odds
        footing = self._foot.update(
            t_s, inclination_rad, float(np.linalg.norm(w)), vertical - self._resting_mps2, suspected
        )
        if self._foot.quiet:
            self._resting_mps2 += min(1.0, step_s / RESTING_S) * (vertical - self._resting_mps2)
        if self._lost and (footing is not Footing.RESTING or _angle(u, f) > LEVEL_RAD):
            return self._unknown()
        self._lost = False
        if footing is Footing.AWAY:
            return self._follow(seen)
        self._away = None
        self._flagged = False
        self._flat_since_s = self._foot.since_s
        self._flat_confidence = 1.0 if footing is Footing.RESTING else self._s.upright_worth
        while self._recent[0].t_s < t_s - self._s.before_s:
            self._recent.popleft()
        sd = self._s.error.flat_sd_m / self._flat_confidence
        return LiveHeel(0.0, sd, HeelState.DOWN, self._flat_confidence, self._foot.quiet)

    def run(
        self,
        t_s: FloatArray,
        up: FloatArray,
        accel_mps2: FloatArray,
        rate_radps: FloatArray,
        inclination_rad: FloatArray,
    ) -> list[LiveHeel]:
        """Return the results of n updates; t_s, inclination_rad : (n,), the vectors : (n, 3)."""
        rows = zip(
            t_s.tolist(), up.tolist(), accel_mps2.tolist(), rate_radps.tolist(), inclination_rad.tolist(), strict=True
        )
        return [self.update(t, tuple(u), tuple(f), tuple(w), angle) for t, u, f, w, angle in rows]

    def _unknown(self) -> LiveHeel:
        """After a gap: what was before it is no height to count from."""
        self._recent.clear()
        return LiveHeel(nan, nan, HeelState.UNSURE, 0.0, self._foot.quiet)

    def _follow(self, seen: _Seen) -> LiveHeel:
        """The shank is away from its rest."""
        if self._away is None:
            self._away = _Away(self._model, self._model.gravity_mps2 + self._resting_mps2, self._s)
            for flat in self._recent:
                if self._flat_since_s <= flat.t_s < seen.t_s:
                    self._away.add(flat, self._flat_confidence)
        self._recent.clear()
        away = self._away
        away.add(seen, 0.0)
        self._flagged = self._flagged or away.log_odds > self._s.up_log_odds
        if self._flagged:
            state = HeelState.UP
        else:
            state = HeelState.DOWN if away.log_odds < self._s.down_log_odds else HeelState.UNSURE
        return LiveHeel(away.rise_m, away.rise_sd_m, state, 0.0, self._foot.quiet)


def _angle(a: FloatArray, b: FloatArray) -> float:
    return float(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b))


def _cross(a: Vector, b: Vector) -> FloatArray:
    """Return a x b. The function of numpy takes four times as long for a single pair."""
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


class _Away:
    """One excursion from rest: rows of whitened heights and shapes, in the order they happen."""

    def __init__(self, model: AnkleModel, resting_mps2: float, settings: LiveSettings) -> None:
        self._model = model
        self._s = settings
        self._track = AnkleRiseTracker(
            lever_m=model.lever_m, up_standing=np.array(model.alignment.up), gravity_mps2=resting_mps2
        )
        self._shapes = OnsetShapes(settings.onsets)
        most = round(settings.longest_s / settings.every_s)
        self._moments = Moments(np.zeros(most), np.zeros(most), np.zeros((most, PARAMETERS)), np.zeros(most))
        self._root = np.zeros((most, most))
        self._heights = np.zeros(most)
        self._lifts = np.zeros((most, 0))
        self._match = np.zeros(0)
        self._information = np.zeros(0)
        self._rows = 0
        self._flat_rows = 0
        self._start_s = self._next_s = nan
        self._left_s: float | None = None
        self.rise_m = 0.0
        self.rise_sd_m = settings.error.flat_sd_m
        self.log_odds = 0.0

    def add(self, seen: _Seen, flat_confidence: float) -> None:
        """Follow the track with each sample, and take a row every so often. flat_confidence 0: away from rest."""
        height, sensitivity = self._track.step(seen.t_s, seen.up, seen.accel_mps2, seen.up_rate)
        if self._rows == 0:
            self._start_s = self._next_s = seen.t_s
        if flat_confidence == 0.0 and self._left_s is None:
            self._left_s = self._next_s = seen.t_s
            self._flat_rows = self._rows
        if seen.t_s < self._next_s - 1e-9:
            return
        if self._rows == len(self._heights):
            self.log_odds = 0.0  # too long ago: nothing is known any more
            return
        self._next_s = max(self._next_s + self._s.every_s, seen.t_s)
        self._add_row(seen, flat_confidence, height, sensitivity)

    def _add_row(self, seen: _Seen, flat_confidence: float, height: float, sensitivity: FloatArray) -> None:
        s, row = self._s, self._rows
        away = 0.0 if self._left_s is None else min(1.0, (seen.t_s - self._left_s) / s.error.settle_s)
        m = self._moments
        m.t_s[row], m.inclination_rad[row], m.sensitivity[row] = (
            seen.t_s - self._start_s,
            seen.inclination_rad,
            sensitivity,
        )
        m.away[row] = away
        so_far, now = m[slice(0, row + 1)], m[slice(row, row + 1)]
        column = error_covariance(so_far, now, model=self._model, settings=s.error)
        column = (column + foot_covariance(so_far, now, settings=s.error))[:, 0]
        across = np.zeros(0)
        if row > 0:  # LAPACK knows no empty system
            across = solve_triangular(self._root[:row, :row], column[:row], lower=True, check_finite=False)
        noise = float(row_noise(np.array([flat_confidence]), s.error)[0])
        diagonal = sqrt(max(column[row] + noise - float(across @ across), 0.1 * noise))
        self._root[row, :row], self._root[row, row] = across, diagonal
        flat = self._flat_rows if self._left_s is not None else row
        self.rise_m = height - float(across[:flat] @ self._heights[:flat])
        self.rise_sd_m = sqrt(max(column[row] - float(across[:flat] @ across[:flat]), s.error.flat_sd_m**2))
        self._heights[row] = (height - float(across @ self._heights[:row])) / diagonal
        self._rows += 1
        if self._left_s is not None:
            self._ask(seen, across, diagonal)

    def _ask(self, seen: _Seen, across: FloatArray, diagonal: float) -> None:
        """Match every lift under way with one more row, and say how likely any of them is."""
        row = self._rows - 1
        values = self._shapes.values(seen.t_s, seen.inclination_rad)
        more = len(values) - self._lifts.shape[1]
        if more:
            self._lifts = np.pad(self._lifts, ((0, 0), (0, more)))
            self._match, self._information = np.pad(self._match, (0, more)), np.pad(self._information, (0, more))
        white = (values - across @ self._lifts[:row]) / diagonal
        self._lifts[row] = white
        self._match += white * self._heights[row]
        self._information += white * white
        found = amplitudes(self._match, self._information, self._s.prior)
        self.log_odds = log_odds(found.log_factor, self._shapes.log_weight(self._s.prior.share), self._s.prior)
