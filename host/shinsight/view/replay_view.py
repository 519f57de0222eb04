"""A recorded session as a view follows it: like a live sensor, but at any moment, forward and back."""

from __future__ import annotations

from collections.abc import Callable

from ..results import Event, FrameBlock
from ..session.notes import SessionNotes
from .feed import LiveFeed
from .replay_timeline import Replayed
from .sensor_view import Followed


class Rewound(Followed):
    """replayed: what is shown, may be another analysis of the same session later on. keep: where notes go."""

    def __init__(self, replayed: Replayed, *, keep: Callable[[SessionNotes], None], notes: SessionNotes) -> None:
        settings = replayed.analysis.settings
        super().__init__(settings.side.value, LiveFeed(), keep=keep, exercise=settings.exercise, notes=notes)
        self.replayed = replayed
        self._said: list[Event] = []
        self._shown: tuple[Replayed, float, SessionNotes] | None = None

    def take(self, replayed: Replayed) -> None:
        """Show another analysis from the next `refresh` on."""
        settings = replayed.analysis.settings
        self.replayed, self.side, self.exercise = replayed, settings.side.value, settings.exercise

    def refresh(self, now_s: float) -> bool:
        """What was known at `now_s`, the replay's own time. True when it is not what was shown before."""
        told = self.feed.take().events  # such as notes that the disk refused
        self._said += told
        wanted = (self.replayed, now_s, self.book.notes)
        if wanted == self._shown and not told:
            return False
        self._shown = wanted
        self.ring = self.replayed.recent(now_s)
        self.state = self.replayed.state(now_s)
        self.state.apply(FrameBlock.of(()), tuple(self._said), None, now_s=now_s)
        return True
