"""`shinsight scan`: shows the boards in reach in a table that is updated."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from ..errors import LinkError
from .running import say

if TYPE_CHECKING:
    from ..transport.ble import Seen
    from ..transport.serial import Port

REFRESH_HZ = 4
GONE_AFTER_S = 5.0


def scan(
    for_s: Annotated[float, typer.Option("--for", metavar="S", min=1.0, help="Search for S seconds.")] = 20.0,
) -> None:
    """Show boards in reach: Bluetooth signal, the time they were last heard, and USB ports."""
    from ..transport.ble import scan as listen  # loads bleak
    from ..transport.serial import ports  # loads pyserial

    heard: dict[str, tuple[Seen, float, int]] = {}  # by address: last advertisement, when it came, how many there were
    problem: list[LinkError] = []

    def seen(board: Seen) -> None:
        address = board.device.address
        _, _, times = heard.get(address, (board, 0.0, 0))
        heard[address] = (board, time.monotonic(), times + 1)

    def look() -> None:
        try:
            listen(for_s, seen)
        except LinkError as error:
            problem.append(error)

    console = Console()
    plugged = ports()
    looking = Thread(target=look, daemon=True)
    looking.start()
    try:
        with Live(console=console, refresh_per_second=REFRESH_HZ, transient=True) as live:
            while looking.is_alive():
                live.update(_table(heard, plugged))
                looking.join(1.0 / REFRESH_HZ)
    except KeyboardInterrupt:
        pass
    console.print(_table(heard, plugged))
    if problem:
        raise problem[0]
    if not heard:
        say("no board found: is it on, charged, and not connected elsewhere? `shinsight doctor` looks for the reason")


def _table(heard: dict[str, tuple[Seen, float, int]], plugged: Sequence[Port]) -> Table:
    table = Table("link", "signal", "heard", "address", title="boards in reach")
    for board, last_s, times in sorted(heard.values(), key=lambda entry: -entry[0].signal_dbm):
        age_s = time.monotonic() - last_s
        style = "" if age_s < GONE_AFTER_S else "dim"
        heard_words = f"{times} times, {age_s:.0f} s ago"
        table.add_row(f"ble:{board.name}", f"{board.signal_dbm} dBm", heard_words, board.device.address, style=style)
    for port in plugged:
        table.add_row(f"serial:{port.path}", "cable", "", port.maker)
    return table
