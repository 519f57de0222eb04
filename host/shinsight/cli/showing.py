"""Showing a run: the live window, or text where there is none. A view is loaded only when it is shown."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

from ..pipeline import PipelineSettings
from ..results import PhaseChange
from ..runner import Runner, View
from ..samples import Phase
from ..sinks.live.display import why_no_window
from ..sinks.live.feed import LiveFeed
from ..transport.base import Link
from .running import leave_if, run_in_text, say, session_named, stop_on_signal


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
        from ..sinks.console import ConsoleView

        with ConsoleView(Console(stderr=True)) as view:
            run_in_text(runner_with(view.update))
    else:
        feed = LiveFeed()
        title = f"{settings.exercise}, {name} leg"
        _run_beside_window(runner_with(feed.push), {name: feed}, title, target_deg, stay=for_s is None)


def _run_beside_window(
    runner: Runner, feeds: Mapping[str, LiveFeed], title: str, target_deg: tuple[float, float], *, stay: bool
) -> None:
    """stay: a run that ends by itself leaves its last reps on the screen until the person closes the window."""
    from ..sinks.live.window import run_window  # Qt is loaded for a window only

    with session_named(runner), ThreadPoolExecutor(1, "reader") as pool, stop_on_signal(runner.stop) as seen:
        run: Future[None] = pool.submit(runner.run)

        def over() -> bool:
            return run.done() and (not stay or bool(seen) or run.exception() is not None)

        if stay:
            run.add_done_callback(lambda _: _say_over(feeds))
        try:
            run_window(
                feeds,
                title=title,
                target_deg=target_deg,
                on_mark=runner.mark_next,
                on_close=runner.stop,
                until=over,
            )
        except KeyboardInterrupt:
            seen.append(signal.SIGINT)
        finally:
            runner.stop()
    run.result()
    leave_if(seen)


def _say_over(feeds: Mapping[str, LiveFeed]) -> None:
    for feed in feeds.values():
        feed.tell(PhaseChange(0.0, Phase.SET, "That was all. Press Q to leave"))
