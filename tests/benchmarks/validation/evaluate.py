"""Cases run on all cores; what they gave is kept on disk until the code that made it changes."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path

import pandas as pd
from rich.progress import track

import shinsight

from .cases import Case, Row, Rows

TESTS = Path(__file__).parents[2]
PACKAGE = Path(shinsight.__file__).parent
KEPT = Path(tempfile.gettempdir()) / "shinsight-validation"
NOT_MEASURING = {"cli", "sinks", "firmware"}


Tables = dict[str, pd.DataFrame]


def evaluate(cases: Sequence[Case], *, kept: Path = KEPT, jobs: int | None = None) -> Tables:
    """All rows of the cases by table, in their order. What is not kept under `kept` runs on `jobs` processes."""
    kept.mkdir(parents=True, exist_ok=True)
    missing = [case for case in cases if not place_of(kept, case).exists()]
    if missing:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a process a core is enough
        # Spawned, not forked: the progress bar's thread would be copied in mid-step.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs, mp_context=context) as pool:
            waiting = {pool.submit(case.run): case for case in missing}
            for done in track(as_completed(waiting), "measuring", total=len(waiting)):
                _keep(place_of(kept, waiting[done]), done)
    tables: dict[str, list[Row]] = {}
    for case in cases:
        for name, rows in json.loads(place_of(kept, case).read_text()).items():
            tables.setdefault(name, []).extend(rows)
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def _keep(place: Path, done: Future[Rows]) -> None:
    part = place.with_suffix(".part")
    part.write_text(json.dumps(done.result()))
    part.replace(place)


def place_of(kept: Path, case: Case) -> Path:
    return kept / f"{hashlib.sha256(f'{_code()} {case!r}'.encode()).hexdigest()[:24]}.json"


@cache
def _code() -> str:
    """Changes with every file that can change an outcome."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterable[Path]:
    yield from (p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts[0] not in NOT_MEASURING)
    yield from (TESTS / "recordings").rglob("*.py")
    yield from (TESTS / "recordings").rglob("*.npz")
    yield from (TESTS / "simulated_session.py", TESTS / "benchmarks" / "broad_through_wire.py")
    yield from (Path(__file__).with_name(f"{name}.py") for name in ("cases", "public_data"))
