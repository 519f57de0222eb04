"""Shows the trials of one leg: one card per trial, best and mean below."""

from __future__ import annotations

from ...lunge_test.result import TRIALS, Trial
from ...view.lunge_test_steps import LegTest
from ...view.lunge_test_words import card_words, distance_words, result_words
from ...view.words import dorsiflexion_text
from ..qt import QtCore, QtWidgets
from ..theme import Palette
from ..widgets.labels import named_label

SHOWN = TRIALS + 1


class LegCards(QtWidgets.QFrame):
    """Shows the newest trials of a leg. `show_leg` fills the cards."""

    def __init__(self, side: str, *, palette: Palette) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._side = side
        self.title = named_label("side")
        self.earlier = named_label("caption")
        self.cards = [TrialCard(palette) for _ in range(SHOWN)]
        self.summary = named_label("instruction")
        head = QtWidgets.QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.earlier)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        for card in self.cards:
            layout.addWidget(card)
        layout.addStretch(1)
        layout.addWidget(self.summary)

    def show_leg(self, test: LegTest, *, chosen: bool) -> None:
        """Show the trials. chosen: this leg is being tested."""
        of_leg = test.trials
        self.title.setText(f"{'▸ ' if chosen else ''}{self._side.upper()}")
        earlier = max(0, len(of_leg) - SHOWN)
        self.earlier.setText(f"{earlier} earlier" if earlier else "")
        for at, card in enumerate(self.cards):
            trial = of_leg[earlier + at] if at < len(of_leg) else None
            card.show_trial(trial, number=at + 1)
            card.setVisible(trial is not None or at < TRIALS)
        self.summary.setText(result_words(test.result))


class TrialCard(QtWidgets.QFrame):
    """Shows verdict, distance and angle of a trial, in columns that align between cards."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self.setObjectName("trial")
        self._palette = palette
        self.verdict, self.distance, self.angle = (named_label("card") for _ in range(3))
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(0)
        for label, share in ((self.verdict, 5), (self.distance, 4), (self.angle, 5)):
            # The width does not depend on the text, so the columns of all cards align.
            label.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Preferred)
            layout.addWidget(label, share)
        for number in (self.distance, self.angle):
            number.setAlignment(QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter)

    def show_trial(self, trial: Trial | None, *, number: int) -> None:
        """Show a trial. None: the trial with this number has not been done."""
        if trial is None:
            self.verdict.setText(f"○  trial {number}")
            self.distance.setText("")
            self.angle.setText("")
        else:
            self.verdict.setText(card_words(trial))
            self.distance.setText(distance_words(trial))
            self.angle.setText(dorsiflexion_text(trial.angle_rad, trial.sd_rad))
        colours = self._palette
        colour = colours.quiet if trial is None else colours.text if trial.counts else colours.up
        style = f"color: {colour};"
        if self.verdict.styleSheet() != style:  # Qt parses a style sheet each time it is set
            self.verdict.setStyleSheet(style)
