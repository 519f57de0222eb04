"""The whole firmware, turn by turn, in virtual time: what only shows when all parts are put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from firmware.board import run
from shinsight.wire.messages import Answer, AnswerCode, CommandCode, DeviceInfo, Message, Status, decode


def played(tmp_path: Path, script: str, *, host: str = "", before: str = "") -> Any:
    return run(
        f"""
import json, machine, struct, time, wire
from whole import Host
from link_ble import CONTROL
from link_ble import INFO as INFO_VALUE
def hexed(messages):
    return ["".join("%02x" % byte for byte in message) for message in messages]
def show(*values):
    print(json.dumps(values[0] if len(values) == 1 else values))
{before}
host = Host({host})
host.connect()
{script}
""",
        cwd=tmp_path,
    )


def messages(texts: list[str]) -> list[Message]:
    return [decode(bytes.fromhex(text)) for text in texts]


def test_commands_that_come_all_at_once_are_obeyed_in_their_order(tmp_path: Path) -> None:
    """Else the chip would go on at the old rate under a device info that says the new one."""
    others, delivered, rate_hz = played(
        tmp_path,
        """
host.start()
host.play(1000)
host.batches.clear(); host.others.clear(); host.order.clear()
for k, command in enumerate((b"\\x03", b"\\x04\\xd0\\x00", b"\\x02")):
    host.central.write(CONTROL, bytes((0x60, k)) + command)
host.play(5000)
show(hexed(host.others), host.books()["delivered"], host.app._driver.rate_hz)
""",
    )
    said = [m for m in messages(others) if not isinstance(m, Status)]
    assert [(m.code, m.result) for m in said if isinstance(m, Answer)] == [
        (code, AnswerCode.OK) for code in (CommandCode.STOP, CommandCode.SET_RATE, CommandCode.START)
    ]
    assert [m.rate_hz for m in said if isinstance(m, DeviceInfo)] == [208.0]
    assert rate_hz == 208.0
    assert delivered == pytest.approx(5 * 208 * 1.013, rel=0.08)


def test_garbage_of_any_kind_costs_no_sample(tmp_path: Path) -> None:
    books, ignored = played(
        tmp_path,
        """
import random
random.seed(5)
host.start()
host.play(2000)
harmless = (1, 7, 8, 9, 10, 11, 12, 99, 255)
for _ in range(1500):
    data = bytes(random.getrandbits(8) for _ in range(random.randrange(70)))
    if random.randrange(3):
        data = bytes((0x60, random.getrandbits(8), random.choice(harmless))) + data[:9]
    elif data[:1] == b"\\x60":
        continue
    host.central.write(CONTROL, data)
    host.play(random.choice((0, 0, 20, 40)))
host.play(4000)
show(host.books(), host.app._node.ignored)
""",
    )
    assert books["live in order"]
    assert books["rising"]
    assert (books["absent"], books["board says lost"], books["missing batches"], books["starved"]) == (0, 0, 0, 0)
    assert books["delivered"] > 2500
    assert ignored > 300


@pytest.mark.parametrize("chip", ["lsm6dso", "icm42688", "mpu6050"])
def test_a_chip_that_is_not_there_is_said_and_found_by_itself_when_it_comes(chip: str, tmp_path: Path) -> None:
    empty, refused, info, started, delivered = played(
        tmp_path,
        """
empty = host.central.read(INFO_VALUE)
refused = [host.command(wire.INFO), host.command(wire.START)]
machine.bus.attach(host.address, host.model)
host.play(3000)
show(len(empty), [[code, data.decode()] for code, data in refused], hexed([host.central.read(INFO_VALUE)])[0],
     host.start()[0], (host.play(3000), host.books())[1]["delivered"])
""",
        host=f"{chip!r}, soldered=False",
    )
    assert empty == 0
    expected = "nothing answers on the I2C bus (looked at 0x68, 0x69, 0x6A, 0x6B): check power, SDA and SCL in board.py"
    assert refused == [[AnswerCode.NOT_AVAILABLE, expected]] * 2
    assert isinstance(messages([info])[0], DeviceInfo)
    assert started == AnswerCode.OK
    assert delivered > 250


def test_a_chip_that_goes_before_it_is_needed_is_said_to_whom_asks_and_its_losses_stay_counted(tmp_path: Path) -> None:
    start, again, lost, delivered = played(
        tmp_path,
        """
host.start()
host.play(2000)
time.advance_us(6_000_000)
host.play(2000)
lost = host.app._sampler.lost
host.command(wire.STOP)
machine.bus.detach(host.address)
start = host.command(wire.START)
host.others.clear()
host.play(2500)
status = host.statuses()[-1]
machine.bus.attach(host.address, host.model)
host.play(3000)
again = host.command(wire.START)
host.batches.clear(); host.order.clear(); host.newest = None
host.play(2000)
show([start[0], start[1].decode()], again[0], [lost, status[5], host.statuses()[-1][5]], host.books()["delivered"])
""",
    )
    assert start == [AnswerCode.NOT_AVAILABLE, "LSM6DSO stopped answering: [Errno 19] ENODEV"]
    assert again == AnswerCode.OK
    assert lost[0] > 100
    assert lost == [lost[0]] * 3
    assert delivered > 150


def test_once_streaming_the_watchdog_is_fed_in_every_state_and_not_begun_before(tmp_path: Path) -> None:
    """Before, a tool that copies files may stop the program for as long as it likes."""
    before, after, starved = played(
        tmp_path,
        """
host.play(3000)
before = host.app._watchdog is None
host.start()
host.play(12_000)
host.command(wire.STOP)
host.play(12_000)
host.command(wire.SET, b"\\x02\\x05\\x00")
host.central.drop()
host.play(20_000)
state = host.app._node.state
show(before, state, len(machine.starvations))
""",
    )
    assert before
    assert after == 3
    assert starved == 0


def test_a_short_press_wakes_a_sleeping_board(tmp_path: Path) -> None:
    """A press lasts a tenth of a second; a board that looked less often would miss it."""
    states = played(
        tmp_path,
        """
node = host.app._node
node.settings.idle_sleep_s = 1
host.central.drop()
machine.drive(3, 1)
finger = []  # (moment, level), in order
def move():
    while finger and time.now_us() >= finger[0][0]:
        machine.drive(3, finger.pop(0)[1])
time.on_sleep(move)
def live(ms):
    end_us = time.now_us() + ms * 1000
    while time.now_us() < end_us:
        time.sleep_ms(host.app.turn())
live(3000)
states = []
for after_ms in (7, 60, 113, 160):
    states.append(node.state)
    pressed_us = time.now_us() + after_ms * 1000
    finger += [(pressed_us, 0), (pressed_us + 100_000, 1)]
    live(500)
    states.append(node.state)
    live(2000)
show(states)
""",
    )
    assert states == [3, 0] * 4


@pytest.mark.parametrize(("largest_piece", "kept_s"), [(1_000_000, 60), (50_000, 34), (5_000, 3)])
def test_a_heap_in_pieces_keeps_as_much_as_fits_into_one(largest_piece: int, kept_s: int, tmp_path: Path) -> None:
    """On an ESP32 the radio leaves the memory cut up: what is free is more than what can be had in one piece."""
    books, said_s = played(
        tmp_path,
        """
host.start()
host.play(3000)
show(host.books(), host.statuses()[-1][8])
""",
        before=f"""
import app
whole = app.Batches
def in_pieces(memory_bytes):
    if memory_bytes > {largest_piece}:
        raise MemoryError
    return whole(memory_bytes)
app.Batches = in_pieces
""",
    )
    assert books["absent"] == 0
    assert books["delivered"] > 250
    assert said_s == pytest.approx(kept_s, rel=0.3, abs=1)
    assert said_s * 104 * 14 <= largest_piece


def test_a_heap_without_any_room_is_an_error_and_not_a_loop(tmp_path: Path) -> None:
    error = run(
        """
import app, json
def never(memory_bytes):
    raise MemoryError
app.Batches = never
try:
    app._batches(100_000)
    error = None
except MemoryError:
    error = "MemoryError"
print(json.dumps(error))
""",
        cwd=tmp_path,
    )
    assert error == "MemoryError"
