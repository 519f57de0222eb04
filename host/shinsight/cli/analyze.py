"""`shinsight analyze PATH`: what a recording holds, as a table or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..offline.analysis import Analysis, analysis_dict
from ..offline.analysis import analyze as analyze_path
from ..results import CalibrationReport, HeelState, Notice, Rep
from ..summary import NO_CALIBRATION, to_json
from ..units import DEG_PER_RAD, MM_PER_M
from .options import ExerciseOption, SideOption, SlopeOption, ZeroOption, overrides
from .progress import part_done
from .running import say

_COLOUR = {HeelState.DOWN: "green", HeelState.UP: "red", HeelState.UNSURE: "yellow"}


def analyze(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A session folder, or an imu.csv from any sensor.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
) -> None:
    """Say what a recording holds: its calibration, every rep, warnings."""
    said = overrides(exercise, side, slope_deg, zero)
    with part_done("analyzing") as on_progress:
        found = analyze_path(path, overrides=said, on_progress=on_progress)
    if as_json:
        typer.echo(to_json(analysis_dict(found)))
        return
    Console().print(_table(found))
    for line in _words(found):
        say(line)


def _table(found: Analysis) -> Table:
    s = found.settings
    table = Table(
        title=f"{s.exercise}, {s.side} leg, zero: {s.zero}, {found.duration_s:.1f} s at {found.rate_hz:.1f} Hz"
    )
    for name in ("rep", "start s", "inclin. °", "dorsifl. °", "heel", "rise mm", "knee-in °", "down/up s"):
        table.add_column(name, justify="left" if name == "heel" else "right")
    for rep in (e for e in found.events if isinstance(e, Rep)):
        table.add_row(
            str(rep.number),
            f"{rep.start_s:.1f}",
            _deg(rep.peak_inclination_rad),
            _deg(rep.peak_dorsiflexion_rad),
            f"[{_COLOUR[rep.heel]}]{rep.heel}[/]",
            _rise(rep),
            _deg(rep.knee_in_rad),
            f"{rep.descent_s:.1f}/{rep.ascent_s:.1f}",
        )
    return table


def _deg(angle_rad: float | None) -> str:
    return "–" if angle_rad is None or angle_rad != angle_rad else f"{angle_rad * DEG_PER_RAD:.1f}"


def _rise(rep: Rep) -> str:
    if rep.heel_rise_m != rep.heel_rise_m:
        return "–"
    return f"{rep.heel_rise_m * MM_PER_M:.0f} ± {rep.heel_rise_sd_m * MM_PER_M:.0f}"


def _words(found: Analysis) -> list[str]:
    reports = [e for e in found.events if isinstance(e, CalibrationReport)]
    if not reports:
        lines = [NO_CALIBRATION]
    else:
        verdict = "accepted" if reports[-1].accepted else "refused"
        lines = ["; ".join((f"calibration {verdict}, quality {reports[-1].quality:.2f}", *reports[-1].problems))]
    notices = (e.text for e in found.events if isinstance(e, Notice))
    return lines + [f"warning: {text}" for text in dict.fromkeys((*found.warnings, *notices))]
