"""Watches standing still: a countdown in whole seconds, and a notice when the person moves."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from ...errors import SettingsError
from ...fusion.rest import RestDetector
from ...results import Event, Notice, StillFor
from ...samples import Sample, SampleBlock

LEAST_S = 1.0
"""Less stillness than this is not a stance."""
NOT_STILL = "stand on both feet, weight even, knees quiet, hands off the sensor"


@dataclass(frozen=True, kw_only=True, slots=True)
class StillnessSettings:
    """wanted_s of stillness; after patience_s without it one notice tells what it takes."""

    wanted_s: float = 3.0
    patience_s: float = 8.0

    def __post_init__(self) -> None:
        for name in ("wanted_s", "patience_s"):
            if not getattr(self, name) >= LEAST_S:
                raise SettingsError(f"stillness {name} is {getattr(self, name)} s, expected at least {LEAST_S:g} s")


class Stillness:
    """update(sample) -> events; `still_s` is unbroken stillness up to the newest sample. `run` is its twin."""

    def __init__(self, *, rate_hz: float, settings: StillnessSettings) -> None:
        self._settings = settings
        self._rest = RestDetector(rate_hz=rate_hz)
        self._since_s: float | None = None
        self._said_s = 0
        self.still_s = 0.0

    def update(self, sample: Sample) -> list[Event]:
        """Take one sample. Return a step of the countdown, or the notice that the person moves."""
        self.still_s = self._rest.update(sample)
        if self._since_s is None:
            self._since_s = sample.t_s
        events: list[Event] = []
        whole_s = int(min(self.still_s, self._settings.wanted_s))
        if whole_s != self._said_s:
            self._said_s = whole_s
            events.append(StillFor(sample.t_s, whole_s, self._settings.wanted_s))
        if whole_s > 0:
            self._since_s = inf  # a second of it shows that the request was understood
        elif sample.t_s - self._since_s >= self._settings.patience_s:
            self._since_s = inf
            text = f"not still for {self._settings.patience_s:.0f} s: {NOT_STILL}"
            events.append(Notice(sample.t_s, "not_still", text))
        return events

    def run(self, block: SampleBlock) -> list[Event]:
        """Return the events of all samples of a block."""
        return [event for sample in block.samples() for event in self.update(sample)]
