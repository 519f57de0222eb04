"""Asks for board, exercise, leg and person before a run. Every choice has a key; Enter starts."""

from __future__ import annotations

from collections.abc import Sequence

from ...detection.exercises import PROFILES
from ...results import Side
from ...transport.search import Found
from ...view.board_search import BoardSearch
from ...view.start import STEEPEST_DEG, Goal, Offer, StartChoice, offers
from ..app_window import AppWindow
from ..qt import QtCore, QtGui, QtWidgets
from ..theme import DARK, Palette
from ..widgets.key_action import KeyAction
from ..widgets.labels import named_label
from .exercise_tile import ExerciseTile

_LOOKING = "Looking for boards … switch on a board nearby"


class StartPage(AppWindow):
    """board_search: finds the boards in reach. people: known names.

    `choice` is what the person started; it is None before that and when they quit.
    """

    HEAD_KEYS = ("↑ ↓", "← →", "L", "Tab", "Enter", "K", "H", "D", "Q")

    def __init__(
        self,
        *,
        board_search: BoardSearch,
        people: Sequence[str] = (),
        exercise: str = "squat",
        side: Side = Side.RIGHT,
        person: str = "",
        palette: Palette = DARK,
    ) -> None:
        super().__init__(title="shinsight", palette=palette)
        self.choice: StartChoice | None = None
        self._board_search = board_search
        self._found: Found | None = None
        self._offers: tuple[Offer, ...] = ()
        self._side = side
        self.boards = QtWidgets.QListWidget()
        self.boards.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self.boards.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.boards.itemActivated.connect(lambda _: self._start())
        self.problems = named_label("notice")
        self.problems.setWordWrap(True)
        self.looking = named_label("caption", _LOOKING)
        self.exercises = [ExerciseTile(name, palette=palette) for name in PROFILES]
        for tile in self.exercises:
            tile.clicked.connect(lambda _=False, tile=tile: self._choose_exercise(tile.exercise))
        self.legs = {leg: _toggle(leg.value) for leg in Side}
        for leg, button in self.legs.items():
            button.clicked.connect(lambda _=False, leg=leg: self._choose_leg(leg))
        self.person = QtWidgets.QComboBox()
        self.person.setEditable(True)
        self.person.addItems(["", *people])
        self.person.setCurrentText(person)
        self.slope = QtWidgets.QDoubleSpinBox()
        self.slope.setRange(-STEEPEST_DEG, STEEPEST_DEG)
        self.slope.setDecimals(1)
        self.slope.setSuffix("°")
        self.slope.lineEdit().setTextMargins(8, 0, 8, 0)
        for field in (self.person, self.slope):
            field.installEventFilter(self)
        self.go = QtWidgets.QPushButton("Start   ⏎")
        self.go.setObjectName("go")
        self.go.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self.go.clicked.connect(lambda _=False: self._start())
        self.show_body(self._arranged())
        self.wear(palette)
        self._choose_exercise(exercise)
        self._choose_leg(side)
        self._show(offers(Found((), (), ())))

    def own_actions(self) -> Sequence[KeyAction]:
        """Return the actions of the start page."""
        return (
            KeyAction(
                "↑ ↓",
                "board",
                {"Up": lambda: self._choose_board(-1), "Down": lambda: self._choose_board(1)},
                repeats=True,
            ),
            KeyAction(
                "← →",
                "exercise",
                {"Left": lambda: self._next_exercise(-1), "Right": lambda: self._next_exercise(1)},
                repeats=True,
            ),
            KeyAction("L", "leg", {"L": self._other_leg}),
            KeyAction("Tab", "person and slope", {}),
            KeyAction("Enter", "start", {"Return": self._start, "Enter": self._start}, while_typing=True),
            KeyAction("K", "knee-to-wall test", {"K": lambda: self._start(Goal.LUNGE_TEST)}),
            KeyAction("H", "history", {"H": lambda: self._start(Goal.HISTORY)}),
        )

    def wear(self, palette: Palette) -> None:
        """Draw the page and its tiles again in these colours."""
        super().wear(palette)
        for tile in self.exercises:
            tile.wear(palette)

    def leave(self) -> None:
        """Answer Esc: leave the field or the help panel, else the page."""
        if self.keys.isVisible():
            self.keys.hide()
        elif self.hasFocus():
            self.close()
        else:
            self.setFocus()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the focus as Qt does: here Tab goes to the fields."""
        return QtWidgets.QWidget.focusNextPrevChild(self, forward)

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        """Show the page, and give it the focus."""
        super().showEvent(event)
        self.setFocus()  # keys go to the page until Tab

    def refresh(self) -> None:
        """Show newly found boards."""
        found = self._board_search.found
        if found is not None and found != self._found:
            self._found = found
            self.problems.setText("\n".join(found.problems))
            self._show(offers(found))
        self.looking.setVisible(len(self._offers) == 1)

    @property
    def offer(self) -> Offer:
        """Return the offer of the selected row; the first when no row is selected."""
        return self._offers[max(0, self.boards.currentRow())]

    @property
    def exercise(self) -> str:
        """Return the name of the chosen exercise."""
        return next(tile.exercise for tile in self.exercises if tile.isChecked())

    def _choose_board(self, step: int) -> None:
        self.boards.setCurrentRow(min(max(self.boards.currentRow() + step, 0), self.boards.count() - 1))

    def _next_exercise(self, step: int) -> None:
        names = list(PROFILES)
        self._choose_exercise(names[(names.index(self.exercise) + step) % len(names)])

    def _other_leg(self) -> None:
        self._choose_leg(Side.LEFT if self._side is Side.RIGHT else Side.RIGHT)

    def _show(self, found: tuple[Offer, ...]) -> None:
        before = self._offers and self.offer
        self._offers = found
        self.boards.clear()
        self.boards.addItems([offer.words for offer in found])
        same = [row for row, offer in enumerate(found) if offer == before]
        only_simulated_before = not before or before.simulated
        self.boards.setCurrentRow(0 if only_simulated_before or not same else same[0])

    def _choose_exercise(self, name: str) -> None:
        for tile in self.exercises:
            tile.setChecked(tile.exercise == name)

    def _choose_leg(self, side: Side) -> None:
        self._side = side
        for leg, button in self.legs.items():
            button.setChecked(leg is side)

    def _start(self, goal: Goal = Goal.MEASURE) -> None:
        offer = self.offer
        several = len(offer.links) > 1
        self.choice = StartChoice(
            offer=offer,
            exercise=self.exercise,
            side=None if several else offer.side or self._side,
            slope_deg=self.slope.value(),
            person=self.person.currentText().strip(),
            goal=goal,
        )
        self.close()

    def _arranged(self) -> QtWidgets.QWidget:
        boards, boards_frame = _panel("1   Board")
        boards.addWidget(self.looking)
        boards.addWidget(self.boards, 1)
        boards.addWidget(self.problems)
        exercise, exercise_frame = _panel("2   Exercise")
        grid = QtWidgets.QGridLayout()
        for at, tile in enumerate(self.exercises):
            grid.addWidget(tile, at // 3, at % 3)
        exercise.addLayout(grid, 1)
        who, who_frame = _panel("3   Leg, person, floor")
        row = QtWidgets.QHBoxLayout()
        for button in self.legs.values():
            row.addWidget(button)
        row.addSpacing(20)
        for words, field in (("Person", self.person), ("Slope, toes up +", self.slope)):
            row.addWidget(named_label("caption", words))
            row.addWidget(field, 2 if field is self.person else 1)
        row.addSpacing(20)
        row.addWidget(self.go)
        who.addLayout(row)
        body = QtWidgets.QHBoxLayout()
        body.setSpacing(14)
        body.addWidget(boards_frame, 4)
        body.addWidget(exercise_frame, 7)
        whole = QtWidgets.QWidget()
        layout = QtWidgets.QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.addLayout(self.head())
        layout.addLayout(body, 1)
        layout.addWidget(who_frame)
        return whole


def _panel(title: str) -> tuple[QtWidgets.QVBoxLayout, QtWidgets.QFrame]:
    frame = QtWidgets.QFrame()
    frame.setObjectName("panel")
    layout = QtWidgets.QVBoxLayout(frame)
    layout.setContentsMargins(14, 10, 14, 12)
    layout.addWidget(named_label("instruction", title))
    return layout, frame


def _toggle(text: str) -> QtWidgets.QPushButton:
    button = QtWidgets.QPushButton(text)
    button.setCheckable(True)
    button.setMinimumWidth(96)  # bold when chosen
    button.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
    return button
