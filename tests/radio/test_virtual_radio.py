"""The virtual radio is true enough to judge a host by: bleak's own scanner and client on it, no link of shinsight.

What the chip model produced is known to the sample, so what arrives can be compared with it bit by bit.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import numpy as np
import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)

from radio.air import BASE, Air, Board, numbered
from shinsight.wire.gatt import CONTROL, INFO, SERVICE, STREAM
from shinsight.wire.messages import Command, CommandCode, DeviceInfo, ImuBatch, Message, Status, decode, encode

ROWS = np.frombuffer(numbered(), "<i2").reshape(-1, 6)
START = encode(Command(1, CommandCode.START))
BATTERY_SERVICE = "0000180f-0000-1000-8000-00805f9b34fb"
PATIENCE_S = 10.0


class Computer:
    """A program with bleak, on the adapter of this air. Its event loop turns only while it is asked for something."""

    def __init__(self, air: Air) -> None:
        self.scanner_class, self.client_class = air.backend
        self.messages: list[Message] = []
        self.disconnected = 0
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._runner.close()

    def do(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(what)

    def listen(self, until: Callable[[], bool], limit_s: float = PATIENCE_S) -> bool:
        """Let the loop turn until then; whether it came to that."""

        async def wait() -> bool:
            with suppress(TimeoutError):
                async with asyncio.timeout(limit_s):
                    while not until():
                        await asyncio.sleep(0.01)
            return until()

        return bool(self.do(wait()))

    def scan(
        self, enough: Callable[[AdvertisementData], bool], *, service: str = SERVICE, limit_s: float = PATIENCE_S
    ) -> BLEDevice | None:
        """The board whose advertisement is enough."""
        return self.do(
            BleakScanner.find_device_by_filter(
                lambda _, heard: enough(heard),
                timeout=limit_s,
                service_uuids=[service],
                backend=self.scanner_class,
            )
        )

    def find(self, name: str = "left") -> BLEDevice:
        device = self.scan(lambda heard: heard.local_name == name)
        assert device is not None
        return device

    def client(self, device: BLEDevice, *, timeout_s: float = PATIENCE_S) -> BleakClient:
        def gone(_: BleakClient) -> None:
            self.disconnected += 1

        return BleakClient(device, disconnected_callback=gone, timeout=timeout_s, backend=self.client_class)

    def connect(self, name: str = "left") -> BleakClient:
        client = self.client(self.find(name))
        self.do(client.connect())
        return client

    def subscribe(self, client: BleakClient) -> None:
        self.messages = []
        self.do(client.start_notify(STREAM, lambda _, data: self.messages.append(decode(bytes(data)))))

    def stream(self, client: BleakClient) -> None:
        self.subscribe(client)
        self.do(client.write_gatt_char(CONTROL, START, response=True))

    def more(self, samples: int) -> None:
        goal = len(self.samples) + samples
        assert self.listen(lambda: len(self.samples) >= goal), f"{len(self.samples)} of {goal} samples"

    @property
    def samples(self) -> np.ndarray:
        """(n, 6) counts, as they came."""
        batches = [message.samples for message in self.messages if isinstance(message, ImuBatch)]
        return np.array([sample for samples in batches for sample in samples]).reshape(-1, 6)


def first_number(samples: np.ndarray) -> int:
    return int(samples[0, 1]) * BASE + int(samples[0, 0])


def assert_as_the_chip_made_them(samples: np.ndarray) -> None:
    first = first_number(samples)
    assert np.array_equal(samples, ROWS[first : first + len(samples)])


@pytest.fixture
def air() -> Iterator[Air]:
    with Air(interval_ms=7.5) as air:
        yield air


@pytest.fixture
def board(air: Air) -> Board:
    return air.board(name="left")


@pytest.fixture
def computer(air: Air, board: Board) -> Iterator[Computer]:
    with Computer(air) as computer:
        yield computer


def test_a_board_is_found_by_its_service_and_the_scan_response_has_its_name(computer: Computer) -> None:
    heard: list[AdvertisementData] = []

    def eight(advertisement: AdvertisementData) -> bool:
        heard.append(advertisement)
        return len(heard) == 8

    device = computer.scan(eight)
    assert device is not None
    assert device.name == "left"
    assert {one.local_name for one in heard[2:]} == {"left"}  # the first may come before the scan response
    assert {tuple(one.service_uuids) for one in heard} == {(SERVICE,)}
    assert len({one.rssi for one in heard}) > 1


def test_who_asks_for_another_service_hears_no_board(computer: Computer) -> None:
    assert computer.scan(lambda _: True, service=BATTERY_SERVICE, limit_s=0.5) is None


@pytest.mark.parametrize(("asked", "agreed"), [(23, 23), (517, 247)])
def test_the_smaller_mtu_holds_and_info_is_read_whole(asked: int, agreed: int) -> None:
    with Air(interval_ms=0.0, mtu=asked) as air, Computer(air) as computer:
        air.board(name="left")
        client = computer.connect()
        assert client.mtu_size == agreed
        info = decode(bytes(computer.do(client.read_gatt_char(INFO))))
        assert isinstance(info, DeviceInfo)
        assert info.chip == "LSM6DSO"


@pytest.mark.parametrize("interval_ms", [7.5, 15.0, 45.0])
def test_what_arrives_is_what_the_chip_made(interval_ms: float) -> None:
    with Air(interval_ms=interval_ms) as air, Computer(air) as computer:
        air.board(name="left")
        computer.stream(computer.connect())
        computer.more(45)
        assert_as_the_chip_made_them(computer.samples)


def test_a_radio_too_slow_for_the_stream_holds_it_up_and_loses_nothing() -> None:
    with Air(interval_ms=7.5, mtu=23) as air, Computer(air) as computer:  # one sample a notification
        air.board(name="left")
        computer.stream(computer.connect())
        computer.more(20)
        air.interval_ms = 300.0  # at most 12 notifications each: 40 a second of 105
        computer.more(45)
        air.interval_ms = 7.5
        computer.more(100)
        assert_as_the_chip_made_them(computer.samples)
        waited = [message.queue_high_water for message in computer.messages if isinstance(message, Status)]
        assert max(waited) > 50


def test_a_jammed_radio_sends_all_of_it_later(computer: Computer, board: Board) -> None:
    computer.stream(computer.connect())
    computer.more(20)
    board.jam(1.0)
    computer.more(120)
    assert_as_the_chip_made_them(computer.samples)


def test_after_a_drop_bleak_is_told_and_the_board_can_be_found_again(computer: Computer, board: Board) -> None:
    client = computer.connect()
    computer.stream(client)
    computer.more(20)
    before = first_number(computer.samples[-1:])
    board.drop()
    assert computer.listen(lambda: computer.disconnected == 1)
    assert not client.is_connected
    computer.stream(computer.connect())
    computer.more(20)
    assert_as_the_chip_made_them(computer.samples)
    assert first_number(computer.samples) > before


def test_a_board_out_of_reach_is_not_heard(computer: Computer, board: Board) -> None:
    computer.connect()
    board.reach(False)
    assert computer.listen(lambda: computer.disconnected == 1)
    assert computer.scan(lambda _: True, limit_s=0.5) is None
    board.reach(True)
    assert computer.connect().is_connected


def test_no_notification_outlives_its_connection(computer: Computer, board: Board) -> None:
    computer.stream(computer.connect())
    computer.more(20)
    board.jammed(True)
    computer.listen(lambda: False, limit_s=0.3)
    board.drop()
    computer.subscribe(computer.connect())
    board.jammed(False)
    assert computer.listen(lambda: any(isinstance(message, Status) for message in computer.messages))
    assert computer.samples.size == 0


def test_no_command_outlives_its_connection(air: Air, computer: Computer, board: Board) -> None:
    client = computer.connect()
    air.interval_ms = 1000.0
    computer.listen(lambda: time.monotonic() % 1.0 < 0.2)  # just after an event: the next one finds the next connection
    computer.do(client.write_gatt_char(CONTROL, START, response=False))
    board.drop()
    air.interval_ms = 7.5
    computer.subscribe(computer.connect())
    computer.listen(lambda: False, limit_s=1.0)
    assert any(isinstance(message, Status) for message in computer.messages)
    assert computer.samples.size == 0


def test_a_firmware_that_dies_ends_its_connection_and_its_next_life_is_found(computer: Computer, board: Board) -> None:
    computer.stream(computer.connect())
    computer.more(20)
    board.kill()
    assert computer.listen(lambda: computer.disconnected == 1)
    board.start()
    computer.stream(computer.connect())
    computer.more(20)
    assert_as_the_chip_made_them(computer.samples)


def test_what_a_characteristic_does_not_permit_is_refused(computer: Computer) -> None:
    client = computer.connect()
    with pytest.raises(BleakGATTProtocolError) as refused:
        computer.do(client.write_gatt_char(INFO, b"x", response=True))
    assert refused.value.code == BleakGATTProtocolErrorCode.WRITE_NOT_PERMITTED
    with pytest.raises(BleakGATTProtocolError) as refused:
        computer.do(client.read_gatt_char(STREAM))
    assert refused.value.code == BleakGATTProtocolErrorCode.READ_NOT_PERMITTED


def test_a_lost_connection_is_an_error_of_bleak_to_who_reads_writes_or_waits(
    air: Air, computer: Computer, board: Board
) -> None:
    client = computer.connect()
    air.interval_ms = 300.0  # so that the answer is still to come

    async def write_while_it_drops() -> None:
        writing = asyncio.create_task(client.write_gatt_char(CONTROL, START, response=True))
        await asyncio.sleep(0.02)
        await asyncio.to_thread(board.drop)
        await writing

    with pytest.raises(BleakError):
        computer.do(write_while_it_drops())
    assert computer.listen(lambda: computer.disconnected == 1)
    with pytest.raises(BleakError):
        computer.do(client.write_gatt_char(CONTROL, START, response=True))
    with pytest.raises(BleakError):
        computer.do(client.read_gatt_char(INFO))


def test_connecting_that_was_given_up_does_not_take_the_board_when_it_comes_back(
    computer: Computer, board: Board
) -> None:
    device = computer.find()
    board.reach(False)
    with pytest.raises(TimeoutError):
        computer.do(computer.client(device, timeout_s=0.3).connect())
    board.reach(True)
    client = computer.client(computer.find())
    computer.do(client.connect())
    assert client.is_connected


def test_two_boards_can_be_connected_at_the_same_moment(air: Air, computer: Computer) -> None:
    air.board(name="right")
    both = [computer.client(computer.find(name)) for name in ("left", "right")]

    async def at_once() -> None:
        await asyncio.gather(*(client.connect() for client in both))

    computer.do(at_once())
    assert [client.is_connected for client in both] == [True, True]


def test_an_adapter_switched_off_ends_connections_and_refuses_until_it_is_on(air: Air, computer: Computer) -> None:
    device = computer.find()
    computer.do(computer.client(device).connect())
    air.adapter_off()
    assert computer.listen(lambda: computer.disconnected == 1)
    with pytest.raises(BleakBluetoothNotAvailableError) as off:
        computer.find()
    assert off.value.reason == BleakBluetoothNotAvailableReason.POWERED_OFF
    with pytest.raises(BleakBluetoothNotAvailableError):
        computer.do(computer.client(device).connect())
    air.adapter_on()
    assert computer.connect().is_connected
