"""One Qt application for all window tests, on the offscreen platform."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def _app() -> object:
    from shinsight.window.qt import QtWidgets

    return QtWidgets.QApplication.instance() or QtWidgets.QApplication([])


_LEFT: list[object] = []
"""Windows of tests that are over. Python's collector takes a window apart in any order, and Qt still asks its parts."""


@pytest.fixture
def qt(_app: object) -> Iterator[object]:
    """The application; the windows that a test leaves are closed and kept whole."""
    from shinsight.window.qt import QtWidgets

    yield _app
    for window in QtWidgets.QApplication.topLevelWidgets():
        window.close()
        _LEFT.append(window)
