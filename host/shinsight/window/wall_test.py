"""The knee-to-wall test on the screen: one leg after the other, the heel watched, the distance typed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from ..knee_to_wall import EXERCISE, LegResult, Trial, leg_result, trials, verdict
from ..live.followed import Followed
from ..live.guide_steps import guiding
from ..live.state import Plate
from ..live.wall_steps import Doing, WallStep, distance_typed, wall_step
from ..live.words import notice_text, number_text
from ..results import Side
from .failure_panel import FailurePanel
from .figure import Pose, draw_figure
from .glance import GlanceLabel, HeelPlate
from .guide_panel import GuidePanel
from .keys import key_line
from .qt import QtCore, QtGui, QtWidgets
from .theme import DARK, Palette, style_sheet
from .trial_card import LegCards

KEYS = (
    ("Space", "next step"),
    ("Enter", "keep the distance, or go on"),
    ("Ctrl+Z", "leave the last trial out"),
    ("Tab", "the other leg"),
    ("F11", "full screen"),
    ("Esc", "quit"),
)


class WallTestWindow(QtWidgets.QWidget):
    """legs: in the order of the test. begin(leg): its sensor begins, gives what to follow; called again only for the
    next leg. together: both sensors are worn, so both begin at once.

    on_mark: space; on_close: the window closed (called once); why_over: what ended a run, None while nothing did.
    """

    def __init__(
        self,
        legs: Sequence[Side],
        *,
        begin: Callable[[Side], Followed],
        together: bool,
        zero: str,
        on_mark: Callable[[], None],
        on_close: Callable[[], None],
        why_over: Callable[[], str | None] = lambda: None,
        palette: Palette = DARK,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._legs, self._begin, self._together, self._zero = tuple(legs), begin, together, zero
        self._on_mark, self._on_close, self._why_over, self._clock = on_mark, on_close, why_over, clock
        self._palette = palette
        self._closed = False
        self._skipped_s: dict[Side, set[float]] = {leg: set() for leg in legs}
        self.followed: dict[Side, Followed] = {}
        self.leg = self._legs[0]
        self.setWindowTitle("shinsight · knee to wall")
        self.setStyleSheet(style_sheet(palette))
        self.resize(1280, 720)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.headline = GlanceLabel("Big toe to wall, in cm?", minimum_height_px=64, colour=palette.text)
        self.hint = _label("hint")
        self.number = GlanceLabel("88°", minimum_height_px=120, colour=palette.text)
        self.caption = _label("caption")
        self.plate = HeelPlate(palette)
        self.picture = _Wall(palette)
        self.field = QtWidgets.QLineEdit()
        self.field.setObjectName("distance")
        self.field.setPlaceholderText("cm")
        self.field.installEventFilter(self)
        self.complaint = _label("notice")
        self.notice = _label("notice")
        self.guides = {leg: GuidePanel(side=leg.value, exercise=EXERCISE, palette=palette) for leg in legs}
        self.cards = {leg: LegCards(leg.value, palette=palette) for leg in legs}
        self.result = _label("result")
        self.failure = FailurePanel(self)
        self._arrange()
        for leg in self._legs if together else self._legs[:1]:
            self.followed[leg] = begin(leg)

    def refresh(self) -> None:
        """Take what the feeds hold and show it."""
        now_s = self._clock()
        for followed in self.followed.values():
            followed.refresh(now_s)
        for leg in self._legs:
            self.cards[leg].show_leg(self.trials(leg), self.leg_result(leg))
        followed = self.followed[self.leg]
        self.notice.setText(notice_text(followed.state))
        if self.finished:
            self._show_result()
        elif guiding(followed.state, now_s=now_s):
            self._pages.setCurrentWidget(self.guides[self.leg])
            self.guides[self.leg].refresh(followed.state, now_s)
        else:
            self._show_trial(followed, now_s)
        reason = self._why_over()
        if reason is not None:
            self.failure.tell(reason)

    def trials(self, leg: Side) -> tuple[Trial, ...]:
        followed = self.followed.get(leg)
        return () if followed is None else trials(followed.state.reps, followed.book.notes)

    def leg_result(self, leg: Side) -> LegResult:
        return leg_result(leg, self.trials(leg))

    def step(self, leg: Side) -> WallStep:
        return wall_step(self.trials(leg), self._skipped_s[leg])

    @property
    def finished(self) -> bool:
        """Every leg has its trials."""
        return all(self.step(leg).doing is Doing.DONE for leg in self._legs)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if not self._key(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:  # noqa: N802 - Qt's name
        """The field takes digits; everything else is the window's."""
        if isinstance(event, QtGui.QKeyEvent) and event.type() == QtCore.QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, _next: bool) -> bool:  # noqa: N802 - Qt's name
        return False  # Tab is the other leg

    def closeEvent(self, event: QtGui.QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if not self._closed:
            self._closed = True
            self._on_close()
        super().closeEvent(event)

    def _key(self, event: QtGui.QKeyEvent) -> bool:
        key = QtCore.Qt.Key
        if event.matches(QtGui.QKeySequence.StandardKey.Undo):
            self._leave_last_out()
            return True
        match event.key():
            case key.Key_Return | key.Key_Enter:
                self._enter()
            case key.Key_Space:
                if not event.isAutoRepeat():
                    self._on_mark()
            case key.Key_Tab | key.Key_Backtab:
                self._other_leg()
            case key.Key_F11:
                self.setWindowState(self.windowState() ^ QtCore.Qt.WindowState.WindowFullScreen)
            case key.Key_Escape:
                self.close()
            case _:
                return False
        return True

    def _enter(self) -> None:
        step = self.step(self.leg)
        if step.doing is Doing.TYPING:
            self._keep_distance()
        elif step.doing is Doing.DONE:
            self._next_leg()

    def _keep_distance(self) -> None:
        last = self.trials(self.leg)[-1]
        text = self.field.text().strip()
        if not text:
            self._skipped_s[self.leg].add(last.rep.bottom_s)
        else:
            distance_cm = distance_typed(text)
            if distance_cm is None:
                self.complaint.setText(f"{text!r} is no distance: type 0 to 40 centimetres, like 9.5")
                self.field.selectAll()
                return
            self.followed[self.leg].distance(last.rep, distance_cm)
        self.complaint.setText("")
        self.field.clear()

    def _leave_last_out(self) -> None:
        of_leg = self.trials(self.leg)
        if of_leg:
            self.followed[self.leg].toggle(of_leg[-1].rep)
            self.field.clear()

    def _next_leg(self) -> None:
        waiting = [leg for leg in self._legs if self.step(leg).doing is not Doing.DONE]
        if waiting:
            self.leg = waiting[0]
            if self.leg not in self.followed:
                self.followed[self.leg] = self._begin(self.leg)

    def _other_leg(self) -> None:
        begun = [leg for leg in self._legs if leg in self.followed]
        self.leg = begun[(begun.index(self.leg) + 1) % len(begun)]

    def _show_trial(self, followed: Followed, now_s: float) -> None:
        self._pages.setCurrentWidget(self._trial_page)
        step = self.step(self.leg)
        headline, hint = step.headline, step.hint
        if step.doing is Doing.DONE:
            other = next(leg for leg in self._legs if self.step(leg).doing is not Doing.DONE)
            headline = f"Now the {other.value} leg"
            where = "" if self._together else f"Strap the sensor on the {other.value} shin, then "
            hint = f"{where}press Enter"
        self.headline.setText(f"{self.leg.value.upper()}   {headline}")
        self.hint.setText(hint)
        typing = step.doing is Doing.TYPING
        if typing != self.field.isVisibleTo(self):
            self.field.setVisible(typing)
            (self.field if typing else self).setFocus()
        plate = followed.state.plate(now_s=now_s)
        number, caption = number_text(followed.state, now_s=now_s)
        self.number.setText(number)
        self.number.set_colour(self._palette.up if plate is Plate.UP else self._palette.text)
        self.caption.setText(caption)
        self.plate.show_plate(plate)
        self.picture.show_lean(followed.state.inclination_rad, heel_up=plate is Plate.UP)

    def _show_result(self) -> None:
        self._pages.setCurrentWidget(self.result)
        results: Mapping[Side, LegResult] = {leg: self.leg_result(leg) for leg in self._legs}
        said = verdict(results.get(Side.LEFT), results.get(Side.RIGHT), zero=self._zero)
        lines = [f"•  {s.text}" + (f"\n     ({s.source})" if s.source else "") for s in said]
        self.result.setText("\n\n".join(["Done. Press Esc to leave.", *lines, "Not a medical device."]))

    def _arrange(self) -> None:
        head = QtWidgets.QHBoxLayout()
        head.addWidget(_label("title", "shinsight · knee to wall"), 1)
        head.addWidget(_label("keys", key_line(KEYS, [key for key, _ in KEYS])))
        glance = QtWidgets.QHBoxLayout()
        numbers = QtWidgets.QVBoxLayout()
        numbers.addWidget(self.number, 3)
        numbers.addWidget(self.caption)
        numbers.addWidget(self.plate, 2)
        glance.addWidget(self.picture, 3)
        glance.addLayout(numbers, 4)
        self.caption.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self._trial_page = QtWidgets.QFrame()
        self._trial_page.setObjectName("panel")
        page = QtWidgets.QVBoxLayout(self._trial_page)
        page.setContentsMargins(18, 12, 18, 12)
        page.addWidget(self.headline, 2)
        page.addWidget(self.hint)
        page.addWidget(self.field)
        page.addWidget(self.complaint)
        page.addLayout(glance, 7)
        self.field.hide()
        self.result.setAlignment(QtCore.Qt.AlignmentFlag.AlignTop)
        self._pages = QtWidgets.QStackedWidget()
        for widget in (self._trial_page, self.result, *self.guides.values()):
            self._pages.addWidget(widget)
        cards = QtWidgets.QVBoxLayout()
        for card in self.cards.values():
            cards.addWidget(card, 1)
        body = QtWidgets.QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self._pages, 7)
        body.addLayout(cards, 4)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 10)
        layout.addLayout(head)
        layout.addLayout(body, 1)
        layout.addWidget(self.notice)


class _Wall(QtWidgets.QWidget):
    """The drawn person leans as far as the shin does."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette
        self._pose = Pose(exercise=EXERCISE, pressed=True)
        self.setMinimumSize(200, 200)

    def show_lean(self, inclination_rad: float, *, heel_up: bool) -> None:
        lean = inclination_rad if inclination_rad == inclination_rad else 0.0
        pose = Pose(
            exercise=EXERCISE, inclination_rad=lean, heel_m=0.05 if heel_up else 0.0, pressed=True, angle=lean > 0.1
        )
        if pose != self._pose:
            self._pose = pose
            self.update()

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QtGui.QPainter(self)
        draw_figure(painter, QtCore.QRectF(self.rect()), self._pose, self._palette)
        painter.end()


def _label(name: str, text: str = "") -> QtWidgets.QLabel:
    label = QtWidgets.QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setWordWrap(name in ("hint", "result", "notice"))
    return label
