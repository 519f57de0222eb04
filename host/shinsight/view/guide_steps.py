"""Finds the step of the guided start and what the person should see now. Pure functions of a view's state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ..results import CalibrationReport
from ..samples import Phase
from .state import SILENT_AFTER_S, SensorState

READY_FOR_S = 4.0
"""The score stays this long before the measuring view replaces it."""


class Step(IntEnum):
    """Lists the steps of the guided start, in order."""

    CONNECT = 1
    STAND = 2
    ROCK = 3
    READY = 4


STEP_WORDS = {Step.CONNECT: "Connect", Step.STAND: "Stand still", Step.ROCK: "Rock", Step.READY: "Go"}


@dataclass(frozen=True, kw_only=True, slots=True)
class GuideView:
    """headline: text to read from three metres. done, wanted: seconds of stillness or rocks; wanted 0 without a count.

    hint: what to do to continue. refusal, remedy: why the last calibration was not accepted and what to do about it,
    empty when it was accepted or there was none. score: quality of the accepted calibration, 0 to 1.
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
    """Return True while the guided start is shown."""
    if state.ready_s is None:
        return True
    report = state.calibration
    scored = report is not None and report.accepted and not state.reps
    return scored and now_s - state.ready_s < READY_FOR_S


def guide_view(state: SensorState, *, now_s: float) -> GuideView:
    """Return what to show now; `now_s` is the viewer's clock."""
    silent_s = state.silent_s(now_s=now_s)
    if silent_s is None or state.phase is Phase.NONE:
        return GuideView(step=Step.CONNECT, headline="Waiting for the sensor", hint="switch it on and come closer")
    if silent_s >= SILENT_AFTER_S:
        hint = "is it on, charged and within reach? The start continues when the sensor is back"
        return GuideView(step=Step.CONNECT, headline=f"No data for {silent_s:.0f} s", hint=hint)
    if state.ready_s is not None:
        return _ready(state.calibration)
    return _rock(state) if state.phase is Phase.ROCKS else _stand(state)


def _stand(state: SensorState) -> GuideView:
    done, wanted = (0, 3) if state.still is None else (state.still.still_s, round(state.still.wanted_s))
    again = "again" in state.instruction  # a saved calibration is about to be used
    usual = state.instruction if again else "continues automatically (skip: Space, board button)"
    refusal, remedy = _refusal(state)
    return GuideView(
        step=Step.STAND,
        headline="Stand still, heels down",
        hint=(_current_notice(state, "not_still") if done == 0 else "") or usual,
        done=done,
        wanted=wanted,
        refusal=refusal,
        remedy=remedy,
    )


def _rock(state: SensorState) -> GuideView:
    done, wanted = (0, 5) if state.rock is None else (state.rock.number, state.rock.wanted)
    usual = "stand still when done" if done >= wanted else "slowly: keep the heel down and the foot in place"
    return GuideView(
        step=Step.ROCK,
        headline="Rock the knee over the toes",
        hint=_current_notice(state, "rocks_missing") or usual,
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


def _current_notice(state: SensorState, code: str) -> str:
    """Return the text of the newest notice if it has this code and belongs to the present instruction, else ""."""
    notice = state.notice
    return notice.text if notice is not None and notice.code == code and notice.t_s >= state.asked_s else ""


def quality_word(quality: float) -> str:
    """Return one word for a quality of 0 to 1."""
    return "Excellent" if quality >= 0.85 else "Good" if quality >= 0.6 else "Usable"


def _refusal(state: SensorState) -> tuple[str, str]:
    """Return why the newest calibration was not accepted, and what to do about it."""
    report, old = state.calibration, state.notice_by_code.get("calibration_does_not_fit")
    if old is not None and (report is None or old.t_s > report.t_s):
        text = old.text
    elif report is None or report.accepted:
        text = ""
    else:
        text = "; ".join(report.problems) or f"quality {report.quality:.0%} is too low"
    reason, _, remedy = text.rpartition("; ") if "; " in text else (text, "", "")
    return reason, remedy
