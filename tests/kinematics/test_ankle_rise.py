"""The ankle's height in closed form: every term of it, and every derivative."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shinsight.kinematics.ankle_rise import (
    CROSS,
    LEVER,
    OFFSET,
    PARAMETERS,
    SCALE,
    AccelCorrection,
    AnkleRise,
    AnkleRiseTracker,
    ankle_rise,
    double_integral,
    error_acceleration,
    integrate,
)
from shinsight.samples import FloatArray

GRAVITY_MPS2 = 9.81
LEVER_M = np.array([-0.04, -0.2, 0.03])
UNEVEN_S = 5.0 + np.cumsum(np.random.default_rng(1).uniform(0.005, 0.015, 120))
NO_ERROR = AccelCorrection(np.zeros(3), np.zeros(3), np.zeros(3))


def unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def any_movement() -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Times, up-vectors, specific force and the standing pose of a sensor that turns about all its axes."""
    t = UNEVEN_S - UNEVEN_S[0]
    up = unit(np.stack([0.3 + 0.5 * np.sin(3.0 * t), 0.8 + 0.1 * t, 0.4 * np.cos(2.0 * t) - 0.2], 1))
    accel = GRAVITY_MPS2 * up + np.stack([np.sin(5.0 * t), 0.7 * np.cos(4.0 * t), 0.5 - t], 1)
    return UNEVEN_S, up, accel, unit(np.array([0.2, 0.9, -0.3]))


def risen(
    accel_mps2: FloatArray, *, lever_m: FloatArray = LEVER_M, gravity_mps2: float = GRAVITY_MPS2, sways: bool = True
) -> AnkleRise:
    t_s, up, _, up_standing = any_movement()
    up_rate = np.array([0.4, -0.3, 0.2]) if sways else np.zeros(3)
    return ankle_rise(t_s, up, accel_mps2, up_rate, lever_m=lever_m, up_standing=up_standing, gravity_mps2=gravity_mps2)


def test_an_integral_is_exact_for_what_is_straight_between_the_samples() -> None:
    t = UNEVEN_S - UNEVEN_S[0]
    slope = np.array([2.0, -3.0])
    straight = 1.0 + t[:, None] * slope
    expected = t[:, None] + 0.5 * t[:, None] ** 2 * slope
    np.testing.assert_allclose(integrate(straight, UNEVEN_S), expected, atol=1e-12)


def test_a_constant_acceleration_integrated_twice_is_half_a_t_squared() -> None:
    t = UNEVEN_S - UNEVEN_S[0]
    np.testing.assert_allclose(double_integral(np.full(len(t), 3.0), UNEVEN_S), 1.5 * t**2, rtol=1e-12)


def test_a_sensor_that_is_lifted_evenly_rises_by_half_a_t_squared() -> None:
    up = np.tile([0.6, 0.8, 0.0], (len(UNEVEN_S), 1))
    done = ankle_rise(
        UNEVEN_S, up, (GRAVITY_MPS2 + 0.5) * up, np.zeros(3), lever_m=LEVER_M, up_standing=up[0], gravity_mps2=9.81
    )
    np.testing.assert_allclose(done.height_m, 0.25 * (UNEVEN_S - UNEVEN_S[0]) ** 2, atol=1e-9)


def test_an_ankle_that_stays_has_no_height_though_the_shank_already_sways_at_the_start() -> None:
    """The sensor goes on a circle about the ankle; lean is A sin(wt), so it moves fastest at the first sample."""
    t = np.arange(0.0, 2.0, 0.001)
    amplitude, w = np.radians(20.0), 4.0
    lean, rate, bend = amplitude * np.sin(w * t), amplitude * w * np.cos(w * t), -amplitude * w**2 * np.sin(w * t)
    up = np.stack([-np.sin(lean), np.cos(lean), 0.0 * t], 1)
    # In the sensor's frame: sensor at -lever from the ankle, turning about -z.
    x, y = -LEVER_M[0], -LEVER_M[1]
    accel = GRAVITY_MPS2 * up + np.stack([bend * y - rate**2 * x, -bend * x - rate**2 * y, 0.0 * t], 1)
    up_rate = np.array([-rate[0], 0.0, 0.0])
    done = ankle_rise(t, up, accel, up_rate, lever_m=LEVER_M, up_standing=up[0], gravity_mps2=GRAVITY_MPS2)
    assert np.abs(done.height_m).max() < 1e-6
    still = ankle_rise(t, up, accel, 0.0 * up_rate, lever_m=LEVER_M, up_standing=up[0], gravity_mps2=GRAVITY_MPS2)
    # Without the sway the ankle would climb at lever times rate: 4 cm x 1.4 rad/s.
    assert still.height_m[-1] == pytest.approx(-LEVER_M[0] * rate[0] * t[-1], rel=1e-3)


def test_a_wrong_lever_shows_as_the_lever_times_what_up_has_turned() -> None:
    t_s, up, _, up_standing = any_movement()
    done = ankle_rise(
        t_s, up, GRAVITY_MPS2 * up, np.zeros(3), lever_m=LEVER_M, up_standing=up_standing, gravity_mps2=GRAVITY_MPS2
    )
    np.testing.assert_allclose(done.height_m, (up - up[0]) @ LEVER_M, atol=1e-12)


@pytest.mark.parametrize("parameter", range(PARAMETERS))
def test_the_sensitivity_is_the_derivative_of_the_height(parameter: int) -> None:
    """Offset, scale and cross-axis errors are corrected at the standing pose too, where gravity was measured."""
    accel, up_standing = any_movement()[2:]
    change = np.zeros(PARAMETERS)
    change[parameter] = 1e-3
    correction = AccelCorrection(change[OFFSET], change[SCALE], change[CROSS])
    gravity = float(up_standing @ correction.apply(GRAVITY_MPS2 * up_standing[None])[0])
    before = risen(accel)
    after = risen(correction.apply(accel), lever_m=LEVER_M + change[LEVER], gravity_mps2=gravity)
    np.testing.assert_allclose((after.height_m - before.height_m) / 1e-3, before.sensitivity[:, parameter], atol=1e-9)
    assert np.abs(before.sensitivity[:, parameter]).max() > 0.01


def test_the_errors_of_the_accelerometer_fake_nothing_in_the_standing_pose() -> None:
    up_standing = any_movement()[3]
    faked = error_acceleration(up_standing[None], GRAVITY_MPS2 * up_standing[None], up_standing, GRAVITY_MPS2)
    np.testing.assert_allclose(faked, np.zeros((1, PARAMETERS - 3)), atol=1e-12)


def test_a_correction_takes_off_scale_and_both_sides_of_each_cross_axis_and_then_the_offset() -> None:
    correction = AccelCorrection(np.array([0.1, 0.2, 0.3]), np.array([0.01, 0.02, 0.03]), np.array([0.04, 0.05, 0.06]))
    expected = [[0.99, -0.04, -0.05], [-0.04, 0.98, -0.06], [-0.05, -0.06, 0.97]]
    np.testing.assert_allclose(correction.matrix, expected)
    np.testing.assert_allclose(
        correction.apply(np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]])),
        [
            [0.89, -0.24, -0.35],
            [-0.2, -0.32, 1.64],
        ],
    )
    np.testing.assert_allclose(replace(NO_ERROR, scale=np.zeros(3)).matrix, np.eye(3))


def test_the_tracker_says_at_every_moment_what_the_whole_says_of_the_stretch_so_far() -> None:
    t_s, up, accel, up_standing = any_movement()
    given = {"lever_m": LEVER_M, "up_standing": up_standing, "gravity_mps2": GRAVITY_MPS2}
    rates = np.random.default_rng(2).normal(0.0, 0.5, (len(t_s), 3))  # only the first counts
    steps = AnkleRiseTracker(**given).run(t_s, up, accel, rates)  # type: ignore[arg-type]
    for n, (height_m, sensitivity) in enumerate(steps, start=1):
        whole = ankle_rise(t_s[:n], up[:n], accel[:n], rates[0], **given)  # type: ignore[arg-type]
        assert height_m == pytest.approx(whole.height_m[-1], abs=1e-12)
        np.testing.assert_allclose(sensitivity, whole.sensitivity[-1], atol=1e-12)
