"""bleak on a bumble device: the same BleakScanner and BleakClient, another radio under them.

The device lives on the radio's event loop; bleak is used from loops of its own. Every call crosses over to the radio's
loop and comes back, every callback is handed to the loop that asked for it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bleak.backends.characteristic import BleakGATTCharacteristic, CharacteristicPropertyName
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakError,
    BleakGATTProtocolError,
)
from bumble.att import ATT_Error
from bumble.core import UUID, AdvertisingData, BaseBumbleError
from bumble.device import Connection, Device, Peer
from bumble.hci import Address, HCI_LE_Create_Connection_Cancel_Command

PROPERTIES: tuple[CharacteristicPropertyName, ...] = (
    "broadcast",
    "read",
    "write-without-response",
    "write",
    "notify",
    "indicate",
    "authenticated-signed-writes",
    "extended-properties",
)
"""bleak's names in the bit order of a characteristic's declaration."""


@dataclass(slots=True)
class Adapter:
    """A bumble device as a computer's Bluetooth adapter. mtu: what the computer asks for (BlueZ: 517)."""

    device: Device
    loop: asyncio.AbstractEventLoop
    mtu: int = 517
    on: bool = True
    _connecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def there(self, doing: Coroutine[Any, Any, Any], *, although_off: bool = False) -> Any:
        """Await it on the radio's loop, from any other."""
        if not self.on and not although_off:
            doing.close()
            raise BleakBluetoothNotAvailableError(
                "No powered Bluetooth adapters found.", BleakBluetoothNotAvailableReason.POWERED_OFF
            )
        try:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(doing, self.loop))
        except ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except BaseBumbleError as error:
            raise BleakError(str(error)) from error
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # bumble cancels a request whose connection ends.
            raise BleakError("disconnected") from None

    async def connect(self, target: Address) -> Connection:
        """On the radio's loop. A controller makes one connection at a time, so others wait."""
        async with self._connecting:
            try:
                return await self.device.connect(target)
            except asyncio.CancelledError:
                await self.device.send_sync_command(HCI_LE_Create_Connection_Cancel_Command())
                raise

    async def power(self, on: bool) -> None:
        """On the radio's loop: Bluetooth is switched off, which ends every scan and connection, or on."""
        self.on = on
        if on:
            return
        if self.device.is_scanning:
            await self.device.stop_scanning()
        for connection in list(self.device.connections.values()):
            await connection.disconnect()


def backend(adapter: Adapter) -> tuple[type[BaseBleakScanner], type[BaseBleakClient]]:
    """Classes for bleak's `backend=`, bound to this adapter."""
    scanner = type("Scanner", (Scanner,), {"adapter": adapter})
    client = type("Client", (Client,), {"adapter": adapter})
    return scanner, client


class Scanner(BaseBleakScanner):
    adapter: Adapter

    def __init__(self, detection_callback: Any, service_uuids: Any, scanning_mode: Any, **_: Any) -> None:
        super().__init__(detection_callback, service_uuids)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._names: dict[str, str] = {}

    async def start(self) -> None:
        self.seen_devices = {}
        self._loop = asyncio.get_running_loop()
        await self.adapter.there(self._start())

    async def _start(self) -> None:
        self.adapter.device.on("advertisement", self._heard)
        if not self.adapter.device.is_scanning:
            await self.adapter.device.start_scanning(active=True, filter_duplicates=False)

    async def stop(self) -> None:
        await self.adapter.there(self._stop(), although_off=True)

    async def _stop(self) -> None:
        device = self.adapter.device
        device.remove_listener("advertisement", self._heard)
        if device.is_scanning and not device.listeners("advertisement"):
            await device.stop_scanning()

    def _heard(self, advertisement: Any) -> None:
        assert self._loop is not None
        with suppress(RuntimeError):  # the asking loop has closed
            self._loop.call_soon_threadsafe(self._tell, advertisement)

    def _tell(self, advertisement: Any) -> None:
        name, uuids = _told(advertisement.data)
        if not self.is_allowed_uuid(uuids):
            return
        address = advertisement.address.to_string(False)
        # bumble tells of an advertisement before the scan response with the name; systems remember the name.
        name = self._names[address] = name or self._names.get(address, "")
        data = AdvertisementData(
            local_name=name or None,
            manufacturer_data={},
            service_data={},
            service_uuids=uuids,
            tx_power=None,
            rssi=advertisement.rssi,
            platform_data=(advertisement,),
        )
        device = self.create_or_update_device(address, address, name or None, advertisement.address, data)
        self.call_detection_callbacks(device, data)


class Client(BaseBleakClient):
    adapter: Adapter

    def __init__(self, address_or_ble_device: Any, **settings: Any) -> None:
        super().__init__(
            address_or_ble_device,
            disconnected_callback=settings["disconnected_callback"],
            timeout=settings["timeout"],
        )
        if not isinstance(address_or_ble_device, BLEDevice):
            raise BleakError("this backend connects to devices that were scanned, not to addresses")
        self._target = address_or_ble_device.details
        self._name = address_or_ble_device.name or self.address
        self._connection: Any = None
        self._listeners: dict[int, Any] = {}

    @property
    def name(self) -> str:
        return self._name

    @property
    def mtu_size(self) -> int:
        return self._connection.att_mtu if self._connection is not None else 23

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    async def connect(self, pair: bool, **_: Any) -> None:
        loop = asyncio.get_running_loop()

        def gone(_: int) -> None:
            with suppress(RuntimeError):  # the asking loop has closed
                loop.call_soon_threadsafe(self._gone)

        try:
            async with asyncio.timeout(self._timeout):
                await self.adapter.there(self._connect(gone))
        except BaseException:
            await self.disconnect()
            raise
        if pair:
            await self.pair()

    async def _connect(self, gone: Any) -> None:
        connection = await self.adapter.connect(self._target)
        self._connection = connection
        connection.once("disconnection", gone)
        peer = Peer(connection)
        if self.adapter.mtu > 23:
            await peer.request_mtu(self.adapter.mtu)
        await self._discover(peer)

    def _gone(self) -> None:
        self._connection = None
        self.services = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and self.adapter.on:
            with suppress(BleakError):  # it has gone by itself
                await self.adapter.there(connection.disconnect())

    async def pair(self, *_: Any, **__: Any) -> None:
        await self.adapter.there(self._connection.pair())

    async def unpair(self) -> None:
        raise NotImplementedError

    async def _discover(self, peer: Peer) -> None:
        services = BleakGATTServiceCollection()
        for found in await peer.discover_services():
            service = BleakGATTService(found, found.handle, _text(found.uuid))
            services.add_service(service)
            for one in await found.discover_characteristics():
                names = [name for bit, name in enumerate(PROPERTIES) if int(one.properties) >> bit & 1]
                characteristic = BleakGATTCharacteristic(
                    one, one.handle, _text(one.uuid), names, lambda: self.mtu_size - 3, service
                )
                services.add_characteristic(characteristic)
        self.services = services

    def _connected(self) -> None:
        if self._connection is None:
            raise BleakError("Not connected")

    async def read_gatt_char(self, characteristic: BleakGATTCharacteristic, **_: Any) -> bytearray:
        self._connected()
        return bytearray(await self.adapter.there(characteristic.obj.read_value()))

    async def write_gatt_char(self, characteristic: BleakGATTCharacteristic, data: Any, response: bool) -> None:
        self._connected()
        await self.adapter.there(characteristic.obj.write_value(bytes(data), with_response=response))

    async def start_notify(self, characteristic: BleakGATTCharacteristic, callback: Any, **_: Any) -> None:
        self._connected()
        loop = asyncio.get_running_loop()

        def heard(value: bytes) -> None:
            with suppress(RuntimeError):  # the asking loop has closed
                loop.call_soon_threadsafe(callback, bytearray(value))

        self._listeners[characteristic.handle] = heard
        await self.adapter.there(characteristic.obj.subscribe(heard, prefer_notify=True))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        heard = self._listeners.pop(characteristic.handle)
        await self.adapter.there(characteristic.obj.unsubscribe(heard, force=True))

    async def read_gatt_descriptor(self, descriptor: Any, **_: Any) -> bytearray:
        raise NotImplementedError

    async def write_gatt_descriptor(self, descriptor: Any, data: Any) -> None:
        raise NotImplementedError


def _text(number: UUID) -> str:
    return str(uuid.UUID(bytes=number.to_bytes(force_128=True)[::-1]))


def _told(data: AdvertisingData) -> tuple[str | None, list[str]]:
    """(name, service UUIDs) of an advertisement and its scan response (Core Specification Supplement, part A)."""
    names = [value for kind, value in data.ad_structures if kind in (0x08, 0x09)]
    uuids = [
        _text(UUID.from_bytes(value[at : at + size]))
        for kind, value in data.ad_structures
        for kinds, size in (((0x02, 0x03), 2), ((0x04, 0x05), 4), ((0x06, 0x07), 16))
        if kind in kinds
        for at in range(0, len(value), size)
    ]
    return (names[0].decode(errors="replace") if names else None), uuids
