"""What the board remembers survives whatever a power cut leaves of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from firmware.board import run


def said(tmp_path: Path, script: str) -> Any:
    return run(
        f"""
import json, kept, os, settings
from settings import Settings, Store

def made(name, rate_hz=0, calibration=None):
    made = Settings(name, rate_hz)
    made.calibration = calibration
    return made

def loaded():
    found = Store().load()
    return found and found.name

def read(path):
    with open(path, "rb") as file:
        return file.read()

def write(path, data):
    with open(path, "wb") as file:
        file.write(data)

def show(*values):
    print(json.dumps(values[0] if len(values) == 1 else values))
{script}
""",
        cwd=tmp_path,
    )


def test_everything_that_can_be_set_comes_back(tmp_path: Path) -> None:
    before, after = said(
        tmp_path,
        """
one = made("Schienbein ü", 208, tuple(k / 8 for k in range(15)))
one.mode, one.idle_sleep_s, one.quaternion, one.bond = settings.ORIENTATION, 65535, False, True
one.phone = True
Store().save(one)
show(one.__dict__, Store().load().__dict__)
""",
    )
    assert after == before


def test_a_board_that_never_saved_has_nothing(tmp_path: Path) -> None:
    assert said(tmp_path, "show(loaded())") is None


def test_the_newest_save_counts_over_any_number_of_restarts(tmp_path: Path) -> None:
    names, files = said(
        tmp_path,
        """
names = []
for k in range(7):
    store = Store()
    store.load()
    store.save(made("a%d" % k))
    if k % 3 == 0:
        store.save(made("b%d" % k))
    names.append(loaded())
show(names, sorted(name for name in os.listdir() if name.startswith("settings")))
""",
    )
    assert names == ["b0", "a1", "a2", "b3", "a4", "a5", "b6"]
    assert files == ["settings.a", "settings.b"]


@pytest.mark.parametrize("saved_before", [0, 1, 2, 3])
@pytest.mark.parametrize("rest", ["nothing", "erased flash"])
def test_a_power_cut_at_any_byte_of_a_save_leaves_the_settings_of_before(
    tmp_path: Path, saved_before: int, rest: str
) -> None:
    """What follows the last byte written is nothing, or a block of flash that had been erased."""
    after = said(
        tmp_path,
        f"""
class PowerCut(Exception):
    pass

class Cut:
    def __init__(self, path, mode):
        self._file = open(path, mode)
    def __enter__(self):
        return self
    def __exit__(self, *error):
        self._file.close()
    def write(self, data):
        self._file.write(data[:left])
        if left < len(data):
            if {rest == "erased flash"}:
                self._file.write(b"\\xff" * (len(data) - left))
            raise PowerCut

paths = ("settings.a", "settings.b")
after = []
left = 0
whole = len(settings.pack(Settings())) + 13
for left in range(whole + 1):
    for path in paths:
        try:
            os.remove(path)
        except OSError:
            pass
    store = Store()
    for k in range({saved_before}):
        store.save(made("old%d" % k))
    kept.open = Cut
    try:
        store.save(made("new"))
    except PowerCut:
        pass
    kept.open = open
    name = loaded()
    # And the board goes on: the next save holds, after a restart too.
    again = Store()
    again.load()
    again.save(made("next"))
    after.append((name, loaded()))
show(after)
""",
    )
    old = f"old{saved_before - 1}" if saved_before else None
    assert len(after) > 80
    assert after == [[old, "next"]] * (len(after) - 1) + [["new", "next"]]


@pytest.mark.parametrize("at", [0, 4, 5, 9, 30, 60, 90, -1])
def test_a_damaged_file_counts_for_nothing_and_with_both_damaged_the_board_begins_anew(tmp_path: Path, at: int) -> None:
    one, none, anew = said(
        tmp_path,
        f"""
store = Store()
store.save(made("first"))
store.save(made("second"))
def damage(path):
    data = bytearray(read(path))
    data[{at}] ^= 0x10
    write(path, data)
damage("settings.b")
one = loaded()
damage("settings.a")
none = loaded()
fresh = Store()
fresh.load()
fresh.save(made("anew"))
show(one, none, loaded())
""",
    )
    assert (one, none, anew) == ("first", None, "anew")


@pytest.mark.parametrize("version", [0, 1, 255])
def test_settings_of_another_version_are_left_alone_until_the_next_save(tmp_path: Path, version: int) -> None:
    before, after = said(
        tmp_path,
        f"""
import binascii, struct
store = Store()
store.save(made("mine"))
store.save(made("theirs"))
data = bytearray(read("settings.b"))[:-4]
data[4] = {version}
write("settings.b", bytes(data) + struct.pack("<I", binascii.crc32(data)))
before = loaded()
again = Store()
again.load()
again.save(made("newer"))
show(before, loaded())
""",
    )
    assert (before, after) == ("mine", "newer")


def test_settings_kept_by_firmware_before_phones_go_on_with_the_dial_off(tmp_path: Path) -> None:
    """Firmware 0.4.0 kept 88 bytes; fewer, or more than there are now, are nobody's."""
    kept_then, lengths = said(
        tmp_path,
        """
from kept import Kept
one = made("Anna left", 208, tuple(k / 8 for k in range(15)))
one.bond = one.phone = True
data = settings.pack(one)
def with_length(length):
    Kept("settings", settings.VERSION).save((data + b"later")[:length])
    return Store().load()
then = with_length(88)
show([then.name, then.rate_hz, then.bond, then.phone, list(then.calibration)],
     [length for length in range(80, 95) if with_length(length)])
""",
    )
    assert kept_then == ["Anna left", 208, True, False, [k / 8 for k in range(15)]]
    assert lengths == [88, 89]


def test_a_full_flash_is_an_error_and_what_was_saved_before_is_still_there(tmp_path: Path) -> None:
    failed, kept, later = said(
        tmp_path,
        """
store = Store()
store.save(made("before"))
def full(path, mode):
    raise OSError(28)
kept.open = full
try:
    store.save(made("lost"))
    failed = False
except OSError:
    failed = True
kept.open = open
kept = loaded()
store.save(made("later"))
show(failed, kept, loaded())
""",
    )
    assert (failed, kept, later) == (True, "before", "later")


def test_what_a_host_sets_is_there_after_a_restart_of_the_board(tmp_path: Path) -> None:
    """SET and SET_RATE through the whole firmware; the new name is on the air at once and after the restart."""
    script = """
import json, wire
from whole import Host
host = Host()
host.connect()
"""
    first = run(
        script
        + """
answers = [host.command(wire.SET, b"\\x04left"), host.command(wire.SET_RATE, b"\\xd0\\x00")]
host.central.drop()
host.play(500)
print(json.dumps([[a[0] for a in answers], host.central.scan()["name"]]))
""",
        cwd=tmp_path,
    )
    second = run(
        script
        + """
node = host.app._node
host.central.drop()
host.play(500)
print(json.dumps([node.rate_hz, host.central.scan()["name"]]))
""",
        cwd=tmp_path,
    )
    assert first == [[0, 0], "left"]
    assert second == [208, "left"]
