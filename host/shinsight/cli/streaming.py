"""What a run hands on to other programs while it goes on: opened before it, closed after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from ..acquisition.runner import Outlet
from ..errors import SettingsError
from ..outputs.websocket import HERE, WebSocketServer
from .running import say
from .sensors import Worn


@dataclass(frozen=True, kw_only=True, slots=True)
class Streams:
    """What is wanted. websocket: a port, None for none. Raises `SettingsError` for a host without one."""

    lsl: bool = False
    websocket: int | None = None
    host: str = HERE

    def __post_init__(self) -> None:
        if self.websocket is None and self.host != HERE:
            raise SettingsError(f"--websocket-host {self.host} was said without a port: add --websocket 8765")


@dataclass(slots=True)
class Streamed:
    """of: the outlets of each sensor, by its name."""

    of: dict[str, list[Outlet]] = field(default_factory=dict)


@contextmanager
def streamed(wanted: Streams, sensors: Sequence[Worn]) -> Iterator[Streamed]:
    """For the sensors of a run. Raises `SettingsError` before it begins when something is missing or in use."""
    streams = Streamed({sensor.name: [] for sensor in sensors})
    with ExitStack() as at_end:
        if wanted.lsl:
            from ..outputs.lsl import LslOutlet

            for sensor in sensors:
                source = f"shinsight-{sensor.link.name}"
                outlet = LslOutlet(sensor.name, exercise=sensor.settings.exercise, source=source)
                streams.of[sensor.name].append(outlet.push)
                say(f"LSL: shinsight-{sensor.name}")
        if wanted.websocket is not None:
            exercises = {sensor.name: sensor.settings.exercise for sensor in sensors if sensor.on_shank}
            server = WebSocketServer(wanted.websocket, sides=exercises, host=wanted.host)
            at_end.callback(server.close)
            for name in exercises:
                streams.of[name].append(server.outlet(name).push)
            say(f"WebSocket: {server.address}")
        yield streams
