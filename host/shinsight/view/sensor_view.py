"""Holds what a view knows of one sensor: its curve, its state and the notes of the person.

It outlives the widgets that draw it, so a window can rebuild them (for another theme) without losing a rep.
"""

from __future__ import annotations

from collections.abc import Callable

from ..errors import DataError
from ..results import Notice, Rep
from ..session.notes import SessionNotes
from .feed import LiveFeed
from .notes_editor import NotesEditor
from .ring import FrameRing
from .state import SensorState


class SensorView:
    """side: the name of the sensor in the view. exercise: what the person does. keep: stores notes (`NotesEditor`)."""

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
        self.editor = NotesEditor(notes or SessionNotes(), keep=keep)

    def refresh(self, now_s: float) -> bool:
        """Take new data; `now_s` is the viewer's monotonic clock. Return True when there were frames."""
        update = self.feed.take()
        self.ring.extend(update.frames)
        self.state.apply(update.frames, update.events, update.health, now_s=now_s)
        return len(update.frames) > 0

    @property
    def kept_reps(self) -> int:
        """Number of reps so far, without those left out so far."""
        now_s = self.state.reps[-1].end_s if self.state.reps else 0.0
        return max(0, self.state.rep_count - sum(t_s <= now_s for t_s in self.editor.notes.left_out_s))

    def toggle(self, rep: Rep) -> None:
        """Leave a rep out, or include it again. A write error becomes a notice; the session continues."""
        self._edit(lambda: self.editor.toggle(rep))

    def write(self, text: str, pain: int | None) -> None:
        """Set the text and the pain score, as `toggle` does."""
        self._edit(lambda: self.editor.write(text, pain))

    def distance(self, rep: Rep, distance_cm: float | None) -> None:
        """Set the distance of a knee-to-wall trial, as `toggle` does."""
        self._edit(lambda: self.editor.distance(rep, distance_cm))

    def undo(self) -> None:
        """Undo the last change of the notes, as `toggle` does."""
        self._edit(self.editor.undo)

    def _edit(self, change: Callable[[], object]) -> None:
        try:
            change()
        except DataError as error:
            self.feed.tell(Notice(0.0, "notes_not_kept", str(error)))
