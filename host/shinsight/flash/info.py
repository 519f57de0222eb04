"""What is on a board, beside what this package would put there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from . import on_board
from .files import BOARD_PY, BoardFile
from .on_board import Board
from .profiles import board_named_in

CRASH_FILE = "crash.txt"
_VERSION_FILES = ("version.mpy", "version.py")


class FileState(StrEnum):
    """Lists how a file on the board compares with the one of this package."""

    SAME = "same"
    OTHER = "other"
    MISSING = "missing"
    YOURS = "yours"
    """board.py, which the user may have edited."""
    EXTRA = "not part of the firmware"


@dataclass(frozen=True, slots=True)
class FirmwareInfo:
    """A board as `shinsight firmware-info` shows it; `board`, `firmware` and `crash` are None where it has none."""

    port: str
    firmware: str | None
    board: str | None
    micropython: str
    machine: str
    bluetooth: bool
    heap_free_bytes: int
    flash_free_bytes: int
    files: dict[str, FileState]
    crash: str | None

    @property
    def up_to_date(self) -> bool:
        """Return whether no file is missing and none differs. The user's board.py may differ."""
        return not {FileState.OTHER, FileState.MISSING} & set(self.files.values())


def info(board: Board, files: Sequence[BoardFile]) -> FirmwareInfo:
    """Return what is on the board, with its files compared with `files`."""
    seen = on_board.look(board)
    there = on_board.hashes(board, [file.path for file in files if file.path in seen.files])
    states = dict.fromkeys(sorted(seen.files), FileState.EXTRA)
    for file in files:
        states[file.path] = _state(file, there.get(file.path))
    return FirmwareInfo(
        port=board.port,
        firmware=on_board.firmware_version(board) if any(path in seen.files for path in _VERSION_FILES) else None,
        board=board_named_in(on_board.read_text(board, BOARD_PY)) if BOARD_PY in seen.files else None,
        micropython=seen.version,
        machine=seen.machine,
        bluetooth=seen.has_bluetooth,
        heap_free_bytes=seen.heap_free,
        flash_free_bytes=seen.flash_free,
        files=states,
        crash=on_board.read_text(board, CRASH_FILE) if CRASH_FILE in seen.files else None,
    )


def clear_crash(board: Board) -> None:
    """Remove the crash report from the board. Raises `DeviceError` when there is none."""
    on_board.remove(board, CRASH_FILE)


def _state(file: BoardFile, sha256: str | None) -> FileState:
    if sha256 is None:
        return FileState.MISSING
    if file.path == BOARD_PY:
        return FileState.YOURS
    return FileState.SAME if sha256 == file.sha256 else FileState.OTHER
