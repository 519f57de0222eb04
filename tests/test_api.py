"""What a notebook does: open, measure, simulate, tables, an exercise of one's own."""

from __future__ import annotations

import json
import subprocess
import sys
from math import degrees, radians
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import shinsight
from shinsight import (
    ExerciseProfile,
    HeelState,
    Side,
    Simulated,
    frames_table,
    from_arrays,
    measure,
    open_recording,
    reps_table,
    samples_table,
    simulate,
)
from shinsight.acquisition.runner import Runner
from shinsight.errors import DataError, SettingsError
from shinsight.pipeline.settings import Overrides, PipelineSettings
from shinsight.results import Recording
from shinsight.samples import Phase
from shinsight.session.csv_tables import ANGLE_COLUMNS, REP_COLUMNS
from shinsight.session.folder import open_session
from shinsight.session.json_forms import settings_dict, settings_from
from shinsight.transport.names import open_link

MINI = ExerciseProfile(name="mini_squat", least_peak_rad=radians(5.0), open_rad=radians(3.0))
SHALLOW = "sim:squat?depth_deg=5&reps=2&lift_share=0&seed=8&speed=0"


@pytest.fixture(scope="module")
def squats() -> Simulated:
    return simulate("sim:squat?reps=3&seed=1")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recorded with an exercise of one's own."""
    folder = tmp_path_factory.mktemp("sessions") / "2026-11-23_070000_mini_squat_left"
    settings = PipelineSettings(side=Side.LEFT).doing(MINI)
    Runner(open_link(f"{SHALLOW}&side=left"), name="left", settings=settings, record_to=folder).run()
    return folder


def again(of: Recording, **changed: object) -> Recording:
    """The recording from its arrays."""
    samples = of.samples
    arrays = {"t_s": samples.t_s, "accel_mps2": samples.accel_mps2, "gyro_radps": samples.gyro_radps}
    return from_arrays(**(arrays | changed))  # type: ignore[arg-type]


def test_every_name_that_is_offered_is_there_and_no_other() -> None:
    assert all(hasattr(shinsight, name) for name in shinsight.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'burpee'"):
        _ = shinsight.burpee


def test_importing_the_package_loads_nothing_of_it() -> None:
    code = "import sys, shinsight; print(*(m for m in sys.modules if m.startswith(('shinsight.', 'numpy', 'pandas'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["shinsight.version"]


def test_a_simulated_leg_is_measured_near_its_truth(squats: Simulated) -> None:
    measured = measure(squats.recording)
    assert [rep.heel for rep in measured.reps] == [HeelState.UP, HeelState.DOWN, HeelState.DOWN]
    for rep, true in zip(measured.reps, squats.truth.reps, strict=True):
        assert abs(rep.peak_inclination_rad - true.peak_inclination_rad) < 2.5 * rep.peak_inclination_sd_rad
        assert 1.0 < np.degrees(rep.peak_inclination_sd_rad) < 3.0
    assert len(measured.samples) == len(measured.frames) == len(squats.recording.samples)
    assert measured.notes == ()


def test_arrays_say_the_same_as_the_recording_they_are_from(squats: Simulated) -> None:
    same = again(squats.recording, phases=[str(phase) for phase in squats.recording.phases])
    assert [rep.heel for rep in measure(same).reps] == [rep.heel for rep in measure(squats.recording).reps]
    only_rocks = ["rocks" if phase is Phase.ROCKS else "" for phase in squats.recording.phases]
    assert measure(again(squats.recording, phases=only_rocks)).reps == measure(same).reps
    unmarked = measure(again(squats.recording))
    assert {rep.heel for rep in unmarked.reps} == {HeelState.UNSURE}
    assert any("no heel-down rocks" in note for note in unmarked.notes)


def test_arrays_in_other_units_or_shapes_are_refused_with_the_remedy(squats: Simulated) -> None:
    samples = squats.recording.samples
    for changed, words in (
        ({"accel_mps2": samples.accel_mps2 / 9.80665}, "multiply by 9.80665"),
        ({"gyro_radps": np.degrees(samples.gyro_radps)}, "looks like deg/s"),
        ({"t_s": samples.t_s * 1000.0}, "look like milliseconds"),
        ({"accel_mps2": samples.accel_mps2.T}, "transpose"),
        ({"t_s": 3.0}, "transpose"),
        ({"t_s": samples.t_s[::-1]}, "row 1 is not later"),
        ({"gyro_radps": np.where(samples.t_s[:, None] == samples.t_s[7], np.nan, samples.gyro_radps)}, "row 7 is not"),
        ({"phases": ["stand"]}, "expected"),
        ({"phases": ["jump"] * len(samples)}, "'jump'"),
    ):
        with pytest.raises(DataError, match=words):
            again(squats.recording, **changed)


def test_arrays_of_words_are_refused(squats: Simulated) -> None:
    samples = squats.recording.samples
    with pytest.raises(DataError, match=r"the arrays contain a value that is not a number \(.*'ten'.*convert them"):
        from_arrays(["ten"] * len(samples), samples.accel_mps2, samples.gyro_radps)


def test_a_session_is_opened_by_its_folder_s_name_too(session: Path) -> None:
    assert open_session(str(session)).settings == open_session(session).settings


def test_arrays_handed_over_are_neither_changed_nor_frozen(squats: Simulated) -> None:
    t_s = np.array(squats.recording.samples.t_s)
    before = t_s.copy()
    again(squats.recording, t_s=t_s)
    assert t_s.flags.writeable
    assert np.array_equal(t_s, before)


def test_tables_have_the_columns_of_the_files_and_unknown_is_nan(squats: Simulated) -> None:
    measured = measure(squats.recording)
    reps, frames, samples = (
        reps_table(measured.reps),
        frames_table(measured.frames),
        samples_table(squats.recording),
    )
    assert tuple(reps) == REP_COLUMNS
    assert tuple(frames) == ANGLE_COLUMNS
    assert reps["peak_inclination_deg"].tolist() == pytest.approx(
        [degrees(rep.peak_inclination_rad) for rep in measured.reps], abs=1e-3
    )
    assert reps["live_flag_s"].isna().tolist() == [False, True, True]
    assert np.array_equal(np.isnan(frames["dorsiflexion_deg"]), np.isnan(measured.frames.dorsiflexion_rad))
    assert set(samples["phase"]) <= {"", "stand", "rocks", "set"}
    assert reps_table(()).empty


def test_without_pandas_a_table_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(SettingsError, match=r"pip install 'shinsight\[plots\]'"):
        reps_table(())


def test_a_session_with_an_exercise_of_ones_own_is_measured_again_the_same(session: Path) -> None:
    assert open_session(session).settings.profile == MINI
    measured = measure(session)
    assert len(measured.reps) == 2
    assert measured.analysis.settings.side is Side.LEFT
    assert measure(session, exercise="squat").reps == ()
    samples = open_recording(session).samples
    assert np.allclose(samples.accel_mps2, measured.samples.accel_mps2, atol=1e-8)


def test_a_session_without_its_samples_says_how_to_get_them(session: Path, tmp_path: Path) -> None:
    (tmp_path / "raw.log").write_bytes((session / "raw.log").read_bytes())
    with pytest.raises(DataError, match="measure"):
        open_recording(tmp_path)


def test_a_sensor_on_the_foot_is_not_measured_as_a_shin(session: Path, tmp_path: Path) -> None:
    about = json.loads((session / "session.json").read_text())
    (tmp_path / "session.json").write_text(json.dumps(about | {"sensor": "foot"}))
    with pytest.raises(DataError, match="expected a sensor on the shank"):
        measure(tmp_path)


def test_a_leg_that_nobody_has_is_refused(squats: Simulated) -> None:
    with pytest.raises(SettingsError, match="expected left or right"):
        measure(squats.recording, side="middle")


@given(
    least=st.floats(0.05, 1.5),
    opens=st.floats(0.01, 1.0),
    share=st.floats(0.01, 0.99),
    shortest=st.floats(0.1, 5.0),
    more=st.floats(0.1, 50.0),
)
def test_a_profile_survives_its_session(least: float, opens: float, share: float, shortest: float, more: float) -> None:
    profile = ExerciseProfile(
        name="heel_slide",
        least_peak_rad=max(least, opens),
        open_rad=opens,
        close_share=share,
        shortest_s=shortest,
        longest_s=shortest + more,
    )
    kept = settings_from(json.loads(json.dumps(settings_dict(PipelineSettings().doing(profile))))).profile
    assert kept is not None
    assert kept.name == profile.name
    for name in ("least_peak_rad", "open_rad", "close_share", "shortest_s", "longest_s"):
        assert getattr(kept, name) == pytest.approx(getattr(profile, name), abs=1e-9)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "Heel slide"}, "small letters"),
        ({"open_rad": 0.3, "least_peak_rad": 0.2}, "needs 11.5 deg"),
        ({"close_share": 1.0}, "close_share"),
        ({"shortest_s": 3.0, "longest_s": 2.0}, "lasts 3 to 2 s"),
        ({"longest_s": 90.0}, "<= 55 s"),
    ],
)
def test_a_profile_that_cannot_be_is_refused_at_birth(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        ExerciseProfile(**({"name": "mine"} | wrong))  # type: ignore[arg-type]


def test_a_known_exercise_said_instead_takes_the_place_of_ones_own() -> None:
    mine = PipelineSettings().doing(MINI)
    assert Overrides(exercise="lunge").apply(mine).repetition.name == "lunge"
    assert Overrides(side=Side.LEFT).apply(mine).repetition == MINI
    assert Overrides(exercise="mini_squat").apply(mine).repetition == MINI
    with pytest.raises(SettingsError, match="expected one name"):
        PipelineSettings(exercise="lunge", profile=MINI)
    with pytest.raises(SettingsError, match=r"docs/add-an-exercise\.md"):
        PipelineSettings(exercise="burpee")
