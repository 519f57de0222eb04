"""`shinsight knee-to-wall [LINK...]`: the weight-bearing lunge test, guided, one leg after the other or both."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from rich.console import Console

from ..acquisition.runner import View
from ..errors import SettingsError
from ..lunge_test.result import EXERCISE, verdict
from ..outputs.sound.sound import SoundSettings
from ..results import Side
from ..view.lunge_test_steps import LegTest
from ..view.lunge_test_words import numbered, result_words
from ..window.display import why_no_window
from .hearing import Wanted, heard
from .leg_runs import LegRuns
from .options import (
    CalibrationOption,
    HeadlessOption,
    OptionalLinksArgument,
    OutOption,
    PersonOption,
    SlopeOption,
    SoundOption,
    VoiceOption,
    ZeroOption,
    overrides,
)
from .running import code_of, say, stop_on_signal
from .sensors import Worn, links_found, worn
from .wall_text import ask_on_terminal

FirstOption = Annotated[Side, typer.Option("--side", help="The leg that is tested first.")]
SIMULATED = {Side.LEFT: f"sim:{EXERCISE}?spoiled=1", Side.RIGHT: f"sim:{EXERCISE}?seed=3"}
"""Of a simulated person the legs differ, and one calibration is refused, so that one sees it before it is one's own."""


def knee_to_wall(
    links: OptionalLinksArgument = None,
    side: FirstOption = Side.LEFT,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    out: OutOption = None,
    person: PersonOption = "",
    calibration: CalibrationOption = None,
    headless: HeadlessOption = False,
    sound: SoundOption = True,
    voice: VoiceOption = False,
) -> None:
    """Knee-to-wall test: three trials a leg with the heel watched, in centimetres and degrees."""
    named = list(links or links_found())
    if not headless and (reason := why_no_window()) is not None:
        say(f"no window, asking here instead: {reason}")
        headless = True

    def one_board(leg: Side) -> Worn:
        """It goes from leg to leg."""
        said = overrides(EXERCISE, leg, slope_deg, zero)
        folder = None if out is None else out / leg.value
        return worn([_on(leg, named[0])], said, folder, person=person, calibration=calibration)[0]

    of_leg: Callable[[Side], Worn] = one_board
    if len(named) > 1:
        said = overrides(EXERCISE, None, slope_deg, zero)
        of_leg = _one_a_leg(worn(named, said, out, person=person, calibration=calibration))
    tests = tuple(LegTest(leg) for leg in (side, Side.RIGHT if side is Side.LEFT else Side.LEFT))
    of_zero = "standing" if zero is None else zero.value
    wanted = Wanted(sound=SoundSettings() if sound else None, voice=voice)
    with heard(wanted, [leg.value for leg in Side]) as ears:

        def views(leg: Side) -> Sequence[View]:
            return (*ears.views(leg.value), *(_told(leg) if headless else ()))

        runs = LegRuns(of_leg, boards=len(named), views=views)
        try:
            code = _in_text(tests, runs) if headless else _in_window(tests, runs, of_zero)
        finally:
            for path in runs.session_paths:
                say(f"session: {path}")
    _tell(tests, of_zero)
    runs.raise_error()
    if code:
        raise typer.Exit(code)


def _on(leg: Side, link: str) -> str:
    """A simulated person wears the sensor on the leg that is asked for."""
    if link == "sim:":
        link = SIMULATED[leg]
    if not link.startswith(("sim:", "emulator:")):
        return link
    return f"{link}{'&' if '?' in link else '?'}side={leg}"


def _one_a_leg(sensors: Sequence[Worn]) -> Callable[[Side], Worn]:
    by_leg = {sensor.name: sensor for sensor in sensors}
    if set(by_leg) != set(Side):
        raise SettingsError(f"sensors on {' and '.join(by_leg)}, expected one board, or one a leg: ble:left ble:right")
    return lambda leg: by_leg[leg]


def _told(leg: Side) -> Sequence[View]:
    """What the sensor says, a line each."""
    from ..view.text_view import ConsoleView

    return (ConsoleView(Console(stderr=True), name=leg.value, status=False).update,)


def _in_window(tests: Sequence[LegTest], runs: LegRuns, zero: str) -> int:
    from ..window.loop import show_window  # Qt is loaded for a window only
    from ..window.wall_test import WallTestWindow

    with runs, stop_on_signal(runs.stop) as seen:
        try:
            show_window(
                lambda: WallTestWindow(
                    tests,
                    begin=runs.begin,
                    together=runs.together,
                    zero=zero,
                    on_mark=runs.go_on,
                    on_again=runs.calibrate_again,
                    on_close=runs.stop,
                    why_over=runs.why_over,
                ),
                until=lambda: bool(seen),
            )
        except KeyboardInterrupt:
            seen.append(signal.SIGINT)
    return code_of(seen)


def _in_text(tests: Sequence[LegTest], runs: LegRuns) -> int:
    """Exit code 1 when the questions are not answered, as from a script."""

    def leave() -> None:
        raise KeyboardInterrupt  # a question on the terminal does not notice a stop

    with runs, stop_on_signal(leave) as seen:
        try:
            ask_on_terminal(tests, begin=runs.begin, together=runs.together, over=lambda: runs.over)
        except (KeyboardInterrupt, typer.Abort):
            return code_of(seen) or 1
    return 0


def _tell(tests: Sequence[LegTest], zero: str) -> None:
    """The result, as data."""
    of_leg = {test.side: test.result for test in tests if test.trials}
    for side, result in of_leg.items():
        typer.echo(f"{side}: {', '.join(result_words(result).splitlines())}")
    sentences, sources = numbered(verdict(of_leg.get(Side.LEFT), of_leg.get(Side.RIGHT), zero=zero))
    for line in (*sentences, *sources):
        typer.echo(line)
