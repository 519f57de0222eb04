"""Counts become SI as the board's calibration says; the watch says what is wrong with a sensor, once."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shinsight.calibration.chip.inertial import Inertial, SensorWatch
from shinsight.samples import CountsBlock, SampleBlock, SampleFlag
from shinsight.wire.messages import DeviceInfo, StoredCalibration

RATE_HZ = 100.0
INFO = DeviceInfo(RATE_HZ, 0.005, 0.001, 30, "board", "chip", "0")


def counts(accel: list[list[float]], gyro: list[list[float]]) -> CountsBlock:
    n = len(accel)
    return CountsBlock(np.arange(n) / RATE_HZ, np.array(accel), np.array(gyro), np.zeros(n, np.uint8))


def recording(seconds: float = 3.0, *, still: bool = True, seed: int = 0) -> dict[str, np.ndarray]:
    """A sensor as it should be: upright, with noise, standing still or rocking."""
    n = round(seconds * RATE_HZ)
    random = np.random.default_rng(seed)
    t_s = np.arange(n) / RATE_HZ
    accel = random.normal((0.0, 9.81, 0.0), 0.01, (n, 3))
    gyro = random.normal(0.0, 0.002, (n, 3))
    if not still:
        swing = np.sin(2 * np.pi * 0.8 * t_s)[:, None]
        accel += swing * [2.0, 0.8, 1.0]
        gyro += swing * [0.5, 0.4, 1.8]
    return {"t_s": t_s, "accel": accel, "gyro": gyro, "flags": np.zeros(n, np.uint8)}


def block(r: dict[str, np.ndarray]) -> SampleBlock:
    return SampleBlock(r["t_s"].copy(), r["accel"].copy(), r["gyro"].copy(), r["flags"].copy())


def noticed(r: dict[str, np.ndarray]) -> list[str]:
    return [notice.code for notice in SensorWatch(rate_hz=RATE_HZ).run(block(r))]


def text_of(r: dict[str, np.ndarray]) -> str:
    (notice,) = SensorWatch(rate_hz=RATE_HZ).run(block(r))
    return notice.text


def test_counts_become_si_by_the_scales() -> None:
    out = Inertial(info=INFO).run(counts([[0, 2000, -400]], [[100, 0, -32768]]))
    assert out.accel_mps2[0] == pytest.approx([0.0, 10.0, -2.0])
    assert out.gyro_radps[0] == pytest.approx([0.1, 0.0, -32.768])


def test_the_calibration_stored_on_the_board_is_applied() -> None:
    stored = StoredCalibration((0.01, -0.02, 0.03), (1.0, 0.5, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.5), (0.1, 0.2, 0.3))
    out = Inertial(info=replace(INFO, calibration=stored)).run(counts([[200, 400, 600]], [[0, 0, 0]]))
    # raw (1, 2, 3) m/s^2: rows of the gain times raw, less the offset.
    assert out.accel_mps2[0] == pytest.approx([1.0 + 0.5 * 2.0 - 0.1, 2.0 * 2.0 - 0.2, 0.5 * 3.0 - 0.3])
    assert out.gyro_radps[0] == pytest.approx([-0.01, 0.02, -0.03])


@given(st.integers(0, 40))
def test_any_cutting_of_the_counts_gives_the_same_samples(cut: int) -> None:
    random = np.random.default_rng(0)
    gain = tuple(random.normal(size=9).tolist())
    inertial = Inertial(info=replace(INFO, calibration=StoredCalibration(accel_gain=gain)))
    values = random.normal(0.0, 5000.0, (40, 6))

    def part(rows: slice) -> CountsBlock:
        v = values[rows]
        return CountsBlock(np.arange(40.0)[rows].copy(), v[:, :3].copy(), v[:, 3:].copy(), np.zeros(len(v), np.uint8))

    whole = inertial.run(part(slice(None)))
    pieces = SampleBlock.join([inertial.run(part(slice(cut))), inertial.run(part(slice(cut, None)))])
    assert np.array_equal(whole.accel_mps2, pieces.accel_mps2)
    assert np.array_equal(whole.gyro_radps, pieces.gyro_radps)


@pytest.mark.parametrize("still", [True, False])
def test_a_good_sensor_is_not_complained_of(still: bool) -> None:
    assert noticed(recording(still=still)) == []


def test_a_quiet_axis_at_rest_is_not_called_dead() -> None:
    r = recording()
    r["gyro"][:, 1] = 0.001
    assert noticed(r) == []


@pytest.mark.parametrize(("sensor", "name"), [("accel", "accelerometer"), ("gyro", "gyroscope")])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_an_axis_that_stands_still_while_others_move_is_dead(sensor: str, name: str, axis: int) -> None:
    r = recording(still=False)
    r[sensor][:, axis] = 0.125
    assert noticed(r) == [f"dead_{name}_{'xyz'[axis]}"]
    assert "0.125" in text_of(r)


def test_a_sensor_whose_six_axes_stand_still_is_dead() -> None:
    r = recording()
    r["accel"][:], r["gyro"][:] = [0.0, 9.81, 0.0], [0.0, 0.0, 0.0]
    assert "dead_sensor" in noticed(r)


def test_an_axis_that_stands_still_for_less_than_a_second_is_alive() -> None:
    r = recording(still=False)
    r["gyro"][100:180, 2] = 0.0
    assert noticed(r) == []


def test_twelve_at_rest_asks_for_a_six_position_calibration() -> None:
    r = recording()
    r["accel"] += [0.0, 2.2, 0.0]
    assert noticed(r) == ["accel_at_rest"]
    assert "12.01 m/s^2" in text_of(r)
    assert "run `shinsight calibrate`" in text_of(r)


def test_a_wrong_gravity_is_judged_only_at_rest() -> None:
    r = recording(still=False)
    r["accel"] += [0.0, 2.2, 0.0]
    assert noticed(r) == []


def test_one_at_rest_looks_like_g() -> None:
    r = recording()
    r["accel"] /= 9.80665
    assert noticed(r) == ["accel_units"]
    assert "looks like g" in text_of(r)


def test_a_gyroscope_in_degrees_is_noticed_in_a_slow_squat() -> None:
    r = recording(still=False)
    r["gyro"] *= np.degrees(1.0) * 0.25
    assert noticed(r) == ["gyro_units"]
    assert "looks like deg/s" in text_of(r)


def test_the_end_of_the_range_is_noticed() -> None:
    r = recording()
    r["flags"][150] = SampleFlag.SATURATED
    assert noticed(r) == ["saturated"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("sensor", ["accel", "gyro"])
def test_values_that_are_no_numbers_are_noticed(sensor: str, value: float) -> None:
    r = recording()
    r[sensor][120, 2] = value
    assert noticed(r) == ["not_finite"]


def test_what_was_filled_in_is_not_held_against_the_sensor() -> None:
    r = recording(still=False)
    r["gyro"][:, 0] = 0.0
    r["flags"][::50] = SampleFlag.FILLED
    assert noticed(r) == []


def test_everything_is_said_once() -> None:
    r = recording(30.0)
    r["accel"] += [0.0, 2.2, 0.0]
    r["flags"][:] = SampleFlag.SATURATED
    assert sorted(noticed(r)) == ["accel_at_rest", "saturated"]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 400), max_size=5), st.integers(0, 5))
def test_update_and_run_say_the_same_for_any_cutting(cuts: list[int], seed: int) -> None:
    r = recording(4.0, seed=seed)
    r["accel"] += [0.0, 2.2, 0.0]
    r["accel"][250, 0] = np.nan
    r["flags"][300] = SampleFlag.SATURATED
    samples = block(r)
    one, many = SensorWatch(rate_hz=RATE_HZ), SensorWatch(rate_hz=RATE_HZ)
    by_update = [notice for sample in samples.samples() for notice in one.update(sample)]
    edges = [0, *sorted(cuts), len(samples)]
    by_run = [n for a, b in pairwise(edges) for n in many.run(samples[a:b])]
    assert by_update == by_run
    assert len(by_run) == 3
