"""Edits the notes of a session, with undo. Every change is stored at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..results import Rep
from ..session.notes import SessionNotes


class NotesEditor:
    """keep: stores the complete notes at every change. Its errors reach the caller, and the change remains."""

    def __init__(self, notes: SessionNotes, *, keep: Callable[[SessionNotes], None]) -> None:
        self.notes = notes
        self._before: list[SessionNotes] = []
        self._keep = keep

    def toggle(self, rep: Rep) -> None:
        """Leave a rep out, or include it again."""
        self._change(self.notes.without(rep) if self.notes.keeps(rep) else self.notes.again_with(rep))

    def write(self, text: str, pain: int | None) -> None:
        """Set the text and the pain score, None for no score."""
        self._change(replace(self.notes, text=text, pain=pain))

    def distance(self, rep: Rep, distance_cm: float | None) -> None:
        """Set the toe-to-wall distance of a trial; None removes it."""
        self._change(self.notes.with_distance(rep, distance_cm))

    def undo(self) -> bool:
        """Undo the last change. Return False when there was none."""
        if not self._before:
            return False
        self.notes = self._before.pop()
        self._keep(self.notes)
        return True

    def _change(self, notes: SessionNotes) -> None:
        if notes != self.notes:
            self._before.append(self.notes)
            self.notes = notes
            self._keep(notes)
