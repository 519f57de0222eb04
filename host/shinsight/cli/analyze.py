"""`shinsight analyze PATH...`: results of a recording as a table or JSON; several are a batch (`analyze_many`)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..analysis.analysis import Analysis, analysis_dict
from ..analysis.analysis import analyze as analyze_path
from ..analysis.batch import OpenPool, SessionPath, find_sessions, local_pool, usable_cores
from ..analysis.cluster import cluster_pool
from ..errors import SettingsError
from ..results import HeelState, Rep
from ..session.json_forms import NO_CALIBRATION, to_json
from ..units import DEG_PER_RAD, MM_PER_M
from .analyze_many import analyze_many
from .options import ExerciseOption, SideOption, SlopeOption, ZeroOption, overrides
from .progress import part_done
from .running import say

_COLOUR = {HeelState.DOWN: "green", HeelState.UP: "red", HeelState.UNSURE: "yellow"}


def analyze(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...", help="A session, an imu.csv from any sensor, several of them, or a folder of sessions."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER|FILE.csv", help="Write reps.csv and sessions.csv there.", show_default="nothing"),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Processes for many sessions.", show_default="one for each core"),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Measure many sessions on a Dask cluster that has the same files: tcp://HOST:8786."
        ),
    ] = None,
) -> None:
    """Measure a recording: its calibration, every rep, and warnings. Many sessions are measured at once."""
    given = overrides(exercise, side, slope_deg, zero)
    sessions = find_sessions(paths)
    alone = len(paths) == 1 and [session.path for session in sessions] == [Path(os.path.abspath(paths[0]))]
    if not alone or out is not None or dask is not None:
        open_pool = _pool(sessions, jobs=jobs, dask=dask)
        analyze_many(sessions, overrides=given, open_pool=open_pool, as_json=as_json, out=out)
        return
    with part_done("analyzing") as on_progress:
        found = analyze_path(paths[0], overrides=given, on_progress=on_progress)
    if as_json:
        typer.echo(to_json(analysis_dict(found)))
        return
    Console().print(rep_table(found))
    for line in words_of(found):
        say(line)


def _pool(sessions: Sequence[SessionPath], *, jobs: int | None, dask: str | None) -> OpenPool:
    if dask is None:
        processes = min(jobs or usable_cores(), len(sessions))
        return lambda: local_pool(processes)
    if jobs is not None:
        raise SettingsError(
            f"--jobs {jobs} is given with --dask, expected one of them: the cluster has its own workers"
        )
    return lambda: cluster_pool(dask, sessions)


def rep_table(found: Analysis) -> Table:
    """Return a table with one row for each rep."""
    s = found.settings
    table = Table(
        title=f"{s.exercise}, {s.side} leg, zero: {s.zero}, {found.duration_s:.1f} s at {found.rate_hz:.1f} Hz"
    )
    for name in ("rep", "start s", "inclin. °", "dorsifl. °", "± °", "heel", "ankle mm", "knee-in °", "down/up s"):
        table.add_column(name, justify="left" if name == "heel" else "right")
    for rep in found.reps:
        table.add_row(
            str(rep.number),
            f"{rep.start_s:.1f}",
            _deg(rep.peak_inclination_rad),
            _deg(rep.peak_dorsiflexion_rad),
            _deg(rep.peak_inclination_sd_rad),
            f"[{_COLOUR[rep.heel]}]{rep.heel}[/]",
            _rise(rep),
            _deg(rep.knee_in_rad),
            f"{rep.descent_s:.1f}/{rep.ascent_s:.1f}",
        )
    return table


def _deg(angle_rad: float | None) -> str:
    return "–" if angle_rad is None or angle_rad != angle_rad else f"{angle_rad * DEG_PER_RAD:.1f}"


def _rise(rep: Rep) -> str:
    if rep.ankle_rise_m != rep.ankle_rise_m:
        return "–"
    return f"{rep.ankle_rise_m * MM_PER_M:.0f} ± {rep.ankle_rise_sd_m * MM_PER_M:.0f}"


def words_of(found: Analysis) -> list[str]:
    """Return the outcome of the calibration and every warning, one line each."""
    report = found.calibration
    if report is None:
        outcome = NO_CALIBRATION
    else:
        verdict = "accepted" if report.accepted else "refused"
        outcome = "; ".join((f"calibration {verdict}, quality {report.quality:.2f}", *report.problems))
    return [outcome, *(f"warning: {note}" for note in found.notes)]
