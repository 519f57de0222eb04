"""`shinsight board LINK`: changes the settings in a board's flash."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from ..device.client import BoardClient
from ..errors import SettingsError
from ..transport.names import open_link
from ..wire.messages import Setting, StreamMode

LONGEST_NAME = 20


def board(
    link: Annotated[str, typer.Argument(metavar="LINK", help="The board: ble:, ble:NAME, serial: or serial:PORT.")],
    name: Annotated[
        str | None, typer.Option("--name", help="The name it advertises; 'left' or 'right' in the name sets the leg.")
    ] = None,
    rate_hz: Annotated[
        int | None, typer.Option("--rate", metavar="HZ", help="Samples per second; each chip has a few rates.")
    ] = None,
    idle_sleep_s: Annotated[
        int | None,
        typer.Option(
            "--idle-sleep",
            metavar="S",
            min=0,
            max=65535,
            help="Sleep after S seconds without a connection; 0 is never.",
        ),
    ] = None,
    orientation_only: Annotated[
        bool | None,
        typer.Option(
            "--orientation-only/--samples", help="Send only orientation, for phones. shinsight needs samples."
        ),
    ] = None,
    quaternion: Annotated[
        bool | None, typer.Option("--quaternion/--no-quaternion", help="Send the orientation with each batch.")
    ] = None,
    bond: Annotated[
        bool | None, typer.Option("--bond/--no-bond", help="Allow only bonded computers to read and start it.")
    ] = None,
    phone: Annotated[
        bool | None, typer.Option("--phone/--no-phone", help="Send tilt to phones; the free phyphox app shows it.")
    ] = None,
    factory: Annotated[
        bool, typer.Option("--factory", help="First delete all settings, bonds and the calibration.")
    ] = False,
) -> None:
    """Change the settings of a board: its name, rate, sleep, privacy."""
    changes = _changes(name, idle_sleep_s, orientation_only, quaternion, bond, phone)
    if not (changes or factory or rate_hz is not None):
        raise SettingsError("no setting is given, expected for example --name left; `shinsight board --help` lists all")
    console = Console(stderr=True)
    with BoardClient(open_link(link)) as client:
        if factory:
            client.set(Setting.FACTORY, b"")
            console.print("factory settings")
        for setting, value, words in changes:
            client.set(setting, value)
            console.print(words, markup=False)
        if rate_hz is not None:
            client.set_rate(rate_hz)
            console.print(f"rate {rate_hz} Hz")


def _changes(
    name: str | None,
    idle_sleep_s: int | None,
    orientation_only: bool | None,
    quaternion: bool | None,
    bond: bool | None,
    phone: bool | None,
) -> list[tuple[Setting, bytes, str]]:
    changes: list[tuple[Setting, bytes, str]] = []
    if name is not None:
        if not 1 <= len(name.encode()) <= LONGEST_NAME:
            raise SettingsError(f"--name {name!r} has {len(name.encode())} bytes, expected 1 to {LONGEST_NAME}")
        changes.append((Setting.NAME, name.encode(), f"name {name}"))
    if idle_sleep_s is not None:
        words = f"sleeps after {idle_sleep_s} s without a connection" if idle_sleep_s else "never sleeps"
        changes.append((Setting.IDLE_SLEEP, idle_sleep_s.to_bytes(2, "little"), words))
    if orientation_only is not None:
        mode = StreamMode.ORIENTATION if orientation_only else StreamMode.SAMPLES
        changes.append((Setting.MODE, bytes([mode]), f"mode {mode.name.lower()}"))
    if quaternion is not None:
        changes.append((Setting.QUATERNION, bytes([quaternion]), f"quaternion {'on' if quaternion else 'off'}"))
    access = [(Setting.BOND, bond, "bonded hosts only"), (Setting.PHONE, phone, "dial for phones")]
    for setting, on, words in sorted(access, key=lambda each: bool(each[1])):  # off first: a board has one of them
        if on is not None:
            changes.append((setting, bytes([on]), f"{words}: {'yes' if on else 'no'}"))
    return changes
