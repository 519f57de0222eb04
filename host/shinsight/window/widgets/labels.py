"""A label with a name for the style sheet, whose text is text: what people type is never markup."""

from __future__ import annotations

from ..qt import QtCore, QtWidgets


def named_label(name: str, text: str = "", *, wraps: bool = False) -> QtWidgets.QLabel:
    label = QtWidgets.QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    return label
