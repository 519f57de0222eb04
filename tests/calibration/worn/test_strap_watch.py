"""A strap that turns in a set is noticed; people who shuffle, turn round or stand a little differently are not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from recordings.ui_prmd.convert import Truth
from recordings.ui_prmd.faults import Step, make_faulty_recording
from recordings.ui_prmd.markers import RATE_HZ
from recordings.ui_prmd.sensor import Slip
from rep_paths import calibrated, rep_paths
from shinsight.calibration.worn.guide import CalibrationOutcome
from shinsight.calibration.worn.strap_watch import RepPath, StrapSettings, StrapWatch, spin_problem, still_fits
from shinsight.errors import SettingsError
from shinsight.results import Notice
from shinsight.samples import SampleBlock
from standing_shank import GRAVITY_MPS2, LEVER_M, model

WHO = (8, "m01", "c", "L", "lsm6dso", 4)


@cache
def session(
    slips: tuple[Slip, ...] = (), steps: tuple[Step, ...] = ()
) -> tuple[SampleBlock, CalibrationOutcome, list[RepPath], Truth]:
    samples, _, truth = make_faulty_recording(*WHO, slips=slips, steps=steps)
    outcome, first = calibrated(samples, rate_hz=RATE_HZ)
    assert outcome.report.accepted
    return samples, outcome, list(rep_paths(samples, outcome, first, rate_hz=RATE_HZ)), truth


def in_the_fourth_rep() -> float:
    rep = session()[3].reps[3]
    return rep.bottom_s


def between_the_third_and_fourth_rep() -> float:
    return session()[3].reps[2].end_s + 0.8


def said(slips: tuple[Slip, ...] = (), steps: tuple[Step, ...] = ()) -> list[Notice]:
    _, outcome, paths, _ = session(slips, steps)
    return StrapWatch(model=outcome.model).run(paths)


def test_a_strap_that_stays_put_is_not_mentioned() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("turn_deg", "words"),
    [
        ((0.0, 0.0, -10.0), "10 deg forward"),
        ((0.0, 0.0, 10.0), "10 deg backward"),
        ((10.0, 0.0, 0.0), "10 deg to the right"),
        ((-10.0, 0.0, 0.0), "10 deg to the left"),
        ((0.0, 20.0, 0.0), "deg about the shin"),
    ],
)
def test_a_strap_that_turns_is_noticed_within_three_reps_with_angle_and_direction(
    turn_deg: tuple[float, float, float], words: str
) -> None:
    at_s = in_the_fourth_rep()
    (notice,) = said((Slip(at_s=at_s, turn_deg=turn_deg),))
    assert notice.code == "strap_moved"
    assert words in notice.text.replace("9 deg", "10 deg").replace("11 deg", "10 deg")
    assert "calibrate again" in notice.text
    assert sum(at_s < path.t_s[-1] <= notice.t_s for path in session()[2]) <= 4


@pytest.mark.parametrize(
    "step",
    [
        Step(at_s=0.0, ahead_m=0.15),
        Step(at_s=0.0, turn_deg=90.0),
        Step(at_s=0.0, ahead_m=-0.1, turn_deg=-30.0, lean_deg=2.0),
        Step(at_s=0.0, aside_deg=2.0),
    ],
)
def test_feet_that_shuffle_turn_round_or_stand_a_little_differently_are_not_a_strap(step: Step) -> None:
    moved = Step(
        at_s=between_the_third_and_fourth_rep(),
        ahead_m=step.ahead_m,
        turn_deg=step.turn_deg,
        lean_deg=step.lean_deg,
        aside_deg=step.aside_deg,
    )
    assert said(steps=(moved,)) == []


def test_once_noticed_the_strap_counts_as_moved_and_is_not_mentioned_again() -> None:
    _, outcome, paths, _ = session((Slip(at_s=in_the_fourth_rep(), turn_deg=(0.0, 0.0, 10.0)),))
    watch = StrapWatch(model=outcome.model)
    assert (watch.moved, len(watch.run(paths)), watch.moved) == (False, 1, True)
    assert watch.run(paths) == []


def test_a_rep_without_rests_says_nothing() -> None:
    _, outcome, paths, _ = session()
    watch = StrapWatch(model=outcome.model)
    path = paths[0]
    assert (
        watch.rep(RepPath(path.t_s, path.up, path.accel_mps2, path.rate_radps, np.zeros(len(path.t_s), bool))) is None
    )


def turned(path: RepPath, rotvec: np.ndarray) -> RepPath:
    """The rep as a sensor strapped on turned by rotvec (sensor axes, rad) would see it."""
    back = Rotation.from_rotvec(-rotvec).as_matrix().T
    return RepPath(path.t_s, path.up @ back, path.accel_mps2 @ back, path.rate_radps @ back, path.rest)


def test_a_calibration_used_again_on_the_same_strapping_fits() -> None:
    samples, outcome, paths, _ = session()
    assert still_fits(outcome.model, samples[50:200], paths[0]) == ()


@settings(max_examples=25, deadline=None)
@given(
    axis=st.sampled_from(["forward", "right"]),
    deg=st.floats(8.0, 40.0) | st.floats(-40.0, -8.0),
)
def test_a_calibration_does_not_fit_a_sensor_that_was_strapped_on_otherwise(axis: str, deg: float) -> None:
    samples, outcome, paths, _ = session()
    rotvec = np.radians(deg) * np.array(getattr(outcome.model.alignment, axis))
    standing = samples[50:200]
    back = Rotation.from_rotvec(-rotvec)
    again = SampleBlock(standing.t_s, back.apply(np.array(standing.accel_mps2)), standing.gyro_radps, standing.flags)
    problems = still_fits(outcome.model, again, turned(paths[0], rotvec))
    assert problems[0].startswith("the sensor is turned by")


def test_a_calibration_does_not_fit_another_board() -> None:
    samples, outcome, paths, _ = session()
    standing = samples[50:200]
    other = SampleBlock(standing.t_s, standing.accel_mps2 * 1.05, standing.gyro_radps, standing.flags)
    assert "another board" in still_fits(outcome.model, other, paths[0])[0]


@pytest.mark.parametrize("wrong", [{"lasts": 2}, {"least_lean_rad": 0.0}, {"usual": 1}])
def test_wrong_settings_are_refused_at_birth(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        StrapSettings(**wrong)  # type: ignore[arg-type]


class TestInClosedForm:
    """Reps without sensor or skin: up leans into a direction and comes back, and the shank may have turned round."""

    def path(self, *, direction_deg: float = 0.0, turn_deg: float = 0.0, stance_deg: float = 0.0) -> RepPath:
        """direction_deg: where in the sensor the shank leans to, counter-clockwise from above; turn_deg: how far the
        sensor turns about the vertical during the rep; stance_deg: how far forward it leans at rest. The foot stays."""
        t_s = np.arange(401) / 200.0
        lean = np.radians(30.0) * np.where((t_s > 0.4) & (t_s < 1.6), np.sin(np.pi * (t_s - 0.4) / 1.2) ** 2, 0.0)
        lean += np.radians(stance_deg)
        direction = np.radians(direction_deg)
        ahead = np.array([np.cos(direction), 0.0, -np.sin(direction)])
        up = np.cos(lean)[:, None] * np.array([0.0, 1.0, 0.0]) - np.sin(lean)[:, None] * ahead
        climbs = np.gradient(np.gradient(-up @ LEVER_M, t_s), t_s)  # the sensor over an ankle that stays
        rate = np.radians(turn_deg) / (t_s[-1] - t_s[0]) * up
        return RepPath(t_s, up, (GRAVITY_MPS2 + climbs)[:, None] * up, rate, (t_s <= 0.4) | (t_s >= 1.6))

    def turned(self, forward_deg: float, right_deg: float = 0.0) -> RepPath:
        """The same rep seen by a sensor that has turned forward on the strap, or to the right."""
        return turned(self.path(), np.radians([right_deg, 0.0, -forward_deg]))

    def said(self, *paths: RepPath) -> list[str]:
        return [notice.text for notice in StrapWatch(model=model()).run(list(paths))]

    def test_a_sensor_that_turns_on_the_shin_has_turned_about_the_vertical_by_as_much(self) -> None:
        usual = [self.path()] * 4
        spun = [self.path(direction_deg=-20.0, turn_deg=20.0), *[self.path(direction_deg=-20.0)] * 3]
        (text,) = self.said(*usual, *spun)
        assert "by about 20 deg about the shin" in text
        (text,) = self.said(*usual, self.path(direction_deg=20.0, turn_deg=-20.0), *[self.path(direction_deg=20.0)] * 3)
        assert "by about 20 deg about the shin" in text

    @pytest.mark.parametrize("turn_deg", [0.0, -20.0])
    def test_a_knee_that_goes_elsewhere_is_not_a_strap(self, turn_deg: float) -> None:
        """The person looks where they looked, or turned the other way: only the direction of the lean is another."""
        usual = [self.path()] * 4
        elsewhere = [self.path(direction_deg=-20.0, turn_deg=turn_deg), *[self.path(direction_deg=-20.0)] * 3]
        assert self.said(*usual, *elsewhere) == []

    @pytest.mark.parametrize(("turn_deg", "moved"), [(9.0, False), (11.0, True), (29.0, True), (31.0, False)])
    def test_the_heading_must_explain_half_of_the_spin(self, turn_deg: float, moved: bool) -> None:
        usual = [self.path()] * 4
        spun = [self.path(direction_deg=-20.0, turn_deg=turn_deg), *[self.path(direction_deg=-20.0)] * 3]
        assert bool(self.said(*usual, *spun)) is moved

    @pytest.mark.parametrize(("direction_deg", "moved"), [(8.8, False), (9.2, True), (-8.8, False), (-9.2, True)])
    def test_a_spin_counts_from_nine_degrees(self, direction_deg: float, moved: bool) -> None:
        usual = [self.path()] * 4
        first = self.path(direction_deg=direction_deg, turn_deg=-direction_deg)
        assert bool(self.said(*usual, first, *[self.path(direction_deg=direction_deg)] * 3)) is moved

    @pytest.mark.parametrize(
        ("forward_deg", "words"),
        [(3.8, ""), (4.2, "4 deg forward"), (12.0, "12 deg forward"), (-3.8, ""), (-4.2, "4 deg backward")],
    )
    def test_a_strap_that_turns_forward_shows_in_rest_and_height_from_four_degrees(
        self, forward_deg: float, words: str
    ) -> None:
        said = self.said(*[self.path()] * 4, *[self.turned(forward_deg)] * 3)
        assert len(said) == bool(words)
        assert words in " ".join(said)

    @pytest.mark.parametrize(("stance_deg", "moved"), [(5.3, False), (5.7, True), (-5.3, False), (-5.7, True)])
    def test_another_stance_is_not_a_strap_up_to_five_and_a_half_degrees(self, stance_deg: float, moved: bool) -> None:
        """The lever proves nothing: the ankle stays where the calibrated lever has it."""
        assert bool(self.said(*[self.path()] * 4, *[self.path(stance_deg=stance_deg)] * 3)) is moved

    @pytest.mark.parametrize(
        ("right_deg", "words"), [(3.8, ""), (4.2, "4 deg to the right"), (-3.8, ""), (-4.2, "4 deg to the left")]
    )
    def test_a_strap_that_turns_to_the_side_counts_from_four_degrees(self, right_deg: float, words: str) -> None:
        said = self.said(*[self.path()] * 4, *[self.turned(0.0, right_deg)] * 3)
        assert len(said) == bool(words)
        assert words in " ".join(said)

    def test_one_odd_rep_is_not_a_strap(self) -> None:
        assert self.said(*[self.path()] * 4, self.turned(8.0), *[self.path()] * 4) == []

    def test_what_changes_must_be_clear_of_how_this_person_varies(self) -> None:
        """Three degrees of scatter in the usual reps hide a change of five, and one of ten is clear."""
        usual = [self.turned(forward_deg) for forward_deg in (-3.0, 3.0, -3.0, 3.0, -3.0, 3.0)]
        assert self.said(*usual, *[self.turned(5.0)] * 3) == []
        assert len(self.said(*usual, *[self.turned(10.0)] * 3)) == 1

    @pytest.mark.parametrize(("spin_deg", "problem"), [(39.0, ""), (41.0, "41 deg about the shin"), (-39.0, "")])
    def test_a_first_rep_that_leans_forty_degrees_beside_the_rocks_speaks_against_a_saved_calibration(
        self, spin_deg: float, problem: str
    ) -> None:
        found = spin_problem(model(), self.path(direction_deg=spin_deg))
        assert found is not None
        assert problem in found
        assert bool(found) is bool(problem)

    def test_a_first_rep_without_rests_cannot_tell(self) -> None:
        path = self.path()
        assert spin_problem(model(), replace(path, rest=np.zeros(401, bool))) is None
