"""The WebSocket, listened to with the library's own client: whole, slow, vanished and uninvited listeners."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from shinsight.cli import app
from shinsight.errors import SettingsError
from shinsight.outputs.websocket import MOST_WAITING, WebSocketServer
from shinsight.pipeline.measurement import Outcome
from shinsight.results import HeelFlag, HeelState, StillFor
from shinsight.transport.simulated import SimOptions
from simulated_session import Measured, measure
from squat_frames import health

Message = dict[str, Any]


@pytest.fixture(scope="module")
def squats() -> Measured:
    return measure(SimOptions(reps=2, seed=3, heel_lift_mm=35.0, lift_share=0.5, speed=0.0))


@pytest.fixture
def server() -> Iterator[WebSocketServer]:
    made = WebSocketServer(0, sides={"left": "squat"})
    yield made
    made.close()


def read(listener: ClientConnection, kind: str | None = None) -> Message:
    """The next message, or the next of that kind."""
    while True:
        message: Message = json.loads(listener.recv(timeout=10.0), parse_constant=pytest.fail)
        if kind in (None, message["type"]):
            return message


@contextmanager
def joined(server: WebSocketServer, **options: Any) -> Iterator[ClientConnection]:
    """A listener that has been greeted, and that the server counts."""
    with connect(server.address, **options) as listener:
        assert read(listener)["type"] == "hello"
        while True:  # the greeting is sent before the listener is counted
            server.say({"type": "there?"})
            try:
                listener.recv(timeout=0.05)
                break
            except TimeoutError:
                pass
        yield listener


def test_every_number_of_the_run_arrives_with_its_unit_in_the_name(server: WebSocketServer, squats: Measured) -> None:
    push = server.outlet("left").push
    with joined(server) as listener:
        got: list[Message] = []
        for start in range(0, len(squats.samples), 500):
            part = slice(start, start + 500)
            push(Outcome(squats.samples[part], squats.frames[part], ()), health())
            got.append(read(listener, "frames"))
    inclination = [deg for message in got for deg in message["inclination_deg"]]
    expected = np.degrees(squats.frames.inclination_rad)
    np.testing.assert_allclose([np.nan if deg is None else deg for deg in inclination], expected, atol=1e-3)
    dorsiflexion = [deg for message in got for deg in message["dorsiflexion_deg"]]
    assert [deg is None for deg in dorsiflexion] == np.isnan(squats.frames.dorsiflexion_rad).tolist()
    assert {state for message in got for state in message["heel"]} == set(HeelState)
    assert {message["side"] for message in got} == {"left"}


def test_reps_and_lifts_are_messages_of_their_own(server: WebSocketServer, squats: Measured) -> None:
    events = (StillFor(1.0, 1, 3.0), HeelFlag(5.0, True), squats.reps[0])
    with joined(server) as listener:
        server.outlet("left").push(Outcome(squats.samples[:0], squats.frames[:0], events), health())
        heel, rep = read(listener), read(listener)
    assert heel == {"type": "heel", "side": "left", "t_s": 5.0, "text": "up"}
    assert (rep["type"], rep["number"], rep["heel"]) == ("rep", 1, squats.reps[0].heel)
    assert rep["peak_inclination_deg"] == pytest.approx(np.degrees(squats.reps[0].peak_inclination_rad))


def test_who_reads_too_slowly_loses_the_oldest_and_is_told_how_many(server: WebSocketServer) -> None:
    """Nobody reads while far more is said than the system's buffers hold; the newest is there in the end."""
    long_text = "x" * 20_000
    count = 6 * MOST_WAITING
    with joined(server, max_queue=1, close_timeout=0.2) as slow, joined(server, close_timeout=0.2) as quick:
        for number in range(count):
            server.say({"type": "n", "number": number, "text": long_text})
            if number % 20 == 0:
                server.say({"type": "there?"})
                read(quick, "there?")  # others get theirs meanwhile
        numbers: list[int] = []
        dropped = 0
        while not numbers or numbers[-1] < count - 1:
            message = read(slow)
            if message["type"] == "dropped":
                dropped += message["messages"]
            elif message["type"] == "n":
                numbers.append(message["number"])
    assert dropped > 0
    assert numbers == sorted(set(numbers))
    assert count - len(numbers) <= dropped <= count - len(numbers) + count // 20 + 1


def test_who_vanishes_is_forgotten_and_nobody_minds(server: WebSocketServer) -> None:
    with joined(server) as listener, joined(server) as gone:
        gone.socket.shutdown(socket.SHUT_RDWR)  # without a word
        for number in range(50):
            server.say({"type": "n", "number": number})
        assert [read(listener, "n")["number"] for _ in range(50)] == list(range(50))


@pytest.mark.parametrize(
    "origin", ["https://example.org", "http://localhost.example.org", "http://127.0.0.1.example.org"]
)
def test_a_page_of_another_site_may_not_listen(server: WebSocketServer, origin: str) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        connect(server.address, origin=Origin(origin))


@pytest.mark.parametrize("origin", ["null", "http://localhost:8000", "http://127.0.0.1"])
def test_a_page_from_the_disk_or_of_this_computer_may(server: WebSocketServer, origin: str) -> None:
    with connect(server.address, origin=Origin(origin)) as listener:
        assert read(listener)["exercises"] == {"left": "squat"}


def test_at_the_end_listeners_are_told_good_bye(server: WebSocketServer) -> None:
    with joined(server) as listener:
        server.close()
        with pytest.raises(ConnectionClosed):
            read(listener)
    server.say({"type": "too late"})
    server.close()


def test_it_is_heard_on_this_computer_only(server: WebSocketServer) -> None:
    assert server.address.startswith("ws://127.0.0.1:")


def test_a_port_in_use_is_said_before_the_run_begins(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(app, ["record", "sim:", "--websocket", port, "--out", str(tmp_path / "s")])
    assert isinstance(done.exception, SettingsError)
    assert port in str(done.exception)
    assert "Choose another" in str(done.exception)
    assert not (tmp_path / "s").exists()


def test_a_host_without_a_port_opens_nothing_and_says_so(tmp_path: Path) -> None:
    words = ["record", "sim:", "--websocket-host", "0.0.0.0", "--out", str(tmp_path / "s")]
    done = CliRunner().invoke(app, words)
    assert isinstance(done.exception, SettingsError)
    assert "--websocket-host 0.0.0.0 is given without a port: add --websocket 8765" in str(done.exception)
    assert not (tmp_path / "s").exists()


def test_a_host_that_is_not_this_computer_is_called_that() -> None:
    with pytest.raises(
        SettingsError,
        match=r"--websocket-host no\.such\.host\.invalid is not an "
        r"address of this computer",
    ):
        WebSocketServer(0, sides={}, host="no.such.host.invalid")


def test_the_newer_addresses_work_too() -> None:
    try:
        server = WebSocketServer(0, sides={"left": "squat"}, host="::1")
    except SettingsError as error:
        pytest.skip(str(error))  # a computer without them
    with connect(server.address) as listener:
        assert server.address.startswith("ws://[::1]:")
        assert read(listener)["type"] == "hello"
    server.close()


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "websockets.asyncio.server", None)
    with pytest.raises(SettingsError, match=r"pip install 'shinsight\[websocket\]'"):
        WebSocketServer(0, sides={"left": "squat"})
