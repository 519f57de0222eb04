"""Exports, opened again by the programs they are for: OpenSim's own readers and inverse kinematics, the BIDS validator,
ezc3d, pandas."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from math import pi
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.transform import Rotation
from typer.testing import CliRunner

from both_legs import STARTED, change_about, record_leg
from shinsight.cli import app
from shinsight.errors import DataError, SettingsError
from shinsight.exports.bids import CHANNELS, subject, write_bids
from shinsight.exports.c3d import write_c3d
from shinsight.exports.opensim import mot, sto
from shinsight.exports.trial import Trial, at_times, even_grid, read_trial
from shinsight.results import CalibrationReport, HeelState, Notice, Side
from shinsight.samples import SampleFlag
from shinsight.session.folder import SessionClock

T0_UNIX_S = 1.7e9
LATER_S = 0.75
"""So much later the left leg's sensor began."""


@pytest.fixture(scope="module")
def legs(tmp_path_factory: pytest.TempPathFactory) -> dict[Side, Path]:
    """Both legs of one recording: every second squat of the right with its heel up."""
    folder = tmp_path_factory.mktemp("legs")
    made = {}
    for side, lift, zero_s in ((Side.RIGHT, 0.5, 0.0), (Side.LEFT, 0.0, LATER_S)):
        path = record_leg(folder, side, reps=4, seed=4, heel_lift_mm=35, lift_share=lift)
        change_about(path, clock={"t0_unix_s": T0_UNIX_S + zero_s, "drift_ppm": 0.0})
        made[side] = path
    return made


@pytest.fixture(scope="module")
def right(legs: dict[Side, Path]) -> Trial:
    return read_trial(legs[Side.RIGHT])


@pytest.fixture(scope="module")
def left(legs: dict[Side, Path]) -> Trial:
    return read_trial(legs[Side.LEFT])


def osim() -> Any:
    if "CI" not in os.environ:
        pytest.importorskip("opensim", reason="needs OpenSim: there is no wheel of it for this system")
    import opensim

    opensim.Logger.setLevelString("Error")
    return opensim


def with_gap(trial: Trial, *, from_s: float, to_s: float) -> Trial:
    """The same recording with nothing between two times."""
    zero_s = trial.samples.t_s[0]
    kept = (trial.samples.t_s < zero_s + from_s) | (trial.samples.t_s >= zero_s + to_s)
    samples = trial.samples[kept]
    flags = samples.flags.copy()
    flags[np.searchsorted(samples.t_s, zero_s + to_s)] |= SampleFlag.GAP
    return replace(
        trial,
        samples=replace(samples, flags=flags),
        frames=trial.frames[kept],
        q_earth_from_sensor=trial.q_earth_from_sensor[kept],
    )


# OpenSim


def ankle(folder: Path, letter: str) -> Path:
    """A leg on a foot that stands: OpenSim's own hinge, dorsiflexion positive."""
    api = osim()
    model = api.Model()
    tibia = api.Body(f"tibia_{letter}", 3.0, api.Vec3(0, 0.2, 0), api.Inertia(0.05, 0.01, 0.05))
    model.addBody(tibia)
    place, turned = api.Vec3(0, 0.08, 0), api.Vec3(pi, 0, 0)  # forward is a turn about -z
    joint = api.PinJoint(f"ankle_{letter}", model.getGround(), place, turned, tibia, api.Vec3(0), turned)
    joint.updCoordinate().setName(f"ankle_angle_{letter}")
    model.addJoint(joint)
    model.finalizeConnections()
    path = folder / "ankle.osim"
    model.printToXML(str(path))
    return path


@pytest.mark.parametrize("side", list(Side))
def test_opensense_finds_our_inclination_with_its_own_inverse_kinematics(
    side: Side, right: Trial, left: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sensor is placed on OpenSim's model by the first frame, in which the person stands; the hinge is solved."""
    api, trial = osim(), {Side.RIGHT: right, Side.LEFT: left}[side]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "imu.sto").write_text(sto([trial]))
    earth = api.Vec3(-pi / 2, 0, 0)
    placer = api.IMUPlacer()
    placer.set_model_file(str(ankle(tmp_path, trial.letter)))
    placer.set_orientation_file_for_calibration("imu.sto")
    placer.set_sensor_to_opensim_rotations(earth)
    placer.run(False)
    placer.getCalibratedModel().printToXML("placed.osim")
    tool = api.IMUInverseKinematicsTool()
    tool.set_model_file("placed.osim")
    tool.set_orientations_file("imu.sto")
    tool.set_sensor_to_opensim_rotations(earth)
    tool.set_results_directory("ik")
    tool.set_time_range(0, 0.0)
    tool.set_time_range(1, 1000.0)
    tool.run(False)
    found = api.TimeSeriesTable("ik/ik_imu.mot")
    t_s = np.array(found.getIndependentColumn()) + trial.samples.t_s[0]
    angle_deg = found.getDependentColumn(f"ankle_angle_{trial.letter}").to_numpy()
    ours_deg = np.degrees(np.interp(t_s, trial.frames.t_s, trial.frames.inclination_rad))
    known = np.isfinite(ours_deg)
    assert np.nanmax(ours_deg) > 30.0
    assert np.sqrt(np.mean((angle_deg - ours_deg)[known] ** 2)) < 1.0
    # The worst sample holds what the live filter and the one that knows the future differ by in the middle of a rep.
    assert np.abs((angle_deg - ours_deg)[known]).max() < 2.5


def test_opensim_reads_every_orientation_of_both_legs_as_it_was_written(
    right: Trial, left: Trial, tmp_path: Path
) -> None:
    api = osim()
    (tmp_path / "imu.sto").write_text(sto([right, left]))
    table = api.TimeSeriesTableQuaternion(str(tmp_path / "imu.sto"))
    assert table.getColumnLabels() == ("tibia_r_imu", "tibia_l_imu")
    grid = even_grid([right, left])
    assert float(table.getTableMetaDataString("DataRate")) == pytest.approx(grid.rate_hz)
    t_s = np.array(table.getIndependentColumn())
    np.testing.assert_allclose(np.diff(t_s), 1.0 / grid.rate_hz, atol=2e-6)
    rows = range(0, len(t_s), 97)
    for column, (trial, own_s) in enumerate(zip((right, left), grid.own_s, strict=True)):
        read = [table.getRowAtIndex(at).getElt(0, column) for at in rows]
        q = np.array([[turn.get(part) for part in range(4)] for turn in read])
        expected = at_times(trial, own_s[list(rows)])
        np.testing.assert_allclose(np.abs(np.sum(q * expected, axis=1)), 1.0, atol=1e-6)


def test_legs_lie_on_one_time_by_their_clocks(right: Trial, left: Trial) -> None:
    grid = even_grid([right, left])
    right_s, left_s = grid.own_s
    assert right_s - left_s == pytest.approx(LATER_S, abs=1e-6)
    assert left_s[0] == pytest.approx(left.samples.t_s[0], abs=1e-6)


def test_clocks_that_drift_apart_do_not_draw_the_legs_apart(right: Trial, left: Trial) -> None:
    """100 ppm between two boards are a sample in 100 s."""
    slower = replace(left.session.clock, drift_ppm=100.0) if left.session.clock else None
    grid = even_grid([right, replace(left, session=replace(left.session, clock=slower))])
    right_s, left_s = grid.own_s
    later_s = right_s - left_s * (1.0 + 100e-6)
    assert later_s == pytest.approx(LATER_S, abs=1e-6)


def test_both_legs_bend_forward_along_x_however_their_sensors_sat(right: Trial, left: Trial) -> None:
    for trial in (right, left):
        turns = Rotation.from_quat(trial.q_earth_from_sensor, scalar_first=True)
        rep = trial.reps[0]
        start, bottom = np.searchsorted(trial.samples.t_s, [rep.start_s, rep.bottom_s])
        axis = (turns[bottom] * turns[start].inv()).as_rotvec()
        assert axis[1] > 0.4  # rad, about +y: forward
        assert abs(axis[0]) < 0.15


def test_opensim_reads_the_ankle_angle_and_only_where_the_heel_was_down(right: Trial, tmp_path: Path) -> None:
    api = osim()
    (tmp_path / "ankle.mot").write_text(mot(right))
    down = right.surely_down
    lifted = np.logical_or.reduce(
        [
            (right.frames.t_s >= rep.live_flag_s) & (right.frames.t_s < rep.live_flag_s + 0.2)
            for rep in right.reps
            if rep.live_flag_s is not None
        ]
    )
    assert lifted.any()
    assert not (down & lifted).any()
    t_s, angle_deg = right.frames.t_s[down] - right.samples.t_s[0], np.degrees(right.frames.dorsiflexion_rad[down])
    table = api.TimeSeriesTable(str(tmp_path / "ankle.mot"))
    assert table.getTableMetaDataString("inDegrees") == "yes"
    np.testing.assert_allclose(np.array(table.getIndependentColumn()), t_s, atol=1e-6)
    np.testing.assert_allclose(table.getDependentColumn("ankle_angle_r").to_numpy(), angle_deg, atol=1e-4)
    # The reader of the GUI is another one, which takes numbers that are missing for 0 and loses what follows.
    storage, column = api.Storage(str(tmp_path / "ankle.mot")), api.ArrayDouble()
    storage.getDataColumn("ankle_angle_r", column)
    assert storage.getSize() == down.sum()
    np.testing.assert_allclose([column.get(at) for at in range(column.getSize())], angle_deg, atol=1e-4)


def test_a_gap_of_the_recording_is_a_gap_of_the_orientations(right: Trial) -> None:
    whole = sto([right]).splitlines()
    t_s = np.array(
        [float(line.partition("\t")[0]) for line in sto([with_gap(right, from_s=5.0, to_s=8.0)]).splitlines()[6:]]
    )
    assert not ((t_s > 5.01) & (t_s < 7.99)).any()
    assert len(whole) - 6 - len(t_s) == pytest.approx(3.0 * right.analysis.rate_hz, abs=3)


def test_legs_of_two_days_are_not_laid_side_by_side(right: Trial, left: Trial) -> None:
    assert right.session.clock is not None
    other_day = replace(right.session.clock, t0_unix_s=T0_UNIX_S + 86_400.0)
    with pytest.raises(DataError, match="no time in common"):
        sto([replace(right, session=replace(right.session, clock=other_day)), left])
    with pytest.raises(DataError, match="one by one"):
        sto([replace(right, session=replace(right.session, clock=None)), left])


def test_without_a_heel_that_was_surely_down_there_is_no_ankle_angle(right: Trial) -> None:
    unsure = np.full(len(right.frames), np.nan)
    with pytest.raises(DataError, match="never judged down"):
        mot(replace(right, frames=replace(right.frames, dorsiflexion_rad=unsure)))
    refused = CalibrationReport(3.0, False, 0.0, ("the heel came up in rock 2",), (0.0, 0.0, 0.0))
    notices = (Notice(0.0, "imported", "imported from somewhere"), refused)
    why = replace(right, analysis=replace(right.analysis, events=notices))
    with pytest.raises(DataError, match=r"to export \(the heel came up in rock 2\); sto, bids"):
        mot(replace(why, frames=replace(right.frames, dorsiflexion_rad=unsure)))


# BIDS


def validated(dataset: Path) -> list[str]:
    """Codes of what the validator minds, errors and warnings."""
    program = Path(sys.executable).with_name("bids-validator-deno")
    done = subprocess.run([program, dataset, "--json"], capture_output=True, text=True, timeout=120)
    found = json.loads(done.stdout)["issues"]["issues"]
    assert [issue for issue in found if issue["severity"] == "error"] == []
    return [f"{issue['code']} {issue.get('subCode', '')}".strip() for issue in found]


WHAT_WE_DO_NOT_KNOW = {
    "TOO_FEW_AUTHORS",
    "JSON_KEY_RECOMMENDED HEDVersion",
    "JSON_KEY_RECOMMENDED SourceDatasets",
    "SIDECAR_KEY_RECOMMENDED DeviceSerialNumber",
    "SIDECAR_KEY_RECOMMENDED InstitutionName",
    "SIDECAR_KEY_RECOMMENDED InstitutionAddress",
    "SIDECAR_KEY_RECOMMENDED InstitutionalDepartmentName",
    "SIDECAR_KEY_RECOMMENDED StimulusPresentation",
}
"""Recommended, and not ours to say."""


def test_the_bids_validator_finds_no_error_in_a_dataset_that_grew(legs: dict[Side, Path], tmp_path: Path) -> None:
    dataset = tmp_path / "ankles"
    write_bids([read_trial(legs[Side.RIGHT])], dataset)
    write_bids([read_trial(legs[Side.LEFT])], dataset)
    assert set(validated(dataset)) <= WHAT_WE_DO_NOT_KNOW
    people = pd.read_csv(dataset / "participants.tsv", sep="\t")
    assert people["participant_id"].tolist() == ["sub-Anna"]
    (scans,) = dataset.glob("sub-*/ses-*/*_scans.tsv")
    assert len(pd.read_csv(scans, sep="\t")) == 2


def test_the_motion_file_holds_every_sample_under_its_channel(right: Trial, tmp_path: Path) -> None:
    (motion,) = write_bids([right], tmp_path / "ankles")
    channels = pd.read_csv(
        motion.with_name(motion.name.replace("_motion.tsv", "_channels.tsv")), sep="\t", keep_default_na=False
    )
    table = pd.read_csv(motion, sep="\t", header=None, names=channels["name"].tolist(), na_values="n/a")
    assert len(table) == len(right.samples)
    units = dict(zip(channels["name"], channels["units"], strict=True))
    assert (units["shank_ACCEL_x"], units["shank_GYRO_z"], units["ankle_dorsiflexion"]) == ("m/s^2", "rad/s", "deg")
    np.testing.assert_allclose(table["shank_ACCEL_y"], right.samples.accel_mps2[:, 1], atol=1e-5)
    np.testing.assert_allclose(table["latency"], right.samples.t_s - right.samples.t_s[0], atol=1e-6)
    assert (table["ankle_dorsiflexion"].notna() == right.surely_down).all()
    about = json.loads(motion.with_suffix(".json").read_text())
    assert about["SamplingFrequency"] == 104.0
    assert about["SamplingFrequencyEffective"] == pytest.approx(right.analysis.rate_hz, rel=1e-3)
    assert about["MotionChannelCount"] == len(CHANNELS) == len(table.columns)


def test_the_events_are_the_reps_and_the_lifts_of_the_heel(right: Trial, tmp_path: Path) -> None:
    (motion,) = write_bids([right], tmp_path / "ankles")
    events = pd.read_csv(motion.with_name(motion.name.replace("_motion.tsv", "_events.tsv")), sep="\t", na_values="n/a")
    reps = events[events["trial_type"] == "rep"]
    assert reps["heel"].tolist() == [rep.heel for rep in right.reps]
    np.testing.assert_allclose(reps["onset"], [rep.start_s - right.samples.t_s[0] for rep in right.reps], atol=1e-5)
    lifts = events[events["trial_type"] == "heel_up"]
    assert len(lifts) == sum(rep.live_heel is HeelState.UP for rep in right.reps)
    assert events["onset"].is_monotonic_increasing
    assert (lifts["duration"] > 0.2).all()


def test_legs_of_one_recording_are_one_visit_and_say_how_far_apart_they_began(
    right: Trial, left: Trial, tmp_path: Path
) -> None:
    """A visit is named by its second, and a second may begin between the legs."""
    began = datetime.fromisoformat(STARTED).timestamp()

    def at(trial: Trial, started: str, zero_s: float) -> Trial:
        clock = SessionClock(t0_unix_s=began + zero_s - trial.samples.t_s[0], drift_ppm=0.0)
        return replace(trial, session=replace(trial.session, started=started, clock=clock))

    later = STARTED.replace(":00+", ":01+")
    motions = write_bids([at(right, STARTED, 0.25), at(left, later, 1.125)], tmp_path / "thesis")
    assert len({motion.parent for motion in motions}) == 1
    (scans,) = tmp_path.rglob("*_scans.tsv")
    times = pd.read_csv(scans, sep="\t")["acq_time"]
    assert list(times) == ["2026-11-22T19:15:00.250", "2026-11-22T19:15:01.125"]
    validated(tmp_path / "thesis")


def test_a_clock_that_is_not_of_the_day_dates_no_scan(right: Trial, tmp_path: Path) -> None:
    write_bids([right], tmp_path / "thesis")  # its clock says 2023
    (scans,) = tmp_path.rglob("*_scans.tsv")
    assert list(pd.read_csv(scans, sep="\t")["acq_time"]) == ["2026-11-22T19:15:00"]


def test_somebody_elses_recording_claims_no_instructions_of_ours(right: Trial, tmp_path: Path) -> None:
    about = replace(right.session, link="import:dot", device={})
    (motion,) = write_bids([replace(right, session=about)], tmp_path / "thesis")
    said = json.loads(motion.with_name(motion.name.replace("motion.tsv", "motion.json")).read_text())
    assert "Instructions" not in said
    assert said["ManufacturersModelName"] == "n/a"
    assert "firmware" not in said["SoftwareVersions"]


def test_what_a_dataset_has_is_never_written_over(right: Trial, tmp_path: Path) -> None:
    write_bids([right], tmp_path / "ankles")
    (tmp_path / "ankles" / "participants.tsv").write_text("participant_id\tage\nsub-Anna\t31\n")
    before = {path: path.read_bytes() for path in (tmp_path / "ankles").rglob("*") if path.is_file()}
    with pytest.raises(SettingsError, match="in the dataset"):
        write_bids([right], tmp_path / "ankles")
    assert {path: path.read_bytes() for path in before} == before
    with pytest.raises(
        SettingsError, match=r"two sessions would both be .* Give each session once, and name who wore them"
    ):
        write_bids([right, right], tmp_path / "twice")
    assert not (tmp_path / "twice").exists()
    ben = replace(right, session=replace(right.session, person="Ben"))
    write_bids([ben], tmp_path / "ankles")
    assert (tmp_path / "ankles" / "participants.tsv").read_text().splitlines()[1:] == ["sub-Anna\t31", "sub-Ben\tn/a"]
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("")
    with pytest.raises(SettingsError, match="not a BIDS dataset"):
        write_bids([right], tmp_path / "thesis")
    with pytest.raises(SettingsError, match=r"chapter\.txt is a file, expected the folder of a dataset"):
        write_bids([right], tmp_path / "thesis" / "chapter.txt")


def test_people_keep_labels_of_their_own() -> None:
    assert subject("Anna") == "Anna"
    labels = {subject(name) for name in ("An na", "An-na", "Änna", "Anna", "")}
    assert len(labels) == 5
    assert all(label.isascii() and label.isalnum() for label in labels)


# C3D and Parquet


def test_c3d_holds_angles_where_they_are_known_and_says_where_not(right: Trial, tmp_path: Path) -> None:
    import ezc3d

    write_c3d(right, tmp_path / "s.c3d")
    file = ezc3d.c3d(str(tmp_path / "s.c3d"))
    point, analog, event = (file["parameters"][name] for name in ("POINT", "ANALOG", "EVENT"))
    assert point["LABELS"]["value"] == ["RAnkleAngles", "RShankInclination", "RAnkleRise"]
    assert (point["ANGLES"]["value"], point["SCALARS"]["value"]) == (point["LABELS"]["value"][:2], ["RAnkleRise"])
    assert (point["UNITS"]["value"], point["ANGLE_UNITS"]["value"]) == (["deg"], ["deg"])
    assert point["SCALAR_UNITS"]["value"] == ["mm"]
    grid = even_grid([right])
    known = file["data"]["meta_points"]["residuals"][0, 0] >= 0.0
    angle_deg = file["data"]["points"][0, 0]
    expected = np.interp(
        grid.own_s[0],
        right.frames.t_s,
        np.degrees(np.where(right.surely_down, right.frames.dorsiflexion_rad, np.nan)),
    )
    np.testing.assert_array_equal(known, np.isfinite(expected))
    np.testing.assert_allclose(angle_deg[known], expected[known], atol=1e-3)
    rise_mm = np.interp(grid.own_s[0], right.frames.t_s, right.frames.ankle_rise_m * 1e3)
    is_known = file["data"]["meta_points"]["residuals"][0, 2] >= 0.0
    np.testing.assert_array_equal(is_known, np.isfinite(rise_mm))
    assert not is_known[0]  # nothing was calibrated yet
    np.testing.assert_allclose(file["data"]["points"][0, 2, is_known], rise_mm[is_known], atol=1e-3)
    units = dict(zip(analog["LABELS"]["value"], analog["UNITS"]["value"], strict=True))
    assert (units["RShank.AccX"], units["RShank.GyrZ"]) == ("m/s2", "rad/s")
    accel = file["data"]["analogs"][0, :3].T
    np.testing.assert_allclose(np.linalg.norm(accel[:50], axis=1), 9.81, atol=0.5)
    times_s = event["TIMES"]["value"][1]
    assert event["LABELS"]["value"].count("Rep Start") == len(right.reps)
    assert set(event["CONTEXTS"]["value"]) == {"Right"}
    assert times_s[event["LABELS"]["value"].index("Rep Start")] == pytest.approx(
        right.reps[0].start_s - right.samples.t_s[0], abs=1e-3
    )


def test_a_reader_that_asks_for_the_unit_of_points_gets_one_it_does_not_scale(right: Trial, tmp_path: Path) -> None:
    """Readers take millimetres for metres, angles and all; a file without a unit some cannot open."""
    import ezc3d

    write_c3d(right, tmp_path / "s.c3d")
    assert ezc3d.c3d(str(tmp_path / "s.c3d"))["parameters"]["POINT"]["UNITS"]["value"][0] not in {"mm", "cm", "m"}


def test_more_events_than_a_parameter_holds_are_all_read_again(right: Trial, tmp_path: Path) -> None:
    import ezc3d

    many = replace(right, analysis=replace(right.analysis, events=right.reps * 40))
    write_c3d(many, tmp_path / "s.c3d")
    event = ezc3d.c3d(str(tmp_path / "s.c3d"))["parameters"]["EVENT"]
    assert event["USED"]["value"] == [320]
    assert [len(event[f"LABELS{part}"]["value"]) for part in ("", "2")] == [255, 65]
    times_s = np.hstack([event[f"TIMES{part}"]["value"][1] for part in ("", "2")])
    ours_s = sorted([at - right.samples.t_s[0] for rep in many.reps for at in (rep.start_s, rep.end_s)])
    np.testing.assert_allclose(times_s, ours_s, atol=1e-3)
    assert set(event["CONTEXTS2"]["value"]) == {"Right"}


def test_a_session_too_long_for_a_c3d_is_refused(right: Trial, tmp_path: Path) -> None:
    slow = replace(right, samples=replace(right.samples, t_s=right.samples.t_s * 20.0))
    with pytest.raises(
        DataError, match=r"min, expected at most 10\.\d: a C3D holds 65535 samples; use bids or parquet"
    ):
        write_c3d(slow, tmp_path / "s.c3d")
    assert not list(tmp_path.iterdir())


def test_a_disk_that_refuses_is_said_also_where_the_library_keeps_silent(right: Trial, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cannot be read back"):
        write_c3d(right, tmp_path / "no folder" / "s.c3d")


@pytest.mark.parametrize("to", ["c3d", "parquet"])
def test_what_could_not_be_written_whole_is_not_left_behind(
    to: str, legs: dict[Side, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(_: Trial, *paths: Path) -> None:
        paths[-1].write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"shinsight.exports.{to}.write_{to}", half)
    done = CliRunner().invoke(app, ["export", str(legs[Side.RIGHT]), "--to", to, "--out", str(tmp_path)])
    assert isinstance(done.exception, DataError)
    assert re.search(rf"cannot write .*right[_a-z]*\.{to}: No space left", str(done.exception))
    assert not list(tmp_path.iterdir())


def test_parquet_gives_pandas_the_columns_of_the_csv_files(legs: dict[Side, Path], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["export", str(legs[Side.RIGHT]), "--to", "parquet", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    samples, reps = (pd.read_parquet(tmp_path / f"right_{what}.parquet") for what in ("samples", "reps"))
    angles, written = (pd.read_csv(legs[Side.RIGHT] / name) for name in ("angles.csv", "reps.csv"))
    pd.testing.assert_frame_equal(reps, written)
    assert set(angles.columns) <= set(samples.columns)
    np.testing.assert_allclose(samples["dorsiflexion_deg"], angles["dorsiflexion_deg"], equal_nan=True)
    q = samples[[f"q_earth_from_sensor_{part}" for part in "wxyz"]].to_numpy()
    np.testing.assert_allclose(np.linalg.norm(q, axis=1), 1.0, atol=1e-9)


def test_the_library_that_a_format_needs_is_named_when_it_is_missing(
    right: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ezc3d", None)
    with pytest.raises(SettingsError, match=r"pip install 'shinsight\[c3d\]'"):
        write_c3d(right, tmp_path / "s.c3d")


# The command


@pytest.mark.parametrize("to", ["sto", "mot", "c3d", "parquet"])
def test_a_file_that_is_there_is_never_written_over(to: str, legs: dict[Side, Path], tmp_path: Path) -> None:
    words = ["export", str(legs[Side.RIGHT]), "--to", to, "--out", str(tmp_path)]
    assert CliRunner().invoke(app, words).exit_code == 0
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    again = CliRunner().invoke(app, words)
    assert isinstance(again.exception, SettingsError)
    assert "exists already" in str(again.exception)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_two_sessions_of_one_leg_are_no_two_legs(legs: dict[Side, Path], tmp_path: Path) -> None:
    same = str(legs[Side.RIGHT])
    done = CliRunner().invoke(app, ["export", same, same, "--to", "sto", "--out", str(tmp_path)])
    assert isinstance(done.exception, SettingsError)
    assert "the left and the right leg" in str(done.exception)


def test_a_session_that_was_killed_is_exported_as_far_as_it_goes(legs: dict[Side, Path], tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()
    for name in ("session.json", "raw.log", "imu.csv"):
        data = (legs[Side.RIGHT] / name).read_bytes()
        (killed / name).write_bytes(data if name == "session.json" else data[: len(data) * 2 // 3])
    trial = read_trial(killed)
    assert 1 <= len(trial.reps) < 4
    assert len(sto([trial]).splitlines()) == pytest.approx(len(trial.samples), abs=10)


def test_a_sensor_of_the_foot_is_no_shank(legs: dict[Side, Path], tmp_path: Path) -> None:
    foot = tmp_path / "foot"
    foot.mkdir()
    for name in ("session.json", "imu.csv"):
        (foot / name).write_bytes((legs[Side.RIGHT] / name).read_bytes())
    change_about(foot, sensor="foot")
    with pytest.raises(DataError, match="on the foot"):
        read_trial(foot)


def test_the_code_of_the_page_runs(right: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    osim()
    monkeypatch.chdir(tmp_path)
    ankle(tmp_path, "r").rename("model.osim")
    Path("session.sto").write_text(sto([right]))
    write_c3d(right, Path("session.c3d"))
    (motion,) = write_bids([right], Path("bids"))
    page = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for code in re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        exec(re.sub(r'"bids/[^"]*"', repr(str(motion).removesuffix("_motion.tsv")), code), names)
    assert Path("ik/ik_session.mot").exists()
    assert len(names["motion"]) == len(right.samples)
    assert names["events"]["number"].max() == len(right.reps)
    assert names["dorsiflexion_deg"].max() == pytest.approx(
        np.degrees(np.nanmax(right.frames.dorsiflexion_rad)), abs=0.2
    )
