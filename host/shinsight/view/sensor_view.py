"""One sensor as a view follows it: what comes from its feed, folded into curve and state, and what the person says.

It outlives the widgets that draw it, so a window may be built anew (another look) without losing a rep.
"""

from __future__ import annotations

from collections.abc import Callable

from ..errors import DataError
from ..results import Notice, Rep
from ..session.notes import SessionNotes
from .feed import LiveFeed
from .notes_editor import Notebook
from .ring import FrameRing
from .state import SensorState


class Followed:
    """side: how the view calls the sensor. exercise: what is done with it. keep: where the notes go, see `Notebook`."""

    def __init__(
        self,
        side: str,
        feed: LiveFeed,
        *,
        keep: Callable[[SessionNotes], None],
        exercise: str = "squat",
        notes: SessionNotes | None = None,
    ) -> None:
        self.side = side
        self.exercise = exercise
        self.feed = feed
        self.ring = FrameRing()
        self.state = SensorState()
        self.book = Notebook(notes or SessionNotes(), keep=keep)

    def refresh(self, now_s: float) -> bool:
        """Take what came; `now_s` is the viewer's monotonic clock. True when there were frames."""
        update = self.feed.take()
        self.ring.extend(update.frames)
        self.state.apply(update.frames, update.events, update.health, now_s=now_s)
        return len(update.frames) > 0

    @property
    def kept_reps(self) -> int:
        """Reps so far, without those left out so far."""
        now_s = self.state.reps[-1].end_s if self.state.reps else 0.0
        return max(0, self.state.rep_count - sum(t_s <= now_s for t_s in self.book.notes.left_out_s))

    def toggle(self, rep: Rep) -> None:
        """Leave a rep out, or take it back. A disk that refuses becomes a notice; the session goes on."""
        self._noting(lambda: self.book.toggle(rep))

    def say(self, text: str, pain: int | None) -> None:
        self._noting(lambda: self.book.say(text, pain))

    def distance(self, rep: Rep, distance_cm: float | None) -> None:
        """Of a knee-to-wall trial, as typed."""
        self._noting(lambda: self.book.distance(rep, distance_cm))

    def undo(self) -> None:
        self._noting(self.book.undo)

    def _noting(self, change: Callable[[], object]) -> None:
        try:
            change()
        except DataError as error:
            self.feed.tell(Notice(0.0, "notes_not_kept", str(error)))
