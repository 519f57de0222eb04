"""Makes labels with a name for the style sheet. Their text is never read as markup."""

from __future__ import annotations

from ..qt import QtCore, QtWidgets


def named_label(name: str, text: str = "", *, wraps: bool = False) -> QtWidgets.QLabel:
    """Make a plain-text label with this object name."""
    label = QtWidgets.QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    return label
