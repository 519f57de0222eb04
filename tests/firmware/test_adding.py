"""The pages on adding a sensor and a board hold: what they show is added to a copy of the firmware, and works."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from firmware.board import BENCH, ROOT, run
from shinsight.flash.files import built
from shinsight.flash.profiles import known_boards, naming

DOCS = ROOT / "docs"

MODEL = """
from chips.chip import Chip
from chips.fifo import Fifo
from struct import pack_into

class Model(Chip):
    def power_on(self):
        self.fifo = Fifo(100, 12)
        self.registers[0] = 0x99
        self.registers[0x12] = 25

    def write_register(self, register, value):
        self.registers[register] = value
        if register == 0x01:
            self.measure(100 * value)
        elif register == 0x02 and not value:
            self.fifo.clear()

    def read_register(self, register):
        if register == 0x10:
            said = self.fifo.used | (0x80 if self.fifo.overrun else 0)
            self.fifo.overrun = False
            return said
        if register == 0x11:
            byte = self.fifo.bytes[self.fifo.oldest() + self._at] if self.fifo.used else 0
            self._at = (self._at + 1) % 12
            if not self._at and self.fifo.used:
                self.fifo.pop()
            return byte
        return self.registers[register]

    _at = 0

    def after(self, register):
        return register if register == 0x11 else register + 1

    def read_into(self, register, buffer):
        if register == 0x11:
            self._at = 0
        Chip.read_into(self, register, buffer)

    def store(self, k):
        if self.registers[2]:
            at = self.fifo.push(k)
            c = self.counts
            pack_into("<6h", self.fifo.bytes, at, c[0], c[1], c[2], c[3], c[4], c[5])
"""


def shown(page: str) -> str:
    (code,) = re.findall(r"^```python\n(.*?)^```$", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return code


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "firmware", tmp_path / "firmware"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


@pytest.fixture
def with_sensor(copy: Path) -> Path:
    (copy / "src" / "drivers" / "made_up.py").write_text(shown("add-a-sensor.md"))
    families = copy / "src" / "drivers" / "__init__.py"
    edit(families, "FAMILIES = (", "from drivers.made_up import MadeUp\n\nFAMILIES = (MadeUp, ")
    (copy / "emulator" / "chips" / "made_up.py").write_text(MODEL)
    edit(
        copy / "emulator" / "chips" / "__init__.py",
        "_KNOWN = {",
        '_KNOWN = {"made_up": ("chips.made_up", "Model", 0x1C),',
    )
    return copy


def test_the_driver_of_the_page_samples_without_an_allocation_and_tells_what_it_lost(with_sensor: Path) -> None:
    chip, delivered, lost, flags, absent = run(
        """
import json, machine, micropython, time
from rig import Rig
rig = Rig("made_up", memory=5_000)
rig.play(2000)
def a_second():
    for _ in range(200):
        rig.sampler.poll()
        time.sleep_ms(5)
micropython.heap_lock()
a_second()
micropython.heap_unlock()
rig.play(1000)
time.advance_us(3_000_000)
rig.play(2000)
machine.bus.fail_within(5)
rig.play(2000)
gaps = [b - a - 1 for a, b in zip(rig.delivered, rig.delivered[1:])]
print(json.dumps([rig.driver.chip, len(rig.delivered), rig.sampler.lost, sorted(set(rig.flags)), sum(gaps)]))
""",
        path=(with_sensor / "emulator", with_sensor / "src", BENCH),
    )
    assert chip == "MADE-UP-1"
    assert delivered > 500
    assert 180 < absent < 300
    assert abs(absent - lost) <= 2  # two losses, each counted to one
    assert flags == [0, 2]


def test_the_driver_of_the_page_compiles_for_boards(with_sensor: Path) -> None:
    assert "drivers/made_up.mpy" in {file.path for file in built(with_sensor / "src")}


def test_the_profile_of_the_page_is_a_board_that_starts_and_can_be_flashed(copy: Path, tmp_path: Path) -> None:
    board_py = copy / "src" / "board.py"
    edit(board_py, "PROFILES = {\n", "PROFILES = {\n" + shown("add-a-board.md"))
    board_py.write_text(naming(board_py.read_text(), "my-board"))
    board = known_boards(copy / "src")["my-board"]
    assert (board.title, board.mcu) == ("My Board S3", "esp32s3")
    assert "ESP32_GENERIC_S3" in board.getting_micropython
    name, lit = run(
        """
import json, machine, time
time.virtual()
import chips
from source import Numbered
machine.bus.attach(*chips.make("lsm6dso", Numbered()))
import board
from app import App
app = App(board.profile())
lit = 0
for _ in range(500):
    time.sleep_ms(app.turn())
    lit += machine.level(48)
print(json.dumps([app._node.identity.board, lit]))
""",
        path=(copy / "emulator", copy / "src", BENCH),
        cwd=tmp_path,
    )
    assert name == "my-board"
    assert 0 < lit < 100
