"""`ble:` from end to end: firmware in the real MicroPython, a virtual radio, bleak, the runner, the session on disk."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from acquisition.test_runner import Watcher
from radio.air import BASE, Air
from shinsight.acquisition.runner import Runner
from shinsight.device.client import BoardClient
from shinsight.errors import LinkError
from shinsight.pipeline.settings import PipelineSettings
from shinsight.transport.ble import BleLink
from shinsight.wire.decoder import Decoder
from shinsight.wire.framing import frame
from shinsight.wire.messages import BoardState, Command, CommandCode, Setting, Status, encode

ACCEL_MPS2 = 0.488e-3 * 9.80665


class Run:
    """A recording that goes on while the test plays tricks on the radio."""

    def __init__(self, air: Air, path: Path, *, name: str = "") -> None:
        self.view = Watcher()
        self.path = path
        link = BleLink(name, backend=air.backend)
        self._runner = Runner(link, settings=PipelineSettings(), name="left", views=[self.view.update], record_to=path)
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run)

    @property
    def link_notices(self) -> list[str]:
        return [code for code in self.view.notices if code.startswith("link")]

    def _run(self) -> None:
        try:
            self._runner.run()
        except BaseException as error:
            self._error = error

    def __enter__(self) -> Run:
        self._thread.start()
        self.wait_for(lambda: self.view.samples > 100)
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.stop()
        self._thread.join(30.0)
        if self._error is not None:
            raise self._error

    def wait_for(self, condition: object, limit_s: float = 30.0) -> None:
        until_s = time.monotonic() + limit_s
        while not condition():  # type: ignore[operator]
            assert time.monotonic() < until_s, f"{self.view.notices}, {self.view.samples} samples, {self._error}"
            time.sleep(0.02)

    def more(self, samples: int) -> None:
        """Until so many more have come."""
        goal = self.view.samples + samples
        self.wait_for(lambda: self.view.samples >= goal, limit_s=20.0 + samples / 50.0)

    @property
    def numbers(self) -> np.ndarray:
        """Of the samples on disk."""
        # Not by read_imu_csv, to which such numbers are no accelerometer.
        accel_mps2 = np.loadtxt(self.path / "imu.csv", delimiter=",", skiprows=1, usecols=(1, 2))
        x, y = np.round(accel_mps2 / ACCEL_MPS2).astype(int).T
        return y * BASE + x


def assert_whole(numbers: np.ndarray, at_least: int) -> None:
    assert len(numbers) >= at_least
    assert np.array_equal(numbers, np.arange(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.parametrize(("interval_ms", "mtu"), [(7.5, 247), (15.0, 517), (45.0, 247), (45.0, 23)])
def test_every_sample_of_the_chip_is_in_the_session(tmp_path: Path, interval_ms: float, mtu: int) -> None:
    with Air(interval_ms=interval_ms, mtu=mtu) as air:
        air.board()
        with Run(air, tmp_path / "s") as run:
            run.more(250)
        assert_whole(run.numbers, 300)
        assert run.view.health is not None
        assert (run.view.health.lost, run.view.health.damaged, run.view.health.reconnects) == (0, 0, 0)
        assert run.view.health.signal_dbm is not None


def test_at_the_end_the_board_is_stopped_and_free_for_the_next_host(tmp_path: Path) -> None:
    with Air() as air:
        air.board()
        with Run(air, tmp_path / "s"):
            pass
        link = BleLink(backend=air.backend)
        link.open()
        link.write(frame(encode(Command(9, CommandCode.STATUS))))
        decoder, said = Decoder(), []
        for _ in range(40):
            said += [m for chunk in link.read(0.05) for m in decoder.feed(chunk.data) if isinstance(m, Status)]
        link.close()
    assert said
    assert {status.state for status in said} == {BoardState.IDLE}


def test_drops_in_mid_set_cost_nothing_and_nobody_touches_the_keyboard(tmp_path: Path) -> None:
    with Air() as air:
        board = air.board()
        with Run(air, tmp_path / "s") as run:
            for seconds in (0.1, 1.0, 4.0):
                board.away(seconds)
                run.wait_for(lambda: run.link_notices[-1:] == ["link_back"])
                run.more(300)
        assert_whole(run.numbers, 1100)
        assert run.link_notices == ["link_lost", "link_back"] * 3
        assert run.view.health is not None
        assert run.view.health.recovered > 400
        assert board.words == ""


def test_a_jammed_radio_is_waited_for(tmp_path: Path) -> None:
    with Air() as air:
        board = air.board()
        with Run(air, tmp_path / "s") as run:
            board.jam(3.0)
            run.more(500)
        assert_whole(run.numbers, 600)


def test_an_adapter_that_goes_off_and_on_again_costs_nothing(tmp_path: Path) -> None:
    with Air() as air:
        air.board()
        with Run(air, tmp_path / "s") as run:
            air.adapter_off()
            time.sleep(2.0)
            air.adapter_on()
            run.wait_for(lambda: run.link_notices[-1:] == ["link_back"])
            run.more(300)
        assert_whole(run.numbers, 300)


def test_a_board_that_restarts_goes_on_and_what_it_forgot_is_a_gap(tmp_path: Path) -> None:
    with Air() as air:
        board = air.board()
        with Run(air, tmp_path / "s") as run:
            board.kill()
            board.start()
            run.wait_for(lambda: run.link_notices[-1:] == ["link_back"])
            run.more(300)
        assert run.view.health is not None
        assert run.view.health.reconnects == 1
        assert len(run.numbers) > 400


def test_two_boards_are_told_apart_by_name(tmp_path: Path) -> None:
    with Air() as air:
        air.board(name="Anna Left")
        air.board(name="Anna Right")
        with pytest.raises(LinkError, match=r"several boards are in reach: Anna Left .*Anna Right"):
            BleLink(backend=air.backend).open()
        with Run(air, tmp_path / "l", name="left") as left, Run(air, tmp_path / "r", name="RIGHT") as right:
            left.more(300)
            right.more(300)
        assert_whole(left.numbers, 300)
        assert_whole(right.numbers, 300)


def test_a_new_name_is_what_the_board_is_found_by() -> None:
    with Air() as air:
        air.board()
        with BoardClient(BleLink(backend=air.backend)) as client:
            client.set(Setting.NAME, b"Anna left")
        link = BleLink("anna LEFT", backend=air.backend)
        link.open()
        link.close()


def test_nobody_in_reach_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shinsight.transport.ble.SCAN_S", 0.5)
    with Air() as air, pytest.raises(LinkError, match=r"no board named 'left' is in reach .*shinsight doctor"):
        BleLink("left", backend=air.backend).open()


def test_an_adapter_that_is_off_is_an_error_with_a_remedy() -> None:
    with Air() as air:
        air.adapter_off()
        with pytest.raises(LinkError, match="Is Bluetooth on"):
            BleLink(backend=air.backend).open()
