"""Shows a recorded session as a live sensor, at any moment, forward and back."""

from __future__ import annotations

from collections.abc import Callable

from ..results import Event, FrameBlock
from ..session.notes import SessionNotes
from .feed import LiveFeed
from .replay_timeline import ReplayTimeline
from .sensor_view import SensorView


class ReplayView(SensorView):
    """timeline: what is shown; `take` can replace it by another analysis of the same session. keep: stores notes."""

    def __init__(self, timeline: ReplayTimeline, *, keep: Callable[[SessionNotes], None], notes: SessionNotes) -> None:
        settings = timeline.analysis.settings
        super().__init__(settings.side.value, LiveFeed(), keep=keep, exercise=settings.exercise, notes=notes)
        self.timeline = timeline
        self._own_events: list[Event] = []
        self._shown: tuple[ReplayTimeline, float, SessionNotes] | None = None

    def take(self, timeline: ReplayTimeline) -> None:
        """Show another analysis from the next `refresh` on."""
        settings = timeline.analysis.settings
        self.timeline, self.side, self.exercise = timeline, settings.side.value, settings.exercise

    def refresh(self, now_s: float) -> bool:
        """Show what was known at `now_s` of the replay's own time. Return True when that differs from before."""
        new_events = self.feed.take().events  # such as notes that could not be written
        self._own_events += new_events
        wanted = (self.timeline, now_s, self.editor.notes)
        if wanted == self._shown and not new_events:
            return False
        self._shown = wanted
        self.ring = self.timeline.recent(now_s)
        self.state = self.timeline.state(now_s)
        self.state.apply(FrameBlock.of(()), tuple(self._own_events), None, now_s=now_s)
        return True
