"""The list of reps, newest on top."""

from __future__ import annotations

from ..live.state import LISTED_REPS
from ..live.words import REP_COLUMNS, rep_cells
from ..results import HeelState, Rep
from .qt import QtCore, QtGui, QtWidgets
from .theme import HEEL_COLOURS, QUIET

_HEEL = REP_COLUMNS.index("Heel")


class RepsTable(QtWidgets.QTableWidget):
    """One row a rep; rows beyond `LISTED_REPS` leave at the bottom."""

    def __init__(self) -> None:
        super().__init__(0, len(REP_COLUMNS))
        self.setHorizontalHeaderLabels(REP_COLUMNS)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QtWidgets.QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QtWidgets.QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QtWidgets.QHeaderView.ResizeMode.Stretch)
        header.setSectionsClickable(False)
        self.verticalHeader().setDefaultSectionSize(28)
        self.setMinimumHeight(110)

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if self.rowCount() == 0:
            painter = QtGui.QPainter(self.viewport())
            painter.setPen(QtGui.QColor(QUIET))
            painter.drawText(self.viewport().rect(), QtCore.Qt.AlignmentFlag.AlignCenter, "No reps yet")
            painter.end()

    def add(self, rep: Rep) -> None:
        self.insertRow(0)
        for column, text in enumerate(rep_cells(rep)):
            item = QtWidgets.QTableWidgetItem(text)
            item.setTextAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
            if column == _HEEL:
                item.setForeground(QtGui.QColor(HEEL_COLOURS[rep.heel]))
                font = item.font()
                font.setBold(rep.heel is HeelState.UP)
                item.setFont(font)
            self.setItem(0, column, item)
        if self.rowCount() > LISTED_REPS:
            self.removeRow(self.rowCount() - 1)
