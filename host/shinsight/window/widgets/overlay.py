"""Shows a panel over the middle of a window. The window continues below it."""

from __future__ import annotations

from ..qt import QtCore, QtWidgets


class Overlay(QtWidgets.QFrame):
    """Stays hidden until `present`."""

    def __init__(self, over: QtWidgets.QWidget) -> None:
        super().__init__(over)
        self.over = over
        self.setObjectName("overlay")
        self.hide()

    def present(self, size: QtCore.QSize | None = None) -> None:
        """Show the panel within the window, in this size or in the size of its content."""
        room = self.over.size() - QtCore.QSize(40, 40)
        self.ensurePolished()
        self.resize((size or self.sizeHint()).boundedTo(room))
        self.move((self.over.width() - self.width()) // 2, (self.over.height() - self.height()) // 2)
        self.show()
        self.raise_()
