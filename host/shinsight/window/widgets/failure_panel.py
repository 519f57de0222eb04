"""Shows over the window what ended a run, so that nobody continues to train unrecorded."""

from __future__ import annotations

from ..qt import QtCore, QtWidgets
from .overlay import Overlay


class FailurePanel(Overlay):
    """Stays hidden until `tell`."""

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
        leave = QtWidgets.QLabel("Press Q to quit")
        leave.setObjectName("caption")
        layout.addWidget(alarm)
        layout.addWidget(self.text, 1)
        layout.addWidget(leave)

    def tell(self, reason: str) -> None:
        """Show the reason. Later calls keep the first one."""
        if not self.isVisible():
            self.text.setText(reason)
            self.present(QtCore.QSize(820, 320))
        self.raise_()
