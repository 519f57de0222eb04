"""What one frame of the live window costs: `python tests/benchmarks/live_window.py`.

The real window on Qt's offscreen platform, painted in software as a machine without a graphics card would. At 30 frames
a second there are 33 ms for a frame; what is not used is left to the reading thread.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from statistics import median, quantiles

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shinsight.results import HeelState
from shinsight.view.feed import LiveFeed
from shinsight.view.sensor_view import SensorView
from shinsight.window.live.live_window import LiveWindow
from shinsight.window.qt import QtWidgets
from squat_frames import RATE_HZ, health, part, squats

FRAMES_PER_S = 30
WARM_UP_S = 15
MEASURED_S = 10


def frame_costs_ms(sensors: int, size_px: tuple[int, int]) -> list[float]:
    """Cost of each frame, taking and painting, while every sensor streams squats at 100 Hz."""
    feeds = {name: LiveFeed() for name in ("left", "right")[:sensors]}
    sensor_views = [SensorView(name, feed, keep=lambda _: None) for name, feed in feeds.items()]
    window = LiveWindow(sensor_views, title="benchmark", on_mark=lambda: None, on_close=lambda: None)
    window.resize(*size_px)
    window.show()
    block, reps = squats([HeelState.DOWN, HeelState.UP] * 4)
    app = QtWidgets.QApplication.instance()
    assert app is not None
    costs_ms: list[float] = []
    step = int(RATE_HZ / FRAMES_PER_S)
    for index, start in enumerate(range(0, (WARM_UP_S + MEASURED_S) * int(RATE_HZ), step)):
        piece = part(block, slice(start, start + step))
        ended = [rep for rep in reps if piece.t_s[0] <= rep.end_s < piece.t_s[0] + step / RATE_HZ]
        for feed in feeds.values():
            feed.push(piece, ended, health())
        began_s = time.perf_counter()
        window.refresh()
        app.processEvents()
        if index >= WARM_UP_S * FRAMES_PER_S:
            costs_ms.append(1000.0 * (time.perf_counter() - began_s))
    window.close()
    return costs_ms


def main() -> None:
    app = QtWidgets.QApplication([])
    print("sensors  size         median ms  95 % ms  most ms")
    for size_px in ((1280, 720), (1920, 1080)):
        for sensors in (1, 2):
            costs_ms = frame_costs_ms(sensors, size_px)
            p95_ms = quantiles(costs_ms, n=20)[-1]
            size = f"{size_px[0]} x {size_px[1]}"
            print(f"{sensors:>7}  {size:<11}  {median(costs_ms):9.1f}  {p95_ms:7.1f}  {max(costs_ms):7.1f}")
    app.quit()


if __name__ == "__main__":
    main()
