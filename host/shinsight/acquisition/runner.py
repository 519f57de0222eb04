"""One run of one board: open, start, read, measure, hand on, stop. The loop behind every verb that has a link.

Bytes go to the raw log before anybody tries to understand them, and the host's own marks go through the same bytes,
so a replay measures what was measured live. A recording that fails ends the run with its error: nobody trains on in
the belief that it is kept.

A link that breaks is opened again, for as long as it takes; what was missed meanwhile is asked of the board's memory.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event as Signal

from ..calibration.worn.guide import CalibrationOutcome
from ..errors import LinkError
from ..pipeline.measurement import Measurement, Outcome
from ..pipeline.settings import PipelineSettings
from ..results import SHANK, Event, FrameBlock, Notice
from ..samples import SampleBlock
from ..session.folder import SessionWriter
from ..session.notes import SessionNotes, write_notes
from ..stream.link_health import LinkHealth
from ..transport.base import Link
from ..wire.framing import DELIMITER, Chunk, frame
from ..wire.messages import BoardEvent, Command, CommandCode, DeviceInfo, encode
from ..wire.messages import Event as BoardMessage

READ_TIMEOUT_S = 0.1
INFO_AGAIN_S = 1.0
START_AGAIN_S = 3.0
"""Without a new sample for so long the board is started again: it may have restarted by itself."""
MISSING_AGAIN_S = 2.0
CATCH_UP_S = 10.0
"""So long a run that has ended may still read back."""
SILENT_S = 5.0
RETRY_S = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Rests between attempts to open a lost link again; the last one from then on."""

View = Callable[[FrameBlock, Sequence[Event], LinkHealth], None]
"""What shows a run while it goes on: `LiveFeed.push`, `TextView.update`, a progress bar."""
Outlet = Callable[[Outcome, LinkHealth], None]
"""What hands a run on to other programs, samples too. Called by the reading thread: it never waits."""


class Runner:
    """Measures what a link gives until it ends, `stop()` is called or `for_s` has passed.

    name: what views call this sensor. record_to: the new session's folder, None to keep nothing. for_s is
    counted on the clock and in the data, whichever went further: a simulated minute is a minute at any speed.
    on_shank False: a sensor that sits elsewhere, only recorded. person: who wears it. on_calibrated: told each
    calibration that was accepted after rocks, in the reading thread.
    """

    def __init__(
        self,
        link: Link,
        *,
        settings: PipelineSettings,
        name: str,
        record_to: Path | None = None,
        views: Sequence[View] = (),
        outlets: Sequence[Outlet] = (),
        for_s: float | None = None,
        on_shank: bool = True,
        person: str = "",
        on_calibrated: Callable[[CalibrationOutcome, DeviceInfo], None] | None = None,
    ) -> None:
        self._link = link
        self._name = name
        self._settings = settings
        self._record_to = record_to
        self._session: SessionWriter | None = None
        self._views = views
        self._outlets = outlets
        self._for_s = for_s
        self._measurement = Measurement(settings=settings, on_shank=on_shank)
        self._sensor = SHANK if on_shank else name
        self._person = person
        self._on_calibrated = on_calibrated
        self._calibration: CalibrationOutcome | None = None
        self._stop = Signal()
        self._marks: SimpleQueue[BoardEvent] = SimpleQueue()
        self._token = 0
        self._first_arrival_s: float | None = None
        self._last_arrival_s: float | None = None
        self._began_s = 0.0
        self._heard_s = 0.0
        self._asked_s = 0.0
        self._silent = False
        self._lost = False
        self._reconnects = 0
        self._received = 0
        self._sampled_s = 0.0
        self._missing: tuple[int, int] | None = None
        self._missing_since_s = 0.0
        self._asked_for: tuple[int, int] | None = None
        self._last_t_s = 0.0

    @property
    def session_path(self) -> Path | None:
        """The session's folder once it is there, None before and when nothing is kept."""
        return self._session.path if self._session is not None else None

    @property
    def device(self) -> DeviceInfo | None:
        """Who the board is, once it has said so."""
        return self._measurement.info

    def stop(self) -> None:
        """End the run soon. From any thread or signal handler."""
        self._stop.set()

    def go_on(self) -> None:
        """The person does not want to wait for the next step of the guided start. From any thread."""
        self._marks.put(BoardEvent.HOST_GO_ON)

    def calibrate_again(self) -> None:
        """The person wants a new calibration. From any thread."""
        self._marks.put(BoardEvent.HOST_AGAIN)

    def write_notes(self, notes: SessionNotes) -> None:
        """Write notes beside the session; nothing when none is recorded. From any thread."""
        if self.session_path is not None:
            write_notes(self.session_path, notes)

    def run(self) -> None:
        """The whole run. Raises `LinkError` or `DataError`; the board is stopped and all files are closed then too."""
        with ExitStack() as at_end:
            at_end.callback(self._link.close)
            self._link.open()
            if self._record_to is not None:
                writer = SessionWriter(
                    self._record_to,
                    settings=self._settings,
                    link=self._link.name,
                    sensor=self._sensor,
                    person=self._person,
                )
                self._session = at_end.enter_context(writer)
            at_end.callback(self._say_stop)
            self._began_s = time.monotonic()
            self._greet()
            try:
                self._listen()
                self._catch_up()
            finally:
                self._hand_on(self._measurement.finish())

    def _greet(self) -> None:
        self._send(CommandCode.INFO)
        self._send(CommandCode.START)
        self._heard_s = self._asked_s = self._sampled_s = time.monotonic()
        self._asked_for = None

    def _listen(self) -> None:
        while not self._over():
            try:
                chunks = self._link.read(READ_TIMEOUT_S)
                for chunk in chunks:
                    if self._time_is_up():
                        return
                    self._take(chunk)
                self._watch_silence(heard=bool(chunks))
                self._ask_again()
            except LinkError as error:
                if not self._link.recovers:
                    raise
                self._come_back(error)

    def _catch_up(self) -> None:
        """What is still missing when the run ends, and the stopped board still has."""
        if self._measurement.missing is None or self._lost or self._link.ended:
            return
        self._say_stop()
        until_s = time.monotonic() + CATCH_UP_S
        with suppress(LinkError):  # then it is a gap
            while self._measurement.missing is not None and time.monotonic() < until_s:
                for chunk in self._link.read(READ_TIMEOUT_S):
                    self._take(chunk)
                self._ask_for(self._measurement.missing, time.monotonic())

    def _over(self) -> bool:
        return self._stop.is_set() or self._link.ended or self._time_is_up()

    def _come_back(self, error: LinkError) -> None:
        """Open the link again and go on, or return when the run is over before that."""
        lost_s = time.monotonic()
        self._lost = True
        self._tell("link_lost", f"{error} Looking for it until it is back.")
        attempt = 0
        while not self._over():
            self._stop.wait(RETRY_S[min(attempt, len(RETRY_S) - 1)])
            attempt += 1
            self._link.close()
            try:
                self._link.open()
                self._greet()
            except LinkError:
                self._tell()
                continue
            self._lost = False
            self._reconnects += 1
            away_s = time.monotonic() - lost_s
            self._tell("link_back", f"{self._link.name} is back after {away_s:.1f} s; what it missed is read back.")
            return

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
            self._hand_on(self._measurement.feed(data, chunk.arrival_s))

    def _next_mark(self) -> bytes:
        try:
            pressed = self._marks.get_nowait()
        except Empty:
            return b""
        return frame(encode(BoardMessage(0, pressed)))

    def _hand_on(self, outcome: Outcome) -> None:
        if len(outcome.frames):
            self._last_t_s = float(outcome.frames.t_s[-1])
        health = self._measurement.health(
            name=self._name,
            connected=not (self._silent or self._lost),
            last_arrival_s=self._last_arrival_s,
            signal_dbm=self._link.signal_dbm,
            reconnects=self._reconnects,
        )
        if self._session is not None:
            self._session.add(outcome, device=self._measurement.info, health=health)
        calibration = self._measurement.calibration
        if calibration is not None and calibration is not self._calibration:
            self._calibration = calibration
            if calibration.report.accepted and self._on_calibrated is not None and self.device is not None:
                self._on_calibrated(calibration, self.device)
        for view in self._views:
            view(outcome.frames, outcome.events, health)
        for outlet in self._outlets:
            outlet(outcome, health)

    def _send(self, code: CommandCode, argument: bytes = b"") -> None:
        self._link.write(frame(encode(Command(self._token, code, argument))))
        self._token = (self._token + 1) % 256

    def _say_stop(self) -> None:
        with suppress(LinkError):  # a dead link cannot be told, and its own error is on the way already
            self._send(CommandCode.STOP)

    def _ask_again(self) -> None:
        """For what may have been lost on the way: the device info, the start, batches."""
        now_s = time.monotonic()
        if self._measurement.info is None and now_s - self._asked_s >= INFO_AGAIN_S:
            self._asked_s = now_s
            self._send(CommandCode.INFO)
        if self._measurement.received != self._received:
            self._received, self._sampled_s = self._measurement.received, now_s
        elif now_s - self._sampled_s >= START_AGAIN_S:
            self._sampled_s = now_s
            self._send(CommandCode.START)
        self._ask_for(self._measurement.missing, now_s)

    def _ask_for(self, missing: tuple[int, int] | None, now_s: float) -> None:
        """Ask for batches that have not been asked for, or have not come for a while."""
        if missing != self._missing:
            self._missing, self._missing_since_s = missing, now_s
        if missing is None:
            self._asked_for = None
            return
        first, _ = missing
        asked = self._asked_for is not None and (first - self._asked_for[0]) % 65536 < self._asked_for[1]
        if not asked or now_s - self._missing_since_s >= MISSING_AGAIN_S:
            self._asked_for, self._missing_since_s = missing, now_s
            self._send(CommandCode.READ_BACK, struct.pack("<HB", *missing))

    def _watch_silence(self, *, heard: bool) -> None:
        now_s = time.monotonic()
        if heard:
            self._heard_s = now_s
            self._silent = False
        elif not self._silent and not self._link.ended and now_s - self._heard_s >= SILENT_S:
            self._silent = True
            text = f"{self._link.name}: nothing received for {SILENT_S:.0f} s; is the board on, charged and in reach?"
            self._tell("link_silent", text)

    def _tell(self, code: str = "", text: str = "") -> None:
        """Hand on a notice, or only the state of the link."""
        notices = (Notice(self._last_t_s, code, text),) if code else ()
        self._hand_on(Outcome(SampleBlock.empty(), FrameBlock.of([]), notices))

    def _time_is_up(self) -> bool:
        if self._for_s is None:
            return False
        in_data_s = 0.0
        if self._first_arrival_s is not None and self._last_arrival_s is not None:
            in_data_s = self._last_arrival_s - self._first_arrival_s
        return max(in_data_s, time.monotonic() - self._began_s) >= self._for_s
