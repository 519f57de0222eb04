"""What ended a run, over the window, so that nobody trains on in the belief that it is kept."""

from __future__ import annotations

from ..qt import QtCore, QtWidgets
from .overlay import Overlay


class FailurePanel(Overlay):
    """Hidden until `tell`."""

    def __init__(self, over: QtWidgets.QWidget) -> None:
        super().__init__(over)
        self.text = QtWidgets.QLabel()
        self.text.setObjectName("failure")
        self.text.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(32, 26, 32, 26)
        alarm = QtWidgets.QLabel("⚠  Recording has stopped")
        alarm.setObjectName("alarm")
        leave = QtWidgets.QLabel("Press Q to leave")
        leave.setObjectName("caption")
        layout.addWidget(alarm)
        layout.addWidget(self.text, 1)
        layout.addWidget(leave)

    def tell(self, reason: str) -> None:
        """Show the reason; once is enough."""
        if not self.isVisible():
            self.text.setText(reason)
            self.present(QtCore.QSize(820, 320))
        self.raise_()
