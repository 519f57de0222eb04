"""Which case is for which `--board`."""

from __future__ import annotations

from collections.abc import Callable

import nano
import pico
import stick
import xiao
from enclosure import Enclosure
from measures import Measures
from outlines import Outlines, read

FILES = {
    "xiao-esp32s3": "xiao",
    "xiao-esp32c3": "xiao",  # the same outline, USB-C in the same place, and the same film antenna
    "pico-w": "pico-w",
    "nano-rp2040-connect": "nano-rp2040-connect",
    "m5stickc-plus2": "m5stickc-plus2",
}
"""By board: how the names of its printable files begin."""

_SHAPES: dict[str, Callable[[Outlines, Measures], Enclosure]] = {
    "xiao": xiao.enclosure,
    "pico-w": pico.enclosure,
    "nano-rp2040-connect": nano.enclosure,
    "m5stickc-plus2": stick.enclosure,
}


def enclosure(board: str, known: Outlines | None = None, measures: Measures | None = None) -> Enclosure:
    """Return the enclosure for a board.

    board : as in `shinsight flash --board`. known, measures : other parts, another printer, strap or screws.
    """
    if board not in FILES:
        raise ValueError(f"board {board!r}, expected one of {', '.join(FILES)}: correct --board")
    return _SHAPES[FILES[board]](known or read(), measures or Measures())
