"""Does what all windows do the same way: key actions, help, theme, full screen and closing.

A window lists its actions once. That list runs the keys and fills the help panel and the line of keys. The window looks
up a key when it receives it. It uses no `QShortcut`, because a shortcut would take letters away from open panels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from .qt import QtCore, QtGui, QtWidgets
from .theme import DARK, LIGHT, Palette, style_sheet
from .widgets.key_action import KeyAction
from .widgets.keys_panel import KeysPanel, key_line
from .widgets.labels import named_label

SIZE_PX = (1280, 720)
_SHIFT_OR_CONTROL = QtCore.Qt.KeyboardModifier.ShiftModifier | QtCore.Qt.KeyboardModifier.ControlModifier
_NO_MODIFIER = QtCore.Qt.KeyboardModifier.NoModifier


class AppWindow(QtWidgets.QWidget):
    """title: shown in the frame and in the head. on_close: called once, when the window closes.

    A subclass gives its own actions in `own_actions` and names in `HEAD_KEYS` those that its head shows. It calls
    `wear` at the end of its constructor.
    """

    HEAD_KEYS: ClassVar[Sequence[str]] = ()

    def __init__(self, *, title: str, palette: Palette = DARK, on_close: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._on_close = on_close
        self._closed = False
        self.palette_in_use = palette
        actions = (*self.own_actions(), *self._common_actions())
        self._handlers = _handlers(actions)
        self._key_line = key_line(actions, self.HEAD_KEYS)
        self.keys = KeysPanel(self, actions)
        self.setWindowTitle(title)
        self.resize(*SIZE_PX)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self._layout = QtWidgets.QVBoxLayout(self)
        self._layout.setContentsMargins(16, 10, 16, 10)
        self._body = QtWidgets.QWidget()
        self._layout.addWidget(self._body)

    def own_actions(self) -> Sequence[KeyAction]:
        """Return the actions of this window, without those that all windows have. Called by the constructor."""
        return ()

    def refresh(self) -> None:
        """Show what has changed; called about 30 times a second."""

    def wear(self, palette: Palette) -> None:
        """Draw everything again in these colours; data and typed text remain."""
        self.palette_in_use = palette
        self.setStyleSheet(style_sheet(palette))

    def show_body(self, body: QtWidgets.QWidget) -> None:
        """Put this in the window in place of what is there."""
        self._layout.replaceWidget(self._body, body)
        self._body.deleteLater()
        self._body = body

    def leave(self) -> None:
        """Answer Esc: hide the help panel and end full screen."""
        self.keys.hide()
        self.setWindowState(self.windowState() & ~QtCore.Qt.WindowState.WindowFullScreen)

    def head(self) -> QtWidgets.QHBoxLayout:
        """Build the top line: title and keys."""
        head = QtWidgets.QHBoxLayout()
        head.addWidget(named_label("title", self.windowTitle()), 1)
        head.addWidget(named_label("keys", self._key_line))
        return head

    def act_on(self, event: QtGui.QKeyEvent, *, typing: bool = False) -> bool:
        """Run the action of this key. typing: the key was pressed in a field. Return False when there is none."""
        pressed = event.modifiers() & _SHIFT_OR_CONTROL
        found = self._handlers.get((event.key(), pressed)) or self._handlers.get((event.key(), _NO_MODIFIER))
        if found is None or (typing and not found[0].while_typing):
            return False
        action, handler = found
        if action.repeats or not event.isAutoRepeat():
            handler()
        return True

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Run the action of the key, or leave the key to Qt."""
        if not self.act_on(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Take the keys of `while_typing` actions from a field that this filter is installed on."""
        if isinstance(event, QtGui.QKeyEvent) and event.type() == QtCore.QEvent.Type.KeyPress:
            return self.act_on(event, typing=True)
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, _next: bool) -> bool:
        """Keep the focus where it is."""
        return False  # Tab is a key like others

    def closeEvent(self, event: QtGui.QCloseEvent) -> None:
        """Close the window, and call `on_close` once."""
        if not self._closed:
            self._closed = True
            self._on_close()
        super().closeEvent(event)

    def _common_actions(self) -> Sequence[KeyAction]:
        return (
            KeyAction("D", "dark or light", {"D": self._change_theme}),
            KeyAction("F11", "full screen, Esc leaves it", {"F11": self._change_full_screen}, while_typing=True),
            KeyAction("", "", {"Escape": self.leave}, while_typing=True),
            KeyAction("?", "these keys", {"?": self._toggle_keys, "F1": self._toggle_keys}),
            KeyAction("Q", "quit", {"Q": self.close}),
        )

    def _toggle_keys(self) -> None:
        self.keys.toggle()

    def _change_theme(self) -> None:
        self.wear(LIGHT if self.palette_in_use is DARK else DARK)

    def _change_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ QtCore.Qt.WindowState.WindowFullScreen)


Handlers = Mapping[tuple[int, QtCore.Qt.KeyboardModifier], tuple[KeyAction, Callable[[], object]]]


def _handlers(actions: Sequence[KeyAction]) -> Handlers:
    handlers = {}
    for action in actions:
        for name, handler in action.handlers.items():
            pressed = QtGui.QKeySequence(name)[0]  # type: ignore[index]  # the stubs lack it
            handlers[int(pressed.key()), pressed.keyboardModifiers()] = (action, handler)
    return handlers
