"""Progress bars on stderr, and the notices of a run above them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from ..analysis.analysis import OnProgress
from ..analysis.batch import SessionResult
from ..results import CalibrationReport, Event, FrameBlock, Notice, Rep
from ..stream.link_health import LinkHealth


class RunProgress:
    """A `Runner` view: shows recorded seconds of `total_s` (None: no limit), reps so far, and notices."""

    def __init__(self, title: str, *, total_s: float | None) -> None:
        self._bar = _bar()
        self._task = self._bar.add_task(title, total=total_s)
        self._title = title
        self._reps = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def update(self, frames: FrameBlock, events: Sequence[Event], health: LinkHealth) -> None:
        """Count reps, print notices and calibration verdicts, and move the bar to the newest frame."""
        for event in events:
            if isinstance(event, Rep):
                self._reps += 1
            elif isinstance(event, Notice):
                self._bar.console.print(f"notice: {event.text}", markup=False, highlight=False)
            elif isinstance(event, CalibrationReport):
                verdict = "accepted" if event.accepted else f"refused: {'; '.join(event.problems)}"
                self._bar.console.print(f"calibration {verdict}", markup=False, highlight=False)
        if len(frames):
            t_s = float(frames.t_s[-1])
            words = f"{self._title}, {t_s:.0f} s, {self._reps} reps, lost {health.loss_fraction:.1%}"
            self._bar.update(self._task, completed=t_s, description=words)


@contextmanager
def part_done(title: str) -> Iterator[OnProgress]:
    """Show a bar; yields a function that takes the part that is done, 0 to 1."""
    with _bar() as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda part: bar.update(task, completed=part)


@contextmanager
def sessions_done(total: int) -> Iterator[Callable[[SessionResult], None]]:
    """Show a bar over the sessions of a batch; yields a function that takes each result. Errors stand above the bar."""
    failed = 0

    def tell(result: SessionResult) -> None:
        nonlocal failed
        if result.error:
            failed += 1
            bar.console.print(f"failed: {result.session.name}: {result.error}", markup=False, highlight=False)
        bar.update(task, advance=1, description=f"{escape(result.session.name)}, {failed} failed")

    with _bar() as bar:
        task = bar.add_task("analyzing", total=total)
        yield tell


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=False,
    )
