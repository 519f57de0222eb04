"""Shows the knee-to-wall test: one leg after the other, with the heel watched and the distance typed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ...lunge_test.result import EXERCISE
from ...results import Side
from ...view.guide_steps import guiding
from ...view.lunge_test_steps import Doing, LegTest, LungeTestStep
from ...view.sensor_view import SensorView
from ...view.state import SILENT_AFTER_S
from ...view.words import link_text, notice_text
from ..app_window import AppWindow
from ..qt import QtWidgets
from ..theme import DARK, Palette
from ..widgets.failure_panel import FailurePanel
from ..widgets.guide_panel import GuidePanel
from ..widgets.key_action import KeyAction
from ..widgets.labels import named_label
from .result_page import ResultPage
from .trial_card import LegCards
from .trial_page import TrialPage


class LungeTestWindow(AppWindow):
    """tests: one per leg, in order. begin(leg): starts the sensor of a leg and returns its view; called once, when
    the turn of the leg comes. together: both legs wear a sensor and begin at once. zero: see `PipelineSettings`.

    on_mark: Space was pressed. on_again: calibrate again. on_close: the window closed (called once). why_over: returns
    what ended a run, None while all is well. clock: monotonic seconds.
    """

    HEAD_KEYS = ("Space", "Ctrl+Z", "E", "?", "Q")

    def __init__(
        self,
        tests: Sequence[LegTest],
        *,
        begin: Callable[[Side], SensorView],
        together: bool,
        zero: str,
        on_mark: Callable[[], None],
        on_close: Callable[[], None],
        on_again: Callable[[], None] = lambda: None,
        why_over: Callable[[], str | None] = lambda: None,
        palette: Palette = DARK,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(title="shinsight · knee to wall", palette=palette, on_close=on_close)
        self._begin, self._together, self._zero = begin, together, zero
        self._on_mark, self._on_again = on_mark, on_again
        self._why_over, self._clock = why_over, clock
        self.tests = tuple(tests)
        self.chosen = self.tests[0]
        self.failure = FailurePanel(self)
        self.wear(palette)
        for test in self.tests if together else self.tests[:1]:
            test.sensor = begin(test.side)

    def own_actions(self) -> Sequence[KeyAction]:
        """Return the actions of the knee-to-wall test."""
        return (
            KeyAction("Space", "next step of the guided start", {"Space": lambda: self._on_mark()}),
            KeyAction("R", "calibrate again", {"R": lambda: self._on_again()}),
            KeyAction(
                "Enter",
                "keep the distance, or continue",
                {"Return": self._enter, "Enter": self._enter},
                repeats=True,
                while_typing=True,
            ),
            KeyAction("Backspace", "type the last distance again", {"Backspace": lambda: self.chosen.type_again()}),
            KeyAction("Ctrl+Z", "leave the last trial out", {"Ctrl+Z": self._leave_out}, while_typing=True),
            KeyAction("Ctrl+Y", "include it again", {"Ctrl+Y": lambda: self.chosen.take_back()}, while_typing=True),
            KeyAction(
                "Tab", "the other leg", {"Tab": self._choose_other, "Backtab": self._choose_other}, while_typing=True
            ),
            KeyAction("E", "end this leg, with the trials so far", {"E": self._end_leg}),
        )

    def wear(self, palette: Palette) -> None:
        """Make the pages, guides and cards again in these colours."""
        super().wear(palette)
        self.page = TrialPage(palette=palette)
        self.page.field.installEventFilter(self)
        self.result = ResultPage(zero=self._zero, palette=palette)
        sides = [test.side for test in self.tests]
        self.guides = {side: GuidePanel(side=side, exercise=EXERCISE, palette=palette) for side in sides}
        self.cards = {side: LegCards(side, palette=palette) for side in sides}
        self.link, self.notice = named_label("link"), named_label("notice", wraps=True)
        self.show_body(self._arranged())

    def leave(self) -> None:
        """Answer Esc: clear the distance field, hide the help panel and end full screen."""
        self._clear_field()
        super().leave()

    def refresh(self) -> None:
        """Take new data from the feeds and show it."""
        now_s = self._clock()
        for test in self.tests:
            if test.sensor is not None:
                test.sensor.refresh(now_s)
                test.watch(chosen=test is self.chosen)
            self.cards[test.side].show_leg(test, chosen=test is self.chosen)
        reason = self._why_over()
        if reason is not None:
            self.failure.tell(reason)
        if self.chosen.sensor is not None:
            self._show(self.chosen.sensor, now_s)

    @property
    def step(self) -> LungeTestStep:
        """Tells what to do now with the chosen leg, and when it is done, how to continue."""
        step, waiting = self.chosen.step, self._waiting
        if step.doing is not Doing.DONE or waiting is None:
            return step
        how = "Press Enter" if self._together else f"Strap the sensor on the {waiting.side} shin, then press Enter"
        return LungeTestStep(Doing.DONE, f"Now the {waiting.side} leg", f"{how}.  {step.hint}")

    @property
    def finished(self) -> bool:
        """True when every leg has been tested."""
        return self._waiting is None

    @property
    def _waiting(self) -> LegTest | None:
        """The next leg to test."""
        return next((test for test in self.tests if test.step.doing is not Doing.DONE), None)

    def _show(self, sensor: SensorView, now_s: float) -> None:
        state, step = sensor.state, self.step
        silent_s = state.silent_s(now_s=now_s)
        self.link.setText(link_text(state.health, silent_s=silent_s, silent_after_s=SILENT_AFTER_S))
        self.notice.setText(notice_text(state))
        self._cards.setVisible(not self.finished)
        if self.finished:
            self.result.show_result(self.tests)
            self._pages.setCurrentWidget(self.result)
        elif step.doing is Doing.TRIAL and guiding(state, now_s=now_s):
            self.guides[self.chosen.side].refresh(state, now_s)
            self._pages.setCurrentWidget(self.guides[self.chosen.side])
        else:
            self.page.show_step(step, self.chosen.side, state, now_s)
            self._pages.setCurrentWidget(self.page)
        typing = step.doing is Doing.TYPING and not self.failure.isVisible()
        if typing != (self.focusWidget() is self.page.field):
            (self.page.field if typing else self).setFocus()

    def _leave_out(self) -> None:
        self.chosen.leave_out()
        self._clear_field()

    def _end_leg(self) -> None:
        leg = self._waiting if self.chosen.step.doing is Doing.DONE else self.chosen
        if leg is not None:
            leg.enough()

    def _enter(self) -> None:
        """Keep the typed distance, or continue with the other leg."""
        if self.chosen.step.doing is Doing.TYPING:
            complaint = self.chosen.type(self.page.field.text())
            self.page.complaint.setText(complaint)
            if complaint:
                self.page.field.selectAll()
            else:
                self.page.field.clear()
        elif self.chosen.step.doing is Doing.DONE and self._waiting is not None:
            self.chosen = self._waiting
            if self.chosen.sensor is None:
                self.chosen.sensor = self._begin(self.chosen.side)

    def _choose_other(self) -> None:
        begun = [test for test in self.tests if test.sensor is not None]
        self.chosen = begun[(begun.index(self.chosen) + 1) % len(begun)]
        self._clear_field()

    def _clear_field(self) -> None:
        self.page.field.clear()
        self.page.complaint.setText("")

    def _arranged(self) -> QtWidgets.QWidget:
        self._pages = QtWidgets.QStackedWidget()
        for widget in (self.page, self.result, *self.guides.values()):
            self._pages.addWidget(widget)
        self._cards = QtWidgets.QWidget()
        cards = QtWidgets.QVBoxLayout(self._cards)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(12)
        for card in self.cards.values():
            cards.addWidget(card, 1)
        middle = QtWidgets.QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self._pages, 7)
        middle.addWidget(self._cards, 4)
        whole = QtWidgets.QWidget()
        layout = QtWidgets.QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self.head())
        layout.addLayout(middle, 1)
        layout.addWidget(self.notice)
        layout.addWidget(self.link)
        return whole
