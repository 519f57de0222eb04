"""Where somebody is in the guided start, and what they should see now. Pure functions of what a view knows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ..results import CalibrationReport
from ..samples import Phase
from .state import SILENT_AFTER_S, SensorState

READY_FOR_S = 4.0
"""So long the score stays before the measuring view takes its place."""


class Step(IntEnum):
    CONNECT = 1
    STAND = 2
    ROCK = 3
    READY = 4


STEP_WORDS = {Step.CONNECT: "Connect", Step.STAND: "Stand still", Step.ROCK: "Rock", Step.READY: "Go"}


@dataclass(frozen=True, kw_only=True, slots=True)
class GuideView:
    """headline: read from three metres. done, wanted: seconds of stillness or rocks, wanted 0 where nothing is counted.

    hint: what moves on. refusal, remedy: why the last calibration was not taken and what to do about it, empty when it
    was or there was none. score: quality of the accepted one, 0 to 1.
    """

    step: Step
    headline: str
    hint: str
    done: int = 0
    wanted: int = 0
    refusal: str = ""
    remedy: str = ""
    score: float | None = None


def guiding(state: SensorState, *, now_s: float) -> bool:
    """Whether the guided start has the screen."""
    if state.ready_s is None:
        return True
    report = state.calibration
    scored = report is not None and report.accepted and not state.reps
    return scored and now_s - state.ready_s < READY_FOR_S


def guide_view(state: SensorState, *, now_s: float) -> GuideView:
    """What to show now; `now_s` is the viewer's clock."""
    silent_s = state.silent_s(now_s=now_s)
    if silent_s is None or state.phase is Phase.NONE:
        return GuideView(step=Step.CONNECT, headline="Waiting for the sensor", hint="switch it on, come within reach")
    if silent_s >= SILENT_AFTER_S:
        hint = "is it on, charged and within reach? It goes on by itself when the sensor is back"
        return GuideView(step=Step.CONNECT, headline=f"No data for {silent_s:.0f} s", hint=hint)
    if state.ready_s is not None:
        return _ready(state.calibration)
    return _rock(state) if state.phase is Phase.ROCKS else _stand(state)


def _stand(state: SensorState) -> GuideView:
    done, wanted = (0, 3) if state.still is None else (state.still.still_s, round(state.still.wanted_s))
    again = "again" in state.instruction  # a kept calibration is about to be used
    usual = state.instruction if again else "goes on by itself (sooner: space, board button)"
    refusal, remedy = _refusal(state)
    return GuideView(
        step=Step.STAND,
        headline="Stand still, heels down",
        hint=(_just_said(state, "not_still") if done == 0 else "") or usual,
        done=done,
        wanted=wanted,
        refusal=refusal,
        remedy=remedy,
    )


def _rock(state: SensorState) -> GuideView:
    done, wanted = (0, 5) if state.rock is None else (state.rock.number, state.rock.wanted)
    usual = "stand still when done" if done >= wanted else "slowly, heel pressed down, foot stays where it is"
    return GuideView(
        step=Step.ROCK,
        headline="Rock the knee over the toes",
        hint=_just_said(state, "rocks_missing") or usual,
        done=done,
        wanted=wanted,
    )


def _ready(report: CalibrationReport | None) -> GuideView:
    if report is None:
        return GuideView(step=Step.READY, headline="Go", hint="start your set")
    return GuideView(
        step=Step.READY,
        headline=f"{quality_word(report.quality)} calibration, {report.quality:.0%}. Go!",
        hint=" · ".join(("start your set", *report.problems)),
        score=report.quality,
    )


def _just_said(state: SensorState, code: str) -> str:
    """The text of the newest notice, when it is of this kind and about what is asked for now."""
    notice = state.notice
    return notice.text if notice is not None and notice.code == code and notice.t_s >= state.asked_s else ""


def quality_word(quality: float) -> str:
    """0 to 1 in a word."""
    return "Excellent" if quality >= 0.85 else "Good" if quality >= 0.6 else "Usable"


def _refusal(state: SensorState) -> tuple[str, str]:
    """Why the newest calibration was not taken, and what to do about it."""
    report, old = state.calibration, state.notice_by_code.get("calibration_does_not_fit")
    if old is not None and (report is None or old.t_s > report.t_s):
        text = old.text
    elif report is None or report.accepted:
        text = ""
    else:
        text = "; ".join(report.problems) or f"quality {report.quality:.0%} is too low"
    reason, _, remedy = text.rpartition("; ") if "; " in text else (text, "", "")
    return reason, remedy
