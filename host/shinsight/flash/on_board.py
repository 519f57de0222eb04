"""What is done on a board, as small programs that MicroPython runs there.

None of them counts on what an earlier one left in memory. A file comes under another name and gets its own when it is
verified: a broken cable leaves the old one or none, never half a board.py that would pass for the user's.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..errors import DeviceError
from .files import FOLDERS, BoardFile

CHUNK_BYTES = 1536


class Board(Protocol):
    """A board held at its prompt: its own program does not run meanwhile."""

    @property
    def port(self) -> str:
        """Return the name of the serial port."""
        ...

    def run(self, code: str) -> str:
        """Run code and return what it printed. Raises DeviceError with the board's message when it failed."""
        ...

    def restart(self) -> None:
        """Reset the board and stop its program again."""
        ...

    def release(self) -> None:
        """Reset the board and let its program run."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What a board reports about itself."""

    version: str
    machine: str
    platform: str
    mpy_version: int
    has_bluetooth: bool
    heap_free: int
    flash_free: int
    flash_block: int
    files: dict[str, int]
    """Path and size of each file in the folders the firmware uses."""


_LOOK = """
import gc, json, os, sys
gc.collect()
heap = gc.mem_free()
try:
    import bluetooth
    has = True
except ImportError:
    has = False
files = {}
for folder in FOLDERS:
    try:
        for entry in os.ilistdir(folder or "."):
            if entry[1] == 0x8000:
                path = folder + "/" + entry[0] if folder else entry[0]
                files[path] = os.stat(path)[6]
    except OSError as error:
        if error.errno != 2:
            raise
s = os.statvfs(".")
print(json.dumps({
    "version": ".".join(str(v) for v in sys.implementation[1] if v != ""),
    "machine": getattr(sys.implementation, "_machine", sys.platform),
    "platform": sys.platform,
    "mpy_version": getattr(sys.implementation, "_mpy", 0) & 255,
    "has_bluetooth": has,
    "heap_free": heap,
    "flash_free": s[0] * s[3],
    "flash_block": s[0],
    "files": files,
}))
"""

_HASHES = """
import binascii, hashlib, json
buffer = bytearray(512)
view = memoryview(buffer)
found = {}
for path in PATHS:
    total = hashlib.sha256()
    with open(path, "rb") as file:
        while True:
            n = file.readinto(buffer)
            if not n:
                break
            total.update(view[:n])
    found[path] = binascii.hexlify(total.digest()).decode()
print(json.dumps(found))
"""

_WRITE = """
import binascii
with open(PATH, MODE) as file:
    file.write(binascii.a2b_base64(DATA))
"""

_MAKE_FOLDER = """
import os
try:
    os.mkdir(PATH)
except OSError as error:
    if error.errno != 17:
        raise
"""

_REPLACE = """
import os
try:
    os.remove(PATH)  # FAT does not rename onto a file that is there
except OSError as error:
    if error.errno != 2:
        raise
os.rename(NEW, PATH)
"""

_REMOVE = """
import os
os.remove(PATH)
"""

_READ = """
import json
with open(PATH) as file:
    print(json.dumps(file.read()))
"""

_VERSION = """
import json, version
print(json.dumps(version.VERSION))
"""


def look(board: Board) -> Look:
    """Ask the board about its MicroPython, its memory and its files. Sizes are in bytes."""
    return Look(**_answer(board, _with(_LOOK, FOLDERS=FOLDERS)))


def hashes(board: Board, paths: Sequence[str]) -> dict[str, str]:
    """Compute the SHA-256 of files on the board, there."""
    found: dict[str, str] = _answer(board, _with(_HASHES, PATHS=tuple(paths)))
    return found


def write(board: Board, file: BoardFile, on_bytes: Callable[[int], None]) -> None:
    """Write a file and have the board read it back. Raises DeviceError when that differs from what was sent."""
    folder, _, _ = file.path.rpartition("/")
    if folder:
        board.run(_with(_MAKE_FOLDER, PATH=folder))
    new = file.path + ".new"
    for at in range(0, max(1, len(file.data)), CHUNK_BYTES):
        chunk = file.data[at : at + CHUNK_BYTES]
        board.run(_with(_WRITE, PATH=new, MODE="ab" if at else "wb", DATA=base64.b64encode(chunk)))
        on_bytes(len(chunk))
    if hashes(board, [new])[new] != file.sha256:
        raise DeviceError(
            f"{file.path} on the board at {board.port} differs from what was sent: run the same "
            f"command again; if it stays "
            f"so, erase the board and put MicroPython on it again, see firmware/README.md"
        )
    board.run(_with(_REPLACE, PATH=file.path, NEW=new))


def remove(board: Board, path: str) -> None:
    """Remove a file from the board. Raises `DeviceError` when that fails."""
    board.run(_with(_REMOVE, PATH=path))


def read_text(board: Board, path: str) -> str:
    """Return the text of a file on the board. Raises `DeviceError` when it cannot be read."""
    text: str = _answer(board, _with(_READ, PATH=path))
    return text


def firmware_version(board: Board) -> str:
    """Return the version of the firmware on the board."""
    version: str = _answer(board, _VERSION)
    return version


def _with(code: str, **values: object) -> str:
    return "".join(f"{name} = {value!r}\n" for name, value in values.items()) + code


def _answer(board: Board, code: str) -> Any:
    said = board.run(code).strip()
    try:
        return json.loads(said.splitlines()[-1] if said else "")
    except json.JSONDecodeError:
        raise DeviceError(
            f"the board at {board.port} answered {said[-80:]!r}, expected JSON: unplug it, plug it in and try again"
        ) from None
