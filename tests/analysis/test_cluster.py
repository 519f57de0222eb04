"""A batch on a real Dask scheduler and worker, and what is said when they cannot do it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from analysis.many_sessions import BROKEN, NAMES
from shinsight.analysis import cluster
from shinsight.analysis.batch import SessionPath, find_sessions, measure_all, measure_session
from shinsight.analysis.cluster import cluster_pool
from shinsight.analysis.tables import rep_table, session_table
from shinsight.errors import LinkError, SettingsError
from shinsight.pipeline.settings import Overrides

NOTHING_SAID = Overrides()


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Address of a scheduler with one worker, in a process of its own."""
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0") as running:
        yield running.scheduler_address


def test_a_cluster_measures_what_this_computer_measures(scheduler: str, sessions_folder: Path) -> None:
    found = find_sessions([sessions_folder / NAMES[0], sessions_folder / NAMES[2], sessions_folder / BROKEN])
    there = list(measure_all(found, overrides=NOTHING_SAID, open_pool=lambda: cluster_pool(scheduler, found)))
    here = [measure_session(session, NOTHING_SAID) for session in found]
    assert rep_table(there) == rep_table(here)
    assert session_table(there) == session_table(here)
    assert sorted(result.status for result in there) == ["failed", "measured", "skipped"]


def test_what_has_not_begun_is_dropped_when_nobody_waits_for_it(scheduler: str, sessions_folder: Path) -> None:
    found = [SessionPath(path=sessions_folder / NAMES[0], name=str(i)) for i in range(100)]
    coming = measure_all(found, overrides=NOTHING_SAID, open_pool=lambda: cluster_pool(scheduler, found))
    assert next(coming).status == "measured"
    coming.close()
    with Client(scheduler, set_as_default=False) as client:
        assert client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) <= 1


def test_a_worker_that_does_not_see_the_files_is_named(
    scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("only_here").mkdir()
    hidden = [SessionPath(path=Path("only_here"), name="only_here")]  # the worker stands in another folder
    with (
        pytest.raises(LinkError, match=r"worker tcp://.* cannot see only_here.* shared filesystem"),
        cluster_pool(scheduler, hidden),
    ):
        pass


def test_a_worker_of_another_version_is_named(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "__version__", "99.0")
    with (
        pytest.raises(LinkError, match=r"worker tcp://.* has shinsight .*, expected 99\.0"),
        cluster_pool(scheduler, []),
    ):
        pass


def test_a_worker_without_shinsight_is_told_how_to_get_it(scheduler: str) -> None:
    def forget() -> None:
        sys.modules["shinsight.version"] = None  # type: ignore[assignment]

    def remember() -> None:
        del sys.modules["shinsight.version"]

    with Client(scheduler, set_as_default=False) as client:
        client.run(forget)
        try:
            with (
                pytest.raises(LinkError, match=r"shinsight not installed.*pip install shinsight=="),
                cluster_pool(scheduler, []),
            ):
                pass
        finally:
            client.run(remember)


def test_a_scheduler_without_workers_is_told_how_to_get_some() -> None:
    with (
        LocalCluster(n_workers=0, processes=False, protocol="tcp", dashboard_address=":0") as empty,
        pytest.raises(LinkError, match="no workers: start some with `dask worker"),
        cluster_pool(empty.scheduler_address, []),
    ):
        pass


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "http://127.0.0.1:1", ""])
def test_an_address_where_nobody_answers_is_named(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_S", 0.2)
    with pytest.raises(LinkError, match=f"no Dask scheduler answers at '{address}'"), cluster_pool(address, []):
        pass


def test_without_dask_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingsError, match=r"pip install 'shinsight\[cluster\]'"), cluster_pool("tcp://x:1", []):
        pass
