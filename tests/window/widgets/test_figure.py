"""The drawn person: limbs keep their lengths, the joints do what the exercise is, and every exercise looks its own."""

from __future__ import annotations

from math import dist, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinsight.detection.exercises import PROFILES
from shinsight.window.qt import QtCore, QtGui
from shinsight.window.theme import DARK, LIGHT, Palette
from shinsight.window.widgets.figure import draw_figure
from shinsight.window.widgets.figure_body import (
    BALL,
    BEHIND,
    SHANK,
    THIGH,
    TRUNK,
    Pose,
    body_of,
    moving_pose,
    usual_pose,
)

EXERCISES = ("stand", "rock", *PROFILES)
EXERCISE = st.sampled_from(EXERCISES)
SIZE = 200


def drawn(pose: Pose, palette: Palette = DARK) -> QtGui.QImage:
    image = QtGui.QImage(SIZE, SIZE, QtGui.QImage.Format.Format_RGB32)
    image.fill(QtGui.QColor(palette.panel))
    painter = QtGui.QPainter(image)
    draw_figure(painter, QtCore.QRectF(0, 0, SIZE, SIZE), pose, palette)
    painter.end()
    return image


@given(EXERCISE, st.floats(-0.2, 1.2), st.floats(0.0, 0.08), st.floats(-0.4, 0.4))
def test_limbs_keep_their_lengths_and_the_shank_leans_as_told(
    exercise: str, lean_rad: float, heel_m: float, slope_rad: float
) -> None:
    body = body_of(Pose(exercise=exercise, inclination_rad=lean_rad, heel_m=heel_m, slope_rad=slope_rad))
    lengths = (dist(body.ankle, body.knee), dist(body.knee, body.hip), dist(body.hip, body.neck))
    assert lengths == pytest.approx((SHANK, THIGH, TRUNK))
    assert (body.knee[0] - body.ankle[0]) / SHANK == pytest.approx(sin(lean_rad))


@given(EXERCISE, st.floats(-0.4, 0.4), st.floats(0.0, 0.08))
def test_nothing_of_the_foot_is_in_the_floor_and_a_heel_that_lifts_leaves_what_it_stood_on(
    exercise: str, slope_rad: float, heel_m: float
) -> None:
    flat = body_of(Pose(exercise=exercise, slope_rad=slope_rad))
    lifted = body_of(Pose(exercise=exercise, slope_rad=slope_rad, heel_m=heel_m))
    assert min(flat.heel[1], flat.toe[1]) > 0.0
    assert lifted.toe == flat.toe
    assert lifted.heel[1] >= flat.heel[1]
    assert dist(lifted.heel, (lifted.toe[0], lifted.toe[1])) <= dist(flat.heel, flat.toe) + 1e-9
    assert dist(lifted.heel, flat.heel) <= (BALL + BEHIND) * pi / 2


@given(EXERCISE, st.floats(0.0, 1.0))
def test_the_body_stays_over_its_feet(exercise: str, share: float) -> None:
    body = body_of(usual_pose(exercise, share))
    back = body.heel[0] if body.other_leg is None else min(body.heel[0], body.other_leg[1][0])
    middle = (body.hip[0] + body.neck[0]) / 2.0
    assert back - 0.12 < middle < body.toe[0] + 0.02
    assert body.neck[1] > body.hip[1] > 0.15


@given(st.sampled_from(["lunge", "split_squat", "knee_to_wall", "step_down"]), st.floats(0.0, 1.0))
def test_the_other_leg_is_no_longer_than_a_drawing_forgives(exercise: str, share: float) -> None:
    body = body_of(usual_pose(exercise, share))
    assert body.other_leg is not None
    knee, ankle, _ = body.other_leg
    assert dist(body.hip, knee) == pytest.approx(THIGH)
    assert dist(knee, ankle) < 1.2 * SHANK
    assert knee[1] > 0.03


@given(st.floats(0.0, radians(60)))
def test_nobody_leans_through_the_wall(lean_rad: float) -> None:
    body = body_of(Pose(exercise="knee_to_wall", inclination_rad=lean_rad))
    assert max(body.knee[0], body.toe[0], body.neck[0]) < body.wall_x


@pytest.mark.usefixtures("qt")
class TestDrawing:
    @pytest.mark.parametrize("palette", [DARK, LIGHT])
    def test_every_exercise_has_a_picture_of_its_own(self, palette: Palette) -> None:
        pictures = [drawn(usual_pose(exercise), palette) for exercise in PROFILES]
        assert all(one != other for k, one in enumerate(pictures) for other in pictures[:k])

    def test_a_left_leg_is_the_mirror_image_of_a_right_one(self) -> None:
        left, right = (drawn(usual_pose("squat", side=side)) for side in ("left", "right"))
        mirrored = right.flipped(QtCore.Qt.Orientation.Horizontal)
        differing = sum(left.pixel(x, y) != mirrored.pixel(x, y) for x in range(SIZE) for y in range(SIZE))
        assert left != right
        assert differing < 0.03 * SIZE * SIZE  # edges are smoothed a little differently

    def test_a_lifted_heel_a_slope_the_angle_and_its_digits_are_seen(self) -> None:
        plain = Pose(exercise="squat", inclination_rad=0.4)
        changed = [
            Pose(exercise="squat", inclination_rad=0.4, heel_m=0.05),
            Pose(exercise="squat", inclination_rad=0.4, slope_rad=0.2),
            Pose(exercise="squat", inclination_rad=0.4, slope_rad=-0.2),
            Pose(exercise="squat", inclination_rad=0.4, angle=True),
            Pose(exercise="squat", inclination_rad=0.4, degrees=True),
            Pose(exercise="squat", inclination_rad=0.4, pressed=True),
        ]
        pictures = [drawn(pose) for pose in (plain, *changed)]
        assert all(one != other for k, one in enumerate(pictures) for other in pictures[:k])

    @pytest.mark.parametrize("exercise", EXERCISES)
    def test_nothing_is_cut_off_at_the_edges_of_the_picture(self, exercise: str) -> None:
        for share in (0.0, 0.5, 1.0):
            image = drawn(usual_pose(exercise, share))
            empty = QtGui.QColor(DARK.panel).rgb()
            rim = [(x, y) for k in range(SIZE) for x, y in ((0, k), (SIZE - 1, k), (k, 0), (k, SIZE - 1))]
            assert all(image.pixel(x, y) == empty for x, y in rim)


def test_the_demonstrated_rock_goes_forward_and_back_with_the_heel_held_down() -> None:
    poses = [moving_pose("rock", k / 10, period_s=2.0) for k in range(21)]
    leans = [pose.inclination_rad for pose in poses]
    assert max(leans) == leans[10] > radians(20) > leans[0] == pytest.approx(leans[20])
    assert all(pose.pressed and pose.heel_m == 0.0 for pose in poses)
