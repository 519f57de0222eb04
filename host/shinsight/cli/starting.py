"""The page to start from: what `shinsight live` shows when no link was named."""

from __future__ import annotations

import typer

from ..results import Side
from ..store.people import everybody
from ..transport.search import search
from ..view.board_search import BoardSearch
from ..view.start import StartChoice
from .running import say


def chosen_on_page(*, exercise: str | None, side: Side | None, person: str) -> StartChoice:
    """Show the start page and return the choice. Exits when nothing is chosen."""
    from ..window.loop import show_window  # Qt is loaded for a window only
    from ..window.start.start_page import StartPage

    board_search = BoardSearch(search)
    known = [each.name for each in everybody()]
    try:
        page = show_window(
            lambda: StartPage(
                board_search=board_search,
                people=known,
                exercise=exercise or "squat",
                side=side or Side.RIGHT,
                person=person,
            )
        )
    finally:
        board_search.stop()
    if page.choice is None:
        say("nothing was started")
        raise typer.Exit
    return page.choice
