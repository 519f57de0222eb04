"""A person seen from the side, drawn: what to do, and what the sensor sees. One pictogram for every exercise.

Lengths are shares of the body's height after Winter (Drillis & Contini); the shank's lean is given, thigh and trunk
follow so that the body stays over its foot.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, cos, hypot, pi, radians, sin

from .qt import QtCore, QtGui
from .theme import Palette

SHANK, THIGH, TRUNK, HEAD, FOOT, HEEL = 0.246, 0.245, 0.30, 0.062, 0.152, 0.039
"""Of body height: ankle to knee, knee to hip, hip to shoulders, radius of the head, foot, ankle above the floor."""
BALL = 0.072
"""Ankle to the ball of the foot, along the foot."""
ARM = 0.26

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pose:
    """exercise: as in `detection.exercises`, or `stand`. inclination_rad: of the shank, forward. heel_m: of the heel
    above the floor, for a body of 1 m (three times the real lift reads well). slope_rad: toes up positive.

    pressed: mark where the heel must stay. angle: draw the angle at the ankle.
    """

    exercise: str = "stand"
    inclination_rad: float = 0.0
    heel_m: float = 0.0
    slope_rad: float = 0.0
    pressed: bool = False
    angle: bool = False


@dataclass(frozen=True, slots=True)
class _Body:
    heel: Point
    ankle: Point
    toe: Point
    knee: Point
    hip: Point
    neck: Point
    rear: tuple[Point, Point, Point] | None
    """Knee, ankle and toe of the other leg, where it stands elsewhere."""


def draw_figure(painter: QtGui.QPainter, rect: QtCore.QRectF, pose: Pose, palette: Palette) -> None:
    """Draw the pose as large as it fits into `rect`; left is behind the person."""
    body = _body(pose)
    painter.save()
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    scale = min(rect.height() / 1.16, rect.width() / 1.05)
    painter.translate(rect.center().x() - 0.06 * scale, rect.bottom() - 0.09 * scale)
    painter.scale(scale, -scale)
    _surroundings(painter, pose, body, palette)
    if body.rear is not None:
        _limb(painter, [body.hip, *body.rear], palette.edge, 0.052)
    _person(painter, body, _hand(pose, body), palette)
    _marks(painter, pose, body, palette)
    painter.restore()


def standing_rock(t_s: float, *, period_s: float = 2.6) -> Pose:
    """The knee over the toes and back, for an animation."""
    share = 0.5 - 0.5 * cos(2.0 * pi * t_s / period_s)
    return Pose(exercise="rock", inclination_rad=radians(3.0 + 24.0 * share), pressed=True, angle=share > 0.15)


def usual_pose(exercise: str, share: float = 1.0) -> Pose:
    """The exercise at `share` of its way down, 0 to 1."""
    return Pose(exercise=exercise, inclination_rad=radians(_DEEPEST_DEG[exercise] * share), angle=share > 0.5)


_DEEPEST_DEG = {
    "stand": 0.0,
    "rock": 27.0,
    "squat": 35.0,
    "lunge": 30.0,
    "split_squat": 28.0,
    "step_down": 33.0,
    "knee_to_wall": 38.0,
    "sit_to_stand": 14.0,
}
_KNEE_DEG = {"stand": 2.0, "rock": 30.0, "squat": 105.0, "lunge": 88.0, "split_squat": 88.0, "step_down": 70.0,
             "knee_to_wall": 62.0, "sit_to_stand": 92.0}  # fmt: skip
"""Bend of the knee at the deepest point."""
_STEP = 0.16


def _body(pose: Pose) -> _Body:
    lean, pitch = pose.inclination_rad, _foot_pitch(pose)
    base_y = _STEP if pose.exercise == "step_down" else 0.0
    slope = pose.slope_rad
    ball = (BALL * cos(slope), base_y + BALL * sin(slope) + 0.012)
    # The foot turns about its ball; heel and ankle ride on it.
    along, up = (cos(slope - pitch), sin(slope - pitch)), (-sin(slope - pitch), cos(slope - pitch))
    heel = (ball[0] - along[0] * (BALL + 0.035), ball[1] - along[1] * (BALL + 0.035))
    ankle = (ball[0] - along[0] * BALL + up[0] * HEEL, ball[1] - along[1] * BALL + up[1] * HEEL)
    rest = FOOT - BALL - 0.035
    toe = (ball[0] + rest * cos(slope), ball[1] + rest * sin(slope))
    knee = (ankle[0] + SHANK * sin(lean), ankle[1] + SHANK * cos(lean))
    deepest = radians(_DEEPEST_DEG[pose.exercise]) or 1.0
    share = max(0.0, min(1.2, lean / deepest))
    thigh = lean - radians(_KNEE_DEG[pose.exercise]) * share  # from the vertical, back is negative
    hip = (knee[0] + THIGH * sin(thigh), knee[1] + THIGH * cos(thigh))
    upright = pose.exercise in ("lunge", "split_squat", "knee_to_wall", "rock", "stand")
    trunk = radians(6.0 if upright else 34.0) * share + radians(2.0)
    neck = (hip[0] + TRUNK * sin(trunk), hip[1] + TRUNK * cos(trunk))
    return _Body(heel, ankle, toe, knee, hip, neck, _rear(pose.exercise, hip, share))


def _rear(exercise: str, hip: Point, share: float) -> tuple[Point, Point, Point] | None:
    """The other leg of a lunge stands behind on its toes; that of a step-down reaches for the floor in front."""
    if exercise in ("lunge", "split_squat", "knee_to_wall"):
        back = -0.34 if exercise == "knee_to_wall" else -0.46
        ankle = (back, 0.11 if exercise != "knee_to_wall" else 0.05)
        return (_bent(hip, ankle, forward=True), ankle, (ankle[0] + 0.075, 0.012))
    if exercise == "step_down":
        ankle = (0.17, 0.05 + _STEP * (1.0 - share) * 0.9)
        return (_bent(hip, ankle, forward=True), ankle, (ankle[0] + 0.09, ankle[1] - 0.03))
    return None


def _bent(hip: Point, ankle: Point, *, forward: bool) -> Point:
    """The knee between hip and ankle, by the law of cosines; a stretched leg when they are too far apart."""
    dx, dy = ankle[0] - hip[0], ankle[1] - hip[1]
    reach = min(hypot(dx, dy), 0.999 * (THIGH + SHANK))
    at_hip = acos(max(-1.0, min(1.0, (THIGH**2 + reach**2 - SHANK**2) / (2.0 * THIGH * reach))))
    turn = at_hip if forward else -at_hip
    length = hypot(dx, dy)
    ux, uy = dx / length, dy / length
    return (
        hip[0] + THIGH * (ux * cos(turn) - uy * sin(turn)),
        hip[1] + THIGH * (ux * sin(turn) + uy * cos(turn)),
    )


def _foot_pitch(pose: Pose) -> float:
    return min(0.9, pose.heel_m / (BALL + 0.035))


def _surroundings(painter: QtGui.QPainter, pose: Pose, body: _Body, palette: Palette) -> None:
    floor = QtGui.QPen(QtGui.QColor(palette.quiet), 0.008)
    floor.setCapStyle(QtCore.Qt.PenCapStyle.RoundCap)
    painter.setPen(floor)
    painter.drawLine(QtCore.QPointF(-0.52, 0.0), QtCore.QPointF(0.52, 0.0))
    block = QtGui.QColor(palette.edge)
    if pose.exercise == "step_down":
        painter.fillRect(QtCore.QRectF(-0.30, 0.0, 0.42, _STEP), block)
    if pose.exercise == "knee_to_wall":
        painter.fillRect(QtCore.QRectF(_wall_x(body), 0.0, 0.035, 0.85), block)
    if pose.exercise == "sit_to_stand":
        painter.fillRect(QtCore.QRectF(-0.34, 0.235, 0.24, 0.03), block)
        painter.fillRect(QtCore.QRectF(-0.32, 0.0, 0.025, 0.235), block)
        painter.fillRect(QtCore.QRectF(-0.15, 0.0, 0.025, 0.235), block)
    if pose.slope_rad:
        wedge = QtGui.QPolygonF([QtCore.QPointF(-0.06, 0.0), QtCore.QPointF(0.16, 0.0)])
        high = QtCore.QPointF(0.16 if pose.slope_rad > 0 else -0.06, 0.22 * abs(sin(pose.slope_rad)))
        wedge.append(high)
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(block)
        painter.drawPolygon(wedge)


def _person(painter: QtGui.QPainter, body: _Body, hand: Point, palette: Palette) -> None:
    _limb(painter, [body.neck, hand], palette.edge, 0.035)
    _limb(painter, [body.hip, body.neck], palette.text, 0.075)
    _limb(painter, [body.hip, body.knee, body.ankle], palette.text, 0.055)
    foot = QtGui.QPolygonF([QtCore.QPointF(*p) for p in (body.ankle, body.heel, body.toe)])
    painter.setPen(_pen(palette.text, 0.026))
    painter.setBrush(QtGui.QColor(palette.text))
    painter.drawPolygon(foot)
    head = (body.neck[0] + 0.035, body.neck[1] + HEAD + 0.035)
    painter.setPen(QtCore.Qt.PenStyle.NoPen)
    painter.drawEllipse(QtCore.QPointF(*head), HEAD, HEAD)
    _sensor(painter, body, palette)


def _hand(pose: Pose, body: _Body) -> Point:
    if pose.exercise in ("stand", "rock"):
        return (body.neck[0] + 0.035, body.neck[1] - ARM)
    if pose.exercise == "knee_to_wall":
        return (_wall_x(body) - 0.015, body.neck[1] - 0.06)
    return (body.neck[0] + ARM * 0.86, body.neck[1] - ARM * 0.42)


def _wall_x(body: _Body) -> float:
    return max(body.toe[0] + 0.06, body.knee[0] + 0.035)


def _sensor(painter: QtGui.QPainter, body: _Body, palette: Palette) -> None:
    """On the front of the shin, in the middle."""
    x, y = (body.ankle[0] + body.knee[0]) / 2.0, (body.ankle[1] + body.knee[1]) / 2.0
    dx, dy = (body.knee[0] - body.ankle[0]) / SHANK, (body.knee[1] - body.ankle[1]) / SHANK
    out = 0.03
    painter.setPen(_pen(palette.down, 0.026))
    painter.drawLine(
        QtCore.QPointF(x + out * dy - 0.03 * dx, y - out * dx - 0.03 * dy),
        QtCore.QPointF(x + out * dy + 0.03 * dx, y - out * dx + 0.03 * dy),
    )


def _marks(painter: QtGui.QPainter, pose: Pose, body: _Body, palette: Palette) -> None:
    lifted = pose.heel_m > 0.004
    if pose.pressed:  # an arrow that holds the heel down
        colour = palette.up if lifted else palette.target
        painter.setPen(_pen(colour, 0.014))
        x = body.heel[0] - 0.055
        painter.drawLine(QtCore.QPointF(x, 0.15), QtCore.QPointF(x, 0.03))
        for side in (-0.03, 0.03):
            painter.drawLine(QtCore.QPointF(x, 0.03), QtCore.QPointF(x + side, 0.07))
    if lifted:
        painter.setPen(_pen(palette.up, 0.012, QtCore.Qt.PenStyle.DotLine))
        painter.drawLine(QtCore.QPointF(body.heel[0], 0.012), QtCore.QPointF(*body.heel))
    if pose.angle:
        radius = 0.17
        box = QtCore.QRectF(body.ankle[0] - radius, body.ankle[1] - radius, 2 * radius, 2 * radius)
        painter.setPen(_pen(palette.target, 0.008, QtCore.Qt.PenStyle.DashLine))
        painter.drawLine(QtCore.QPointF(*body.ankle), QtCore.QPointF(body.ankle[0], body.ankle[1] + SHANK + 0.05))
        painter.setPen(_pen(palette.target, 0.012))
        painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
        # Qt counts sixteenths of a degree, anticlockwise on a screen whose y points down: here it is mirrored.
        degrees = pose.inclination_rad * 180.0 / pi
        painter.drawArc(box, -90 * 16, round(degrees * 16))


def _limb(painter: QtGui.QPainter, points: list[Point], colour: str, width: float) -> None:
    painter.setPen(_pen(colour, width))
    painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QtGui.QPolygonF([QtCore.QPointF(*point) for point in points]))


def _pen(colour: str, width: float, style: QtCore.Qt.PenStyle = QtCore.Qt.PenStyle.SolidLine) -> QtGui.QPen:
    pen = QtGui.QPen(QtGui.QColor(colour), width, style)
    pen.setCapStyle(QtCore.Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(QtCore.Qt.PenJoinStyle.RoundJoin)
    return pen
