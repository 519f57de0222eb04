"""What a user on Linux has: unmodified bleak, bluetoothd and the kernel, all real, in a virtual machine (vm/guest.py).

Slow: one boot serves all. In CI it fails where it cannot run; elsewhere it is skipped, and says what is absent.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from outside_programs import missing
from radio.air import BASE, Air, Board
from radio.h4 import bluez_controller
from radio.vm.guest import Guest
from radio.vm.kernel import Missing
from shinsight.session.imu_csv import read_imu_csv

pytestmark = pytest.mark.slow

PLAIN_BLEAK = str(Path(__file__).with_name("vm") / "in_guest" / "plain_bleak.py")
DROPS = 3
SOME_SECONDS_BYTES = 6000
"""Of a raw log: some 13 batches of 120 bytes come in a second."""


@pytest.fixture(scope="module")
def air() -> Iterator[Air]:
    with Air(interval_ms=15.0) as air:
        yield air


@pytest.fixture(scope="module")
def board(air: Air) -> Board:
    return air.board(name="left")


@pytest.fixture(scope="module")
def guest(air: Air, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guest]:
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "h4"
        with bluez_controller(air, socket):
            try:
                guest = Guest(socket, logs=tmp_path_factory.mktemp("guest"))
            except Missing as lack:
                missing(str(lack))
            with guest:
                yield guest


def visits(guest: Guest, *options: str) -> Iterator[dict[str, Any]]:
    for line in guest.run(sys.executable, PLAIN_BLEAK, *options):
        yield json.loads(line)


def numbers(samples: list[list[int]]) -> list[int]:
    """Of samples numbered by the chip model."""
    return [ay * BASE + ax for ax, ay, *_ in samples]


def assert_contiguous(numbers: list[int], *, at_least: int) -> None:
    assert len(numbers) >= at_least
    assert [(a, b) for a, b in pairwise(numbers) if b != a + 1] == []


@pytest.mark.parametrize("notify", ["acquire", "start"])
def test_plain_bleak_finds_the_board_by_its_service_and_gets_every_sample(
    guest: Guest, board: Board, notify: str
) -> None:
    (visit,) = visits(guest, f"--notify={notify}", "--seconds=10")
    assert (visit["name"], visit["chip"]) == ("left", "LSM6DSO")
    assert_contiguous(numbers(visit["samples"]), at_least=900)


def test_plain_bleak_comes_back_each_time_the_firmware_has_died(guest: Guest, board: Board) -> None:
    found = []
    for visit in visits(guest, "--notify=acquire", "--seconds=2", f"--drops={DROPS}"):
        found.append(visit)
        if len(found) <= DROPS:
            board.kill()
            board.start()
    assert len(found) == DROPS + 1
    for visit in found:
        assert_contiguous(numbers(visit["samples"]), at_least=150)


def test_a_recording_over_bluez_holds_every_sample_although_the_connection_was_lost(guest: Guest, board: Board) -> None:
    session = guest.logs / "session"
    with once(lambda: size(session / "raw.log") > SOME_SECONDS_BYTES, board.drop):
        record = (sys.executable, "-m", "shinsight", "record", "ble:left", "--for=10", "--out=/out/session")
        words = list(guest.run(*record, limit_s=150.0))
    told = json.loads((session / "session.json").read_text())
    link = told["link_statistics"]
    assert (link["reconnects"], link["lost"], link["filled"]) == (1, 0, 0), words
    accel_mps2 = read_imu_csv(session / "imu.csv").samples.accel_mps2
    counts = np.round(accel_mps2 / told["device"]["accel_scale_mps2"]).astype(int)
    assert_contiguous(numbers(counts.tolist()), at_least=900)


@contextmanager
def once(happens: Callable[[], bool], do: Callable[[], None]) -> Iterator[None]:
    """While the context lasts, wait for something and do something, from another thread."""
    over = Event()

    def watch() -> None:
        while not over.wait(0.1):
            if happens():
                do()
                return

    thread = Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
