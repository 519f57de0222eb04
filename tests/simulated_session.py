"""A simulated session measured through the wire, beside its truth: for tests and for validation alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shinsight.pipeline.measurement import Measurement
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import CalibrationReport, Event, FrameBlock, Rep, Side
from shinsight.samples import SampleBlock
from shinsight.transport.simulated import SimLink, SimOptions
from shinsight.transport.simulated.leg import TrueRep
from shinsight.wire.framing import frame
from shinsight.wire.messages import Command, CommandCode, encode


@dataclass(frozen=True)
class Measured:
    """What was true, what was said, and the bytes in between."""

    link: SimLink
    bytes: bytes
    samples: SampleBlock
    frames: FrameBlock
    events: tuple[Event, ...]

    @property
    def reports(self) -> list[CalibrationReport]:
        return [e for e in self.events if isinstance(e, CalibrationReport)]

    @property
    def reps(self) -> list[Rep]:
        return [e for e in self.events if isinstance(e, Rep)]

    def pairs(self) -> list[tuple[TrueRep, Rep]]:
        """Each true rep with the measured one that holds its bottom."""
        found = []
        for true in self.link.truth.reps:
            near = [r for r in self.reps if r.start_s - 0.5 < true.bottom_s < r.end_s + 0.5]
            if near:
                found.append((true, min(near, key=lambda r: abs(r.bottom_s - true.bottom_s))))
        return found


def bytes_of(link: SimLink) -> Iterator[bytes]:
    """Every byte of the link from START to its end."""
    link.open()
    for token, code in enumerate((CommandCode.INFO, CommandCode.START)):
        link.write(frame(encode(Command(token, code))))
    while not link.ended:
        for chunk in link.read(0.0):
            yield chunk.data


def measure(options: SimOptions) -> Measured:
    """Run the link to its end and measure every byte of it."""
    link = SimLink(options)
    measurement = Measurement(settings=PipelineSettings(exercise=options.exercise, side=Side(options.side)))
    outcomes, received = [], []
    for data in bytes_of(link):
        received.append(data)
        outcomes.append(measurement.feed(data))
    outcomes.append(measurement.finish())
    samples = SampleBlock.join([o.samples for o in outcomes])
    frames = FrameBlock.join([o.frames for o in outcomes])
    return Measured(link, b"".join(received), samples, frames, tuple(e for o in outcomes for e in o.events))
