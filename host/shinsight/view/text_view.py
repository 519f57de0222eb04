"""The text view: one line a rep and a status line that follows the leg, for terminals and servers without a display."""

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
    """Tells what happens, a line each; inside `with`, a terminal also gets a status line below, drawn `STATUS_HZ`.

    A file or pipe gets the lines alone. One view shows one sensor; of several each has a name before its lines, and
    none has a status line.
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
        """Show what came. Frames may be empty."""
        # Updates come with data, so here is no silence to measure; a silent link is told by the runner's notice.
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
                return  # seconds are for a picture; a line each would only push the instruction away
            case PhaseChange():
                text, style = event.text, "bold"
            case Notice():
                text, style = f"⚠ {event.text}", "yellow"
            case HeelFlag():
                if not event.up:
                    return  # the flag's end is no news: the rep's line follows
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
