"""Boards for the flasher: a folder as their flash, and what runs on them runs in the real MicroPython.

`ShelfBoard` takes the place of a cable. `PromptOnPty` speaks MicroPython's raw prompt on a pseudo-terminal, after
docs.micropython.org/en/latest/reference/repl.html (raw mode and raw-paste mode), so that mpremote itself is at work.
"""

from __future__ import annotations

import os
import pty
import select
import struct
import subprocess
import threading
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

from shinsight.errors import DeviceError
from shinsight.flash.interpreter import micropython

PASTE_WINDOW = 128
RAW_BANNER = b"raw REPL; CTRL-B to exit\r\n"


class Shelf:
    """A board's flash in a folder, and modules that are frozen into its MicroPython."""

    def __init__(self, folder: Path, *, bluetooth: bool = True) -> None:
        self.flash = folder / "flash"
        self.flash.mkdir(parents=True)
        self.frozen = folder / "frozen"
        self.frozen.mkdir()
        (self.frozen / "machine.py").write_text("def reset():\n    pass\n")
        if bluetooth:
            (self.frozen / "bluetooth.py").touch()
        self.resets = 0

    def execute(self, code: str) -> tuple[str, str]:
        done = subprocess.run(
            [micropython(), "-c", code],
            cwd=self.flash,
            env=os.environ | {"MICROPYPATH": str(self.frozen)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return (done.stdout, "") if done.returncode == 0 else ("", done.stdout + done.stderr)

    @property
    def files(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.flash)): p.read_bytes() for p in self.flash.rglob("*") if p.is_file()}


class ShelfBoard:
    """A `Board` without a cable."""

    port = "shelf"

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def run(self, code: str) -> str:
        said, error = self.shelf.execute(code)
        if error:
            raise DeviceError(error)
        return said

    def restart(self) -> None:
        self.shelf.resets += 1

    def release(self) -> None:
        self.shelf.resets += 1


class PromptOnPty:
    """The raw prompt of a board on the far end of a pseudo-terminal."""

    def __init__(self, shelf: Shelf, *, deaf_to: int = 0) -> None:
        """`deaf_to` the first so many Ctrl-C, as a firmware is whose host has only just gone."""
        self._shelf = shelf
        self._deaf_to = deaf_to
        self._board, self._computer = pty.openpty()
        tty.setraw(self._board)
        tty.setraw(self._computer)
        self.port = os.ttyname(self._computer)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()
        os.close(self._board)
        os.close(self._computer)

    def _serve(self) -> None:
        raw = False
        while (byte := self._read()) is not None:
            if byte == b"\x03":
                self._deaf_to -= 1
            elif self._deaf_to >= 0:
                continue
            elif byte == b"\x01":
                raw = True
                self._say(RAW_BANNER + b">")
            elif byte == b"\x02":
                raw = False
            elif byte == b"\x04" and raw:
                self._say(b"OK\r\nMPY: soft reboot\r\n" + RAW_BANNER + b">")
            elif byte == b"\x05" and raw:
                assert self._read() == b"A"
                assert self._read() == b"\x01"
                code = self._pasted()
                if code is None:
                    return
                raw = self._run(code)

    def _pasted(self) -> str | None:
        self._say(b"R\x01" + struct.pack("<H", PASTE_WINDOW))
        code = bytearray()
        while (byte := self._read()) is not None:
            if byte == b"\x04":
                self._say(b"\x04")
                return code.decode()
            code += byte
            if len(code) % PASTE_WINDOW == 0:
                self._say(b"\x01")
        return None

    def _run(self, code: str) -> bool:
        """Whether the board is still at the raw prompt."""
        if "machine.reset()" in code:
            self._shelf.resets += 1
            return False
        said, error = self._shelf.execute(code)
        self._say(said.encode() + b"\x04" + error.encode() + b"\x04>")
        return True

    def _read(self) -> bytes | None:
        while not self._ended.is_set():
            if select.select([self._board], [], [], 0.05)[0]:
                return os.read(self._board, 1)
        return None

    def _say(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._board, data) :]
