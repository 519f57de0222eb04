"""What the pictures show: pieces with their colours, where they are pulled apart, and the words beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from build123d import Box, Cone, Part, Pos, Rot

from blocks import Block, block, pin, populated
from builds import enclosure
from enclosure import Enclosure
from measures import Measures
from outlines import read

Point = tuple[float, float, float]

BASE, LID = (0.36, 0.66, 0.66), (0.93, 0.80, 0.52)
CHIPS, SOCKET = (0.28, 0.30, 0.34), (0.78, 0.79, 0.82)
COLOURS = {
    "board": (0.22, 0.50, 0.33),
    "chips": CHIPS,
    "socket": SOCKET,
    "breakout": (0.30, 0.34, 0.62),
    "cell": (0.80, 0.80, 0.86),
    "switch": (0.30, 0.30, 0.32),
    "button": (0.30, 0.30, 0.32),
    "plug pair": (0.95, 0.95, 0.93),
    "antenna": (0.86, 0.55, 0.30),
    "stick": (0.90, 0.52, 0.28),
}
STRAP, SCREW = (0.38, 0.40, 0.44), (0.62, 0.64, 0.68)

XIAO = {"board": "xiao", "breakout": "lsm6dsox"}


@dataclass(frozen=True, kw_only=True)
class Shown:
    solid: Part
    colour: Point
    opacity: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Label:
    words: str
    words_at: tuple[float, float]  # in pixels from the picture's upper left corner
    at_mm: Point


@dataclass(frozen=True, kw_only=True)
class Scene:
    shown: list[Shown]
    labels: list[Label]
    seen_from: Point
    up: Point = (0, 0, 1)
    wide: int = 1000
    high: int = 700
    zoom: float = 1.3
    shift: tuple[float, float] = (0, 0)


def _lifted(at: Block, by_mm: float) -> Block:
    return Block(x_mm=at.x_mm, y_mm=at.y_mm, z_mm=(at.z_mm[0] + by_mm, at.z_mm[1] + by_mm))


def _reaching_out(name: str, at: Block) -> Part:
    """The slider of a switch and the stem of a button, which stand in the wall's opening."""
    (x, _, z), front = at.middle_mm, at.y_mm[0]
    half, reach = {"switch": (1.0, 3.0), "button": (1.7, 1.4)}.get(name, (0.1, 0.0))
    return block((x - half, x + half), (front - reach, front + 0.1), (z - half, z + half))


def _drawn(
    case: Enclosure, lift_mm: dict[str, float] | None = None, outlines: dict[str, str] | None = None
) -> list[Shown]:
    """The parts. Those with an outline are drawn as a board with its holes, chips and socket."""
    known, found = read(), []
    for name, placed in case.parts.items():
        at = _lifted(placed.at, (lift_mm or {}).get(name, 0))
        if not outlines or name not in outlines:
            found.append(Shown(solid=at.solid() + _reaching_out(name, at), colour=COLOURS[name]))
            continue
        part = known.parts[outlines[name]]
        pieces = populated(part, known.plugs.get(part.plug), at)
        plate = pieces.pop("board").solid()
        for x, y in part.holes_mm:
            plate -= pin(at.middle_mm[0] + x, at.middle_mm[1] + y, at.z_mm[0] - 1, at.z_mm[1], part.hole_mm)
        found.append(Shown(solid=plate, colour=COLOURS[name]))
        found += [Shown(solid=piece.solid(), colour=COLOURS[kind]) for kind, piece in pieces.items()]
    return found


def _screws(case: Enclosure, kind: str, lift_mm: float) -> list[Shown]:
    """Those of breakouts have pan heads, those of lids and frames are countersunk."""
    found = []
    for name, screw in case.screws.items():
        if name.startswith(kind):
            x, y, top = screw.x_mm, screw.y_mm, screw.top_mm + lift_mm
            solid = pin(x, y, screw.tip_mm + lift_mm, top, screw.thread_mm)
            if kind == "breakout screw":
                solid += pin(x, y, top - 0.01, top + 1.3, 3.8)
            else:
                solid += Pos(x, y, top - 0.45) * Cone(screw.thread_mm / 2, 1.9, 0.9)
            found.append(Shown(solid=solid, colour=SCREW))
    return found


def _strap(case: Enclosure, m: Measures) -> list[Shown]:
    """The strap in the slots and over the lid, its ends going around the leg."""
    found = [Shown(solid=case.straps["over the lid"].solid(), colour=STRAP)]
    thick, wide = m.strap.thick_mm, m.strap.width_mm
    for side, name in ((-1, "left slot"), (1, "right slot")):
        at = case.straps[name]
        upright = Block(x_mm=at.x_mm, y_mm=at.y_mm, z_mm=(-0.5, at.z_mm[1]))
        end = (
            Pos(at.middle_mm[0], 0, -0.5) * Rot(0, side * 25, 0) * Pos(side * 11, 0, -thick / 2) * Box(22, wide, thick)
        )
        found += [Shown(solid=upright.solid(), colour=STRAP), Shown(solid=end, colour=STRAP)]
    return found


def exploded(case: Enclosure) -> Scene:
    lift = {"cell": 22.0, "breakout": 16.0, "board": 16.0, "switch": 14.0, "plug pair": 16.0, "antenna": 34.0}
    shown = [
        Shown(solid=case.printed["base"], colour=BASE),
        *_drawn(case, lift, XIAO),
        *_screws(case, "breakout screw", 27),
        Shown(solid=Pos(0, 0, 50) * case.printed["lid"], colour=LID),
        *_screws(case, "lid screw", 60),
    ]
    at = {name: _lifted(placed.at, lift[name]).middle_mm for name, placed in case.parts.items()}
    labels = [
        Label(words="4 countersunk screws", words_at=(20, 60), at_mm=(-23, 16, 72)),
        Label(words="lid, arrow up", words_at=(760, 60), at_mm=(14, 20, 63)),
        Label(words="antenna, under the lid", words_at=(720, 330), at_mm=at["antenna"]),
        Label(words="cell", words_at=(60, 400), at_mm=at["cell"]),
        Label(words="4 screws with pan heads", words_at=(20, 520), at_mm=(-17, -22, 36)),
        Label(words="IMU breakout", words_at=(40, 590), at_mm=at["breakout"]),
        Label(words="switch", words_at=(100, 660), at_mm=at["switch"]),
        Label(words="plug of the cell", words_at=(790, 430), at_mm=at["plug pair"]),
        Label(words="XIAO", words_at=(860, 530), at_mm=at["board"]),
        Label(words="base, flat on the shin", words_at=(740, 880), at_mm=(19, -36, 3)),
    ]
    return Scene(shown=shown, labels=labels, seen_from=(-60, -110, 75), high=930, zoom=1.12)


def inside(case: Enclosure) -> Scene:
    without = {name: placed for name, placed in case.parts.items() if name != "antenna"}
    shown = [
        Shown(solid=case.printed["base"], colour=BASE),
        *_drawn(replace(case, parts=without), outlines=XIAO),
        *_screws(case, "breakout screw", 0),
    ]
    at = {name: placed.at.middle_mm for name, placed in case.parts.items()}
    labels = [
        Label(words="knee", words_at=(470, 20), at_mm=(0, 36, 11)),
        Label(words="cell, foam over it", words_at=(20, 180), at_mm=at["cell"]),
        Label(words="IMU, four screws", words_at=(20, 420), at_mm=at["breakout"]),
        Label(words="switch", words_at=(60, 640), at_mm=at["switch"]),
        Label(words="gap for its wires", words_at=(800, 300), at_mm=(11.4, 2, 8)),
        Label(words="plug of the cell", words_at=(800, 420), at_mm=at["plug pair"]),
        Label(words="XIAO, foam over it", words_at=(790, 540), at_mm=at["board"]),
        Label(words="USB-C", words_at=(800, 660), at_mm=(10, -36, 7)),
    ]
    return Scene(shown=shown, labels=labels, seen_from=(0, -45, 130), up=(0, 1, 0), high=800, zoom=1.12)


def closed(case: Enclosure) -> Scene:
    shown = [
        Shown(solid=case.printed["base"], colour=BASE),
        Shown(solid=case.printed["lid"], colour=LID),
        *_screws(case, "lid screw", -0.05),
        *_drawn(case, outlines=XIAO),
        *_strap(case, Measures()),
    ]
    labels = [
        Label(words="arrow: towards the knee", words_at=(60, 60), at_mm=(0, 26, 13.7)),
        Label(words="strap through both slots, over the lid", words_at=(600, 60), at_mm=(10, 8, 15.7)),
        Label(words="drop of paint: left or right", words_at=(30, 640), at_mm=(-9, -25, 13.7)),
        Label(words="switch", words_at=(380, 640), at_mm=(-9.6, -36.5, 5.4)),
        Label(words="USB-C", words_at=(560, 640), at_mm=(9, -36.5, 8)),
    ]
    return Scene(shown=shown, labels=labels, seen_from=(-50, -100, 95), zoom=1.35)


def skin(case: Enclosure) -> Scene:
    shown = [Shown(solid=case.printed["base"], colour=BASE), Shown(solid=case.printed["lid"], colour=LID)]
    labels = [
        Label(words="this flat lies on the bone", words_at=(30, 60), at_mm=(4, 16, 0)),
        Label(words="slot of the strap, edges sloped", words_at=(640, 60), at_mm=(-23.5, 8, 0)),
        Label(words="no screw, no sharp edge", words_at=(660, 640), at_mm=(-16, -30, 0)),
    ]
    return Scene(shown=shown, labels=labels, seen_from=(40, -60, -120), up=(0, 1, 0), zoom=1.1)


def _lid_up(case: Enclosure, up_mm: float, labels: list[Label]) -> Scene:
    shown = [
        Shown(solid=case.printed["base"], colour=BASE),
        *_drawn(case, outlines={"breakout": "gy-521"}),
        *_screws(case, "breakout screw", 0),
        Shown(solid=Pos(0, 0, up_mm) * case.printed["lid"], colour=LID),
        *_screws(case, "lid screw", up_mm + 9),
    ]
    return Scene(shown=shown, labels=labels, seen_from=(-60, -100, 105), zoom=1.05, high=860)


def pico(case: Enclosure) -> Scene:
    labels = [
        Label(words="lid", words_at=(830, 100), at_mm=(14, 8, 59)),
        Label(words="GY-521, two screws", words_at=(20, 330), at_mm=(-12, 15, 9)),
        Label(words="push button", words_at=(40, 700), at_mm=(-11.4, -30, 5)),
        Label(words="Pico W, held at its corners", words_at=(700, 760), at_mm=(12, -10, 8.4)),
    ]
    return _lid_up(case, 46, labels)


def nano(case: Enclosure) -> Scene:
    labels = [
        Label(words="the lid's pillars hold the corners", words_at=(690, 478), at_mm=(7.5, -22, 41.5)),
        Label(words="Nano RP2040 Connect, without pins", words_at=(640, 560), at_mm=(4, -4, 8.9)),
        Label(words="micro USB", words_at=(120, 780), at_mm=(0, -25, 7)),
    ]
    return _lid_up(case, 36, labels)


def stick(case: Enclosure) -> Scene:
    lifted = _lifted(case.parts["stick"].at, 24)
    (x0, x1), (y0, y1), (_, top) = lifted.x_mm, lifted.y_mm, lifted.z_mm
    strap = case.straps["below the stick"]
    shown = [
        Shown(solid=case.printed["tray"], colour=BASE),
        Shown(solid=strap.solid(), colour=STRAP),
        Shown(solid=lifted.solid(), colour=COLOURS["stick"]),
        Shown(solid=block((x0 + 4, x1 - 4), (y0 + 17, y1 - 5), (top, top + 0.2)), colour=CHIPS),
        Shown(solid=block((x0 + 8, x1 - 8), (y0 + 5, y0 + 12), (top, top + 0.6)), colour=SOCKET),
        Shown(solid=Pos(0, 0, 44) * case.printed["frame"], colour=LID),
        *_screws(case, "frame screw", 52),
    ]
    labels = [
        Label(words="frame, four screws", words_at=(30, 120), at_mm=(-13, 0, 65)),
        Label(words="M5StickC PLUS2", words_at=(30, 330), at_mm=(-12, 0, 36)),
        Label(words="strap, below the stick", words_at=(20, 520), at_mm=(-34, 0, 4)),
        Label(words="tray, flat on the shin", words_at=(700, 770), at_mm=(17, -34, 1)),
    ]
    return Scene(shown=shown, labels=labels, seen_from=(-60, -100, 85), zoom=1.2, high=840)


_SCENES = {
    "exploded": ("xiao-esp32s3", exploded),
    "inside": ("xiao-esp32s3", inside),
    "closed": ("xiao-esp32s3", closed),
    "skin-side": ("xiao-esp32s3", skin),
    "pico-w": ("pico-w", pico),
    "nano-rp2040-connect": ("nano-rp2040-connect", nano),
    "m5stickc-plus2": ("m5stickc-plus2", stick),
}
NAMES = list(_SCENES)
"""Of the pictures."""


def scene(name: str) -> Scene:
    board, drawn = _SCENES[name]
    return drawn(enclosure(board))
