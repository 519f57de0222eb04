"""State of a link: samples received and lost, and what the board reports. A value, never a live counter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHealth:
    """A snapshot of one link.

    name: what the user calls this sensor, e.g. the side; board: the board as it names itself, empty until it has.
    rate_hz: the measured sample rate, NaN until known. received, lost and filled count samples: received are those
    that came, lost those that did not, and filled the part of the lost ones that was reconstructed. recovered are
    the received ones that had to be read back from the board's memory.
    damaged counts frames of bytes that failed their checksum or made no sense.
    battery_percent, temperature_c: None when the board does not tell.
    jitter_s: 95th percentile of how late batches come, beyond the link's least delay. signal_dbm: None where the link
    has no such thing. reconnects: times the link was lost and found again.
    zero_s: where t_s = 0 lies on the clock of the arrival times, None until known; drift_ppm: how much slower the
    board's clock runs.
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
    recovered: int = 0
    jitter_s: float = 0.0
    signal_dbm: int | None = None
    reconnects: int = 0
    zero_s: float | None = None
    drift_ppm: float = 0.0

    @property
    def loss_fraction(self) -> float:
        """Lost samples as a part of all that were sent, in [0, 1]; 0 before the first sample."""
        sent = self.received + self.lost
        return self.lost / sent if sent else 0.0
