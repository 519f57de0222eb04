"""The printable files of the cases: sound bodies that print without supports and lie flat on the skin.

Each check is also shown something that must not pass.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import trimesh

import printable
from hardware_scripts import script
from printed_case import FILES, PIECES, PRINT, volume_mm3

ON_SKIN = [(case, pieces[0]) for case, pieces in PIECES.items()]


@pytest.fixture(scope="module")
def meshes() -> dict[tuple[str, str], trimesh.Trimesh]:
    """The files that people print."""
    return {(case, piece): trimesh.load_mesh(PRINT / f"{case}-{piece}.stl") for case, piece in FILES}


def test_every_board_of_the_firmware_has_a_case_and_every_file_belongs_to_one(source: SimpleNamespace) -> None:
    assert set(source.builds.FILES) == set(script("../firmware/src/board.py").PROFILES) - {"emulator"}
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
