"""A heel lift added to a real squat is a foot that pitches about its ball, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.ui_prmd.convert import make_recording
from recordings.ui_prmd.lifted import MODES, Lift, make_lifted_recording, with_lifts
from recordings.ui_prmd.markers import ANK, HEE, KNE, TIB, TOE
from recordings.ui_prmd.motion import Motion, heading, session_motion

LIFT = Lift(heel_m=0.03, mode="pop", onset=0.6, lean_share=0.0, rise_s=0.3, fall_s=0.3)


@pytest.fixture(scope="module")
def motion() -> Motion:
    return session_motion(5, "m01", "c", "R", pause_s=2.0, rng=np.random.default_rng(0))


def lifted_alike(motion: Motion, lift: Lift) -> Motion:
    return with_lifts(motion, (lift,) * len(motion.cuts))


@settings(max_examples=15, deadline=None)
@given(
    heel_m=st.floats(0.005, 0.06),
    mode=st.sampled_from(MODES),
    onset=st.floats(0.3, 0.95),
    rise_s=st.floats(0.2, 2.5),
)
def test_every_lifted_heel_rises_by_what_was_asked_and_is_down_at_both_ends(
    motion: Motion, heel_m: float, mode: str, onset: float, rise_s: float
) -> None:
    lift = replace(LIFT, heel_m=heel_m, mode=mode, onset=onset, rise_s=rise_s)
    rise_m = (lifted_alike(motion, lift).markers_m - motion.markers_m)[:, HEE, 2]
    for start, stop in motion.cuts:
        assert rise_m[start:stop].max() == pytest.approx(heel_m, rel=1e-6)
        assert np.abs(rise_m[[start, stop - 1]]).max() < 0.02 * heel_m
    assert rise_m.min() > -1e-9


def test_the_ankle_rises_seven_tenths_of_the_heel_and_goes_forward(motion: Motion) -> None:
    moved = (lifted_alike(motion, LIFT).markers_m - motion.markers_m)[:, ANK]
    top = int(np.argmax(moved[:, 2]))
    assert 0.6 < moved[top, 2] / LIFT.heel_m < 0.8
    assert moved[top] @ heading(motion.markers_m)[top] > 0.2 * LIFT.heel_m


def test_the_foot_and_the_shank_stay_rigid(motion: Motion) -> None:
    lifted = lifted_alike(motion, replace(LIFT, lean_share=0.7)).markers_m
    for body in ((ANK, HEE, TOE), (ANK, KNE, TIB)):
        for one, other in zip(body, (*body[1:], body[0]), strict=True):
            now, before = (np.linalg.norm(m[:, one] - m[:, other], axis=1) for m in (lifted, motion.markers_m))
            np.testing.assert_allclose(now, before, atol=1e-9)


def test_a_shank_that_does_not_lean_on_keeps_its_recorded_orientation(motion: Motion) -> None:
    lifted = lifted_alike(motion, LIFT).markers_m
    for marker in (KNE, TIB):
        np.testing.assert_allclose(
            lifted[:, marker] - lifted[:, ANK], motion.markers_m[:, marker] - motion.markers_m[:, ANK], atol=1e-9
        )


def test_an_ankle_at_its_end_stays_as_bent_as_it_was(motion: Motion) -> None:
    lifted = lifted_alike(motion, replace(LIFT, lean_share=1.0)).markers_m
    now, before = (np.linalg.norm(m[:, KNE] - m[:, HEE], axis=1) for m in (lifted, motion.markers_m))
    np.testing.assert_allclose(now, before, atol=1e-9)


def test_an_ascent_lifts_after_the_bottom_and_a_gradual_lift_is_highest_there(motion: Motion) -> None:
    heels = {
        mode: (lifted_alike(motion, replace(LIFT, mode=mode)).markers_m - motion.markers_m)[:, HEE, 2]
        for mode in ("ascent", "gradual")
    }
    _, _, truth = make_recording(5, "m01", "c", "R", "ideal", 0)
    for (start, stop), rep in zip(motion.cuts, truth.reps, strict=True):
        bottom = round(rep.bottom_s * 100.0)
        assert heels["ascent"][start:bottom].max() < 1e-3
        assert abs(start + np.argmax(heels["gradual"][start:stop]) - bottom) < 20


def test_half_of_the_repetitions_lift_and_the_rest_is_the_recording_without() -> None:
    flat, phases, truth = make_recording(3, "m01", "c", "L", "ideal", 4)
    samples, lifted_phases, lifted_truth = make_lifted_recording(3, "m01", "c", "L", "ideal", 4, lift_mm=30.0)
    assert lifted_phases == phases
    assert sum(rep.added_heel_m > 0.0 for rep in lifted_truth.reps) == 5
    for before, rep in zip(truth.reps, lifted_truth.reps, strict=True):
        assert rep.label == ("lifted" if rep.added_heel_m else before.label)
        if not rep.added_heel_m:
            inside = (flat.t_s >= rep.start_s) & (flat.t_s <= rep.end_s)
            np.testing.assert_allclose(samples.accel_mps2[inside], flat.accel_mps2[inside], atol=1e-9)
