"""What the verbs with a link share: stopping on a signal, the window or the text view, the last words."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType

import typer
from rich.console import Console

from ..pipeline import PipelineSettings
from ..runner import Runner, View
from ..session import session_name
from ..sinks.console import ConsoleView
from ..sinks.live.display import why_no_window
from ..sinks.live.feed import LiveFeed
from ..transport.base import Link


def say(words: str) -> None:
    """Words for the user: stderr, so that stdout stays data."""
    print(words, file=sys.stderr)


def new_session_folder(out: Path | None, settings: PipelineSettings) -> Path:
    """Where to record: what the user said, else sessions/ and a name that sorts by time."""
    return out if out is not None else Path("sessions") / session_name(datetime.now(), settings)


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


def run_in_text(runner: Runner) -> None:
    """Run here and now. Leaves with exit code 130 when interrupted, files closed."""
    with _session_named(runner), stop_on_signal(runner.stop) as seen:
        runner.run()
    _leave_if(seen)


def run_and_show(
    link: Link,
    *,
    settings: PipelineSettings,
    record_to: Path | None,
    for_s: float | None,
    headless: bool,
    target_deg: tuple[float, float],
) -> None:
    """Show a run in the live window, or in text when asked to or when there is no display."""
    name = settings.side.value

    def runner_with(view: View) -> Runner:
        return Runner(link, settings=settings, name=name, record_to=record_to, views=[view], for_s=for_s)

    if not headless and (reason := why_no_window()) is not None:
        say(f"no live window, showing text instead: {reason}")
        headless = True
    if headless:
        run_in_text(runner_with(ConsoleView(Console(stderr=True)).update))
    else:
        feed = LiveFeed()
        _run_beside_window(runner_with(feed.push), {name: feed}, f"{settings.exercise}, {name} leg", target_deg)


def _run_beside_window(
    runner: Runner, feeds: Mapping[str, LiveFeed], title: str, target_deg: tuple[float, float]
) -> None:
    from ..sinks.live.window import run_window  # the one place where the command line loads Qt

    with _session_named(runner), ThreadPoolExecutor(1, "reader") as pool, stop_on_signal(runner.stop) as seen:
        run: Future[None] = pool.submit(runner.run)
        try:
            run_window(
                feeds,
                title=title,
                target_deg=target_deg,
                on_mark=runner.mark_next,
                on_close=runner.stop,
                until=run.done,
            )
        except KeyboardInterrupt:
            seen.append(signal.SIGINT)
        finally:
            runner.stop()
    run.result()
    _leave_if(seen)


@contextmanager
def _session_named(runner: Runner) -> Iterator[None]:
    """Afterwards, however it went, say where the data is."""
    try:
        yield
    finally:
        if runner.session_path is not None:
            say(f"session: {runner.session_path}")


def _leave_if(seen: list[int]) -> None:
    """A run that a signal ended leaves with the code shells expect: 130 for Ctrl-C."""
    if seen:
        raise typer.Exit(128 + seen[0])
