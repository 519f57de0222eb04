"""A calibration used again: kept as numbers, and taken up by standing still for three seconds instead of rocking.

The stance tells whether the sensor still sits as it did; what only a movement can show is checked with the first rep
(`strap_watch.spin_problem`). What a stance shows is measured again: the gyro's bias, gravity as the accelerometer
reads it, and the zero of the angles, so that neither another stance nor a strap turned by a few degrees bends them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...errors import SettingsError
from ...kinematics.ankle_rise import PARAMETERS, AccelCorrection, AnkleModel
from ...kinematics.shank import Alignment
from ...results import CalibrationReport, Event, Notice, PhaseChange
from ...samples import FloatArray, Phase, Sample, SampleBlock, Vector
from ...wire.messages import DeviceInfo, encode_calibration
from .alignment import with_new_stance
from .stillness import Stillness, StillnessSettings
from .strap_watch import stance_problems

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
Plain = str | float | list[float] | list[list[float]]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SavedCalibration:
    """made: when, ISO 8601 with zone; board: with which (`board_of`); quality: 0 to 1, of its rocks; model: what they
    taught. Raises `SettingsError`.
    """

    made: str
    board: str
    quality: float
    model: AnkleModel

    def __post_init__(self) -> None:
        if not 0.0 <= self.quality <= 1.0:
            raise SettingsError(f"quality of a saved calibration is {self.quality}, expected 0 to 1")
        if not _TIME.fullmatch(self.made):
            raise SettingsError(
                f"a saved calibration was made {self.made!r}, expected a time like 2026-11-22T19:15:00+01:00"
            )

    @property
    def clock_time(self) -> str:
        """Hours and minutes at which it was made, where it was made."""
        return self.made[11:16]


def board_of(info: DeviceInfo) -> str:
    """What a board can be known again by: its kind, and the calibration that it keeps, when it has one."""
    stored = info.calibration
    digest = "" if stored is None else " " + hashlib.sha256(encode_calibration(stored)).hexdigest()[:12]
    return f"{info.board} {info.chip}{digest}"


@dataclass(frozen=True, slots=True, eq=False)
class ReusedCalibration:
    """report, the model as of today's stance, and the samples of that."""

    report: CalibrationReport
    model: AnkleModel
    seen: SampleBlock


class StanceCheck:
    """update(sample) -> events. Then `reused` is set, or `problems` tells why the calibration does not fit."""

    def __init__(self, *, rate_hz: float, saved: SavedCalibration, stand_s: float) -> None:
        self._saved = saved
        self._rate_hz = rate_hz
        self._stand_s = stand_s
        self._stillness = Stillness(rate_hz=rate_hz, settings=StillnessSettings(wanted_s=stand_s))
        self._samples: list[Sample] = []
        self._announced = False
        self.reused: ReusedCalibration | None = None
        self.problems: tuple[str, ...] = ()
        self.phase = Phase.STAND
        self.tilt_rad = float("nan")

    def update(self, sample: Sample) -> list[Event]:
        """Take one sample, and return its events. It returns none after the verdict."""
        events: list[Event] = []
        if not self._announced:
            self._announced = True
            text = (
                f"Stand still to use the calibration of {self._saved.clock_time} again "
                "(space or button: repeat the ankle rocks)"
            )
            events.append(PhaseChange(sample.t_s, Phase.STAND, text))
        if self.reused is not None or self.problems:
            return events
        events += self._stillness.update(sample)
        self._samples.append(sample)
        del self._samples[: -round(self._stand_s * self._rate_hz)]
        if self._stillness.still_s >= self._stand_s:
            events += self._judge(sample.t_s)
        return events

    def run(self, block: SampleBlock) -> list[Event]:
        """Return the events of all samples of a block."""
        return [event for sample in block.samples() for event in self.update(sample)]

    def _judge(self, t_s: float) -> list[Event]:
        saved = self._saved
        seen = SampleBlock(
            np.array([s.t_s for s in self._samples]),
            np.array([s.accel_mps2 for s in self._samples]),
            np.array([s.gyro_radps for s in self._samples]),
            np.array([s.flags for s in self._samples], dtype=np.uint8),
        )
        self.problems = stance_problems(saved.model, seen)
        if self.problems:
            return [does_not_fit(saved, "; ".join(self.problems), t_s)]
        model = _of_today(saved.model, seen)
        lever: Vector = tuple(model.lever_m.tolist())
        report = CalibrationReport(t_s, True, saved.quality, (f"used again, made {saved.made}",), lever)
        self.reused = ReusedCalibration(report, model, seen)
        return [report, PhaseChange(t_s, Phase.SET, "Ready: start your set")]


def does_not_fit(saved: SavedCalibration, problem: str, t_s: float) -> Notice:
    """That a saved calibration is not used, and why."""
    text = f"the calibration of {saved.clock_time} does not fit: {problem}; repeat the ankle rocks"
    return Notice(t_s, "calibration_does_not_fit", text)


def _of_today(model: AnkleModel, stance: SampleBlock) -> AnkleModel:
    up = model.correction.apply(stance.accel_mps2).mean(axis=0)
    x, y, z = stance.gyro_radps.mean(axis=0).tolist()
    return replace(
        model,
        alignment=with_new_stance(model.alignment, up),
        gyro_bias_radps=(x, y, z),
        gravity_mps2=float(np.linalg.norm(up)),
    )


def saved_dict(saved: SavedCalibration) -> dict[str, Plain]:
    """Plain numbers for JSON, exact: what `saved_from` reads is what was written."""
    model = saved.model
    return {
        "made": saved.made,
        "board": saved.board,
        "quality": saved.quality,
        "forward": list(model.alignment.forward),
        "up": list(model.alignment.up),
        "right": list(model.alignment.right),
        "gyro_bias_radps": list(model.gyro_bias_radps),
        "accel_offset_mps2": model.correction.offset_mps2.tolist(),
        "accel_scale": model.correction.scale.tolist(),
        "accel_cross": model.correction.cross.tolist(),
        "ankle_lever_m": model.lever_m.tolist(),
        "gravity_mps2": model.gravity_mps2,
        "covariance": model.covariance.tolist(),
    }


def saved_from(value: Mapping[str, object]) -> SavedCalibration:
    """The inverse of `saved_dict`. KeyError, TypeError or ValueError when it is not one."""

    def array(name: str, *shape: int) -> FloatArray:
        found = np.array(value[name], dtype=np.float64)
        if found.shape != shape or not np.isfinite(found).all():
            raise ValueError(f"{name} has the shape {found.shape}, expected {shape} finite numbers")
        return found

    def vector(name: str) -> Vector:
        x, y, z = array(name, 3).tolist()
        return (x, y, z)

    return SavedCalibration(
        made=str(value["made"]),
        board=str(value["board"]),
        quality=float(array("quality")),
        model=AnkleModel(
            alignment=Alignment(vector("forward"), vector("up"), vector("right")),
            gyro_bias_radps=vector("gyro_bias_radps"),
            correction=AccelCorrection(array("accel_offset_mps2", 3), array("accel_scale", 3), array("accel_cross", 3)),
            lever_m=array("ankle_lever_m", 3),
            gravity_mps2=float(array("gravity_mps2")),
            covariance=array("covariance", PARAMETERS, PARAMETERS),
        ),
    )
