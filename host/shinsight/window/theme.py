"""Defines the colours and styles of the windows, dark and light, for any colour vision.

Heel down is a light blue-green and heel up a vermillion of another lightness (after Okabe & Ito 2008, "Color Universal
Design"). A word, a symbol or hatching always stands beside the colour.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..results import HeelState
from ..view.state import HeelBadge


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """Colours of one theme, `#rrggbb`. on_colour: colour of text on `down`, `up` and `unsure`."""

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
    quiet="#3f4a57",
    down="#00707f",
    up="#b8430a",
    unsure="#66717e",
    target="#6b4f00",
    good="#17703f",
    on_colour="#ffffff",
)


def heel_colours(palette: Palette) -> dict[HeelState, str]:
    """Return the colour of each heel state."""
    return {HeelState.DOWN: palette.down, HeelState.UP: palette.up, HeelState.UNSURE: palette.unsure}


def badge_colours(palette: Palette) -> dict[HeelBadge, tuple[str, str]]:
    """Return (background, text colour) of each heel badge."""
    return {
        HeelBadge.DOWN: (palette.down, palette.on_colour),
        HeelBadge.UP: (palette.up, palette.on_colour),
        HeelBadge.UNSURE: (palette.unsure, palette.on_colour),
        HeelBadge.CALIBRATING: (palette.edge, palette.text),
        HeelBadge.NOT_READY: (palette.edge, palette.quiet),
        HeelBadge.NO_DATA: (palette.edge, palette.target),
    }


def style_sheet(palette: Palette) -> str:
    """Return the style sheet of a window."""
    p = palette
    return f"""
QWidget {{ background: {p.background}; color: {p.text}; font-size: 14px; }}
QFrame#panel {{ background: {p.panel}; border: 1px solid {p.edge}; border-radius: 10px; }}
QFrame#panel QWidget {{ background: {p.panel}; }}
QLabel#title {{ font-size: 18px; font-weight: 600; }}
QLabel#keys, QLabel#caption, QLabel#link {{ color: {p.quiet}; }}
QLabel#caption {{ font-size: 17px; }}
QLabel#side {{ font-size: 22px; font-weight: 700; }}
QLabel#instruction {{ font-size: 18px; font-weight: 600; }}
QLabel#instruction[wide="true"] {{ font-size: 24px; }}
QLabel#calibration {{ font-size: 16px; }}
QLabel#rock {{ font-size: 20px; color: {p.target}; font-weight: 600; }}
QLabel#refusal {{ color: {p.up}; font-size: 24px; font-weight: 700; }}
QLabel#refusal[wide="true"] {{ font-size: 32px; }}
QLabel#remedy {{ font-size: 22px; font-weight: 700; }}
QLabel#remedy[wide="true"] {{ font-size: 28px; }}
QLabel#hint {{ font-size: 24px; color: {p.quiet}; }}
QFrame#panel QFrame#trial {{ background: {p.stripe}; border-radius: 8px; }}
QFrame#panel QFrame#trial QLabel {{ background: transparent; }}
QLabel#card {{ font-size: 18px; padding: 8px 0; }}
QLabel#verdict {{ font-size: 20px; }}
QLineEdit#distance {{ font-size: 44px; font-weight: 700; }}
QLabel#checks {{ color: {p.quiet}; font-size: 16px; }}
QLabel#alarm {{ font-size: 34px; font-weight: 700; color: {p.up}; }}
QLabel#failure {{ font-size: 20px; }}
QFrame#panel QPushButton#go {{ background: {p.down}; color: {p.on_colour}; font-size: 20px; font-weight: 700;
                              padding: 10px 30px; }}
QListWidget {{ border: 0; font-size: 18px; }}
QListWidget::item {{ padding: 9px 6px; border-radius: 6px; }}
QListWidget::item:selected {{ background: {p.down}; color: {p.on_colour}; }}
QLabel#notice {{ color: {p.target}; }}
QLineEdit, QPlainTextEdit, QComboBox, QSpinBox, QDoubleSpinBox {{
    background: {p.panel}; border: 1px solid {p.edge}; border-radius: 6px; padding: 5px 8px; font-size: 16px;
    selection-background-color: {p.down}; selection-color: {p.on_colour}; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {{
    border: 2px solid {p.down}; }}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus, QComboBox QLineEdit, QComboBox QLineEdit:focus {{
    border: 0; padding: 0; background: transparent; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: 0; }}
QPushButton {{ background: {p.panel}; border: 1px solid {p.edge}; border-radius: 6px; padding: 6px 14px;
               font-size: 16px; }}
QPushButton:focus {{ border: 2px solid {p.down}; }}
QPushButton:checked, QFrame#panel QPushButton:checked {{ background: {p.down}; color: {p.on_colour};
                                                         font-weight: 700; }}
QProgressBar {{ background: {p.edge}; border: 0; border-radius: 6px; height: 12px;
                text-align: center; color: {p.text}; }}
QProgressBar::chunk {{ background: {p.down}; border-radius: 6px; }}
QFrame#overlay {{ background: {p.panel}; border: 2px solid {p.quiet}; border-radius: 12px; }}
QFrame#overlay QLabel {{ background: {p.panel}; }}
QTableWidget {{ border: 0; gridline-color: transparent; alternate-background-color: {p.stripe}; font-size: 16px;
                selection-background-color: {p.edge}; selection-color: {p.text}; }}
QHeaderView::section {{ background: {p.panel}; color: {p.quiet}; border: 0; border-bottom: 1px solid {p.edge};
                        padding: 4px 2px; font-size: 13px; }}
QTableCornerButton::section {{ background: {p.panel}; border: 0; }}
QScrollBar:vertical {{ background: {p.panel}; width: 8px; }}
QScrollBar::handle:vertical {{ background: {p.edge}; border-radius: 4px; min-height: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
"""
