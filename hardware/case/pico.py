"""Pico W beside a GY-521 and a push button. Power comes through the cable: no cell.

Seen from the lid, knee up:  [ breakout | Pico W ]
                             [ button   |        ]
"""

from __future__ import annotations

from blocks import block, lying, populated
from enclosure import Enclosure, Placed
from measures import Measures
from outlines import Outlines
from seats import behind_end_wall, guided, lips, pillars, post_mm, screwed, snug_mm, socket_opening, through_end_wall
from shell import Inside, base, lid, lid_screws, straps

BUTTON_LEGS_FREE_MM = 3.4
"""Width of the middle of its back, where no leg is: there it is held."""


def enclosure(known: Outlines, m: Measures) -> Enclosure:
    board, imu, button = known.parts["pico-w"], known.parts["gy-521"], known.parts["button"]
    plug_body = known.plugs[board.plug]
    fit, floor = m.fit, m.shell.floor_mm

    board_room = board.x_mm + 2 * snug_mm(board, m)
    imu_room = imu.x_mm + imu.plus_minus_mm + 2 * fit.loose_mm
    seat = floor + fit.board_seat_mm
    inside = Inside(
        x_mm=imu_room + fit.guide_mm + board_room,
        y_mm=board.y_mm + 2 * snug_mm(board, m) + fit.guide_mm + fit.loose_mm,
        z_mm=seat + board.socket_middle_mm + plug_body.z_mm / 2 + fit.side_mm - floor,
    )
    left, bottom, right = -inside.x_mm / 2, -inside.y_mm / 2, inside.x_mm / 2

    at_board = lying(board, right - board_room / 2, bottom + snug_mm(board, m) + board.y_mm / 2, seat)
    imu_from_end = fit.loose_mm + imu.plus_minus_mm / 2 + imu.y_mm / 2
    at_imu = lying(imu, left + imu_room / 2, -bottom - imu_from_end, floor + post_mm(imu.pcb_mm, m))
    outer = bottom - m.shell.wall_mm
    at_button = lying(button, at_imu.middle_mm[0], outer + button.y_mm / 2, floor)

    posts, holes, imu_screws = screwed(imu, at_imu, m)
    opening, plug = socket_opening(board, plug_body, at_board, inside, m)
    gap = snug_mm(button, m)

    solid = base(inside, m) + posts + guided(board, at_board, m)
    solid += behind_end_wall(button, at_button, BUTTON_LEGS_FREE_MM, m)
    solid -= opening
    solid -= holes
    solid -= through_end_wall((at_button.x_mm[0] - gap, at_button.x_mm[1] + gap), floor, inside, m)

    corners = [(at_board.middle_mm[0] + x, at_board.middle_mm[1] + y) for x, y in board.holes_mm]
    x, y = at_button.middle_mm[0], bottom + 1.5
    cover = lid(inside, m) + lips(inside, (4.0, 14.0), (-18.0, 0.0), m)
    cover += pillars(corners, at_board.z_mm[0] + board.pcb_mm + fit.press_mm, inside, m)
    cover += block((x - 3, x + 3), (y - 1, y + 1), (at_button.z_mm[1] + fit.press_mm, inside.under_lid_mm(m)))

    return Enclosure(
        printed={"base": solid, "lid": cover},
        parts={
            **{
                name: Placed(at=at, plus_minus_mm=board.plus_minus_mm, room_mm=fit.side_mm)
                for name, at in populated(board, plug_body, at_board).items()
            },
            "breakout": Placed(at=at_imu, plus_minus_mm=imu.plus_minus_mm, room_mm=fit.loose_mm),
            "button": Placed(at=at_button, plus_minus_mm=button.plus_minus_mm, room_mm=fit.side_mm),
        },
        screws={
            **{f"lid screw {i}": screw for i, screw in enumerate(lid_screws(inside, m), 1)},
            **{f"breakout screw {i}": screw for i, screw in enumerate(imu_screws, 1)},
        },
        plugs={"micro USB": plug},
        straps=straps(inside, m),
    )
