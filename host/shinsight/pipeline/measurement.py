"""Bytes in, everything out: the one path that live, replay and batch share.

decoder -> order -> timeline -> inertial calibration -> watch -> pipeline. Nothing here knows a link, a file or a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isnan

from ..calibration.chip.inertial import Inertial, SensorWatch
from ..calibration.worn.guide import CalibrationOutcome
from ..calibration.worn.saved import board_of, does_not_fit
from ..calibration.worn.without_rocks import calibrate_from_movement
from ..results import CalibrationReport, Event, FrameBlock, Notice, Recording
from ..samples import Phase, SampleBlock
from ..stream.host_clock import HostClock
from ..stream.link_health import LinkHealth
from ..stream.reorder import ReorderBuffer
from ..stream.timeline import Timeline
from ..wire.decoder import DamagedFrame, Decoder
from ..wire.messages import (
    Answer,
    AnswerCode,
    BoardEvent,
    CommandCode,
    DeviceInfo,
    ImuBatch,
    Message,
    Status,
)
from ..wire.messages import Event as BoardMessage
from .pipeline import Pipeline
from .settings import PipelineSettings

_MARKS = {
    BoardEvent.HOST_PHASE_STAND: Phase.STAND,
    BoardEvent.HOST_PHASE_ROCKS: Phase.ROCKS,
    BoardEvent.HOST_PHASE_SET: Phase.SET,
}
_ADVANCE = (BoardEvent.BUTTON, BoardEvent.HOST_ADVANCE)
_RECALIBRATE = (BoardEvent.BUTTON_LONG, BoardEvent.HOST_RECALIBRATE)
PIECE_S = 0.1
"""A recording of samples is measured in pieces, as a link would bring them."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What some bytes amounted to: samples (SI, sensor frame), one frame for each, and the events in order."""

    samples: SampleBlock
    frames: FrameBlock
    events: tuple[Event, ...]


class Measurement:
    """feed(bytes) -> Outcome, for any cutting of the bytes the same in sum; finish() judges what is still open.

    on_shank False: the sensor sits elsewhere (on the foot). Its samples are sorted, timed and checked, and nothing is
    concluded from them: an outcome has no frames.
    """

    def __init__(self, *, settings: PipelineSettings, on_shank: bool = True) -> None:
        self._settings = settings
        self._on_shank = on_shank
        self._decoder = Decoder()
        self._order: ReorderBuffer | None = None
        self._timeline: Timeline | None = None
        self._inertial: Inertial | None = None
        self._watch: SensorWatch | None = None
        self._pipeline: Pipeline | None = None
        self._clock = HostClock()
        self._lives = 0
        self._last_s = 0.0
        self._orphans = 0
        self.info: DeviceInfo | None = None
        self.status: Status | None = None

    def feed(self, data: bytes, arrival_s: float | None = None) -> Outcome:
        """arrival_s: when the bytes came; without it the host's clock stays unknown."""
        samples: list[SampleBlock] = []
        frames: list[FrameBlock] = []
        events: list[Event] = []
        for message in self._decoder.feed(data):
            if not isinstance(message, DamagedFrame):
                self._take(message, samples, frames, events)
                if isinstance(message, ImuBatch) and arrival_s is not None:
                    self._tell_time(arrival_s)
        return Outcome(SampleBlock.join(samples), FrameBlock.join(frames), tuple(events))

    def finish(self) -> Outcome:
        """End of the bytes: take the batches that waited for missing ones, and judge what is still open."""
        samples: list[SampleBlock] = []
        frames: list[FrameBlock] = []
        events: list[Event] = []
        for batch in self._order.finish() if self._order is not None else ():
            self._batch(batch, samples, frames, events)
        if self._pipeline is not None:
            events += self._pipeline.finish()
        return Outcome(SampleBlock.join(samples), FrameBlock.join(frames), tuple(events))

    @property
    def calibration(self) -> CalibrationOutcome | None:
        """The newest calibration made with rocks, None before the first."""
        return self._pipeline.calibration if self._pipeline is not None else None

    @property
    def received(self) -> int:
        """Samples that came so far."""
        return self._timeline.received if self._timeline is not None else 0

    @property
    def missing(self) -> tuple[int, int] | None:
        """(first sequence number, count) of batches that the board may still have, None when none are missing."""
        return self._order.missing if self._order is not None else None

    def _take(
        self, message: Message, samples: list[SampleBlock], frames: list[FrameBlock], events: list[Event]
    ) -> None:
        match message:
            case DeviceInfo():
                self._begin(message, events)
            case Status():
                self.status = message
            case BoardMessage() if message.code in _MARKS and self._pipeline is not None:
                events += self._pipeline.mark(self._last_s, _MARKS[BoardEvent(message.code)])
            case BoardMessage() if message.code in _ADVANCE and self._pipeline is not None:
                events += self._pipeline.advance(self._last_s)
            case BoardMessage() if message.code in _RECALIBRATE and self._pipeline is not None:
                events += self._pipeline.recalibrate()
            case ImuBatch():
                for batch in self._order.add(message) if self._order is not None else (message,):
                    self._batch(batch, samples, frames, events)
            case Answer():
                for batch in self._order.answered(message) if self._order is not None else ():
                    self._batch(batch, samples, frames, events)
                if message.code == CommandCode.START and message.result != AnswerCode.OK:
                    events.append(Notice(self._last_s, "board_refused", _refusal(message)))
            case _:
                pass  # commands and clock: the runner's business

    def _begin(self, info: DeviceInfo, events: list[Event]) -> None:
        if self._timeline is not None:
            return  # a board that tells its name again goes on where it was
        self.info = info
        self._order = ReorderBuffer(rate_hz=info.rate_hz)
        self._timeline = Timeline(info=info)
        self._inertial = Inertial(info=info)
        self._watch = SensorWatch(rate_hz=info.rate_hz)
        if self._on_shank:
            settings, saved = self._settings, self._settings.saved
            if saved is not None and saved.board != board_of(info):
                problem = f"it was made with another board ({saved.board}, this is {board_of(info)})"
                events.append(does_not_fit(saved, problem, self._last_s))
                settings = replace(settings, saved=None)
            self._pipeline = Pipeline(rate_hz=info.rate_hz, settings=settings)

    def _batch(
        self, batch: ImuBatch, samples: list[SampleBlock], frames: list[FrameBlock], events: list[Event]
    ) -> None:
        if self._timeline is None or self._inertial is None or self._watch is None:
            self._orphans += 1
            if self._orphans == 1:
                text = "samples came before the board gave its scales; they wait for its device info"
                events.append(Notice(self._last_s, "no_device_info", text))
            return
        block = self._inertial.run(self._timeline.add(batch))
        if len(block) == 0:
            return
        done, warnings, more = _each(block, self._watch, self._pipeline)
        self._last_s = float(block.t_s[-1])
        samples.append(block)
        frames.append(done)
        events += [*warnings, *more]

    def _tell_time(self, arrival_s: float) -> None:
        timeline = self._timeline
        if timeline is None or timeline.received == 0 or self.missing is not None:
            return  # what waits for others to be read back says nothing of the clock
        if timeline.restarts != self._lives:
            self._lives = timeline.restarts
            self._clock = HostClock()  # how long the board was away nobody knows
        self._clock.add(self._last_s, arrival_s)

    def health(
        self,
        *,
        name: str,
        connected: bool,
        last_arrival_s: float | None = None,
        signal_dbm: int | None = None,
        reconnects: int = 0,
    ) -> LinkHealth:
        """The state of the link as a value."""
        timeline = self._timeline
        return LinkHealth(
            name=name,
            board=self.info.board if self.info else "",
            rate_hz=timeline.rate_hz if timeline else 0.0,
            received=timeline.received if timeline else 0,
            lost=timeline.lost if timeline else 0,
            filled=timeline.filled if timeline else 0,
            damaged=self._decoder.damaged,
            battery_percent=self.status.battery_percent if self.status and self.status.battery_percent <= 100 else None,
            temperature_c=self.status.temperature_c if self.status and not isnan(self.status.temperature_c) else None,
            connected=connected,
            last_arrival_s=last_arrival_s,
            recovered=self._order.recovered if self._order else 0,
            jitter_s=self._clock.jitter_s,
            signal_dbm=signal_dbm,
            reconnects=reconnects,
            zero_s=self._clock.host_s(0.0) if self._clock.known else None,
            drift_ppm=self._clock.drift_ppm,
        )


def _refusal(answer: Answer) -> str:
    words = answer.data.decode(errors="replace") or f"its answer is {answer.result}"
    if answer.result == AnswerCode.BUSY:
        words = "it is calibrating; wait a few seconds"
    return f"the board does not start: {words}"


def measure_recording(recording: Recording, settings: PipelineSettings) -> Outcome:
    """The same pipeline on a recording of samples. Its phases, where it has them, are the marks.

    Without rocks the stance and axis are taken from the movement, and no heel state is claimed.
    """
    pieces = list(measured(recording, settings))
    return Outcome(
        recording.samples,
        FrameBlock.join([piece.frames for piece in pieces]),
        tuple(event for piece in pieces for event in piece.events),
    )


def measured(recording: Recording, settings: PipelineSettings) -> Iterator[Outcome]:
    """Yield what `measure_recording` returns, a tenth of a second at a time: each event with the samples behind it."""
    samples = recording.samples
    watch = SensorWatch(rate_hz=recording.rate_hz)
    pipeline, marks, events = _prepared(recording, settings)
    step = max(1, round(PIECE_S * recording.rate_hz))
    for start, stop in pairwise(sorted({*range(0, len(samples), step), *marks, len(samples)})):
        piece = samples[start:stop]
        marked: list[Event] = []
        if start in marks:
            marked = pipeline.mark(float(samples.t_s[min(start, len(samples) - 1)]), marks[start])
        frames, warnings, more = _each(piece, watch, pipeline)
        yield Outcome(piece, frames, (*events, *warnings, *marked, *more))
        events = []
    yield Outcome(samples[len(samples) :], FrameBlock.of(()), tuple(pipeline.finish()))


def _each(
    block: SampleBlock, watch: SensorWatch, pipeline: Pipeline | None
) -> tuple[FrameBlock, list[Notice], list[Event]]:
    """Frames, the sensor's warnings and the pipeline's events; the block is taken apart once for both."""
    frames, warnings, events = [], [], []
    for sample in block.samples():
        warnings += watch.update(sample)
        if pipeline is not None:
            frame, more = pipeline.update(sample)
            frames.append(frame)
            events += more
    return FrameBlock.of(frames), warnings, events


def _prepared(recording: Recording, settings: PipelineSettings) -> tuple[Pipeline, dict[int, Phase], list[Event]]:
    """A pipeline for a recording, the phase that begins at a sample, and what is known beforehand."""
    rocks = [i for i, phase in enumerate(recording.phases) if phase is Phase.ROCKS]
    if not rocks and settings.saved is None:
        problem = "no heel-down rocks in this recording: angles only, heel state unsure"
        calibration = calibrate_from_movement(recording.samples, rate_hz=recording.rate_hz, problem=problem)
        pipeline = Pipeline(rate_hz=recording.rate_hz, settings=settings, calibration=calibration)
        return pipeline, {}, [calibration.report]
    pipeline = Pipeline(rate_hz=recording.rate_hz, settings=settings)
    if not rocks:
        return pipeline, {}, []
    # Rocks that start at once leave no stance: then their first second must serve.
    first_rock = max(rocks[0], round(recording.rate_hz))
    marks = {0: Phase.STAND, first_rock: Phase.ROCKS, max(rocks[-1] + 1, first_rock + 1): Phase.SET}
    return pipeline, marks, []


def calibration_of(events: tuple[Event, ...]) -> CalibrationReport | None:
    """The last calibration report among events, None when there was none."""
    return next((e for e in reversed(events) if isinstance(e, CalibrationReport)), None)
