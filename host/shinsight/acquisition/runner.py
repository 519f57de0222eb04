"""One run of one board: open, start, read, measure, show, record, stop. Every verb with a link uses this loop.

Bytes go to the raw log before they are decoded. The host's own marks go through the same bytes, so a replay measures
what was measured live. A recording that fails ends the run with its error, so that no set goes unrecorded unnoticed.

A link that breaks is opened again, for as long as it takes. The batches missed meanwhile are read back from the board's
memory. When to ask and to repeat is decided by `device.protocol`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event as Signal

from ..calibration.worn.guide import CalibrationOutcome
from ..device.protocol import SILENT_S, BoardProtocol
from ..errors import LinkError
from ..pipeline.measurement import Measurement, Outcome
from ..pipeline.settings import PipelineSettings
from ..results import SHANK, Event, FrameBlock, Notice
from ..samples import SampleBlock
from ..session.folder import SessionWriter
from ..session.notes import SessionNotes, write_notes
from ..stream.link_health import LinkHealth
from ..transport.base import Link
from ..wire.framing import Chunk
from ..wire.messages import BoardEvent, DeviceInfo
from .marks import Marks
from .time_limit import TimeLimit

READ_TIMEOUT_S = 0.1
CATCH_UP_S = 10.0
"""How long a run that has ended may still read back."""
RETRY_S = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Pauses between attempts to open a lost link again; the last one is repeated."""

View = Callable[[FrameBlock, Sequence[Event], LinkHealth], None]
"""Shows a run while it continues: `LiveFeed.push`, `TextView.update`, a progress bar."""
Outlet = Callable[[Outcome, LinkHealth], None]
"""Passes a run to other programs, with its samples. The reading thread calls it, so it never waits."""


class Runner:
    """Measures the data of a link until the link ends, `stop()` is called or for_s seconds have passed.

    name: the sensor's name in views. record_to: the new session's folder, None for no recording. for_s: see
    `TimeLimit`. on_shank False: a sensor in another place, which is only recorded. person: who wears it.
    on_calibrated: called in the reading thread with each accepted calibration made with rocks. clock: returns seconds,
    and never goes back. retry_s: pauses between attempts to open a lost link.
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
        clock: Callable[[], float] = time.monotonic,
        retry_s: Sequence[float] = RETRY_S,
    ) -> None:
        self._link = link
        self._name = name
        self._settings = settings
        self._record_to = record_to
        self._views = views
        self._outlets = outlets
        self._sensor = SHANK if on_shank else name
        self._person = person
        self._on_calibrated = on_calibrated
        self._clock = clock
        self._retry_s = retry_s
        self._measurement = Measurement(settings=settings, on_shank=on_shank)
        self._protocol = BoardProtocol()
        self._marks = Marks()
        self._limit = TimeLimit(for_s)
        self._stop = Signal()
        self._session: SessionWriter | None = None
        self._calibration: CalibrationOutcome | None = None
        self._lost = False
        self._reconnects = 0
        self._last_t_s = 0.0

    @property
    def session_path(self) -> Path | None:
        """The session's folder, None before it is written and when nothing is recorded."""
        return self._session.path if self._session is not None else None

    @property
    def device(self) -> DeviceInfo | None:
        """The board's device info, None before it came."""
        return self._measurement.info

    def stop(self) -> None:
        """End the run soon. May be called from any thread or signal handler."""
        self._stop.set()

    def advance(self) -> None:
        """Begin the next step of the guided start without waiting. May be called from any thread."""
        self._marks.add(BoardEvent.HOST_ADVANCE)

    def recalibrate(self) -> None:
        """Begin a new calibration. May be called from any thread."""
        self._marks.add(BoardEvent.HOST_RECALIBRATE)

    def write_notes(self, notes: SessionNotes) -> None:
        """Write notes beside the session; does nothing without one. May be called from any thread."""
        if self.session_path is not None:
            write_notes(self.session_path, notes)

    def run(self) -> None:
        """Do the whole run. Raises `LinkError` or `DataError`, after the board is stopped and all files are closed."""
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
            at_end.callback(self._send_stop)
            self._limit.begin(self._clock())
            self._start()
            try:
                self._listen()
                self._catch_up()
            finally:
                self._publish(self._measurement.finish())

    def _start(self) -> None:
        self._send(self._protocol.start(self._clock()))

    def _listen(self) -> None:
        while not self._over():
            try:
                chunks = self._link.read(READ_TIMEOUT_S)
                for chunk in chunks:
                    if self._limit.reached(self._clock()):
                        return
                    self._take(chunk)
                self._keep_up(heard=bool(chunks))
            except LinkError as error:
                if not self._link.recovers:
                    raise
                self._reconnect(error)

    def _keep_up(self, *, heard: bool) -> None:
        """Send what may have been lost on the way again, and give notice of silence."""
        step = self._protocol.step(
            self._clock(),
            heard=heard,
            has_info=self._measurement.info is not None,
            samples=self._measurement.received,
            missing=self._measurement.missing,
        )
        if step.fell_silent and not self._link.ended:
            text = f"{self._link.name}: nothing received for {SILENT_S:.0f} s; is the board on, charged and in reach?"
            self._notify("link_silent", text)
        self._send(step.frames)

    def _catch_up(self) -> None:
        """Read back what is missing when the run ends; the stopped board still has it."""
        if self._measurement.missing is None or self._lost or self._link.ended:
            return
        self._send_stop()
        until_s = self._clock() + CATCH_UP_S
        with suppress(LinkError):  # then there is a gap
            while self._measurement.missing is not None and self._clock() < until_s:
                for chunk in self._link.read(READ_TIMEOUT_S):
                    self._take(chunk)
                self._send(self._protocol.read_back(self._measurement.missing, self._clock()))

    def _over(self) -> bool:
        return self._stop.is_set() or self._link.ended or self._limit.reached(self._clock())

    def _reconnect(self, error: LinkError) -> None:
        """Open the link again; return when it is open, or when the run is over before that."""
        lost_s = self._clock()
        self._lost = True
        self._notify("link_lost", f"{error} The program tries again until it is back.")
        attempt = 0
        while not self._over():
            self._stop.wait(self._retry_s[min(attempt, len(self._retry_s) - 1)])
            attempt += 1
            self._link.close()
            try:
                self._link.open()
                self._start()
            except LinkError:
                self._publish(_nothing())
                continue
            self._lost = False
            self._reconnects += 1
            away_s = self._clock() - lost_s
            self._notify("link_back", f"{self._link.name} is back after {away_s:.1f} s. Missed samples are read back.")
            return

    def _take(self, chunk: Chunk) -> None:
        self._limit.arrived(chunk.arrival_s)
        for data in self._marks.insert(chunk.data):
            if self._session is not None:
                self._session.add_bytes(Chunk(chunk.arrival_s, data))
            self._publish(self._measurement.feed(data, chunk.arrival_s))

    def _publish(self, outcome: Outcome) -> None:
        """Record an outcome and pass it to all views and outlets, with the state of the link."""
        if len(outcome.frames):
            self._last_t_s = float(outcome.frames.t_s[-1])
        health = self._measurement.health(
            name=self._name,
            connected=not (self._protocol.silent or self._lost),
            last_arrival_s=self._limit.last_arrival_s,
            signal_dbm=self._link.signal_dbm,
            reconnects=self._reconnects,
        )
        if self._session is not None:
            self._session.add(outcome, device=self._measurement.info, health=health)
        self._report_calibration()
        for view in self._views:
            view(outcome.frames, outcome.events, health)
        for outlet in self._outlets:
            outlet(outcome, health)

    def _report_calibration(self) -> None:
        calibration = self._measurement.calibration
        if calibration is None or calibration is self._calibration:
            return
        self._calibration = calibration
        if calibration.report.accepted and self._on_calibrated is not None and self.device is not None:
            self._on_calibrated(calibration, self.device)

    def _notify(self, code: str, text: str) -> None:
        self._publish(_nothing(Notice(self._last_t_s, code, text)))

    def _send(self, frames: Iterable[bytes]) -> None:
        for each in frames:
            self._link.write(each)

    def _send_stop(self) -> None:
        with suppress(LinkError):  # a dead link cannot be stopped, and its own error is on the way already
            self._send([self._protocol.stop()])


def _nothing(*notices: Notice) -> Outcome:
    return Outcome(SampleBlock.empty(), FrameBlock.of([]), notices)
