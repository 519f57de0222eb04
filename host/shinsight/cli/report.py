"""`shinsight report SESSION...`: writes one session, or both legs of a day, as a page to read and print."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from ..errors import SettingsError
from ..session.atomic_write import write_atomically
from .progress import part_done
from .running import say


def report(
    sessions: Annotated[
        list[Path], typer.Argument(metavar="SESSION...", help="A session, or the left and the right leg of one day.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html", help="The file to write.", show_default="report.html in the session's folder"
        ),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also write a PDF; this needs Chromium, Chrome or Edge.")] = False,
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Write a session, or both legs of a day, as one page to read and print."""
    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        raise SettingsError(f"--out is {out}, expected the name of a page: {out.with_suffix('.html')}")
    from ..report.browser import print_pdf  # the templates' library is loaded by this verb only
    from ..report.page import page
    from ..report.report import read_report

    with part_done("measuring") as on_progress:
        found = read_report(sessions, on_progress=on_progress)
    named = "report.html" if len(sessions) == 1 else "report_both_legs.html"
    html = out if out is not None else sessions[0] / named
    write_atomically(html, page(found))
    say(f"report: {html}")
    if pdf:
        printed = html.with_suffix(".pdf")
        print_pdf(html, printed)
        say(f"PDF: {printed}")
    if show and not webbrowser.open(html.resolve().as_uri()):
        say(f"no browser could be opened: open {html} yourself")
