"""The interface of a link: it has a name, and is opened, read in pieces with arrival times, written to and closed.

Every link delivers the same byte stream, frames of `wire.framing`: a serial port as it comes, Bluetooth by framing
each notification. The code that reads it never asks where the bytes came from.
"""

from __future__ import annotations

from typing import Protocol

from ..wire.framing import Chunk


class Link(Protocol):
    """A board, or something that behaves like one. Use it from one thread; `read` never waits longer than asked."""

    name: str
    recovers: bool
    """Whether to open a broken link again: a board that went out of reach comes back, a file does not."""
    signal_dbm: int | None
    """Strength of the radio signal when last heard, None for a link without radio."""

    def open(self) -> None:
        """Connect. Raises `LinkError` with a remedy when that fails."""

    def read(self, timeout_s: float) -> list[Chunk]:
        """Return what has arrived. Waits at most `timeout_s` for the first piece; returns an empty list on timeout."""

    def write(self, data: bytes) -> None:
        """Send one framed message to the board. Raises `LinkError` on a dead link."""

    def close(self) -> None:
        """Disconnect and leave the board free. It is safe to call twice, and on a link that never opened."""

    @property
    def ended(self) -> bool:
        """Whether nothing more can come: a replayed file at its end, a simulated set that is over."""
