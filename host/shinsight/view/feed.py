"""Hands data from the thread that reads a link to the thread that draws. It uses no Qt.

The reader pushes and the drawer takes. Each holds the lock only to move a list; the drawer joins the arrays outside the
lock. A stalled drawer loses old frames. It never costs memory or the reader's time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, fields
from threading import Lock

import numpy as np

from ..errors import SettingsError
from ..results import Event, FrameBlock
from ..stream.link_health import LinkHealth

MAX_EVENTS = 10_000
"""Events kept for a stalled drawer: more than a day of reps, so none is missing when drawing continues."""


@dataclass(frozen=True, slots=True)
class LiveUpdate:
    """Holds what arrived since the last `take`: frames and events in order, and the newest health (None before any)."""

    frames: FrameBlock
    events: tuple[Event, ...]
    health: LinkHealth | None


class LiveFeed:
    """Hands over the data of one sensor between threads. Drops frames more than `keep_s` older than the newest."""

    def __init__(self, *, keep_s: float = 60.0) -> None:
        if not keep_s > 0.0:
            raise SettingsError(f"keep_s of a live feed is {keep_s}, expected more than 0 s of frames to hand over")
        self._keep_s = keep_s
        self._lock = Lock()
        self._blocks: deque[FrameBlock] = deque()
        self._events: deque[Event] = deque(maxlen=MAX_EVENTS)
        self._health: LinkHealth | None = None

    def push(self, frames: FrameBlock, events: Sequence[Event], health: LinkHealth) -> None:
        """Add new data from the reading thread. Frames may be empty. Never waits for the drawing thread."""
        with self._lock:
            if len(frames):
                if self._blocks and frames.t_s[0] < self._blocks[-1].t_s[-1]:
                    self._blocks.clear()  # the board's clock restarted, so the earlier frames belong to another curve
                self._blocks.append(frames)
                oldest_kept_s = frames.t_s[-1] - self._keep_s
                while self._blocks[0].t_s[-1] < oldest_kept_s:
                    self._blocks.popleft()
            self._events.extend(events)
            self._health = health

    def tell(self, event: Event) -> None:
        """Add an event that belongs to no frames, such as the end of the run. Any thread may call this."""
        with self._lock:
            self._events.append(event)

    def take(self) -> LiveUpdate:
        """Return everything since the last call. Only the drawing thread calls this."""
        with self._lock:
            blocks, self._blocks = self._blocks, deque()
            events, self._events = self._events, deque(maxlen=MAX_EVENTS)
            health = self._health
        return LiveUpdate(_joined(blocks), tuple(events), health)


def _joined(blocks: Sequence[FrameBlock]) -> FrameBlock:
    if not blocks:
        return FrameBlock.of(())
    if len(blocks) == 1:
        return blocks[0]
    return FrameBlock(*(np.concatenate([getattr(b, f.name) for b in blocks]) for f in fields(FrameBlock)))
