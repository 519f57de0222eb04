"""`shinsight import PATH`: turns another program's recording into a session for report, replay and history."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..acquisition.sensors import new_session_folder
from ..imports.into_session import Rocks, recording_of, write_session
from ..imports.sources import NAMES, read_foreign
from ..pipeline.settings import PipelineSettings
from .analyze import rep_table, words_of
from .options import ExerciseOption, OutOption, PersonOption, SideOption, SlopeOption, ZeroOption, overrides
from .progress import part_done
from .running import say


def import_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A CSV, a folder of them, or the zip of an app.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="SOURCE", help=f"{', '.join(NAMES)}.", show_default="detected"),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE.toml", help="Names the columns of any other CSV, and their units."),
    ] = None,
    rocks_s: Annotated[
        tuple[float, float] | None,
        typer.Option(
            "--rocks",
            metavar="START END",
            help="Start and end of the ankle rocks in seconds; without them, heels are unsure.",
        ),
    ] = None,
    started: Annotated[
        datetime | None,
        typer.Option(
            "--started",
            formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"],
            help="When the recording started.",
            show_default="as recorded, else the time of the file",
        ),
    ] = None,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    person: PersonOption = "",
    out: OutOption = None,
) -> None:
    """Turn a recording of another sensor or app into a session."""
    settings = overrides(exercise, side, slope_deg, zero).apply(PipelineSettings())
    rocks = None if rocks_s is None else Rocks(start_s=rocks_s[0], end_s=rocks_s[1])
    local = None if started is None else started.astimezone()
    with part_done("measuring") as on_progress:
        foreign = read_foreign(path, source=source, mapping=mapping, started=local)
        recording = recording_of(foreign.imported, rocks)
        folder = new_session_folder(out, settings, foreign.started)
        found = write_session(folder, recording, foreign, settings=settings, person=person, on_progress=on_progress)
    imported = foreign.imported
    for line in (f"{imported.source}, read as {imported.units}", *imported.done):
        say(line)
    not_given = " and ".join(word for word, value in (("--exercise", exercise), ("--side", side)) if value is None)
    if not_given:
        say(f"measured as {settings.exercise}, {settings.side} leg; change this with {not_given}")
    Console(stderr=True).print(rep_table(found))
    for line in words_of(found):
        say(line)
    typer.echo(folder)
