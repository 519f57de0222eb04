"""Follows the knee-to-wall test of one leg: what to do now, and what the person enters. It uses no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..lunge_test.result import TRIALS, LegResult, Trial, leg_result, next_distance_cm, trials
from ..results import Side
from ..session.notes import LONGEST_CM
from .lunge_test_words import verdict_words
from .sensor_view import SensorView

_TYPE = "Distance from big toe to wall in cm? Type it and press Enter. Enter alone skips it"

_MOVE = "Touch the wall with the knee and go back. Keep the heel down"


class Doing(Enum):
    """Lists what the test of a leg waits for: a trial, a typed distance, or nothing more."""

    TRIAL = "trial"
    TYPING = "typing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class LungeTestStep:
    """headline: text to read from three metres. hint: smaller text. asked: the trial whose distance is to be typed."""

    doing: Doing
    headline: str
    hint: str
    asked: Trial | None = None


class LegTest:
    """Holds the test of one leg. sensor: the view of its sensor, None before the test begins."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.sensor: SensorView | None = None
        self._skipped_s: set[float] = set()
        self._enough = False
        self._seen = 0

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Return the trials so far; none before the test begins."""
        return () if self.sensor is None else trials(self.sensor.state.reps, self.sensor.editor.notes)

    @property
    def result(self) -> LegResult:
        """Return the result of the trials so far."""
        return leg_result(self.side, self.trials)

    @property
    def step(self) -> LungeTestStep:
        """Tells what to do now. It asks first for the oldest trial without a distance: reps do not wait for typing."""
        of_leg = self.trials
        asked = next((t for t in of_leg if t.distance_cm is None and t.rep.bottom_s not in self._skipped_s), None)
        if asked is not None:
            return LungeTestStep(Doing.TYPING, verdict_words(asked), _TYPE, asked)
        counted = sum(trial.counts for trial in of_leg)
        if counted >= TRIALS or self._enough:
            return LungeTestStep(Doing.DONE, f"The {self.side} leg is done", f"{counted} of {TRIALS} trials count")
        again = "Repeat trial" if of_leg and not of_leg[-1].counts else "Trial"
        return LungeTestStep(Doing.TRIAL, f"{again} {counted + 1} of {TRIALS}", _where(of_leg))

    def watch(self, *, chosen: bool) -> None:
        """Leave out new reps while the other leg is tested. Call it after each refresh of the sensor."""
        if self.sensor is None:
            return
        for rep in self.sensor.state.reps:
            if rep.number > self._seen and not chosen:
                self.sensor.toggle(rep)
        self._seen = self.sensor.state.rep_count

    def type(self, text: str) -> str:
        """Set the distance of the trial asked for; an empty text skips it. Return what is wrong with it, or ""."""
        asked = self.step.asked
        if asked is None or self.sensor is None:
            return ""
        if not text.strip():
            self._skipped_s.add(asked.rep.bottom_s)
            return ""
        distance_cm = distance_typed(text)
        if distance_cm is None:
            return f"{text.strip()!r} is not a valid distance: type 0 to {LONGEST_CM:g} cm, for example 9.5"
        self.sensor.distance(asked.rep, distance_cm)
        return ""

    def type_again(self) -> None:
        """Ask again for the last distance, which was wrong or skipped."""
        if self.trials and self.sensor is not None:
            last = self.trials[-1].rep
            self._skipped_s.discard(last.bottom_s)
            self.sensor.distance(last, None)

    def leave_out(self) -> None:
        """Leave out the trial asked for, else the last one."""
        if self.trials and self.sensor is not None:
            self.sensor.toggle((self.step.asked or self.trials[-1]).rep)

    def take_back(self) -> None:
        """Include again the trial that was left out last."""
        if self.sensor is None or not self.sensor.editor.notes.left_out_s:
            return
        moment_s = self.sensor.editor.notes.left_out_s[-1]
        for rep in self.sensor.state.reps:
            if rep.start_s <= moment_s <= rep.end_s:
                self.sensor.toggle(rep)

    def enough(self) -> None:
        """End this leg with the trials so far. Trials without a distance stay without one."""
        self._enough = True
        self._skipped_s.update(trial.rep.bottom_s for trial in self.trials)


def distance_typed(text: str) -> float | None:
    """Parse centimetres, with a comma or a point. Return None when the text is not a possible distance."""
    try:
        distance_cm = float(text.strip().removesuffix("cm").strip().replace(",", "."))
    except ValueError:
        return None
    return distance_cm if 0.0 <= distance_cm <= LONGEST_CM else None


def _where(of_leg: tuple[Trial, ...]) -> str:
    suggested_cm = next_distance_cm(of_leg)
    if suggested_cm is None:
        return f"Place the big toe where the knee just reaches the wall. {_MOVE}"
    return f"Place the big toe {suggested_cm:g} cm from the wall. {_MOVE}"
