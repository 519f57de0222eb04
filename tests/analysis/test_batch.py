"""Many sessions at once: found, measured as one by one would be, and none of them stops the others."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from analysis.many_sessions import BROKEN, FOOT, NAMES
from shinsight import __version__
from shinsight.__main__ import main
from shinsight.analysis.analysis import analysis_dict, analyze
from shinsight.analysis.batch import (
    SessionPath,
    SessionResult,
    find_sessions,
    local_pool,
    measure_all,
    measure_session,
)
from shinsight.analysis.tables import (
    REP_TABLE_COLUMNS,
    SESSION_TABLE_COLUMNS,
    batch_dict,
    rep_table,
    session_table,
    table_paths,
    write_tables,
)
from shinsight.cli.analyze_many import analyze_many
from shinsight.errors import DataError, SettingsError
from shinsight.pipeline.settings import Overrides

NOTHING_SAID = Overrides()


@pytest.fixture(scope="module")
def results(sessions_folder: Path) -> list[SessionResult]:
    """The cohort, in two processes."""
    return list(measure_all(find_sessions([sessions_folder]), overrides=NOTHING_SAID, open_pool=lambda: local_pool(2)))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["shinsight", "analyze", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    return left.value.code if isinstance(left.value.code, int) else 0


def test_sessions_are_found_below_a_folder_each_once_and_in_order(sessions_folder: Path) -> None:
    found = find_sessions([sessions_folder, sessions_folder / "anna", sessions_folder / NAMES[0]])
    assert [session.name for session in found] == sorted(NAMES)
    assert [session.person for session in found] == ["anna"] * 3 + ["ben"] * 2


def test_names_count_from_the_folder_that_all_have_in_common(sessions_folder: Path) -> None:
    week = sessions_folder / "anna" / "week_1"
    assert [s.name for s in find_sessions([week / "left", week / "right"])] == ["left", "right"]
    assert [s.person for s in find_sessions([week / "left", week / "right"])] == ["", ""]
    assert [s.name for s in find_sessions([week / "left" / "imu.csv"])] == ["imu.csv"]


def test_a_path_without_a_session_is_one_that_fails(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = find_sessions([tmp_path / "empty", tmp_path / "missing"])
    assert [session.name for session in found] == ["empty", "missing"]
    assert ["this is not a session folder" in measure_session(s, NOTHING_SAID).error for s in found] == [True, False]
    assert "does not exist" in measure_session(found[1], NOTHING_SAID).error


def test_a_batch_says_what_each_session_says_alone(sessions_folder: Path, results: list[SessionResult]) -> None:
    alone = analysis_dict(analyze(sessions_folder / NAMES[1], overrides=NOTHING_SAID))
    assert len(alone["reps"]) == 2  # type: ignore[arg-type]
    by_name = {entry["session"]: entry for entry in batch_dict(results)["sessions"]}  # type: ignore[index,union-attr,call-overload]
    assert by_name[NAMES[1]]["analysis"] == alone  # type: ignore[index,call-overload]


def test_what_cannot_be_read_stands_beside_what_was_measured(results: list[SessionResult]) -> None:
    status = {result.session.name: result.status for result in results}
    assert status == {**dict.fromkeys(NAMES, "measured"), FOOT: "skipped", BROKEN: "failed"}
    table = {row["session"]: row for row in rows(session_table(results))}
    assert "no column accel_x_mps2" in table[BROKEN]["error"]
    assert (table[FOOT]["sensor"], table[FOOT]["reps"]) == ("foot", "")
    assert all(not row["error"] for name, row in table.items() if name != BROKEN)


def test_the_table_of_reps_has_a_row_for_each_with_whose_it_is(results: list[SessionResult]) -> None:
    table = rows(rep_table(results))
    legs = [name for name in sorted(NAMES) if name not in (FOOT, BROKEN)]
    assert [(row["session"], row["number"]) for row in table] == [(name, str(n)) for name in legs for n in (1, 2)]
    assert list(table[0]) == list(REP_TABLE_COLUMNS)
    first = table[0]
    assert (first["person"], first["exercise"], first["side"], first["shinsight"]) == (
        "anna",
        "squat",
        "right",
        __version__,
    )
    assert float(first["peak_inclination_deg"]) > 15.0
    assert first["calibration_accepted"] in ("true", "false")


def test_the_table_of_sessions_counts_what_the_table_of_reps_lists(results: list[SessionResult]) -> None:
    reps = rows(rep_table(results))
    for row in rows(session_table(results)):
        of_session = [rep for rep in reps if rep["session"] == row["session"]]
        if row["status"] == "measured":
            assert int(row["reps"]) == len(of_session)
            for state in ("down", "up", "unsure"):
                assert int(row[f"heel_{state}"]) == sum(rep["heel"] == state for rep in of_session)
        else:
            assert of_session == []


@given(seed=st.integers(0, 1000))
def test_the_same_results_give_the_same_bytes_in_whatever_order_they_came(
    results: list[SessionResult], seed: int
) -> None:
    mixed = list(results)
    Random(seed).shuffle(mixed)
    assert rep_table(mixed) == rep_table(results)
    assert session_table(mixed) == session_table(results)
    assert batch_dict(mixed) == batch_dict(results)


@given(error=st.text(min_size=1))
def test_a_session_is_one_line_whatever_its_error_says(error: str) -> None:
    session = SessionPath(path=Path("a"), name="a")
    result = SessionResult(session=session, started="", sensor="shank", analysis=None, error=error)
    header, line = session_table([result]).splitlines()
    (cells,) = csv.reader([line])
    assert header.split(",") == list(SESSION_TABLE_COLUMNS)
    assert len(cells) == len(SESSION_TABLE_COLUMNS)


class Mortal(Executor):
    """Dies of one session, as a pool of processes does when the system kills one: with all that was not done yet."""

    def __init__(self, deadly: str) -> None:
        self._deadly = deadly
        self._died = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self._died:
            raise BrokenExecutor("a process in the pool was terminated abruptly")
        future: Future[Any] = Future()
        if args[0].name == self._deadly:
            self._died = True
            future.set_exception(BrokenExecutor("a process in the pool was terminated abruptly"))
        else:
            session = SessionResult(session=args[0], started="", sensor="foot", analysis=None, error="")
            future.set_result(session)
        return future


@given(count=st.integers(1, 20), data=st.data())
def test_a_session_that_kills_its_process_takes_no_other_with_it(count: int, data: st.DataObject) -> None:
    sessions = [SessionPath(path=Path(f"{i:02}"), name=f"{i:02}") for i in range(count)]
    deadly = data.draw(st.sampled_from(sessions)).name
    results = list(measure_all(sessions, overrides=NOTHING_SAID, open_pool=lambda: Mortal(deadly)))
    assert sorted(r.session.name for r in results) == [s.name for s in sessions]
    assert [r.session.name for r in results if r.error] == [deadly]
    assert "ended unexpectedly" in next(r.error for r in results if r.error)


class Faulty(ThreadPoolExecutor):
    """Meets a fault of the program in every session."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(lambda: [][1])


def test_a_fault_of_the_program_is_named_and_stops_nothing(sessions_folder: Path) -> None:
    found = list(measure_all(find_sessions([sessions_folder]), overrides=NOTHING_SAID, open_pool=lambda: Faulty(1)))
    assert [result.error for result in found] == ["IndexError: list index out of range"] * len(NAMES)


def test_what_was_said_holds_for_every_session(sessions_folder: Path) -> None:
    found = find_sessions([sessions_folder / NAMES[0], sessions_folder / NAMES[1]])
    said = Overrides(exercise="lunge")
    measured = list(measure_all(found, overrides=said, open_pool=lambda: ThreadPoolExecutor(1)))
    assert {row["exercise"] for row in rows(session_table(measured))} == {"lunge"}


def test_tables_are_kept_out_of_sessions_and_off_other_files(sessions_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a session"):
        table_paths(sessions_folder / NAMES[0])
    mine = tmp_path / "people.csv"
    mine.write_text("name,age\nAnna,30\n")
    with pytest.raises(SettingsError, match="something other than these tables"):
        table_paths(mine)
    assert mine.read_text() == "name,age\nAnna,30\n"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_tables_take_the_place_of_older_ones_whole_or_not_at_all(
    results: list[SessionResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    paths = table_paths(tmp_path / "cohort.csv")
    assert [path.name for path in paths] == ["cohort.csv", "cohort_sessions.csv"]
    write_tables(results[:1], paths)
    old = [path.read_bytes() for path in paths]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, step, full)
        with pytest.raises(DataError, match="No space left"):
            write_tables(results, paths)
    assert [path.read_bytes() for path in paths] == old
    write_tables(results, table_paths(tmp_path / "cohort.csv"))
    assert [path.read_text() for path in paths] == [rep_table(results), session_table(results)]


class InterruptedPool(ThreadPoolExecutor):
    """The person presses Ctrl-C as soon as there is something to do."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self.futures: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if not self.futures:
            signal.raise_signal(signal.SIGINT)
        self.futures.append(super().submit(fn, *args, **kwargs))
        return self.futures[-1]


def test_what_is_done_at_ctrl_c_is_printed_and_written(
    sessions_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measured = sessions_folder / NAMES[0]
    found = [SessionPath(path=measured, name=f"{i:02}") for i in range(50)]

    pool = InterruptedPool(1)
    with pytest.raises(typer.Exit) as left:
        analyze_many(found, overrides=NOTHING_SAID, open_pool=lambda: pool, as_json=True, out=tmp_path / "tables")
    assert left.value.exit_code == 130
    assert sum(future.cancelled() for future in pool.futures) >= 40
    words = capsys.readouterr()
    done = [entry["session"] for entry in json.loads(words.out)["sessions"]]
    assert 1 <= len(done) < 50
    assert f"{len(done)} of 50" in words.err
    assert [row["session"] for row in rows((tmp_path / "tables" / "sessions.csv").read_text())] == done
    assert {row["session"] for row in rows((tmp_path / "tables" / "reps.csv").read_text())} == set(done)


def test_the_command_says_by_its_exit_code_whether_all_went_well(
    sessions_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = [sessions_folder / NAMES[0], sessions_folder / FOOT]
    assert run(monkeypatch, *good, "--jobs", "1", "--out", tmp_path) == 0
    assert len(rows((tmp_path / "reps.csv").read_text())) == 2
    words = capsys.readouterr()
    assert "sessions: 2, reps: 2, failed: 0" in words.out
    assert run(monkeypatch, sessions_folder / "ben", "--json", "--exercise", "lunge") == 1
    words = capsys.readouterr()
    document = json.loads(words.out, parse_constant=pytest.fail)
    assert [entry["status"] for entry in document["sessions"]] == ["measured", "failed"]
    assert f"failed: {Path(BROKEN).name}" in words.err


def test_what_is_said_wrong_is_said_before_the_work(
    sessions_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, sessions_folder, "--exercise", "swimming") == 2
    assert "swimming" in capsys.readouterr().err
    assert run(monkeypatch, sessions_folder, "--jobs", "2", "--dask", "tcp://127.0.0.1:1") == 2
    assert "one of them" in capsys.readouterr().err
