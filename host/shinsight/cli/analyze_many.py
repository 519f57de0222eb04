"""`shinsight analyze DIR...`: many sessions at once, as a table, as JSON and as CSVs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..analysis.batch import OpenPool, SessionPath, SessionResult, measure_all
from ..analysis.tables import batch_dict, in_order, table_paths, write_tables
from ..pipeline.settings import Overrides, PipelineSettings
from ..results import HeelState
from ..session.json_forms import to_json
from .progress import sessions_done
from .running import leave_if, say, stop_on_signal


def analyze_many(
    sessions: Sequence[SessionPath], *, overrides: Overrides, open_pool: OpenPool, as_json: bool, out: Path | None
) -> None:
    """Measure all sessions, then print and write the results, also after Ctrl-C. Exit code 1 when a session failed."""
    overrides.apply(PipelineSettings())  # a wrong option is wrong for all sessions: stop before the work
    paths = table_paths(out) if out is not None else None
    results: list[SessionResult] = []
    with stop_on_signal(lambda: None) as seen:
        try:
            with (
                sessions_done(len(sessions)) as tell,
                closing(measure_all(sessions, overrides=overrides, open_pool=open_pool)) as coming,
            ):
                for result in coming:
                    results.append(result)
                    tell(result)
                    if seen:
                        break
        finally:
            _show(results, as_json=as_json)
            if paths is not None:
                write_tables(results, paths)
                say(f"written: {paths[0]} and {paths[1]}")
    if len(results) < len(sessions):
        say(f"interrupted: {len(results)} of {len(sessions)} sessions were analyzed")
    leave_if(seen)
    if any(result.error for result in results):
        raise typer.Exit(1)


def _show(results: Sequence[SessionResult], *, as_json: bool) -> None:
    if as_json:
        typer.echo(to_json(batch_dict(results)).encode(errors="backslashreplace").decode())
    else:
        Console().print(_table(results))


def _table(results: Sequence[SessionResult]) -> Table:
    reps = [rep for result in results if result.analysis is not None for rep in result.analysis.reps]
    failed = sum(result.status == "failed" for result in results)
    table = Table(title=f"sessions: {len(results)}, reps: {len(reps)}, failed: {failed}")
    table.add_column("session", overflow="fold")
    for name in ("exercise", "side"):
        table.add_column(name)
    for name in ("reps", *HeelState):
        table.add_column(name, justify="right")
    table.add_column("calibration")
    for result in in_order(results):
        table.add_row(escape(result.session.name), *_cells(result))
    return table


def _cells(result: SessionResult) -> list[str]:
    found = result.analysis
    if found is None:
        return ["[red]failed[/]" if result.error else f"[dim]on the {result.sensor}[/]"]
    heels = [rep.heel for rep in found.reps]
    calibration = found.calibration
    accepted = calibration is not None and calibration.accepted
    return [
        found.settings.exercise,
        found.settings.side.value,
        str(len(heels)),
        *(str(heels.count(state)) for state in HeelState),
        "accepted" if accepted else "[yellow]refused[/]",
    ]
