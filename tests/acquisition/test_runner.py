"""A run: the board is asked, started, heard, recorded and stopped, however it ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from shinsight.acquisition.runner import Runner, View
from shinsight.device.protocol import INFO_AGAIN_S, SILENT_S, START_AGAIN_S
from shinsight.errors import DataError, LinkError
from shinsight.pipeline.measurement import Measurement
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import Event, FrameBlock, Notice
from shinsight.session.csv_tables import read_angles, read_events
from shinsight.session.folder import open_session
from shinsight.session.raw_log import read_raw_log
from shinsight.stream.link_health import LinkHealth
from shinsight.transport.replay import ReplayLink
from shinsight.wire.framing import DELIMITER, Chunk, frame, unframe
from shinsight.wire.messages import (
    Answer,
    AnswerCode,
    BoardEvent,
    Command,
    CommandCode,
    DeviceInfo,
    ImuBatch,
    decode,
    encode,
)
from shinsight.wire.messages import Event as BoardMessage

INFO = DeviceInfo(100.0, 9.80665 / 2048, 0.00106, 32, "fake board", "fake chip", "1.0")
STILL = (0, 2048, 0, 0, 0, 0)
BATCH = 10


class Board:
    """A board in memory: stands still at 100 Hz, ten samples a chunk, a chunk every 0.1 s of its own time.

    A read that finds nothing takes its whole time-out, on a clock that is read with `clock`.
    """

    name = "fake:"
    recovers = False
    signal_dbm: int | None = None

    def __init__(
        self, *, chunks: int = 50, deaf_to: Sequence[int] = (), breaks_after: int | None = None, cut: int = 0
    ) -> None:
        self.written: list[int] = []
        self.opened = self.closed = 0
        self._left = chunks
        self._deaf = list(deaf_to)
        self._breaks_after = breaks_after
        self._cut = cut
        self._count = 0
        self._pending = b""
        self._rest = b""
        self._running = False
        self._now_s = 1000.0

    def clock(self) -> float:
        return self._now_s

    def open(self) -> None:
        self.opened += 1

    def close(self) -> None:
        self.closed += 1

    def write(self, data: bytes) -> None:
        command = decode(unframe(data.rstrip(DELIMITER)))
        assert isinstance(command, Command)
        self.written.append(command.code)
        if command.code in self._deaf:
            self._deaf.remove(command.code)
        elif command.code == CommandCode.INFO:
            self._pending += frame(encode(INFO))
        elif command.code == CommandCode.START:
            self._running = True

    def read(self, timeout_s: float) -> list[Chunk]:
        if self._breaks_after is not None and self._count >= self._breaks_after:
            raise LinkError("fake: the cable came off; plug it in again")
        if not self._running or self._left == 0:
            self._now_s += timeout_s
            return []
        self._left -= 1
        self._count += 1
        tick_us = (self._count * BATCH * 10_000) % 2**32
        data = self._rest + self._pending + frame(encode(ImuBatch(self._count % 2**16, tick_us, (STILL,) * BATCH)))
        self._pending = b""
        keep = len(data) - self._cut
        data, self._rest = data[:keep], data[keep:]
        return [Chunk(0.1 * self._count, data)]

    @property
    def ended(self) -> bool:
        return self._left == 0


class Watcher:
    """A view that remembers."""

    def __init__(self) -> None:
        self.samples = 0
        self.events: list[Event] = []
        self.health: LinkHealth | None = None

    def update(self, frames: FrameBlock, events: Sequence[Event], health: LinkHealth) -> None:
        self.samples += len(frames)
        self.events += events
        self.health = health

    @property
    def notices(self) -> list[str]:
        return [event.code for event in self.events if isinstance(event, Notice)]


def runner(board: Board, *views: View, record_to: Path | None = None, for_s: float | None = None) -> Runner:
    return Runner(
        board,
        settings=PipelineSettings(),
        name="right",
        views=views,
        record_to=record_to,
        for_s=for_s,
        clock=board.clock,
    )


def test_the_board_is_asked_who_it_is_then_started_and_stopped_at_the_end() -> None:
    board, view = Board(), Watcher()
    runner(board, view.update).run()
    assert board.written == [CommandCode.INFO, CommandCode.START, CommandCode.STOP]
    assert (board.opened, board.closed) == (1, 1)
    assert view.samples == 50 * BATCH
    assert view.health is not None
    assert (view.health.board, view.health.lost, view.health.name) == ("fake board", 0, "right")


def test_a_board_that_did_not_hear_the_start_or_lost_it_in_a_restart_is_started_again() -> None:
    board, view = Board(deaf_to=[CommandCode.START, CommandCode.START]), Watcher()
    began_s = board.clock()
    runner(board, view.update).run()
    assert board.written.count(CommandCode.START) == 3
    assert board.clock() - began_s == pytest.approx(2 * START_AGAIN_S, abs=0.2)
    assert view.samples == 50 * BATCH


def test_a_board_that_cannot_start_says_why() -> None:
    reason = b"nothing answers on the I2C bus (looked at 0x68): check power, SDA and SCL in board.py"
    refusal = Answer(1, CommandCode.START, AnswerCode.NOT_AVAILABLE, reason)
    outcome = Measurement(settings=PipelineSettings()).feed(frame(encode(refusal)))
    (notice,) = outcome.events
    assert isinstance(notice, Notice)
    assert notice.code == "board_refused"
    assert "check power, SDA and SCL" in notice.text


def test_a_board_that_did_not_hear_the_question_is_asked_again() -> None:
    board, view = Board(deaf_to=[CommandCode.INFO, CommandCode.START]), Watcher()
    runner(board, view.update).run()
    assert INFO_AGAIN_S < START_AGAIN_S
    assert board.written[:3] == [CommandCode.INFO, CommandCode.START, CommandCode.INFO]
    assert board.written.count(CommandCode.INFO) == 2 + int(START_AGAIN_S - INFO_AGAIN_S)
    assert view.samples > 0


def test_a_session_holds_all_bytes_and_all_samples(tmp_path: Path) -> None:
    view = Watcher()
    runner(Board(), view.update, record_to=tmp_path / "s").run()
    assert len(read_angles(tmp_path / "s" / "angles.csv")) == view.samples == 50 * BATCH
    assert len(list(read_raw_log(tmp_path / "s" / "raw.log"))) == 50
    assert open_session(tmp_path / "s").ended is not None


def test_a_run_stops_after_the_time_it_was_given_counted_in_the_data() -> None:
    view = Watcher()
    runner(Board(chunks=500), view.update, for_s=2.0).run()
    assert 200 <= view.samples <= 210


def test_a_silent_board_does_not_outlast_its_time() -> None:
    board = Board(deaf_to=[CommandCode.START])
    began_s = board.clock()
    runner(board, for_s=0.5).run()
    assert board.closed == 1
    assert board.clock() - began_s == pytest.approx(0.5, abs=0.1)


def test_stop_ends_the_run_with_the_files_closed_and_the_board_stopped(tmp_path: Path) -> None:
    board = Board(chunks=10**9)

    def stop_soon(frames: FrameBlock, events: Sequence[Event], health: LinkHealth) -> None:
        if health.received >= 100:
            run.stop()

    run = runner(board, stop_soon, record_to=tmp_path / "s")
    run.run()
    assert board.written[-1] == CommandCode.STOP
    assert board.closed == 1
    assert open_session(tmp_path / "s").ended is not None


def test_a_link_that_breaks_ends_the_run_with_its_error_and_the_data_kept(tmp_path: Path) -> None:
    board = Board(breaks_after=20)
    with pytest.raises(LinkError, match="plug it in again"):
        runner(board, record_to=tmp_path / "s").run()
    assert board.closed == 1
    assert open_session(tmp_path / "s").ended is not None
    assert len(read_angles(tmp_path / "s" / "angles.csv")) == 20 * BATCH


def test_a_link_that_does_not_open_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(LinkError):
        Runner(
            ReplayLink(tmp_path / "nothing"), settings=PipelineSettings(), name="right", record_to=tmp_path / "s"
        ).run()
    assert not (tmp_path / "s").exists()


def test_a_recording_that_fails_ends_the_run_at_once_and_the_board_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Board(chunks=10**9)
    wrote = 0

    def full(self: object, chunk: Chunk) -> None:
        nonlocal wrote
        wrote += 1
        if wrote > 20:
            raise DataError("cannot write raw.log: No space left on device")

    monkeypatch.setattr("shinsight.session.folder.SessionWriter.add_bytes", full)
    with pytest.raises(DataError, match="No space left"):
        runner(board, record_to=tmp_path / "s").run()
    assert board.written[-1] == CommandCode.STOP
    assert board.closed == 1
    assert open_session(tmp_path / "s").ended is not None
    assert len(read_angles(tmp_path / "s" / "angles.csv")) == 20 * BATCH


def test_silence_is_reported_once_and_shown_as_a_lost_connection(tmp_path: Path) -> None:
    board, view = Board(deaf_to=[CommandCode.START] * 10), Watcher()
    runner(board, view.update, record_to=tmp_path / "s", for_s=3 * SILENT_S).run()
    assert view.notices == ["link_silent"]
    assert view.health is not None
    assert not view.health.connected
    assert [row.kind for row in read_events(tmp_path / "s" / "events.csv")] == ["notice:link_silent"]


def marks_in(path: Path) -> list[int]:
    stream = b"".join(chunk.data for chunk in read_raw_log(path / "raw.log"))
    messages = [decode(unframe(piece)) for piece in stream.split(DELIMITER)[:-1]]
    return [message.code for message in messages if isinstance(message, BoardMessage)]


@pytest.mark.parametrize("cut", [0, 7])
def test_a_mark_stands_in_the_raw_log_between_whole_frames_and_damages_none(tmp_path: Path, cut: int) -> None:
    view = Watcher()
    board = Board(chunks=60, cut=cut)

    def press_space_at_one_second(frames: FrameBlock, events: Sequence[Event], health: LinkHealth) -> None:
        if len(frames) and frames.t_s[0] <= 1.0 <= frames.t_s[-1]:
            run.advance()

    run = runner(board, view.update, press_space_at_one_second, record_to=tmp_path / "s")
    run.run()
    marks = marks_in(tmp_path / "s")
    assert len(marks) == 1
    assert marks[0] == BoardEvent.HOST_ADVANCE
    assert view.health is not None
    assert (view.health.damaged, view.health.lost) == (0, 0)


def test_a_replay_of_a_marked_session_says_the_same_events(tmp_path: Path) -> None:
    live, again = Watcher(), Watcher()

    def press_space(frames: FrameBlock, events: Sequence[Event], health: LinkHealth) -> None:
        if health.received in (200, 300):
            run.advance()

    run = runner(Board(chunks=90, cut=5), live.update, press_space, record_to=tmp_path / "s")
    run.run()
    Runner(ReplayLink(tmp_path / "s", speed=0.0), settings=PipelineSettings(), name="right", views=[again.update]).run()
    assert len(marks_in(tmp_path / "s")) == 2
    assert again.events == live.events
    assert again.samples == live.samples
