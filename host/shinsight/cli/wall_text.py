"""The knee-to-wall test without a display: instructions on stderr, distances asked for on the terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import typer

from ..results import Side
from ..view.lunge_test_steps import Doing, LegTest, LungeTestStep
from ..view.sensor_view import SensorView
from .running import say

LOOK_EVERY_S = 0.05


def ask_on_terminal(
    tests: Sequence[LegTest], *, begin: Callable[[Side], SensorView], together: bool, over: Callable[[], bool]
) -> None:
    """Ask until every leg is done. over: returns whether all runs have ended.

    Raises `typer.Abort` when the user leaves a question.
    """
    for test in tests if together else tests[:1]:
        test.sensor = begin(test.side)
    for test in tests:
        if test.sensor is None:
            _ask(f"Strap the sensor on the {test.side} shin, then press Enter")
            test.sensor = begin(test.side)
        _one_leg(test, [other for other in tests if other is not test], over)


def _one_leg(test: LegTest, others: Sequence[LegTest], over: Callable[[], bool]) -> None:
    shown: LungeTestStep | None = None
    while (step := test.step).doing is not Doing.DONE:
        ended = over()  # before the feeds are looked at, so that nothing that came at last is missed
        for each in (test, *others):
            if each.sensor is not None:
                each.sensor.refresh(time.monotonic())
                each.watch(chosen=each is test)
        ready = test.sensor is not None and test.sensor.state.ready_s is not None
        step = test.step
        if step.doing is Doing.TYPING:
            while complaint := test.type(_ask(f"{test.side}: {step.headline}. {step.hint}")):
                say(complaint)
        elif ended:
            test.enough()
        elif step != shown and ready:
            say(f"{test.side}: {step.headline}. {step.hint}")
            shown = step
        time.sleep(LOOK_EVERY_S)
    say(f"{step.headline}: {step.hint}")


def _ask(question: str) -> str:
    answer: str = typer.prompt(question, default="", show_default=False, err=True)
    return answer
