"""What a link is: something with a name that is opened, read in pieces with arrival times, written to and closed.

Every link delivers the same byte stream, frames of `wire.framing`: a serial port as it comes, Bluetooth by framing
each notification. What follows never asks where the bytes came from.
"""

from __future__ import annotations

from typing import Protocol

from ..wire.framing import Chunk


class Link(Protocol):
    """A board, or something that behaves like one. Used from one thread; `read` never waits longer than asked."""

    name: str
    recovers: bool
    """Whether a link that broke is worth opening again: a board that went out of reach is, a file is not."""
    signal_dbm: int | None
    """Strength of the radio signal when last heard, None where there is none."""

    def open(self) -> None:
        """Connect. Raises `LinkError` with a remedy when that fails."""

    def read(self, timeout_s: float) -> list[Chunk]:
        """What has arrived, waiting at most `timeout_s` for the first piece; empty on timeout."""

    def write(self, data: bytes) -> None:
        """Send one framed message to the board. Raises `LinkError` on a dead link."""

    def close(self) -> None:
        """Leave the board stopped and free. Safe to call twice, and on a link that never opened."""

    @property
    def ended(self) -> bool:
        """True when nothing more can come (a replayed file at its end, a simulated set that is over)."""
