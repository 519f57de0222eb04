"""The cable: the console stays a console until a host claims it, and what goes over it then is exact.

First in virtual time on a board's console (`bench/console.py`), then through a real pseudo-terminal, in real time.
"""

from __future__ import annotations

import csv
import json
import os
import pty
import shutil
import subprocess
import sys
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from firmware.board import BENCH, EMULATOR, FIRMWARE, run
from shinsight.errors import LinkError
from shinsight.flash.interpreter import micropython
from shinsight.flash.profiles import naming
from shinsight.transport.emulated import EmulatedLink, chip_counts
from shinsight.transport.serial import CLAIM, CTRL_C, KEEP, SerialLink
from shinsight.transport.simulated import open_sim
from shinsight.transport.simulated.link import perform
from shinsight.transport.simulated.options import parse
from shinsight.wire.decoder import DamagedFrame, Decoder
from shinsight.wire.framing import DELIMITER, frame
from shinsight.wire.messages import (
    Answer,
    AnswerCode,
    Command,
    CommandCode,
    DeviceInfo,
    ImuBatch,
    Message,
    Status,
    encode,
)

C = CommandCode


def asked(code: CommandCode, token: int = 9, argument: bytes = b"") -> bytes:
    return frame(encode(Command(token, code, argument)))


def decoded(written: str) -> list[Message | DamagedFrame]:
    return list(Decoder().feed(bytes.fromhex(written)))


def answers(written: str) -> list[tuple[int, int]]:
    """(command, result) of each answer; nothing may be damaged."""
    said = decoded(written)
    assert not any(isinstance(m, DamagedFrame) for m in said)
    return [(m.code, m.result) for m in said if isinstance(m, Answer)]


# --- a board's console, in virtual time


def typed(tmp_path: Path, scene: str, **given: Any) -> Any:
    (tmp_path / "board.py").write_text(naming((FIRMWARE / "board.py").read_text(), "emulator"))
    return run(f"usb.{scene}", cwd=tmp_path, **given)


def test_until_a_host_claims_it_not_a_byte_goes_out_whatever_comes_in(tmp_path: Path) -> None:
    before, after, interrupt = typed(
        tmp_path,
        "until_a_host_claims_it_not_a_byte_goes_out_whatever_comes_in",
        claim=CLAIM,
    )
    assert before == ["", CTRL_C]
    assert isinstance(decoded(after)[0], DeviceInfo)
    assert answers(after) == [(C.INFO, AnswerCode.OK)]
    assert interrupt == -1


def test_neither_the_claim_nor_what_keeps_it_holds_a_ctrl_c() -> None:
    """A board that has restarted unnoticed would end its program at the next question."""
    assert CTRL_C not in CLAIM
    assert CTRL_C not in KEEP


def test_before_the_claim_ctrl_c_ends_the_program_and_while_claimed_it_is_a_byte(tmp_path: Path) -> None:
    """The code of STOP is 3."""
    stop = asked(C.STOP)
    assert CTRL_C in stop
    at_once, ended_ms, written, interrupt = typed(
        tmp_path,
        "before_the_claim_ctrl_c_ends_the_program_and_while_claimed_it_is_a_byte",
        claim=CLAIM,
        keep=KEEP,
        stop=stop,
    )
    assert at_once == ""
    assert 9500 <= ended_ms < 9600
    assert [code for code, _ in answers(written)] == [C.INFO, C.STOP, C.STOP, C.STATUS, C.STATUS, C.STATUS]
    assert interrupt == CTRL_C


def test_a_host_that_falls_silent_gives_the_port_back_after_five_seconds_and_may_claim_it_again(tmp_path: Path) -> None:
    held, released, quiet, again, connections = typed(
        tmp_path,
        "a_host_that_falls_silent_gives_the_port_back_after_five_seconds_and_may_claim_it_again",
        claim=CLAIM,
    )
    assert held == [True, -1]
    assert released == [False, CTRL_C]
    assert quiet == ""
    assert answers(again) == [(C.INFO, AnswerCode.OK)]
    assert connections == 2


def test_ctrl_c_on_a_board_whose_watchdog_runs_restarts_it_into_its_console_once(tmp_path: Path) -> None:
    """Nothing can stop a watchdog, and a board that restarts while files are copied would spoil them."""
    first, stays = typed(
        tmp_path,
        "ctrl_c_on_a_board_whose_watchdog_runs_restarts_it_into_its_console_once",
        claim=CLAIM,
        start=asked(C.START),
    )
    assert first == "restarted"
    assert stays == [True, False]


def test_damaged_frames_are_counted_and_the_next_whole_one_is_heard(tmp_path: Path) -> None:
    good = asked(C.STATUS)
    wrong_crc = bytes([good[0], good[1] ^ 4]) + good[2:]
    too_long = frame(encode(Command(1, C.SET, b"\x04" + b"x" * 200)))
    bad = [wrong_crc, good[:3] + DELIMITER, b"\xff" * 2000 + DELIMITER, too_long, b"\x01" + DELIMITER, good[1:]]
    written, damaged = typed(
        tmp_path, "damaged_frames_are_counted_and_the_next_whole_one_is_heard", claim=CLAIM, bad=bad, good=good
    )
    assert damaged == len(bad)
    assert answers(written) == [(C.INFO, AnswerCode.OK)] + [(C.STATUS, AnswerCode.OK)] * len(bad)


def test_a_flood_of_noise_costs_neither_memory_nor_samples(tmp_path: Path) -> None:
    grown, written, lost = typed(
        tmp_path,
        "a_flood_of_noise_costs_neither_memory_nor_samples",
        claim=CLAIM,
        keep=KEEP,
        start=asked(C.START),
        info=asked(C.INFO),
    )
    assert grown < 3000
    assert answers(written) == [(C.INFO, AnswerCode.OK)]
    assert lost == 0


# --- a real pseudo-terminal, in real time


OPTIONS = "squat?reps=2&tempo_s=0.8&heel_lift_mm=0&grade=ideal&skin=none&seed=34"


@pytest.fixture(scope="module", autouse=True)
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """`shinsight record` of the emulated board. It takes half a minute, so it begins before the other tests do."""
    folder = tmp_path_factory.mktemp("recording") / "session"
    program = subprocess.Popen(
        [sys.executable, "-m", "shinsight", "record", f"emulator:{OPTIONS}", "--out", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield program, folder
    if program.poll() is None:
        program.kill()
        program.wait()
    for stream in (program.stdout, program.stderr):
        if stream is not None:
            stream.close()


@contextmanager
def board_on_a_line(tmp_path: Path, **env: str) -> Iterator[tuple[int, str]]:
    """The firmware on one end of a pseudo-terminal; (its other end, that one's name)."""
    (tmp_path / "board.py").write_text(naming((FIRMWARE / "board.py").read_text(), "emulator"))
    master, slave = pty.openpty()
    tty.setraw(slave)
    process = subprocess.Popen(
        [micropython(), "-c", "import main"],
        stdin=master,
        stdout=master,
        cwd=tmp_path,
        env=os.environ | {"MICROPYPATH": f"{EMULATOR}:{FIRMWARE}"} | env,
        start_new_session=True,
    )
    try:
        yield slave, os.ttyname(slave)
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


def heard(link: SerialLink | EmulatedLink, seconds: float) -> list[Message | DamagedFrame]:
    decoder, said = Decoder(), []
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        for chunk in link.read(0.05):
            said += decoder.feed(chunk.data)
    return said


def heard_until(link: SerialLink | EmulatedLink, wanted: type[Message], seconds: float = 20.0) -> list[Any]:
    """What comes until a message of that kind has come, that one too."""
    decoder, said = Decoder(), []
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        for chunk in link.read(0.05):
            said += decoder.feed(chunk.data)
        if any(isinstance(m, wanted) for m in said):
            return said
    raise AssertionError(f"no {wanted.__name__} came in {seconds} s, but {said}")


def test_over_a_real_line_nothing_comes_before_the_claim_and_every_batch_after_start(tmp_path: Path) -> None:
    with board_on_a_line(tmp_path, EMULATOR_CHIP="lsm6dso") as (slave, name):
        time.sleep(0.7)
        os.set_blocking(slave, False)
        with pytest.raises(BlockingIOError):
            os.read(slave, 1)
        link = SerialLink(name)
        link.open()
        link.write(asked(C.START))
        said = heard(link, 2.5)
        link.write(asked(C.STOP))
        said += heard_until(link, Answer)
        link.close()
    assert not any(isinstance(m, DamagedFrame) for m in said)
    sequences = [m.sequence for m in said if isinstance(m, ImuBatch)]
    assert sequences == list(range(len(sequences)))
    assert len(sequences) > 15


def test_without_an_imu_info_and_start_say_why(tmp_path: Path) -> None:
    with board_on_a_line(tmp_path) as (_, name):
        link = SerialLink(name)
        link.open()
        said = [m for m in heard(link, 0.1) if isinstance(m, Answer)]
        link.write(asked(C.START))
        said += [m for m in heard_until(link, Answer) if isinstance(m, Answer)]
        link.close()
    assert [(m.code, m.result) for m in said][-1] == (C.START, AnswerCode.NOT_AVAILABLE)
    assert (said[0].code, said[0].result) == (C.INFO, AnswerCode.NOT_AVAILABLE)
    for m in said:
        assert m.data.startswith(b"nothing answers on the I2C bus (looked at 0x68, 0x69, 0x6A, 0x6B): check power")


class Bewitched(EmulatedLink):
    """A board whose firmware does something else when it first looks at its battery, a second after it was claimed."""

    def __init__(self, battery: Path) -> None:
        super().__init__(parse("squat?reps=1&rate_hz=104"), "lsm6dso")
        self._battery = battery

    def _furnish(self, flash: Path) -> None:
        super()._furnish(flash)
        shutil.copy(self._battery, flash / "battery.py")


def test_a_board_that_crashes_restarts_and_is_heard_again_and_says_what_happened() -> None:
    link = Bewitched(BENCH / "battery_that_crashes.py")
    link.open()
    try:
        link.write(asked(C.START))
        heard_until(link, ImuBatch)
        heard_until(link, Status)  # the first one comes from the second life, claimed by the link without being told
        link.write(asked(C.CRASH, argument=b"\x00\x00"))
        reports = [m for m in heard_until(link, Answer) if isinstance(m, Answer) and m.code == C.CRASH]
        link.write(asked(C.START, token=10))
        heard_until(link, ImuBatch)
    finally:
        link.close()
    assert b"the sky fell" in reports[0].data


def test_a_board_whose_program_ends_is_an_error_with_its_last_words() -> None:
    link = Bewitched(BENCH / "battery_that_ends.py")
    link.open()
    try:
        with pytest.raises(LinkError, match=r"the board's program ended.*gone fishing"):
            heard(link, 10.0)
    finally:
        link.close()


def finished(recording: tuple[subprocess.Popen[str], Path]) -> Path:
    program, folder = recording
    _, words = program.communicate(timeout=90)
    assert program.returncode == 0, words
    return folder


def test_a_recorded_session_holds_the_counts_of_the_chip_none_missing_none_changed(
    recording: tuple[subprocess.Popen[str], Path],
) -> None:
    folder = finished(recording)
    device = json.loads((folder / "session.json").read_text())["device"]
    with (folder / "imu.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["flags"] for row in rows} == {"0"}
    physical = np.array([[float(value) for value in list(row.values())[1:7]] for row in rows])
    scales = np.repeat([device["accel_scale_mps2"], device["gyro_scale_radps"]], 3)
    counts = np.round(physical / scales).astype(int)
    _, reading, _ = perform(parse(f"{OPTIONS}&rate_hz=104"))
    of_chip = chip_counts(reading, "lsm6dso").astype(int)
    first = next(k for k in range(200) if np.array_equal(of_chip[k : k + 50], counts[:50]))
    assert len(counts) > len(of_chip) - 200
    whole = min(len(counts), len(of_chip) - first)
    assert np.array_equal(counts[:whole], of_chip[first : first + whole])
    assert np.array_equal(counts[whole:], np.repeat(of_chip[-1:], len(counts) - whole, axis=0))


def test_its_reps_are_those_of_the_simulated_leg(recording: tuple[subprocess.Popen[str], Path]) -> None:
    folder = finished(recording)
    truth = open_sim(OPTIONS).truth.reps
    with (folder / "reps.csv").open() as file:
        reps = list(csv.DictReader(file))
    assert len(reps) == len(truth) == 2
    for rep, true in zip(reps, truth, strict=True):
        assert float(rep["peak_inclination_deg"]) == pytest.approx(np.degrees(true.peak_inclination_rad), abs=3.0)
        assert rep["heel"] != "up"
    assert json.loads((folder / "session.json").read_text())["calibration"]["accepted"]
