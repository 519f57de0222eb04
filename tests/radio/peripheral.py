"""The far end of the firmware's radio: what firmware/emulator/air_socket.py says becomes a bumble peripheral.

The firmware runs in the real MicroPython; its `bluetooth` stand-in speaks the frames that air_socket.py describes.
"""

from __future__ import annotations

import asyncio
import json
import struct
from contextlib import suppress
from typing import Any

from bumble import att
from bumble.core import UUID, ProtocolError
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.hci import Address

from .radio import Controller, RadioLink

_HEAD = struct.Struct("<HB")
_UNITS_PER_S = 1.0 / 0.00125


class Peripheral:
    """One firmware on the radio, from its radio's on to its off. `drop`, `silence` and `jam` are faults."""

    def __init__(
        self, link: RadioLink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address
    ) -> None:
        self._link = link
        self._reader, self._writer = reader, writer
        self._controller = Controller("board", link=link)
        config = DeviceConfiguration(name="board", address=address, gap_service_enabled=True)
        self._device: Device = Device.from_config_with_hci(config, self._controller, self._controller)
        self._device.on("connection", self._connected)
        self._characteristics: dict[int, Characteristic[bytes]] = {}
        self._values: dict[int, bytes] = {}
        self._connections: dict[int, Connection] = {}
        self._advertising: tuple[int, bytes, bytes] | None = None
        self._silent = False
        self._jammed = False
        self._unsent: list[tuple[Connection, int, bytes]] = []

    async def run(self) -> None:
        """Until the firmware's radio goes off."""
        try:
            while True:
                length, kind = _HEAD.unpack(await self._reader.readexactly(_HEAD.size))
                await self._heard(chr(kind), await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            await self.drop()
            with suppress(ProtocolError, asyncio.CancelledError):
                await self._device.stop_advertising()
            self._link.remove_controller(self._controller)
            self._writer.close()

    async def drop(self) -> None:
        """The connection is lost."""
        for connection in list(self._connections.values()):
            with suppress(ProtocolError, asyncio.CancelledError):
                await connection.disconnect()

    async def silence(self, silent: bool) -> None:
        """Out of reach: no connection and no advertisement that anybody hears."""
        self._silent = silent
        if silent:
            await self.drop()
        await self._advertise()

    async def jam(self, jammed: bool) -> None:
        """No notification leaves and no buffer comes back while the radio is jammed."""
        self._jammed = jammed
        while self._unsent and not self._jammed:
            await self._send(*self._unsent.pop(0))

    def tell_interval(self) -> None:
        """Of the connections that there are, to the firmware."""
        for connection in self._connections.values():
            units = max(6, round(self._link.interval_s * _UNITS_PER_S))
            self._tell("u", struct.pack("<HHHH", connection.handle, units, 0, 400))

    async def _heard(self, kind: str, payload: bytes) -> None:
        match kind:
            case "P":
                self._device.gatt_server.max_mtu = struct.unpack_from("<H", payload)[0]
            case "S":
                services = json.loads(payload)
                self._device.add_services([self._service(uuid, rows) for uuid, rows in services])
                await self._device.power_on()
            case "V":
                handle, update = struct.unpack_from("<HB", payload)
                self._values[handle] = payload[3:]
                if update:
                    await self._device.gatt_server.notify_subscribers(self._characteristics[handle], payload[3:])
            case "A":
                interval_us, _, length = struct.unpack_from("<IBB", payload)
                self._advertising = (interval_us, payload[6 : 6 + length], payload[6 + length :])
                await self._advertise()
            case "N":
                number, handle = struct.unpack_from("<HH", payload)
                connection = self._connections.get(number)
                if connection is not None:
                    await self._notify(connection, handle, payload[4:])
            case "X":
                connection = self._connections.get(struct.unpack("<H", payload)[0])
                if connection is not None:
                    await connection.disconnect()
            case _:
                raise ValueError(f"frame of type {kind!r} from the firmware")

    def _service(self, uuid: str, rows: list[list[Any]]) -> Service:
        characteristics = []
        for name, flags, handle in rows:
            characteristic = self._characteristic(name, flags, handle)
            self._characteristics[handle] = characteristic
            self._values[handle] = b""
            characteristics.append(characteristic)
        return Service(UUID(uuid), characteristics)

    def _characteristic(self, uuid: str, flags: int, handle: int) -> Characteristic[bytes]:
        properties = Characteristic.Properties(flags & 0x3E)
        permissions = att.Attribute.Permissions(0)
        if flags & 0x02:
            permissions |= att.Attribute.READABLE
        if flags & 0x0C:
            permissions |= att.Attribute.WRITEABLE

        # bumble 0.0.236 refuses nothing on account of absent permissions.
        def read(_: Connection) -> bytes:
            if not permissions & att.Attribute.READABLE:
                raise att.ATT_Error(att.ErrorCode.READ_NOT_PERMITTED, handle)
            return self._values[handle]

        def write(connection: Connection, value: bytes) -> None:
            if not permissions & att.Attribute.WRITEABLE:
                raise att.ATT_Error(att.ErrorCode.WRITE_NOT_PERMITTED, handle)
            self._tell("w", struct.pack("<HH", connection.handle, handle) + bytes(value))

        return Characteristic(UUID(uuid), properties, permissions, CharacteristicValue(read=read, write=write))

    async def _advertise(self) -> None:
        if self._device.is_advertising:
            await self._device.stop_advertising()
        if self._silent or self._advertising is None or not self._advertising[0]:
            return
        interval_us, advertisement, scan_response = self._advertising
        await self._device.start_advertising(
            auto_restart=False,
            advertising_data=advertisement,
            scan_response_data=scan_response,
            advertising_interval_min=interval_us / 1000.0,
            advertising_interval_max=interval_us / 1000.0,
        )

    async def _notify(self, connection: Connection, handle: int, data: bytes) -> None:
        if self._jammed or self._unsent:
            self._unsent.append((connection, handle, data))
        else:
            await self._send(connection, handle, data)

    async def _send(self, connection: Connection, handle: int, data: bytes) -> None:
        # MicroPython sends whether or not the central has subscribed.
        await self._device.gatt_server.notify_subscriber(connection, self._characteristics[handle], data, force=True)

        def carried() -> None:
            if self._connections.get(connection.handle) is connection:
                self._tell("k", struct.pack("<HB", connection.handle, 1))

        self._link.at_event(("credit", id(self)), carried)

    def _connected(self, connection: Connection) -> None:
        self._advertising = None  # as on a board: a connection ends advertising
        self._connections[connection.handle] = connection
        peer = connection.peer_address
        told = struct.pack("<HB", connection.handle, int(peer.address_type) & 1) + bytes(peer)[::-1]

        def agreed() -> None:
            self._tell("m", struct.pack("<HH", connection.handle, connection.att_mtu))

        def ended(_: int) -> None:
            self._connections.pop(connection.handle, None)
            self._unsent = [waiting for waiting in self._unsent if waiting[0] is not connection]
            self._tell("d", told)

        connection.on("connection_att_mtu_update", agreed)
        connection.on("disconnection", ended)
        self._tell("c", told)
        self.tell_interval()

    def _tell(self, kind: str, payload: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(_HEAD.pack(len(payload), ord(kind)) + payload)
