"""Eight hours in front of the window, at speed: `python tests/benchmarks/window_soak.py [HOURS]` (8).

Simulated sets, one after another, go through runner, recording, hand-over and the real window (offscreen); the memory
of the program is read after each set. Flat is what is wanted.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import time
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from shinsight.acquisition.runner import Runner
from shinsight.pipeline.settings import PipelineSettings
from shinsight.transport.simulated import SimLink, SimOptions
from shinsight.view.feed import LiveFeed
from shinsight.view.sensor_view import SensorView
from shinsight.window.live.live_window import LiveWindow
from shinsight.window.qt import QtWidgets

REPS = 500


def main(hours: float) -> None:
    app = QtWidgets.QApplication([])
    feed = LiveFeed()
    sensor = SensorView("right", feed, keep=lambda _: None)
    window = LiveWindow([sensor], title="soak", on_mark=lambda: None, on_close=lambda: None)
    window.show()
    total_s, drawn = 0.0, 0
    print("| session h | memory MB | reps so far | frames drawn |\n|---|---|---|---|")
    for seed in count(1):
        lasted_s, frames = one_set(seed, feed, window, app)
        total_s, drawn = total_s + lasted_s, drawn + frames
        release()
        print(f"| {total_s / 3600.0:.1f} | {memory_mb():.0f} | {seed * REPS} | {drawn} |", flush=True)
        if total_s >= hours * 3600.0:
            return


def one_set(seed: int, feed: LiveFeed, window: LiveWindow, app: QtWidgets.QApplication) -> tuple[float, int]:
    """Its length in session seconds and the frames drawn meanwhile."""
    link = SimLink(SimOptions(reps=REPS, seed=seed, speed=0.0))
    drawn = 0
    with TemporaryDirectory() as folder:
        views = [feed.push]
        runner = Runner(link, settings=PipelineSettings(), name="right", record_to=Path(folder) / "s", views=views)
        thread = Thread(target=runner.run)
        thread.start()
        while thread.is_alive():
            window.refresh()
            app.processEvents()
            drawn += 1
            time.sleep(0.02)
    return link.duration_s, drawn


def release() -> None:
    """The simulated movement of a set takes more room than all else; give it back before the memory is read."""
    gc.collect()
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).malloc_trim(0)


def memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0)
