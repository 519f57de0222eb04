"""Lists the reps, newest on top. A rep that is left out stays in the list, struck through."""

from __future__ import annotations

from collections.abc import Iterable

from ...results import HeelState, Rep
from ...session.notes import SessionNotes
from ...view.state import LISTED_REPS
from ...view.words import REP_COLUMNS, rep_cells
from ..qt import QtCore, QtGui, QtWidgets
from ..theme import Palette, heel_colours

_HEEL = REP_COLUMNS.index("Heel")


class RepsTable(QtWidgets.QTableWidget):
    """Has one row per rep, at most `LISTED_REPS`. `chosen` is the rep that a key acts on."""

    def __init__(self, palette: Palette) -> None:
        super().__init__(0, len(REP_COLUMNS))
        self._palette = palette
        self._colours = heel_colours(palette)
        self._reps: list[Rep] = []
        self._notes = SessionNotes()
        self.setHorizontalHeaderLabels(REP_COLUMNS)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)  # keys belong to the window
        self.setSelectionBehavior(QtWidgets.QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QtWidgets.QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QtWidgets.QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QtWidgets.QHeaderView.ResizeMode.Stretch)
        header.setSectionsClickable(False)
        self.verticalHeader().setDefaultSectionSize(28)
        self.setMinimumHeight(72)

    @property
    def chosen(self) -> Rep | None:
        """The rep in the chosen row, None when no row is chosen."""
        rows = self.selectionModel().selectedRows()
        return self._reps[rows[0].row()] if rows else None

    def choose(self, step: int) -> None:
        """Move the choice by rows, down is positive. Without a choice, choose the newest rep."""
        if not self._reps:
            return
        rows = self.selectionModel().selectedRows()
        row = min(max(rows[0].row() + step, 0), len(self._reps) - 1) if rows else 0
        self.selectRow(row)

    def show_reps(self, reps: Iterable[Rep], notes: SessionNotes) -> None:
        """Add new reps and mark the left-out ones. Back in time, remove later reps."""
        known = self._reps[0].number if self._reps else 0
        shown = list(reps)
        if known > (shown[-1].number if shown else 0):
            known = 0
            self._reps.clear()
            self.setRowCount(0)
        for rep in shown:
            if rep.number > known:
                self._add(rep, notes)
        if notes != self._notes:
            self._notes = notes
            for row, rep in enumerate(self._reps):
                self._mark(row, kept=notes.keeps(rep))

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Paint the table; "No reps yet" while it is empty."""
        super().paintEvent(event)
        if self.rowCount() == 0:
            painter = QtGui.QPainter(self.viewport())
            painter.setPen(QtGui.QColor(self._palette.quiet))
            painter.drawText(self.viewport().rect(), QtCore.Qt.AlignmentFlag.AlignCenter, "No reps yet")
            painter.end()

    def _add(self, rep: Rep, notes: SessionNotes) -> None:
        self.insertRow(0)
        self._reps.insert(0, rep)
        for column, text in enumerate(rep_cells(rep)):
            item = QtWidgets.QTableWidgetItem(text)
            item.setTextAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
            self.setItem(0, column, item)
        self._mark(0, kept=notes.keeps(rep))
        if self.rowCount() > LISTED_REPS:
            self.removeRow(self.rowCount() - 1)
            self._reps.pop()

    def _mark(self, row: int, *, kept: bool) -> None:
        rep = self._reps[row]
        for column in range(self.columnCount()):
            item = self.item(row, column)
            assert item is not None
            font = item.font()
            font.setStrikeOut(not kept)
            font.setBold(kept and column == _HEEL and rep.heel is HeelState.UP)
            item.setFont(font)
            colour = self._colours[rep.heel] if column == _HEEL else self._palette.text
            item.setForeground(QtGui.QColor(colour if kept else self._palette.quiet))
