"""One leg's trials: three cards that fill, and the mean below."""

from __future__ import annotations

from collections.abc import Sequence

from ..knee_to_wall import TRIALS, LegResult, Trial
from ..live.words import DASH, dorsiflexion_text
from ..results import HeelState
from .qt import QtCore, QtWidgets
from .theme import Palette

_SIGNS = {HeelState.DOWN: "✓ counts", HeelState.UP: "▲ heel lifted", HeelState.UNSURE: "? heel unsure"}


class LegCards(QtWidgets.QFrame):
    """`show_leg(trials, result)`; the newest three trials that count or were the last, best and mean below."""

    def __init__(self, side: str, *, palette: Palette) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._palette = palette
        title = QtWidgets.QLabel(side.upper())
        title.setObjectName("side")
        self.cards = [QtWidgets.QLabel() for _ in range(TRIALS + 1)]
        self.summary = QtWidgets.QLabel()
        self.summary.setObjectName("instruction")
        self.summary.setWordWrap(True)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 12)
        layout.addWidget(title)
        for card in self.cards:
            card.setTextFormat(QtCore.Qt.TextFormat.PlainText)
            card.setObjectName("card")
            layout.addWidget(card)
        layout.addStretch(1)
        layout.addWidget(self.summary)

    def show_leg(self, of_leg: Sequence[Trial], result: LegResult) -> None:
        shown = of_leg[-len(self.cards) :]
        for at, card in enumerate(self.cards):
            trial = shown[at] if at < len(shown) else None
            empty = f"○  trial {at + 1}" if at < TRIALS else ""
            card.setText(empty if trial is None else trial_words(trial))
            colour = self._palette.quiet
            if trial is not None:
                colour = self._palette.text if trial.counts else self._palette.up
            style = f"color: {colour};"
            if card.styleSheet() != style:
                card.setStyleSheet(style)
        self.summary.setText(result_words(result))


def trial_words(trial: Trial) -> str:
    angle = dorsiflexion_text(trial.angle_rad if trial.counts else None, trial.sd_rad)
    distance = DASH if trial.distance_cm is None else f"{trial.distance_cm:g} cm"
    return f"{trial.number}   {distance:>8}   {angle:>10}   {_SIGNS[trial.rep.heel]}"


def result_words(result: LegResult) -> str:
    if result.counted == 0:
        return "nothing counts yet"
    parts = []
    if result.best_cm is not None and result.mean_cm is not None:
        parts.append(f"best {result.best_cm:g} cm, mean {result.mean_cm:.1f} cm")
    if result.best_deg is not None and result.mean_deg is not None:
        parts.append(f"best {result.best_deg:.0f}°, mean {result.mean_deg:.0f} ± {result.sd_deg:.0f}°")
    return "\n".join(parts)
