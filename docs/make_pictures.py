"""Draws the pictures of the live window: `python docs/make_pictures.py [FOLDER]` (default: docs/pictures).

Needs no screen and no sensor: the real window, drawn by Qt's offscreen platform, fed with made-up squats. Needs a font
on the system (Debian: fonts-dejavu-core).
"""

from __future__ import annotations

import os
import sys
from math import nan
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT / "tests"))

from shinsight.live.feed import LiveFeed  # noqa: E402
from shinsight.results import (  # noqa: E402
    CalibrationReport,
    HeelState,
    Notice,
    PhaseChange,
    RockDone,
)
from shinsight.samples import Phase  # noqa: E402
from shinsight.window.live_window import LiveWindow  # noqa: E402
from shinsight.window.qt import QtWidgets  # noqa: E402
from squat_frames import RATE_HZ, frames, health, packets, part, squats  # noqa: E402

DOWN, UP, UNSURE = HeelState.DOWN, HeelState.UP, HeelState.UNSURE
SETTING = PhaseChange(0.0, Phase.SET, "Squat at your own pace, heels on the floor")
GOOD = CalibrationReport(0.0, True, 0.91, (), (0.0, -0.2, -0.04))


def calibrating() -> dict[str, LiveFeed]:
    feed = LiveFeed()
    t_s = np.arange(0, 11, 1 / RATE_HZ)
    rocks_deg = 22 * np.sin(np.pi * np.clip(t_s - 3.5, 0, None) / 2.4) ** 2
    stand = t_s < 3.0
    feed.push(part(frames(t_s, nan, heel_code=2, phase=Phase.STAND), slice(0, int(stand.sum()))), (), health())
    rocks = frames(t_s, rocks_deg, heel_code=2, phase=Phase.ROCKS)
    events = [
        CalibrationReport(2.0, False, 0.31, ("the heel came up in rock 2 of 5", "only 3 rocks found"), (0, 0, 0)),
        PhaseChange(3.0, Phase.ROCKS, "Rock your knee over your toes, heel on the floor"),
        RockDone(10.0, 3, 5),
    ]
    feed.push(part(rocks, slice(int(stand.sum()), None)), events, health(lost=0, filled=0))
    return {"left": feed}


def squatting(verdicts: list[HeelState], *, shown_s: float, depth_deg: float = 36.0, **link: object) -> LiveFeed:
    """A set seen `shown_s` after the start of its first rep."""
    feed = LiveFeed()
    block, reps = squats(verdicts, depth_deg=depth_deg)
    feed.push(part(block, slice(0, 1)), (SETTING, GOOD), health(**link))
    for piece in packets(part(block, slice(1, int(shown_s * RATE_HZ)))):
        feed.push(piece, [r for r in reps if piece.t_s[0] <= r.end_s <= piece.t_s[-1]], health(**link))
    return feed


def pictures() -> dict[str, dict[str, LiveFeed]]:
    flat = squatting([DOWN] * 6, shown_s=21.7)
    lifted = squatting([DOWN, DOWN, UP, DOWN, UNSURE, DOWN, UP], shown_s=26.0)
    notice = Notice(20.0, "battery_low", "battery at 14 %, expected 20 % or more for a session: charge the sensor soon")
    left = squatting([DOWN, DOWN, UP, DOWN, DOWN, UP], shown_s=22.0, name="left", battery_percent=14)
    left.push(frames(np.empty(0), 0.0), [notice], health(name="left", battery_percent=14))
    right = squatting([DOWN] * 6, shown_s=22.0, depth_deg=33.0, name="right", lost=0, filled=0)
    return {
        "calibrating": calibrating(),
        "flat": {"left": flat},
        "heel-up": {"left": lifted},
        "two-sensors": {"left": left, "right": right},
    }


def main(folder: Path) -> None:
    app = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    for name, feeds in pictures().items():
        window = LiveWindow(feeds, title="shinsight · squat", on_mark=lambda: None, on_close=lambda: None)
        window.show()
        for _ in range(3):  # labels settle their sizes over the first frames
            window.refresh()
            app.processEvents()
        window.grab().save(str(folder / f"{name}.png"))
        window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else _ROOT / "docs" / "pictures")
