"""`shinsight doctor [LINK]`: finds the reason why there is no stream, and how to correct it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from ..transport.names import open_link

if TYPE_CHECKING:
    from .doctor_checks import Finding

_MARKS = {"good": ("✓", "green"), "note": ("·", "yellow"), "bad": ("✗", "bold red")}


def doctor(
    link: Annotated[
        str | None, typer.Argument(metavar="[LINK]", help="The link to try; without one, the board in reach.")
    ] = None,
) -> None:
    """Check versions, display, Bluetooth, USB and ten seconds of stream. The exit code is 1 when something is wrong."""
    from .doctor_checks import Verdict, examine  # loads all that is examined

    console = Console()
    wrong = False
    for finding in examine(open_link, link):
        wrong |= finding.verdict is Verdict.BAD
        _show(console, finding)
    if wrong:
        raise typer.Exit(1)


def _show(console: Console, finding: Finding) -> None:
    mark, style = _MARKS[finding.verdict.value]
    line = Text.assemble((f"{mark} {finding.what:12}", style), finding.found)
    console.print(line, soft_wrap=True)
    if finding.remedy:
        console.print(Text(f"{'':14}→ {finding.remedy}", "italic"), soft_wrap=True)
