"""Hours on one charge: computed, and the same in the docs as in the script."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st

from hardware_scripts import DOCS, rows, script
from printed_case import PRINT

BATTERY = script("battery.py")
PAGE = (DOCS / "battery-and-skin.md").read_text(encoding="utf-8")


def a_board(battery_mah: float, low_ma: float, more_ma: float, yields: float) -> object:
    draw = BATTERY.Draw(low_ma=low_ma, high_ma=low_ma + more_ma, source="made up")
    return BATTERY.Board(
        title="made up",
        battery_mah=battery_mah,
        volts=3.7,
        body_mm=(40, 70, 14),
        yields=yields,
        radio_on=draw,
        asleep=draw,
        imu=BATTERY.LSM6DSO,
    )


def test_five_hundred_milliampere_hours_at_fifty_milliamperes_last_eight_hours_of_ten() -> None:
    assert BATTERY.BOARDS["xiao-esp32s3"].hours((50, 50)) == pytest.approx((8, 8))


@given(
    battery_mah=st.floats(50, 20000), low_ma=st.floats(1, 200), more_ma=st.floats(0, 200), yields=st.floats(0.1, 0.99)
)
def test_no_battery_gives_more_than_its_label(battery_mah: float, low_ma: float, more_ma: float, yields: float) -> None:
    board = a_board(battery_mah, low_ma, more_ma, yields)
    shortest, longest = board.hours(board.streaming_ma())  # type: ignore[attr-defined]
    assert 0 < shortest <= longest < battery_mah / low_ma


def test_a_case_is_warmer_the_smaller_it_is() -> None:
    cube = replace(BATTERY.BOARDS["pico-w"], body_mm=(100, 100, 100), volts=5.0)
    assert cube.most_w == pytest.approx(0.330)
    assert cube.warmer_k() == pytest.approx((0.330 / 0.6, 0.330 / 0.5))  # by ten watts a square metre and degree
    smaller = replace(cube, body_mm=(50, 50, 50))
    assert smaller.warmer_k() == pytest.approx([4 * warmer for warmer in cube.warmer_k()])


@pytest.mark.parametrize("board", sorted(set(BATTERY.BOARDS) - {"m5stickc-plus2"}))  # a body of its own
def test_the_body_that_warms_is_the_one_that_is_printed(board: str) -> None:
    case = "xiao" if board.startswith("xiao") else board
    base, lid = (trimesh.load_mesh(PRINT / f"{case}-{piece}.stl") for piece in ("base", "lid"))
    across = lid.section(plane_origin=lid.centroid, plane_normal=(0, 1, 0))  # between the lobes of its screws
    assert across is not None
    long_mm, high_mm = lid.extents[1], base.extents[2]  # and a plate of the lid
    x, y, z = BATTERY.BOARDS[board].body_mm
    assert (x, y) == pytest.approx((across.extents[0], long_mm), abs=0.5)
    assert high_mm + 1.0 < z < high_mm + 3.0


def test_every_current_says_where_it_comes_from() -> None:
    for board in BATTERY.BOARDS.values():
        for draw in (board.radio_on, board.asleep, board.imu):
            assert re.search("data sheet|measured|specification|penguintutor|as above", draw.source)


def test_every_board_of_the_firmware_is_there() -> None:
    assert set(BATTERY.BOARDS) == set(script("../firmware/src/board.py").PROFILES) - {"emulator"}


def test_the_page_says_what_the_script_computes_and_that_it_is_computed() -> None:
    assert BATTERY.table_of_hours() in PAGE
    assert BATTERY.table_of_warmth() in PAGE
    assert BATTERY.table_of_sources() in PAGE
    assert "computed, not measured" in PAGE.lower()


def test_the_page_that_chooses_a_board_says_the_same_hours() -> None:
    page = (DOCS / "which-board.md").read_text(encoding="utf-8")
    for title, *_, hours, _asleep_ma, _asleep in rows(BATTERY.table_of_hours()):
        line = next(line for line in page.splitlines() if re.match(rf"\| [^|]*{title}[^|]*(\|[^|]*){{4}}\|$", line))
        assert hours.strip("*") in line, title


def test_a_current_that_falls_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a rising range"):
        BATTERY.Draw(low_ma=3, high_ma=2, source="made up")
