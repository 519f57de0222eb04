"""Ten weeks of two legs: one that changed and one that did not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6 import QtCore, QtTest

from shinsight.analysis.batch import find_sessions
from shinsight.analysis.history import read_history
from shinsight.window.history.history_page import HistoryPage
from shinsight.window.qt import QtWidgets
from weeks import ten_weeks


def page(*, exercise: int) -> HistoryPage:
    with TemporaryDirectory() as folder:
        ten_weeks(Path(folder))
        entries, _ = read_history(find_sessions([Path(folder)]))
    shown = HistoryPage(entries)
    for _ in range(exercise):
        QtTest.QTest.keyClick(shown, QtCore.Qt.Key.Key_Right)
    shown.table.selectRow(1)
    return shown


def pictures() -> dict[str, Callable[[], QtWidgets.QWidget]]:
    return {"history": lambda: page(exercise=1), "history-knee-to-wall": lambda: page(exercise=0)}
