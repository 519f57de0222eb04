"""`ble:`, `ble:left`: a board over Bluetooth Low Energy. The only module that knows bleak.

Boards are found by the service they advertise and chosen by name, never by address. Order: connect, read Info,
subscribe, and only then send START: BlueZ drops what comes before the subscription is confirmed. Each
notification is framed on arrival, so that what follows is the same stream as over a cable. A board that keeps to its
own hosts refuses Info to a host that is not bonded; then the system is asked to pair, once.

bleak lives in an event loop on a thread of its own; `read` and `write` are called from another.
"""

from __future__ import annotations

import asyncio
import platform
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NoReturn, TypeVar

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakDBusError, BleakError, BleakGATTProtocolError, BleakGATTProtocolErrorCode

from ..errors import LinkError
from ..wire.framing import DELIMITER, Chunk, frame, unframe
from ..wire.gatt import CONTROL, INFO, SERVICE, STREAM

SCAN_S = 8.0
SETTLE_S = 1.0
"""After the first board another one may show up, and then a name is needed."""
CONNECT_S = 15.0
WRITE_S = 5.0
PAIR_S = 30.0
"""A person has to confirm the question of the system."""
REFUSED = frozenset(
    {
        BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION,
        BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHORIZATION,
        BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION,
        BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION_KEY_SIZE,
    }
)
HOW_TO_BOND = (
    "the board accepts only bonded computers, and not this one. While it waits, hold its button for two seconds: three "
    "short flashes mean that it accepts new computers for a minute. Then try again. If this computer was bonded "
    "before, first remove the board from its Bluetooth settings."
)
Result = TypeVar("Result")
Backend = tuple[type[BaseBleakScanner], type[BaseBleakClient]]
"""Scanner and client of bleak, for tests. None is the system's own."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A board in reach. signal_dbm: of its last advertisement."""

    name: str
    signal_dbm: int
    device: BLEDevice


class BleLink:
    """A `Link` to the board whose name contains `name`, or to the only one in reach."""

    recovers = True

    def __init__(self, name: str = "", *, backend: Backend | None = None) -> None:
        self.name = f"ble:{name}"
        self.signal_dbm: int | None = None
        self._wanted = name
        self._backend = backend
        self._came: SimpleQueue[Chunk | None] = SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._client: BleakClient | None = None
        self._known: str | None = None  # address of the board, once there was one
        self._unfinished = b""

    @property
    def ended(self) -> bool:
        """Return False: a board can always send more."""
        return False

    def open(self) -> None:
        """Find the board and connect. Raises `LinkError` with a remedy when that fails."""
        self._came = SimpleQueue()
        self._unfinished = b""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = Thread(target=self._loop.run_forever, name="bluetooth", daemon=True)
            self._thread.start()
        try:
            self._wait(self._connect(), SCAN_S + SETTLE_S + CONNECT_S + WRITE_S + PAIR_S)
        except LinkError:
            self.close()
            raise
        except (BleakError, OSError, TimeoutError, EOFError) as error:
            self.close()
            self._fail(f"{self.name} could not be connected: {_words(error)}", error)

    async def _connect(self) -> None:
        board = await self._find()
        came = self._came

        def gone(_: BleakClient) -> None:
            came.put(None)

        def notified(_: BleakGATTCharacteristic, data: bytearray) -> None:
            came.put(Chunk(time.monotonic(), frame(bytes(data))))

        client = BleakClient(
            board.device, disconnected_callback=gone, timeout=CONNECT_S, backend=self._backend and self._backend[1]
        )
        await client.connect()
        self._client = client
        self._known = board.device.address
        self.signal_dbm = board.signal_dbm
        info = await self._info(client)
        if info:
            came.put(Chunk(time.monotonic(), frame(bytes(info))))
        # StartNotify, bleak's default on BlueZ, loses packets under load; the other way has lost none.
        await client.start_notify(STREAM, notified, bluez={"use_start_notify": False})

    async def _info(self, client: BleakClient) -> bytearray:
        """Return Info; pair first with a board that requires encryption."""
        try:
            return await client.read_gatt_char(INFO)
        except BleakError as error:
            if not _refused(error):
                raise
        try:
            await client.pair()
            return await client.read_gatt_char(INFO)
        except (BleakError, NotImplementedError) as error:  # macOS pairs by itself or not at all
            with suppress(
                BleakError, OSError, NotImplementedError
            ):  # else the system would keep a key that opens nothing
                await client.unpair()
            raise LinkError(f"{self.name}: {HOW_TO_BOND}") from error

    async def _find(self) -> Seen:
        """Return the board: the one connected before, the one with this name, or the only one in reach."""
        found: dict[str, Seen] = {}
        first = asyncio.Event()

        def seen(board: Seen) -> None:
            address = board.device.address
            if address == self._known or (self._known is None and self._wanted.lower() in board.name.lower()):
                found[address] = board
                first.set()

        async with _scanner(seen, self._backend):
            with suppress(TimeoutError):
                await asyncio.wait_for(first.wait(), SCAN_S)
                if self._known is None:
                    await asyncio.sleep(SETTLE_S)
        if not found:
            which = f"named {self._wanted!r} " if self._wanted else ""
            raise LinkError(
                f"{self.name}: no board {which}is in reach after {SCAN_S:.0f} s. Is it on and charged, is another "
                "program or phone connected to it? `shinsight scan` shows what is there, `shinsight doctor` looks for "
                "the reason."
            )
        if len(found) > 1:
            names = ", ".join(sorted(f"{board.name} ({board.signal_dbm} dBm)" for board in found.values()))
            raise LinkError(f"{self.name}: several boards are in reach: {names}. Say which, e.g. ble:left.")
        return next(iter(found.values()))

    def read(self, timeout_s: float) -> list[Chunk]:
        """Return what has arrived, after at most `timeout_s`. Raises `LinkError` when the connection is lost."""
        if self._client is None:
            raise LinkError(f"{self.name} is not open: open the link first")
        chunks: list[Chunk] = []
        try:
            chunk = self._came.get(timeout=timeout_s)
            while True:
                if chunk is None:
                    if chunks:
                        self._came.put(None)
                        break
                    raise LinkError(f"{self.name}: the connection is lost.")
                chunks.append(chunk)
                chunk = self._came.get_nowait()
        except Empty:
            pass
        return chunks

    def write(self, data: bytes) -> None:
        """Send framed messages to the board. Raises `LinkError` when it does not accept them."""
        client = self._client
        if client is None:
            raise LinkError(f"{self.name} is not open: open the link first")
        *frames, self._unfinished = (self._unfinished + data).split(DELIMITER)
        for stuffed in filter(None, frames):
            try:
                self._wait(client.write_gatt_char(CONTROL, unframe(stuffed), response=True), WRITE_S)
            except (BleakError, OSError, TimeoutError, EOFError) as error:
                if _refused(error):
                    raise LinkError(f"{self.name}: {HOW_TO_BOND}") from error
                self._fail(f"{self.name} accepts no commands: {_words(error)}", error)

    def close(self) -> None:
        """Disconnect, and end the thread that runs Bluetooth."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(BleakError, OSError, TimeoutError, EOFError):  # it may have gone already
                self._wait(client.disconnect(), WRITE_S)
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(WRITE_S)
            self._loop.close()
            self._loop = self._thread = None

    def _wait(self, doing: Coroutine[Any, Any, Result], limit_s: float) -> Result:
        assert self._loop is not None
        task = asyncio.run_coroutine_threadsafe(doing, self._loop)
        try:
            return task.result(limit_s)
        except TimeoutError:
            task.cancel()
            raise
        except CancelledError:  # what was asked is given up when the connection ends under it
            raise BleakError("the connection was lost meanwhile") from None

    def _fail(self, text: str, error: Exception) -> NoReturn:
        raise LinkError(f"{text}. {remedy(error)}") from error


def scan(seconds: float, on_seen: Callable[[Seen], None], *, backend: Backend | None = None) -> None:
    """Call `on_seen` for each advertisement of a board, for so many seconds. Raises `LinkError` without Bluetooth."""

    async def listen() -> None:
        async with _scanner(on_seen, backend):
            await asyncio.sleep(seconds)

    try:
        asyncio.run(listen())
    except (BleakError, OSError, TimeoutError, EOFError) as error:
        raise LinkError(f"Bluetooth cannot be used: {_words(error)}. {remedy(error)}") from error


def _scanner(on_seen: Callable[[Seen], None], backend: Backend | None) -> BleakScanner:
    def heard(device: BLEDevice, told: AdvertisementData) -> None:
        on_seen(Seen(told.local_name or device.name or device.address, told.rssi, device))

    return BleakScanner(heard, service_uuids=[SERVICE], backend=backend and backend[0])


def _refused(error: Exception) -> bool:
    """Return whether the board refuses because this computer is not bonded."""
    if isinstance(error, BleakDBusError):  # BlueZ's words for what has no name of its own there
        return error.dbus_error == "org.bluez.Error.NotPermitted" and error.dbus_error_details == "Not paired"
    return isinstance(error, BleakGATTProtocolError) and error.code in REFUSED


def _words(error: Exception) -> str:
    if isinstance(error, FileNotFoundError) and platform.system() == "Linux":
        return "there is no system bus, so no Bluetooth service runs here"
    return str(error) or type(error).__name__


def remedy(error: Exception) -> str:
    """Return what to do about an error of the Bluetooth system, on this operating system."""
    if isinstance(error, TimeoutError):
        return "Come nearer with the board, or switch it off and on."
    if platform.system() == "Linux":
        return "Is Bluetooth on (`bluetoothctl power on`) and its service running (`systemctl start bluetooth`)?"
    if platform.system() == "Darwin":
        return "Is Bluetooth on, and may your terminal use it (System Settings, Privacy & Security, Bluetooth)?"
    return "Is Bluetooth on (Settings, Bluetooth & devices)?"
