"""Shows the keys of a window: one line for its head, and a panel with all of them."""

from __future__ import annotations

from collections.abc import Sequence

from ..qt import QtWidgets
from .key_action import KeyAction
from .labels import named_label
from .overlay import Overlay


def key_line(actions: Sequence[KeyAction], labels: Sequence[str]) -> str:
    """Join the actions with these labels in one line, each with the first words of its help."""
    short = {action.label: action.words.partition(",")[0].partition(" of ")[0] for action in actions}
    return "     ".join(f"{label}  {short[label]}" for label in labels)


class KeysPanel(Overlay):
    """Lists all keys; `toggle` shows and hides it."""

    def __init__(self, over: QtWidgets.QWidget, actions: Sequence[KeyAction]) -> None:
        super().__init__(over)
        grid = QtWidgets.QGridLayout(self)
        grid.setContentsMargins(28, 20, 28, 20)
        grid.setHorizontalSpacing(24)
        for row, action in enumerate(action for action in actions if action.label):
            grid.addWidget(named_label("title", action.label), row, 0)
            grid.addWidget(named_label("caption", action.words), row, 1)

    def toggle(self) -> None:
        """Show the panel, or hide it."""
        if self.isVisible():
            self.hide()
        else:
            self.present()
