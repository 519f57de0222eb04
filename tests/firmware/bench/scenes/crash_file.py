"""Scenes of test_crash_file.py: a board whose loop fails, and what a host reads of it afterwards."""

import builtins
import struct
import time

import app
import crash
import wire
from host_sim import Host


class Failing:
    """In place of the app: its first turn raises `error`, this many calls deep."""

    error = None
    depth = 7

    def __init__(self, profile):
        pass

    def turn(self):
        return self.deeper(self.depth)

    def deeper(self, n):
        if n:
            return self.deeper(n - 1)
        raise self.error

    def leave(self):
        print("left")


ERRORS = {
    "ValueError": lambda text: ValueError(text),
    "MemoryError": lambda text: MemoryError(),
    "OSError": lambda text: OSError(5),
    "RuntimeError": lambda text: RuntimeError(text),
    "ZeroDivisionError": lambda text: ZeroDivisionError,
    "KeyboardInterrupt": lambda text: KeyboardInterrupt,
}


def fails(error, text="", depth=7):
    """The board's life, whose first turn ends with that error; without end when `depth` is negative."""
    time.virtual()
    Failing.error = ERRORS[error](text)
    Failing.depth = depth
    app.App = Failing  # type: ignore[misc]
    app.run()


def fails_on_a_full_flash(errno):
    """As `fails`, and nothing can be written: an OSError of that number, or no memory when it is None."""

    def full(path, mode):
        raise MemoryError() if errno is None else OSError(errno)

    crash.open = full  # type: ignore[attr-defined]
    fails("ValueError", "lost")


def host_reads():
    host = Host()
    host.connect()
    text = b""
    while True:
        result, piece = host.command(wire.CRASH, struct.pack("<H", len(text)))
        if result != wire.OK or not piece:
            break
        text += piece
    forgotten = host.command(wire.CRASH, b"\xff\xff")
    after = host.command(wire.CRASH, b"\x00\x00")
    return [result, text.decode(), forgotten and forgotten[0], after[0]]


def a_full_flash_that_keeps_no_settings_does_not_stop_the_board():
    def full(path, mode):
        raise OSError(28)

    host = Host()
    host.connect()
    host.start()
    builtins.open = full
    host.command(wire.SET, b"\x04other")
    host.play(5000)
    return [host.books(), host.app._node.settings.name]
