"""What a person says during a session, with undo. Every change is handed on at once, to be kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..results import Rep
from ..session.notes import SessionNotes


class Notebook:
    """keep: told the whole notes at every change; what it raises reaches the caller, and the change stands."""

    def __init__(self, notes: SessionNotes, *, keep: Callable[[SessionNotes], None]) -> None:
        self.notes = notes
        self._before: list[SessionNotes] = []
        self._keep = keep

    def toggle(self, rep: Rep) -> None:
        """Leave a rep out, or take it back."""
        self._change(self.notes.without(rep) if self.notes.keeps(rep) else self.notes.again_with(rep))

    def say(self, text: str, pain: int | None) -> None:
        self._change(replace(self.notes, text=text, pain=pain))

    def distance(self, rep: Rep, distance_cm: float | None) -> None:
        """Toe to wall of a trial; None takes it away."""
        self._change(self.notes.with_distance(rep, distance_cm))

    def undo(self) -> bool:
        """Back to before the last change. False when there was none."""
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
