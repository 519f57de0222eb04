"""The text view: what happened, one line each, without a screen."""

from __future__ import annotations

import subprocess
import sys
from io import StringIO

import numpy as np
from rich.console import Console

from shinsight.results import CalibrationReport, HeelFlag, HeelState, Notice, PhaseChange
from shinsight.samples import Phase
from shinsight.view.text_view import TextView
from squat_frames import frames, health, squats


def shown(*, terminal: bool, events: list[object], angle_deg: float = 21.0) -> str:
    out = StringIO()
    with TextView(Console(file=out, force_terminal=terminal, width=100, color_system=None)) as view:
        view.update(frames(np.arange(100) / 100, angle_deg), events, health())  # type: ignore[arg-type]
    return out.getvalue()


def test_every_rep_is_a_line_with_its_verdict() -> None:
    _, reps = squats([HeelState.DOWN, HeelState.UP])
    lines = shown(terminal=False, events=list(reps)).splitlines()
    assert len(lines) == 2
    assert "● down" in lines[0]
    assert "▲ up" in lines[1]


def test_guidance_calibration_flags_and_notices_are_told_in_order() -> None:
    events = [
        PhaseChange(0.0, Phase.STAND, "Stand still"),
        CalibrationReport(1.0, False, 0.0, ("rocks too small",), (0.0, 0.0, 0.0)),
        HeelFlag(2.0, True),
        HeelFlag(3.0, False),
        Notice(4.0, "x", "the battery is low [red]"),
    ]
    text = shown(terminal=False, events=events)
    told = ["Stand still", "rocks too small", "heel up at 2.0 s", "the battery is low [red]"]
    assert [text.index(t) for t in told] == sorted(text.index(t) for t in told)
    assert text.count("\n") == 4


def test_only_a_terminal_gets_the_status_line() -> None:
    status = shown(terminal=True, events=[])
    assert "21° dorsiflexion  HEEL DOWN  0 reps  connected · 104 Hz" in status
    assert shown(terminal=False, events=[]) == ""


def test_the_status_line_is_gone_when_the_view_ends_so_that_the_next_words_start_a_line() -> None:
    erase_line = "\x1b[2K"
    assert shown(terminal=True, events=[]).rindex(erase_line) > shown(terminal=True, events=[]).rindex("21°")


def test_a_hair_below_zero_is_zero_and_not_minus_zero() -> None:
    assert " 0° dorsiflexion" in shown(terminal=True, events=[], angle_deg=-0.3)


def test_text_view_and_hand_over_need_no_qt() -> None:
    code = "import shinsight.view.text_view, sys; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
