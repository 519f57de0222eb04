"""Runs a long measurement beside a window: shows its progress, gives its result, and can end it early."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import Generic, TypeVar

from ..analysis.analysis import OnProgress

T = TypeVar("T")


class _EndedEarlyError(Exception):
    """Ends the work from inside its progress callback."""


class Background(Generic[T]):
    """Runs `measure(on_progress)` in its own thread. part: the share that is done, 0 to 1."""

    def __init__(self, measure: Callable[[OnProgress], T]) -> None:
        self.part = 0.0
        self._end = Signal()
        pool = ThreadPoolExecutor(1, "analysis")
        self._work = pool.submit(measure, self._progress)
        pool.shutdown(wait=False)

    @property
    def done(self) -> bool:
        """Return whether the work has ended, with a result or an error."""
        return self._work.done()

    def result(self) -> T:
        """Return the result of finished work, or raise the error that ended it."""
        return self._work.result()

    def end(self) -> None:
        """End the work soon; its result is no longer needed."""
        self._end.set()

    def _progress(self, part: float) -> None:
        if self._end.is_set():
            raise _EndedEarlyError
        self.part = part
