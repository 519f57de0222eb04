"""Walls, gaps, screws and strap: what you change when your printer, strap or screws are others."""

from __future__ import annotations

from dataclasses import dataclass, field


def _at_least(name: str, value: float, least: float, why: str) -> None:
    if value < least:
        raise ValueError(f"{name} is {value}, expected at least {least}: {why}; correct it in measures.py")


@dataclass(frozen=True, kw_only=True)
class Printer:
    """What an ordinary printer with a 0.4 mm nozzle does without supports."""

    wall_least_mm: float = 1.2  # three lines beside each other
    overhang_most_deg: float = 45.0  # from upright
    bridge_most_mm: float = 5.0  # printed in the air from one wall to the next
    bed_mm: float = 120.0  # the smallest beds that are sold

    def __post_init__(self) -> None:
        _at_least("wall_least_mm", self.wall_least_mm, 0.8, "a nozzle of 0.4 mm draws two lines at least")


@dataclass(frozen=True, kw_only=True)
class Shell:
    """The box itself, and the ears of its base that hold the strap."""

    wall_mm: float = 2.0
    floor_mm: float = 2.0
    lid_mm: float = 2.4
    corner_mm: float = 3.8  # radius of the upright corners; inside they are square
    skin_edge_mm: float = 1.2  # slope at every edge on the skin, and the radius that follows
    lid_edge_mm: float = 0.8
    rib_mm: float = 1.6  # walls inside
    ear_mm: float = 4.0  # thickness of the ears
    bar_mm: float = 5.0  # the part of an ear that the strap pulls at
    arm_mm: float = 7.0  # what joins the bar to the case; a lid screw stands on it
    groove_mm: float = 0.6  # depth of the marks on the lid

    def __post_init__(self) -> None:
        for name in ("wall_mm", "floor_mm", "lid_mm", "rib_mm"):
            _at_least(name, getattr(self, name), 1.2, "thinner than three lines it breaks")
        at_corner = self.corner_mm - (self.corner_mm - self.wall_mm) * 2**0.5
        _at_least("wall_mm at a corner", round(at_corner, 2), 1.2, "rounder corners eat the wall")
        _at_least("ear_mm", self.ear_mm, 2 * self.skin_edge_mm, "the slope at the skin takes some of it")


@dataclass(frozen=True, kw_only=True)
class Strap:
    width_mm: float = 25.0
    thick_mm: float = 2.0
    room_mm: float = 1.0  # to thread it
    slot_mm: float = 4.5  # across: the strap, and its thicker sewn end

    def __post_init__(self) -> None:
        _at_least("slot_mm", self.slot_mm, self.thick_mm + self.room_mm, "the strap must pass")

    @property
    def slot_length_mm(self) -> float:
        return self.width_mm + self.room_mm


@dataclass(frozen=True, kw_only=True)
class Screw:
    """M2, driven into the plastic. One length for all, so that none can be put in the wrong place."""

    length_mm: float = 6.0
    thread_mm: float = 2.0
    pilot_mm: float = 1.7  # the hole it cuts its thread into
    through_mm: float = 2.3
    head_mm: float = 4.4  # of the countersunk ones in the lid, with room
    boss_mm: float = 6.0
    beyond_mm: float = 0.3  # the hole goes on below its tip

    def __post_init__(self) -> None:
        _at_least("boss_mm", self.boss_mm, self.pilot_mm + 2 * 1.2, "the screw would burst it")


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Gaps that remain when a part is as large as its tolerance allows."""

    side_mm: float = 0.2  # boards between their guides, the lid in the base
    loose_mm: float = 0.5  # around everything else
    guide_mm: float = 1.2  # thickness of the guides
    board_seat_mm: float = 2.5  # solder and wires below a board
    swelling: float = 0.1  # of the cell's thickness, as it ages
    foam_mm: float = 3.0  # soft foam above the cell and the board, before the lid presses it
    press_mm: float = 0.5  # a pillar of the lid ends so far above what it holds: a dot of 1 mm foam goes there

    def __post_init__(self) -> None:
        _at_least("guide_mm", self.guide_mm, 1.2, "thinner than three lines it breaks")
        _at_least("swelling", self.swelling, 0.1, "a cell that is pressed can burn")
        _at_least("foam_mm", self.foam_mm, 2.0, "thinner foam does not give way to a swollen cell")


@dataclass(frozen=True, kw_only=True)
class Measures:
    printer: Printer = field(default_factory=Printer)
    shell: Shell = field(default_factory=Shell)
    strap: Strap = field(default_factory=Strap)
    screw: Screw = field(default_factory=Screw)
    fit: Fit = field(default_factory=Fit)
