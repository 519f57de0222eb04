"""Shows the sessions of weeks on one page: both legs over the dates, error bars, and the measurement noise."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from pathlib import Path

import numpy as np

from ...analysis.history import Entry, Series, angle_change, distance_change, series_of
from ...results import Side
from ...view.words import DASH
from ..app_window import AppWindow
from ..qt import QtCore, QtGui, QtWidgets, pg
from ..theme import DARK, Palette
from ..widgets.key_action import KeyAction
from ..widgets.labels import named_label

_COLUMNS = ("Date", "Leg", "Best heel-down", "To wall", "Reps", "Heel up", "Pain", "Note")
_OFFSET_S = {Side.LEFT: -3 * 3600.0, Side.RIGHT: 3 * 3600.0}
"""Draws the legs of one day beside each other."""
_SYMBOLS = {Side.LEFT: "o", Side.RIGHT: "s"}


class HistoryPage(AppWindow):
    """entries: as `analysis.history.read_history` gives them. opened: the session to open, chosen by Enter."""

    HEAD_KEYS = ("↑ ↓", "← →", "Enter", "D", "Q")

    def __init__(self, entries: Sequence[Entry], *, palette: Palette = DARK) -> None:
        super().__init__(title="shinsight · history", palette=palette)
        self.opened: Path | None = None
        groups: dict[tuple[str, str, str, float], list[Series]] = {}
        for series in series_of(entries):
            groups.setdefault((series.person, series.exercise, series.zero, series.slope_deg), []).append(series)
        self._groups = list(groups.values())
        self._at = 0
        self._rows: list[Entry] = []
        self.chooser = named_label("instruction")
        self.sentences = named_label("result", wraps=True)
        self.table = QtWidgets.QTableWidget(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels(_COLUMNS)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self.table.setSelectionBehavior(QtWidgets.QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QtWidgets.QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(QtWidgets.QHeaderView.ResizeMode.Stretch)
        self._plot_place = QtWidgets.QVBoxLayout()
        self._plot: pg.PlotWidget | None = None
        self.show_body(self._arranged())
        self.wear(palette)

    def own_actions(self) -> Sequence[KeyAction]:
        """Return the actions of the history page."""
        return (
            KeyAction(
                "↑ ↓",
                "session",
                {"Up": lambda: self._choose_row(-1), "Down": lambda: self._choose_row(1)},
                repeats=True,
            ),
            KeyAction(
                "← →",
                "person and exercise",
                {"Left": lambda: self._choose_group(-1), "Right": lambda: self._choose_group(1)},
                repeats=True,
            ),
            KeyAction("Enter", "open", {"Return": self._open, "Enter": self._open}),
        )

    def wear(self, palette: Palette) -> None:
        """Draw the page again in these colours."""
        super().wear(palette)
        self._show()

    def leave(self) -> None:
        """Answer Esc: close the help panel, else the page."""
        if self.keys.isVisible():
            self.keys.hide()
        else:
            self.close()

    @property
    def chosen(self) -> Entry | None:
        """Return the session of the selected row; None when no row is selected."""
        rows = self.table.selectionModel().selectedRows()
        return self._rows[rows[0].row()] if rows else None

    def _choose_row(self, step: int) -> None:
        if self._rows:
            rows = self.table.selectionModel().selectedRows()
            self.table.selectRow(min(max(rows[0].row() + step, 0), len(self._rows) - 1) if rows else 0)

    def _choose_group(self, step: int) -> None:
        if self._groups:
            self._at = (self._at + step) % len(self._groups)
            self._show()

    def _open(self) -> None:
        if self.chosen is not None:
            self.opened = self.chosen.path
            self.close()

    def _show(self) -> None:
        if not self._groups:
            self.chooser.setText("No sessions with reps yet")
            self.sentences.setText("Record one with `shinsight live`.")
            return
        group = self._groups[self._at]
        first = group[0]
        slope = f", slope {first.slope_deg:g}°" if first.slope_deg else ""
        who = f"{first.person} · " if first.person else ""
        several = f"   ({self._at + 1} of {len(self._groups)}, ← →)" if len(self._groups) > 1 else ""
        self.chooser.setText(f"{who}{first.exercise.replace('_', ' ')}{slope}, zero {first.zero}{several}")
        self.sentences.setText("\n".join(line for series in group for line in sentences(series)))
        self._fill(sorted((entry for series in group for entry in series.entries), key=lambda e: e.started))
        self._draw(group)

    def _fill(self, entries: Sequence[Entry]) -> None:
        self._rows = list(reversed(entries))
        self.table.setRowCount(len(self._rows))
        for row, entry in enumerate(self._rows):
            for column, text in enumerate(_cells(entry)):
                item = QtWidgets.QTableWidgetItem(text)
                item.setTextAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
                self.table.setItem(row, column, item)

    def _draw(self, group: Sequence[Series]) -> None:
        palette = self.palette_in_use
        plot = pg.PlotWidget(background=palette.panel, axisItems={"bottom": pg.DateAxisItem(orientation="bottom")})
        plot.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        plot.setMouseEnabled(x=False, y=False)
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.showGrid(x=False, y=True, alpha=0.15)
        walls = any(not isnan(entry.mean_cm) for series in group for entry in series.entries)
        plot.setLabel("left", "toe to wall, cm" if walls else "best heel-down dorsiflexion, °", color=palette.quiet)
        for axis in ("left", "bottom"):
            plot.getAxis(axis).setPen(pg.mkPen(palette.edge))
            plot.getAxis(axis).setTextPen(pg.mkPen(palette.quiet))
        legend = plot.addLegend(offset=(-10, -10), labelTextColor=palette.text, brush=pg.mkBrush(palette.panel))
        colours = {Side.LEFT: palette.down, Side.RIGHT: palette.target}
        for series in group:
            self._draw_leg(plot, legend, series, QtGui.QColor(colours[series.side]), walls=walls)
        if self._plot is not None:
            self._plot_place.removeWidget(self._plot)
            self._plot.hide()
            self._plot.deleteLater()
        self._plot = plot
        self._plot_place.addWidget(plot)

    def _draw_leg(
        self, plot: pg.PlotWidget, legend: pg.LegendItem, series: Series, colour: QtGui.QColor, *, walls: bool
    ) -> None:
        points = [
            (entry.started.timestamp() + _OFFSET_S[series.side], *_value(entry, walls=walls))
            for entry in series.entries
        ]
        x, y, sd = (np.array(column) for column in zip(*points, strict=True))
        seen = np.isfinite(y)
        if not seen.any():
            return
        x, y, sd = x[seen], y[seen], sd[seen]
        change = distance_change(series) if walls else angle_change(series)
        if change is not None:
            band = QtGui.QColor(colour)
            band.setAlpha(34)
            region = pg.LinearRegionItem(
                (change.first - change.band, change.first + change.band),
                orientation="horizontal",
                movable=False,
                brush=band,
                pen=pg.mkPen(colour, width=1, style=QtCore.Qt.PenStyle.DashLine),
            )
            plot.addItem(region)
        bars = np.isfinite(sd)
        if bars.any():
            plot.addItem(
                pg.ErrorBarItem(x=x[bars], y=y[bars], height=2.0 * sd[bars], beam=20000, pen=pg.mkPen(colour, width=1))
            )
        line = plot.plot(
            x, y, pen=pg.mkPen(colour, width=2), symbol=_SYMBOLS[series.side], symbolSize=9, symbolBrush=colour
        )
        legend.addItem(line, f"{series.side} leg")

    def _arranged(self) -> QtWidgets.QWidget:
        curve = QtWidgets.QFrame()
        curve.setObjectName("panel")
        self._plot_place.addWidget(named_label("keys", "dashed: measurement noise around the first session of a leg"))
        curve.setLayout(self._plot_place)
        whole = QtWidgets.QWidget()
        layout = QtWidgets.QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self.head())
        layout.addWidget(self.chooser)
        layout.addWidget(curve, 6)
        layout.addWidget(self.sentences)
        layout.addWidget(self.table, 4)
        return whole


def sentences(series: Series) -> list[str]:
    """Describe how a leg changed over the weeks."""
    changes = [change for change in (distance_change(series), angle_change(series)) if change is not None]
    if not changes:
        return [f"{series.side.value.capitalize()}: one session. A change needs two."]
    return [f"{series.side.value.capitalize()}: {change.sentence}" for change in changes]


def _value(entry: Entry, *, walls: bool) -> tuple[float, float]:
    return (entry.mean_cm, float("nan")) if walls else (entry.best_deg, entry.sd_deg)


def _cells(entry: Entry) -> tuple[str, ...]:
    best = DASH if isnan(entry.best_deg) else f"{entry.best_deg:.0f}°"
    spread = "" if isnan(entry.sd_deg) or isnan(entry.best_deg) else f" ± {entry.sd_deg:.0f}°"
    return (
        f"{entry.started:%Y-%m-%d %H:%M}",
        entry.side.value,
        best + spread,
        DASH if isnan(entry.mean_cm) else f"{entry.mean_cm:.1f} cm",
        str(entry.reps),
        f"▲ {entry.up}" if entry.up else "0",
        DASH if entry.pain is None else str(entry.pain),
        entry.text.replace("\n", " ")[:40],
    )
