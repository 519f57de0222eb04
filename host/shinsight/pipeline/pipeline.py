"""From samples to angles, reps and heel state. Reads like the picture: guide, then measure (`set_processor`).

One causal path: live, replay and batch feed the same object, sample by sample or in blocks, with the same result.
"""

from __future__ import annotations

from math import nan

from ..calibration.worn.guide import CalibrationOutcome, Guide
from ..calibration.worn.saved import StanceCheck
from ..calibration.worn.worn_leg import wrong_leg
from ..errors import SettingsError
from ..results import Event, Frame, FrameBlock, HeelState, Notice, PhaseChange
from ..samples import Phase, Sample, SampleBlock
from .set_processor import SetProcessor
from .settings import PipelineSettings


class Pipeline:
    """Turns samples into frames and events, from the first sample of a session to its last.

    update(sample) gives (frame, events); run(block) does the same for a block; finish() judges what is still open.

    With `calibration` given the guided start is left out and measuring begins at the first sample.
    """

    def __init__(
        self, *, rate_hz: float, settings: PipelineSettings, calibration: CalibrationOutcome | None = None
    ) -> None:
        if not 20.0 <= rate_hz <= 2000.0:
            raise SettingsError(f"sample rate is {rate_hz:.1f} Hz, must lie between 20 and 2000 Hz")
        self._settings = settings
        self._rate_hz = rate_hz
        self._again = self._stance_check()
        self._guide = Guide(rate_hz=rate_hz, settings=settings.guide)
        self._set: SetProcessor | None = None
        self._counted = 0
        self._began = False
        self._given = calibration is not None
        self.calibration: CalibrationOutcome | None = None
        """The newest one made here, with rocks."""
        if calibration is not None:
            self._set = SetProcessor(self._rate_hz, settings, calibration)

    def update(self, sample: Sample) -> tuple[Frame, list[Event]]:
        """Take one sample as measured, SI. Give its frame and what has happened by it."""
        if self._set is None:
            start = self._again or self._guide
            events = start.update(sample)
            events += self._take_outcome(sample.t_s)
            frame = Frame(
                t_s=sample.t_s,
                phase=start.phase,
                inclination_rad=start.tilt_rad,
                dorsiflexion_rad=nan,
                knee_in_rad=nan,
                ankle_rise_m=nan,
                ankle_rise_sd_m=nan,
                heel=HeelState.UNSURE,
                flags=sample.flags,
            )
            return frame, events
        events = []
        if not self._began:
            self._began = True
            if self._given:
                events.append(PhaseChange(sample.t_s, Phase.SET, "Ready: start your set"))
        frame, more = self._set.update(sample)
        return frame, events + more

    def run(self, block: SampleBlock) -> tuple[FrameBlock, list[Event]]:
        """The twin of `update` for a block of n samples: n frames, and the events in order."""
        frames, events = [], []
        for sample in block.samples():
            frame, more = self.update(sample)
            frames.append(frame)
            events += more
        return FrameBlock.of(frames), events

    def advance(self, t_s: float) -> list[Event]:
        """A person does not want to wait for the next step of the guided start, or for a saved calibration."""
        if self._set is not None:
            return []
        if self._again is not None:
            return self.recalibrate()
        events = self._guide.advance(t_s)
        return events + self._take_outcome(t_s)

    def recalibrate(self) -> list[Event]:
        """A person wants a new calibration, with rocks. Reps go on being counted where they were."""
        events = self.finish()
        self._counted = self._set.count if self._set is not None else self._counted
        self._set = self._again = None
        self._guide = Guide(rate_hz=self._rate_hz, settings=self._settings.guide)
        return events

    def mark(self, t_s: float, phase: Phase) -> list[Event]:
        """A recording says that `phase` begins. A new STAND starts a new calibration."""
        self._again = None
        if phase is Phase.STAND and self._set is not None:
            return self.recalibrate() + self._guide.mark(t_s, phase)
        if self._set is not None:
            return []
        events = self._guide.mark(t_s, phase)
        return events + self._take_outcome(t_s)

    def finish(self) -> list[Event]:
        """End of the stream: judge what is still waiting."""
        return self._set.finish() if self._set is not None else []

    def _stance_check(self) -> StanceCheck | None:
        saved = self._settings.saved
        if saved is None:
            return None
        return StanceCheck(rate_hz=self._rate_hz, saved=saved, stand_s=self._settings.guide.stand_s)

    def _take_outcome(self, t_s: float) -> list[Event]:
        if self._again is not None:
            if self._again.problems:
                self._again = None  # on with rocks
                return []
            taken = self._again.reused
            outcome = CalibrationOutcome(taken.report, taken.model, taken.seen) if taken is not None else None
        else:
            outcome = self._guide.outcome
        if outcome is None or self._set is not None:
            return []
        saved = self._settings.saved if self._again is not None else None
        self._set = SetProcessor(self._rate_hz, self._settings, outcome, counted=self._counted, saved=saved)
        self.calibration = outcome if saved is None else None
        if not (outcome.report.accepted and self._settings.worn_flat):
            return []
        text = wrong_leg(outcome.model.alignment, self._settings.side)
        return [Notice(t_s, "worn_leg", text)] if text else []
