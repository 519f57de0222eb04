"""How a link is doing: what came, what was lost, what the board says of itself. A value, never a live counter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHealth:
    """A snapshot of one link.

    name: what the user calls this sensor, e.g. the side; board: the board as it names itself, empty until it has.
    rate_hz: the measured sample rate, NaN until known. received, lost and filled count samples: received are those
    that came, lost those that did not, and filled the part of the lost ones that was reconstructed.
    damaged counts frames of bytes that failed their checksum or made no sense.
    battery_percent, temperature_c: None when the board does not tell.
    last_arrival_s: arrival time of the newest bytes (`transport.Chunk.arrival_s`), None before the first.
    """

    name: str
    board: str
    rate_hz: float
    received: int
    lost: int
    filled: int
    damaged: int
    battery_percent: int | None
    temperature_c: float | None
    connected: bool
    last_arrival_s: float | None

    @property
    def loss_fraction(self) -> float:
        """Lost samples as a part of all that were sent, in [0, 1]; 0 before the first sample."""
        sent = self.received + self.lost
        return self.lost / sent if sent else 0.0
