"""Runs in the guest: a central of plain bleak that visits the board, streams, and comes back after each drop.

Writes one line of JSON a visit, as soon as it has streamed for long enough.
"""

from __future__ import annotations

import argparse
import asyncio
import json

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic

from shinsight.wire.gatt import CONTROL, INFO, SERVICE, STREAM
from shinsight.wire.messages import Command, CommandCode, DeviceInfo, ImuBatch, decode, encode

FIND_S = 20.0
DROP_S = 20.0


async def visit(*, start_notify: bool, seconds: float, until_dropped: bool) -> None:
    device = await BleakScanner.find_device_by_filter(
        lambda device, heard: device.name is not None, timeout=FIND_S, service_uuids=[SERVICE]
    )
    if device is None:
        raise SystemExit(f"no board advertised {SERVICE} within {FIND_S:.0f} s")
    dropped = asyncio.Event()
    samples: list[list[int]] = []

    def received(_: BleakGATTCharacteristic, data: bytearray) -> None:
        message = decode(bytes(data))
        if isinstance(message, ImuBatch):
            samples.extend(list(sample) for sample in message.samples)

    async with BleakClient(device, disconnected_callback=lambda _: dropped.set()) as client:
        info = decode(bytes(await client.read_gatt_char(INFO)))
        assert isinstance(info, DeviceInfo)
        await client.start_notify(STREAM, received, bluez={"use_start_notify": start_notify})
        await client.write_gatt_char(CONTROL, encode(Command(1, CommandCode.START)), response=True)
        await asyncio.sleep(seconds)
        if not until_dropped:
            await client.write_gatt_char(CONTROL, encode(Command(2, CommandCode.STOP)), response=True)
        print(json.dumps({"name": device.name, "chip": info.chip, "samples": samples}), flush=True)
        if until_dropped:
            await asyncio.wait_for(dropped.wait(), DROP_S)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--notify", choices=("start", "acquire"), required=True, help="StartNotify or AcquireNotify")
    parser.add_argument("--seconds", type=float, required=True, help="of streaming, each visit")
    parser.add_argument("--drops", type=int, default=0, help="that the board will have")
    given = parser.parse_args()
    for left in reversed(range(given.drops + 1)):
        await visit(start_notify=given.notify == "start", seconds=given.seconds, until_dropped=left > 0)


asyncio.run(main())
