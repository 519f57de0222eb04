"""Shows fields to fill in over a window: Enter applies them, Esc cancels."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import ShinsightError
from ..qt import QtCore, QtGui, QtWidgets
from .labels import named_label
from .overlay import Overlay

WIDTH_PX = 720


class FormPanel(Overlay):
    """Stays hidden until `ask`. on_enter: applies the fields; its error is shown and the panel stays."""

    def __init__(self, over: QtWidgets.QWidget, title: str, *, explanation: str, on_enter: Callable[[], None]) -> None:
        super().__init__(over)
        self._on_enter = on_enter
        self._fields: list[QtWidgets.QWidget] = []
        self.complaint = named_label("refusal", wraps=True)
        self._rows = QtWidgets.QFormLayout()
        self._rows.setHorizontalSpacing(24)
        self._rows.setVerticalSpacing(9)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(28, 20, 28, 20)
        layout.setSpacing(12)
        layout.addWidget(named_label("side", title))
        layout.addWidget(named_label("caption", explanation, wraps=True))
        layout.addLayout(self._rows)
        layout.addWidget(self.complaint)
        layout.addWidget(named_label("keys", "Enter  apply     Tab  next field     Esc  cancel"))

    def add(self, words: str, field: QtWidgets.QWidget) -> None:
        """Add a row."""
        field.installEventFilter(self)
        self._fields.append(field)
        self._rows.addRow(named_label("caption", words), field)

    def ask(self) -> None:
        """Show the panel with the focus in the first field."""
        self.complaint.setText("")
        self._fit()
        self._fields[0].setFocus()

    def leave(self) -> None:
        """Hide the panel without applying it."""
        self.hide()
        self.over.setFocus()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Act on a key of the panel."""
        self._key(event)  # no key reaches the window below

    def eventFilter(self, _watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Act on a key of the panel before a field receives it. Return False for anything else."""
        return isinstance(event, QtGui.QKeyEvent) and event.type() == QtCore.QEvent.Type.KeyPress and self._key(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the focus to the next or previous enabled field, in a circle."""
        usable = [field for field in self._fields if field.isEnabled()]
        at = next((i for i, field in enumerate(usable) if field.hasFocus()), -1)
        usable[(at + (1 if forward else -1)) % len(usable)].setFocus()
        return True

    def _key(self, event: QtGui.QKeyEvent) -> bool:
        """Act on a key of the panel. Return False for any other key."""
        match event.key():
            case QtCore.Qt.Key.Key_Escape:
                self.leave()
            case QtCore.Qt.Key.Key_Return | QtCore.Qt.Key.Key_Enter:
                self._enter()
            case _:
                return False
        return True

    def _enter(self) -> None:
        try:
            self._on_enter()
        except ShinsightError as error:
            self.complaint.setText(str(error))
            self._fit()
        else:
            self.leave()

    def _fit(self) -> None:
        self.complaint.setVisible(bool(self.complaint.text()))
        self.setFixedWidth(WIDTH_PX)
        height_px = max(self.heightForWidth(WIDTH_PX), self.sizeHint().height())
        self.present(QtCore.QSize(WIDTH_PX, height_px))
