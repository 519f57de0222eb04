"""Streams of a live run to other programs: opened before the run, closed after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from ..errors import SettingsError
from ..outputs.websocket import HERE, WebSocketServer
from .runner import Outlet
from .sensors import WornSensor

Outlets = dict[str, list[Outlet]]
"""The outlets of each sensor, by its name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamOptions:
    """Which streams are wanted. websocket: a port, None for none. Raises `SettingsError` for a host without a port."""

    lsl: bool = False
    websocket: int | None = None
    host: str = HERE

    def __post_init__(self) -> None:
        if self.websocket is None and self.host != HERE:
            raise SettingsError(f"--websocket-host {self.host} is given without a port: add --websocket 8765")


@contextmanager
def open_streams(
    options: StreamOptions, sensors: Sequence[WornSensor], *, tell: Callable[[str], None]
) -> Iterator[Outlets]:
    """Open the streams of these sensors, and close them after the run.

    tell: receives the name or address of each stream. Raises `SettingsError` when a library is missing or the port is
    in use.
    """
    outlets: Outlets = {sensor.name: [] for sensor in sensors}
    with ExitStack() as at_end:
        if options.lsl:
            from ..outputs.lsl import LslOutlet

            for sensor in sensors:
                source = f"shinsight-{sensor.link.name}"
                outlet = LslOutlet(sensor.name, exercise=sensor.settings.exercise, source=source)
                outlets[sensor.name].append(outlet.push)
                tell(f"LSL: shinsight-{sensor.name}")
        if options.websocket is not None:
            exercises = {sensor.name: sensor.settings.exercise for sensor in sensors if sensor.on_shank}
            server = WebSocketServer(options.websocket, sides=exercises, host=options.host)
            at_end.callback(server.close)
            for name in exercises:
                outlets[name].append(server.outlet(name).push)
            tell(f"WebSocket: {server.address}")
        yield outlets
