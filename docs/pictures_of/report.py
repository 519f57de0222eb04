"""The report of both legs: measured from simulated sessions, drawn by the browser that prints it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from both_legs import record_leg
from shinsight.report.browser import QUIET, find_browser, no_sandbox
from shinsight.report.page import page
from shinsight.report.report import read_report
from shinsight.results import Side
from shinsight.session.notes import SessionNotes, write_notes

SIZE = (1280, 2010)
NOTED = SessionNotes(text="Tight at the front of the ankle from the fourth squat on.", pain=2)


def render(folder: Path) -> None:
    """Draw `report.png` into `folder`."""
    with TemporaryDirectory() as own:
        html = Path(own) / "report.html"
        left = record_leg(Path(own), Side.LEFT, reps=8, seed=5)
        right = record_leg(Path(own), Side.RIGHT, reps=8, seed=3, heel_lift_mm=35, lift_share=0.4)
        write_notes(right, NOTED)
        html.write_text(page(read_report([left, right])), encoding="utf-8")
        size = ",".join(map(str, SIZE))
        options = [
            *QUIET,
            *no_sandbox(),
            f"--user-data-dir={own}/browser",
            "--hide-scrollbars",
            f"--window-size={size}",
        ]
        picture = folder.resolve() / "report.png"
        command = [find_browser(), *options, f"--screenshot={picture}", html.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60.0)
