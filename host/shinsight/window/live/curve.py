"""Draws the scrolling curve: shank inclination of the last seconds, with heel-up parts in another colour and hatched.

The newest sample stays at the right edge. The data moves and the axes do not, so an axis is drawn once and not 30 times
a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

import numpy as np
from numpy.typing import NDArray

from ...results import HEEL_STATES, HeelState, Rep
from ...samples import FloatArray
from ...units import DEG_PER_RAD
from ...view.ring import FrameRing
from ..qt import QtCore, QtGui, QtWidgets, pg
from ..theme import Palette, heel_colours

SPAN_S = 15.0
_LOW_DEG, _HIGH_DEG = -10, 60
"""Range that is always shown, with room for a label above a deep rep."""
_LABELLED_SPAN_S = 0.6
_BEHIND_TEXT_ALPHA = 170
"""Makes a number readable over a curve or hatching."""
_PENS_PX = {HeelState.DOWN: 3, HeelState.UP: 4, HeelState.UNSURE: 2}
_SYMBOLS = {HeelState.DOWN: "o", HeelState.UP: "t1", HeelState.UNSURE: "s"}


@dataclass(frozen=True, slots=True)
class _Label:
    x: float
    y: float
    text: str
    colour: str


class CurveView(QtWidgets.QWidget):
    """Draws a `FrameRing` and the reps inside it. target_deg: the band (low, high) to reach."""

    def __init__(self, *, target_deg: tuple[float, float], palette: Palette) -> None:
        super().__init__()
        self._colours = palette
        self._top_deg, self._bottom_deg = _HIGH_DEG, _LOW_DEG
        plot_widget = pg.PlotWidget(background=palette.panel)
        plot_widget.setMinimumHeight(88)
        plot_widget.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self._plot = plot_widget.getPlotItem()
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setXRange(-SPAN_S, 0.0, padding=0.03)
        self._axes()
        self._band, self._band_label = self._target()
        self.show_target(target_deg)
        self._hatched = pg.BarGraphItem(
            x0=[],
            x1=[],
            y0=[],
            y1=[],
            pen=pg.mkPen(None),
            brush=QtGui.QBrush(QtGui.QColor(palette.up), QtCore.Qt.BrushStyle.BDiagPattern),
        )
        self._hatched.setOpacity(0.6)
        self._plot.addItem(self._hatched)
        self.curves = {
            heel: self._plot.plot(
                pen=pg.mkPen(heel_colours(palette)[heel], width=_PENS_PX[heel]),
                connect="finite",
                skipFiniteCheck=True,
            )
            for heel in (HeelState.UNSURE, HeelState.DOWN, HeelState.UP)
        }
        self._bottoms = pg.ScatterPlotItem(size=12, pen=pg.mkPen(palette.panel, width=1))
        self._bottoms.setZValue(5)
        self._plot.addItem(self._bottoms)
        self._labels = _LabelPool(self._plot, palette)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(plot_widget)

    def draw(self, ring: FrameRing, reps: Iterable[Rep]) -> None:
        """Draw the newest `SPAN_S` of the ring and the bottoms of the reps inside it."""
        t_s, inclination_rad, heel_code = ring.latest(SPAN_S)
        first_s, now_s = (float(t_s[0]), float(t_s[-1])) if len(t_s) else (inf, inf)
        x = t_s - now_s
        y = inclination_rad * DEG_PER_RAD
        self.fit_range(y)
        for code, heel in enumerate(HEEL_STATES):
            self.curves[heel].setData(x, _only(y, heel_code == code))
        stretches = spans(x, heel_code == HEEL_STATES.index(HeelState.UP))
        self._hatched.setOpts(
            x0=[start for start, _ in stretches],
            x1=[end for _, end in stretches],
            y0=[self._bottom_deg] * len(stretches),
            y1=[self._top_deg] * len(stretches),
        )
        colours = heel_colours(self._colours)
        in_view = [rep for rep in reps if rep.bottom_s >= first_s]
        self._bottoms.setData(
            [
                {
                    "pos": (rep.bottom_s - now_s, rep.peak_inclination_rad * DEG_PER_RAD),
                    "symbol": _SYMBOLS[rep.heel],
                    "brush": colours[rep.heel],
                }
                for rep in in_view
            ]
        )
        self._labels.show([*_rep_labels(in_view, now_s, colours), *self._span_labels(stretches)])

    def _axes(self) -> None:
        left, bottom = self._plot.getAxis("left"), self._plot.getAxis("bottom")
        for axis in (left, bottom):
            axis.setPen(pg.mkPen(self._colours.edge))
            axis.setTextPen(pg.mkPen(self._colours.quiet))
        bottom.setTicks([[(-15, "−15 s"), (-10, "−10 s"), (-5, "−5 s"), (0, "now")]])
        left.setWidth(44)
        bottom.setStyle(hideOverlappingLabels=False)  # else Qt leaves out the labels at both ends
        self._plot.showGrid(x=False, y=True, alpha=0.15)
        self._rescale()

    def show_target(self, target_deg: tuple[float, float]) -> None:
        """Move the band to (low, high)."""
        low_deg, high_deg = target_deg
        self._band.setRegion(target_deg)
        self._band_label.setText(f"target {low_deg:g}–{high_deg:g}°")
        self._band_label.setPos(-SPAN_S, high_deg)

    @property
    def target_text(self) -> str:
        """The text beside the band."""
        return str(self._band_label.toPlainText())

    def _target(self) -> tuple[pg.LinearRegionItem, pg.TextItem]:
        colour = QtGui.QColor(self._colours.target)
        colour.setAlpha(38)
        band = pg.LinearRegionItem(
            orientation="horizontal",
            movable=False,
            brush=colour,
            pen=pg.mkPen(self._colours.target, width=1, style=QtCore.Qt.PenStyle.DashLine),
        )
        label = pg.TextItem(color=self._colours.target, anchor=(0, 1))
        for item in (band, label):
            self._plot.addItem(item)
        return band, label

    def fit_range(self, y_deg: FloatArray) -> None:
        """Extend the range by tens when a curve leaves it. It never shrinks, so heights stay comparable."""
        finite = y_deg[np.isfinite(y_deg)]
        if len(finite) == 0:
            return
        top_deg = max(self._top_deg, 10 * ceil((finite.max() + 12) / 10))
        bottom_deg = min(self._bottom_deg, 10 * floor(finite.min() / 10))
        if (top_deg, bottom_deg) != (self._top_deg, self._bottom_deg):
            self._top_deg, self._bottom_deg = top_deg, bottom_deg
            self._rescale()

    def _rescale(self) -> None:
        self._plot.setYRange(self._bottom_deg, self._top_deg, padding=0)
        step = 10 if self._top_deg - self._bottom_deg <= 80 else 30
        first = step * ceil(self._bottom_deg / step)
        ticks = [(deg, f"{deg}°".replace("-", "−")) for deg in range(first, self._top_deg + 1, step)]
        self._plot.getAxis("left").setTicks([ticks])

    def _span_labels(self, stretches: Sequence[tuple[float, float]]) -> list[_Label]:
        return [
            _Label((start + end) / 2, self._top_deg, "▲ HEEL UP", self._colours.up)
            for start, end in stretches
            if end - start > _LABELLED_SPAN_S
        ]


class _LabelPool:
    """Keeps the texts of the plot. They are made once and then moved."""

    def __init__(self, plot: pg.PlotItem, palette: Palette) -> None:
        self._plot = plot
        self._behind = QtGui.QColor(palette.panel)
        self._behind.setAlpha(_BEHIND_TEXT_ALPHA)
        self._items: list[pg.TextItem] = []
        self._font = QtGui.QFont()
        self._font.setPixelSize(15)
        self._font.setBold(True)

    def show(self, labels: Sequence[_Label]) -> None:
        while len(self._items) < len(labels):
            item = pg.TextItem(anchor=(0.5, 0.0), fill=pg.mkBrush(self._behind))
            item.setZValue(6)
            item.setFont(self._font)
            self._plot.addItem(item)
            self._items.append(item)
        for item, label in zip(self._items, labels, strict=False):
            item.setText(label.text, color=label.colour)
            item.setPos(label.x, label.y)
            item.setVisible(True)
        for item in self._items[len(labels) :]:
            item.setVisible(False)


def _only(y: FloatArray, chosen: NDArray[np.bool_]) -> FloatArray:
    """Return y where chosen, NaN elsewhere. The sample before a chosen part stays, so that the curves join."""
    kept = chosen.copy()
    kept[:-1] |= chosen[1:]
    return np.where(kept, y, np.nan)


def spans(x: FloatArray, chosen: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Return first and last x of each chosen part; x, chosen : (n,)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False])).astype(np.int8)))
    return [(float(x[a]), float(x[b - 1])) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _rep_labels(reps: Iterable[Rep], now_s: float, colours: Mapping[HeelState, str]) -> list[_Label]:
    return [
        _Label(rep.bottom_s - now_s, rep.peak_inclination_rad * DEG_PER_RAD - 2.0, str(rep.number), colours[rep.heel])
        for rep in reps
    ]
