"""The text view: one line a rep and a status line that follows the leg, for terminals and servers without a display."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from rich.console import Console

from ..health import LinkHealth
from ..results import (
    HEEL_STATES,
    PHASES,
    CalibrationReport,
    Event,
    FrameBlock,
    HeelFlag,
    Notice,
    PhaseChange,
    Rep,
    RockDone,
)
from ..samples import Phase
from ..units import DEG_PER_RAD
from .live.words import calibration_text, link_text, rep_line, rock_text

SILENT_AFTER_S = 2.0
STATUS_EVERY_S = 0.2
_STYLES = {"down": "cyan", "up": "bold dark_orange", "unsure": "grey62"}


class ConsoleView:
    """update(frames, events, health): prints what happened; on a terminal also one status line that is rewritten."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown_s = -1e9
        self._status_width = 0

    def update(self, frames: FrameBlock, events: Sequence[Event], health: LinkHealth) -> None:
        for event in events:
            self._tell(event)
        if len(frames) and self._console.is_terminal and frames.t_s[-1] - self._shown_s >= STATUS_EVERY_S:
            self._shown_s = float(frames.t_s[-1])
            self._status(frames, health)

    def _tell(self, event: Event) -> None:
        style = None
        match event:
            case Rep():
                text, style = rep_line(event), _STYLES[event.heel]
            case CalibrationReport():
                text, style = calibration_text(event), "green" if event.accepted else "bold dark_orange"
            case RockDone():
                text = rock_text(event)
            case PhaseChange():
                text, style = event.text, "bold"
            case Notice():
                text, style = f"! {event.text}", "yellow"
            case HeelFlag():
                if not event.up:
                    return
                text, style = f"▲ heel up at {event.t_s:.1f} s", _STYLES["up"]
        self._clear_status()
        self._console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    def _status(self, frames: FrameBlock, health: LinkHealth) -> None:
        inclination = float(frames.inclination_rad[-1])
        angle = "  –" if isnan(inclination) else f"{inclination * DEG_PER_RAD:3.0f}°"
        state = HEEL_STATES[int(frames.heel_code[-1])]
        measuring = PHASES[int(frames.phase_code[-1])] is Phase.SET
        heel = f"heel {state}" if measuring else "calibrating"
        text = f"{angle}  {heel:<12} {link_text(health, silent_s=None, silent_after_s=SILENT_AFTER_S)}"
        text = text[: max(10, self._console.width - 1)]
        self._console.file.write("\r" + text.ljust(self._status_width))
        self._console.file.flush()
        self._status_width = len(text)

    def _clear_status(self) -> None:
        if self._status_width:
            self._console.file.write("\r" + " " * self._status_width + "\r")
            self._status_width = 0
