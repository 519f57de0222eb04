"""What to buy: a whole list for each board of the firmware, and sums that are what the parts come to."""

from __future__ import annotations

import math
import re

import pytest

from hardware_scripts import DOCS, HARDWARE, script

PARTS = script("parts.py")
BUILDS = PARTS.builds()
README = (HARDWARE / "README.md").read_text(encoding="utf-8")
PROFILES = script("../firmware/src/board.py").PROFILES
LIMIT_USD = 40


def test_the_reference_build_costs_less_than_forty_dollars_even_where_it_is_dear() -> None:
    assert BUILDS[PARTS.REFERENCE].usd()[1] < LIMIT_USD


def test_the_reference_is_the_board_that_the_firmware_takes_unasked() -> None:
    assert script("../firmware/src/board.py").BOARD == PARTS.REFERENCE


def test_every_board_of_the_firmware_has_a_list() -> None:
    assert set(BUILDS) == set(PROFILES) - {"emulator"}


@pytest.mark.parametrize("board", BUILDS)
def test_a_build_has_its_board_a_strap_and_something_that_powers_it(board: str) -> None:
    said = " ".join(part.what for part in BUILDS[board].parts)
    assert PROFILES[board].title.split()[-1] in said
    assert "strap" in said
    assert re.search("cell|battery|power bank", said)


@pytest.mark.parametrize("board", BUILDS)
def test_what_has_no_imu_inside_gets_a_breakout_and_wire(board: str) -> None:
    said = [part.what for part in BUILDS[board].parts]
    inside = any("IMU inside" in what or "IMU, battery" in what for what in said)
    assert inside != any(what.startswith("IMU breakout") for what in said)
    assert inside != any("wire, " in what for what in said)


def test_no_part_is_listed_that_nothing_needs() -> None:
    needed = {part.what for build in BUILDS.values() for part in build.parts}
    listed = re.findall(r'^what = "((?:[^"\\]|\\.)*)"', PARTS.LIST.read_text(encoding="utf-8"), re.MULTILINE)
    assert {what.replace('\\"', '"') for what in listed} == needed


def test_the_page_says_what_the_list_says() -> None:
    assert PARTS.checked() in README
    assert PARTS.table_of_builds(BUILDS) in README
    assert PARTS.traps(BUILDS) in README
    for build in BUILDS.values():
        assert f"### {build.title}\n\n{PARTS.table_of_parts(build)}" in README


def test_the_page_that_chooses_a_board_says_the_same_sums() -> None:
    page = (DOCS / "which-board.md").read_text(encoding="utf-8")
    for build in BUILDS.values():
        low, high = build.usd()
        title = build.title.removeprefix("Reference: ")
        line = next(line for line in page.splitlines() if re.match(rf"\| [^|]*{title}[^|]*(\|[^|]*){{4}}\|$", line))
        assert f"| {math.floor(low)}–{math.ceil(high)} |" in line


@pytest.mark.parametrize("usd", [(5, 4), (0, 4), (-1, 4)])
def test_a_price_is_a_rising_range(usd: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="expected two rising prices in USD"):
        PARTS.Part(what="board", maker="", number="", usd=usd, instead="", wrong="")
