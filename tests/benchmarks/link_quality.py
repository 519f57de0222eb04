"""How well `ble:` keeps time, comes back and lasts: real firmware, virtual radio, bleak on it, the project's own link.

    python tests/benchmarks/link_quality.py [clock] [reconnect] [soak MINUTES]

clock: error of a sample's host time against truth, for each connection interval, and the offset between two boards. The
emulated board's ticks are the computer's monotonic clock, which only this benchmark knows. reconnect: seconds from a
drop to the first new sample, 20 times. soak: a stream with a drop each minute; memory of this process and samples lost.
"""

from __future__ import annotations

import logging
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from radio.air import Air
from radio.test_ble_link import Run
from shinsight.stream.host_clock import HostClock
from shinsight.stream.timeline import Timeline
from shinsight.transport.ble import BleLink
from shinsight.wire.decoder import Decoder
from shinsight.wire.framing import frame
from shinsight.wire.messages import Command, CommandCode, DeviceInfo, ImuBatch, encode

INTERVALS_MS = (7.5, 15.0, 30.0, 45.0)
CLOCK_S = 60.0
TICKS = 1 << 30


class Follower:
    """A link, its timeline and its clock; `errors_s`: (host time, error of the newest sample's host time)."""

    def __init__(self, name: str, air: Air) -> None:
        self._link = BleLink(name, backend=air.backend)
        self._decoder = Decoder()
        self._timeline: Timeline | None = None
        self._clock = HostClock()
        self.errors_s: list[tuple[float, float]] = []
        self._link.open()
        self._link.write(frame(encode(Command(1, CommandCode.START))))

    def follow(self) -> None:
        for chunk in self._link.read(0.02):
            for message in self._decoder.feed(chunk.data):
                if isinstance(message, DeviceInfo) and self._timeline is None:
                    self._timeline = Timeline(info=message)
                elif isinstance(message, ImuBatch) and self._timeline is not None:
                    block = self._timeline.add(message)
                    board_s = float(block.t_s[-1])
                    self._clock.add(board_s, chunk.arrival_s)
                    behind_us = (round(chunk.arrival_s * 1e6) - message.tick_us) % TICKS
                    truth_s = chunk.arrival_s - behind_us * 1e-6
                    self.errors_s.append((truth_s, self._clock.host_s(board_s) - truth_s))

    def close(self) -> None:
        self._link.close()


def clock() -> None:
    print("clock: error of host time, ms (after 10 s; mean, largest), and between two boards (largest)")
    for interval_ms in INTERVALS_MS:
        with Air(interval_ms=interval_ms) as air:
            air.board(name="left")
            air.board(name="right", chip="mpu6886")
            both = [Follower(name, air) for name in ("left", "right")]
            until_s = time.monotonic() + CLOCK_S
            while time.monotonic() < until_s:
                for one in both:
                    one.follow()
            series = [np.array(one.errors_s) for one in both]
            for one in both:
                one.close()
        late = [s[s[:, 0] > s[0, 0] + 10.0] for s in series]
        grid = np.linspace(max(s[0, 0] for s in late), min(s[-1, 0] for s in late), 500)
        offset = np.interp(grid, *late[0].T) - np.interp(grid, *late[1].T)
        words = ", ".join(f"{s[:, 1].mean() * 1e3:+.1f} / {np.abs(s[:, 1]).max() * 1e3:.1f}" for s in late)
        print(f"  interval {interval_ms:4.1f} ms: {words}; two boards {np.abs(offset).max() * 1e3:.1f}", flush=True)


def reconnect() -> None:
    took = []
    with Air(interval_ms=30.0) as air, tempfile.TemporaryDirectory() as folder:
        board = air.board()
        with Run(air, Path(folder) / "s") as run:
            for _ in range(20):
                run.more(100)
                lost_s = time.monotonic()
                board.drop()
                backs = run.link_notices.count("link_back") + 1
                run.wait_for(lambda backs=backs: run.link_notices.count("link_back") == backs)
                run.more(1)
                took.append(time.monotonic() - lost_s)
        numbers = run.numbers
    gaps = int(np.sum(np.diff(numbers) - 1))
    print(f"reconnect: median {median(took):.2f} s, worst {max(took):.2f} s of {len(took)}; {gaps} samples missing")


def soak(minutes: float) -> None:
    with Air(interval_ms=30.0) as air, tempfile.TemporaryDirectory() as folder:
        board = air.board()
        with Run(air, Path(folder) / "s") as run:
            peaks = []
            began_s = time.monotonic()
            while time.monotonic() - began_s < minutes * 60.0:
                run.more(6000)
                board.away(5.0)
                peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0)
                run.wait_for(lambda: run.link_notices[-1:] == ["link_back"])
            run.more(300)
        numbers = run.numbers
        health = run.view.health
    assert health is not None
    print(
        f"soak: {len(numbers)} samples in {minutes:g} min, {len(peaks)} drops of 5 s, "
        f"{int(np.sum(np.diff(numbers) - 1))} missing, {health.recovered} read back, lost {health.lost}; "
        f"peak memory {peaks[0]:.0f} MB after the first minute, {peaks[-1]:.0f} MB at the end"
    )


if __name__ == "__main__":
    logging.getLogger("bumble").setLevel(logging.ERROR)  # a drop in mid-packet is no news here
    wanted = sys.argv[1:] or ["clock", "reconnect", "soak", "10"]
    if "clock" in wanted:
        clock()
    if "reconnect" in wanted:
        reconnect()
    if "soak" in wanted:
        soak(float(wanted[wanted.index("soak") + 1]))
