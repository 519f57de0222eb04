"""Many sessions measured at once: which they are, and their results as they come, from any executor.

A session that cannot be read, or whose process dies, is a result like any other: it never stops the rest.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from ..errors import SettingsError, ShinsightError
from ..pipeline.settings import Overrides
from ..results import FOOT, SHANK
from ..session.folder import IMU_CSV, RAW_LOG, SESSION_JSON, open_session
from ..threads import children_use_one_thread
from .analysis import Analysis, analyze

SESSION_FILES = frozenset({SESSION_JSON, RAW_LOG, IMU_CSV})
"""A folder that holds any of these is a session."""
MOST_PROCESSES = 61
"""Windows waits for no more."""

OpenPool = Callable[[], AbstractContextManager[Executor]]


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionPath:
    """A session folder or a file of samples. name: its path below the batch's common folder, with `/`."""

    path: Path
    name: str

    @property
    def person(self) -> str:
        """The first folder below the common one; empty for a session directly in it."""
        first, below, _ = self.name.partition("/")
        return first if below else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionResult:
    """What became of a session. started: ISO 8601, empty when unknown; error: empty when there was none.

    analysis: None after an error, and for a sensor that sat on the foot: it has no reps of its own.
    """

    session: SessionPath
    started: str
    sensor: str
    analysis: Analysis | None
    error: str

    @property
    def status(self) -> str:
        """`measured`, `skipped` or `failed`."""
        if self.error:
            return "failed"
        return "measured" if self.analysis is not None else "skipped"


def find_sessions(paths: Sequence[Path]) -> tuple[SessionPath, ...]:
    """The sessions in and below these folders, each once, sorted by name. Raises `SettingsError`.

    A path with no session in it is given back as one, so that its error stands beside the results of the others.
    """
    given = [Path(os.path.abspath(path)) for path in paths]
    try:
        root = Path(os.path.commonpath(given))
    except ValueError:
        raise SettingsError(
            f"{', '.join(map(str, paths))} lie on different drives, expected one: analyze each drive separately"
        ) from None
    found = sorted({session for path in given for session in _sessions_below(path)})
    if root in found:
        root = root.parent
    return tuple(SessionPath(path=path, name=path.relative_to(root).as_posix()) for path in found)


def _sessions_below(path: Path) -> list[Path]:
    unread: list[Path] = []  # a folder that may not be listed is named like a session that cannot be read
    walk = os.walk(path, onerror=lambda error: unread.append(Path(error.filename)))
    below = [Path(folder) for folder, _, files in walk if SESSION_FILES & set(files)]
    return below + unread or [path]


@contextmanager
def local_pool(processes: int | None = None) -> Iterator[Executor]:
    """Processes on this computer, by default as many as it has cores. Raises `SettingsError`.

    They start as new processes on every system (a fork would copy the threads of the caller's progress bar), so a
    script that uses this needs the usual `if __name__ == "__main__":`.
    """
    if processes is not None and processes < 1:
        raise SettingsError(f"{processes} processes, expected at least 1")
    count = min(processes or usable_cores(), MOST_PROCESSES)
    with (
        children_use_one_thread(),
        ProcessPoolExecutor(count, get_context("spawn"), initializer=_leave_ctrl_c_to_the_caller) as pool,
    ):
        yield pool


def usable_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _leave_ctrl_c_to_the_caller() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def measure_all(
    sessions: Sequence[SessionPath], *, overrides: Overrides, open_pool: OpenPool
) -> Generator[SessionResult, None, None]:
    """A result for each session, as they end. Closing the iterator drops what has not begun.

    When a process dies it takes its pool with it. Those that had no result yet are halved and tried again, each half
    in a new pool, until the one session that does this is alone.
    """
    left = []
    with open_pool() as pool:
        futures = {_submitted(pool, session, overrides): session for session in sessions}
        try:
            for future in as_completed(futures):
                session = futures[future]
                error = _lost(future)
                if isinstance(error, BrokenExecutor):
                    left.append(session)
                else:
                    yield future.result() if error is None else _failed(session, f"{type(error).__name__}: {error}")
        finally:
            for future in futures:
                future.cancel()
    if len(sessions) == 1 and left:
        yield _failed(
            left[0],
            f"{left[0].path}: the process that measured it ended unexpectedly. Check that there is enough memory",
        )
        return
    middle = (len(left) + 1) // 2
    for half in (left[:middle], left[middle:]):
        if half:
            yield from measure_all(half, overrides=overrides, open_pool=open_pool)


def _submitted(pool: Executor, session: SessionPath, overrides: Overrides) -> Future[SessionResult]:
    try:
        return pool.submit(measure_session, session, overrides)
    except BrokenExecutor as error:
        refused: Future[SessionResult] = Future()
        refused.set_exception(error)
        return refused


def _lost(future: Future[SessionResult]) -> BaseException | None:
    """Return why a finished future has no result."""
    if future.cancelled():
        return ConnectionError("the cluster gave it up: check that the scheduler still runs")
    return future.exception()


def measure_session(session: SessionPath, overrides: Overrides) -> SessionResult:
    """One session, here and now. What is wrong with its data or settings is in the result."""
    started, sensor = "", SHANK
    try:
        if session.path.is_dir():
            about = open_session(session.path)
            started, sensor = about.started, about.sensor
        analysis = None if sensor == FOOT else analyze(session.path, overrides=overrides)
    except ShinsightError as error:
        return _failed(session, str(error), started=started, sensor=sensor)
    return SessionResult(session=session, started=started, sensor=sensor, analysis=analysis, error="")


def _failed(session: SessionPath, error: str, *, started: str = "", sensor: str = SHANK) -> SessionResult:
    return SessionResult(session=session, started=started, sensor=sensor, analysis=None, error=error)
