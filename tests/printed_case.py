"""The cases of hardware/case for the tests: which files there are, and what meets what."""

from __future__ import annotations

from typing import Any

from hardware_scripts import HARDWARE

CASE = HARDWARE / "case"
PRINT = CASE / "print"
PIECES = {
    "xiao": ["base", "lid"],
    "pico-w": ["base", "lid"],
    "nano-rp2040-connect": ["base", "lid"],
    "m5stickc-plus2": ["tray", "frame"],
}
"""Of each case: the piece on the skin, and the one that closes it."""
FILES = [(case, piece) for case, pieces in PIECES.items() for piece in pieces]


def volume_mm3(shape: Any) -> float:
    return sum(solid.volume for solid in shape.solids()) if shape else 0.0


def meet(one: Any, other: Any) -> bool:
    return volume_mm3(one & other) > 1e-3


def collisions(case: Any, things: dict[str, Any]) -> list[str]:
    """Which of the blocks touch the printed pieces."""
    return [
        f"{name} in {piece}"
        for piece, solid in case.printed.items()
        for name, thing in things.items()
        if meet(thing.solid(), solid)
    ]


def with_room(case: Any) -> dict[str, Any]:
    return {name: placed.with_room() for name, placed in case.parts.items()}
