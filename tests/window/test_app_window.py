"""What every window does the same way: its list of key actions, its help, its theme and closing."""

from __future__ import annotations

import pytest
from PySide6 import QtCore, QtGui, QtWidgets

from keyboard import press
from shinsight.window.app_window import AppWindow
from shinsight.window.theme import DARK, LIGHT
from shinsight.window.widgets.key_action import KeyAction


class Window(AppWindow):
    HEAD_KEYS = ("X", "Q")

    def __init__(self) -> None:
        self.done: list[str] = []
        super().__init__(title="a window", on_close=lambda: self.done.append("closed"))
        self.field = QtWidgets.QLineEdit(self)
        self.field.installEventFilter(self)
        self.wear(DARK)
        self.show()

    def own_actions(self) -> tuple[KeyAction, ...]:
        return (
            KeyAction("X", "mark, here and now", {"X": lambda: self.done.append("x")}),
            KeyAction("→", "one step", {"Right": lambda: self.done.append("step")}, repeats=True),
            KeyAction("Shift+→", "one rep", {"Shift+Right": lambda: self.done.append("rep")}),
            KeyAction("Enter", "keep", {"Return": lambda: self.done.append("kept")}, while_typing=True),
        )


def hold(window: Window, key: QtCore.Qt.Key) -> None:
    """Send the press that a held key repeats."""
    window.keyPressEvent(QtGui.QKeyEvent(QtCore.QEvent.Type.KeyPress, key, QtCore.Qt.KeyboardModifier(0), "", True))


@pytest.mark.usefixtures("qt")
class TestAppWindow:
    def test_the_help_and_the_head_show_the_actions_that_the_keys_run(self) -> None:
        window = Window()
        shown = [label.text() for label in window.keys.findChildren(QtWidgets.QLabel)]
        assert shown[:4] == ["X", "mark, here and now", "→", "one step"]
        assert shown[-6:] == ["F11", "full screen, Esc leaves it", "?", "these keys", "Q", "quit"]
        body = QtWidgets.QWidget()
        body.setLayout(window.head())
        keys = body.findChild(QtWidgets.QLabel, "keys")
        assert keys is not None
        assert keys.text().split() == ["X", "mark", "Q", "quit"]
        press(window, "X", "Right", "Shift+Right")
        assert window.done == ["x", "step", "rep"]

    def test_a_held_key_acts_again_only_where_its_action_repeats(self) -> None:
        window = Window()
        hold(window, QtCore.Qt.Key.Key_X)
        hold(window, QtCore.Qt.Key.Key_Right)
        assert window.done == ["step"]

    def test_a_field_keeps_its_letters_and_gives_the_window_the_other_keys(self) -> None:
        window = Window()
        press(window.field, "X", "Return")
        assert window.done == ["kept"]
        assert window.field.text().lower() == "x"

    def test_the_theme_changes_and_the_help_comes_and_goes(self) -> None:
        window = Window()
        press(window, "D", "?")
        assert window.palette_in_use is LIGHT
        assert window.keys.isVisible()
        press(window, "Escape", "F11")
        assert not window.keys.isVisible()
        assert window.isFullScreen()
        press(window, "Escape", "D")
        assert not window.isFullScreen()
        assert window.palette_in_use is DARK

    def test_closing_is_told_once(self) -> None:
        window = Window()
        press(window, "Q")
        QtWidgets.QApplication.sendEvent(window, QtGui.QCloseEvent())
        assert window.done == ["closed"]
