"""The closed case of every board that has none of its own: a base with ears, and its lid. Nothing inside yet."""

from __future__ import annotations

from dataclasses import dataclass

from build123d import (
    Axis,
    Circle,
    Cone,
    Part,
    Pos,
    Rectangle,
    RectangleRounded,
    Sketch,
    chamfer,
    extrude,
    fillet,
)

import marks
from blocks import Block, Driven, block, pin
from measures import Measures


@dataclass(frozen=True, kw_only=True)
class Inside:
    """The room between the walls, floor and lid."""

    x_mm: float
    y_mm: float
    z_mm: float

    def outer_x_mm(self, m: Measures) -> float:
        return self.x_mm + 2 * m.shell.wall_mm

    def outer_y_mm(self, m: Measures) -> float:
        return self.y_mm + 2 * m.shell.wall_mm

    def under_lid_mm(self, m: Measures) -> float:
        return m.shell.floor_mm + self.z_mm


def bosses(inside: Inside, m: Measures) -> list[tuple[float, float]]:
    """Where the lid's screws stand: outside of the walls, beside the strap. So none can reach what is inside."""
    x = inside.outer_x_mm(m) / 2 + m.screw.boss_mm / 2 - 1
    y = m.strap.slot_length_mm / 2 + m.shell.arm_mm / 2
    return [(x, y), (x, -y), (-x, y), (-x, -y)]


def _outline(inside: Inside, m: Measures) -> Sketch:
    """The case from above, with the lobes of its screws."""
    outline = RectangleRounded(inside.outer_x_mm(m), inside.outer_y_mm(m), m.shell.corner_mm)
    for x, y in bosses(inside, m):
        half_way = Pos(x / 2, y) * Rectangle(abs(x), m.screw.boss_mm)
        outline += Pos(x, y) * Circle(m.screw.boss_mm / 2) + half_way
    return outline


def _plate(inside: Inside, m: Measures) -> Part:
    """What lies on the skin: the case's outline and its ears, with a slot in each."""
    reach = m.strap.slot_mm + m.shell.bar_mm
    long = m.strap.slot_length_mm + 2 * m.shell.arm_mm
    outline = _outline(inside, m) + RectangleRounded(inside.outer_x_mm(m) + 2 * reach, long, m.shell.corner_mm)
    for side in (-1, 1):
        x = side * (inside.outer_x_mm(m) + m.strap.slot_mm) / 2
        outline -= Pos(x, 0) * RectangleRounded(m.strap.slot_mm, m.strap.slot_length_mm, 1.5)
    plate = extrude(outline, m.shell.ear_mm)
    plate = chamfer(plate.faces().sort_by(Axis.Z)[-1].edges(), m.shell.lid_edge_mm)
    return skin_edged(plate, m)


def skin_edged(plate: Part, m: Measures) -> Part:
    """Every edge on the skin slopes up at 45 degrees, which prints without supports, and turns round into the wall."""
    slope = m.shell.skin_edge_mm
    plate = chamfer(plate.faces().sort_by(Axis.Z)[0].edges(), slope)
    upper = [edge for edge in plate.edges() if abs(edge.center().Z - slope) < 1e-6]
    return fillet(upper, slope)


def base(inside: Inside, m: Measures) -> Part:
    high = inside.under_lid_mm(m)
    overlap = m.shell.ear_mm - m.shell.lid_edge_mm - 0.1  # where the plate is as wide as its outline
    upright = Pos(0, 0, overlap) * extrude(_outline(inside, m), high - overlap)
    solid = _plate(inside, m) + upright
    solid -= block((-inside.x_mm / 2, inside.x_mm / 2), (-inside.y_mm / 2, inside.y_mm / 2), (m.shell.floor_mm, high))
    for screw in lid_screws(inside, m):
        solid -= pin(screw.x_mm, screw.y_mm, screw.tip_mm - m.screw.beyond_mm, high, m.screw.pilot_mm)
    return solid


def lid(inside: Inside, m: Measures) -> Part:
    """In its place on the base, arrow up and the places for L and R below the strap."""
    under, top = inside.under_lid_mm(m), inside.under_lid_mm(m) + m.shell.lid_mm
    solid = Pos(0, 0, under) * extrude(_outline(inside, m), m.shell.lid_mm)
    solid = chamfer(solid.faces().sort_by(Axis.Z)[-1].edges(), m.shell.lid_edge_mm)
    for x, y in bosses(inside, m):
        solid -= countersunk_hole(x, y, under, top, m)
    deep = m.shell.groove_mm
    from_strap, to_edge = m.strap.slot_length_mm / 2, inside.outer_y_mm(m) / 2 - m.shell.lid_edge_mm
    middle, free = (from_strap + to_edge) / 2, to_edge - from_strap - 2 * m.printer.wall_least_mm
    solid -= Pos(0, middle, top) * marks.arrow(deep, min(11.0, free - marks.WIDE_MM))
    return solid - Pos(0, -middle, top) * marks.left_and_right(deep)


def countersunk_hole(x_mm: float, y_mm: float, under_mm: float, top_mm: float, m: Measures) -> Part:
    """A cone of 45 degrees: it takes the head, and prints without supports."""
    deep = (m.screw.head_mm - m.screw.through_mm) / 2
    cone = Pos(x_mm, y_mm, top_mm - deep / 2) * Cone(m.screw.through_mm / 2, m.screw.head_mm / 2, deep)
    return pin(x_mm, y_mm, under_mm, top_mm, m.screw.through_mm) + cone


def lid_screws(inside: Inside, m: Measures) -> list[Driven]:
    top = inside.under_lid_mm(m) + m.shell.lid_mm
    return [
        Driven(x_mm=x, y_mm=y, tip_mm=top - m.screw.length_mm, top_mm=top, thread_mm=m.screw.thread_mm)
        for x, y in bosses(inside, m)
    ]


def straps(inside: Inside, m: Measures) -> dict[str, Block]:
    """The strap in both slots, and where it passes over the lid."""
    half, top = m.strap.width_mm / 2, inside.under_lid_mm(m) + m.shell.lid_mm
    x = inside.outer_x_mm(m) / 2 + m.strap.slot_mm / 2
    found = {"over the lid": Block(x_mm=(-x, x), y_mm=(-half, half), z_mm=(top, top + m.strap.thick_mm))}
    for side, name in ((-1, "left slot"), (1, "right slot")):
        around = (side * x - m.strap.thick_mm / 2, side * x + m.strap.thick_mm / 2)
        found[name] = Block(x_mm=around, y_mm=(-half, half), z_mm=(-5, top + m.strap.thick_mm))
    return found
