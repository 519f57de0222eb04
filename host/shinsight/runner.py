"""One run of one board: open, start, read, measure, hand on, stop. The loop behind every verb that has a link.

Bytes go to the raw log before anybody tries to understand them, and the host's own marks go through the same bytes,
so a replay measures what was measured live. A recording that fails ends the run with its error: nobody trains on in
the belief that it is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event as Signal

from .errors import LinkError
from .health import LinkHealth
from .measurement import Measurement, Outcome
from .pipeline import PipelineSettings
from .results import PHASES, Event, FrameBlock, Notice
from .samples import Phase, SampleBlock
from .session import SessionWriter
from .transport.base import Chunk, Link
from .wire.framing import DELIMITER, frame
from .wire.messages import BoardEvent, Command, CommandCode, encode
from .wire.messages import Event as BoardMessage

READ_TIMEOUT_S = 0.1
INFO_AGAIN_S = 1.0
SILENT_S = 5.0

View = Callable[[FrameBlock, Sequence[Event], LinkHealth], None]
"""What shows a run while it goes on: `LiveFeed.push`, `ConsoleView.update`, a progress bar."""

_MARK_AFTER = {
    Phase.NONE: BoardEvent.HOST_PHASE_STAND,
    Phase.STAND: BoardEvent.HOST_PHASE_ROCKS,
    Phase.ROCKS: BoardEvent.HOST_PHASE_SET,
    Phase.SET: BoardEvent.HOST_PHASE_STAND,
}


class Runner:
    """Measures what a link gives until it ends, `stop()` is called or `for_s` has passed.

    name: what views call this sensor. record_to: the new session's folder, None to keep nothing. for_s is
    counted on the clock and in the data, whichever went further: a simulated minute is a minute at any speed.
    """

    def __init__(
        self,
        link: Link,
        *,
        settings: PipelineSettings,
        name: str,
        record_to: Path | None = None,
        views: Sequence[View] = (),
        for_s: float | None = None,
    ) -> None:
        self._link = link
        self._name = name
        self._settings = settings
        self._record_to = record_to
        self._session: SessionWriter | None = None
        self._views = views
        self._for_s = for_s
        self._measurement = Measurement(settings=settings)
        self._stop = Signal()
        self._marks: SimpleQueue[None] = SimpleQueue()
        self._phase = Phase.NONE
        self._token = 0
        self._first_arrival_s: float | None = None
        self._last_arrival_s: float | None = None
        self._began_s = 0.0
        self._heard_s = 0.0
        self._asked_s = 0.0
        self._silent = False
        self._last_t_s = 0.0

    @property
    def session_path(self) -> Path | None:
        """The session's folder once it is there, None before and when nothing is kept."""
        return self._session.path if self._session is not None else None

    def stop(self) -> None:
        """End the run soon. From any thread or signal handler."""
        self._stop.set()

    def mark_next(self) -> None:
        """The person says that the next phase begins. From any thread."""
        self._marks.put(None)

    def run(self) -> None:
        """The whole run. Raises `LinkError` or `DataError`; the board is stopped and all files are closed then too."""
        with ExitStack() as at_end:
            at_end.callback(self._link.close)
            self._link.open()
            if self._record_to is not None:
                writer = SessionWriter(self._record_to, settings=self._settings, link=self._link.name)
                self._session = at_end.enter_context(writer)
            at_end.callback(self._say_stop)
            self._send(CommandCode.INFO)
            self._send(CommandCode.START)
            self._began_s = self._heard_s = self._asked_s = time.monotonic()
            try:
                self._listen()
            finally:
                self._hand_on(self._measurement.finish())

    def _listen(self) -> None:
        while not (self._stop.is_set() or self._link.ended or self._time_is_up()):
            chunks = self._link.read(READ_TIMEOUT_S)
            for chunk in chunks:
                if self._time_is_up():
                    return
                self._take(chunk)
            self._watch_silence(heard=bool(chunks))
            self._ask_again()

    def _take(self, chunk: Chunk) -> None:
        if self._first_arrival_s is None:
            self._first_arrival_s = chunk.arrival_s
        self._last_arrival_s = chunk.arrival_s
        head, cut, tail = chunk.data.rpartition(DELIMITER)
        mark = self._next_mark() if cut else b""  # a mark may not fall into the middle of a frame
        for data in (head + cut + mark, tail) if mark else (chunk.data,):
            if not data:
                continue
            if self._session is not None:
                self._session.add_bytes(Chunk(chunk.arrival_s, data))
            self._hand_on(self._measurement.feed(data))

    def _next_mark(self) -> bytes:
        try:
            self._marks.get_nowait()
        except Empty:
            return b""
        return frame(encode(BoardMessage(0, _MARK_AFTER[self._phase])))

    def _hand_on(self, outcome: Outcome) -> None:
        if len(outcome.frames):
            self._phase = PHASES[outcome.frames.phase_code[-1]]
            self._last_t_s = float(outcome.frames.t_s[-1])
        health = self._measurement.health(
            name=self._name, connected=not self._silent, last_arrival_s=self._last_arrival_s
        )
        if self._session is not None:
            self._session.add(outcome, device=self._measurement.info, health=health)
        for view in self._views:
            view(outcome.frames, outcome.events, health)

    def _send(self, code: CommandCode) -> None:
        self._link.write(frame(encode(Command(self._token, code))))
        self._token = (self._token + 1) % 256

    def _say_stop(self) -> None:
        with suppress(LinkError):  # a dead link cannot be told, and its own error is on the way already
            self._send(CommandCode.STOP)

    def _ask_again(self) -> None:
        """The board's answer to INFO may have been lost on the way."""
        if self._measurement.info is None and time.monotonic() - self._asked_s >= INFO_AGAIN_S:
            self._asked_s = time.monotonic()
            self._send(CommandCode.INFO)

    def _watch_silence(self, *, heard: bool) -> None:
        now_s = time.monotonic()
        if heard:
            self._heard_s = now_s
            self._silent = False
        elif not self._silent and not self._link.ended and now_s - self._heard_s >= SILENT_S:
            self._silent = True
            text = f"{self._link.name}: nothing received for {SILENT_S:.0f} s; is the board on, charged and in reach?"
            self._hand_on(
                Outcome(SampleBlock.empty(), FrameBlock.of([]), (Notice(self._last_t_s, "link_silent", text),))
            )

    def _time_is_up(self) -> bool:
        if self._for_s is None:
            return False
        in_data_s = 0.0
        if self._first_arrival_s is not None and self._last_arrival_s is not None:
            in_data_s = self._last_arrival_s - self._first_arrival_s
        return max(in_data_s, time.monotonic() - self._began_s) >= self._for_s
