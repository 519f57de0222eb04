"""The drawn wires are those of the firmware, and the drawings are those of their sources."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardware_scripts import HARDWARE, rows, script

WIRING = HARDWARE / "wiring"
PROFILES = {name: it for name, it in script("../firmware/src/board.py").PROFILES.items() if name != "emulator"}
SOLDERED = ["xiao-esp32s3", "xiao-esp32c3", "pico-w"]
POWERS = {"VIN", "VCC"}


def source(board: str) -> dict[str, Any]:
    drawn: dict[str, Any] = yaml.safe_load((WIRING / f"{board}.yml").read_text(encoding="utf-8"))
    return drawn


def wires(board: str) -> dict[tuple[str, str], tuple[str, str]]:
    """(what, its pin) -> (the board's pin, what is printed beside it), a wire each."""
    drawn = source(board)
    labels = dict(zip(*(map(str, drawn["connectors"]["Board"][key]) for key in ("pins", "pinlabels")), strict=True))
    found = {}
    for ends in drawn["connections"]:
        (start, pins), (_, lines), (end, arrives) = (next(iter(step.items())) for step in ends)
        assert end == "Board"
        count = len(pins)
        assert len(lines) == count or lines == [f"1-{count}"]
        for pin, there in zip(pins, arrives, strict=True):
            found[start, str(pin)] = str(there), labels[str(there)]
    return found


def gpio(label: str) -> int:
    return int(re.match(r"(?:GPIO|GP)(\d+) ", label).group(1))  # type: ignore[union-attr]


def signals(board: str) -> dict[str, int]:
    """What the label calls it -> the GPIO, of every wire that goes to one."""
    return {label.split(" ", 1)[1]: gpio(label) for _, label in wires(board).values() if re.match(r"GP(IO)?\d", label)}


def test_every_board_of_the_firmware_is_drawn_and_none_else() -> None:
    assert {path.stem for path in WIRING.glob("*.yml")} == set(PROFILES)
    assert {path.stem for path in WIRING.glob("*.svg")} == set(PROFILES)


@pytest.mark.parametrize("board", PROFILES)
def test_data_and_clock_of_the_imu_reach_the_firmwares_pins(board: str) -> None:
    drawn, profile = wires(board), PROFILES[board]
    assert gpio(drawn["IMU", "SDA"][1]) == profile.sda
    assert gpio(drawn["IMU", "SCL"][1]) == profile.scl
    assert drawn["IMU", "SDA"][1].endswith("SDA")
    assert drawn["IMU", "SCL"][1].endswith("SCL")


@pytest.mark.parametrize("board", PROFILES)
def test_every_other_drawn_gpio_is_one_that_the_firmware_uses_so(board: str) -> None:
    profile = PROFILES[board]
    known = {
        "SDA": profile.sda,
        "SCL": profile.scl,
        "button": profile.button,
        "light": profile.led,
        "power hold": profile.power_hold,
        "battery": profile.battery_adc,
    }
    for what, number in signals(board).items():
        assert known[what] == number, what


def test_the_lines_that_hold_and_measure_the_sticks_power_are_drawn() -> None:
    assert {"power hold", "battery", "button", "light"} <= set(signals("m5stickc-plus2"))


@pytest.mark.parametrize("board", SOLDERED)
def test_a_soldered_imu_gets_three_volts_and_ground_and_never_five(board: str) -> None:
    to_imu = {pin: label for (what, pin), (_, label) in wires(board).items() if what == "IMU"}
    (power,) = (to_imu[pin] for pin in POWERS & to_imu.keys())
    assert power.startswith("3.3 V")
    assert to_imu["GND"] == "ground"


@pytest.mark.parametrize("board", ["xiao-esp32s3", "xiao-esp32c3"])
def test_the_cells_plus_goes_to_plus_in_red_and_its_minus_to_minus_in_black(board: str) -> None:
    drawn = wires(board)
    assert drawn["Cell", "+"][0] == "BAT+"
    assert drawn["Cell", "-"][0] == "BAT-"
    assert source(board)["cables"]["Socket"]["colors"] == ["RD", "BK"]


@pytest.mark.parametrize("board", PROFILES)
def test_wires_are_told_apart_by_words_and_not_by_colour_alone(board: str) -> None:
    drawn = source(board)
    assert drawn["options"]["color_mode"] == "FULL"  # the colour's name is written on the wire
    for cable in drawn["cables"].values():
        assert len(set(cable["colors"])) == cable["wirecount"]


@pytest.mark.parametrize("board", SOLDERED)
def test_the_firmwares_page_has_the_same_wires(board: str) -> None:
    page = (HARDWARE.parent / "firmware" / "README.md").read_text(encoding="utf-8")
    table = page[page.index("| breakout |") :].split("\n\n")[0]
    head = [cell.strip() for cell in table.splitlines()[0].strip("|").split("|")]
    column = next(i for i, title in enumerate(head) if PROFILES[board].title.endswith(title))
    drawn = wires(board)
    for row in rows(table):
        names = row[0].split(" or ")
        (pin, label) = next(drawn["IMU", name] for name in names if ("IMU", name) in drawn)
        assert re.search(rf"\b{pin}\b", row[column]), row
        if match := re.match(r"GP(?:IO)?\d+", label):
            assert match.group() in row[column]


def words(picture: Path) -> Counter[str]:
    """Every word in a drawing: what it says, whatever the version of graphviz that laid it out."""
    return Counter(
        "".join(text.itertext()).strip() for text in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text")
    )


@pytest.mark.needs("dot")
@pytest.mark.parametrize("board", PROFILES)
def test_a_drawing_is_what_its_source_draws_and_no_warning_comes(board: str, tmp_path: Path) -> None:
    said = script("wiring/draw.py").draw(WIRING / f"{board}.yml", tmp_path)
    assert "warn" not in said.lower()
    drawn = words(tmp_path / f"{board}.svg")
    assert drawn == words(WIRING / f"{board}.svg"), "run python hardware/wiring/draw.py"
    assert PROFILES[board].title.split()[-1] in " ".join(drawn)
