"""Nano RP2040 Connect alone: its IMU is on the board, so the lid holds the board down at its corners."""

from __future__ import annotations

from blocks import lying, populated
from enclosure import Enclosure, Placed
from measures import Measures
from outlines import Outlines
from seats import PILLAR_MM, guided, lips, pillars, snug_mm, socket_opening
from shell import Inside, base, lid, lid_screws, straps


def enclosure(known: Outlines, m: Measures) -> Enclosure:
    board = known.parts["nano"]
    plug_body = known.plugs[board.plug]
    fit, floor = m.fit, m.shell.floor_mm
    seat = floor + fit.board_seat_mm
    inside = Inside(
        x_mm=board.x_mm + 2 * snug_mm(board, m) + 2 * fit.guide_mm,
        y_mm=board.y_mm + 2 * snug_mm(board, m) + fit.guide_mm + fit.loose_mm,
        z_mm=seat + board.socket_middle_mm + plug_body.z_mm / 2 + fit.side_mm - floor,
    )
    at_board = lying(board, 0, -inside.y_mm / 2 + snug_mm(board, m) + board.y_mm / 2, seat)
    opening, plug = socket_opening(board, plug_body, at_board, inside, m)
    solid = base(inside, m) + guided(board, at_board, m) - opening

    x, y = (board.x_mm - PILLAR_MM) / 2, (board.y_mm - PILLAR_MM) / 2
    corners = [(side * x, at_board.middle_mm[1] + end * y) for side in (-1, 1) for end in (-1, 1)]
    cover = lid(inside, m) + lips(inside, (-5.0, 5.0), (0.0, 12.0), m)
    cover += pillars(corners, seat + board.pcb_mm + fit.press_mm, inside, m)
    return Enclosure(
        printed={"base": solid, "lid": cover},
        parts={
            name: Placed(at=at, plus_minus_mm=board.plus_minus_mm, room_mm=fit.side_mm)
            for name, at in populated(board, plug_body, at_board).items()
        },
        screws={f"lid screw {i}": screw for i, screw in enumerate(lid_screws(inside, m), 1)},
        plugs={"micro USB": plug},
        straps=straps(inside, m),
    )
