"""From samples at the computer to the heel badge painted: `python tests/benchmarks/pixel_latency.py [left right]`.

Method: the real window in its real loop (a frame every 33 ms). A thread, as the reading thread does, pushes samples in
which the heel changes, at moments that know nothing of the frames; the clock stops when the badge's paint event with
the new state has ended. Run it on a desktop, under `xvfb-run`, or with QT_QPA_PLATFORM=offscreen. The screen's own
refresh (8 to 17 ms) comes on top. Nothing is asserted.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from threading import Thread

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shinsight.results import HEEL_STATES, HeelState, PhaseChange
from shinsight.samples import Phase
from shinsight.view.feed import LiveFeed
from shinsight.view.sensor_view import SensorView
from shinsight.view.state import HeelBadge
from shinsight.window.live.live_window import LiveWindow
from shinsight.window.loop import show_window
from shinsight.window.widgets.glance import HeelBadgeLabel
from squat_frames import frames, health

CHANGES = 200
BATCH = 8
RATE_HZ = 104.0


def main(sides: list[str]) -> None:
    feeds = {side: LiveFeed() for side in sides}
    pushed_s: dict[HeelBadge, float] = {}
    latencies_ms: list[float] = []
    paint = HeelBadgeLabel.paintEvent

    def painted(badge: HeelBadgeLabel, event: object) -> None:
        paint(badge, event)  # type: ignore[arg-type]
        if badge is window.columns[sides[0]].badge and badge._badge in pushed_s:  # noqa: SLF001
            latencies_ms.append(1000.0 * (time.perf_counter() - pushed_s.pop(badge._badge)))  # noqa: SLF001

    HeelBadgeLabel.paintEvent = painted  # type: ignore[method-assign, assignment]
    sensors = [SensorView(side, feed, keep=lambda _: None) for side, feed in feeds.items()]
    window: LiveWindow

    def make() -> LiveWindow:
        nonlocal window
        window = LiveWindow(sensors, title="benchmark", on_mark=lambda: None, on_close=lambda: None)
        return window

    reader = Thread(target=push, args=(feeds, pushed_s), daemon=True)
    reader.start()
    show_window(make, until=lambda: not reader.is_alive())
    found = np.array(latencies_ms[10:])
    where = os.environ.get("QT_QPA_PLATFORM") or os.environ.get("DISPLAY") or "desktop"
    print(
        f"{len(sides)} sensor(s), {where}: {len(found)} changes, median {np.median(found):.0f} ms, "
        f"95 % {np.percentile(found, 95):.0f} ms, most {found.max():.0f} ms"
    )


def push(feeds: dict[str, LiveFeed], pushed_s: dict[HeelBadge, float]) -> None:
    """Batches at the pace of a board; every few of them the heel changes."""
    rng = np.random.default_rng(1)
    t_s, up = 0.0, False
    for feed in feeds.values():
        feed.push(frames(np.array([0.0]), 0.0), [PhaseChange(0.0, Phase.SET, "")], health())
    time.sleep(1.0)
    for _ in range(CHANGES):
        up = not up
        code = HEEL_STATES.index(HeelState.UP if up else HeelState.DOWN)
        for k in range(int(rng.integers(3, 8))):
            block = frames(t_s + np.arange(BATCH) / RATE_HZ, 20.0, heel_code=code)
            t_s += BATCH / RATE_HZ
            if k == 0:
                pushed_s[HeelBadge.UP if up else HeelBadge.DOWN] = time.perf_counter()
            for feed in feeds.values():
                feed.push(block, [], health())
            time.sleep(BATCH / RATE_HZ * float(rng.uniform(0.5, 1.5)))


if __name__ == "__main__":
    main(sys.argv[1:] or ["left"])
