"""The guided calibration as a state machine: stand still, rock the knee over the toes with the heel down, fit, judge.

It advances by itself (hands-free), sooner by `advance` when a person wants it, or by `mark` where a recording tells
which phase it is. A refused calibration names its reason and starts over; nothing is ever accepted for lack of a reason
to refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import acos

import numpy as np

from ...detection.exercises import ExerciseProfile
from ...detection.reps import RepCounter, RepWindow
from ...errors import DataError
from ...fusion.orientation import UpVector
from ...kinematics.ankle_rise import AnkleModel
from ...results import CalibrationReport, Event, Notice, PhaseChange, RockDone
from ...samples import FloatArray, Phase, Sample, SampleBlock, Vector
from ...units import DEG_PER_RAD, MM_PER_M, RAD_PER_DEG
from .alignment import standing_only
from .rests import in_words, quiet_moments, stance_change
from .rock_lift import likeliest_lift, likeliest_slide
from .rock_path import fit_paths
from .rocks import RockFit, fit_rocks, model_without_rocks
from .stillness import LEAST_S, NOT_STILL, Stillness, StillnessSettings

ANKLE_RISE_OF_HEEL = 0.69
"""Of a foot that pitches about its ball: 6.9 mm of ankle for 1 cm of heel."""
ROCK_PROFILE = ExerciseProfile(name="rock", least_peak_rad=8.0 * RAD_PER_DEG)


@dataclass(frozen=True, kw_only=True, slots=True)
class GuideSettings:
    """How long to stand, how many rocks, and the gates a calibration must pass."""

    stand_s: float = 3.0
    rocks: int = 5
    least_rocks: int = 3
    least_range_rad: float = 12.0 * RAD_PER_DEG
    most_turn_rad: float = 4.0 * RAD_PER_DEG  # people come back to a stance within 1 to 1.5 deg (sd)
    most_spin_rad: float = 5.0 * RAD_PER_DEG
    least_rise_m: float = 0.0055  # of the ankle: 8 mm of heel lift; heel pads give 1-4 mm
    least_surety: float = 2.5
    clear_rise_m: float = 0.0035  # less is a lift only when it is this clear
    clear_surety: float = 5.5
    least_slide_m: float = 0.006
    least_slide_surety: float = 3.0
    most_residual_m: float = 0.0018  # of the worst rock; flat rocks leave 0.1-0.6 mm, with soft calves 1.5 mm
    shortest_lever_m: float = 0.08  # down the shank, as the sensor's skin takes it
    longest_lever_m: float = 0.42
    good_residual_m: float = 0.0006  # all rocks together; this much is half the quality
    rest_after_s: float = 0.6
    buffer_s: float = 120.0


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationOutcome:
    """report, the model to go on with (a wide one when refused), and the samples seen, to warm up filters with."""

    report: CalibrationReport
    model: AnkleModel
    seen: SampleBlock


class Guide:
    """update(sample) -> events; `outcome` is set once a calibration has been judged. `tilt_rad` is unsigned."""

    def __init__(self, *, rate_hz: float, settings: GuideSettings | None = None) -> None:
        self._settings = settings or GuideSettings()
        self._rate_hz = rate_hz
        self._marked = False
        self.phase = Phase.STAND
        self.outcome: CalibrationOutcome | None = None
        self.tilt_rad = float("nan")
        self._announced = False
        self._start_over()

    def _start_over(self) -> None:
        self.phase = Phase.STAND
        self.tilt_rad = float("nan")
        self._stillness = Stillness(rate_hz=self._rate_hz, settings=StillnessSettings(wanted_s=self._settings.stand_s))
        self._samples: list[Sample] = []
        self._up: UpVector | None = None
        self._up_standing = np.zeros(3)
        self._standing = slice(0, 0)
        self._counter = RepCounter(profile=ROCK_PROFILE)
        self._rocks: list[RepWindow] = []

    def update(self, sample: Sample) -> list[Event]:
        """Take one sample. The events say what to do next and what was judged; once accepted, nothing more happens."""
        events: list[Event] = []
        if self.phase is Phase.SET:
            return events
        if not self._announced:
            self._announced = True
            events.append(PhaseChange(sample.t_s, Phase.STAND, "Stand still, weight even, heels down"))
        said = self._stillness.update(sample)
        still_s = self._stillness.still_s
        self._samples.append(sample)
        if self.phase is Phase.STAND:
            self._bound_buffer()
            if self._marked:
                return events
            events += said
            if still_s >= self._settings.stand_s:
                events.append(self._ask_for_rocks(sample.t_s, self._settings.stand_s))
            return events
        up = self._up.update(sample) if self._up is not None else (0.0, 0.0, 0.0)
        cosine = float(self._up_standing @ np.array(up))
        self.tilt_rad = acos(max(-1.0, min(1.0, cosine)))
        rock = self._counter.update(sample.t_s, self.tilt_rad)
        if rock is not None:
            self._rocks.append(rock)
            events.append(RockDone(sample.t_s, len(self._rocks), self._settings.rocks))
        enough = len(self._rocks) >= self._settings.rocks and not self._counter.in_rep
        done = not self._marked and enough and still_s >= self._settings.rest_after_s
        too_long = sample.t_s - self._samples[0].t_s > self._settings.buffer_s
        if done or too_long:
            events += self._judge(sample.t_s)
        return events

    def run(self, block: SampleBlock) -> list[Event]:
        """The same as n updates."""
        return [event for sample in block.samples() for event in self.update(sample)]

    def advance(self, t_s: float) -> list[Event]:
        """A person does not want to wait: rocks after one second of stillness, the judgement after fewer rocks."""
        if self.phase is Phase.STAND:
            still_s = min(self._stillness.still_s, self._settings.stand_s)
            if still_s >= LEAST_S:
                return [self._ask_for_rocks(t_s, still_s)]
            return [Notice(t_s, "not_still", f"not still yet: {NOT_STILL}")]
        if self.phase is Phase.ROCKS:
            done, least = len(self._rocks), self._settings.least_rocks
            if done >= least and not self._counter.in_rep:
                return self._judge(t_s)
            return [
                Notice(t_s, "rocks_missing", f"{done} rocks so far, at least {least} needed before it can be judged")
            ]
        return []

    def mark(self, t_s: float, phase: Phase) -> list[Event]:
        """Begin the phase that a recording gives."""
        self._marked = True
        if phase is Phase.STAND:
            self._start_over()
        elif phase is Phase.ROCKS and self.phase is Phase.STAND and self._samples:
            self._enter_rocks(self._settings.stand_s)
        elif phase is Phase.SET:
            return self._judge(t_s)
        return []

    def _bound_buffer(self) -> None:
        keep = round(30.0 * self._rate_hz)
        if len(self._samples) > 2 * keep:
            del self._samples[:-keep]

    def _ask_for_rocks(self, t_s: float, still_s: float) -> PhaseChange:
        self._enter_rocks(still_s)
        return PhaseChange(t_s, Phase.ROCKS, f"Rock the knee over the toes {self._settings.rocks} times, heel down")

    def _enter_rocks(self, stand_s: float) -> None:
        """Take the last stretch of standing as the zero and start the up-vector filter from its beginning."""
        n = len(self._samples)
        stand = min(n, max(1, round(stand_s * self._rate_hz)))
        if self._marked:
            self._trim_to_quietest(stand)
            n = len(self._samples)
        else:
            del self._samples[: n - stand]
            n = stand
        self._standing = slice(max(0, n - stand), n)
        block = _block(self._samples)
        bias = block.gyro_radps[self._standing].mean(axis=0)
        stance = block.accel_mps2[self._standing].mean(axis=0)
        length = float(np.linalg.norm(stance))
        self._up_standing = stance / length if length > 0.0 else np.array([0.0, 0.0, 1.0])
        self._up = UpVector(rate_hz=self._rate_hz, gyro_bias_radps=_vector(bias))
        self._up.run(block)
        self.phase = Phase.ROCKS

    def _trim_to_quietest(self, stand: int) -> None:
        """In a recording the quiet stretch may lie anywhere in the standing phase."""
        gyro = np.array([s.gyro_radps for s in self._samples])
        if len(gyro) <= stand:
            return
        total = np.concatenate([np.zeros((1, 3)), np.cumsum(gyro, axis=0)])
        square = np.concatenate([[0.0], np.cumsum(np.sum(gyro**2, axis=1))])
        mean = (total[stand:] - total[:-stand]) / stand
        variance = (square[stand:] - square[:-stand]) / stand - np.sum(mean**2, axis=1)
        start = int(np.argmin(variance))
        del self._samples[start + stand :]
        del self._samples[:start]

    def _judge(self, t_s: float) -> list[Event]:
        block = _block(self._samples)
        if self._up is None:
            self._enter_rocks(self._settings.stand_s)
            block = _block(self._samples)
        fit, problems = self._fit(block)
        report, model = self._report(t_s, block, fit, problems)
        if report.accepted or self._marked:
            self.outcome = CalibrationOutcome(report, model, block)
            self.phase = Phase.SET
            return [report, PhaseChange(t_s, Phase.SET, "Ready: start your set")]
        self._start_over()
        return [
            report,
            PhaseChange(t_s, Phase.STAND, "Calibration refused. Try again: stand still, heels down"),
        ]

    def _fit(self, block: SampleBlock) -> tuple[RockFit | None, list[str]]:
        wanted = self._settings
        if len(self._rocks) < wanted.least_rocks:
            found = len(self._rocks)
            return None, [f"no heel-down rocks to learn from: {found} found, at least {wanted.least_rocks} needed"]
        rocks = [self._around(block.t_s, rock) for rock in self._rocks]
        try:
            fit = fit_rocks(block, standing=self._standing, rocks=rocks, rate_hz=self._rate_hz)
        except (DataError, np.linalg.LinAlgError) as error:
            return None, [f"the rocks cannot be fitted: {error}"]
        problems = []
        reach = float(np.median(fit.range_rad))
        if reach < wanted.least_range_rad:
            problems.append(
                f"rocks too small: {reach * DEG_PER_RAD:.0f} deg forward, at least "
                f"{wanted.least_range_rad * DEG_PER_RAD:.0f} needed; bring the knee further over the toes"
            )
        return fit, problems + self._faults(block, rocks, fit)

    def _faults(self, block: SampleBlock, rocks: list[slice], fit: RockFit) -> list[str]:
        """What went wrong, the likeliest first: a strap that turned would look like a heel that lifts."""
        moments = quiet_moments(block, rocks, self._rate_hz)
        for fault in (self._strap_turned, self._heel_or_slide, self._unexplained):
            text = fault(block, rocks, moments, fit)
            if text:
                return [text]
        return []

    def _strap_turned(self, block: SampleBlock, rocks: list[slice], moments: list[int], fit: RockFit) -> str:  # noqa: ARG002
        wanted = self._settings
        found = stance_change(
            block,
            standing=self._standing,
            moments=moments,
            alignment=fit.model.alignment,
            gyro_bias_radps=fit.model.gyro_bias_radps,
            rate_hz=self._rate_hz,
        )
        if max(abs(found.lean_rad), abs(found.right_rad)) <= wanted.most_turn_rad and (
            abs(found.spin_rad) <= wanted.most_spin_rad
        ):
            return ""
        where = f"at rock {found.rock}" if found.rock else "before the first rock"
        return (
            f"sensor turned on the strap, or foot moved, {where}, by about {in_words(found)}; "
            "tighten the strap, leave the foot where it is"
        )

    def _heel_or_slide(self, block: SampleBlock, rocks: list[slice], moments: list[int], fit: RockFit) -> str:
        wanted = self._settings
        whole = [slice(first, last + 1) for first, last in pairwise(moments)]
        paths = fit_paths(block, standing=self._standing, rocks=whole, rate_hz=self._rate_hz, fit=fit)
        backward = tuple(number for number, rock in enumerate(paths.rocks) if rock.lean_rad.max() <= 0.0)
        if backward:
            return f"the shin never leans forward in {_rock_numbers(backward)}; bring the knee over the toes and back"
        lift, slide = likeliest_lift(paths), likeliest_slide(paths)
        slid = slide.surety > wanted.least_slide_surety and abs(slide.up_m) > wanted.least_slide_m
        if slid and slide.surety > lift.surety:
            way = "up" if slide.up_m > 0.0 else "down"
            return (
                f"sensor slid {way} the shin in rock {slide.rock + 1}, by about {abs(slide.up_m) * 100:.0f} cm; "
                "tighten the strap"
            )
        high = lift.rise_m > wanted.least_rise_m and lift.surety > wanted.least_surety
        if high or (lift.rise_m > wanted.clear_rise_m and lift.surety > wanted.clear_surety):
            which = "every rock" if len(lift.rocks) == len(rocks) else _rock_numbers(lift.rocks)
            heel_cm = lift.rise_m / ANKLE_RISE_OF_HEEL * 100
            return f"heel lifted in {which}, by about {heel_cm:.0f} cm; keep the heel pressed down"
        return ""

    def _unexplained(self, block: SampleBlock, rocks: list[slice], moments: list[int], fit: RockFit) -> str:  # noqa: ARG002
        wanted = self._settings
        worst = int(np.argmax(fit.residual_m))
        if fit.residual_m[worst] > wanted.most_residual_m:
            return (
                f"heel lifted in rock {worst + 1}, or the strap moved: the ankle's path is off by "
                f"{fit.residual_m[worst] * MM_PER_M:.1f} mm, at most {wanted.most_residual_m * MM_PER_M:.1f} expected"
            )
        down_m = -float(fit.model.lever_m @ np.array(fit.model.alignment.up))
        if not wanted.shortest_lever_m <= down_m <= wanted.longest_lever_m:
            expected_cm = f"{wanted.shortest_lever_m * 100:.0f} to {wanted.longest_lever_m * 100:.0f} cm"
            return (
                f"the ankle comes out {down_m * 100:.0f} cm below the sensor, expected {expected_cm}; "
                "wear the sensor at mid-shin, heel pressed down"
            )
        return ""

    def _around(self, t_s: FloatArray, rock: RepWindow) -> slice:
        """The rock with a little of the rest on both sides."""
        first = int(np.searchsorted(t_s, rock.start_s - 0.2))
        last = int(np.searchsorted(t_s, rock.end_s + 0.2))
        return slice(max(first, 0), max(last, first + 3))

    def _report(
        self, t_s: float, block: SampleBlock, fit: RockFit | None, problems: list[str]
    ) -> tuple[CalibrationReport, AnkleModel]:
        if fit is not None and not problems:
            quality = float(
                np.clip(1.0 - 0.5 * np.sqrt(np.mean(fit.residual_m**2)) / self._settings.good_residual_m, 0.05, 1)
            )
            return CalibrationReport(t_s, True, quality, (), _vector(fit.model.lever_m)), fit.model
        bias = _vector(block.gyro_radps[self._standing].mean(axis=0))
        gravity = float(np.linalg.norm(block.accel_mps2[self._standing].mean(axis=0)))
        alignment = fit.model.alignment if fit is not None else standing_only(self._up_standing)
        model = model_without_rocks(alignment, bias, gravity)
        return CalibrationReport(t_s, False, 0.0, tuple(problems), _vector(model.lever_m)), model


def _rock_numbers(rocks: tuple[int, ...]) -> str:
    """Return the numbers in words, from 1: rock 3; rocks 2 and 4; rocks 1, 2 and 4."""
    numbers = [str(rock + 1) for rock in rocks]
    if len(numbers) == 1:
        return f"rock {numbers[0]}"
    return f"rocks {', '.join(numbers[:-1])} and {numbers[-1]}"


def _block(samples: list[Sample]) -> SampleBlock:
    return SampleBlock(
        np.array([s.t_s for s in samples]),
        np.array([s.accel_mps2 for s in samples]).reshape(-1, 3),
        np.array([s.gyro_radps for s in samples]).reshape(-1, 3),
        np.array([s.flags for s in samples], dtype=np.uint8),
    )


def _vector(array: FloatArray) -> Vector:
    x, y, z = array.tolist()
    return (x, y, z)
