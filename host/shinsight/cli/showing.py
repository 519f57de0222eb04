"""Showing a run: the live window, or text where there is none. A view is loaded only when it is shown."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

from ..pipeline import PipelineSettings
from ..runner import Runner, View
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
        _run_beside_window(runner_with(feed.push), {name: feed}, f"{settings.exercise}, {name} leg", target_deg)


def _run_beside_window(
    runner: Runner, feeds: Mapping[str, LiveFeed], title: str, target_deg: tuple[float, float]
) -> None:
    from ..sinks.live.window import run_window  # Qt is loaded for a window only

    with session_named(runner), ThreadPoolExecutor(1, "reader") as pool, stop_on_signal(runner.stop) as seen:
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
    leave_if(seen)
