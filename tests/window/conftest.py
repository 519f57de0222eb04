"""One Qt application for all window tests, on the offscreen platform."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def qt() -> object:
    from shinsight.window.qt import QtWidgets

    return QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
