"""The air of the `bluetooth` stand-in as a TCP socket: the virtual radio is another program.

Each frame is u16 length of the payload, u8 type, payload; little endian.

| from the board | payload |
|---|---|
| `P` radio on, or its preferences changed | u16 preferred MTU, name in UTF-8 |
| `S` services | JSON `[[uuid, [[uuid, flags, value handle], ...]], ...]`, flags as the GATT characteristic properties |
| `V` value changed | u16 handle, u8 1 to tell subscribers, data. The radio answers reads with the newest one |
| `A` advertise | u32 interval in us (0: silent), u8 connectable, u8 length of the advertisement, both data |
| `N` notification | u16 connection, u16 handle, data; cut to MTU - 3 already. Goes out even to who did not subscribe |
| `X` hang up | u16 connection |

| to the board | payload |
|---|---|
| `c` connected, `d` disconnected | u16 connection, u8 address type, 6 bytes address, most significant first |
| `m` MTU agreed | u16 connection, u16 MTU |
| `u` connection parameters | u16 connection, u16 interval (1.25 ms), u16 latency, u16 supervision timeout (10 ms) |
| `w` written | u16 connection, u16 handle, data |
| `k` carried | u16 connection, u8 count: so many notifications have left, their buffers are free again |

Radio off is the end of the stream, in either direction. After the far end has gone, connections are dropped.
"""

import json
import socket
import struct

from bluetooth import Air

_HEAD = "<HB"
_HEAD_BYTES = 3
_READ_BYTES = 4096


class SocketAir(Air):
    """The air behind a TCP socket: each call of the radio sends a frame, and frames that come in reach it."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self._socket = socket.socket()
        self._socket.connect(socket.getaddrinfo(host, int(port))[0][-1])
        self._socket.setsockopt(6, 1, 1)  # TCP_NODELAY: without it each exchange takes 40 ms
        self._socket.setblocking(False)
        self._unsent = b""
        self._received = b""
        self._connections = {}

    def on(self, radio, mtu, name):
        """Tell the preferred MTU and the name; the connection is opened the first time."""
        self._radio = radio
        self._send("P", struct.pack("<H", mtu) + name)

    def off(self):
        """Close the connection."""
        self._flush()
        self._socket.close()
        self._socket = None

    def serve(self, services):
        """Tell the services, as JSON."""
        self._send("S", json.dumps(services).encode())

    def value(self, handle, data, update):
        """Tell the new value of a characteristic."""
        self._send("V", struct.pack("<HB", handle, bool(update)) + data)

    def advertise(self, interval_us, connectable, advertisement, scan_response):
        """Tell what is advertised, and how often in microseconds; 0 is silence."""
        head = struct.pack("<IBB", interval_us, bool(connectable), len(advertisement))
        self._send("A", head + advertisement + scan_response)

    def notify(self, connection, handle, data):
        """Tell a notification, whole."""
        self._send("N", struct.pack("<HH", connection, handle) + data)

    def disconnect(self, connection):
        """Ask the other end to end a connection."""
        self._send("X", struct.pack("<H", connection))

    def turn(self):
        """Hear the frames that have come in. Raises OSError when the other end has gone."""
        if self._socket is None:
            return
        self._flush()
        while True:
            got = self._socket.read(_READ_BYTES)  # type: ignore[attr-defined]  # None: nothing now
            if got is None:
                break
            if not got:
                self._far_end_gone()
                return
            self._received += got
        while len(self._received) >= _HEAD_BYTES:
            length, kind = struct.unpack(_HEAD, self._received)
            end = _HEAD_BYTES + length
            if len(self._received) < end:
                break
            payload, self._received = self._received[_HEAD_BYTES:end], self._received[end:]
            self._tell(chr(kind), payload)
            if self._socket is None:  # the firmware switched its radio off meanwhile
                break

    def _tell(self, kind, payload):
        radio = self._radio
        connection = struct.unpack("<H", payload)[0]
        if kind == "c":
            self._connections[connection] = payload[2], payload[3:9]
            radio.heard_connect(connection, payload[2], payload[3:9])
        elif kind == "d":
            self._connections.pop(connection, None)
            radio.heard_disconnect(connection, payload[2], payload[3:9])
        elif kind == "m":
            radio.heard_mtu(*struct.unpack("<HH", payload))
        elif kind == "u":
            radio.heard_update(*struct.unpack("<HHHH", payload))
        elif kind == "w":
            radio.heard_write(connection, struct.unpack_from("<H", payload, 2)[0], payload[4:])
        elif kind == "k":
            radio.heard_carried(connection, payload[2])
        else:
            raise ValueError(f"frame of type {kind!r} from the radio, one of c d m u w k expected")

    def _far_end_gone(self):
        self._socket.close()
        self._socket = None
        for connection, (address_type, address) in self._connections.items():
            self._radio.heard_disconnect(connection, address_type, address)
        self._connections = {}

    def _send(self, kind, payload):
        if self._socket is not None:
            self._unsent += struct.pack(_HEAD, len(payload), ord(kind)) + payload
            self._flush()

    def _flush(self):
        while self._unsent:
            written = self._socket.write(self._unsent)  # type: ignore[attr-defined]  # None: no room now
            if not written:
                return
            self._unsent = self._unsent[written:]
