"""A calibration used again: kept as numbers, and taken up by standing still for three seconds instead of rocking.

The stance tells whether the sensor still sits as it did; what only a movement can show is checked with the first rep
(`strap_watch.spin_problem`). The gyro's bias is measured anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..errors import SettingsError
from ..kinematics.ankle_path import PARAMETERS, AccelCorrection, AnkleModel
from ..kinematics.shank import Alignment
from ..results import CalibrationReport, Event, Notice, PhaseChange
from ..samples import FloatArray, Phase, Sample, SampleBlock, Vector
from .stillness import LEAST_S, NOT_STILL, Stillness, StillnessSettings
from .strap_watch import stance_problems

Plain = str | float | list[float] | list[list[float]]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SavedCalibration:
    """made: when, ISO 8601 with zone; quality: 0 to 1, of its rocks; model: what they taught."""

    made: str
    quality: float
    model: AnkleModel

    def __post_init__(self) -> None:
        if not 0.0 <= self.quality <= 1.0:
            raise SettingsError(f"quality of a saved calibration is {self.quality}, expected 0 to 1")


@dataclass(frozen=True, slots=True, eq=False)
class TakenUp:
    """report, the model with today's gyro bias, and the samples of the stance."""

    report: CalibrationReport
    model: AnkleModel
    seen: SampleBlock


class StandAgain:
    """update(sample) -> events. Then `taken_up` is set, or `problems` says why the calibration does not fit."""

    def __init__(self, *, rate_hz: float, saved: SavedCalibration, stand_s: float) -> None:
        self._saved = saved
        self._rate_hz = rate_hz
        self._stand_s = stand_s
        self._stillness = Stillness(rate_hz=rate_hz, settings=StillnessSettings(wanted_s=stand_s))
        self._samples: list[Sample] = []
        self._announced = False
        self.taken_up: TakenUp | None = None
        self.problems: tuple[str, ...] = ()
        self.phase = Phase.STAND
        self.tilt_rad = float("nan")

    def update(self, sample: Sample) -> list[Event]:
        events: list[Event] = []
        if not self._announced:
            self._announced = True
            text = f"Stand still to use the calibration of {self._saved.made[11:16]} again"
            events.append(PhaseChange(sample.t_s, Phase.STAND, text))
        if self.taken_up is not None or self.problems:
            return events
        events += self._stillness.update(sample)
        self._samples.append(sample)
        del self._samples[: -round(self._stand_s * self._rate_hz)]
        if self._stillness.still_s >= self._stand_s:
            events += self._judge(sample.t_s)
        return events

    def run(self, block: SampleBlock) -> list[Event]:
        return [event for sample in block.samples() for event in self.update(sample)]

    def go_on(self, t_s: float) -> list[Event]:
        """A person does not want to wait: one second of stillness will do."""
        still_s = self._stillness.still_s
        if still_s < LEAST_S:
            return [Notice(t_s, "not_still", f"not still yet: {NOT_STILL}")]
        del self._samples[: -round(still_s * self._rate_hz)]
        return self._judge(t_s)

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
            text = f"the calibration of {saved.made[11:16]} does not fit: {'; '.join(self.problems)}; rock anew"
            return [Notice(t_s, "calibration_does_not_fit", text)]
        x, y, z = seen.gyro_radps.mean(axis=0).tolist()
        model = replace(saved.model, gyro_bias_radps=(x, y, z))
        lever: Vector = tuple(model.lever_m.tolist())
        report = CalibrationReport(t_s, True, saved.quality, (f"used again, made {saved.made}",), lever)
        self.taken_up = TakenUp(report, model, seen)
        return [report, PhaseChange(t_s, Phase.SET, "Ready: start your set")]


def saved_dict(saved: SavedCalibration) -> dict[str, Plain]:
    """Plain numbers for JSON, exact: what `saved_from` reads is what was written."""
    model = saved.model
    return {
        "made": saved.made,
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
