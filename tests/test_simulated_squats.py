"""Simulated people, through the wire, against the truth: what a user is promised, on a few seeds.

The figures on many unseen seeds are in docs/validation.md (tests/benchmarks/validation).
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from shinsight.calibration.worn.guide import ANKLE_RISE_OF_HEEL
from shinsight.pipeline.measurement import Measurement
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import Event, HeelState, Rep
from shinsight.transport.simulated import SimOptions
from simulated_session import Measured, measure

SEEDS = (3001, 3002, 3003, 3004)


@pytest.fixture(scope="module")
def people() -> list[Measured]:
    return [measure(SimOptions(reps=8, heel_lift_mm=30.0, mounting="any", seed=seed, speed=0.0)) for seed in SEEDS]


def test_every_calibration_is_accepted_and_every_rep_counted_once(people: list[Measured]) -> None:
    for person in people:
        assert person.reports[0].accepted
        assert len(person.reps) == len(person.link.truth.reps) == len(person.pairs())


def test_lifts_of_three_centimetres_are_called_up_and_no_flat_rep_is(people: list[Measured]) -> None:
    pairs = [pair for person in people for pair in person.pairs()]
    lifted = [rep.heel for true, rep in pairs if true.heel_lift_m > 0.02]
    flat = [rep.heel for true, rep in pairs if true.heel_lift_m == 0.0]
    assert lifted.count(HeelState.UP) >= 0.9 * len(lifted)
    assert HeelState.UP not in flat
    assert HeelState.DOWN not in lifted


def test_the_live_flag_never_comes_before_the_heel_is_off(people: list[Measured]) -> None:
    late_s = [
        rep.live_flag_s - true.heel_off_s
        for person in people
        for true, rep in person.pairs()
        if rep.live_flag_s is not None and true.heel_off_s is not None
    ]
    assert len(late_s) >= 0.6 * sum(t.heel_off_s is not None for p in people for t, _ in p.pairs())
    # A heel that creeps takes up to 2.5 s to be up; most come in half a second.
    assert all(-0.05 < late < 2.0 for late in late_s)
    assert np.median(late_s) < 0.3


def test_the_inclination_follows_the_shank_within_what_skin_allows(people: list[Measured]) -> None:
    for person in people:
        error = np.degrees([r.peak_inclination_rad - t.peak_inclination_rad for t, r in person.pairs()])
        assert np.abs(error).mean() < 6.0


def test_the_stated_deviations_are_neither_too_small_nor_too_large(people: list[Measured]) -> None:
    """Errors in units of what is stated: one on average where it is exact."""
    pairs = [pair for person in people for pair in person.pairs()]
    peaks = [(r.peak_inclination_rad - t.peak_inclination_rad) / r.peak_inclination_sd_rad for t, r in pairs]
    rises = [(r.ankle_rise_m - ANKLE_RISE_OF_HEEL * t.heel_lift_m) / r.ankle_rise_sd_m for t, r in pairs]
    for errors in (peaks, rises):
        assert 0.3 < np.sqrt(np.mean(np.square(errors))) < 1.3


def test_an_ideal_sensor_on_the_bone_reads_the_peak_to_a_degree() -> None:
    done = measure(SimOptions(reps=5, heel_lift_mm=0.0, grade="ideal", skin="none", mounting="any", seed=8, speed=0.0))
    for true, rep in done.pairs():
        assert np.degrees(rep.peak_inclination_rad) == pytest.approx(np.degrees(true.peak_inclination_rad), abs=1.0)
        assert rep.heel is not HeelState.UP


def test_a_cut_stream_gives_the_same_reps_however_it_is_cut(people: list[Measured]) -> None:
    person = people[0]
    rng = np.random.default_rng(0)
    measurement = Measurement(settings=PipelineSettings())
    edges = [0, *sorted(rng.integers(0, len(person.bytes), 3000).tolist()), len(person.bytes)]
    events: list[Event] = []
    for start, stop in itertools.pairwise(edges):
        events += measurement.feed(person.bytes[start:stop]).events
    events += measurement.finish().events
    assert [e for e in events if isinstance(e, Rep)] == person.reps


def test_lost_packets_cost_no_rep_and_are_marked() -> None:
    done = measure(SimOptions(reps=5, heel_lift_mm=0.0, loss=0.05, seed=21, speed=0.0))
    assert len(done.reps) == 5
    assert np.count_nonzero(done.frames.flags & 1) > 0


def test_an_outage_in_mid_set_leaves_its_rep_unclaimed_and_the_rest_measured() -> None:
    done = measure(SimOptions(reps=6, heel_lift_mm=0.0, drop_s=4.0, drop_at_s=33.0, seed=22, speed=0.0))
    hit = [r for t, r in done.pairs() if r.start_s < 38.0 and r.end_s > 32.0]
    assert all(r.heel is HeelState.UNSURE for r in hit)
    assert sum(r.heel is HeelState.DOWN for r in done.reps) >= 2
    assert np.count_nonzero(done.frames.flags & 2) == 1


@pytest.mark.parametrize("rock_lift_mm", [20.0, 40.0])
def test_rocks_with_the_heel_up_are_refused_by_name(rock_lift_mm: float) -> None:
    for seed in (5, 6):
        report = measure(SimOptions(reps=0, rock_lift_mm=rock_lift_mm, seed=seed, speed=0.0)).reports[0]
        assert not report.accepted
        assert "heel" in report.problems[0]
