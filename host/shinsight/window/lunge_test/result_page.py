"""Shows the result of the knee-to-wall test: both legs, a verdict, and its sources."""

from __future__ import annotations

from collections.abc import Sequence

from ...lunge_test.result import verdict
from ...results import Side
from ...view.lunge_test_steps import LegTest
from ...view.lunge_test_words import distance_words, mean_angle_words, numbered, sign
from ...view.words import DASH
from ..qt import QtCore, QtWidgets
from ..theme import Palette
from ..widgets.glance import GlanceLabel
from ..widgets.labels import named_label

_LAST_WORDS = "Not a medical device. If it hurts, see a professional. Q quits, Ctrl+Z leaves the last trial out."


class ResultPage(QtWidgets.QFrame):
    """`show_result` fills the page. zero: of the angles, see `PipelineSettings`."""

    def __init__(self, *, zero: str, palette: Palette) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._zero = zero
        self.legs = {side: _Leg(side, palette) for side in Side}
        self.verdict, self.sources = named_label("verdict", wraps=True), named_label("keys", wraps=True)
        legs = QtWidgets.QHBoxLayout()
        for leg in self.legs.values():
            legs.addWidget(leg, 1)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(24, 14, 24, 14)
        layout.setSpacing(12)
        layout.addLayout(legs, 1)
        layout.addWidget(self.verdict)
        layout.addStretch(1)
        layout.addWidget(self.sources)
        layout.addWidget(named_label("caption", _LAST_WORDS))

    def show_result(self, tests: Sequence[LegTest]) -> None:
        """Show the result of each leg that was tested."""
        results = {test.side: test.result for test in tests if test.trials}
        for test in tests:
            self.legs[test.side].show_leg(test)
        sentences, sources = numbered(verdict(results.get(Side.LEFT), results.get(Side.RIGHT), zero=self._zero))
        self.verdict.setText("\n".join(f"•  {sentence}" for sentence in sentences) or "Nothing was tested.")
        self.sources.setText("\n".join(sources))


class _Leg(QtWidgets.QWidget):
    """Shows the means of a leg in large type, its best and its trials in small type."""

    def __init__(self, side: Side, palette: Palette) -> None:
        super().__init__()
        self._side = side
        title = named_label("side", side.upper())
        self.cm = GlanceLabel("88.8 cm", minimum_height_px=64, colour=palette.text)
        self.deg = GlanceLabel("88 ± 8°", minimum_height_px=64, colour=palette.text)
        self.best, self.trials = named_label("instruction", wraps=True), named_label("caption", wraps=True)
        numbers = QtWidgets.QHBoxLayout()
        for number in (self.cm, self.deg):
            number.setAlignment(QtCore.Qt.AlignmentFlag.AlignLeft | QtCore.Qt.AlignmentFlag.AlignVCenter)
        numbers.addWidget(self.cm, 1)
        numbers.addWidget(self.deg, 1)
        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(title)
        layout.addLayout(numbers, 1)
        layout.addWidget(self.best)
        layout.addWidget(self.trials)

    def show_leg(self, test: LegTest) -> None:
        result = test.result
        self.cm.setText(DASH if result.mean_cm is None else f"{result.mean_cm:.1f} cm")
        self.deg.setText(mean_angle_words(result))
        best = [] if result.best_cm is None else [f"{result.best_cm:g} cm"]
        best += [] if result.best_deg is None else [f"{result.best_deg:.0f}°"]
        count = f"mean of {result.counted} trial{'' if result.counted == 1 else 's'}"
        self.best.setText(f"{count}, best {' and '.join(best)}" if best else "no trial counts")
        self.trials.setText("     ".join(f"{sign(trial)} {distance_words(trial)}" for trial in test.trials))
