"""Colours and styles of the live window: dark, and told apart with any colour vision.

Heel down is a light blue-green and heel up a vermillion of another lightness (after Okabe & Ito 2008, "Color Universal
Design"); neither is told by colour alone, a word, a symbol or hatching always stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..live.state import Plate
from ..results import HeelState


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """Colours of one look, `#rrggbb`. on_colour: text on `down`, `up` and `unsure`."""

    background: str
    panel: str
    stripe: str
    edge: str
    text: str
    quiet: str
    down: str
    up: str
    unsure: str
    target: str
    good: str
    on_colour: str


DARK = Palette(
    background="#0d1117",
    panel="#161c26",
    stripe="#1b2330",
    edge="#2a3442",
    text="#eef2f6",
    quiet="#a3afbd",
    down="#4cc9d9",
    up="#ff7a33",
    unsure="#9aa6b4",
    target="#f2d27a",
    good="#7fd6a4",
    on_colour="#0b0f14",
)
LIGHT = Palette(
    background="#f3f5f8",
    panel="#ffffff",
    stripe="#eef1f5",
    edge="#c9d1db",
    text="#10151c",
    quiet="#505c6a",
    down="#00707f",
    up="#b8430a",
    unsure="#66717e",
    target="#8a6500",
    good="#17703f",
    on_colour="#ffffff",
)

BACKGROUND = DARK.background
PANEL = DARK.panel
EDGE = DARK.edge
TEXT = DARK.text
QUIET = DARK.quiet
DOWN = DARK.down
UP = DARK.up
UNSURE = DARK.unsure
TARGET = DARK.target
GOOD = DARK.good
ON_COLOUR = DARK.on_colour

HEEL_COLOURS = {HeelState.DOWN: DOWN, HeelState.UP: UP, HeelState.UNSURE: UNSURE}
PLATE_COLOURS = {
    Plate.DOWN: (DOWN, ON_COLOUR),
    Plate.UP: (UP, ON_COLOUR),
    Plate.UNSURE: (UNSURE, ON_COLOUR),
    Plate.CALIBRATING: (EDGE, TEXT),
    Plate.NOT_READY: (EDGE, QUIET),
    Plate.NO_DATA: (EDGE, TARGET),
}
"""(background, text) of the heel plate."""

STYLE_SHEET = f"""
QWidget {{ background: {BACKGROUND}; color: {TEXT}; font-size: 14px; }}
QFrame#panel {{ background: {PANEL}; border: 1px solid {EDGE}; border-radius: 10px; }}
QFrame#panel QWidget {{ background: {PANEL}; }}
QLabel#title {{ font-size: 18px; font-weight: 600; }}
QLabel#keys, QLabel#caption, QLabel#link {{ color: {QUIET}; }}
QLabel#caption {{ font-size: 17px; }}
QLabel#side {{ font-size: 22px; font-weight: 700; }}
QLabel#instruction {{ font-size: 18px; font-weight: 600; }}
QLabel#instruction[wide="true"] {{ font-size: 24px; }}
QLabel#calibration {{ font-size: 16px; }}
QLabel#rock {{ font-size: 20px; color: {TARGET}; font-weight: 600; }}
QLabel#notice {{ color: {TARGET}; }}
QTableWidget {{ border: 0; gridline-color: transparent; alternate-background-color: #1b2330; font-size: 16px; }}
QHeaderView::section {{ background: {PANEL}; color: {QUIET}; border: 0; border-bottom: 1px solid {EDGE};
                        padding: 4px 2px; font-size: 13px; }}
QTableCornerButton::section {{ background: {PANEL}; border: 0; }}
QScrollBar:vertical {{ background: {PANEL}; width: 8px; }}
QScrollBar::handle:vertical {{ background: {EDGE}; border-radius: 4px; min-height: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
"""
