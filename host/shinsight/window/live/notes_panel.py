"""Asks for notes and a pain score over the running window. Measuring continues."""

from __future__ import annotations

from collections.abc import Callable

from ...session.notes import WORST_PAIN
from ..qt import QtCore, QtGui, QtWidgets
from ..widgets.labels import named_label
from ..widgets.overlay import Overlay

OnSave = Callable[[str, int | None], None]


class NotesPanel(Overlay):
    """Stays hidden until `ask`. Ctrl+Enter saves, Esc cancels."""

    def __init__(self, over: QtWidgets.QWidget) -> None:
        super().__init__(over)
        self._then: OnSave | None = None
        self._pain: int | None = None
        self.text = QtWidgets.QPlainTextEdit()
        self.text.setPlaceholderText("Shoes, load, how it felt …")
        self.text.setTabChangesFocus(True)
        self.text.installEventFilter(self)
        self.scores = [self._score(score) for score in range(WORST_PAIN + 1)]
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(4)
        for button in self.scores:
            row.addWidget(button)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(24, 18, 24, 18)
        layout.addWidget(named_label("title", "Notes"))
        layout.addWidget(self.text)
        layout.addWidget(named_label("caption", "Pain: 0 none, 10 worst imaginable (Alt+digit)"))
        layout.addLayout(row)
        layout.addWidget(named_label("keys", "Ctrl+Enter  save     Esc  cancel"))

    def _score(self, score: int) -> QtWidgets.QPushButton:
        button = QtWidgets.QPushButton(str(score))
        button.setCheckable(True)
        button.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._choose(score))
        return button

    def ask(self, text: str, pain: int | None, *, then: OnSave) -> None:
        """Show the present notes; `then` receives the new ones when they are saved."""
        self._then = then
        self.text.setPlainText(text)
        self._show_pain(pain)
        self.present(QtCore.QSize(640, 380))
        self.text.setFocus()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Act on a key of the panel."""
        self._key(event)

    def eventFilter(self, _watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Act on a key of the panel before a field receives it. Return False for anything else."""
        return isinstance(event, QtGui.QKeyEvent) and event.type() == QtCore.QEvent.Type.KeyPress and self._key(event)

    def _key(self, event: QtGui.QKeyEvent) -> bool:
        """Act on a key of the panel. Return False for any other key."""
        key, modifiers = event.key(), event.modifiers()
        control = QtCore.Qt.KeyboardModifier.ControlModifier
        if key == QtCore.Qt.Key.Key_Escape:
            self._close()
        elif key in (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter) and modifiers & control:
            self._save()
        elif modifiers & QtCore.Qt.KeyboardModifier.AltModifier and QtCore.Qt.Key.Key_0 <= key <= QtCore.Qt.Key.Key_9:
            self._choose(key - QtCore.Qt.Key.Key_0)
        else:
            return False
        return True

    def _choose(self, score: int) -> None:
        self._show_pain(None if self._pain == score else score)

    def _show_pain(self, pain: int | None) -> None:
        self._pain = pain
        for score, button in enumerate(self.scores):
            button.setChecked(score == pain)

    def _save(self) -> None:
        if self._then is not None:
            self._then(self.text.toPlainText().strip(), self._pain)
        self._close()

    def _close(self) -> None:
        self.hide()
        self.over.setFocus()
