"""What a simulated person can be asked to do, and what can go wrong with the strap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from shinsight.errors import SettingsError
from shinsight.samples import FloatArray, Phase
from shinsight.transport.simulated import SimOptions
from shinsight.transport.simulated.leg import LIFTED_M, Motion, move
from shinsight.transport.simulated.link import perform
from shinsight.transport.simulated.script import FINE_HZ
from shinsight.transport.simulated.sensor import ACCEL_SCALE_MPS2, GYRO_SCALE_RADPS, sense
from shinsight.transport.simulated.skin import skin_motion

FLAT = SimOptions(reps=4, heel_lift_mm=0.0, seed=7)


def motion_of(options: SimOptions) -> Motion:
    return move(options, np.random.default_rng(options.seed))


def in_set(motion: Motion) -> FloatArray:
    return np.array([phase is Phase.SET for phase in motion.phases])


def stances_deg(motion: Motion) -> FloatArray:
    """Inclination in the middle of each pause between two repetitions."""
    middles = [(before.end_s + after.start_s) / 2 for before, after in zip(motion.reps, motion.reps[1:], strict=False)]
    return np.degrees(np.interp(middles, motion.t_s, motion.inclination_rad))


def slip_of(options: SimOptions) -> tuple[FloatArray, FloatArray]:
    """What a slip adds to the sensor's rotation (deg) and shift (mm) until the end, shank frame."""
    motion = motion_of(options)
    ends = []
    for asked in (options, replace(options, slip_deg=0.0, slip_mm=0.0)):
        wobble, shift = skin_motion(motion, asked, np.random.default_rng(1))
        ends.append((np.degrees(wobble[-1]), 1e3 * shift[-1]))
    return ends[0][0] - ends[1][0], ends[0][1] - ends[1][1]


def test_touch_and_go_leaves_no_time_to_stand() -> None:
    def upright_s(motion: Motion) -> float:
        lasts = [b.start_s - a.end_s for a, b in zip(motion.reps, motion.reps[1:], strict=False)]
        return float(np.mean(lasts))

    assert upright_s(motion_of(replace(FLAT, pause_s=0.0))) < 0.8
    assert upright_s(motion_of(replace(FLAT, pause_s=4.0))) > 3.0


def test_nobody_stands_up_again_quite_as_before() -> None:
    spread = [float(np.std(stances_deg(motion_of(replace(FLAT, reps=8, seed=seed))))) for seed in range(6)]
    assert 0.5 < np.mean(spread) < 2.5


def test_a_person_who_shuffles_puts_the_foot_down_elsewhere_between_the_reps_only() -> None:
    still, shuffled = motion_of(FLAT), motion_of(replace(FLAT, shuffle=1.0))
    assert np.ptp(still.foot_m, axis=0).max() == 0.0
    assert np.ptp(shuffled.foot_m[:, :2], axis=0).min() > 0.02
    in_the_air = shuffled.foot_m[:, 2] > LIFTED_M
    assert not np.any(in_the_air & (shuffled.part >= 0))
    assert np.all(shuffled.heel_m[in_the_air] > LIFTED_M)


def test_a_heel_that_is_up_from_the_start_stays_up_and_was_down_in_the_rocks() -> None:
    motion = motion_of(replace(FLAT, start="heel_up"))
    rocks = np.array([phase is Phase.ROCKS for phase in motion.phases])
    assert motion.heel_m[rocks].max() == 0.0
    assert all(rep.heel_lift_m > 0.014 for rep in motion.reps)
    assert motion.heel_m[-1] > 0.014


@pytest.mark.parametrize(("leg", "leans"), [("front", (-32, -15)), ("rear", (15, 40))])
def test_a_split_stance_starts_far_from_upright(leg: str, leans: tuple[int, int]) -> None:
    motion = motion_of(replace(FLAT, exercise="lunge", start="split", leg=leg))
    assert leans[0] < np.median(stances_deg(motion)) < leans[1]
    assert all((rep.heel_lift_m > 0.1) == (leg == "rear") for rep in motion.reps)


def test_a_split_stance_belongs_to_lunges() -> None:
    with pytest.raises(SettingsError, match="lunge"):
        SimOptions(start="split")


def test_who_rises_from_a_chair_leans_twice() -> None:
    motion = motion_of(replace(FLAT, exercise="sit_to_stand", reps=6, seed=3))
    seated = []
    for rep in motion.reps:
        inside = np.degrees(motion.inclination_rad[(motion.t_s > rep.start_s) & (motion.t_s < rep.end_s)])
        lower = np.minimum(np.maximum.accumulate(inside), np.maximum.accumulate(inside[::-1])[::-1])
        seated.append((lower - inside).max())
    assert np.median(seated) > 1.0


def test_reps_are_as_quick_and_as_deep_as_asked() -> None:
    quick, slow = (motion_of(replace(FLAT, tempo_s=tempo_s, bounces=0.0)) for tempo_s in (1.0, 8.0))
    assert np.mean([r.end_s - r.start_s for r in quick.reps]) < 0.4 * np.mean([r.end_s - r.start_s for r in slow.reps])
    shallow, deep = (motion_of(replace(FLAT, depth_deg=depth)) for depth in (10.0, 45.0))
    assert np.degrees([r.peak_inclination_rad for r in shallow.reps]).mean() == pytest.approx(10.0, abs=3.5)
    assert np.degrees([r.peak_inclination_rad for r in deep.reps]).mean() == pytest.approx(45.0, abs=3.5)


def test_on_a_wedge_the_ankle_starts_further_along_its_arc() -> None:
    lifted = replace(FLAT, heel_lift_mm=30.0, lift_share=1.0)
    floor, wedge = (motion_of(replace(lifted, slope_deg=slope)) for slope in (0.0, -20.0))
    assert np.max(wedge.heel_m) == pytest.approx(np.max(floor.heel_m), abs=1e-6)
    assert np.max(wedge.foot_pitch_rad) > np.max(floor.foot_pitch_rad)
    assert wedge.foot_pitch_rad[0] == pytest.approx(0.0, abs=1e-9)


def test_uneven_form_lets_the_knee_go_anywhere() -> None:
    def knee_sd_deg(form: str) -> float:
        peaks = []
        for seed in range(5):
            motion = motion_of(replace(FLAT, form=form, seed=seed))
            peaks += [float(np.interp(r.bottom_s, motion.t_s, motion.knee_in_rad)) for r in motion.reps]
        return float(np.degrees(np.std(peaks)))

    assert knee_sd_deg("poor") > 1.5 * knee_sd_deg("good")


def test_the_other_leg_is_the_mirror_image() -> None:
    right, left = motion_of(FLAT), motion_of(replace(FLAT, worn="left"))
    np.testing.assert_allclose(left.ankle_m, right.ankle_m * [1.0, -1.0, 1.0], atol=1e-12)
    long_right, long_left = (m.R_earth_from_shank.apply([0.0, 1.0, 0.0]) for m in (right, left))
    np.testing.assert_allclose(long_left, long_right * [1.0, -1.0, 1.0], atol=1e-12)


@pytest.mark.parametrize(("worn", "backwards"), [("right", 1.0), ("left", -1.0)])
def test_the_components_look_forward_and_inward(worn: str, backwards: float) -> None:
    """With y up and z forward and inward, the board's x looks left: backwards on the right leg, forward on the left."""
    motion, reading, _ = perform(replace(FLAT, worn=worn, reps=0, grade="ideal", skin="none"))
    index = np.round(reading.index).astype(int)
    forces = reading.counts[:, :3] * ACCEL_SCALE_MPS2
    standing = forces[reading.t_s < 4.0].mean(axis=0)
    by_leaning = forces[motion.inclination_rad[index] > np.radians(15.0)].mean(axis=0) - standing
    assert standing[1] > 9.0
    assert by_leaning[2] < -1.0
    assert backwards * by_leaning[0] > 0.5


@pytest.mark.parametrize(("axis", "number"), [("sideways", 0), ("long", 1), ("flexion", 2)])
def test_a_strap_slips_about_the_axis_asked_for(axis: str, number: int) -> None:
    turned, shifted = slip_of(replace(FLAT, slip_deg=6.0, slip_axis=axis, slip_at_rep=2))
    assert turned == pytest.approx(6.0 * np.eye(3)[number], abs=1e-6)
    assert shifted == pytest.approx(np.zeros(3), abs=1e-6)


def test_a_strap_slides_down_the_shank_after_the_rep_asked_for() -> None:
    options = replace(FLAT, slip_mm=20.0, slip_at_rep=2, skin="none")
    turned, shifted = slip_of(options)
    assert turned == pytest.approx(np.zeros(3), abs=1e-6)
    assert shifted == pytest.approx([0.0, -20.0, 0.0], abs=1e-6)
    motion = motion_of(options)
    _, shift = skin_motion(motion, options, np.random.default_rng(1))
    first = float(motion.t_s[np.argmax(shift[:, 1] < 0.0)])
    assert motion.reps[1].end_s <= first < motion.reps[2].start_s


def test_a_heel_that_lands_shakes_the_sensor_and_one_that_stays_down_does_not() -> None:
    lifted = replace(FLAT, heel_lift_mm=30.0, lift_share=1.0, lift_mode="pop", skin="high")
    motion = motion_of(lifted)
    down = np.flatnonzero((motion.heel_m[:-1] > LIFTED_M) & (motion.heel_m[1:] <= LIFTED_M))
    wobble, _ = skin_motion(motion, lifted, np.random.default_rng(1))
    jerk = np.abs(np.diff(wobble[:, 2], 2))
    after = np.concatenate([jerk[landing : landing + 50] for landing in down.tolist()])
    assert np.percentile(after, 90) > 2.0 * np.percentile(jerk, 90)


def test_a_chip_that_warms_up_drifts_and_an_ideal_one_does_not() -> None:
    def drift_dps(grade: str) -> float:
        n = round(120 * FINE_HZ)
        at_rest = Rotation.identity(n)
        reading = sense(np.zeros((n, 3)), at_rest, replace(FLAT, grade=grade), np.random.default_rng(2))
        rate = np.degrees(reading.counts[:, 3:] * GYRO_SCALE_RADPS)
        return float(np.abs(rate[-500:].mean(axis=0) - rate[:500].mean(axis=0)).max())

    assert drift_dps("ideal") < 1e-9
    assert 0.1 < drift_dps("mpu6050") < 2.0
