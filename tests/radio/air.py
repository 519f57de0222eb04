"""The air of a test: boards whose firmware runs in the real MicroPython, and a computer's adapter to reach them with.

    with Air(interval_ms=15) as air:
        board = air.board(name="left")
        link = BleLink("left", backend=air.backend)

The radio has a thread and an event loop of its own, as a real one has its own processor. Everything here may be called
from a test's thread.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Coroutine
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

import numpy as np
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner
from bumble.device import Device, DeviceConfiguration
from bumble.hci import Address

from shinsight.flash.files import DIAL, emulator_folder, firmware_folder
from shinsight.flash.interpreter import micropython
from shinsight.flash.profiles import naming

from .bleak_backend import Adapter, backend
from .peripheral import Peripheral
from .radio import Controller, RadioLink

HEAP = "512k"
START_S = 10.0
NUMBERED_ROWS = 200_000
BASE = 1 << 14
SETTINGS = "from settings import Settings, Store\ns = Settings({name!r})\ns.phone = {phone}\nStore().save(s)"


def numbered() -> bytes:
    """Rows of counts that carry their number, for accelerometer and gyroscope alike; see `numbers_of`."""
    k = np.arange(NUMBERED_ROWS)
    columns = [k % BASE, k // BASE, np.full_like(k, 2048), k % BASE, k // BASE, np.full_like(k, -7)]
    return np.stack(columns, axis=1).astype("<i2").tobytes()


class Board:
    """A firmware process. It has a flash of its own, which survives `kill` and `start`."""

    def __init__(self, air: Air, name: str, chip: str, counts: bytes, phone: bool) -> None:
        self._air = air
        self._chip = chip
        self.address = Address.generate_static_address()
        self._flash = Path(tempfile.mkdtemp(prefix="board-"))
        text = (firmware_folder() / "board.py").read_text(encoding="utf-8")
        (self._flash / "board.py").write_text(naming(text, "emulator"), encoding="utf-8")
        (self._flash / "counts").write_bytes(counts)
        shutil.copy(firmware_folder() / DIAL, self._flash)
        self._program: subprocess.Popen[bytes] | None = None
        self.peripheral: Peripheral | None = None
        self._micropython(SETTINGS.format(name=name, phone=phone)).wait()

    def start(self) -> None:
        """Power on, and wait until its radio is."""
        self._program = self._air.attach(self, lambda: self._micropython("import main"))

    def _micropython(self, code: str) -> subprocess.Popen[bytes]:
        of_the_board = {
            "MICROPYPATH": f"{emulator_folder()}:{firmware_folder()}",
            "BLE_RADIO": f"127.0.0.1:{self._air.port}",
            "EMULATOR_CHIP": self._chip,
            "EMULATOR_COUNTS": "counts",
            "EMULATOR_RATE_ERROR": "0.013",
        }
        with (self._flash / "words").open("ab") as words:
            return subprocess.Popen(
                [micropython(), "-X", f"heapsize={HEAP}", "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                cwd=self._flash,
                env=os.environ | of_the_board,
            )

    @property
    def words(self) -> str:
        """What it printed: nothing, unless something went wrong."""
        return (self._flash / "words").read_text(errors="replace")

    def drop(self) -> None:
        """The connection is lost; the board does not notice more than that."""
        self._air.run(self._there().drop())

    def away(self, seconds: float) -> None:
        """Out of reach for so long."""
        self.reach(False)
        time.sleep(seconds)
        self.reach(True)

    def reach(self, within: bool) -> None:
        """Whether the board and the computer hear one another."""
        self._air.run(self._there().silence(not within))

    def jam(self, seconds: float) -> None:
        """Its radio sends nothing for so long, and the connection holds."""
        self.jammed(True)
        time.sleep(seconds)
        self.jammed(False)

    def jammed(self, jammed: bool) -> None:
        self._air.run(self._there().jam(jammed))

    def kill(self) -> None:
        """Power off."""
        if self._program is not None:
            self._program.kill()
            self._program.wait()
            self._program = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self._flash, ignore_errors=True)

    def _there(self) -> Peripheral:
        assert self.peripheral is not None
        return self.peripheral


class Air:
    """interval_ms: of all connections, 0 for none; may be changed at any time. mtu: what the computer asks for.

    What goes wrong on the radio's loop fails the test at the end of the `with`.
    """

    def __init__(self, *, interval_ms: float = 15.0, mtu: int = 517) -> None:
        self.loop = asyncio.new_event_loop()
        self._faults: list[dict[str, Any]] = []
        self.loop.set_exception_handler(lambda _, fault: self._faults.append(fault))
        self._thread = Thread(target=self.loop.run_forever, name="radio", daemon=True)
        self._thread.start()
        self._waiting: asyncio.Queue[Peripheral] = asyncio.Queue()
        self._boards: list[Board] = []
        self._starting = Address.generate_static_address()
        self.link: RadioLink
        self.adapter: Adapter
        self.run(self._begin(interval_ms / 1000.0, mtu))

    async def _begin(self, interval_s: float, mtu: int) -> None:
        self.link = RadioLink(interval_s)
        self._server = await asyncio.start_server(self._firmware, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        controller = Controller("computer", link=self.link)
        config = DeviceConfiguration(name="computer", address=Address.generate_static_address())
        device = Device.from_config_with_hci(config, controller, controller)
        await device.power_on()
        self.adapter = Adapter(device, self.loop, mtu=mtu)

    async def _firmware(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peripheral = Peripheral(self.link, reader, writer, self._starting)
        self._waiting.put_nowait(peripheral)
        await peripheral.run()

    @property
    def interval_ms(self) -> float:
        return self.link.interval_s * 1000.0

    @interval_ms.setter
    def interval_ms(self, interval_ms: float) -> None:
        async def change() -> None:
            self.link.interval_s = interval_ms / 1000.0
            for board in self._boards:
                if board.peripheral is not None:
                    board.peripheral.tell_interval()

        self.run(change())

    def adapter_off(self) -> None:
        """The computer's Bluetooth is switched off."""
        self.run(self.adapter.power(False))

    def adapter_on(self) -> None:
        self.run(self.adapter.power(True))

    @property
    def backend(self) -> tuple[type[BaseBleakScanner], type[BaseBleakClient]]:
        """For `BleLink(backend=...)` and bleak's own `backend=`."""
        return backend(self.adapter)

    def board(
        self, *, name: str = "shinsight", chip: str = "lsm6dso", counts: bytes | None = None, phone: bool = False
    ) -> Board:
        """A board that is on. Without counts its samples are numbered. phone: it has a dial for phones."""
        board = Board(self, name, chip, counts if counts is not None else numbered(), phone)
        self._boards.append(board)
        board.start()
        return board

    def attach(self, board: Board, start: Any) -> subprocess.Popen[bytes]:
        """Start a program and take the radio that comes on next for its own."""
        self._starting = board.address
        program: subprocess.Popen[bytes] = start()
        try:
            board.peripheral = self.run(asyncio.wait_for(self._waiting.get(), START_S))
        except TimeoutError:
            program.kill()
            program.wait()
            raise AssertionError(f"the firmware's radio did not come on in {START_S:.0f} s:\n{board.words}") from None
        return program

    def run(self, doing: Coroutine[Any, Any, Any], limit_s: float = 30.0) -> Any:
        """On the radio's loop."""
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(limit_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for board in self._boards:
            board.remove()
        self.run(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
        if self._faults and error is None:
            raise AssertionError(f"on the radio's loop: {self._faults}")

    async def _end(self) -> None:
        self._server.close()
        await asyncio.sleep(0.05)
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
