"""One action of a window: the keys that start it, and the words that explain it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyAction:
    """label, words: what the help shows, empty for an action without a line. handlers: by key, in Qt's names.

    repeats: a held key acts again and again. while_typing: the key also acts in a field that is being typed in.
    """

    label: str
    words: str
    handlers: Mapping[str, Callable[[], object]]
    repeats: bool = False
    while_typing: bool = False
