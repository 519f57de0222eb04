"""Where somebody is in the guided start, and what they should see now. Pure functions of what a view knows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ..results import CalibrationReport
from ..samples import Phase
from .state import SensorState

READY_FOR_S = 4.0
"""So long the score stays before the measuring view takes its place."""


class Step(IntEnum):
    CONNECT = 1
    STAND = 2
    ROCK = 3
    READY = 4


STEP_WORDS = {Step.CONNECT: "Connect", Step.STAND: "Stand still", Step.ROCK: "Rock", Step.READY: "Go"}


@dataclass(frozen=True, slots=True)
class GuideView:
    """headline: read from three metres; done, wanted: seconds of stillness or rocks, wanted 0 where nothing is counted.

    hint: what moves on; refusal: why the last calibration was not taken, empty when it was or there was none.
    """

    step: Step
    headline: str
    done: int
    wanted: int
    hint: str
    refusal: str


def guiding(state: SensorState, *, now_s: float) -> bool:
    """Whether the guided start has the screen."""
    if state.ready_s is None:
        return True
    report = state.calibration
    scored = report is not None and report.accepted and not state.reps
    return scored and now_s - state.ready_s < READY_FOR_S


def guide_view(state: SensorState) -> GuideView:
    """What to show now."""
    refusal = _refusal(state.calibration)
    if state.ready_s is not None:
        report = state.calibration
        words = "Go" if report is None else f"{quality_word(report.quality)} calibration, {report.quality:.0%}. Go!"
        return GuideView(Step.READY, words, 0, 0, "start your set", refusal)
    if state.phase is Phase.ROCKS:
        done, wanted = (0, 5) if state.rock is None else (state.rock.number, state.rock.wanted)
        hint = "stand still when done" if done >= wanted else "slowly, heel pressed down, foot stays where it is"
        return GuideView(Step.ROCK, "Rock the knee over the toes", done, wanted, hint, "")
    if state.phase is Phase.STAND:
        done, wanted = (0, 3) if state.still is None else (state.still.still_s, round(state.still.wanted_s))
        headline = state.instruction if "again" in state.instruction else "Stand still, heels down"
        return GuideView(
            Step.STAND,
            headline,
            done,
            wanted,
            "goes on by itself; sooner with the space bar or the button on the board",
            refusal,
        )
    return GuideView(Step.CONNECT, "Waiting for the sensor", 0, 0, "switch it on, come within reach", "")


def quality_word(quality: float) -> str:
    """0 to 1 in a word."""
    return "Excellent" if quality >= 0.85 else "Good" if quality >= 0.6 else "Usable"


def _refusal(report: CalibrationReport | None) -> str:
    if report is None or report.accepted:
        return ""
    return "; ".join(report.problems) or f"quality {report.quality:.0%} is too low"
