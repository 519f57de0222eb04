"""Draws a person from the side: what to do, and what the sensor measures. One pictogram serves every exercise."""

from __future__ import annotations

from collections.abc import Sequence
from math import degrees, pi

from ...results import Side
from ..qt import QtCore, QtGui
from ..theme import Palette
from .figure_body import HEAD, SHANK, STEP_HIGH, Body, Point, Pose, body_of

__all__ = ["Pose", "draw_figure"]

_TALL, _WIDE = 1.19, 1.05
"""Size of the picture in body heights."""
_ASIDE, _FLOOR = 0.05, 0.46
"""Distance of the ankle behind the middle, which leaves room in front; half of the visible floor."""
_BEHIND_SHARE = 0.5
"""Share of the quiet text's colour, against the panel's, in things and limbs further away."""


def draw_figure(painter: QtGui.QPainter, rect: QtCore.QRectF, pose: Pose, palette: Palette) -> None:
    """Draw the pose as large as fits into `rect`. A person with the sensor on the right leg faces right."""
    body = body_of(pose)
    scale = min(rect.height() / _TALL, rect.width() / _WIDE)
    facing = -1.0 if pose.side == Side.LEFT else 1.0
    origin = QtCore.QPointF(rect.center().x() - facing * _ASIDE * scale, rect.bottom() - 0.04 * scale)
    painter.save()
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    painter.translate(origin)
    painter.scale(facing * scale, -scale)
    far = _mixed(palette.quiet, palette.panel)
    _surroundings(painter, pose, body, far, palette)
    if body.other_leg is not None:
        _limb(painter, [body.hip, *body.other_leg], far, 0.052)
    _limb(painter, [body.neck, body.hand], far, 0.035)
    _person(painter, body, palette)
    _marks(painter, pose, body, palette)
    painter.restore()
    if pose.degrees:
        _digits(painter, origin, facing * scale, pose, body, palette)


def _surroundings(painter: QtGui.QPainter, pose: Pose, body: Body, far: QtGui.QColor, palette: Palette) -> None:
    painter.setPen(_pen(palette.quiet, 0.008))
    painter.drawLine(QtCore.QPointF(-_FLOOR, 0.0), QtCore.QPointF(_FLOOR, 0.0))
    if pose.exercise == "step_down":
        painter.fillRect(QtCore.QRectF(-0.30, 0.0, 0.43, STEP_HIGH), far)
    if pose.exercise == "knee_to_wall":
        painter.fillRect(QtCore.QRectF(body.wall_x, 0.0, 0.04, 1.0), far)
    if pose.exercise == "sit_to_stand":
        painter.fillRect(QtCore.QRectF(-0.34, 0.235, 0.24, 0.03), far)
        painter.fillRect(QtCore.QRectF(-0.32, 0.0, 0.025, 0.235), far)
        painter.fillRect(QtCore.QRectF(-0.15, 0.0, 0.025, 0.235), far)
    if pose.exercise == "lunge" and body.other_leg is not None and body.other_leg[2][0] < -0.3:  # a step, and back
        _arrow(painter, (-0.27, 0.035), (-0.09, 0.035), _pen(palette.quiet, 0.01))
        _arrow(painter, (-0.09, 0.035), (-0.27, 0.035), _pen(palette.quiet, 0.01))
    if body.wedge:
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(far)
        painter.drawPolygon(_polygon(body.wedge))


def _person(painter: QtGui.QPainter, body: Body, palette: Palette) -> None:
    _limb(painter, [body.hip, body.neck], palette.text, 0.075)
    _limb(painter, [body.hip, body.knee, body.ankle], palette.text, 0.055)
    painter.setPen(_pen(palette.text, 0.026))
    painter.setBrush(QtGui.QColor(palette.text))
    painter.drawPolygon(_polygon((body.ankle, body.heel, body.toe)))
    painter.setPen(QtCore.Qt.PenStyle.NoPen)
    painter.drawEllipse(QtCore.QPointF(body.neck[0] + 0.035, body.neck[1] + HEAD + 0.035), HEAD, HEAD)
    _sensor(painter, body, palette)


def _sensor(painter: QtGui.QPainter, body: Body, palette: Palette) -> None:
    """Draw the sensor in front of the middle of the shin, with a gap."""
    x, y = (body.ankle[0] + body.knee[0]) / 2.0, (body.ankle[1] + body.knee[1]) / 2.0
    dx, dy = (body.knee[0] - body.ankle[0]) / SHANK, (body.knee[1] - body.ankle[1]) / SHANK
    out, half = 0.032, 0.03
    ends = [(x + out * dy + way * half * dx, y - out * dx + way * half * dy) for way in (-1.0, 1.0)]
    _limb(painter, ends, palette.panel, 0.042)
    _limb(painter, ends, palette.down, 0.028)


def _marks(painter: QtGui.QPainter, pose: Pose, body: Body, palette: Palette) -> None:
    lifted = pose.heel_m > 0.004
    if pose.pressed:  # an arrow that presses the heel down
        x = body.heel[0] - 0.055
        _arrow(painter, (x, 0.15), (x, 0.03), _pen(palette.up if lifted else palette.target, 0.014))
    if lifted:
        painter.setPen(_pen(palette.up, 0.012, QtCore.Qt.PenStyle.DotLine))
        painter.drawLine(QtCore.QPointF(body.heel[0], 0.012), QtCore.QPointF(*body.heel))
    if pose.angle:
        radius = 0.17
        box = QtCore.QRectF(body.ankle[0] - radius, body.ankle[1] - radius, 2 * radius, 2 * radius)
        painter.setPen(_pen(palette.target, 0.008, QtCore.Qt.PenStyle.DashLine))
        painter.drawLine(QtCore.QPointF(*body.ankle), QtCore.QPointF(body.ankle[0], body.ankle[1] + SHANK + 0.05))
        painter.setPen(_pen(palette.target, 0.014))
        painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
        # Qt counts sixteenths of a degree, anticlockwise on a screen whose y points down: here it is mirrored.
        painter.drawArc(box, -90 * 16, round(degrees(pose.inclination_rad) * 16))


def _digits(
    painter: QtGui.QPainter, origin: QtCore.QPointF, scale: float, pose: Pose, body: Body, palette: Palette
) -> None:
    """Draw the lean in whole degrees in front of the shin. scale: px per body height, negative when facing left."""
    size = abs(scale)
    font = QtGui.QFont(painter.font())
    font.setPixelSize(max(8, int(0.1 * size)))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QtGui.QColor(palette.target))
    centre = QtCore.QPointF(origin.x() + scale * (body.toe[0] + 0.17), origin.y() - size * 0.13)
    box = QtCore.QRectF(centre.x() - 0.15 * size, centre.y() - 0.07 * size, 0.3 * size, 0.14 * size)
    text = f"{round(pose.inclination_rad * 180.0 / pi)}°".replace("-", "−")
    painter.drawText(box, QtCore.Qt.AlignmentFlag.AlignCenter, text)


def _arrow(painter: QtGui.QPainter, tail: Point, tip: Point, pen: QtGui.QPen) -> None:
    """Draw an arrow along an axis of the picture."""
    dx, dy = tip[0] - tail[0], tip[1] - tail[1]
    length = abs(dx) + abs(dy)
    ux, uy = dx / length, dy / length
    painter.setPen(pen)
    painter.drawLine(QtCore.QPointF(*tail), QtCore.QPointF(*tip))
    for way in (-0.03, 0.03):
        barb = QtCore.QPointF(tip[0] - 0.04 * ux + way * uy, tip[1] - 0.04 * uy + way * ux)
        painter.drawLine(QtCore.QPointF(*tip), barb)


def _limb(painter: QtGui.QPainter, points: Sequence[Point], colour: str | QtGui.QColor, width: float) -> None:
    painter.setPen(_pen(colour, width))
    painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
    painter.drawPolyline(_polygon(points))


def _polygon(points: Sequence[Point]) -> QtGui.QPolygonF:
    return QtGui.QPolygonF([QtCore.QPointF(*point) for point in points])


def _mixed(colour: str, other: str) -> QtGui.QColor:
    a, b = QtGui.QColor(colour), QtGui.QColor(other)
    pairs = ((a.redF(), b.redF()), (a.greenF(), b.greenF()), (a.blueF(), b.blueF()))
    return QtGui.QColor.fromRgbF(*(_BEHIND_SHARE * x + (1.0 - _BEHIND_SHARE) * y for x, y in pairs))


def _pen(
    colour: str | QtGui.QColor, width: float, style: QtCore.Qt.PenStyle = QtCore.Qt.PenStyle.SolidLine
) -> QtGui.QPen:
    pen = QtGui.QPen(QtGui.QColor(colour), width, style)
    pen.setCapStyle(QtCore.Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(QtCore.Qt.PenJoinStyle.RoundJoin)
    return pen
