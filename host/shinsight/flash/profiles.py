"""Reads board.py on the computer: the boards it knows, and the one a copy of it names."""

from __future__ import annotations

import re
import runpy
from dataclasses import dataclass
from pathlib import Path

from ..errors import SettingsError
from .files import BOARD_PY

_BOARD_LINE = re.compile(r"^BOARD\s*=\s*[\"']([^\"'\n]*)[\"'].*$", re.MULTILINE)

_BOOTLOADER = {
    "esp32s3": "hold BOOT while plugging the cable in, then: esptool --chip esp32s3 erase-flash, "
    "esptool --chip esp32s3 write-flash 0 FILE.bin, and press RESET",
    "esp32c3": "hold BOOT while plugging the cable in, then: esptool --chip esp32c3 erase-flash, "
    "esptool --chip esp32c3 write-flash 0 FILE.bin, and press RESET",
    "esp32": "use the SPIRAM variant; esptool --chip esp32 erase-flash, "
    "esptool --chip esp32 --baud 460800 write-flash 0x1000 FILE.bin (no button to hold)",
    "rp2040": "hold BOOTSEL while plugging the cable in (Nano RP2040 Connect: press its button twice), "
    "then copy FILE.uf2 onto the drive that appears",
}


@dataclass(frozen=True, slots=True)
class KnownBoard:
    """A profile of board.py, as far as flashing needs it."""

    name: str
    title: str
    mcu: str
    download: str

    @property
    def getting_micropython(self) -> str:
        """Return where to get MicroPython for the board and how to install it."""
        return f"for the {self.title} it is at micropython.org/download/{self.download}: {_BOOTLOADER[self.mcu]}"


def known_boards(folder: Path) -> dict[str, KnownBoard]:
    """The real boards that the firmware in `folder` has a profile for."""
    profiles = runpy.run_path(str(folder / BOARD_PY))["PROFILES"]
    return {
        name: KnownBoard(name, profile.title, profile.mcu, profile.download)
        for name, profile in profiles.items()
        if profile.download
    }


def known_board(folder: Path, name: str) -> KnownBoard:
    """Return the board of this name. Raises `SettingsError` when the firmware in `folder` has no profile for it."""
    boards = known_boards(folder)
    if name not in boards:
        raise SettingsError(
            f"--board is {name!r}, expected one of {', '.join(sorted(boards))}; for another board choose the "
            f"nearest and edit board.py on it, see firmware/README.md"
        )
    return boards[name]


def board_named_in(board_py: str) -> str | None:
    """Return the name on its BOARD line; None without one."""
    lines = _BOARD_LINE.findall(board_py)
    return lines[-1] if lines else None


def naming(board_py: str, name: str) -> str:
    """Return the same board.py with its BOARD line set."""
    return _BOARD_LINE.sub(f'BOARD = "{name}"', board_py, count=1)
