"""Shared by the verbs with a link: messages on stderr, stopping on a signal, the exit code."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from ..acquisition.runner_group import RunnerGroup


def say(words: str) -> None:
    """Print a message for the user to stderr, so that stdout holds only data."""
    print(words, file=sys.stderr)


@contextmanager
def stop_on_signal(stop: Callable[[], None]) -> Iterator[list[int]]:
    """Call `stop` on Ctrl-C or SIGTERM; a second signal interrupts at once. Yields the list of signals received."""
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
    """Run in this thread. Exits with code 130 when interrupted, after all files are closed."""
    with sessions_named(runs), stop_on_signal(runs.stop) as seen:
        runs.run()
    leave_if(seen)


@contextmanager
def sessions_named(runs: RunnerGroup) -> Iterator[None]:
    """Print the session folders at the end, also after an error."""
    try:
        yield
    finally:
        for path in runs.session_paths:
            say(f"session: {path}")


def leave_if(seen: list[int]) -> None:
    """Exit with the code that shells expect when a signal ended the run: 130 for Ctrl-C."""
    if seen:
        raise typer.Exit(code_of(seen))


def code_of(seen: list[int]) -> int:
    """Return the exit code of a run that these signals ended, 0 when there was none."""
    return 128 + seen[0] if seen else 0
