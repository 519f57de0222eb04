"""What two sensors cost live: `python tests/benchmarks/two_sensors_cpu.py [SECONDS]` (60).

Two simulated boards in real time, measured, recorded to disk and shown in the real window; processor seconds of the
whole program a second of session. QT_QPA_PLATFORM=offscreen paints in software, as without a graphics card.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from shinsight.acquisition.sensors import worn_sensors
from shinsight.cli.showing import run_and_show
from shinsight.pipeline.settings import Overrides

LINKS = {1: ["sim:squat?reps=60"], 2: ["sim:squat?reps=60&side=left", "sim:squat?reps=60&side=right&seed=1"]}


def main(seconds: float) -> None:
    print("| sensors | shown | processor s a second |\n|---|---|---|")
    for sensors, links in LINKS.items():
        for headless in (True, False):
            with TemporaryDirectory() as folder:
                worn = worn_sensors(links, Overrides(), Path(folder) / "s", tell=print)
                before_s, began_s = used_s(), time.monotonic()
                run_and_show(worn, for_s=seconds, headless=headless, target_deg=(30.0, 38.0))
                share = (used_s() - before_s) / (time.monotonic() - began_s)
            print(f"| {sensors} | {'text' if headless else 'window'} | {share:.2f} |", flush=True)


def used_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
