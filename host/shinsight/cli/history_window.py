"""Reads the sessions of weeks and shows them in the history window."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from ..analysis.analysis import no_callback
from ..analysis.batch import find_sessions
from ..analysis.history import Entry, read_history
from ..pipeline.settings import Overrides
from .progress import part_done
from .running import say
from .session_replay import replay_sessions

MANY = 300
"""Fewer sessions are read before a progress bar could be seen."""
SESSIONS = Path("sessions")
"""The folder that live runs record to."""


def history_entries(folder: Path = SESSIONS, *, person: str = "", exercise: str | None = None) -> list[Entry]:
    """Return an entry for each session below the folder, of this person and exercise where given.

    A session that cannot be read is named on stderr and left out.
    """
    found = find_sessions([folder]) if folder.exists() else ()
    with part_done("reading sessions") if len(found) > MANY else nullcontext(no_callback) as done:
        entries, problems = read_history(found, on_progress=done)
    for problem in problems:
        say(f"notice: left out: {problem}")
    wanted = exercise.replace("-", "_") if exercise is not None else None
    return [
        entry
        for entry in entries
        if (not person or entry.person == person) and (wanted is None or entry.exercise == wanted)
    ]


def show_history(entries: Sequence[Entry]) -> None:
    """Show the history window, and each session that is opened from it, until the user leaves the window."""
    from ..window.history.history_page import HistoryPage  # Qt is loaded for a window only
    from ..window.loop import show_window

    nothing = Overrides(exercise=None, side=None, zero=None, slope_rad=None)
    while (page := show_window(lambda: HistoryPage(entries))).opened is not None:
        replay_sessions([page.opened], nothing)
