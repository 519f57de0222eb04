"""A WebSocket that sends as JSON what a run measures, for dashboards, games and other programs.

One message a batch: `frames`, columns of numbers with the unit in every name; one an event: `rep`, `heel`, and the
others of `events.csv`. The first message of a connection, `hello`, describes what follows. Unknown values are null.
A listener that reads too slowly loses the oldest messages and gets their number. No listener holds up the run.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SettingsError
from ..pipeline.measurement import Outcome
from ..results import HEEL_STATES, PHASES, FrameBlock, Rep, StillFor
from ..samples import FloatArray
from ..session.csv_tables import event_text
from ..session.json_forms import Json, rep_dict
from ..stream.link_health import LinkHealth
from ..units import DEG_PER_RAD, MM_PER_M
from ..version import __version__

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

SCHEMA = 2
HERE = "127.0.0.1"
MOST_WAITING = 200
"""Messages that are kept for a slow listener: some fifteen seconds of one leg."""
CLOSE_S = 2.0
_OF_THIS_COMPUTER = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
ORIGINS: Sequence[Any] = (None, "null", _OF_THIS_COMPUTER)
"""Who may listen: programs, a page opened from the disk, pages of this computer. A page of another site, which a
browser would let connect to this computer just as well, may not."""


class WebSocketServer:
    """Serves until `close`. sides: the exercise of each leg. Raises `SettingsError` when the port cannot be had."""

    def __init__(self, port: int, *, sides: Mapping[str, str], host: str = HERE) -> None:
        try:
            import websockets.asyncio.server as server
        except ImportError as error:
            raise SettingsError(
                f"--websocket needs websockets ({error}): pip install 'shinsight[websocket]'"
            ) from error
        self._serve = server.serve
        self._hello = _text({"type": "hello", "schema": SCHEMA, "shinsight": __version__, "exercises": dict(sides)})
        self._listeners: set[_Listener] = set()
        self._socket = _listening(host, port)
        self._loop = asyncio.new_event_loop()
        name, at = self._socket.getsockname()[:2]
        self.address = f"ws://[{name}]:{at}" if ":" in name else f"ws://{name}:{at}"
        self._over = asyncio.Event()
        self._thread = Thread(target=self._run, name="websocket", daemon=True)
        self._thread.start()

    def outlet(self, side: str) -> _Outlet:
        """Return the outlet for the run of a leg."""
        return _Outlet(self, side)

    def say(self, message: Mapping[str, Json]) -> None:
        """Send a message to all listeners. From any thread; never waits."""
        if self._listeners:
            self._loop.call_soon_threadsafe(self._deliver, _text(message))

    def close(self) -> None:
        """Close all connections. Safe to call twice."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join(CLOSE_S)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._main())
        finally:
            self._loop.close()

    async def _main(self) -> None:
        serving = self._serve(
            self._listen, sock=self._socket, origins=ORIGINS, compression=None, close_timeout=CLOSE_S / 4
        )
        async with serving:
            await self._over.wait()

    def _deliver(self, text: str) -> None:
        for listener in self._listeners:
            listener.add(text)

    async def _listen(self, connection: ServerConnection) -> None:
        await connection.send(self._hello)
        listener = _Listener()
        self._listeners.add(listener)
        sending = asyncio.create_task(_send_all(connection, listener))
        try:
            await connection.wait_closed()
        finally:
            self._listeners.discard(listener)
            sending.cancel()


async def _send_all(connection: ServerConnection, listener: _Listener) -> None:
    from websockets.exceptions import ConnectionClosed

    with suppress(ConnectionClosed):
        while True:
            await connection.send(await listener.next())


class _Listener:
    """What waits to be sent to one connection."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._dropped = 0
        self._some = asyncio.Event()

    def add(self, text: str) -> None:
        if len(self._waiting) == MOST_WAITING:
            del self._waiting[0]
            self._dropped += 1
        self._waiting.append(text)
        self._some.set()

    async def next(self) -> str:
        if self._dropped:
            self._dropped, dropped = 0, self._dropped
            return _text({"type": "dropped", "messages": dropped})
        await self._some.wait()
        text = self._waiting.pop(0)
        if not self._waiting:
            self._some.clear()
        return text


class _Outlet:
    """`push(outcome, health)`: an outlet of one leg."""

    def __init__(self, server: WebSocketServer, side: str) -> None:
        self._server, self._side = server, side

    def push(self, outcome: Outcome, health: LinkHealth) -> None:
        if len(outcome.frames):
            self._server.say({"type": "frames", "side": self._side, **frames_json(outcome.frames, health)})
        for event in outcome.events:
            if isinstance(event, Rep):
                self._server.say({"type": "rep", "side": self._side, "number": event.number, **rep_dict(event)})
            elif not isinstance(event, StillFor):
                kind, text = event_text(event)
                self._server.say({"type": kind, "side": self._side, "t_s": event.t_s, "text": text})


def frames_json(frames: FrameBlock, health: LinkHealth) -> dict[str, Json]:
    """Columns of one length, and how the link is."""
    return {
        "t_s": _column(frames.t_s, 6),
        "phase": [PHASES[code].value for code in frames.phase_code.tolist()],
        "inclination_deg": _column(frames.inclination_rad * DEG_PER_RAD, 3),
        "dorsiflexion_deg": _column(frames.dorsiflexion_rad * DEG_PER_RAD, 3),
        "knee_in_deg": _column(frames.knee_in_rad * DEG_PER_RAD, 3),
        "ankle_rise_mm": _column(frames.ankle_rise_m * MM_PER_M, 2),
        "ankle_rise_sd_mm": _column(frames.ankle_rise_sd_m * MM_PER_M, 2),
        "heel": [HEEL_STATES[code].value for code in frames.heel_code.tolist()],
        "connected": health.connected,
        "battery_percent": health.battery_percent,
    }


def _column(values: FloatArray, decimals: int) -> list[float | None]:
    known = np.isfinite(values)
    return [value if there else None for value, there in zip(values.round(decimals).tolist(), known, strict=True)]


def _text(message: Mapping[str, Json]) -> str:
    return json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _listening(host: str, port: int) -> socket.socket:
    """Bind before the run begins, so that a port in use is reported then and not during the set."""
    try:
        family = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except socket.gaierror as error:
        raise SettingsError(
            f"--websocket-host {host} is not an address of this computer ({error.strerror}): use 127.0.0.1 for this "
            "computer only, or 0.0.0.0 for the network"
        ) from error
    except (OSError, OverflowError) as error:
        raise SettingsError(
            f"--websocket cannot use port {port} of {host} ({error}): is it in use? Choose another, e.g. 8765"
        ) from error
