"""The stand-in for `bluetooth` is as hard on the firmware as a board's stack, and speaks to another program's radio."""

from __future__ import annotations

import json
import socket
import struct
import threading
from typing import Any

from firmware import board


def on_air(scene: str) -> Any:
    return board.run(f"emulated_bluetooth.{scene}")


def test_the_thirteenth_notification_in_flight_is_refused_and_buffers_return_at_connection_events() -> None:
    assert on_air("the_thirteenth_notification_in_flight_is_refused_and_buffers_return_at_connection_events") == [
        None
    ] * 12 + [12, 12, None]


def test_a_long_notification_is_cut_without_a_word_and_goes_out_unsubscribed() -> None:
    assert on_air("a_long_notification_is_cut_without_a_word_and_goes_out_unsubscribed") == [[1, [20]], [2, [182]]]


def test_a_written_value_keeps_twenty_bytes_until_there_is_room_for_more() -> None:
    assert on_air("a_written_value_keeps_twenty_bytes_until_there_is_room_for_more") == [20, 64]


def test_what_a_board_refuses_is_refused() -> None:
    refused = on_air("what_a_board_refuses_is_refused")
    assert refused == {
        "inactive": [19, 19, 19],
        "values": [22, 22, 22],
        "advertisement": [-18, -18],
        "nobody": [107, False],
        "services": [16, 16],
        "connected": None,
        "forgotten": [[], 19, 22, True],
    }


def test_data_of_an_interrupt_holds_only_inside_the_handler() -> None:
    assert on_air("data_of_an_interrupt_holds_only_inside_the_handler") == [
        [0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5],
        [0xEE] * 6,
    ]


def test_nobody_hears_a_radio_without_an_air() -> None:
    assert on_air("nobody_hears_a_radio_without_an_air") == [0, 107]


class FarRadio:
    """The other end of the socket: one board, in steps, on the test's own thread of control."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(30)
        self.address = "{}:{}".format(*self._server.getsockname())

    def __enter__(self) -> FarRadio:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def accept(self) -> None:
        self._board, _ = self._server.accept()
        self._board.settimeout(30)

    def receive(self) -> tuple[str, bytes]:
        length, kind = struct.unpack("<HB", self._exactly(3))
        return chr(kind), self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            more = self._board.recv(count - len(got))
            assert more, "the board left in the middle of a frame"
            got += more
        return got

    def send(self, kind: str, payload: bytes) -> None:
        frame = struct.pack("<HB", len(payload), ord(kind)) + payload
        for byte in frame:  # in pieces, as a stream may come
            self._board.sendall(bytes((byte,)))

    def leave(self) -> None:
        self._board.close()


def test_the_link_speaks_to_a_radio_behind_a_socket() -> None:
    said: dict[str, Any] = {}

    def radio_side(radio: FarRadio) -> None:
        radio.accept()
        values = {}
        while True:
            kind, payload = radio.receive()
            if kind == "P":
                said["mtu"], said["name"] = struct.unpack_from("<H", payload)[0], payload[2:]
            elif kind == "S":
                said["handles"] = {uuid: at for _, rows in json.loads(payload) for uuid, _, at in rows}
            elif kind == "V":
                values[struct.unpack_from("<H", payload)[0]] = payload[3:]
            elif kind == "A":
                break
        said["info"] = values[said["handles"]["f1d70004-18b6-47cf-b721-695dead98a3c"]]
        interval_us, connectable, length = struct.unpack_from("<IBB", payload)
        said["advertised"] = interval_us, connectable, payload[6 : 6 + length], payload[6 + length :]
        radio.send("c", struct.pack("<HB", 3, 1) + b"\xf0\xf1\xf2\xf3\xf4\xf5")
        radio.send("m", struct.pack("<HH", 3, 100))
        radio.send("u", struct.pack("<HHHH", 3, 12, 0, 400))
        control = said["handles"]["f1d70003-18b6-47cf-b721-695dead98a3c"]
        radio.send("w", struct.pack("<HH", 3, control) + b"go")
        said["notified"] = []
        while len(said["notified"]) < 30:
            kind, payload = radio.receive()
            if kind == "N":
                said["notified"].append(payload)
                radio.send("k", struct.pack("<HB", 3, 1))
        radio.leave()

    with FarRadio() as radio:
        thread = threading.Thread(target=radio_side, args=(radio,))
        thread.start()
        states = board.run(
            "emulated_bluetooth.the_link_speaks_to_a_radio_behind_a_socket",
            env={"BLE_RADIO": radio.address},
        )
        thread.join(30)
    assert states == [[True], "go", 30, False]
    assert (said["mtu"], said["name"], said["info"]) == (247, b"far", b"the info")
    interval_us, connectable, advertisement, scan_response = said["advertised"]
    assert (interval_us, connectable, len(advertisement), scan_response) == (152_500, 1, 21, b"\x04\x09far")
    stream = said["handles"]["f1d70002-18b6-47cf-b721-695dead98a3c"]
    assert said["notified"] == [struct.pack("<HH", 3, stream) + bytes((i,)) * 97 for i in range(30)]
