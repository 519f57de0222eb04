"""A folder of sessions as a cohort leaves it: two people, two legs, a foot, and one that cannot be read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from shinsight.acquisition.runner import Runner
from shinsight.pipeline.settings import PipelineSettings
from shinsight.transport.names import open_link

BROKEN = "ben/2026-11-23_100000_squat_right"
NAMES = ("anna/week_1/left", "anna/week_1/right", "anna/week_1/foot", "ben/2026-11-22_100000_squat_right", BROKEN)
FOOT = "anna/week_1/foot"


def cohort(folder: Path) -> Path:
    """Made once, then copied: the legs differ in name only."""
    first = folder / NAMES[0]
    link = open_link("sim:squat?reps=2&seed=4&heel_lift_mm=40&lift_share=0.5&speed=0")
    Runner(link, settings=PipelineSettings(), name="right", record_to=first, views=[]).run()
    for name in NAMES[1:]:
        shutil.copytree(first, folder / name)
    about = json.loads((folder / FOOT / "session.json").read_text())
    (folder / FOOT / "session.json").write_text(json.dumps({**about, "sensor": "foot"}))
    for name in ("raw.log", "session.json"):
        (folder / BROKEN / name).unlink()
    (folder / BROKEN / "imu.csv").write_text("t_s,acc\n0,1\n")
    (folder / "notes.txt").write_text("Anna slept badly")
    return folder
