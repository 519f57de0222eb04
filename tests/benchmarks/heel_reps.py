"""Repetitions with a known heel, each with what simple heel-lift methods would look at and what shinsight says.

A repetition is where our counter found one, for all methods alike. Optical ones are real flat squats, the few real
lifts among them, and lifts of a known height added to them (`recordings/ui_prmd/lifted.py`); simulated ones come from
`sim:` through the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol, TypeVar

import numpy as np
from scipy.integrate import cumulative_trapezoid

from benchmarks.validation.cases import NEAR_S, Case, Row, Rows
from recordings.ui_prmd.convert import make_recording
from recordings.ui_prmd.lifted import make_lifted_recording
from recordings.ui_prmd.markers import CONDITIONS, RATE_HZ, SIDES, SUBJECTS
from shinsight.fusion.orientation import UpVector
from shinsight.pipeline.measurement import measure_recording
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import PHASES, Event, FrameBlock, Recording, Rep, Side
from shinsight.samples import FloatArray, Phase, SampleBlock
from shinsight.transport.simulated import SimOptions
from shinsight.units import DEG_PER_RAD, MM_PER_M
from simulated_session import measure

LIFTS_MM = (21.0, 31.0)
"""Just over 2 and 3 cm, so that smoothing leaves them over."""
NOMINAL_LEVER_M = 0.2
"""From sensor to ankle, for a method that does not learn it."""
FIRST_PERSON = 1500
FEATURE = "f_"
"""What the names of a learned method's features begin with."""


class _True(Protocol):
    @property
    def start_s(self) -> float: ...

    @property
    def end_s(self) -> float: ...


T = TypeVar("T", bound=_True)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpticalSquats:
    """One set of one leg. lift_mm: what half of the heels rise by more; 0: as recorded. Of a set with lifts only the
    lifted repetitions are kept: the flat ones are those of the recorded set."""

    subject: int
    condition: str
    side: str
    grade: str
    lift_mm: float = 0.0

    def run(self) -> Rows:
        recorded = (self.subject, "m01", self.condition, self.side, self.grade, 0)
        if self.lift_mm:
            samples, phases, truth = make_lifted_recording(*recorded, lift_mm=self.lift_mm)
        else:
            samples, phases, truth = make_recording(*recorded)
        settings = PipelineSettings(side=Side.LEFT if self.side == "L" else Side.RIGHT)
        outcome = measure_recording(Recording(samples, phases, RATE_HZ, ()), settings)
        seen = _Seen.of(samples, outcome.frames, RATE_HZ)
        rows = []
        for number, (true, rep) in enumerate(_pairs(truth.reps, outcome.events)):
            if bool(true.added_heel_m) == bool(self.lift_mm):
                row = {"dataset": "optical", "subject": self.subject, "leg": self.side, "condition": self.condition}
                row |= {"exercise": "squat", "number": number, "grade": self.grade, "lift_mm": self.lift_mm}
                rows.append(row | {"label": true.label} | _looked_at(seen, rep))
        return {"reps": rows}


@dataclass(frozen=True, slots=True)
class SimulatedSquats:
    """A simulated person is a seed."""

    options: SimOptions

    def run(self) -> Rows:
        done = measure(self.options)
        seen = _Seen.of(done.samples, done.frames, self.options.rate_hz)
        rows = []
        for number, (true, rep) in enumerate(_pairs(done.link.truth.reps, done.events)):
            row = {"dataset": "simulated", "subject": self.options.seed, "leg": "R", "condition": "", "number": number}
            row |= {"exercise": "squat", "grade": self.options.grade, "lift_mm": self.options.heel_lift_mm}
            row |= {"label": "lifted" if true.heel_lift_m else "flat"}
            rows.append(row | _looked_at(seen, rep))
        return {"reps": rows}


def optical(grades: Sequence[str], *, subjects: Sequence[int] = SUBJECTS) -> list[Case]:
    """Every deep squat as recorded and with lifts added."""
    return [
        OpticalSquats(subject=subject, condition=condition, side=side, grade=grade, lift_mm=lift_mm)
        for grade, subject, condition, side, lift_mm in product(grades, subjects, CONDITIONS, SIDES, (0.0, *LIFTS_MM))
    ]


def simulated(people: int) -> list[Case]:
    """Half of each person's squats lifted."""
    return [
        SimulatedSquats(
            SimOptions(reps=10, heel_lift_mm=LIFTS_MM[i % 2], mounting="any", seed=FIRST_PERSON + i, speed=0)
        )
        for i in range(people)
    ]


def _pairs(true_reps: Sequence[T], events: Sequence[Event]) -> list[tuple[T, Rep | None]]:
    """Each true repetition with the deepest that was measured in its time."""
    reps = [e for e in events if isinstance(e, Rep)]
    pairs = []
    for true in true_reps:
        near = [r for r in reps if true.start_s - NEAR_S <= r.bottom_s <= true.end_s + NEAR_S]
        pairs.append((true, max(near, key=lambda r: r.peak_inclination_rad, default=None)))
    return pairs


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A recording as simple methods see it: in axes forward, up, sideways, from standing and the rocks' turning.

    t_s, inclination_rad, vertical_mps2 (acceleration) : (n,); force, rate : (n, 3).
    """

    t_s: FloatArray
    force: FloatArray
    rate: FloatArray
    inclination_rad: FloatArray
    vertical_mps2: FloatArray
    rocks_rad: float

    @staticmethod
    def of(samples: SampleBlock, frames: FrameBlock, rate_hz: float) -> _Seen:
        phase = [PHASES[code] for code in frames.phase_code]
        rocking = np.array([p is Phase.ROCKS for p in phase])
        standing = np.arange(len(samples)) < np.argmax(rocking)
        bias = np.median(samples.gyro_radps[standing], axis=0)
        gyro = samples.gyro_radps - bias
        stood = np.median(samples.accel_mps2[standing], axis=0)
        up0 = stood / np.linalg.norm(stood)
        across = gyro[rocking] - np.outer(gyro[rocking] @ up0, up0)
        side = np.linalg.svd(across, full_matrices=False)[2][0]
        # Rocks only lean forward: the turn summed since standing says which way that is.
        side *= np.sign(np.cumsum(across @ side).sum())
        axes = np.stack([np.cross(side, up0), up0, side])
        up = UpVector(rate_hz=rate_hz, gyro_bias_radps=tuple(bias.tolist())).run(samples)
        vertical = (up * samples.accel_mps2).sum(axis=1)
        return _Seen(
            samples.t_s,
            samples.accel_mps2 @ axes.T,
            gyro @ axes.T,
            frames.inclination_rad,
            vertical - np.linalg.norm(stood),
            float(np.nanmax(frames.inclination_rad[rocking])),
        )


def _looked_at(seen: _Seen, rep: Rep | None) -> Row:
    """Scores of the simple methods, features of the learned ones, and our own words; nothing of a missed one."""
    if rep is None:
        return {"verdict": "missed", "live": "missed"}
    part = slice(*np.searchsorted(seen.t_s, [rep.start_s, rep.end_s]))
    t_s, tilt, force, rate = (a[part] for a in (seen.t_s, seen.inclination_rad, seen.force, seen.rate))
    peak = rep.peak_inclination_rad
    sensor_m = _double_integral(t_s, seen.vertical_mps2[part])
    ankle_m = sensor_m - NOMINAL_LEVER_M * (np.cos(tilt) - np.cos(tilt[0]))
    row: Row = {
        "verdict": rep.heel.value,
        "live": rep.live_heel.value,
        "shinsight_score": rep.heel_lift_log_odds,
        "live_score": float(rep.live_heel.value == "up"),
        "tilt_deg": DEG_PER_RAD * peak,
        "tilt_to_rocks": peak / seen.rocks_rad,
        "sensor_rise_mm": MM_PER_M * float(sensor_m.max()),
        "ankle_rise_mm": MM_PER_M * float(ankle_m.max()),
    }
    features = {
        "duration_s": rep.end_s - rep.start_s,
        "descent_share": rep.descent_s / (rep.end_s - rep.start_s),
        "peak_deg": DEG_PER_RAD * peak,
        "peak_to_rocks": peak / seen.rocks_rad,
        "bottom_deg": DEG_PER_RAD * float(np.percentile(tilt, 90)),
        "jerk": float(np.abs(np.diff(np.linalg.norm(force, axis=1))).mean()),
        "turn_sd": float(np.diff(rate[:, 2]).std()),
    }
    for name, signal in (("force", force), ("rate", rate)):
        for axis, values in zip(("forward", "up", "side"), signal.T, strict=True):
            features |= {f"{name}_{axis}_{what}": float(of(values)) for what, of in _STATISTICS.items()}
    return row | {FEATURE + name: value for name, value in features.items()}


_STATISTICS: dict[str, Callable[[FloatArray], float]] = {"mean": np.mean, "sd": np.std, "min": np.min, "max": np.max}


def _double_integral(t_s: FloatArray, acceleration: FloatArray) -> FloatArray:
    """(n,) m, at rest and on the same height at both ends."""
    share = (t_s - t_s[0]) / (t_s[-1] - t_s[0])
    speed = cumulative_trapezoid(acceleration, t_s, initial=0)
    height = cumulative_trapezoid(speed - share * speed[-1], t_s, initial=0)
    return height - share * height[-1]
