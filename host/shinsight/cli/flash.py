"""`shinsight flash` writes the firmware to a board with MicroPython; `shinsight firmware-info` shows what is on one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import LinkError
from ..flash import flashing, on_board
from ..flash.files import built, firmware_folder
from ..flash.info import FileState, FirmwareInfo, clear_crash, info
from ..flash.profiles import KnownBoard, known_board
from .progress import part_done

if TYPE_CHECKING:
    from ..flash.remote import CableBoard

PortOption = Annotated[
    str | None,
    typer.Option(
        "--port",
        metavar="PORT",
        help="e.g. /dev/ttyACM0, /dev/cu.usbmodem01 or COM4.",
        show_default="the only USB serial port",
    ),
]


def flash(
    port: PortOption = None,
    board: Annotated[
        str | None,
        typer.Option(
            "--board",
            metavar="NAME",
            help="xiao-esp32s3, xiao-esp32c3, m5stickc-plus2, pico-w or nano-rp2040-connect.",
            show_default="the one in the board.py on the board",
        ),
    ] = None,
    replace_board: Annotated[
        bool, typer.Option("--replace-board", help="Also overwrite your board.py on the board.")
    ] = False,
) -> None:
    """Write the firmware to a board that has MicroPython. Only files that differ are written; each is verified."""
    folder = firmware_folder()
    chosen = known_board(folder, board) if board is not None else None
    files = built(folder)
    with _held(port, chosen) as cable:
        seen = on_board.look(cable)
        flashing.check(cable, seen, files, chosen)
        plan = flashing.planned(cable, seen, files, chosen, replace_board=replace_board)
        if not plan.nothing_to_do:
            with part_done(f"flashing {cable.port}") as progress:
                flashing.flash(cable, seen, plan, progress)
    _say(f"{cable.port}: {len(plan.write)} files written and verified, {len(plan.same)} were up to date")
    for path in plan.remove:
        _say(f"removed {path}, which was in the way")
    if plan.kept_board is not None:
        _say(_about_kept(plan, chosen))


def firmware_info(
    port: PortOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    forget_crash: Annotated[
        bool, typer.Option("--clear-crash", help="Remove the crash report after showing it.")
    ] = False,
) -> None:
    """Show what is on a board: versions, memory, files, and its last crash."""
    files = built(firmware_folder())
    with _held(port, None) as cable:
        found = info(cable, files)
        if forget_crash and found.crash is not None:
            clear_crash(cable)
    typer.echo(json.dumps(asdict(found)) if as_json else _in_words(found))


@contextmanager
def _held(port: str | None, chosen: KnownBoard | None) -> Iterator[CableBoard]:
    """Hold the board at its prompt. Its program runs again afterwards, whatever happens."""
    from ..flash.remote import CableBoard, port_or_the_only_one

    cable = CableBoard(
        port_or_the_only_one(port),
        chosen.getting_micropython if chosen else "firmware/README.md says how to get it there, board by board",
    )
    try:
        yield cable
    except BaseException:
        with suppress(LinkError):  # of two errors the first one counts
            cable.release()
        raise
    cable.release()


def _about_kept(plan: flashing.Plan, chosen: KnownBoard | None) -> str:
    named = f"which says BOARD = {plan.kept_board!r}" if plan.kept_board else "which has no line BOARD = ..."
    kept = f"kept your board.py, {named}"
    if chosen is not None and chosen.name != plan.kept_board:
        return f"{kept} and not {chosen.name!r}: to have the latter, run the same command with --replace-board"
    if plan.differs_from_package:
        return f"{kept}; it is not the one of this package: --replace-board overwrites it"
    return kept


def _in_words(found: FirmwareInfo) -> str:
    def kib(size: int) -> str:
        return f"{size / 1024:.0f} KiB free"

    states = [f"  {path}: {state.value}" for path, state in found.files.items() if state is not FileState.SAME]
    count = sum(state is FileState.SAME for state in found.files.values())
    advice = (
        "as in this package" if found.up_to_date else "not as in this package: shinsight flash brings them up to date"
    )
    return "\n".join(
        [
            f"port         {found.port}",
            f"firmware     {found.firmware or 'none: shinsight flash puts it there'}",
            f"board        {found.board or 'none named in board.py'}",
            f"MicroPython  {found.micropython} on {found.machine}{'' if found.bluetooth else ', without Bluetooth'}",
            f"heap         {kib(found.heap_free_bytes)}, while the firmware does not run",
            f"flash        {kib(found.flash_free_bytes)}",
            f"files        {count} the same; {advice}",
            *states,
            f"crash        {'none' if found.crash is None else ''}".rstrip(),
            *(f"  {line}" for line in (found.crash or "").splitlines()),
        ]
    )


def _say(words: str) -> None:
    typer.echo(words, err=True)
