"""Counting repetitions from inclination alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shinsight.detection.exercises import profile_of
from shinsight.detection.reps import RepCounter, RepWindow
from shinsight.errors import SettingsError
from shinsight.samples import FloatArray

RATE_HZ = 100


def count(degrees: FloatArray) -> list[RepWindow]:
    counter = RepCounter(profile=profile_of("squat"))
    t_s = np.arange(len(degrees)) / RATE_HZ
    found = list(counter.run(t_s, np.radians(degrees)))
    last = counter.finish()
    return found + ([last] if last else [])


def bump(peak_deg: float, seconds: float) -> FloatArray:
    return peak_deg * np.sin(np.linspace(0, np.pi, round(seconds * RATE_HZ))) ** 2


def rest(seconds: float) -> FloatArray:
    return np.zeros(round(seconds * RATE_HZ))


def test_a_double_peak_at_the_bottom_is_one_rep() -> None:
    valley = bump(32, 3.0) - bump(14, 3.0) ** 2 / 14 * (np.abs(np.linspace(-1, 1, 300)) < 0.35)
    assert len(count(np.concatenate([rest(1), valley, rest(1), bump(30, 2), rest(1)]))) == 2


def test_touch_and_go_reps_are_counted_one_by_one() -> None:
    assert len(count(np.concatenate([rest(1), *[bump(30, 1.8) + 3 for _ in range(10)], rest(1)]))) == 10


def test_a_rep_that_does_not_come_all_the_way_back_still_ends() -> None:
    stay = np.maximum(bump(30, 2.0), np.where(np.arange(200) > 100, 6.0, 0.0))
    assert len(count(np.concatenate([rest(1), stay, rest(2) + 6.0]))) == 1


def test_sway_and_shuffling_are_no_reps() -> None:
    rng = np.random.default_rng(0)
    sway = np.convolve(rng.normal(0, 12, 3000), np.ones(60) / 60, mode="same")
    assert count(np.clip(sway, -4, 4)) == []


def test_a_recording_that_stops_on_the_way_up_keeps_its_last_rep() -> None:
    assert len(count(np.concatenate([rest(1), bump(30, 2)[:185]]))) == 1


def test_an_unknown_exercise_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="squat, lunge"):
        profile_of("burpee")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(12, 50), st.floats(1.2, 6.0), st.floats(0.3, 3.0)), min_size=1, max_size=8))
def test_any_set_of_clear_reps_is_counted_exactly_with_ordered_times(reps: list[tuple[float, float, float]]) -> None:
    parts = [rest(1)]
    for peak_deg, seconds, pause_s in reps:
        parts += [bump(peak_deg, seconds), rest(pause_s)]
    found = count(np.concatenate([*parts, rest(1)]))
    assert len(found) == len(reps)
    for window, (peak_deg, _, _) in zip(found, reps, strict=True):
        assert window.start_s < window.bottom_s < window.end_s
        assert np.degrees(window.peak_inclination_rad) == pytest.approx(peak_deg, abs=0.1)
