"""A controller for BlueZ on the virtual radio: HCI packets in H4 framing over a Unix socket, as QEMU's console speaks.

BlueZ on Debian's kernel asks for extended advertising and for privacy as soon as a controller claims them, and expects
events then that bumble 0.0.236 does not send; so this one claims neither, like a controller of Bluetooth 4.2.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bumble.hci import LeFeatureMask
from bumble.transport import open_transport

from .radio import Controller, RadioLink

ADDRESS = "F0:F1:F2:F3:F4:F5"
"""Public: the address BlueZ connects from."""


@asynccontextmanager
async def bluez_controller(link: RadioLink, path: Path) -> AsyncIterator[Controller]:
    """On `link` for as long as the context lasts. `path` listens once it is entered, for one BlueZ."""
    transport = await open_transport(f"unix-server:{path}")
    try:
        controller = Controller(
            "BlueZ", host_source=transport.source, host_sink=transport.sink, link=link, public_address=ADDRESS
        )
        controller.le_features &= ~(LeFeatureMask.LL_PRIVACY | LeFeatureMask.LE_EXTENDED_ADVERTISING)
        yield controller
        link.remove_controller(controller)
    finally:
        await transport.close()
