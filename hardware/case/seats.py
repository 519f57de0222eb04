"""What holds a part in the base: seats, guides, screw posts, a bay; and the openings in the lower end wall."""

from __future__ import annotations

from build123d import Part

from blocks import Block, Driven, block, pin
from measures import Measures
from outlines import Outline, Plug
from shell import Inside

PILLAR_MM = 3.0
LIP_MM = 1.6


def snug_mm(part: Outline, m: Measures) -> float:
    """Between a part and its guides: a part that is as large as it may be still has its gap."""
    return m.fit.side_mm + part.plus_minus_mm / 2


def post_mm(pcb_mm: float, m: Measures) -> float:
    """Height of the posts below a screwed board: the screw ends in them, far from the skin."""
    deep = m.screw.length_mm - pcb_mm + m.screw.beyond_mm
    return round(deep + m.printer.wall_least_mm - m.shell.floor_mm + 0.1, 1)


def screwed(part: Outline, at: Block, m: Measures) -> tuple[Part, Part, list[Driven]]:
    """A post below each hole of a board, the holes to drill into posts and floor, and the screws.

    Two holes only: two rests carry the other edge.
    """
    x0, y0, _ = at.middle_mm
    floor, seat = m.shell.floor_mm, at.z_mm[0]
    top = seat + part.pcb_mm
    tip = top - m.screw.length_mm
    places = [(x0 + x, y0 + y) for x, y in part.holes_mm]
    wide = m.screw.pilot_mm + 2 * m.printer.wall_least_mm + 0.6
    posts, holes = Part(), Part()
    for place in places:
        posts += pin(*place, floor, seat, wide)
        holes += pin(*place, tip - m.screw.beyond_mm, seat, m.screw.pilot_mm)
    if len(places) == 2:
        inner = at.x_mm[1] if part.holes_mm[0][0] < 0 else at.x_mm[0] + wide
        for y in (at.y_mm[0], at.y_mm[1] - m.fit.guide_mm):
            posts += block((inner - wide, inner), (y, y + m.fit.guide_mm), (floor, seat))
    screws = [Driven(x_mm=x, y_mm=y, tip_mm=tip, top_mm=top, thread_mm=m.screw.thread_mm) for x, y in places]
    return posts, holes, screws


def guided(part: Outline, at: Block, m: Measures) -> Part:
    """Rests under the four corners of a board, guides beside them, and a stop behind it: it takes the push of a plug.

    Its front end stands at the end wall.
    """
    gap = snug_mm(part, m)
    floor, over = m.shell.floor_mm, at.z_mm[0] + part.pcb_mm + 0.8
    rest, guide = 2.5, m.fit.guide_mm
    (left, right), (front, back) = at.x_mm, at.y_mm
    solid = block((left + 4, right - 4), (back + gap, back + gap + guide), (floor, over))
    for x, outwards in ((left, -1), (right, 1)):
        for y, inwards in ((front - gap, 1), (back, -1)):
            edge, corner = x + outwards * gap, (y, y + inwards * 4)
            solid += block((edge, edge + outwards * guide), corner, (floor, over))
            solid += block((edge, x - outwards * rest), corner, (floor, at.z_mm[0]))
    return solid


def socket_opening(part: Outline, plug: Plug, at: Block, inside: Inside, m: Measures) -> tuple[Part, Block]:
    """A slot in the lower end wall, open to the lid so that the board drops in; and the plug's body in it."""
    x, z = at.middle_mm[0], at.z_mm[0] + part.socket_middle_mm
    wide, high = plug.x_mm / 2, plug.z_mm / 2
    room = m.fit.side_mm + 0.1
    outer = -inside.outer_y_mm(m) / 2
    opening = through_end_wall((x - wide - room, x + wide + room), z - high - room, inside, m)
    body = Block(
        x_mm=(x - wide, x + wide),
        y_mm=(outer - 15, at.y_mm[0] - part.socket_out_mm),
        z_mm=(z - high, z + high),
    )
    return opening, body


def through_end_wall(x_mm: tuple[float, float], from_mm: float, inside: Inside, m: Measures) -> Part:
    outer, inner = -inside.outer_y_mm(m) / 2, -inside.y_mm / 2
    return block(x_mm, (outer - 1, inner), (from_mm, inside.under_lid_mm(m)))


def behind_end_wall(part: Outline, at: Block, free_mm: float, m: Measures) -> Part:
    """Guides beside something that is pushed through the end wall, and stops behind it with room for its pins."""
    gap, guide, floor = snug_mm(part, m), m.fit.guide_mm, m.shell.floor_mm
    (left, right), (front, back) = at.x_mm, at.y_mm
    behind, z = back + gap, (floor, at.z_mm[1] - 0.5)
    solid = Part()
    for x, outwards in ((left, -1), (right, 1)):
        edge = x + outwards * gap
        outer = edge + outwards * guide
        solid += block((edge, outer), (front, behind + guide), z)
        solid += block((outer, at.middle_mm[0] + outwards * free_mm / 2), (behind, behind + guide), z)
    return solid


def pillars(places: list[tuple[float, float]], down_to_mm: float, inside: Inside, m: Measures) -> Part:
    """Of the lid: each ends a little above what it holds, and a dot of foam fills the rest."""
    solid = Part()
    for x, y in places:
        solid += pin(x, y, down_to_mm, inside.under_lid_mm(m), PILLAR_MM)
    return solid


def lips(inside: Inside, across_mm: tuple[float, float], along_mm: tuple[float, float], m: Measures) -> Part:
    """Ribs of the lid that stand inside the upper wall and both side walls: it cannot shift."""
    under, guide = inside.under_lid_mm(m), m.fit.guide_mm
    z = (under - LIP_MM, under)
    x, y = inside.x_mm / 2 - m.fit.side_mm, inside.y_mm / 2 - m.fit.side_mm
    solid = block(across_mm, (y - guide, y), z)
    for low, high in ((-x, guide - x), (x - guide, x)):
        solid += block((low, high), along_mm, z)
    return solid
