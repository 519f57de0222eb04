"""Writes an image of a whole session as PNG or SVG. It never replaces a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...errors import DataError, SettingsError
from ...results import HeelState
from ...session.append_file import AppendFile
from ...view.replay_view import ReplayView
from ..qt import QtCore, QtGui, QtSvg
from ..theme import Palette, heel_colours
from .session_strip import Strip

SIZE_PX = QtCore.QSize(1600, 900)
_LEFT_PX, _RIGHT_PX, _HEAD_PX, _FOOT_PX, _TICKS_PX, _NAME_PX = 90, 40, 104, 90, 30, 40
_SCALE = 1.6
_NOT_SURE = (
    "Angles below the numbers: best dorsiflexion with the heel down, ± one standard deviation. "
    "Heel lifts below about 15 mm can be missed. Not a medical device."
)


def draw_session(painter: QtGui.QPainter, legs: Sequence[ReplayView], *, title: str, palette: Palette) -> None:
    """Draw the session of every leg on `SIZE_PX`, with a legend."""
    whole = QtCore.QRectF(QtCore.QPointF(0, 0), QtCore.QSizeF(SIZE_PX))
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    painter.fillRect(whole, QtGui.QColor(palette.panel))
    _text(painter, QtCore.QRectF(_LEFT_PX, 22, whole.width(), 40), title, 30, palette.text, bold=True)
    caption = "Forward tilt of the shin from standing, in degrees, over time (min:s)"
    _text(painter, QtCore.QRectF(_LEFT_PX, 64, whole.width(), 30), caption, 20, palette.quiet)
    span_s = min(leg.timeline.first_s for leg in legs), max(leg.timeline.last_s for leg in legs)
    name_px = _NAME_PX if len(legs) > 1 else 0
    height = (whole.height() - _HEAD_PX - _FOOT_PX - _TICKS_PX) / len(legs) - name_px
    for row, leg in enumerate(legs):
        top = _HEAD_PX + row * (height + name_px) + name_px
        if name_px:
            words = f"{leg.side} leg"
            _text(painter, QtCore.QRectF(_LEFT_PX, top - 30, 300, 26), words, 20, palette.text, bold=True)
        box = QtCore.QRectF(_LEFT_PX, top, whole.width() - _LEFT_PX - _RIGHT_PX, height)
        strip = Strip(box=box, span_s=span_s, palette=palette, scale=_SCALE)
        strip.draw(painter, leg, degrees=True)
    strip.ticks(painter, QtCore.QRectF(_LEFT_PX, box.bottom() + 4, box.width(), _TICKS_PX))
    _legend(painter, whole, palette)


def picture_bytes(kind: str, legs: Sequence[ReplayView], *, title: str, palette: Palette) -> bytes:
    """Return the image as `png` or `svg`."""
    if kind == "svg":
        written = QtCore.QBuffer()
        generator = QtSvg.QSvgGenerator()
        generator.setOutputDevice(written)
        generator.setSize(SIZE_PX)
        generator.setViewBox(QtCore.QRect(QtCore.QPoint(0, 0), SIZE_PX))
        generator.setTitle(title)
        painter = QtGui.QPainter(generator)
        draw_session(painter, legs, title=title, palette=palette)
        painter.end()
        return bytes(written.data().data())
    image = QtGui.QImage(SIZE_PX, QtGui.QImage.Format.Format_RGB32)
    painter = QtGui.QPainter(image)
    draw_session(painter, legs, title=title, palette=palette)
    painter.end()
    return png_bytes(image)


def png_bytes(image: QtGui.QImage | QtGui.QPixmap) -> bytes:
    """Return the image as PNG."""
    written = QtCore.QBuffer()
    written.open(QtCore.QIODevice.OpenModeFlag.WriteOnly)
    image.save(written, "PNG")  # type: ignore[call-overload]  # the stubs know only file names
    return bytes(written.data().data())


def write_picture(path: Path, content: bytes) -> None:
    """Write a new file. Raises `DataError` when it exists or writing fails, `SettingsError` for another suffix."""
    if path.suffix not in (".png", ".svg"):
        raise SettingsError(f"{path.name!r} ends in {path.suffix or 'nothing'!r}, expected .png or .svg")
    file = AppendFile(path)
    try:
        file.append(content)
    except DataError:
        path.unlink()  # it is empty and would block the next attempt
        raise
    finally:
        file.close()


def free_name(folder: Path, stem: str, suffix: str) -> Path:
    """Return a free name in the folder: stem.png, else stem-2.png and so on."""
    path, count = folder / f"{stem}{suffix}", 1
    while path.exists():
        count += 1
        path = folder / f"{stem}-{count}{suffix}"
    return path


def _legend(painter: QtGui.QPainter, whole: QtCore.QRectF, palette: Palette) -> None:
    top = whole.height() - _FOOT_PX + 10
    left = float(_LEFT_PX)
    colours = heel_colours(palette)
    for heel in (HeelState.DOWN, HeelState.UP, HeelState.UNSURE):
        words = {HeelState.UP: "▲ heel up, hatched", HeelState.UNSURE: "? unsure"}.get(heel, "● heel down")
        _text(painter, QtCore.QRectF(left, top, 300, 28), words, 20, colours[heel], bold=True)
        left += 260
    _text(painter, QtCore.QRectF(left, top, 500, 28), "struck through: left out", 20, palette.quiet)
    _text(painter, QtCore.QRectF(_LEFT_PX, top + 34, whole.width(), 28), _NOT_SURE, 17, palette.quiet)


def _text(
    painter: QtGui.QPainter, box: QtCore.QRectF, words: str, size_px: int, colour: str, *, bold: bool = False
) -> None:
    font = QtGui.QFont()
    font.setPixelSize(size_px)
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(QtGui.QColor(colour))
    painter.drawText(box, QtCore.Qt.AlignmentFlag.AlignLeft | QtCore.Qt.AlignmentFlag.AlignVCenter, words)
