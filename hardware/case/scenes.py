"""What the pictures show: pieces with their colours, where they are pulled apart, and the words beside them."""

from __future__ import annotations

from dataclasses import dataclass

from build123d import Part, Pos

from blocks import Block, pin, populated
from builds import enclosure
from enclosure import Enclosure
from outlines import read

Point = tuple[float, float, float]

BASE, LID = (0.36, 0.66, 0.66), (0.93, 0.80, 0.52)
BOARD, CHIPS, SOCKET = (0.22, 0.50, 0.33), (0.28, 0.30, 0.34), (0.78, 0.79, 0.82)
COLOURS = {
    "breakout": (0.30, 0.34, 0.62),
    "cell": (0.80, 0.80, 0.86),
    "switch": (0.30, 0.30, 0.32),
    "button": (0.30, 0.30, 0.32),
    "plug pair": (0.95, 0.95, 0.93),
    "antenna": (0.86, 0.55, 0.30),
    "stick": (0.90, 0.52, 0.28),
}
STRAP, SCREW = (0.38, 0.40, 0.44), (0.62, 0.64, 0.68)
NAMES = {"xiao": "xiao-esp32s3", "pico-w": "pico-w", "nano": "nano-rp2040-connect", "stick": "m5stickc-plus2"}


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


def _drawn(case: Enclosure, outline: str, lift_mm: dict[str, float]) -> list[Shown]:
    """The parts, boards as a plate with its chips and its socket."""
    known = read()
    found = []
    for name, placed in case.parts.items():
        at = _lifted(placed.at, lift_mm.get(name, 0))
        if name in ("board", "breakout") and outline == "xiao":
            part = known.parts["xiao" if name == "board" else "lsm6dsox"]
            pieces = populated(part, known.plugs.get(part.plug), at)
            plate = pieces["board"].solid()
            for x, y in part.holes_mm:
                plate -= pin(at.middle_mm[0] + x, at.middle_mm[1] + y, at.z_mm[0] - 1, at.z_mm[1], part.hole_mm)
            found.append(Shown(solid=plate, colour=COLOURS.get(name, BOARD)))
            found += [
                Shown(solid=pieces[piece].solid(), colour=colour)
                for piece, colour in (("chips", CHIPS), ("socket", SOCKET))
                if piece in pieces
            ]
        else:
            plain = {"board": BOARD, "chips": CHIPS, "socket": SOCKET}
            found.append(Shown(solid=at.solid(), colour=(plain | COLOURS)[name]))
    return found


def _screws(case: Enclosure, kind: str, lift_mm: float) -> list[Shown]:
    found = []
    for name, screw in case.screws.items():
        if name.startswith(kind):
            x, y, top = screw.x_mm, screw.y_mm, screw.top_mm + lift_mm
            solid = pin(x, y, screw.tip_mm + lift_mm, top, screw.thread_mm) + pin(x, y, top - 0.01, top + 1.3, 3.8)
            found.append(Shown(solid=solid, colour=SCREW))
    return found


def _open(board: str, outline: str, lid_up_mm: float, lid: str, base: str) -> tuple[Enclosure, list[Shown]]:
    case = enclosure(board)
    shown = [
        Shown(solid=case.printed[base], colour=BASE),
        Shown(solid=Pos(0, 0, lid_up_mm) * case.printed[lid], colour=LID),
        *_screws(case, f"{lid} screw", lid_up_mm + 8),
        *_drawn(case, outline, {}),
    ]
    return case, shown


def exploded() -> Scene:
    case = enclosure("xiao-esp32s3")
    lift = {"cell": 24.0, "breakout": 24.0, "board": 24.0, "switch": 24.0, "plug pair": 24.0, "antenna": 42.0}
    shown = [
        Shown(solid=case.printed["base"], colour=BASE),
        *_drawn(case, "xiao", lift),
        *_screws(case, "breakout screw", 34),
        Shown(solid=Pos(0, 0, 62) * case.printed["lid"], colour=LID),
        *_screws(case, "lid screw", 72),
    ]
    return Scene(shown=shown, labels=[], seen_from=(-60, -110, 70), high=900)


def scenes() -> dict[str, Scene]:
    return {"exploded": exploded()}
