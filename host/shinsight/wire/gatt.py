"""The board's Bluetooth service, as docs/wire-format.md has it: where a link subscribes, writes and reads."""

from __future__ import annotations

SERVICE = "f1d70001-18b6-47cf-b721-695dead98a3c"
"""In every advertisement: a host finds a board by it, never by its address, which macOS hides."""

STREAM = "f1d70002-18b6-47cf-b721-695dead98a3c"
"""Notify: one message each."""

CONTROL = "f1d70003-18b6-47cf-b721-695dead98a3c"
"""Write, with or without response: one message each, at most `CONTROL_BYTES`."""

INFO = "f1d70004-18b6-47cf-b721-695dead98a3c"
"""Read: the device info message."""

CONTROL_BYTES = 64
"""A longer write is left out by the board, and counted there."""
