"""Weeks of sessions: like compared with like, and no change claimed inside measurement noise."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinsight.analysis.batch import find_sessions
from shinsight.analysis.history import (
    Entry,
    angle_change,
    distance_change,
    read_entry,
    read_history,
    repeatability,
    series_of,
)
from shinsight.results import HeelState, Side
from shinsight.session.csv_tables import read_reps
from shinsight.session.notes import SessionNotes, read_notes, write_notes
from weeks import ten_weeks, write_session

DOWN, UP, UNSURE = HeelState.DOWN, HeelState.UP, HeelState.UNSURE


def entry(folder: Path, **what: object) -> Entry:
    found = read_entry(write_session(folder, **what))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_session_says_its_best_heel_down_rep_and_its_heels(tmp_path: Path) -> None:
    found = entry(tmp_path, day=0, best_deg=34.0, heels=[DOWN, UP, UNSURE, DOWN])
    assert found.best_deg == pytest.approx(34.0, abs=0.01)
    assert found.sd_deg == pytest.approx(1.7, abs=0.01)
    assert (found.down, found.up, found.unsure) == (2, 1, 1)


def test_reps_that_were_left_out_do_not_count(tmp_path: Path) -> None:
    path = write_session(tmp_path, day=0, best_deg=34.0)
    write_notes(path, SessionNotes().without(read_reps(path / "reps.csv")[0]))
    found = read_entry(path)
    assert found is not None
    assert found.best_deg == pytest.approx(32.0, abs=0.01)
    assert found.reps == 3


def test_a_session_in_which_no_heel_stayed_down_has_no_angle(tmp_path: Path) -> None:
    assert isnan(entry(tmp_path, day=0, best_deg=34.0, heels=[UP, UNSURE]).best_deg)


def test_knee_to_wall_has_its_distance(tmp_path: Path) -> None:
    found = entry(
        tmp_path, day=0, best_deg=34.0, exercise="knee_to_wall", heels=[DOWN, DOWN, UP], distances_cm=(9.0, 10.0, 14.0)
    )
    assert (found.best_cm, found.mean_cm) == (10.0, 9.5)


def test_a_session_of_an_older_version_is_read_with_what_it_has(tmp_path: Path) -> None:
    path = write_session(tmp_path, day=0, best_deg=34.0)
    rows = [line.split(",") for line in (path / "reps.csv").read_text().splitlines()]
    at = rows[0].index("peak_inclination_sd_deg")
    (path / "reps.csv").write_text("".join(",".join(row[:at] + row[at + 1 :]) + "\n" for row in rows))
    about = json.loads((path / "session.json").read_text())
    del about["person"]
    (path / "session.json").write_text(json.dumps(about))
    found = read_entry(path)
    assert found is not None
    assert found.best_deg == pytest.approx(34.0, abs=0.01)
    assert isnan(found.sd_deg)
    assert found.person == ""


def test_folders_that_cannot_be_read_are_named_and_the_others_are_there(tmp_path: Path) -> None:
    write_session(tmp_path, day=0, best_deg=34.0)
    broken = write_session(tmp_path, day=1, best_deg=34.0)
    (broken / "session.json").write_text("{")
    torn = write_session(tmp_path, day=2, best_deg=34.0)
    (torn / "notes.json").write_text("?")
    entries, problems = read_history(find_sessions([tmp_path]))
    assert len(entries) == 1
    assert len(problems) == 2
    assert any(broken.name in problem for problem in problems)
    assert any("notes.json" in problem for problem in problems)


def test_only_like_is_compared_with_like(tmp_path: Path) -> None:
    kinds: list[dict[str, Any]] = [{}, {"side": Side.RIGHT}, {"exercise": "lunge"}, {"person": "Bo"}]
    for hour, what in enumerate(kinds):
        entry(tmp_path, day=hour / 24, best_deg=30.0, **what)
        entry(tmp_path, day=7 + hour / 24, best_deg=31.0, **what)
    entries, _ = read_history(find_sessions([tmp_path]))
    series = series_of(entries)
    assert len(series) == 4
    assert all(len(each.entries) == 2 for each in series)
    flatter = [replace(each, slope_deg=10.0) for each in entries[:1]]
    assert len(series_of([*entries, *flatter])) == 5


def test_ten_weeks_of_two_legs_one_changed_and_one_did_not(tmp_path: Path) -> None:
    ten_weeks(tmp_path)
    entries, problems = read_history(find_sessions([tmp_path]))
    assert problems == ()
    said = {(each.exercise, each.side): each for each in series_of(entries)}
    left, right = angle_change(said["squat", Side.LEFT]), angle_change(said["squat", Side.RIGHT])
    assert left is not None
    assert right is not None
    assert ": larger than the measurement error" in left.sentence
    assert ": not larger than the measurement error" in right.sentence
    wall = distance_change(said["knee_to_wall", Side.LEFT])
    assert wall is not None
    assert wall.last - wall.first == pytest.approx(2.8)
    assert wall.beyond


@given(first=st.floats(0, 50), change=st.floats(-15, 15))
def test_beyond_noise_is_said_only_beyond_the_band(
    tmp_path_factory: pytest.TempPathFactory, first: float, change: float
) -> None:
    folder = tmp_path_factory.mktemp("two")
    for day, deg in ((0.0, first), (7.0, first + change)):
        entry(folder, day=day, best_deg=deg, heels=[DOWN])
    (series,) = series_of(read_history(find_sessions([folder]))[0])
    found = angle_change(series)
    assert found is not None
    assert found.band >= 4.7
    assert found.beyond == (abs(found.last - found.first) > found.band)
    assert ("not larger" not in found.sentence) == found.beyond


def test_a_persons_own_spread_widens_the_band_once_there_are_enough_sessions(tmp_path: Path) -> None:
    for day, deg in enumerate((30.0, 38.0, 29.0, 37.0, 30.0, 38.0)):
        entry(tmp_path, day=day, best_deg=deg, heels=[DOWN])
    (series,) = series_of(read_history(find_sessions([tmp_path]))[0])
    found = angle_change(series)
    assert found is not None
    assert found.whose == "your own spread"
    assert not found.beyond


def test_repeatability_counts_a_slow_trend_as_little_as_it_can() -> None:
    trend = [30.0 + 0.5 * k for k in range(12)]
    assert repeatability(trend)[0] == pytest.approx(0.5 / 2**0.5)
    assert isnan(repeatability(trend[:4])[0])


def test_notes_come_along(tmp_path: Path) -> None:
    found = entry(tmp_path, day=0, best_deg=30.0, notes=SessionNotes(text="new shoes", pain=3))
    assert (found.text, found.pain) == ("new shoes", 3)
    assert read_notes(found.path).pain == 3
