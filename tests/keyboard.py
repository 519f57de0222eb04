"""Keys pressed on a widget by their usual names."""

from __future__ import annotations

from PySide6 import QtGui, QtTest, QtWidgets


def press(widget: QtWidgets.QWidget, *keys: str) -> None:
    """Press each key, such as "Delete", "Ctrl+Z" or "]", and draw the widget again when it can be drawn."""
    for key in keys:
        pressed = QtGui.QKeySequence(key)[0]  # type: ignore[index]  # the stubs lack it
        QtTest.QTest.keyClick(widget, pressed.key(), pressed.keyboardModifiers())
    if hasattr(widget, "refresh"):
        widget.refresh()
