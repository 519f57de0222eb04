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


def shown(page: str) -> str:
    code: str
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
    shutil.copy(BENCH / "made_up_chip.py", copy / "emulator" / "chips" / "made_up.py")
    edit(
        copy / "emulator" / "chips" / "__init__.py",
        "_KNOWN = {",
        '_KNOWN = {"made_up": ("chips.made_up", "Model", 0x1C),',
    )
    return copy


def test_the_driver_of_the_page_samples_without_an_allocation_and_tells_what_it_lost(with_sensor: Path) -> None:
    chip, delivered, lost, flags, absent = run(
        "adding.the_driver_of_the_page_samples_without_an_allocation_and_tells_what_it_lost",
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
        "adding.the_profile_of_the_page_is_a_board_that_starts_and_can_be_flashed",
        path=(copy / "emulator", copy / "src", BENCH),
        cwd=tmp_path,
    )
    assert name == "my-board"
    assert 0 < lit < 100
