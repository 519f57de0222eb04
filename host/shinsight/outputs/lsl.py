"""Lab Streaming Layer: a stream of type MoCap with every sample, and one of Markers with what happened.

Channels and their units stand in the stream's description, as the XDF meta-data conventions for MoCap have it
(https://github.com/sccn/xdf/wiki/MoCap-Meta-Data). Each sample carries the time at which the *board* took it, laid on
LSL's clock, not the time at which its packet came: what was read back after a drop has its own time too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from ..errors import SettingsError
from ..pipeline.measurement import Outcome
from ..results import FOOT, HEEL_STATES, HeelState, Rep, StillFor
from ..samples import FloatArray
from ..session.csv_tables import event_text
from ..stream.link_health import LinkHealth
from ..units import DEG_PER_RAD, MM_PER_M

if TYPE_CHECKING:
    import pylsl


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel in the description of the stream. kind: `type` of the XDF conventions where they have one."""

    label: str
    kind: str
    unit: str


CHANNELS = (
    *(Channel(f"accel_{axis}", f"Acceleration{axis.upper()}", "m/s^2") for axis in "xyz"),
    *(Channel(f"gyro_{axis}", f"AngularVelocity{axis.upper()}", "rad/s") for axis in "xyz"),
    Channel("inclination", "Angle", "degrees"),
    Channel("dorsiflexion", "Angle", "degrees"),
    Channel("knee_in", "Angle", "degrees"),
    Channel("ankle_rise", "Position", "millimeters"),
    Channel("ankle_rise_sd", "Confidence", "millimeters"),
    Channel("heel", "Code", " ".join(f"{code}={state}" for code, state in enumerate(HEEL_STATES))),
)
LONGEST_KEPT_S = 360
"""So long LSL keeps samples for a program that does not read them."""


class LslOutlet:
    """The two streams of one sensor, `shinsight-left` and `shinsight-left-events`: there as soon as its rate is known.

    source: the same for the same sensor, so that a program that listens finds it again after a restart. Raises
    `SettingsError` when LSL is not installed. Unknown values are NaN.
    """

    def __init__(self, side: str, *, exercise: str, source: str) -> None:
        try:
            import pylsl
        except (ImportError, RuntimeError) as error:  # RuntimeError: pylsl without liblsl
            raise SettingsError(f"LSL needs pylsl ({error}): pip install 'shinsight[lsl]'") from error
        self._lsl = pylsl
        self._side, self._exercise, self._source = side, exercise, source
        self._samples: pylsl.StreamOutlet | None = None
        self._events: pylsl.StreamOutlet | None = None
        self._last_s = inf

    def push(self, outcome: Outcome, health: LinkHealth) -> None:
        """Send on what came. LSL's own threads do the sending; nothing waits here."""
        if health.zero_s is None or not isfinite(health.rate_hz):
            return
        if self._samples is None or self._events is None:
            self._samples, self._events = self._opened(health.rate_hz)
        to_lsl_s = self._lsl.local_clock() - monotonic() + health.zero_s
        per_s = 1.0 + health.drift_ppm * 1e-6

        def stamp(t_s: FloatArray) -> FloatArray:
            return np.asarray(to_lsl_s + t_s * per_s)

        if len(outcome.samples):
            self._samples.push_chunk(rows(outcome), self._onward(stamp(outcome.samples.t_s)).tolist())
        for event in outcome.events:
            if isinstance(event, StillFor):
                continue
            if isinstance(event, Rep):
                at_s, words = event.end_s, rep_words(event)
            else:
                at_s, words = event.t_s, ": ".join(event_text(event))
            self._events.push_sample([words], float(stamp(np.array([at_s]))[0]))

    def _onward(self, stamps_s: FloatArray) -> FloatArray:
        """The same, later than what was sent: a batch that the clocks' fit put back by milliseconds is drawn together
        and ends at its right time. One that lies wholly in the past stays there."""
        if stamps_s[0] <= self._last_s < stamps_s[-1]:
            step_s = (stamps_s[-1] - self._last_s) / len(stamps_s)
            stamps_s = self._last_s + step_s * np.arange(1, len(stamps_s) + 1)
        self._last_s = float(stamps_s[-1])
        return stamps_s

    def _opened(self, rate_hz: float) -> tuple[pylsl.StreamOutlet, pylsl.StreamOutlet]:
        lsl, name = self._lsl, f"shinsight-{self._side}"
        source = f"{self._source}-{self._side}"
        samples = lsl.StreamInfo(name, "MoCap", len(CHANNELS), round(rate_hz, 3), lsl.cf_double64, source)
        _describe(samples, self._side, self._exercise)
        events = lsl.StreamInfo(f"{name}-events", "Markers", 1, lsl.IRREGULAR_RATE, lsl.cf_string, f"{source}-events")
        return lsl.StreamOutlet(samples, max_buffered=LONGEST_KEPT_S), lsl.StreamOutlet(events)


def rows(outcome: Outcome) -> FloatArray:
    """(n, channels). A sensor of the foot has samples and no frames: its angles are NaN."""
    samples, frames = outcome.samples, outcome.frames
    derived = np.full((len(samples), len(CHANNELS) - 6), np.nan)
    if len(frames):
        derived = np.column_stack(
            [
                frames.inclination_rad * DEG_PER_RAD,
                frames.dorsiflexion_rad * DEG_PER_RAD,
                frames.knee_in_rad * DEG_PER_RAD,
                frames.ankle_rise_m * MM_PER_M,
                frames.ankle_rise_sd_m * MM_PER_M,
                frames.heel_code,
            ]
        )
    return np.ascontiguousarray(np.column_stack([samples.accel_mps2, samples.gyro_radps, derived]))


def rep_words(rep: Rep) -> str:
    """E.g. `rep: 3 down 34.2`: its number, the heel, and its dorsiflexion in degrees, or `rep: 4 up`.

    A rep whose heel came up has a largest angle from before that; beside `up` it would be taken for that of the rep.
    """
    peak = rep.peak_dorsiflexion_rad
    angle = f" {peak * DEG_PER_RAD:.1f}" if rep.heel is HeelState.DOWN and peak is not None else ""
    return f"rep: {rep.number} {rep.heel}{angle}"


def _describe(info: pylsl.StreamInfo, side: str, exercise: str) -> None:
    about = info.desc()
    channels = about.append_child("channels")
    for channel in CHANNELS:
        each = channels.append_child("channel")
        for key, value in (
            ("label", channel.label),
            ("object", side if side == FOOT else f"{side}_shank"),
            ("type", channel.kind),
            ("unit", channel.unit),
        ):
            each.append_child_value(key, value)
    about.append_child("acquisition").append_child_value("manufacturer", "shinsight")
    setup = about.append_child("setup")
    setup.append_child_value("side", side)
    setup.append_child_value("exercise", exercise)
    setup.append_child_value("timestamps", "time at which the board took the sample, on LSL's clock")
