"""A simulated shin and foot of one movement, measured through the wire and compared, beside the truth."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shinsight.analysis.agreement import Agreement, RepPair
from shinsight.analysis.analysis import Analysis
from shinsight.analysis.shin_and_foot import compare
from shinsight.kinematics.foot import FOOT_OF_STATURE, FootLengths
from shinsight.pipeline.measurement import Measurement
from shinsight.pipeline.settings import PipelineSettings
from shinsight.samples import SampleBlock
from shinsight.transport.simulated import SimLink, SimOptions
from shinsight.transport.simulated.leg import TrueRep
from shinsight.transport.simulated.link import perform
from simulated_session import Measured, bytes_of, measure

BALL_OF_STATURE = 0.073


@dataclass(frozen=True)
class Both:
    """What was true of the leg, what the shin said, the foot's samples, and both compared."""

    shin: Measured
    foot: SampleBlock
    found: Agreement

    def pairs(self) -> list[tuple[TrueRep, RepPair]]:
        """Each true rep with the compared one that holds its bottom."""
        by_number = {pair.rep.number: pair for pair in self.found.pairs}
        return [(true, by_number[rep.number]) for true, rep in self.shin.pairs() if rep.number in by_number]


def foot_samples(options: SimOptions) -> tuple[SampleBlock, float]:
    """What a board on the foot delivers, and at which rate."""
    measurement = Measurement(settings=PipelineSettings(), on_shank=False)
    link = SimLink(replace(options, place="foot"))
    blocks = [measurement.feed(data).samples for data in bytes_of(link)]
    blocks.append(measurement.finish().samples)
    return SampleBlock.join(blocks), measurement.health(name="foot", connected=True).rate_hz


def measure_shin_and_foot(options: SimOptions) -> Both:
    """Run both links to their end."""
    return beside(measure(options), options, options)


def beside(shin: Measured, options: SimOptions, foot_options: SimOptions) -> Both:
    """A shin that was measured with these options, and a foot of the same movement with its own."""
    foot, rate_hz = foot_samples(foot_options)
    analysis = Analysis(
        settings=PipelineSettings(exercise=options.exercise),
        rate_hz=options.rate_hz,
        duration_s=shin.link.duration_s,
        events=shin.events,
        warnings=(),
    )
    person = perform(options)[0].person
    lengths = FootLengths.measured(person.ball_m * FOOT_OF_STATURE / BALL_OF_STATURE)
    return Both(shin, foot, compare(analysis, shin.frames, foot, rate_hz=rate_hz, lengths=lengths))
