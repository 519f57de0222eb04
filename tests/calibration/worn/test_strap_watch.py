"""A strap that turns in a set is noticed; people who shuffle, turn round or stand a little differently are not."""

from __future__ import annotations

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
from shinsight.calibration.worn.strap_watch import RepPath, StrapSettings, StrapWatch, still_fits
from shinsight.errors import SettingsError
from shinsight.results import Notice
from shinsight.samples import SampleBlock

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
    assert problems[0].startswith("the sensor sits turned by")


def test_a_calibration_does_not_fit_another_board() -> None:
    samples, outcome, paths, _ = session()
    standing = samples[50:200]
    other = SampleBlock(standing.t_s, standing.accel_mps2 * 1.05, standing.gyro_radps, standing.flags)
    assert "another board" in still_fits(outcome.model, other, paths[0])[0]


@pytest.mark.parametrize("wrong", [{"lasts": 2}, {"least_lean_rad": 0.0}, {"usual": 1}])
def test_wrong_settings_are_refused_at_birth(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        StrapSettings(**wrong)  # type: ignore[arg-type]
