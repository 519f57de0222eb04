"""Eight hours in front of the window, at speed: `python tests/benchmarks/window_soak.py [HOURS]` (8).

Simulated sets, one after another, go through runner, recording, hand-over and the real window (offscreen); the memory
of the program is read at every half hour of session time. Flat is what is wanted.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from shinsight.live.feed import LiveFeed
from shinsight.live.followed import Followed
from shinsight.pipeline import PipelineSettings
from shinsight.runner import Runner
from shinsight.transport.simulated import SimLink, SimOptions
from shinsight.window.live_window import LiveWindow
from shinsight.window.qt import QtWidgets

REPS = 1000
EVERY_S = 1800.0


def main(hours: float) -> None:
    app = QtWidgets.QApplication([])
    total_s, next_s, shown_s = 0.0, 0.0, 0.0
    print("| session h | memory MB | reps listed | frames drawn |\n|---|---|---|---|")
    feed = LiveFeed()
    sensor = Followed("right", feed, keep=lambda _: None)
    window = LiveWindow([sensor], title="soak", on_mark=lambda: None, on_close=lambda: None)
    window.show()
    drawn = 0
    for seed in count(1):
        link = SimLink(SimOptions(reps=REPS, seed=seed, speed=0.0))
        with TemporaryDirectory() as folder:
            runner = Runner(
                link, settings=PipelineSettings(), name="right", record_to=Path(folder) / "s", views=[feed.push]
            )
            thread = Thread(target=runner.run)
            thread.start()
            while thread.is_alive():
                window.refresh()
                app.processEvents()
                drawn += 1
                time.sleep(0.02)
                shown_s = sensor.ring.latest(0.0)[0][-1] if len(sensor.ring) else 0.0
                if total_s + shown_s >= next_s:
                    row = f"| {(total_s + shown_s) / 3600.0:.1f} | {memory_mb():.0f} | "
                    print(f"{row}{window.columns['right'].table.rowCount()} | {drawn} |", flush=True)
                    next_s += EVERY_S
            thread.join()
        total_s += link.duration_s
        if total_s >= hours * 3600.0:
            return


def memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0)
