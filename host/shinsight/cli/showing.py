"""Showing runs: the live window, or text where there is none. A view is loaded only when it is shown."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

from rich.console import Console

from ..acquisition.runner import Runner
from ..acquisition.runner_group import Together
from ..results import PhaseChange
from ..samples import Phase
from ..session.notes import SessionNotes, write_notes
from ..view.feed import LiveFeed
from ..view.sensor_view import Followed
from ..window.display import why_no_window
from .hearing import Heard, Wanted, heard
from .running import leave_if, run_in_text, say, sessions_named, stop_on_signal
from .sensors import Worn
from .streaming import Streamed, Streams, streamed


def run_and_show(
    sensors: Sequence[Worn],
    *,
    for_s: float | None,
    headless: bool,
    target_deg: tuple[float, float],
    wanted: Wanted | None = None,
    streams: Streams | None = None,
) -> None:
    """Show runs in the live window, or in text when asked to or when there is no display.

    wanted: what is heard. streams: what is handed on to other programs.
    """
    with (
        heard(wanted or Wanted(), [sensor.name for sensor in sensors if sensor.on_shank]) as ears,
        streamed(streams or Streams(), sensors) as others,
    ):
        _run_and_show(sensors, ears, others, for_s=for_s, headless=headless, target_deg=target_deg)


def _run_and_show(
    sensors: Sequence[Worn],
    ears: Heard,
    others: Streamed,
    *,
    for_s: float | None,
    headless: bool,
    target_deg: tuple[float, float],
) -> None:
    if not headless and (reason := why_no_window()) is not None:
        say(f"no live window, showing text instead: {reason}")
        headless = True
    if headless:
        from ..view.text_view import ConsoleView

        console = Console(stderr=True)
        with ExitStack() as shown:
            views = [
                shown.enter_context(ConsoleView(console, name=_named(sensor, sensors), status=len(sensors) == 1))
                for sensor in sensors
            ]
            runs = [
                sensor.runner(view.update, *ears.views(sensor.name), for_s=for_s, outlets=others.of[sensor.name])
                for sensor, view in zip(sensors, views, strict=True)
            ]
            run_in_text(Together(runs))
    else:
        feeds = {sensor.name: LiveFeed() for sensor in sensors if sensor.on_shank}
        runners = {
            s.name: s.runner(feeds[s.name].push, *ears.views(s.name), for_s=for_s, outlets=others.of[s.name])
            if s.on_shank
            else s.runner(for_s=for_s, outlets=others.of[s.name])
            for s in sensors
        }
        exercises = {sensor.name: sensor.settings.exercise for sensor in sensors}
        followed = [
            Followed(name, feed, keep=keeper(runners[name]), exercise=exercises[name]) for name, feed in feeds.items()
        ]
        legs = " and ".join(feeds)
        exercise = sensors[0].settings.exercise.replace("_", " ")
        title = f"shinsight · {exercise}, {legs} leg{'s' if len(feeds) > 1 else ''}"
        _run_beside_window(Together(list(runners.values())), followed, ears, title, target_deg, stay=for_s is None)


def keeper(runner: Runner) -> Callable[[SessionNotes], None]:
    """Keeps notes beside the session that is being recorded; nowhere when none is."""

    def keep(notes: SessionNotes) -> None:
        if runner.session_path is not None:
            write_notes(runner.session_path, notes)

    return keep


def _named(sensor: Worn, sensors: Sequence[Worn]) -> str:
    return sensor.name if len(sensors) > 1 else ""


def _run_beside_window(
    runs: Together,
    sensors: Sequence[Followed],
    ears: Heard,
    title: str,
    target_deg: tuple[float, float],
    *,
    stay: bool,
) -> None:
    """stay: a run that ends, by itself or by an error, leaves its last reps and what went wrong on the screen until the
    person closes the window."""
    from ..window.live_window import LiveWindow  # Qt is loaded for a window only
    from ..window.loop import show_window

    with sessions_named(runs), ThreadPoolExecutor(1, "runs") as pool, stop_on_signal(runs.stop) as seen:
        run: Future[None] = pool.submit(runs.run)

        def over() -> bool:
            return run.done() and (not stay or bool(seen))

        def why_over() -> str | None:
            error = run.exception() if run.done() else None
            return str(error) if error is not None else None

        if stay:
            run.add_done_callback(lambda _: _say_over(sensors))
        try:
            show_window(
                lambda: LiveWindow(
                    sensors,
                    title=title,
                    target_deg=target_deg,
                    on_mark=runs.go_on,
                    on_again=runs.calibrate_again,
                    on_close=runs.stop,
                    on_mute=ears.toggle,
                    why_over=why_over,
                ),
                until=over,
            )
        except KeyboardInterrupt:
            seen.append(signal.SIGINT)
        finally:
            runs.stop()
    run.result()
    leave_if(seen)


def _say_over(sensors: Sequence[Followed]) -> None:
    for sensor in sensors:
        sensor.feed.tell(PhaseChange(0.0, Phase.SET, "That was all. Press Q to leave"))
