"""imu.csv of any sensor: what is read back, what is mended and said, what is refused and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from planar_leg import planar_leg
from shinsight.errors import DataError
from shinsight.results import Recording
from shinsight.samples import Phase, SampleBlock, SampleFlag
from shinsight.session.imu_csv import IMU_COLUMNS, SI_COLUMNS, imu_rows, read_imu_csv
from shinsight.session.resampling import even_time
from shinsight.units import DEG_PER_RAD, STANDARD_GRAVITY_MPS2

Array = NDArray[np.float64]

RATE_HZ = 100.0
LEG = planar_leg(
    rises_m=(0.0, 0.0, 0.0), rocks=0, mounting=Rotation.from_euler("xyz", [40.0, -25.0, 70.0], degrees=True)
)
SQUAT = np.column_stack([LEG.samples.t_s, LEG.samples.accel_mps2, LEG.samples.gyro_radps])
"""(n, 7): t_s, accelerometer, gyroscope of three squats, with quiet standing before and after."""


def csv_of(table: Array, *, header: str = ",".join(SI_COLUMNS), end: str = "\n") -> str:
    rows = (",".join(f"{v:.7f}" for v in row) for row in table.tolist())
    return header + end + "".join(row + end for row in rows)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str | bytes], Recording]:
    def read_text(text: str | bytes) -> Recording:
        path = tmp_path / "imu.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_imu_csv(path)

    return read_text


Read = Callable[[str | bytes], Recording]


def codes(recording: Recording) -> list[str]:
    return [notice.code for notice in recording.notices]


def changed(**columns: Array | float) -> Array:
    table = SQUAT.copy()
    for name, values in columns.items():
        table[:, SI_COLUMNS.index(name)] = values
    return table


def scaled(accel: float = 1.0, gyro: float = 1.0) -> Array:
    return SQUAT * [1.0, accel, accel, accel, gyro, gyro, gyro]


# What is written is read back


@settings(max_examples=40, deadline=None)
@given(
    values=hnp.arrays(np.float64, st.tuples(st.integers(12, 40), st.just(6)), elements=st.floats(-15.0, 15.0)),
    start=st.floats(0.0, 1000.0),
    words=st.data(),
)
def test_rows_written_and_split_again_lose_less_than_a_billionth(
    values: Array, start: float, words: st.DataObject
) -> None:
    n = len(values)
    flags = np.array(words.draw(st.lists(st.integers(0, 15), min_size=n, max_size=n)), np.uint8)
    phases = words.draw(st.lists(st.sampled_from([p.value for p in Phase]), min_size=n, max_size=n))
    block = SampleBlock(start + np.arange(n) / RATE_HZ, values[:, :3].copy(), values[:, 3:].copy(), flags)
    rows = [line.split(",") for line in imu_rows(block, phases).splitlines()]
    numbers = np.array([row[:7] for row in rows], dtype=np.float64)
    assert np.abs(numbers - np.column_stack([block.t_s, values])).max() < 1e-9
    assert [row[7] for row in rows] == phases
    assert [int(row[8]) for row in rows] == flags.tolist()


@pytest.mark.parametrize("start_s", [0.0, 12.5, 1.7e9])
def test_a_written_recording_is_read_back_whole(read: Read, start_s: float) -> None:
    n = len(SQUAT)
    block = SampleBlock(
        start_s + np.arange(n) / RATE_HZ, SQUAT[:, 1:4], SQUAT[:, 4:7], (np.arange(n) & 8).astype(np.uint8)
    )
    words = ["stand"] * 100 + ["rocks"] * 50 + [""] * 10 + ["set"] * (n - 160)
    recording = read(",".join(IMU_COLUMNS) + "\n" + imu_rows(block, words))
    assert recording.notices == ()
    assert recording.rate_hz == pytest.approx(RATE_HZ, rel=1e-8)
    np.testing.assert_allclose(recording.samples.t_s, block.t_s, rtol=0.0, atol=max(1e-8, start_s * 1e-15))
    np.testing.assert_allclose(recording.samples.accel_mps2, block.accel_mps2, rtol=0.0, atol=1e-9)
    np.testing.assert_allclose(recording.samples.gyro_radps, block.gyro_radps, rtol=0.0, atol=1e-9)
    assert (recording.samples.flags == block.flags).all()
    assert [phase.value for phase in recording.phases] == words


def test_byte_order_mark_windows_line_ends_quotes_and_columns_in_any_order_are_no_obstacle(read: Read) -> None:
    names = ["gyro_z_radps", "note", *SI_COLUMNS[:-1]]
    rows = "".join(
        f'{row[-1]:.7f},"a, b",' + ",".join(f'"{v:.7f}"' for v in row[:-1]) + "\r\n" for row in SQUAT.tolist()
    )
    recording = read(b"\xef\xbb\xbf" + (",".join(names) + "\r\n" + rows).encode())
    np.testing.assert_allclose(recording.samples.accel_mps2, SQUAT[:, 1:4], atol=1e-6)
    assert set(recording.phases) == {Phase.NONE}
    assert recording.notices == ()


# Time


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rate_hz=st.floats(50.0, 400.0),
    lost_at=st.integers(100, 300),
    lost=st.integers(0, 40),
    late=st.floats(0.0, 0.3),
)
def test_jitter_is_no_loss_and_every_lost_sample_is_counted(
    seed: int, rate_hz: float, lost_at: int, lost: int, late: float
) -> None:
    slots = np.delete(np.arange(600), np.s_[lost_at : lost_at + lost])
    t_s = (slots + np.random.default_rng(seed).uniform(0.0, late, len(slots))) / rate_hz
    axis = even_time(t_s)
    assert (axis.slot == slots).all()
    assert axis.rate_hz == pytest.approx(rate_hz, rel=2e-3)


@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.0, 0.15))
def test_scattered_losses_are_all_counted(seed: int, share: float) -> None:
    slots = np.flatnonzero(np.random.default_rng(seed).random(800) >= share)
    axis = even_time(np.round(slots / 104.0, 4))
    assert (axis.slot == slots - slots[0]).all()
    assert axis.rate_hz == pytest.approx(104.0, rel=1e-4)


@given(burst=st.integers(2, 12))
def test_rows_that_come_in_bursts_are_late_not_lost(burst: int) -> None:
    slots = np.arange(600 // burst * burst)
    arrival = (slots // burst + 1) * burst + (slots % burst) * 0.01
    axis = even_time(arrival / 100.0)
    assert (axis.slot == slots).all()
    assert axis.rate_hz == pytest.approx(100.0, rel=2e-3)


def test_some_rows_that_came_late_do_not_bend_the_rate() -> None:
    t_s = np.arange(600) / 100.0
    t_s[30:45] += np.linspace(0.14, 0.01, 15)
    assert even_time(t_s).rate_hz == pytest.approx(100.0, rel=5e-5)


def test_times_rounded_to_milliseconds_still_give_the_rate(read: Read) -> None:
    recording = read(csv_of(changed(t_s=np.floor(1000.0 * np.arange(len(SQUAT)) / 110.2) / 1000.0)))
    assert recording.rate_hz == pytest.approx(110.2, rel=1e-3)
    assert len(recording.samples) == len(SQUAT)


def test_a_short_gap_is_filled_flagged_and_said(read: Read) -> None:
    recording = read(csv_of(np.delete(SQUAT, np.s_[300:320], axis=0)))
    filled = recording.samples.flags & SampleFlag.FILLED != 0
    assert np.flatnonzero(filled).tolist() == list(range(300, 320))
    assert "filled" in codes(recording)
    assert np.diff(recording.samples.t_s).max() == pytest.approx(1.0 / RATE_HZ, rel=1e-6)
    inside = recording.samples.accel_mps2[299:321]
    assert np.abs(np.diff(inside, 2, axis=0)).max() < 1e-5  # along a straight line


def test_a_long_gap_is_left_flagged_and_said(read: Read) -> None:
    recording = read(csv_of(np.delete(SQUAT, np.s_[300:600], axis=0)))
    assert len(recording.samples) == len(SQUAT) - 300
    assert np.flatnonzero(recording.samples.flags & SampleFlag.GAP).tolist() == [300]
    assert np.diff(recording.samples.t_s).max() == pytest.approx(301.0 / RATE_HZ, rel=1e-3)
    assert "gap" in codes(recording)


def test_gaps_that_a_file_already_tells_of_are_kept_and_not_told_again(read: Read) -> None:
    flags = np.zeros(len(SQUAT), np.uint8)
    flags[50:60] = SampleFlag.FILLED
    block = SampleBlock(SQUAT[:, 0], SQUAT[:, 1:4], SQUAT[:, 4:7], flags)
    recording = read(",".join(IMU_COLUMNS) + "\n" + imu_rows(block, [""] * len(SQUAT)))
    assert (recording.samples.flags == flags).all()
    assert recording.notices == ()


@pytest.mark.parametrize(("factor", "unit"), [(1e3, "milliseconds"), (1e6, "microseconds"), (1e9, "nanoseconds")])
def test_times_that_are_not_seconds_are_refused_with_their_unit(read: Read, factor: float, unit: str) -> None:
    with pytest.raises(DataError, match=rf"{unit}; divide them by {factor:g}".replace("+", r"\+")):
        read(csv_of(changed(t_s=SQUAT[:, 0] * factor)))


def test_a_few_rows_out_of_order_are_left_out_with_their_line(read: Read) -> None:
    t_s = SQUAT[:, 0].copy()
    t_s[200:202] = t_s[201:199:-1]  # swapped
    t_s[400] = 1e6  # one wild time
    t_s[500] = t_s[499]  # the same twice
    recording = read(csv_of(changed(t_s=t_s)))
    assert len(recording.samples) == len(SQUAT)
    assert int((recording.samples.flags & SampleFlag.FILLED != 0).sum()) == 3
    (notice,) = [n for n in recording.notices if n.code == "time_backwards"]
    assert "imu.csv:202:" in notice.text
    assert "3 such rows" in notice.text


def test_a_clock_that_was_reset_is_refused(read: Read) -> None:
    half = len(SQUAT) // 2
    t_s = np.concatenate([SQUAT[:half, 0], SQUAT[: len(SQUAT) - half, 0]])
    with pytest.raises(DataError, match=rf"imu\.csv:{half + 2}: time does not increase .*cut the file"):
        read(csv_of(changed(t_s=t_s)))


# Files that are cut, empty or no numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty, expected a header"),
        ("\n\n", "is empty, expected a header"),
        (",".join(SI_COLUMNS) + "\n", "has 0 rows"),
        (csv_of(SQUAT[:2]), "has 2 rows"),
        (csv_of(SQUAT, header="time,ax,ay,az,gx,gy,gz"), r"found time, ax, ay.*expected t_s, accel_x_mps2.*rename"),
        (csv_of(SQUAT).replace(",", ";"), "found t_s;accel_x_mps2.*by commas"),
        (b"\xff\xfet\x00_\x00s\x00", "not UTF-8"),
        (csv_of(SQUAT).replace(".", ","), r"imu\.csv:2: .* more cells than the header \(7\); .* decimals need a point"),
    ],
)
def test_a_file_that_holds_no_recording_is_refused(read: Read, text: str | bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(text)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv cannot be read"):
        read_imu_csv(tmp_path / "none.csv")


def test_less_than_a_second_is_said(read: Read) -> None:
    assert "short" in codes(read(csv_of(SQUAT[:80])))


def test_a_row_cut_in_its_middle_is_left_out_and_said(read: Read) -> None:
    text = csv_of(SQUAT)
    recording = read(text[: text.rindex(",") - 20])
    assert len(recording.samples) == len(SQUAT) - 1
    (notice,) = recording.notices
    assert f"imu.csv:{len(SQUAT) + 1}: the last row is cut" in notice.text


@pytest.mark.parametrize("cell", ["", "nan", "inf", "oops"])
def test_a_few_cells_that_are_no_numbers_are_filled_and_said(read: Read, cell: str) -> None:
    lines = csv_of(SQUAT).splitlines()
    for at in (200, 210, 211):
        lines[at] = ",".join([*lines[at].split(",")[:6], cell])
    recording = read("\n".join(lines) + "\n")
    assert int((recording.samples.flags == SampleFlag.FILLED).sum()) == 3
    assert np.isfinite(recording.samples.gyro_radps).all()
    notice = recording.notices[0]
    assert "imu.csv:201:" in notice.text
    assert "3 such rows" in notice.text


def test_many_cells_that_are_no_numbers_are_refused(read: Read) -> None:
    lines = csv_of(SQUAT).splitlines()
    lines[1::4] = [line.rpartition(",")[0] + "," for line in lines[1::4]]
    with pytest.raises(DataError, match=r"imu\.csv:2: .*empty or not a number.*check how the file was made"):
        read("\n".join(lines) + "\n")


def test_an_unknown_phase_is_refused_by_name_and_line(read: Read) -> None:
    lines = csv_of(SQUAT, header=",".join((*SI_COLUMNS, "phase")), end=",stand\n").replace("phase,stand", "phase")
    with pytest.raises(DataError, match=r"imu\.csv:3: phase 'jump', expected stand, rocks, set or nothing"):
        read(lines.replace("stand", "jump", 2).replace("jump", "stand", 1))


def test_flags_that_are_no_flags_are_refused_by_line(read: Read) -> None:
    text = csv_of(SQUAT, header=",".join((*SI_COLUMNS, "flags")), end=",0\n").replace("flags,0", "flags")
    with pytest.raises(DataError, match=r"imu\.csv:2: flags '-0', expected a whole number"):
        read(text.replace(",0\n", ",-0\n", 1))


# Units and broken sensors


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            scaled(accel=1.0 / STANDARD_GRAVITY_MPS2),
            r"reads 1 at rest, expected 9\.81 m/s\^2: looks like g; multiply by 9\.80665",
        ),
        (scaled(accel=1000.0 / STANDARD_GRAVITY_MPS2), "looks like mg"),
        (scaled(accel=2048.0 / STANDARD_GRAVITY_MPS2), "counts"),
        (scaled(gyro=DEG_PER_RAD), r"looks like deg/s; divide by 57\.2958"),
        (scaled(gyro=20.0 * DEG_PER_RAD), r"rad/s on average, expected below 8: looks like deg/s"),
        (scaled(gyro=1.0 / DEG_PER_RAD), r"converted to rad/s twice\? multiply by 57\.2958"),
        (changed(gyro_x_radps=0.1, gyro_y_radps=0.2, gyro_z_radps=0.3), "all gyroscope axes are constant"),
        (changed(accel_x_mps2=0.0, accel_y_mps2=0.0, accel_z_mps2=9.81), "all accelerometer axes are constant"),
        (scaled(accel=0.02), "gravity is missing"),
        (scaled(gyro=-1.0), "has the wrong sign, or two are swapped"),
    ],
)
def test_what_would_make_every_angle_wrong_is_refused_with_the_remedy(read: Read, table: Array, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(csv_of(table))


def test_a_gyroscope_bias_of_20_deg_per_s_is_not_taken_for_a_unit(read: Read) -> None:
    assert read(csv_of(SQUAT + np.array([0, 0, 0, 0, 1, 1, 1]) * 20.0 / DEG_PER_RAD)).notices == ()


def test_standing_still_says_nothing_about_the_gyroscopes_unit(read: Read) -> None:
    still = SQUAT[:300]
    assert np.abs(still[:, 4:]).max() < 0.1
    assert read(csv_of(still)).notices == ()


def test_an_accelerometer_far_from_gravity_at_rest_is_said_not_refused(read: Read) -> None:
    recording = read(csv_of(SQUAT + np.array([0.0, 1.5, 3.2, 1.6, 0.0, 0.0, 0.0])))
    (notice,) = recording.notices
    assert notice.code == "accel_at_rest"
    assert "m/s^2 at rest, expected 9.8: run `shinsight calibrate`" in notice.text


@pytest.mark.parametrize(("accel", "said"), [(0.88, []), (1.0, []), (1.3, ["accel_at_rest"])])
def test_without_a_moment_of_rest_gravity_is_judged_more_loosely(read: Read, accel: float, said: list[str]) -> None:
    noise = np.random.default_rng(0).normal(size=(len(SQUAT), 7)) * [0.0, 0.6, 0.6, 0.6, 0.2, 0.2, 0.2]
    assert codes(read(csv_of(scaled(accel) + noise))) == said


def test_a_dead_axis_is_said(read: Read) -> None:
    recording = read(csv_of(changed(gyro_x_radps=0.125)))
    assert codes(recording) == ["dead_gyro_x"]
    assert "0.125" in recording.notices[0].text


def test_an_axis_at_the_end_of_its_range_is_flagged_and_said(read: Read) -> None:
    table = SQUAT.copy()
    table[400:405, 1] = 19.6133
    table[500, 2] = 25.0  # a peak, no plateau
    recording = read(csv_of(table))
    assert np.flatnonzero(recording.samples.flags & SampleFlag.SATURATED).tolist() == list(range(400, 405))
    assert "saturated" in codes(recording)
