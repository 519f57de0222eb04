"""Trials that count and trials that do not; sentences that never claim more than the measurement can tell."""

from __future__ import annotations

import re
from dataclasses import replace
from math import radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinsight.lunge_test.norms import ANGLES, DISTANCE, MDC_ANGLE, MDC_DISTANCE, RISK_ANGLE_DEG
from shinsight.lunge_test.result import LegResult, leg_result, next_distance_cm, trials, verdict
from shinsight.results import HeelState, Rep, Side
from shinsight.session.notes import SessionNotes
from squat_frames import squats

DOWN, UP, UNSURE = HeelState.DOWN, HeelState.UP, HeelState.UNSURE


def typed(reps: list[Rep], *distances_cm: float) -> SessionNotes:
    notes = SessionNotes()
    for rep, cm in zip(reps, distances_cm, strict=False):
        notes = notes.with_distance(rep, cm)
    return notes


def leg(side: Side, cm: float | None, deg: float | None, *, sd_deg: float = 1.0) -> LegResult:
    return LegResult(side, 3, cm, cm, deg, deg, sd_deg)


def words(left: LegResult | None, right: LegResult | None, *, zero: str = "standing") -> str:
    return "\n".join(sentence.text for sentence in verdict(left, right, zero=zero))


def test_a_trial_with_the_heel_up_or_unsure_does_not_count_and_says_why() -> None:
    _, reps = squats([DOWN, UP, UNSURE])
    found = trials(reps, SessionNotes())
    assert [trial.counts for trial in found] == [True, False, False]
    assert [trial.why_not for trial in found] == [
        "",
        "the heel came up",
        "the heel state is unsure",
    ]


def test_best_and_mean_are_of_the_first_three_that_count() -> None:
    _, reps = squats([DOWN, UP, DOWN, DOWN, DOWN])
    reps = [replace(r, peak_dorsiflexion_rad=radians(30 + k)) if r.heel is DOWN else r for k, r in enumerate(reps)]
    found = leg_result(Side.LEFT, trials(reps, typed(reps, 10.0, 14.0, 11.0, 12.0, 20.0)))
    assert (found.counted, found.best_cm, found.mean_cm) == (3, 12.0, 11.0)
    assert found.best_deg == pytest.approx(33.0)
    assert found.mean_deg == pytest.approx((30 + 32 + 33) / 3)


def test_a_trial_that_is_left_out_is_as_if_it_had_not_been() -> None:
    _, reps = squats([DOWN, DOWN])
    assert [trial.rep.number for trial in trials(reps, SessionNotes().without(reps[0]))] == [2]


def test_the_next_distance_is_further_after_a_trial_that_counts_and_nearer_after_one_that_does_not() -> None:
    _, reps = squats([DOWN, UP])
    assert next_distance_cm(trials([], SessionNotes())) is None
    assert next_distance_cm(trials(reps[:1], typed(reps, 9.0))) == 10.0
    assert next_distance_cm(trials(reps, typed(reps, 9.0, 10.0))) == 9.0


def test_an_unsure_trial_is_repeated_at_the_same_distance() -> None:
    _, reps = squats([UNSURE])
    assert next_distance_cm(trials(reps, typed(reps, 9.0))) == 9.0


def test_no_trial_that_counts_leads_to_no_claim() -> None:
    said = words(leg_result(Side.LEFT, ()), None)
    assert said == "Left: no trial counts, so there is no result for this leg."


def test_degrees_from_standing_are_not_compared_with_published_ones() -> None:
    said = words(leg(Side.LEFT, None, 20.0), None, zero="standing")
    assert "only the centimetres are compared" in said
    assert "36.5" not in said
    assert "is below 36.5" in words(leg(Side.LEFT, None, 20.0), None, zero="tibia")


@given(left=st.floats(0, 30), right=st.floats(0, 30))
def test_between_the_legs_nothing_is_claimed_inside_the_error(left: float, right: float) -> None:
    said = words(leg(Side.LEFT, left, None), leg(Side.RIGHT, right, None))
    assert ("reaches" in said) == (abs(left - right) > MDC_DISTANCE.value)
    assert ("no difference is shown" in said) == ("reaches" not in said)
    if "reaches" in said:
        assert f"The {'left' if left > right else 'right'} leg reaches" in said


@given(left=st.floats(0, 30), right=st.floats(0, 30), deg=st.tuples(st.floats(0, 60), st.floats(0, 60)))
def test_legs_that_change_places_change_names_and_nothing_else(
    left: float, right: float, deg: tuple[float, float]
) -> None:
    def swapped(text: str) -> str:
        names = {"Left": "Right", "Right": "Left", "left": "right", "right": "left"}
        return re.sub(r"\b(Left|Right|left|right)\b(?! and)(?<!and right)(?<!and left)", lambda m: names[m[0]], text)

    one = words(leg(Side.LEFT, left, deg[0]), leg(Side.RIGHT, right, deg[1]), zero="tibia")
    other = words(leg(Side.LEFT, right, deg[1]), leg(Side.RIGHT, left, deg[0]), zero="tibia")
    assert sorted(swapped(one).splitlines()) == sorted(other.splitlines())


@given(st.lists(st.floats(0, 30), min_size=2, max_size=2).map(sorted), st.booleans())
def test_who_reaches_further_is_never_said_to_reach_less(pair: list[float], in_degrees: bool) -> None:
    def rank(value: float) -> float | None:
        of = leg(Side.LEFT, None, 2 * value) if in_degrees else leg(Side.LEFT, value, None)
        said = words(of, None, zero="tibia").splitlines()[0]
        ranks = {"is below": 0.0, "is within": 1.0, "is above": 2.0}
        return next((ranks[claim] for claim in ranks if claim in said), None)

    near, far = (rank(value) for value in pair)
    if near is not None and far is not None:
        assert near <= far


@given(left=st.floats(0, 60), right=st.floats(0, 60), sd_deg=st.floats(0.5, 6))
def test_the_error_between_the_legs_is_the_larger_of_the_published_and_ours(
    left: float, right: float, sd_deg: float
) -> None:
    said = words(leg(Side.LEFT, None, left, sd_deg=sd_deg), leg(Side.RIGHT, None, right, sd_deg=sd_deg))
    error = max(MDC_ANGLE.value, 1.96 * 2**0.5 * sd_deg)
    if abs(abs(left - right) - error) > 1e-9:
        assert ("reaches" in said) == (abs(left - right) > error)


@given(cm=st.floats(0, 30))
def test_against_the_norm_nothing_is_claimed_within_the_error_of_its_borders(cm: float) -> None:
    said = words(leg(Side.LEFT, cm, None), None)
    borders = (DISTANCE.mean - DISTANCE.sd, DISTANCE.mean + DISTANCE.sd)
    if min(abs(cm - border) for border in borders) <= MDC_DISTANCE.value - 1e-9:
        assert "cannot tell whether that is inside or outside" in said
    claims = (cm < borders[0], borders[0] <= cm <= borders[1], cm > borders[1])
    for claim, true in zip(("is below", "is within", "is above"), claims, strict=True):
        assert claim not in said or true
    if cm < borders[0] - MDC_DISTANCE.value - 1e-9:
        assert "is below" in said


@given(deg=st.floats(0, 70), sd_deg=st.floats(0.5, 6))
def test_of_the_risk_angle_nothing_is_claimed_inside_the_error(deg: float, sd_deg: float) -> None:
    said = words(leg(Side.LEFT, None, deg, sd_deg=sd_deg), None, zero="tibia").splitlines()[1]
    error = max(MDC_ANGLE.value, 1.96 * 2**0.5 * sd_deg)
    assert f"{RISK_ANGLE_DEG:g}" in said
    if abs(abs(deg - RISK_ANGLE_DEG) - error) > 1e-9:
        assert ("too close" in said) == (abs(deg - RISK_ANGLE_DEG) < error)
    assert "is below" not in said or deg < RISK_ANGLE_DEG
    assert "is above" not in said or deg > RISK_ANGLE_DEG


@given(deg=st.floats(0, 70))
def test_degrees_between_two_published_places_on_the_shin_are_not_judged(deg: float) -> None:
    said = words(leg(Side.LEFT, None, deg), None, zero="tibia").splitlines()[0]
    assert "is within" not in said
    if min(n.mean - n.sd for n in ANGLES) - MDC_ANGLE.value <= deg <= max(n.mean + n.sd for n in ANGLES):
        assert "cannot tell whether that is inside or outside" in said


def test_fewer_than_three_trials_are_said_to_be_fewer() -> None:
    _, reps = squats([DOWN, UP])
    found = leg_result(Side.LEFT, trials(reps, typed(reps, 6.0)))
    assert "only 1 trial counts, not 3" in words(found, None)


def test_what_comes_after_the_third_trial_that_counts_is_no_trial() -> None:
    _, reps = squats([DOWN, UP, DOWN, DOWN, DOWN, UP])
    assert [trial.rep.number for trial in trials(reps, SessionNotes())] == [1, 2, 3, 4]


@given(
    cm=st.none() | st.floats(0, 40),
    deg=st.none() | st.floats(-5, 60),
    zero=st.sampled_from(["standing", "tibia"]),
    both=st.booleans(),
)
def test_nobody_is_called_abnormal_and_what_is_compared_names_its_source(
    cm: float | None, deg: float | None, zero: str, both: bool
) -> None:
    right = leg(Side.RIGHT, cm, deg) if both else None
    for sentence in verdict(leg(Side.LEFT, cm, deg), right, zero=zero):
        assert "abnormal" not in sentence.text.lower()
        if any(word in sentence.text for word in ("healthy adults", "measurement error", "a study")):
            assert sentence.source
