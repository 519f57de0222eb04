"""Everything fits into the cases, with room to spare: boards, cell, plugs, strap and screws.

Each check is also shown something that must not pass.
"""

from __future__ import annotations

import importlib
from dataclasses import replace
from itertools import combinations
from math import pi
from types import SimpleNamespace
from typing import Any

import pytest

from printed_case import PIECES, collisions, meet, volume_mm3, with_room

CLOSED = ["xiao", "pico-w", "nano-rp2040-connect"]
OWN_IMU = {"xiao": "breakout", "pico-w": "breakout", "nano-rp2040-connect": "board", "m5stickc-plus2": "stick"}


def above_skin_mm(screw: Any, beyond_mm: float) -> float:
    """Of the lower end of a screw's hole."""
    return float(screw.tip_mm - beyond_mm)


# What goes in


@pytest.mark.parametrize("case", PIECES)
def test_every_part_as_large_as_its_tolerance_allows_keeps_its_gap(case: str, cases: dict[str, Any]) -> None:
    assert collisions(cases[case], with_room(cases[case])) == []


@pytest.mark.parametrize("case", PIECES)
def test_no_part_lies_where_another_is(case: str, cases: dict[str, Any]) -> None:
    one_board = {"board", "chips", "socket"}
    parts = with_room(cases[case])
    for one, other in combinations(parts, 2):
        if not {one, other} <= one_board:
            assert not meet(parts[one].solid(), parts[other].solid()), f"{one}, {other}"


@pytest.mark.parametrize("case", PIECES)
def test_the_imu_lies_flat_on_four_places_of_the_base_its_long_edge_along_the_shin(
    case: str, cases: dict[str, Any]
) -> None:
    at = cases[case].parts[OWN_IMU[case]].at
    base = next(iter(cases[case].printed.values()))
    middle_x, middle_y, _ = at.middle_mm
    for x in ((at.x_mm[0], middle_x - 2), (middle_x + 2, at.x_mm[1])):
        for y in ((at.y_mm[0], middle_y - 2), (middle_y + 2, at.y_mm[1])):
            corner = replace(at, x_mm=x, y_mm=y, z_mm=(at.z_mm[0] - 0.05, at.z_mm[0]))
            assert meet(corner.solid(), base)
    assert at.size_mm[1] > at.size_mm[0]


@pytest.mark.parametrize("case", ["nano-rp2040-connect", "m5stickc-plus2"])
def test_what_has_no_screws_of_its_own_is_pressed_down_by_what_closes_it(case: str, cases: dict[str, Any]) -> None:
    at = cases[case].parts[OWN_IMU[case]].at
    cover = list(cases[case].printed.values())[1]
    raised = replace(at, z_mm=(at.z_mm[0] + 1, at.z_mm[1] + 1))
    assert meet(raised.solid(), cover)
    assert not meet(at.solid(), cover)


@pytest.mark.parametrize("case", PIECES)
def test_the_lid_closes_and_cannot_shift(case: str, cases: dict[str, Any], source: SimpleNamespace) -> None:
    base, lid = cases[case].printed.values()
    place = importlib.import_module("build123d").Pos
    assert not meet(base, lid)
    if case in CLOSED:
        assert not meet(base, place(0.15, 0.15, 0.01) * lid)
        for x, y in ((0.5, 0), (-0.5, 0), (0, 0.5)):
            assert meet(base, place(x, y, 0.01) * lid)


@pytest.mark.parametrize("case", PIECES)
def test_the_plug_of_the_cable_passes_and_reaches_the_socket(case: str, cases: dict[str, Any]) -> None:
    assert cases[case].plugs
    assert (
        collisions(
            cases[case], {name: body.grown(0.2, up_mm=0.2, down_mm=0.2) for name, body in cases[case].plugs.items()}
        )
        == []
    )


@pytest.mark.parametrize("case", PIECES)
def test_a_strap_of_25_mm_passes(case: str, cases: dict[str, Any], measures: Any) -> None:
    assert cases[case].straps
    assert measures.strap.width_mm == 25
    assert (
        collisions(cases[case], {name: strap.grown(0.3, up_mm=0.3) for name, strap in cases[case].straps.items()}) == []
    )


# Screws


@pytest.mark.parametrize("case", PIECES)
def test_no_screw_comes_near_the_skin(case: str, cases: dict[str, Any], measures: Any) -> None:
    assert len(cases[case].screws) >= 4
    for screw in cases[case].screws.values():
        assert above_skin_mm(screw, measures.screw.beyond_mm) >= measures.printer.wall_least_mm


@pytest.mark.parametrize("case", PIECES)
def test_every_screw_finds_its_hole_and_bites_in_it(case: str, cases: dict[str, Any], measures: Any) -> None:
    base, lid = cases[case].printed.values()
    for name, screw in cases[case].screws.items():
        core = replace(screw, thread_mm=measures.screw.pilot_mm - 0.05)
        assert not meet(core.solid(), base), name
        assert not meet(screw.solid(), lid), name
        bites = volume_mm3(screw.solid() & base) / (pi / 4 * (screw.thread_mm**2 - measures.screw.pilot_mm**2))
        assert bites > 3, f"{name} holds in {bites:.1f} mm of plastic"


# The cell


def test_the_cell_has_room_to_swell_under_soft_foam(cases: dict[str, Any], measures: Any) -> None:
    cell, case = cases["xiao"].parts["cell"], cases["xiao"]
    swollen = cell.plus_minus_mm + cell.at.size_mm[2] * measures.fit.swelling
    pressed_foam = measures.fit.foam_mm / 2
    assert collisions(case, {"cell": cell.at.grown(cell.plus_minus_mm / 2, swollen + pressed_foam)}) == []


def test_no_screw_and_no_pin_points_at_the_cell_and_a_wall_stands_between(cases: dict[str, Any]) -> None:
    case = cases["xiao"]
    cell = case.parts["cell"].at
    for name, screw in case.screws.items():
        assert screw.solid().distance_to(cell.solid()) > 3, name
    others = [placed.at for name, placed in case.parts.items() if name not in ("cell", "antenna")]
    assert max(at.y_mm[1] for at in others) < cell.y_mm[0] - 1.5
    between = replace(
        cell,
        y_mm=(cell.y_mm[0] - 2.2, cell.y_mm[0] - 1.0),
        z_mm=(cell.z_mm[0], cell.z_mm[1] + 3),
    )
    assert volume_mm3(between.solid() & case.printed["base"]) > 0.8 * volume_mm3(between.solid())


def test_the_antenna_lies_under_the_lid_away_from_the_leg_and_from_metal(cases: dict[str, Any]) -> None:
    case = cases["xiao"]
    antenna = case.parts["antenna"].at
    assert antenna.z_mm[0] > max(placed.at.z_mm[1] for name, placed in case.parts.items() if name != "antenna") - 0.8
    for name, screw in case.screws.items():
        assert screw.solid().distance_to(antenna.solid()) > 3, name


# Other parts than ours


@pytest.mark.parametrize("size_mm", [(35, 25, 5), (48, 34, 6)])
def test_the_case_grows_and_shrinks_with_another_cell(size_mm: tuple[float, ...], source: SimpleNamespace) -> None:
    known = source.outlines.read()
    x, y, z = size_mm
    other = replace(known.parts["cell"], x_mm=x, y_mm=y, z_mm=z)
    case = source.builds.enclosure("xiao-esp32s3", replace(known, parts={**known.parts, "cell": other}))
    assert collisions(case, with_room(case) | case.plugs | case.straps) == []
    assert not meet(*case.printed.values())


def test_a_wall_of_two_lines_is_refused_with_the_reason(source: SimpleNamespace) -> None:
    with pytest.raises(
        ValueError, match=r"wall_mm is 0\.8, expected at least 1\.2: thinner than three lines it breaks"
    ):
        source.measures.Shell(wall_mm=0.8)


def test_a_bay_without_room_for_a_swollen_cell_is_refused(source: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match=r"swelling is 0\.0, expected at least 0\.1: a cell that is pressed can burn"):
        source.measures.Fit(swelling=0.0)


def test_a_part_without_a_size_is_refused(source: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="x_mm of 'board' is 0, expected 0 to 100 mm: correct outlines"):
        source.outlines.Outline(what="board", x_mm=0, y_mm=1, z_mm=1, plus_minus_mm=0.1, source="")


def test_an_unknown_board_is_told_the_known_ones(source: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="'uno', expected one of xiao-esp32s3"):
        source.builds.enclosure("uno")


# What must not pass


def test_a_taller_cell_a_wider_breakout_and_a_longer_board_are_found(cases: dict[str, Any]) -> None:
    case = cases["xiao"]
    for name, grown in (("cell", (0.1, 5.0)), ("breakout", (1.2, 0.1)), ("board", (0.4, 0.1))):
        larger = replace(case.parts[name], at=case.parts[name].at.grown(*grown))
        assert collisions(case, {name: larger.with_room()}) != []


def test_a_thicker_strap_a_wider_plug_and_a_longer_screw_are_found(cases: dict[str, Any], measures: Any) -> None:
    case = cases["xiao"]
    assert collisions(case, {name: strap.grown(1.5, up_mm=0) for name, strap in case.straps.items()}) != []
    assert collisions(case, {name: plug.grown(0.5, up_mm=0) for name, plug in case.plugs.items()}) != []
    longer = replace(case.screws["breakout screw 1"], tip_mm=case.screws["breakout screw 1"].tip_mm - 2)
    assert above_skin_mm(longer, measures.screw.beyond_mm) < measures.printer.wall_least_mm
