"""Shows a run as text: one line per rep and a status line, for terminals and servers without a display."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from ..results import (
    CalibrationReport,
    Event,
    FrameBlock,
    HeelFlag,
    HeelState,
    Notice,
    PhaseChange,
    Rep,
    RockDone,
    StillFor,
)
from ..stream.link_health import LinkHealth
from .state import SILENT_AFTER_S, HeelBadge, SensorState
from .words import BADGE_WORDS, calibration_text, link_text, number_text, rep_line, rock_text

STATUS_HZ = 5
_UP_STYLE = "bold dark_orange"
_HEEL_STYLES = {HeelState.DOWN: "cyan", HeelState.UP: _UP_STYLE, HeelState.UNSURE: "grey62"}
_BADGE_STYLES = {HeelBadge.DOWN: "cyan", HeelBadge.UP: _UP_STYLE}


class TextView:
    """Prints one line per event. Inside `with`, a terminal also gets a status line, drawn at `STATUS_HZ`.

    A file or pipe gets only the lines. One view shows one sensor. With several sensors, each line begins with a name
    and there is no status line.
    """

    def __init__(self, console: Console, *, name: str = "", status: bool = True) -> None:
        self._console = console
        self._name = f"{name}: " if name else ""
        self._live = Live(console=console, refresh_per_second=STATUS_HZ, transient=True) if status else None
        self._state = SensorState()

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()

    def update(self, frames: FrameBlock, events: Sequence[Event], health: LinkHealth) -> None:
        """Show new data. Frames may be empty."""
        # An update always has data, so there is no silence to measure; the runner reports a silent link by a notice.
        self._state.apply(frames, tuple(events), health, now_s=0.0)
        for event in events:
            self._tell(event)
        if self._live is not None:
            self._live.update(self._status())

    def _tell(self, event: Event) -> None:
        match event:
            case Rep():
                text, style = rep_line(event), _HEEL_STYLES[event.heel]
            case CalibrationReport():
                text, style = calibration_text(event), "green" if event.accepted else _UP_STYLE
            case RockDone():
                text, style = rock_text(event), ""
            case StillFor():
                return  # a line per second would push the instruction off the screen
            case PhaseChange():
                text, style = event.text, "bold"
            case Notice():
                text, style = f"⚠ {event.text}", "yellow"
            case HeelFlag():
                if not event.up:
                    return  # the line of the rep follows the end of the flag
                text, style = f"▲ heel up at {event.t_s:.1f} s", _UP_STYLE
        self._console.print(Text(self._name + text, style), soft_wrap=True)

    def _status(self) -> Text:
        state = self._state
        number, meaning = number_text(state, now_s=0.0)
        badge = state.badge(now_s=0.0)
        link = link_text(state.health, silent_s=None, silent_after_s=SILENT_AFTER_S)
        return Text.assemble(
            f"{number:>4} {meaning}  ",
            (BADGE_WORDS[badge], _BADGE_STYLES.get(badge, "")),
            f"  {state.rep_count} reps  {link}",
            no_wrap=True,
            overflow="ellipsis",
        )
