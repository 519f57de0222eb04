"""What the verbs with a link share: stopping on a signal, the exit code, the last words."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from ..acquisition.runner_group import RunnerGroup


def say(words: str) -> None:
    """Words for the user: stderr, so that stdout stays data."""
    print(words, file=sys.stderr)


@contextmanager
def stop_on_signal(stop: Callable[[], None]) -> Iterator[list[int]]:
    """While inside, Ctrl-C and SIGTERM ask for an orderly end; a second Ctrl-C ends at once. Gives the signals seen."""
    seen: list[int] = []

    def asked(number: int, _: FrameType | None) -> None:
        seen.append(number)
        if len(seen) > 1:
            raise KeyboardInterrupt
        stop()

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_in_text(runs: RunnerGroup) -> None:
    """Run here and now. Leaves with exit code 130 when interrupted, files closed."""
    with sessions_named(runs), stop_on_signal(runs.stop) as seen:
        runs.run()
    leave_if(seen)


@contextmanager
def sessions_named(runs: RunnerGroup) -> Iterator[None]:
    """Afterwards, however it went, say where the data is."""
    try:
        yield
    finally:
        for path in runs.session_paths:
            say(f"session: {path}")


def leave_if(seen: list[int]) -> None:
    """A run that a signal ended leaves with the code shells expect: 130 for Ctrl-C."""
    if seen:
        raise typer.Exit(code_of(seen))


def code_of(seen: list[int]) -> int:
    """Of a run that these signals ended, 0 when there was none."""
    return 128 + seen[0] if seen else 0
