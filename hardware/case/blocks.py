"""Upright boxes in the case's own axes, with plain numbers: where parts lie, and what must stay free.

x goes across the shin, y along it towards the knee, z away from the leg. The middle of the case's skin side is 0, 0, 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from build123d import Box, Cylinder, Part, Pos

from outlines import Outline, Plug


@dataclass(frozen=True, kw_only=True)
class Block:
    """From the lower to the upper value of each axis, in mm."""

    x_mm: tuple[float, float]
    y_mm: tuple[float, float]
    z_mm: tuple[float, float]

    @property
    def middle_mm(self) -> tuple[float, float, float]:
        return sum(self.x_mm) / 2, sum(self.y_mm) / 2, sum(self.z_mm) / 2

    @property
    def size_mm(self) -> tuple[float, float, float]:
        return self.x_mm[1] - self.x_mm[0], self.y_mm[1] - self.y_mm[0], self.z_mm[1] - self.z_mm[0]

    def grown(self, side_mm: float, up_mm: float, down_mm: float = 0.0) -> Block:
        """Larger. Not downwards unless said: there a part rests on its seat."""
        return Block(
            x_mm=(self.x_mm[0] - side_mm, self.x_mm[1] + side_mm),
            y_mm=(self.y_mm[0] - side_mm, self.y_mm[1] + side_mm),
            z_mm=(self.z_mm[0] - down_mm, self.z_mm[1] + up_mm),
        )

    def solid(self) -> Part:
        return Pos(*self.middle_mm) * Box(*self.size_mm)


@dataclass(frozen=True, kw_only=True)
class Driven:
    """A screw in its place, from its tip to the upper end of its thread."""

    x_mm: float
    y_mm: float
    tip_mm: float
    top_mm: float
    thread_mm: float

    def solid(self) -> Part:
        return pin(self.x_mm, self.y_mm, self.tip_mm, self.top_mm, self.thread_mm)


def lying(part: Outline, x_mm: float, y_mm: float, z_mm: float) -> Block:
    """A part with its middle at x, y and its underside at z."""
    return Block(
        x_mm=(x_mm - part.x_mm / 2, x_mm + part.x_mm / 2),
        y_mm=(y_mm - part.y_mm / 2, y_mm + part.y_mm / 2),
        z_mm=(z_mm, z_mm + part.z_mm),
    )


def populated(part: Outline, plug: Plug | None, at: Block) -> dict[str, Block]:
    """A board with free corners, piece by piece: the bare board, what stands on its middle, and its socket."""
    (x0, x1), (y0, y1), (z0, z1) = at.x_mm, at.y_mm, at.z_mm
    top, x = z0 + part.pcb_mm, (x0 + x1) / 2
    found = {
        "board": Block(x_mm=at.x_mm, y_mm=at.y_mm, z_mm=(z0, top)),
        "chips": Block(x_mm=(x0 + 2.5, x1 - 2.5), y_mm=(y0 + 4.5, y1 - 4.5), z_mm=(top, z1)),
    }
    if plug is not None:
        half = plug.socket_mm / 2
        found["socket"] = Block(x_mm=(x - half, x + half), y_mm=(y0 - part.socket_out_mm, y0 + 4.5), z_mm=(top, z1))
    return found


def block(x_mm: tuple[float, float], y_mm: tuple[float, float], z_mm: tuple[float, float]) -> Part:
    """From one value of each axis to the other, in either order: left and right sides mirror each other."""
    x, y, z = ((min(ends), max(ends)) for ends in (x_mm, y_mm, z_mm))
    return Block(x_mm=x, y_mm=y, z_mm=z).solid()


def pin(x_mm: float, y_mm: float, low_mm: float, high_mm: float, wide_mm: float) -> Part:
    """An upright cylinder."""
    return Pos(x_mm, y_mm, (low_mm + high_mm) / 2) * Cylinder(wide_mm / 2, high_mm - low_mm)
