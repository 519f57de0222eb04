"""The text view: what happened, one line each, without a screen."""

from __future__ import annotations

from io import StringIO

import numpy as np
from rich.console import Console

from shinsight.results import CalibrationReport, HeelFlag, HeelState, Notice, PhaseChange
from shinsight.samples import Phase
from shinsight.sinks.console import ConsoleView
from sinks.squat_frames import frames, health, squats


def shown(*, terminal: bool, events: list[object]) -> str:
    out = StringIO()
    view = ConsoleView(Console(file=out, force_terminal=terminal, width=100, color_system=None))
    block = frames(np.arange(100) / 100, 21.0)
    view.update(block, events, health())  # type: ignore[arg-type]
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
    assert "21°" in shown(terminal=True, events=[])
    assert shown(terminal=False, events=[]) == ""
