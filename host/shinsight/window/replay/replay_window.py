"""Shows a recorded session in the live window, with a bar of the whole session: go to any moment, measure again.

The window shows what was known at the moment. A rep has its verdict from the moment at which it became known, also on
the way back.
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path

from ...analysis.analysis import OnProgress
from ...errors import ShinsightError
from ...pipeline.settings import Overrides
from ...units import DEG_PER_RAD
from ...view.background import Background
from ...view.rep_differences import differences_text, rep_differences
from ...view.replay_timeline import ReplayTimeline
from ...view.replay_view import ReplayView
from ...view.thresholds import settings_differences
from ..live.live_window import LiveWindow
from ..qt import QtGui, QtWidgets
from ..theme import DARK, Palette
from ..widgets.key_action import KeyAction
from ..widgets.labels import named_label
from .differences_panel import DifferencesPanel
from .export_panel import WHOLE, ExportPanel
from .scrub_bar import ScrubBar
from .session_picture import picture_bytes, png_bytes, write_picture
from .session_strip import minutes_text
from .thresholds_panel import ThresholdsPanel

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
STEP_S = 1.0
Measure = Callable[[Overrides, OnProgress], Sequence[ReplayTimeline]]


class ReplayWindow(LiveWindow):
    """legs: left column first, all on the same time of the viewer. measure: measures the same sessions with other
    settings, in the same order; called in another thread. folder: the suggested place for pictures.

    speed: in the range of `SPEEDS`; 0 begins paused at the end. target_deg, palette, on_close, clock: as for the live
    window.
    """

    HEAD_KEYS = ("Space", "← →", "Shift+← →", "T", "E", "?", "Q")

    def __init__(
        self,
        legs: Sequence[ReplayView],
        *,
        title: str,
        measure: Measure,
        folder: Path,
        speed: float = 1.0,
        target_deg: tuple[float, float] = (30.0, 38.0),
        palette: Palette = DARK,
        on_close: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.legs = tuple(legs)  # `wear`, called by the base, needs them
        self.bar = ScrubBar(legs, on_seek=self.seek, palette=palette)
        self.at_s = self.bar.span_s[1 if speed == 0.0 else 0]
        super().__init__(
            legs,
            title=title,
            target_deg=target_deg,
            palette=palette,
            on_close=on_close,
            clock=lambda: self.at_s,
        )
        self._measure, self._wall = measure, clock
        self._recorded = tuple(leg.timeline for leg in legs)
        self._work: Background[Sequence[ReplayTimeline]] | None = None
        self.speed = speed or 1.0
        self.playing = speed > 0.0
        self._seen_s = clock()
        self.playing_words = named_label("instruction")
        self.answer = named_label("keys")
        self.answer.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Preferred)
        self.progress = QtWidgets.QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setFixedWidth(260)
        self.progress.hide()
        self.thresholds = ThresholdsPanel(self, one_leg=len(legs) == 1, on_submit=self.measure_again)
        self.export = ExportPanel(self, folder, on_submit=self.export_image)
        self.differences = DifferencesPanel(self)
        line = QtWidgets.QHBoxLayout()
        line.addWidget(self.playing_words)
        line.addSpacing(24)
        line.addWidget(self.answer, 1)
        line.addWidget(self.progress)
        self._layout.addLayout(line)
        self._layout.addWidget(self.bar)

    def own_actions(self) -> Sequence[KeyAction]:
        """Return the actions of the replay."""
        return (
            KeyAction("Space", "play, pause", {"Space": self.play_or_pause}),
            KeyAction(
                "← →",
                "1 s, back or forward",
                {"Left": lambda: self._step(-1), "Right": lambda: self._step(1)},
                repeats=True,
            ),
            KeyAction(
                "Shift+← →",
                "rep, previous or next",
                {"Shift+Left": lambda: self.to_rep(-1), "Shift+Right": lambda: self.to_rep(1)},
                repeats=True,
            ),
            KeyAction("Home End", "to the beginning or the end", {"Home": self._to_start, "End": self._to_end}),
            KeyAction(
                ", .",
                "slower or faster",
                {",": lambda: self._change_speed(-1), ".": lambda: self._change_speed(1)},
                repeats=True,
            ),
            *self.rep_actions(),
            KeyAction("T", "thresholds, to measure again", {"T": self._ask_thresholds}),
            KeyAction("E", "image, saved to a file", {"E": lambda: self.export.ask()}),
            self.target_action(),
            KeyAction("", "", {"Return": self._hide_differences, "Enter": self._hide_differences}),
        )

    def wear(self, palette: Palette) -> None:
        """Draw the window and the bar again in these colours."""
        super().wear(palette)
        self.bar.wear(palette)
        self._fit_curves()

    def leave(self) -> None:
        """Answer Esc: hide the differences when they are visible, else do what all windows do."""
        if self.differences.isVisible():
            self.differences.hide()
        else:
            super().leave()

    def refresh(self) -> None:
        """Advance while playing, and show the moment."""
        now_s = self._wall()
        if self.playing:
            self.seek(self.at_s + (now_s - self._seen_s) * self.speed)
            self.playing = self.at_s < self.bar.span_s[1]
        self._seen_s = now_s
        self._take_measured()
        super().refresh()
        self.bar.show_at(self.at_s)
        first_s, last_s = self.bar.span_s
        sign = "▶" if self.playing else "❚❚"
        moment = f"{minutes_text(self.at_s - first_s)} of {minutes_text(last_s - first_s)}"
        self.playing_words.setText(f"{sign}  {moment}   {self.speed:g}×")

    def seek(self, at_s: float) -> None:
        """Go to a moment, within the session."""
        first_s, last_s = self.bar.span_s
        self.at_s = min(last_s, max(first_s, at_s))

    def play_or_pause(self) -> None:
        """Play or pause. At the end, play from the beginning."""
        if not self.playing and self.at_s >= self.bar.span_s[1]:
            self.at_s = self.bar.span_s[0]
        self.playing = not self.playing

    def to_rep(self, step: int) -> None:
        """Go to the moment of the next verdict (step 1) or the previous one (-1) of the active leg."""
        leg = self.legs[self._active]
        known_at_s = [at_s for at_s, _ in leg.timeline.verdicts]
        row = bisect_right(known_at_s, self.at_s) if step > 0 else bisect_left(known_at_s, self.at_s) - 1
        if 0 <= row < len(known_at_s):
            self.playing = False
            self.seek(known_at_s[row])
            self.refresh()
            column = self._column
            column.table.clearSelection()
            column.table.choose(0)

    def measure_again(self, overrides: Overrides) -> None:
        """Measure again in the background. The window keeps its content until that is done."""
        self._end_work()
        self._work = Background(lambda on_progress: self._measure(overrides, on_progress))
        self.answer.setText("measuring again …")

    def export_image(self, what: str, path: Path) -> None:
        """Write an image. Raises `DataError` or `SettingsError`."""
        self.refresh()
        self.export.hide()  # it comes back with the reason when writing fails
        if what == WHOLE:
            kind = path.suffix.removeprefix(".")
            content = picture_bytes(kind, self.legs, title=self.windowTitle(), palette=self.palette_in_use)
        else:
            content = png_bytes(self.grab())
        write_picture(path, content)
        self.answer.setText(f"saved: {path}")

    def closeEvent(self, event: QtGui.QCloseEvent) -> None:
        """End the work in the background, and close the window."""
        self._end_work()
        super().closeEvent(event)

    def _step(self, step: int) -> None:
        self.seek(self.at_s + step * STEP_S)

    def _to_start(self) -> None:
        self.seek(self.bar.span_s[0])

    def _to_end(self) -> None:
        self.seek(self.bar.span_s[1])

    def _ask_thresholds(self) -> None:
        self.thresholds.ask_from(self.legs[0].timeline.analysis.settings)

    def _hide_differences(self) -> None:
        self.differences.hide()

    def _change_speed(self, step: int) -> None:
        beyond = [speed for speed in SPEEDS if (speed > self.speed if step > 0 else speed < self.speed)]
        if beyond:
            self.speed = min(beyond) if step > 0 else max(beyond)

    def _take_measured(self) -> None:
        work = self._work
        self.progress.setVisible(work is not None)
        if work is None:
            return
        self.progress.setValue(round(1000 * work.part))
        if not work.done:
            return
        self._work = None
        self.progress.hide()
        try:
            found = work.result()
        except ShinsightError as error:
            self.answer.setText(f"not measured again: {error}")
            return
        lines = []
        for leg, new in zip(self.legs, found, strict=True):
            name = f"{new.analysis.settings.side} leg: " if len(self.legs) > 1 else ""
            changed = rep_differences(leg.timeline.analysis.reps, new.analysis.reps)
            lines += [name + line for line in differences_text(changed)]
            leg.take(new)
        self.wear(self.palette_in_use)
        self.seek(self.at_s)
        changed_settings = settings_differences(self._recorded[0].analysis.settings, found[0].analysis.settings)
        self.answer.setText(f"measured again: {'; '.join(changed_settings)}" if changed_settings else "")
        self.differences.tell(changed_settings, lines)

    def _fit_curves(self) -> None:
        """Give every moment the same range of angles."""
        for leg, column in zip(self.legs, self.columns.values(), strict=True):
            column.curve.fit_range(leg.timeline.frames.inclination_rad * DEG_PER_RAD)

    def _end_work(self) -> None:
        if self._work is not None:
            self._work.end()
            self._work = None
