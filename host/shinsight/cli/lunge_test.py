"""Runs the weight-bearing lunge test in its window, or as questions on the terminal, and prints its result."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from ..acquisition.audio import AudioOptions, open_audio
from ..acquisition.leg_runs import LegRuns
from ..acquisition.runner import View
from ..acquisition.sensors import CalibrationChoice, WornSensor, worn_sensors
from ..errors import SettingsError
from ..lunge_test.result import EXERCISE, verdict
from ..pipeline.settings import Overrides
from ..results import Side
from ..view.lunge_test_steps import LegTest
from ..view.lunge_test_words import numbered, result_words
from ..window.display import why_no_window
from .options import Zero, overrides
from .running import code_of, say, stop_on_signal
from .wall_text import ask_on_terminal

SIMULATED = {Side.LEFT: f"sim:{EXERCISE}?spoiled=1", Side.RIGHT: f"sim:{EXERCISE}?seed=3"}
"""The legs of the simulated person differ. One calibration is refused, so that users see that before it is theirs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LungeTestOptions:
    """Options of the test, as on the command line. first: the leg that is tested first."""

    first: Side = Side.LEFT
    slope_deg: float | None = None
    zero: Zero | None = None
    out: Path | None = None
    person: str = ""
    calibration: CalibrationChoice | None = None


def run_lunge_test(links: Sequence[str], options: LungeTestOptions, *, audio: AudioOptions, headless: bool) -> None:
    """Run the test with one board that goes from leg to leg, or with one on each leg; print the result to stdout.

    Raises `SettingsError` for sensors that do not fit, and the error that ended a run.
    """
    if not headless and (reason := why_no_window()) is not None:
        say(f"no window, asking here instead: {reason}")
        headless = True
    first = options.first
    tests = tuple(LegTest(leg) for leg in (first, Side.RIGHT if first is Side.LEFT else Side.LEFT))
    zero = "standing" if options.zero is None else options.zero.value
    of_leg = _one_board(links[0], options) if len(links) == 1 else _one_board_on_each_leg(links, options)
    with open_audio(audio, [leg.value for leg in Side], tell=say) as sounds:

        def views(leg: Side) -> Sequence[View]:
            return (*sounds.views(leg.value), *(_text_views(leg) if headless else ()))

        runs = LegRuns(of_leg, boards=len(links), views=views)
        try:
            code = _in_text(tests, runs) if headless else _in_window(tests, runs, zero)
        finally:
            for path in runs.session_paths:
                say(f"session: {path}")
    _print_result(tests, zero)
    runs.raise_error()
    if code:
        raise typer.Exit(code)


def _one_board(link: str, options: LungeTestOptions) -> Callable[[Side], WornSensor]:
    """Return the board as the sensor of the leg that asks; it goes from leg to leg."""

    def of_leg(leg: Side) -> WornSensor:
        given = overrides(EXERCISE, leg, options.slope_deg, options.zero)
        folder = None if options.out is None else options.out / leg.value
        return _worn([_on(leg, link)], given, folder, options)[0]

    return of_leg


def _one_board_on_each_leg(links: Sequence[str], options: LungeTestOptions) -> Callable[[Side], WornSensor]:
    given = overrides(EXERCISE, None, options.slope_deg, options.zero)
    by_leg = {sensor.name: sensor for sensor in _worn(links, given, options.out, options)}
    if set(by_leg) != set(Side):
        raise SettingsError(
            f"sensors are on {' and '.join(by_leg)}, expected one board, or one on each leg: ble:left ble:right"
        )
    return lambda leg: by_leg[leg]


def _worn(links: Sequence[str], given: Overrides, folder: Path | None, options: LungeTestOptions) -> list[WornSensor]:
    return worn_sensors(links, given, folder, tell=say, person=options.person, calibration=options.calibration)


def _on(leg: Side, link: str) -> str:
    """Return the link on this leg; a simulated person wears the sensor on either."""
    if link == "sim:":
        link = SIMULATED[leg]
    if not link.startswith(("sim:", "emulator:")):
        return link
    return f"{link}{'&' if '?' in link else '?'}side={leg}"


def _text_views(leg: Side) -> Sequence[View]:
    """Return a view that prints what the sensor reports, one line each."""
    from ..view.text_view import TextView

    return (TextView(Console(stderr=True), name=leg.value, status=False).update,)


def _in_window(tests: Sequence[LegTest], runs: LegRuns, zero: str) -> int:
    from ..window.loop import show_window  # Qt is loaded for a window only
    from ..window.lunge_test.lunge_test_window import LungeTestWindow

    with runs, stop_on_signal(runs.stop) as seen:
        try:
            show_window(
                lambda: LungeTestWindow(
                    tests,
                    begin=runs.begin,
                    together=runs.together,
                    zero=zero,
                    on_mark=runs.advance,
                    on_again=runs.recalibrate,
                    on_close=runs.stop,
                    why_over=runs.why_over,
                ),
                until=lambda: bool(seen),
            )
        except KeyboardInterrupt:
            seen.append(signal.SIGINT)
    return code_of(seen)


def _in_text(tests: Sequence[LegTest], runs: LegRuns) -> int:
    """Return the exit code: 1 when the questions are not answered, for example in a script."""

    def leave() -> None:
        raise KeyboardInterrupt  # a question on the terminal does not notice a stop

    with runs, stop_on_signal(leave) as seen:
        try:
            ask_on_terminal(tests, begin=runs.begin, together=runs.together, over=lambda: runs.over)
        except (KeyboardInterrupt, typer.Abort):
            return code_of(seen) or 1
    return 0


def _print_result(tests: Sequence[LegTest], zero: str) -> None:
    """Print the result to stdout, as data."""
    of_leg = {test.side: test.result for test in tests if test.trials}
    for side, result in of_leg.items():
        typer.echo(f"{side}: {', '.join(result_words(result).splitlines())}")
    sentences, sources = numbered(verdict(of_leg.get(Side.LEFT), of_leg.get(Side.RIGHT), zero=zero))
    for line in (*sentences, *sources):
        typer.echo(line)
