"""The sizes of boards, breakouts, cell and plugs, read from `outlines.toml` and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("outlines.toml")


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A part as it lies in the case: x across the shin, y along it, z away from the leg."""

    what: str
    x_mm: float
    y_mm: float
    z_mm: float
    plus_minus_mm: float
    source: str
    pcb_mm: float = 0.0
    holes_mm: tuple[tuple[float, float], ...] = ()
    hole_mm: float = 0.0
    plug: str = ""
    socket_out_mm: float = 0.0
    socket_middle_mm: float = 0.0
    pins_mm: float = 0.0
    slider_mm: float = 0.0
    travel_mm: float = 0.0

    def __post_init__(self) -> None:
        for name in ("x_mm", "y_mm", "z_mm", "plus_minus_mm"):
            if not 0 < getattr(self, name) < 100:
                raise ValueError(
                    f"{name} of {self.what!r} is {getattr(self, name)}, expected 0 to 100 mm: correct outlines.toml"
                )
        if self.pcb_mm > self.z_mm:
            raise ValueError(
                f"{self.what!r} is {self.z_mm} mm high with a board of {self.pcb_mm} mm, expected more than the board "
                "alone: correct z_mm in outlines.toml"
            )


@dataclass(frozen=True, kw_only=True)
class Plug:
    """The rigid body of a cable's plug."""

    x_mm: float
    z_mm: float
    socket_mm: float  # width of the socket it goes into
    source: str


@dataclass(frozen=True, kw_only=True)
class Outlines:
    parts: dict[str, Outline]
    plugs: dict[str, Plug]


def read(path: Path = TABLE) -> Outlines:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = {}
    for name, line in table["parts"].items():
        holes = tuple((x, y) for x, y in line.pop("holes_mm", []))
        parts[name] = Outline(**line, holes_mm=holes)
    return Outlines(parts=parts, plugs={name: Plug(**line) for name, line in table["plugs"].items()})
