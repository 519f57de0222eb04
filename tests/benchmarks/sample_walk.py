"""The files through which samples go, from the link to the window: `python tests/benchmarks/sample_walk.py`.

Method: a simulated leg at 20 times real time, without losses, in the real run and the real window. Once the set has
begun, every function of the package that is called is noted by its file, in the reading thread and in the window's.
Value types whose methods are made by `dataclass` are not seen. Nothing is asserted.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shinsight
from shinsight.acquisition.runner import Runner
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import PHASES, Event, FrameBlock
from shinsight.samples import Phase
from shinsight.stream.link_health import LinkHealth
from shinsight.transport.names import open_link
from shinsight.view.feed import LiveFeed
from shinsight.view.sensor_view import SensorView
from shinsight.window.live.live_window import LiveWindow
from shinsight.window.loop import show_window

PACKAGE = Path(shinsight.__file__).parent
SET = PHASES.index(Phase.SET)
WARM_UP, UPDATES = 30, 200
"""Updates of the set before the walk begins, and until it ends."""


def main() -> None:
    functions: dict[str, set[str]] = {}
    feed = LiveFeed()
    updates = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        if updates >= WARM_UP and event == "call" and frame.f_code.co_filename.startswith(str(PACKAGE)):
            name = Path(frame.f_code.co_filename).relative_to(PACKAGE).as_posix()
            functions.setdefault(name, set()).add(frame.f_code.co_name)

    def show(frames: FrameBlock, events: Sequence[Event], health: LinkHealth) -> None:
        nonlocal updates
        feed.push(frames, events, health)
        updates += int(len(frames) > 0 and frames.phase_code[-1] == SET)

    link = open_link("sim:squat?reps=4&speed=20&loss=0")
    run = Runner(link, settings=PipelineSettings(), name="right", views=[show])
    threading.setprofile(note)
    reader = threading.Thread(target=run.run, daemon=True)
    reader.start()
    sys.setprofile(note)
    sensor = SensorView("right", feed, keep=lambda _: None)
    show_window(
        lambda: LiveWindow([sensor], title="walk", on_mark=lambda: None, on_close=lambda: None),
        until=lambda: not reader.is_alive() or updates > UPDATES,
    )
    sys.setprofile(None)
    threading.setprofile(None)
    run.stop()
    reader.join()
    print(f"{len(functions)} files")
    for name in sorted(functions):
        print(f"  {name}: {' '.join(sorted(functions[name]))}"[:160])


if __name__ == "__main__":
    main()
