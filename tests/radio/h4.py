"""A controller for BlueZ on the virtual radio: HCI packets in H4 framing over a Unix socket, as QEMU's console speaks.

Linux uses extended advertising and privacy when a controller claims them, and then waits for events that bumble 0.0.236
does not send; so this one claims neither, like a controller of Bluetooth 4.2.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bumble.hci import LeFeatureMask
from bumble.transport.common import StreamPacketSink, StreamPacketSource

from .air import Air
from .radio import Controller

ADDRESS = "F0:F1:F2:F3:F4:F5"
"""Public: BlueZ connects from it."""
READ_BYTES = 4096


@contextmanager
def bluez_controller(air: Air, path: Path) -> Iterator[None]:
    """While the context lasts, who connects to `path` has a controller on the air."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        source, sink = StreamPacketSource(), StreamPacketSink(writer.transport)
        controller = Controller("BlueZ", host_source=source, host_sink=sink, link=air.link, public_address=ADDRESS)
        controller.le_features &= ~(LeFeatureMask.LL_PRIVACY | LeFeatureMask.LE_EXTENDED_ADVERTISING)
        try:
            with suppress(ConnectionError):  # the guest's machine was switched off
                while data := await reader.read(READ_BYTES):
                    source.data_received(data)
        finally:
            air.link.remove_controller(controller)
            writer.close()

    async def close() -> None:
        server.close()

    server: asyncio.Server = air.run(asyncio.start_unix_server(serve, path))
    try:
        yield
    finally:
        air.run(close())
