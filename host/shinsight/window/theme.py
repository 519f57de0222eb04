"""Colours and styles of the live window: dark, and told apart with any colour vision.

Heel down is a light blue-green and heel up a vermillion of another lightness (after Okabe & Ito 2008, "Color Universal
Design"); neither is told by colour alone, a word, a symbol or hatching always stands beside it.
"""

from __future__ import annotations

from ..live.state import Plate
from ..results import HeelState

BACKGROUND = "#0d1117"
PANEL = "#161c26"
EDGE = "#2a3442"
TEXT = "#eef2f6"
QUIET = "#a3afbd"
DOWN = "#4cc9d9"
UP = "#ff7a33"
UNSURE = "#9aa6b4"
TARGET = "#f2d27a"
GOOD = "#7fd6a4"
ON_COLOUR = "#0b0f14"

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
