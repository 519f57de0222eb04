"""Expresses the heel thresholds as a person sets them: the probability of a lift, in whole percent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log

from ..detection.heel_live import LiveSettings
from ..detection.heel_verdict import VerdictSettings
from ..errors import SettingsError
from ..pipeline.settings import PipelineSettings
from ..units import DEG_PER_RAD


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Probabilities of a heel lift in percent, 1 to 99: for a whole rep, and live.

    Raises `SettingsError`.
    """

    up_from: int
    down_to: int
    live_up_from: int
    live_down_to: int

    def __post_init__(self) -> None:
        for down, up in ((self.down_to, self.up_from), (self.live_down_to, self.live_up_from)):
            if not 1 <= down < up <= 99:
                raise SettingsError(
                    f"the heel is down up to {down} % and up from {up} %, expected 1 to 99 % with the first value lower"
                )

    @staticmethod
    def of(settings: PipelineSettings) -> Thresholds:
        """Return the thresholds of these settings."""
        verdict, live = settings.verdict, settings.live
        return Thresholds(
            up_from=round(100.0 * verdict.up_from),
            down_to=round(100.0 * verdict.down_to),
            live_up_from=_percent(live.up_log_odds),
            live_down_to=_percent(live.down_log_odds),
        )

    def verdict(self, settings: PipelineSettings) -> VerdictSettings:
        """Return the thresholds for a whole rep. A value that is equal in whole percent stays exact."""
        was, verdict = Thresholds.of(settings), settings.verdict
        up = verdict.up_from if self.up_from == was.up_from else self.up_from / 100.0
        down = verdict.down_to if self.down_to == was.down_to else self.down_to / 100.0
        return replace(verdict, up_from=up, down_to=down)

    def live(self, settings: PipelineSettings) -> LiveSettings:
        """Return the live thresholds. A value that is equal in whole percent stays exact."""
        was, live = Thresholds.of(settings), settings.live
        up = live.up_log_odds if self.live_up_from == was.live_up_from else _log_odds(self.live_up_from)
        down = live.down_log_odds if self.live_down_to == was.live_down_to else _log_odds(self.live_down_to)
        return replace(live, up_log_odds=up, down_log_odds=down)


THRESHOLD_WORDS = {
    "up_from": "rep: heel up from",
    "down_to": "rep: heel down up to",
    "live_up_from": "live: heel up from",
    "live_down_to": "live: heel down up to",
}
"""The label of each field of `Thresholds`."""


def settings_differences(before: PipelineSettings, after: PipelineSettings) -> Sequence[str]:
    """Describe the settings that differ; empty when none do."""
    was, now = Thresholds.of(before), Thresholds.of(after)
    pairs = [
        ("exercise", *(each.exercise.replace("_", " ") for each in (before, after))),
        ("leg", before.side.value, after.side.value),
        ("angles from", before.zero, after.zero),
        ("slope", *(f"{each.slope_rad * DEG_PER_RAD:.3g}°" for each in (before, after))),
        *((words, f"{getattr(was, name)} %", f"{getattr(now, name)} %") for name, words in THRESHOLD_WORDS.items()),
    ]
    return [f"{what} {old} → {new}" for what, old, new in pairs if old != new]


def _percent(log_odds: float) -> int:
    return round(100.0 / (1.0 + exp(-log_odds)))


def _log_odds(percent: int) -> float:
    return log(percent / (100.0 - percent))
