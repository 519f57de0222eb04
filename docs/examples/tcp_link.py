"""A link of your own: python docs/examples/tcp_link.py [HOST PORT] [FOLDER]

The bytes of a board that hangs on another computer, over TCP, as `ser2net` or `socat` give a serial port. Without a
host a simulated leg takes the board's place, on a port of this computer.
"""

import socket
import sys
import threading
import time
from pathlib import Path

from shinsight import measure
from shinsight.acquisition.runner import Runner
from shinsight.errors import LinkError
from shinsight.pipeline.settings import PipelineSettings
from shinsight.transport.names import open_link
from shinsight.wire.framing import Chunk


class TcpLink:
    """A `Link`. The bytes must be frames of the wire format; nothing else is asked of them."""

    recovers = True  # a cable that was pulled may be plugged in again
    signal_dbm: int | None = None

    def __init__(self, host: str, port: int) -> None:
        self.name = f"tcp:{host}:{port}"
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self.ended = False

    def open(self) -> None:
        try:
            self._socket = socket.create_connection(self._address, timeout=3.0)
        except OSError as error:
            raise LinkError(f"{self.name}: {error}; is ser2net running there, and the port open?") from error

    def read(self, timeout_s: float) -> list[Chunk]:
        sock = self._opened()
        sock.settimeout(timeout_s)
        try:
            data = sock.recv(4096)
        except TimeoutError:
            return []
        except OSError as error:
            raise LinkError(f"{self.name} broke: {error}") from error
        self.ended = not data  # the other end has closed it
        return [Chunk(time.monotonic(), data)] if data else []

    def write(self, data: bytes) -> None:
        try:
            self._opened().sendall(data)
        except OSError as error:
            raise LinkError(f"{self.name} broke: {error}") from error

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise LinkError(f"{self.name} is not open")
        return self._socket


def stand_in() -> tuple[str, int]:
    """The address of a simulated board on this computer."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        board = open_link("sim:squat?reps=3&seed=8&speed=0")
        board.open()
        guest, _ = server.accept()
        with server, guest:
            board.write(guest.recv(4096))
            while not board.ended:
                for chunk in board.read(0.1):
                    guest.sendall(chunk.data)

    threading.Thread(target=serve, daemon=True).start()
    host, port = server.getsockname()
    return host, port


if __name__ == "__main__":
    host, port = (sys.argv[1], int(sys.argv[2])) if len(sys.argv) > 2 else stand_in()
    folder = Path(sys.argv[3] if len(sys.argv) > 3 else "over-tcp")
    Runner(TcpLink(host, port), settings=PipelineSettings(), name="right", record_to=folder).run()
    for rep in measure(folder).reps:
        print(f"{rep.start_s:5.1f} s: heel {rep.heel}")
