"""`shinsight knee-to-wall [LINK...]`: the weight-bearing lunge test, guided, one leg after the other or both."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Annotated

import typer

from ..errors import SettingsError
from ..knee_to_wall import EXERCISE
from ..live.feed import LiveFeed
from ..live.followed import Followed
from ..results import Side
from ..runner import Runner
from ..window.display import why_no_window
from .options import (
    CalibrationOption,
    OptionalLinksArgument,
    OutOption,
    PersonOption,
    SlopeOption,
    ZeroOption,
    overrides,
)
from .running import leave_if, say, stop_on_signal
from .sensors import Worn, links_found, worn
from .showing import keeper

FirstOption = Annotated[Side, typer.Option("--side", help="The leg that is tested first.")]


def knee_to_wall(
    links: OptionalLinksArgument = None,
    side: FirstOption = Side.LEFT,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    out: OutOption = None,
    person: PersonOption = "",
    calibration: CalibrationOption = None,
) -> None:
    """Knee-to-wall test: three trials a leg with the heel watched, in centimetres and degrees."""
    reason = why_no_window()
    if reason is not None:
        raise SettingsError(
            f"the knee-to-wall test needs a window: {reason}. `shinsight live LINK --exercise knee_to_wall --headless` "
            "measures the same in text"
        )
    named = [f"sim:{EXERCISE}?spoiled=1" if link == "sim:" else link for link in links or links_found()]
    legs = (side, Side.RIGHT if side is Side.LEFT else Side.LEFT)

    def of_leg(leg: Side) -> Worn:
        """One board goes from leg to leg; of two each has its own."""
        if len(named) == 1:
            said = overrides(EXERCISE, leg, slope_deg, zero)
            folder = None if out is None else out / leg.value
            return worn([_on(leg, named[0])], said, folder, person=person, calibration=calibration)[0]
        said = overrides(EXERCISE, None, slope_deg, zero)
        found = worn(named, said, out, person=person, calibration=calibration)
        return next(each for each in found if each.name == leg.value)

    _run(legs, of_leg, together=len(named) > 1, zero=zero.value if zero is not None else "standing")


def _on(leg: Side, link: str) -> str:
    """A simulated person wears the sensor on the leg that is asked for."""
    if not link.startswith(("sim:", "emulator:")):
        return link
    return f"{link}{'&' if '?' in link else '?'}side={leg}"


def _run(legs: Sequence[Side], of_leg: Callable[[Side], Worn], *, together: bool, zero: str) -> None:
    """A leg's run begins when the window asks for it, and ends when the next one begins."""
    from ..window.loop import show_window  # Qt is loaded for a window only
    from ..window.wall_test import WallTestWindow

    runners: list[Runner] = []
    runs: list[Future[None]] = []

    def begin(leg: Side) -> Followed:
        if not together:
            stop()
            for run in runs:
                run.result()  # the board can be opened once
        sensor = of_leg(leg)
        feed = LiveFeed()
        runner = sensor.runner(feed.push, for_s=None)
        runners.append(runner)
        runs.append(pool.submit(runner.run))
        return Followed(leg.value, feed, keep=keeper(runner), exercise=EXERCISE)

    def stop() -> None:
        for runner in runners:
            runner.stop()

    def go_on() -> None:
        for runner in runners:
            runner.go_on()

    def why_over() -> str | None:
        errors = (run.exception() for run in runs if run.done())
        return next((str(error) for error in errors if error is not None), None)

    with ThreadPoolExecutor(len(legs), "runs") as pool, stop_on_signal(stop) as seen:
        try:
            show_window(
                lambda: WallTestWindow(
                    legs,
                    begin=begin,
                    together=together,
                    zero=zero,
                    on_mark=go_on,
                    on_close=stop,
                    why_over=why_over,
                ),
                until=lambda: bool(seen),
            )
        except KeyboardInterrupt:
            seen.append(signal.SIGINT)
        finally:
            stop()
    for runner in runners:
        if runner.session_path is not None:
            say(f"session: {runner.session_path}")
    for run in runs:
        run.result()
    leave_if(seen)
