"""The reference: XIAO, LSM6DSOX breakout and switch at the lower end, the cell in a bay of its own above.

Seen from the lid, knee up:  [ cell                ]
                             [---------------------]
                             [ breakout | plug pair ]
                             [ switch   | XIAO      ]
"""

from __future__ import annotations

from blocks import block, lying
from enclosure import Enclosure, Placed
from measures import Measures
from outlines import Outlines
from seats import behind_end_wall, guided, lips, post_mm, screwed, snug_mm, socket_opening, through_end_wall
from shell import Inside, base, lid, lid_screws, straps

SWITCH_PINS_FREE_MM = 7.2
"""Width of the middle of its back, where its three pins are."""
WIRES_MM = 4.0
"""Width of the gap in the bay's wall through which the cell's wires come."""
UNDER_LID_MM = 1.2
"""The antenna's film lies there, and passes over the bay's wall."""


def enclosure(known: Outlines, m: Measures) -> Enclosure:
    board, imu, cell = known.parts["xiao"], known.parts["lsm6dsox"], known.parts["cell"]
    switch, pair, antenna = known.parts["switch"], known.parts["plug-pair"], known.parts["antenna"]
    fit, shell, floor = m.fit, m.shell, m.shell.floor_mm

    board_room = board.x_mm + 2 * snug_mm(board, m)
    imu_room = imu.x_mm + imu.plus_minus_mm + 2 * fit.loose_mm
    switch_room = switch.y_mm + 2 * snug_mm(switch, m) + switch.pins_mm
    lower = switch_room + imu.y_mm + imu.plus_minus_mm + 2 * fit.loose_mm
    bay = cell.y_mm + cell.plus_minus_mm + 2 * fit.loose_mm
    inside = Inside(
        x_mm=max(imu_room + fit.guide_mm + board_room, cell.x_mm + cell.plus_minus_mm + 2 * fit.loose_mm),
        y_mm=lower + shell.rib_mm + bay,
        z_mm=max(
            cell.z_mm * (1 + fit.swelling) + cell.plus_minus_mm + fit.foam_mm,
            post_mm(imu.pcb_mm, m) + imu.z_mm + imu.plus_minus_mm + fit.loose_mm,
        ),
    )
    left, bottom, right = -inside.x_mm / 2, -inside.y_mm / 2, inside.x_mm / 2
    under_lid = inside.under_lid_mm(m)

    at_board = lying(
        board, right - board_room / 2, bottom + snug_mm(board, m) + board.y_mm / 2, floor + fit.board_seat_mm
    )
    at_imu = lying(
        imu,
        left + imu_room / 2,
        bottom + lower - fit.loose_mm - imu.plus_minus_mm / 2 - imu.y_mm / 2,
        floor + post_mm(imu.pcb_mm, m),
    )
    at_cell = lying(cell, 0, bottom + lower + shell.rib_mm + bay / 2, floor)
    at_switch = lying(switch, at_imu.middle_mm[0], bottom + snug_mm(switch, m) + switch.y_mm / 2, floor + 1.5)
    at_pair = lying(pair, at_board.middle_mm[0], (at_board.y_mm[1] + fit.guide_mm + bottom + lower) / 2, floor)
    at_antenna = lying(antenna, at_board.middle_mm[0], bottom + 1.5 + antenna.y_mm / 2, under_lid - 0.9)

    posts, holes, imu_screws = screwed(imu, at_imu, m)
    opening, plug = socket_opening(board, known.plugs[board.plug], at_board, inside, m)
    slider = (switch.slider_mm + switch.travel_mm) / 2 + 0.6
    x_switch, z_switch = at_switch.middle_mm[0], at_switch.middle_mm[2]
    wall = (bottom + lower, bottom + lower + shell.rib_mm)
    wires = (right - 6 - WIRES_MM, right - 6)

    solid = base(inside, m) + posts + guided(board, at_board, m)
    solid += behind_end_wall(switch, at_switch, SWITCH_PINS_FREE_MM, m)
    x0, x1 = at_switch.x_mm
    solid += block((x0, x1), (bottom, at_switch.y_mm[1]), (floor, at_switch.z_mm[0]))
    solid += block((left, right), wall, (floor, under_lid - UNDER_LID_MM))
    solid -= block(wires, wall, (floor + 1, under_lid))
    solid -= opening
    solid -= holes
    solid -= through_end_wall((x_switch - slider, x_switch + slider), z_switch - 1.5, inside, m)

    cover = lid(inside, m)
    x, y, top = x_switch, at_switch.middle_mm[1], at_switch.z_mm[1] + fit.press_mm
    cover += block((x - 3, x + 3), (y - 1.5, y + 1.5), (top, under_lid))
    cover += lips(inside, (-10.0, 10.0), (wall[1] + 2, wall[1] + 22), m)

    return Enclosure(
        printed={"base": solid, "lid": cover},
        parts={
            "board": Placed(at=at_board, plus_minus_mm=board.plus_minus_mm, room_mm=fit.side_mm),
            "breakout": Placed(at=at_imu, plus_minus_mm=imu.plus_minus_mm, room_mm=fit.loose_mm),
            "cell": Placed(at=at_cell, plus_minus_mm=cell.plus_minus_mm, room_mm=fit.loose_mm),
            "switch": Placed(at=at_switch, plus_minus_mm=switch.plus_minus_mm, room_mm=fit.side_mm),
            "plug pair": Placed(at=at_pair, plus_minus_mm=pair.plus_minus_mm, room_mm=fit.loose_mm),
            "antenna": Placed(at=at_antenna, plus_minus_mm=antenna.plus_minus_mm, room_mm=0.1),
        },
        screws={
            **{f"lid screw {i}": screw for i, screw in enumerate(lid_screws(inside, m), 1)},
            **{f"breakout screw {i}": screw for i, screw in enumerate(imu_screws, 1)},
        },
        plugs={"USB-C": plug},
        straps=straps(inside, m),
    )
