"""Shows runs in the live window, or as text where there is none. A view is loaded only when it is shown."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

from rich.console import Console

from ..acquisition.audio import AudioOptions, AudioSession, open_audio
from ..acquisition.runner_group import RunnerGroup
from ..acquisition.sensors import WornSensor
from ..acquisition.streaming import Outlets, StreamOptions, open_streams
from ..results import PhaseChange
from ..samples import Phase
from ..view.feed import LiveFeed
from ..view.sensor_view import SensorView
from ..window.display import why_no_window
from .running import leave_if, run_in_text, say, sessions_named, stop_on_signal


def run_and_show(
    sensors: Sequence[WornSensor],
    *,
    for_s: float | None,
    headless: bool,
    target_deg: tuple[float, float],
    audio: AudioOptions | None = None,
    streams: StreamOptions | None = None,
) -> None:
    """Show runs in the live window, or in text when asked to or when there is no display.

    audio: sound and voice, none when None. streams: streams to other programs, none when None.
    """
    with (
        open_audio(audio or AudioOptions(), [s.name for s in sensors if s.on_shank], tell=say) as sounds,
        open_streams(streams or StreamOptions(), sensors, tell=say) as outlets,
    ):
        _run_and_show(sensors, sounds, outlets, for_s=for_s, headless=headless, target_deg=target_deg)


def _run_and_show(
    sensors: Sequence[WornSensor],
    sounds: AudioSession,
    outlets: Outlets,
    *,
    for_s: float | None,
    headless: bool,
    target_deg: tuple[float, float],
) -> None:
    if not headless and (reason := why_no_window()) is not None:
        say(f"no live window, showing text instead: {reason}")
        headless = True
    if headless:
        from ..view.text_view import TextView

        console = Console(stderr=True)
        with ExitStack() as shown:
            views = [
                shown.enter_context(TextView(console, name=_named(sensor, sensors), status=len(sensors) == 1))
                for sensor in sensors
            ]
            runs = [
                sensor.runner(view.update, *sounds.views(sensor.name), for_s=for_s, outlets=outlets[sensor.name])
                for sensor, view in zip(sensors, views, strict=True)
            ]
            run_in_text(RunnerGroup(runs))
    else:
        feeds = {sensor.name: LiveFeed() for sensor in sensors if sensor.on_shank}
        runners = {
            s.name: s.runner(feeds[s.name].push, *sounds.views(s.name), for_s=for_s, outlets=outlets[s.name])
            if s.on_shank
            else s.runner(for_s=for_s, outlets=outlets[s.name])
            for s in sensors
        }
        exercises = {sensor.name: sensor.settings.exercise for sensor in sensors}
        followed = [
            SensorView(name, feed, keep=runners[name].write_notes, exercise=exercises[name])
            for name, feed in feeds.items()
        ]
        legs = " and ".join(feeds)
        exercise = sensors[0].settings.exercise.replace("_", " ")
        title = f"shinsight · {exercise}, {legs} leg{'s' if len(feeds) > 1 else ''}"
        _run_beside_window(RunnerGroup(list(runners.values())), followed, sounds, title, target_deg, stay=for_s is None)


def _named(sensor: WornSensor, sensors: Sequence[WornSensor]) -> str:
    return sensor.name if len(sensors) > 1 else ""


def _run_beside_window(
    runs: RunnerGroup,
    sensors: Sequence[SensorView],
    sounds: AudioSession,
    title: str,
    target_deg: tuple[float, float],
    *,
    stay: bool,
) -> None:
    """stay: a run that ends, by itself or by an error, leaves its last reps and what went wrong on the screen until the
    person closes the window."""
    from ..window.live.live_window import LiveWindow  # Qt is loaded for a window only
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
                    on_mark=runs.advance,
                    on_again=runs.recalibrate,
                    on_close=runs.stop,
                    on_mute=sounds.toggle,
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


def _say_over(sensors: Sequence[SensorView]) -> None:
    for sensor in sensors:
        sensor.feed.tell(PhaseChange(0.0, Phase.SET, "That was all. Press Q to leave"))
