"""How much faster is a batch on all cores than one process? Processes of this computer, and a Dask cluster on it.

    python tests/benchmarks/batch_speed.py [SESSIONS]

Printed, never asserted. Every way starts its processes anew and is timed with that: what a user waits for.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from distributed import LocalCluster

from shinsight.acquisition.runner import Runner
from shinsight.analysis.batch import OpenPool, SessionPath, find_sessions, local_pool, measure_all, usable_cores
from shinsight.analysis.cluster import cluster_pool
from shinsight.pipeline.settings import Overrides, PipelineSettings
from shinsight.transport.names import open_link

DIFFERENT = 4
"""So many sessions are simulated; the others are copies."""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 16
    cores = usable_cores()
    with TemporaryDirectory() as folder:
        recorded_s = simulate(Path(folder), count)
        sessions = find_sessions([Path(folder)])
        alone_s = timed(sessions, lambda: local_pool(1))
        cores_s = timed(sessions, lambda: local_pool(cores))
        began = perf_counter()
        with LocalCluster(n_workers=cores, threads_per_worker=1, dashboard_address=":0") as cluster:
            started_s = perf_counter() - began
            address = cluster.scheduler_address
            dask_s = timed(sessions, lambda: cluster_pool(address, sessions))
    print(f"{count} sessions, {recorded_s:.0f} s recorded, {cores} cores")
    for name, taken_s in (
        ("one process", alone_s),
        (f"{cores} processes", cores_s),
        (f"Dask, {cores} workers", dask_s),
    ):
        times = f"{alone_s / taken_s:6.2f} x one process {recorded_s / taken_s:6.0f} x real time"
        print(f"{name:18s} {taken_s:6.1f} s {times}")
    print(f"starting the Dask cluster took {started_s:.1f} s more")


def simulate(folder: Path, count: int) -> float:
    """Sessions in `folder`; gives how many seconds they last together."""
    lasting_s = 0.0
    for number in range(count):
        path = folder / f"{number:04}"
        if number < DIFFERENT:
            link = open_link(f"sim:squat?reps=8&seed={number}&speed=0")
            Runner(link, settings=PipelineSettings(), name="right", record_to=path, views=[]).run()
        else:
            shutil.copytree(folder / f"{number % DIFFERENT:04}", path)
        lasting_s += float((path / "angles.csv").read_text().splitlines()[-1].partition(",")[0])
    return lasting_s


def timed(sessions: tuple[SessionPath, ...], open_pool: OpenPool) -> float:
    began = perf_counter()
    results = list(measure_all(sessions, overrides=Overrides(), open_pool=open_pool))
    taken_s = perf_counter() - began
    failed = [result.error for result in results if result.error]
    if failed:
        raise SystemExit(failed[0])
    return taken_s


if __name__ == "__main__":
    main()
