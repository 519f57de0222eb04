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

INTERRUPTED = 130


def say(words: str) -> None:
    """Words for the user: stderr, so that stdout stays data."""
    print(words, file=sys.stderr)


def words_console() -> Console:
    return Console(stderr=True)


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
    with stop_on_signal(runner.stop) as seen:
        runner.run()
    if seen:
        raise typer.Exit(128 + seen[0])


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
    try:
        if headless:
            run_in_text(runner_with(ConsoleView(words_console()).update))
        else:
            feed = LiveFeed()
            _run_beside_window(runner_with(feed.push), {name: feed}, f"{settings.exercise}, {name} leg", target_deg)
    finally:
        if record_to is not None and record_to.is_dir():
            say(f"session: {record_to}")


def _run_beside_window(
    runner: Runner, feeds: Mapping[str, LiveFeed], title: str, target_deg: tuple[float, float]
) -> None:
    from ..sinks.live.window import run_window  # the one place where the command line loads Qt

    with ThreadPoolExecutor(1, "reader") as pool:
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
            runner.stop()
            run.result()
            raise typer.Exit(INTERRUPTED) from None
        finally:
            runner.stop()
    run.result()
