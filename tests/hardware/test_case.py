"""The printable cases: what is printed is sound, prints without supports, and everything fits with room to spare.

Each check is also shown something that must not pass.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from ctypes.util import find_library
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import trimesh
from PIL import Image

import printable
from hardware_scripts import HARDWARE, script

CASE = HARDWARE / "case"
PRINT = CASE / "print"
README = (CASE / "README.md").read_text(encoding="utf-8")
PIECES = {
    "xiao": ["base", "lid"],
    "pico-w": ["base", "lid"],
    "nano-rp2040-connect": ["base", "lid"],
    "m5stickc-plus2": ["tray", "frame"],
}
FILES = [(case, piece) for case, pieces in PIECES.items() for piece in pieces]
ON_SKIN = [(case, pieces[0]) for case, pieces in PIECES.items()]
CLOSED = ["xiao", "pico-w", "nano-rp2040-connect"]
OWN_IMU = {"xiao": "breakout", "pico-w": "breakout", "nano-rp2040-connect": "board", "m5stickc-plus2": "stick"}
MODULES = ["blocks", "builds", "meshes", "measures", "outlines"]


@pytest.fixture(scope="module")
def source() -> Iterator[SimpleNamespace]:
    """The modules of hardware/case, which are no package."""
    sys.path.insert(0, str(CASE))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in MODULES})
    finally:
        sys.path.remove(str(CASE))


@pytest.fixture(scope="module")
def cases(source: SimpleNamespace) -> dict[str, Any]:
    boards = {files: board for board, files in source.builds.FILES.items()}
    return {files: source.builds.enclosure(board) for files, board in boards.items()}


@pytest.fixture(scope="module")
def measures(source: SimpleNamespace) -> Any:
    return source.measures.Measures()


@pytest.fixture(scope="module")
def meshes() -> dict[tuple[str, str], trimesh.Trimesh]:
    """The files that people print."""
    return {(case, piece): trimesh.load_mesh(PRINT / f"{case}-{piece}.stl") for case, piece in FILES}


def volume_mm3(shape: Any) -> float:
    return sum(solid.volume for solid in shape.solids()) if shape else 0.0


def meet(one: Any, other: Any) -> bool:
    return volume_mm3(one & other) > 1e-3


def collisions(case: Any, things: dict[str, Any]) -> list[str]:
    """Which of the blocks touch the printed pieces."""
    return [
        f"{name} in {piece}"
        for piece, solid in case.printed.items()
        for name, thing in things.items()
        if meet(thing.solid(), solid)
    ]


def with_room(case: Any) -> dict[str, Any]:
    return {name: placed.with_room() for name, placed in case.parts.items()}


def above_skin_mm(screw: Any, beyond_mm: float) -> float:
    return float(screw.tip_mm - beyond_mm)


# What is printed


def test_every_board_of_the_firmware_has_a_case_and_every_file_belongs_to_one(source: SimpleNamespace) -> None:
    assert set(source.builds.FILES) == set(script("../firmware/board.py").PROFILES) - {"emulator"}
    assert sorted(path.stem for path in PRINT.iterdir()) == sorted("-".join(name) for name in FILES)


@pytest.mark.parametrize("name", FILES, ids="-".join)
def test_a_file_is_one_closed_body_with_its_outside_outside(
    name: tuple[str, str], meshes: dict[tuple[str, str], trimesh.Trimesh]
) -> None:
    mesh = meshes[name]
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.body_count == 1
    assert mesh.volume > 0


@pytest.mark.parametrize("name", FILES, ids="-".join)
def test_a_file_is_what_the_source_makes(
    name: tuple[str, str],
    meshes: dict[tuple[str, str], trimesh.Trimesh],
    cases: dict[str, Any],
    source: SimpleNamespace,
) -> None:
    case, piece = name
    solid = source.meshes.as_printed(cases[case].printed[piece], piece in cases[case].turned_over)
    box = solid.bounding_box()
    mesh = meshes[name]
    again = "run python hardware/case/make.py"
    assert mesh.bounds[0] == pytest.approx([box.min.X, box.min.Y, box.min.Z], abs=0.02), again
    assert mesh.bounds[1] == pytest.approx([box.max.X, box.max.Y, box.max.Z], abs=0.02), again
    assert mesh.volume == pytest.approx(volume_mm3(solid), rel=0.003), again


@pytest.mark.parametrize("name", FILES, ids="-".join)
def test_a_piece_fits_on_the_smallest_printer(
    name: tuple[str, str], meshes: dict[tuple[str, str], trimesh.Trimesh], measures: Any
) -> None:
    assert meshes[name].extents.max() < measures.printer.bed_mm
    assert meshes[name].bounds[0][2] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("name", FILES, ids="-".join)
def test_no_wall_is_thinner_than_three_lines_of_the_nozzle(
    name: tuple[str, str], meshes: dict[tuple[str, str], trimesh.Trimesh], measures: Any
) -> None:
    measured = printable.thicknesses_mm(meshes[name])
    assert len(measured) > 400
    assert measured.min() >= measures.printer.wall_least_mm - 0.01


@pytest.mark.parametrize("name", FILES, ids="-".join)
def test_it_prints_without_supports_but_for_short_bridges(
    name: tuple[str, str], meshes: dict[tuple[str, str], trimesh.Trimesh], measures: Any
) -> None:
    across = printable.bridges_mm(meshes[name], measures.printer.overhang_most_deg)
    assert (across <= measures.printer.bridge_most_mm).all()


@pytest.mark.parametrize("name", ON_SKIN, ids="-".join)
def test_the_skin_side_is_one_flat_with_no_sharp_edge_and_nothing_below_it(
    name: tuple[str, str], meshes: dict[tuple[str, str], trimesh.Trimesh], measures: Any
) -> None:
    mesh = meshes[name]
    assert printable.area_on_bed_cm2(mesh) > 10
    assert printable.sharpest_turn_deg(mesh, measures.shell.skin_edge_mm + 0.1) < 48


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
        bites = volume_mm3(screw.solid() & base) / (3.1416 / 4 * (screw.thread_mm**2 - measures.screw.pilot_mm**2))
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


def test_a_thin_lid_is_measured_on_its_mesh(source: SimpleNamespace, measures: Any) -> None:
    thin = replace(measures, shell=replace(measures.shell, lid_mm=1.5))
    lid = source.builds.enclosure("nano-rp2040-connect", measures=thin).printed["lid"]
    mesh = source.meshes.mesh(source.meshes.as_printed(lid, turned_over=True))
    assert printable.thicknesses_mm(mesh).min() < measures.printer.wall_least_mm - 0.1


def test_the_lid_printed_the_other_way_up_hangs_in_the_air_and_has_sharp_edges(
    cases: dict[str, Any], source: SimpleNamespace, measures: Any
) -> None:
    mesh = source.meshes.mesh(source.meshes.as_printed(cases["xiao"].printed["lid"], turned_over=False))
    across = printable.bridges_mm(mesh, measures.printer.overhang_most_deg)
    assert across.max() > measures.printer.bridge_most_mm
    assert printable.sharpest_turn_deg(mesh, 2.5) > 80


def test_an_open_mesh_is_not_taken_for_a_body(meshes: dict[tuple[str, str], trimesh.Trimesh]) -> None:
    mesh = meshes["xiao", "lid"].copy()
    mesh.update_faces(range(len(mesh.faces) - 1))
    assert not mesh.is_watertight


# The page and its pictures


def test_the_page_shows_every_file_and_every_picture_and_each_picture_is_small() -> None:
    for case, piece in FILES:
        assert f"(print/{case}-{piece}.stl)" in README
    pictures = sorted((CASE / "pictures").iterdir())
    assert len(pictures) == 7
    for picture in pictures:
        assert re.search(rf"!\[[^\]]{{20,}}\]\(pictures/{picture.name}\)", README)
        assert picture.stat().st_size < 150_000


@pytest.mark.parametrize("case", PIECES)
def test_the_page_says_how_large_the_closed_case_is(case: str, cases: dict[str, Any]) -> None:
    boxes = [solid.bounding_box() for solid in cases[case].printed.values()]
    size = [
        max(getattr(box.max, axis) for box in boxes) - min(getattr(box.min, axis) for box in boxes) for axis in "XYZ"
    ]
    line = next(line for line in README.splitlines() if f"(print/{case}-" in line)
    assert "| " + " × ".join(f"{side:.0f}" for side in size) + " |" in line


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("xiao", "| both XIAO | 4 | 4 |"),
        ("pico-w", "| Pico W | 4 | 2 |"),
        ("nano-rp2040-connect", "| Nano, M5StickC | 4 | – |"),
        ("m5stickc-plus2", "| Nano, M5StickC | 4 | – |"),
    ],
)
def test_the_page_and_the_list_of_parts_count_the_screws(
    case: str, line: str, cases: dict[str, Any], source: SimpleNamespace
) -> None:
    assert line in README
    counted = sum(int(number) for number in re.findall(r"\d+", line.split("|", 2)[2]))
    assert counted == len(cases[case].screws)
    board = next(board for board, files in source.builds.FILES.items() if files == case)
    assert any(part.what.startswith("8 screws M2 × 6 mm") for part in script("parts.py").builds()[board].parts)
    assert counted <= 8


@pytest.mark.skipif(find_library("EGL") is None and "CI" not in os.environ, reason="needs EGL to draw without a screen")
def test_a_picture_is_what_its_script_draws(tmp_path: Path) -> None:
    drawing = [sys.executable, str(CASE / "render.py"), "--picture", "skin-side", "--out", str(tmp_path)]
    subprocess.run(drawing, check=True, capture_output=True, timeout=100)
    drawn, kept = (
        np.asarray(Image.open(folder / "skin-side.png").convert("L"), dtype=float)
        for folder in (tmp_path, CASE / "pictures")
    )
    assert drawn.std() > 20
    assert np.abs(drawn - kept).mean() < 3, "run python hardware/case/render.py"
