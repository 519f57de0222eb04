"""A finished design: what is printed, what goes in, and what must pass by or through."""

from __future__ import annotations

from dataclasses import dataclass, field

from build123d import Part

from blocks import Block, Driven


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A part in its place. room_mm : the gap that must stay beside and above it when it is as large as it may be."""

    at: Block
    plus_minus_mm: float
    room_mm: float

    def with_room(self) -> Block:
        return self.at.grown(self.plus_minus_mm / 2 + self.room_mm, self.plus_minus_mm + self.room_mm)


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """Printed pieces are given as worn: first the one on the skin, then what closes it."""

    printed: dict[str, Part]
    parts: dict[str, Placed]
    screws: dict[str, Driven] = field(default_factory=dict)
    plugs: dict[str, Block] = field(default_factory=dict)
    straps: dict[str, Block] = field(default_factory=dict)
    turned_over: frozenset[str] = frozenset({"lid"})
    """Pieces that are printed upside down."""
