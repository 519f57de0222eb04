"""A computer and a board that keeps to its own hosts, with a system under bleak that pairs or does not."""

from __future__ import annotations

from typing import Any

import pytest
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDBusError, BleakError, BleakGATTProtocolError

from shinsight.errors import LinkError
from shinsight.transport.ble import BleLink
from shinsight.wire.framing import frame
from shinsight.wire.gatt import CONTROL, INFO, SERVICE, STREAM

NOT_PAIRED = BleakDBusError("org.bluez.Error.NotPermitted", ["Not paired"])


class Board:
    """The far end: who is bonded may read and write."""

    def __init__(self, *, bonded: bool = False, welcoming: bool = True, refusal: BleakError | None = None) -> None:
        self.bonded = bonded
        self.welcoming = welcoming
        self.refusal = refusal or BleakGATTProtocolError(0x05)
        self.pairings = 0
        self.key_kept = bonded

    def check(self) -> None:
        if not self.bonded:
            raise self.refusal


class Scanner(BaseBleakScanner):
    def __init__(self, detection_callback: Any, service_uuids: Any, scanning_mode: Any, **_: Any) -> None:
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        data = AdvertisementData("shin", {}, {}, [SERVICE], None, -50, ())
        device = self.create_or_update_device("key", "00:11:22:33:44:55", "shin", None, data)
        self.call_detection_callbacks(device, data)

    async def stop(self) -> None:
        pass


class Client(BaseBleakClient):
    board: Board

    def __init__(self, device: Any, **settings: Any) -> None:
        super().__init__(device, disconnected_callback=None, timeout=settings["timeout"])
        self._connected = False

    name = "shin"
    mtu_size = 247

    @property
    def is_connected(self) -> bool:
        return self._connected

    async def connect(self, pair: bool, **_: Any) -> None:
        self._connected = True
        service = BleakGATTService(None, 1, SERVICE)
        self.services = BleakGATTServiceCollection()
        self.services.add_service(service)
        for handle, uuid in ((2, STREAM), (5, CONTROL), (8, INFO)):
            self.services.add_characteristic(BleakGATTCharacteristic(None, handle, uuid, [], lambda: 20, service))

    async def disconnect(self) -> None:
        self._connected = False

    async def pair(self, *_: Any, **__: Any) -> None:
        self.board.pairings += 1
        self.board.key_kept = True
        self.board.bonded = self.board.welcoming

    async def unpair(self) -> None:
        self.board.key_kept = False

    async def read_gatt_char(self, characteristic: BleakGATTCharacteristic, **_: Any) -> bytearray:
        self.board.check()
        return bytearray(b"info")

    async def write_gatt_char(self, characteristic: BleakGATTCharacteristic, data: Any, response: bool) -> None:
        self.board.check()

    async def start_notify(self, characteristic: BleakGATTCharacteristic, callback: Any, **_: Any) -> None:
        pass

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        pass

    async def read_gatt_descriptor(self, descriptor: Any, **_: Any) -> bytearray:
        raise NotImplementedError

    async def write_gatt_descriptor(self, descriptor: Any, data: Any) -> None:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shinsight.transport.ble.SETTLE_S", 0.0)


def link_to(board: Board) -> BleLink:
    return BleLink(backend=(Scanner, type("ClientOfBoard", (Client,), {"board": board})))


@pytest.mark.parametrize("refusal", [BleakGATTProtocolError(code) for code in (0x05, 0x08, 0x0C, 0x0F)] + [NOT_PAIRED])
def test_a_board_that_wants_a_bond_and_takes_one_is_paired_with_once(refusal: BleakError) -> None:
    board = Board(refusal=refusal)
    link = link_to(board)
    link.open()
    try:
        assert [chunk.data for chunk in link.read(1.0)] == [frame(b"info")]
        link.write(frame(b"\x60\x01\x02"))
    finally:
        link.close()
    assert (board.pairings, board.key_kept) == (1, True)


def test_a_bonded_host_does_not_pair_anew() -> None:
    board = Board(bonded=True)
    link = link_to(board)
    link.open()
    link.close()
    assert board.pairings == 0


def test_a_board_that_takes_nobody_now_is_an_error_that_says_how_to_bond_and_no_useless_key_stays() -> None:
    board = Board(welcoming=False)
    with pytest.raises(LinkError, match=r"accepts only bonded computers.*hold its button"):
        link_to(board).open()
    assert (board.pairings, board.key_kept) == (1, False)


def test_another_failure_is_no_reason_to_pair() -> None:
    board = Board(refusal=BleakGATTProtocolError(0x0E))
    with pytest.raises(LinkError, match="could not be connected"):
        link_to(board).open()
    assert board.pairings == 0


def test_a_refused_command_says_how_to_bond() -> None:
    board = Board(bonded=True)
    link = link_to(board)
    link.open()
    board.bonded = False
    try:
        with pytest.raises(LinkError, match="hold its button"):
            link.write(frame(b"\x60\x01\x02"))
    finally:
        link.close()
