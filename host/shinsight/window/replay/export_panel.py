"""Asks which image of a replay to export, and where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..qt import QtWidgets
from ..widgets.form_panel import FormPanel
from .session_picture import free_name

WHOLE, WINDOW = "whole", "window"
_OFFERED = {(WHOLE, ".png"): "the whole session, PNG", (WHOLE, ".svg"): "the whole session, SVG"} | {
    (WINDOW, ".png"): "this window, PNG"
}


class ExportPanel(FormPanel):
    """folder: the suggested place for images. on_submit: receives what to export (`WHOLE`, `WINDOW`) and the file."""

    def __init__(self, over: QtWidgets.QWidget, folder: Path, *, on_submit: Callable[[str, Path], None]) -> None:
        super().__init__(
            over, "Export an image", explanation="A new file is written. No file is replaced.", on_enter=self._submit
        )
        self._folder, self._on_submit = folder, on_submit
        self.what = QtWidgets.QComboBox()
        for key, words in _OFFERED.items():
            self.what.addItem(words, key)
        self.path = QtWidgets.QLineEdit()
        self.what.currentIndexChanged.connect(lambda _: self._suggest())
        self.add("What", self.what)
        self.add("File", self.path)

    def ask(self) -> None:
        """Show the panel with a free file name."""
        self._suggest()
        super().ask()

    def _suggest(self) -> None:
        what, suffix = self.what.currentData()
        self.path.setText(str(free_name(self._folder, "session" if what == WHOLE else "moment", suffix)))

    def _submit(self) -> None:
        what, _ = self.what.currentData()
        self._on_submit(what, Path(self.path.text().strip()).expanduser())
