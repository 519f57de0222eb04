"""The keys of a window: a line for its head, and all of them in a panel over it."""

from __future__ import annotations

from collections.abc import Sequence

from ..qt import QtCore, QtWidgets
from .overlay import Overlay

Keys = Sequence[tuple[str, str]]
"""(key, what it does)."""


def key_line(keys: Keys, wanted: Sequence[str]) -> str:
    """The chosen keys in one line, each with the first words of what it does."""
    short = {key: words.partition(",")[0].partition(" of ")[0] for key, words in keys}
    return "     ".join(f"{key}  {short[key]}" for key in wanted)


class KeysPanel(Overlay):
    """All keys; `toggle` shows and hides them."""

    def __init__(self, over: QtWidgets.QWidget, keys: Keys) -> None:
        super().__init__(over)
        grid = QtWidgets.QGridLayout(self)
        grid.setContentsMargins(28, 20, 28, 20)
        grid.setHorizontalSpacing(24)
        for row, (key, words) in enumerate(keys):
            for column, text in enumerate((key, words)):
                label = QtWidgets.QLabel(text)
                label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
                label.setObjectName("title" if column == 0 else "caption")
                grid.addWidget(label, row, column)

    def toggle(self) -> None:
        if self.isVisible():
            self.hide()
        else:
            self.present()
