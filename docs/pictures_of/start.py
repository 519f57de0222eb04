"""The page to start from."""

from __future__ import annotations

from collections.abc import Callable

from shinsight.transport.search import Found
from shinsight.view.board_search import Finder
from shinsight.window.qt import QtWidgets
from shinsight.window.start.start_page import StartPage


def page() -> StartPage:
    finder = Finder(lambda _: Found(("left", "right"), ("/dev/ttyACM0",), ()))
    finder.stop()
    return StartPage(finder=finder, people=("Ada", "P07"), person="Ada", exercise="split_squat")


def pictures() -> dict[str, Callable[[], QtWidgets.QWidget]]:
    return {"start": page}
