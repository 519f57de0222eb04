"""`shinsight history [FOLDER]`: shows weeks of sessions, and which changes exceed measurement noise."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..analysis.history import Entry, Series, angle_change, distance_change, series_of
from ..session.json_forms import Json, number, to_json
from ..view.words import DASH
from .history_window import SESSIONS, history_entries, show_history
from .options import PersonOption
from .running import say

FolderArgument = Annotated[Path, typer.Argument(metavar="[FOLDER]", help="The folder with the sessions.")]


def history(
    folder: FolderArgument = SESSIONS,
    person: PersonOption = "",
    exercise: Annotated[str | None, typer.Option("--exercise", help="Show only this exercise.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    window: Annotated[bool, typer.Option("--window", help="Show the history in a window.")] = False,
) -> None:
    """Show weeks of sessions for each leg, and which changes exceed measurement noise."""
    entries = history_entries(folder, person=person, exercise=exercise)
    if window:
        show_history(entries)
        return
    series = series_of(entries)
    if as_json:
        print(to_json({"series": [_series_dict(each) for each in series]}))
        return
    if not series:
        say(f"no sessions with reps in {folder}: `shinsight live` records one")
    console = Console()
    for each in series:
        console.print(_table(each))
        for change in (angle_change(each), distance_change(each)):
            if change is not None:
                console.print(f"  {change.sentence}", highlight=False)
                if not isnan(change.repeatability):
                    unit = change.unit
                    console.print(
                        f"  from session to session you vary by {change.repeatability:.1f} ± "
                        f"{change.repeatability_se:.1f} {unit} (sd)",
                        highlight=False,
                    )
        console.print()


def _table(series: Series) -> Table:
    slope = f", slope {series.slope_deg:g}°" if series.slope_deg else ""
    who = f"{series.person}, " if series.person else ""
    title = f"{who}{series.exercise.replace('_', ' ')}, {series.side} leg, zero {series.zero}{slope}"
    walls = any(not isnan(entry.mean_cm) for entry in series.entries)
    columns = [
        "date",
        "best heel-down",
        "median",
        *(["to wall cm"] if walls else []),
        "reps",
        "heel up",
        "pain",
        "note",
    ]
    table = Table(*columns, title=title, title_justify="left")
    for entry in series.entries:
        cells = [f"{entry.started:%Y-%m-%d %H:%M}", _best(entry), _deg(entry.median_deg)]
        if walls:
            cells.append(DASH if isnan(entry.mean_cm) else f"{entry.mean_cm:.1f} (best {entry.best_cm:g})")
        up = f"{entry.up} of {entry.reps}" + (f", {entry.unsure} unsure" if entry.unsure else "")
        table.add_row(*cells, str(entry.reps), up, DASH if entry.pain is None else str(entry.pain), entry.text[:30])
    return table


def _best(entry: Entry) -> str:
    if isnan(entry.best_deg):
        return DASH
    return _deg(entry.best_deg) + ("" if isnan(entry.sd_deg) else f" ± {entry.sd_deg:.0f}°")


def _deg(angle_deg: float) -> str:
    return DASH if isnan(angle_deg) else f"{angle_deg:.0f}°"


def _series_dict(series: Series) -> dict[str, Json]:
    changes = (angle_change(series), distance_change(series))
    return {
        "person": series.person,
        "exercise": series.exercise,
        "side": series.side.value,
        "zero": series.zero,
        "slope_deg": series.slope_deg,
        "sessions": [
            {
                "path": str(entry.path),
                "started": entry.started.isoformat(),
                "best_deg": number(entry.best_deg, 3),
                "sd_deg": number(entry.sd_deg, 3),
                "median_deg": number(entry.median_deg, 3),
                "best_cm": number(entry.best_cm, 3),
                "mean_cm": number(entry.mean_cm, 3),
                "heel_down": entry.down,
                "heel_up": entry.up,
                "heel_unsure": entry.unsure,
                "pain": entry.pain,
                "note": entry.text,
            }
            for entry in series.entries
        ],
        "changes": [
            {
                "unit": change.unit,
                "first": number(change.first, 3),
                "last": number(change.last, 3),
                "band": number(change.band, 3),
                "band_from": change.whose,
                "beyond_measurement_noise": change.beyond,
                "repeatability": number(change.repeatability, 3),
                "repeatability_se": number(change.repeatability_se, 3),
            }
            for change in changes
            if change is not None
        ],
    }
