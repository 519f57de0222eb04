"""What cannot be imported is refused with what was found and what to do; what was lost is said."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports import foreign_files as foreign
from imports.foreign_files import MAPPING
from planar_leg import planar_leg
from shinsight.errors import DataError, SettingsError, ShinsightError
from shinsight.imports.into_session import Rocks, recording_of
from shinsight.imports.mapped_csv import read_mapping
from shinsight.imports.sources import read_foreign
from shinsight.results import Recording

LEG = planar_leg(rises_m=(0.0, 0.0), rocks=0).samples
SAMPLES = (LEG.t_s, LEG.accel_mps2, LEG.gyro_radps)
Change = Callable[[Path], object]


def opened(path: Path, **said: object) -> Recording:
    return recording_of(read_foreign(path, **said).imported, None)  # type: ignore[arg-type]


def codes(recording: Recording) -> set[str]:
    return {notice.code for notice in recording.notices}


def without(*names: str) -> Change:
    def change(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return change


def edited(name: str, old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("Metadata.csv"), "no Metadata.csv, expected it to say whether an iPhone or an Android"),
        (without("Gravity.csv"), "only Accelerometer.csv, which is without gravity, expected Gravity too"),
        (without("Gravity.csv", "Accelerometer.csv"), "no acceleration, expected Gravity too"),
        (edited("Metadata.csv", "ios", "sailfish"), "platform is 'sailfish', expected ios or android"),
        (edited("Gyroscope.csv", "seconds_elapsed", "elapsed"), "does not match any known source"),
        (edited("Gravity.csv", ",z,y,x", ",z,y,w"), "no column x; found time, seconds_elapsed, z, y, w"),
    ],
)
def test_a_phone_that_did_not_record_what_is_needed_is_told_so(tmp_path: Path, change: Change, said: str) -> None:
    folder = foreign.iphone(tmp_path / "run", *SAMPLES)
    change(folder)
    with pytest.raises(DataError, match=said):
        opened(folder)


def test_phone_files_of_two_recordings_are_not_joined(tmp_path: Path) -> None:
    folder = foreign.android(tmp_path / "run", *SAMPLES)
    foreign.phone_file(folder / "TotalAcceleration.csv", LEG.t_s + 600.0, LEG.accel_mps2)
    with pytest.raises(DataError, match="they may not be of one recording"):
        opened(folder)


def test_accelerations_that_came_too_seldom_are_refused(tmp_path: Path) -> None:
    folder = foreign.android(tmp_path / "run", *SAMPLES)
    foreign.phone_file(folder / "TotalAcceleration.csv", LEG.t_s[::10], LEG.accel_mps2[::10])
    with pytest.raises(DataError, match=r"a reading every 0\.1 s, expected at least 20 a second"):
        opened(folder)


@pytest.mark.parametrize("name", ["Gyroscope.csv", "TotalAcceleration.csv"])
def test_a_phone_file_without_rows_is_refused(tmp_path: Path, name: str) -> None:
    folder = foreign.android(tmp_path / "run", *SAMPLES)
    foreign.phone_file(folder / name, LEG.t_s[:0], LEG.accel_mps2[:0])
    with pytest.raises(DataError, match=f"{name} has 0 rows of numbers"):
        opened(folder)


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"dot\.csv has 0 rows of numbers"):
        opened(foreign.dot(tmp_path / "dot.csv", *(values[:0] for values in SAMPLES)))


def test_an_iphone_that_was_told_to_write_as_android_does_is_not_turned_round(tmp_path: Path) -> None:
    folder = foreign.android(tmp_path / "run", *SAMPLES)
    foreign.metadata(folder, platform="ios", standardised=True)
    assert opened(folder).samples.accel_mps2 == pytest.approx(LEG.accel_mps2, abs=1e-6)
    foreign.metadata(folder, platform="ios", standardised=False)
    assert opened(folder).samples.accel_mps2 == pytest.approx(-LEG.accel_mps2, abs=1e-6)


@pytest.mark.parametrize(
    "columns",
    [
        "PacketCounter,SampleTimeFine,Euler_X,Euler_Y,Euler_Z,FreeAcc_X,FreeAcc_Y,FreeAcc_Z",
        "PacketCounter,SampleTimeFine,Quat_W,Quat_X,Quat_Y,Gyr_X,Gyr_Y,Gyr_Z",
        "PacketCounter,SampleTimeFine,dq_W,dq_X,dq_Y,dv[1],dv[2],dv[3]",
    ],
)
def test_a_dot_mode_without_raw_readings_is_refused_with_the_mode_that_has_them(tmp_path: Path, columns: str) -> None:
    path = foreign.dot(tmp_path / "dot.csv", *SAMPLES, columns=columns)
    with pytest.raises(DataError, match="'Rate quantities' does not contain what is needed; measure in the mode"):
        opened(path)


def test_a_dot_file_in_rad_per_s_is_noticed(tmp_path: Path) -> None:
    path = foreign.dot(tmp_path / "dot.csv", LEG.t_s, LEG.accel_mps2, LEG.gyro_radps * np.pi / 180.0)
    with pytest.raises(DataError, match=r"converted to rad/s twice.*read as m/s\^2 and deg/s, as a DOT writes them"):
        opened(path)


@pytest.mark.parametrize("write", [foreign.ximu3, lambda folder, *s: foreign.dot(folder / "a.csv", *s).parent])
def test_one_sensor_is_imported_at_a_time(tmp_path: Path, write: Callable[..., Path]) -> None:
    folder = write(tmp_path / "log", *SAMPLES)
    inside = sorted(folder.iterdir())[0]
    copy = inside.with_name("other.csv" if inside.is_file() else "other")
    (shutil.copytree if inside.is_dir() else shutil.copy)(inside, copy)
    with pytest.raises(DataError, match="one at a time"):
        opened(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('unit = "mg"', 'unit = "G"', r"accel\.unit is 'G', expected one of m/s\^2, g, mg"),
        (', unit = "deg/s"', "", r"gyro\.unit is missing, expected a word in quotes"),
        ('time = {column = "ms", unit = "ms"}', "", "time is missing, expected a line time ="),
        ('"ay", "-ax", "az"', '"ay", "az"', r"accel\.columns is \['ay', 'az'\], expected three names"),
        ("skip_rows", "skiprows", "skiprows is not known, expected time, accel"),
        ('decimal = ","', 'decimal = ";"', "separator ';' and decimal ';', expected one of"),
        ("skip_rows = 2", "skip_rows = -2", "skip_rows is -2, expected lines above the header: 0, 1, 2"),
        ("skip_rows = 2", "skip_rows = inf", "skip_rows is inf, expected lines above the header"),
        ('"ms"}', '"ms", wraps_at = 0}', r"time\.wraps_at is 0, expected a number above 0"),
        ('"ms"}', '"ms", wraps_at = nan}', r"time\.wraps_at is nan, expected a number above 0"),
        ("}", "", "is not valid TOML"),
    ],
)
def test_a_mapping_that_leaves_something_open_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "logger.toml"
    assert old in MAPPING
    path.write_text(MAPPING.replace(old, new))
    with pytest.raises(SettingsError, match=said):
        read_mapping(path)


def test_the_mapping_of_the_documentation_can_be_copied(tmp_path: Path) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "imports.md"
    (written,) = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "logger.toml"
    path.write_text(written)
    mapping = read_mapping(path)
    assert (mapping.separator, mapping.decimal, mapping.skip_rows, mapping.phase) == (",", ".", 0, None)
    path.write_text(written.replace("# phase", "phase"))
    assert read_mapping(path).phase == "phase"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"mg"', '"g"', "convert it to m/s.*read as ms, g and deg/s, as logger.toml says"),
        ('unit = "ms"', 'unit = "s"', "seconds"),
        ('"gy", "-gx", "gz"', '"-gy", "gx", "-gz"', "wrong sign, or two are swapped"),
        ('"az"', '"height"', r"no column height; found ms, ax, ay, az, gx, gy, gz: correct the names"),
        ("skip_rows = 2", "skip_rows = 3", "no column ms"),
        ('decimal = ","', 'decimal = "."', "has a cell that is empty or not a number"),
    ],
)
def test_a_mapping_that_is_not_of_this_file_is_noticed(tmp_path: Path, old: str, new: str, said: str) -> None:
    path, mapping = foreign.mapped(tmp_path, *SAMPLES)
    assert old in mapping.read_text()
    mapping.write_text(mapping.read_text().replace(old, new))
    with pytest.raises(ShinsightError, match=said):
        opened(path, mapping=mapping)


def test_a_file_that_nobody_knows_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = foreign.lines(tmp_path / "steps.csv", ["day,steps", "1,4000"])
    with pytest.raises(DataError, match=r"any known source .*--from dot.*--mapping FILE.toml"):
        read_foreign(path)
    with pytest.raises(SettingsError, match="needs --mapping"):
        read_foreign(path, source="csv")
    with pytest.raises(SettingsError, match="expected one of ximu3, sensorlogger, dot, csv"):
        read_foreign(path, source="fitbit")
    with pytest.raises(DataError, match="no line with the columns PacketCounter"):
        read_foreign(path, source="dot")
    with pytest.raises(DataError, match="does not exist"):
        read_foreign(tmp_path / "nothing.zip")


def test_a_zip_that_is_damaged_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = foreign.zipped(foreign.android(tmp_path / "run", *SAMPLES))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2  # of the gyroscope
    content[middle : middle + 400] = bytes(400)
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"cannot be unpacked .*: unpack it yourself"):
        opened(path)


def test_a_zip_that_was_cut_on_its_way_is_called_that(tmp_path: Path) -> None:
    path = foreign.zipped(foreign.android(tmp_path / "run", *SAMPLES))
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(DataError, match=r"run\.zip is a zip file that is incomplete or damaged: copy or share it"):
        opened(path)


def test_a_line_too_long_for_a_csv_is_refused_with_its_place(tmp_path: Path) -> None:
    path = foreign.dot(tmp_path / "dot.csv", *SAMPLES)
    path.write_bytes(path.read_bytes() + b"7" * 200_000 + b"\n")
    line = path.read_bytes().count(b"\n")
    with pytest.raises(DataError, match=rf"dot\.csv:{line}: field larger than field limit .*: is it a CSV\?"):
        opened(path)


@pytest.mark.parametrize(("start_s", "end_s"), [(-1.0, 5.0), (5.0, 5.0), (float("nan"), 4.0)])
def test_rocks_that_cannot_be_are_refused(start_s: float, end_s: float) -> None:
    with pytest.raises(SettingsError, match="expected a start of 0 or more"):
        Rocks(start_s=start_s, end_s=end_s)


def test_rocks_after_the_end_are_refused(tmp_path: Path) -> None:
    found = read_foreign(foreign.ximu3(tmp_path, *SAMPLES))
    with pytest.raises(DataError, match="expected it to contain the rocks from 3 to 900 s"):
        recording_of(found.imported, Rocks(start_s=3.0, end_s=900.0))


# What was lost on the way


@settings(max_examples=25, deadline=None)
@given(
    first_us=st.integers(0, foreign.DOT_WRAP - 1),
    lost=st.sets(st.integers(10, 300), max_size=20),
    twice=st.sets(st.integers(10, 300), max_size=5),
    cut=st.integers(1, 40),
)
def test_whatever_the_clock_and_the_losses_every_row_that_is_left_comes_back(
    tmp_path_factory: pytest.TempPathFactory, first_us: int, lost: set[int], twice: set[int], cut: int
) -> None:
    path = foreign.dot(tmp_path_factory.mktemp("dot") / "dot.csv", *(v[:400] for v in SAMPLES), first_us=first_us)
    above, rows = path.read_bytes().split(b"Gyr_Z\n")
    written = rows.splitlines(keepends=True)
    kept = [row * (2 if at in twice else 1) for at, row in enumerate(written) if at not in lost]
    path.write_bytes(above + b"Gyr_Z\n" + b"".join(kept)[:-cut])

    recording = opened(path)
    there = recording.samples.flags == 0
    at = np.rint(recording.samples.t_s * recording.rate_hz).astype(int)
    assert recording.samples.accel_mps2[there] == pytest.approx(LEG.accel_mps2[at[there]], abs=1e-5)
    assert recording.samples.gyro_radps[there] == pytest.approx(LEG.gyro_radps[at[there]], abs=1e-7)
    assert set(np.flatnonzero(~there)) <= lost
    assert ("filled" in codes(recording)) == bool(lost)
    assert ("time_backwards" in codes(recording)) == bool(twice - lost)
