"""The command line: one module for each verb. Data goes to stdout, messages to stderr.

Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted (files closed, board released).
"""

from __future__ import annotations

from typing import Annotated

import typer

from ..version import __version__
from .agreement import agreement
from .analyze import analyze
from .board import board
from .calibrate import calibrate
from .doctor import doctor
from .export import export
from .flash import firmware_info, flash
from .history import history
from .import_ import import_
from .knee_to_wall import knee_to_wall
from .live import live
from .people import forget, people
from .record import record
from .replay import replay
from .report import report
from .scan import scan
from .simulate import simulate

app = typer.Typer(
    name="shinsight",
    help="Ankle dorsiflexion and heel lift from one shin-worn IMU. Not a medical device.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
VERBS = (
    live,
    knee_to_wall,
    record,
    replay,
    analyze,
    agreement,
    history,
    people,
    forget,
    report,
    export,
    import_,
    simulate,
    scan,
    doctor,
    board,
    calibrate,
    flash,
    firmware_info,
)
for verb in VERBS:
    app.command(verb.__name__.strip("_").replace("_", "-"))(verb)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"shinsight {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass
