"""A board out of reach in mid-set: found again, its memory read back, the session as if nothing had been."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from acquisition.test_runner import BATCH, INFO, Watcher
from shinsight.acquisition.runner import Runner, View
from shinsight.errors import LinkError
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import Event, FrameBlock, Notice
from shinsight.session.csv_tables import read_angles
from shinsight.session.folder import open_session
from shinsight.session.imu_csv import read_imu_csv
from shinsight.stream.link_health import LinkHealth
from shinsight.transport.replay import ReplayLink
from shinsight.wire.framing import DELIMITER, Chunk, frame, unframe
from shinsight.wire.messages import (
    Answer,
    AnswerCode,
    BatchFlag,
    Command,
    CommandCode,
    ImuBatch,
    Message,
    decode,
    encode,
)


class Wanderer:
    """Samples without pause at 100 Hz of its own time; its link is gone `away` batches after each of `leaves`."""

    name = "fake:"
    recovers = True
    signal_dbm: int | None = -55

    def __init__(self, *, batches: int, leaves: dict[int, int], memory: int = 1000, opens_after: int = 1) -> None:
        self._batches = batches
        self._leaves = dict(leaves)
        self._memory = memory
        self._opens_after = opens_after
        self._refused = 0
        self._next = 0
        self._broken = False
        self._now_s = 1000.0
        self._again: list[Message] = []
        self.asked: list[tuple[int, int]] = []
        self.starts = 0

    def clock(self) -> float:
        return self._now_s

    def open(self) -> None:
        self._now_s += 0.5
        if self._broken and self._refused < self._opens_after:
            self._refused += 1
            raise LinkError("fake: not in reach")
        self._broken = False
        self._refused = 0

    def close(self) -> None:
        self._again.clear()

    @property
    def ended(self) -> bool:
        return self._next >= self._batches and not self._again and not self._broken

    def write(self, data: bytes) -> None:
        if self._broken:
            raise LinkError("fake: nobody there")
        command = decode(unframe(data.rstrip(DELIMITER)))
        assert isinstance(command, Command)
        if command.code == CommandCode.INFO:
            self._again.append(INFO)
        elif command.code == CommandCode.START:
            self.starts += 1
        elif command.code == CommandCode.READ_BACK:
            self._read_back(command)

    def _read_back(self, command: Command) -> None:
        first, count = struct.unpack("<HB", command.argument)
        self.asked.append((first, count))
        oldest = max(0, self._next - self._memory)
        coming = [k for k in range(first, first + count) if oldest <= k < self._next]
        if not coming:
            answer = Answer(command.token, command.code, AnswerCode.NOT_AVAILABLE, command.argument)
            self._again.append(answer)
            return
        data = command.argument + struct.pack("<HB", coming[0], len(coming))
        self._again.append(Answer(command.token, command.code, AnswerCode.OK, data))
        self._again += [replace(self.batch(k), flags=BatchFlag.REPLAYED) for k in coming]

    @staticmethod
    def batch(k: int) -> ImuBatch:
        """Samples that carry their number."""
        rows = tuple((n % 100, 2048, n // 100, n % 7, 0, 0) for n in range(k * BATCH, (k + 1) * BATCH))
        return ImuBatch(k % 65536, (k + 1) * BATCH * 10_000 % (1 << 30), rows)

    def read(self, timeout_s: float) -> list[Chunk]:
        away = self._leaves.pop(self._next, None)
        if away is not None:
            self._broken = True
            self._next += away
        if self._broken:
            raise LinkError("fake: out of reach.")
        messages: list[Message] = self._again[:3]
        del self._again[:3]
        if self._next < self._batches:
            messages.append(self.batch(self._next))
            self._next += 1
        if not messages:
            self._now_s += timeout_s
            return []
        return [Chunk(0.1 * self._next, b"".join(frame(encode(m)) for m in messages))]


def runner(board: Wanderer, view: View, path: Path, *, for_s: float | None = None) -> Runner:
    return Runner(
        board,
        settings=PipelineSettings(),
        name="left",
        views=[view],
        record_to=path,
        for_s=for_s,
        clock=board.clock,
        retry_s=(0.0,),
    )


def run(board: Wanderer, path: Path) -> Watcher:
    view = Watcher()
    runner(board, view.update, path).run()
    return view


def recorded(path: Path) -> np.ndarray:
    """Numbers of the samples in imu.csv, in order."""
    accel = read_imu_csv(path / "imu.csv").samples.accel_mps2 / INFO.accel_scale_mps2
    return np.round(accel[:, 0] + 100.0 * accel[:, 2])


def test_what_a_drop_cost_is_in_its_place_in_the_session(tmp_path: Path) -> None:
    board = Wanderer(batches=200, leaves={30: 20, 90: 1, 120: 40}, opens_after=2)
    view = run(board, tmp_path / "s")
    assert recorded(tmp_path / "s").tolist() == list(range(200 * BATCH))
    assert np.diff(read_angles(tmp_path / "s" / "angles.csv").t_s) == pytest.approx(0.01, abs=1e-3)
    assert view.notices == ["link_lost", "link_back"] * 3
    assert view.health is not None
    assert (view.health.lost, view.health.filled, view.health.recovered) == (0, 0, 61 * BATCH)
    assert (view.health.reconnects, view.health.connected, view.health.signal_dbm) == (3, True, -55)
    assert board.starts == 4


def test_a_run_that_is_stopped_while_it_catches_up_reads_back_before_it_ends(tmp_path: Path) -> None:
    board = Wanderer(batches=10**6, leaves={30: 200})

    def stop_soon(_frames: FrameBlock, _events: Sequence[Event], health: LinkHealth) -> None:
        if health.recovered:
            running.stop()

    running = runner(board, stop_soon, tmp_path / "s")
    running.run()
    numbers = recorded(tmp_path / "s")
    assert len(numbers) > 230 * BATCH
    assert numbers.tolist() == list(range(len(numbers)))


def test_what_the_board_has_forgotten_is_a_gap_and_counted(tmp_path: Path) -> None:
    board = Wanderer(batches=700, leaves={30: 500}, memory=100)
    view = run(board, tmp_path / "s")
    numbers = recorded(tmp_path / "s")
    absent = sorted(set(range(700 * BATCH)) - set(numbers.astype(int)))
    assert absent == list(range(absent[0], absent[-1] + 1))
    assert 390 * BATCH <= len(absent) <= 410 * BATCH
    assert view.health is not None
    assert view.health.lost == len(absent)
    assert board.asked[0] == (30, 255)


def test_a_replayed_session_goes_the_same_way_as_the_run(tmp_path: Path) -> None:
    run(Wanderer(batches=200, leaves={30: 20, 120: 40}), tmp_path / "s")
    view = Watcher()
    Runner(
        ReplayLink(tmp_path / "s", speed=0.0),
        settings=PipelineSettings(),
        name="left",
        views=[view.update],
        record_to=tmp_path / "again",
    ).run()
    for name in ("imu.csv", "angles.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "s" / name).read_bytes()


def test_a_run_whose_board_never_comes_back_ends_when_it_is_told_to(tmp_path: Path) -> None:
    board = Wanderer(batches=200, leaves={30: 20}, opens_after=10**9)
    view = Watcher()
    runner(board, view.update, tmp_path / "s", for_s=30.0).run()
    assert board.clock() >= 1030.0
    assert view.notices == ["link_lost"]
    assert view.health is not None
    assert not view.health.connected
    assert open_session(tmp_path / "s").ended is not None
    assert len(recorded(tmp_path / "s")) == 30 * BATCH


def test_the_user_is_told_what_happened_and_that_nobody_has_to_do_anything(tmp_path: Path) -> None:
    view = run(Wanderer(batches=60, leaves={30: 20}), tmp_path / "s")
    lost, back = (event.text for event in view.events if isinstance(event, Notice))
    assert "out of reach" in lost
    assert "until it is back" in lost
    assert "read back" in back
