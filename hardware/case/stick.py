"""A tray for the M5StickC PLUS2, which has a case of its own. Screen, buttons and sockets stay free.

The stick rests on two blocks; the strap passes between them, below it. A frame holds it down at its rim.
"""

from __future__ import annotations

from build123d import Axis, Circle, Part, Pos, Rectangle, RectangleRounded, Sketch, chamfer, extrude

import marks
from blocks import Block, Driven, block, lying, pin
from enclosure import Enclosure, Placed
from measures import Measures
from outlines import Outline, Outlines
from seats import snug_mm
from shell import countersunk_hole, skin_edged

RIM_MM = 1.0
"""How far the frame reaches over the stick's edge; its screen begins farther in."""
POST_MM = 2.5
CORNER_MM = 8.0
"""Length of the walls beside each corner. All between them is free for the buttons in its sides."""
FOOT_MM = 2.8
"""Thickness: the strap bends over its edge, which is sloped above as it is below."""
SILL_MM = 2.0
"""Height of the stop at each end: below every socket."""
TOE_MM = 12.5
"""How far the foot reaches beyond both ends, for the marks."""


def enclosure(known: Outlines, m: Measures) -> Enclosure:
    stick = known.parts["stick"]
    seat = FOOT_MM + m.strap.thick_mm + m.strap.room_mm
    at = lying(stick, 0, 0, seat)
    under_frame = at.z_mm[1] + stick.plus_minus_mm + m.fit.press_mm
    places = _bosses(stick, m)
    screws = [
        Driven(
            x_mm=x,
            y_mm=y,
            tip_mm=under_frame + m.shell.lid_mm - m.screw.length_mm,
            top_mm=under_frame + m.shell.lid_mm,
            thread_mm=m.screw.thread_mm,
        )
        for x, y in places
    ]
    plug = known.plugs["usb-c"]
    half, z = stick.x_mm / 2, at.middle_mm[2]
    strap = m.strap.width_mm / 2
    return Enclosure(
        printed={"tray": _tray(stick, seat, under_frame, screws, m), "frame": _frame(stick, under_frame, m)},
        parts={"stick": Placed(at=at, plus_minus_mm=stick.plus_minus_mm, room_mm=m.fit.side_mm)},
        screws={f"frame screw {i}": screw for i, screw in enumerate(screws, 1)},
        plugs={
            "USB-C, wherever it is in the lower end": Block(
                x_mm=(-half, half),
                y_mm=(at.y_mm[0] - 20, at.y_mm[0]),
                z_mm=(z - plug.z_mm / 2, z + plug.z_mm / 2),
            )
        },
        straps={
            "below the stick": Block(
                x_mm=(-40, 40),
                y_mm=(-strap, strap),
                z_mm=(FOOT_MM, FOOT_MM + m.strap.thick_mm),
            )
        },
        turned_over=frozenset({"frame"}),
    )


def _wall_mm(stick: Outline, m: Measures) -> tuple[float, float]:
    """The inner faces of the walls, from the middle."""
    return stick.x_mm / 2 + snug_mm(stick, m), stick.y_mm / 2 + snug_mm(stick, m)


def _bosses(stick: Outline, m: Measures) -> list[tuple[float, float]]:
    x, y = _wall_mm(stick, m)
    x, y = x + POST_MM + m.screw.boss_mm / 2 - 1, y - CORNER_MM / 2
    return [(x, y), (x, -y), (-x, y), (-x, -y)]


def _lobes(stick: Outline, m: Measures) -> Sketch:
    radius = m.screw.boss_mm / 2
    lobes = Sketch()
    for x, y in _bosses(stick, m):
        inner = abs(x) - radius
        lobes += Pos(x, y) * Circle(radius)
        lobes += Pos((inner + abs(x)) / 2 * (1 if x > 0 else -1), y) * Rectangle(radius, m.screw.boss_mm)
    return lobes


def _tray(stick: Outline, seat_mm: float, top_mm: float, screws: list[Driven], m: Measures) -> Part:
    x, y = _wall_mm(stick, m)
    wide = 2 * (max(x for x, _ in _bosses(stick, m)) + m.screw.boss_mm / 2)
    foot = extrude(RectangleRounded(wide, 2 * (y + TOE_MM), m.shell.corner_mm), FOOT_MM)
    foot = skin_edged(chamfer(foot.faces().sort_by(Axis.Z)[-1].edges(), m.shell.lid_edge_mm), m)

    across, outer = (-x - POST_MM, x + POST_MM), y + POST_MM
    overlap = FOOT_MM - m.shell.lid_edge_mm - 0.1  # where the foot is as wide as its outline
    channel = (m.strap.width_mm + m.strap.room_mm) / 2
    solid = foot + Pos(0, 0, overlap) * extrude(_lobes(stick, m), top_mm - overlap)
    for end in (-1, 1):
        solid += block(across, (end * channel, end * outer), (FOOT_MM, seat_mm))
        solid += block(across, (end * y, end * outer), (FOOT_MM, seat_mm + SILL_MM))
        for low, high in ((-x - POST_MM, -x), (x, x + POST_MM)):
            solid += block((low, high), (end * (y - CORNER_MM), end * outer), (FOOT_MM, top_mm))
    for screw in screws:
        solid -= pin(screw.x_mm, screw.y_mm, screw.tip_mm - m.screw.beyond_mm, top_mm, m.screw.pilot_mm)

    deep, middle = m.shell.groove_mm, y + POST_MM + (TOE_MM - POST_MM) / 2
    solid -= Pos(0, middle, FOOT_MM) * marks.arrow(deep, 5.5)
    return solid - Pos(0, -middle, FOOT_MM) * marks.left_and_right(deep)


def _frame(stick: Outline, under_mm: float, m: Measures) -> Part:
    x, y = _wall_mm(stick, m)
    outline = RectangleRounded(2 * (x + POST_MM), 2 * (y + POST_MM), 2) + _lobes(stick, m)
    outline -= RectangleRounded(stick.x_mm - 2 * RIM_MM, stick.y_mm - 2 * RIM_MM, 2)
    top = under_mm + m.shell.lid_mm
    solid = Pos(0, 0, under_mm) * extrude(outline, m.shell.lid_mm)
    solid = chamfer(solid.faces().sort_by(Axis.Z)[-1].edges(), m.shell.lid_edge_mm)
    for x, y in _bosses(stick, m):
        solid -= countersunk_hole(x, y, under_mm, top, m)
    return solid
