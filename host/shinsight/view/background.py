"""A long measurement beside a window: how far it is, what it gave, and a way to end it early."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import Generic, TypeVar

from ..analysis.analysis import OnProgress

T = TypeVar("T")


class _EndedEarlyError(Exception):
    """Raised into the work, which passes it on."""


class Background(Generic[T]):
    """measure(on_progress) runs in a thread of its own. part: how much is done, 0 to 1."""

    def __init__(self, measure: Callable[[OnProgress], T]) -> None:
        self.part = 0.0
        self._end = Signal()
        pool = ThreadPoolExecutor(1, "analysis")
        self._work = pool.submit(measure, self._progress)
        pool.shutdown(wait=False)

    @property
    def done(self) -> bool:
        return self._work.done()

    def result(self) -> T:
        """What it gave, once it is done; raises what it raised."""
        return self._work.result()

    def end(self) -> None:
        """No result is wanted any more; the work ends soon."""
        self._end.set()

    def _progress(self, part: float) -> None:
        if self._end.is_set():
            raise _EndedEarlyError
        self.part = part
