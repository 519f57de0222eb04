"""The page to start from."""

from __future__ import annotations

from collections.abc import Callable

from shinsight.transport.search import Found
from shinsight.view.board_search import BoardSearch
from shinsight.window.qt import QtWidgets
from shinsight.window.start.start_page import StartPage


def page() -> StartPage:
    board_search = BoardSearch(lambda _: Found(("left", "right"), ("/dev/ttyACM0",), ()))
    board_search.stop()
    return StartPage(board_search=board_search, people=("Ada", "P07"), person="Ada", exercise="split_squat")


def pictures() -> dict[str, Callable[[], QtWidgets.QWidget]]:
    return {"start": page}
