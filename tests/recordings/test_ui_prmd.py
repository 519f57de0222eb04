"""The shin IMU made from optical markers says what the markers say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import vqf
from scipy.spatial.transform import Rotation

from recordings.ui_prmd.convert import Truth, make_recording, write_folder
from recordings.ui_prmd.markers import CONDITIONS, SIDES, SUBJECTS
from shinsight.samples import Phase, SampleBlock
from shinsight.session.imu_csv import read_imu_csv
from shinsight.units import DEG_PER_RAD

GRAVITY_MPS2 = 9.81


def up_in_sensor(samples: SampleBlock) -> np.ndarray:
    """(n, 3), by an independent filter."""
    quat = vqf.VQF(1.0 / 100.0).updateBatch(
        np.ascontiguousarray(samples.gyro_radps), np.ascontiguousarray(samples.accel_mps2)
    )["quat6D"]
    return Rotation.from_quat(quat[:, [1, 2, 3, 0]]).inv().apply([0.0, 0.0, 1.0])


def sagittal_inclination(samples: SampleBlock, phases: tuple[Phase, ...], truth: Truth) -> np.ndarray:
    """(n,) rad, from the sensor alone but for the sign: plane of the rocks, angle from standing."""
    up = up_in_sensor(samples)
    standing = up[200:400].mean(axis=0)
    rocks = np.array([phase is Phase.ROCKS for phase in phases])
    _, _, axes = np.linalg.svd(np.cross(standing, up[rocks]))
    angle = np.arctan2(np.cross(standing, up) @ axes[0], up @ standing)
    return angle * np.sign(angle @ truth.inclination_rad)


@pytest.mark.parametrize("pause_s", [2.0, 0.0], ids=["paused", "uncut"])
@pytest.mark.parametrize(("subject", "side"), [(3, "L"), (5, "R"), (8, "R")])
def test_an_ideal_sensor_gives_the_inclination_of_the_markers(subject: int, side: str, pause_s: float) -> None:
    samples, phases, truth = make_recording(subject, "m01", "c", side, "ideal", 0, pause_s=pause_s)
    error_deg = (sagittal_inclination(samples, phases, truth) - truth.inclination_rad) * DEG_PER_RAD
    rocking = np.array([phase is Phase.ROCKS for phase in phases])
    # Each rock turns a little out of the foot's plane, and the squat's plane is not quite that of the rocks.
    assert np.percentile(np.abs(error_deg[rocking]), 95) < 1.0
    assert np.percentile(np.abs(error_deg[~rocking]), 95) < 2.0


@pytest.mark.parametrize(("subject", "movement"), [(8, "m01"), (5, "m05")], ids=["fast first frame", "sit to stand"])
def test_splices_and_rocks_are_gentler_than_the_movement(subject: int, movement: str) -> None:
    samples, _, truth = make_recording(subject, movement, "i", "L", "ideal", 1)
    surplus = np.abs(np.linalg.norm(samples.accel_mps2, axis=1) - GRAVITY_MPS2)
    jerk = np.linalg.norm(np.diff(samples.accel_mps2, axis=0, prepend=samples.accel_mps2[:1]), axis=1)
    inside = np.zeros(len(samples), bool)
    for rep in truth.reps:
        inside[round(rep.start_s * 100.0) + 10 : round(rep.end_s * 100.0) - 10] = True
    assert surplus[~inside].max() < surplus[inside].max()
    assert jerk[~inside].max() < 1.5 * jerk[inside].max()


def test_heel_and_ankle_stay_where_they_are_in_the_rocks() -> None:
    _, phases, truth = make_recording(1, "m01", "c", "R", "lsm6dso", 2)
    rocking = np.array([phase is Phase.ROCKS for phase in phases])
    assert np.abs(truth.heel_rise_m[rocking]).max() < 1e-4
    assert np.ptp(truth.ankle_height_m[rocking]) < 1e-4
    peaks_deg = truth.inclination_rad[rocking] * DEG_PER_RAD
    assert 18.0 < peaks_deg.max() < 29.0


def test_the_deep_squats_hold_as_many_lifted_heels_as_the_readme_says() -> None:
    labels = Counter(
        rep.label
        for subject in SUBJECTS
        for condition in CONDITIONS
        for side in SIDES
        for rep in make_recording(subject, "m01", condition, side, "ideal", 0)[2].reps
    )
    assert labels == {"flat": 228, "grey": 8, "lifted": 4}


def test_every_repetition_has_its_peak_inside_and_stands_upright_at_its_ends() -> None:
    _, _, truth = make_recording(7, "m01", "i", "L", "ideal", 0)
    assert len(truth.reps) == 10
    for rep in truth.reps:
        assert rep.start_s <= rep.bottom_s <= rep.end_s
        ends = [truth.inclination_rad[round(t * 100.0)] * DEG_PER_RAD for t in (rep.start_s, rep.end_s)]
        assert np.abs(ends).max() < 10.0


def test_the_seed_draws_mounting_and_errors_and_nothing_of_the_truth() -> None:
    first, again, other = (make_recording(8, "m01", "c", "L", "mpu6050", seed) for seed in (0, 0, 1))
    assert (first[0].accel_mps2 == again[0].accel_mps2).all()
    assert np.abs(first[0].accel_mps2[0] - other[0].accel_mps2[0]).max() > 1.0
    peaks, others = ([rep.peak_inclination_rad for rep in made[2].reps] for made in (first, other))
    np.testing.assert_allclose(peaks, others, atol=0.01)


@pytest.mark.parametrize(("subject", "side"), [(3, "L"), (1, "L")])
def test_a_set_that_does_not_exist_is_named(subject: int, side: str) -> None:
    with pytest.raises(KeyError, match=f"m03 of subject {subject}"):
        make_recording(subject, "m03", "c", side, "ideal", 0)


def test_a_written_folder_reads_as_any_recording(tmp_path: Path) -> None:
    samples, phases, truth = make_recording(3, "m05", "c", "R", "lsm6dso", 0)
    write_folder(tmp_path, samples, phases, truth)
    recording = read_imu_csv(tmp_path / "imu.csv")
    assert recording.phases == phases
    assert recording.notices == ()
    np.testing.assert_allclose(recording.samples.gyro_radps, samples.gyro_radps, atol=1e-9)
    rows = np.loadtxt(tmp_path / "truth.csv", delimiter=",", skiprows=1)
    np.testing.assert_allclose(rows[:, 1], truth.inclination_rad * DEG_PER_RAD, atol=1e-3)
    assert len((tmp_path / "truth_reps.csv").read_text().splitlines()) == 11
