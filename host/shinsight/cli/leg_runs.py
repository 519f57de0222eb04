"""The runs of a test of two legs: one after the other with one board, both at once with two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from ..acquisition.runner import Runner, View
from ..results import Event, FrameBlock, Notice, Side
from ..stream.link_health import LinkHealth
from ..view.feed import LiveFeed
from ..view.sensor_view import Followed
from .sensors import Worn
from .showing import keeper

_OVER = Notice(0.0, "over", "The sensor has given all it had. E ends this leg with the trials so far")


class LegRuns:
    """of_leg: the sensor of a leg, asked when its turn has come. boards: how many there are. views: told what comes of
    a leg, besides what is followed. Leaving the `with` stops all and waits until their files are closed.
    """

    def __init__(
        self, of_leg: Callable[[Side], Worn], *, boards: int, views: Callable[[Side], Sequence[View]] = lambda _: ()
    ) -> None:
        self._of_leg, self._boards, self._views = of_leg, boards, views
        self._runners: list[Runner] = []
        self._runs: list[Future[None]] = []
        # As many threads as boards: with one, the second leg's run waits until the first has closed the link.
        self._pool = ThreadPoolExecutor(boards, "runs")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self._pool.shutdown(cancel_futures=True)

    def begin(self, leg: Side) -> Followed:
        """Start the leg's run, and end the other's when there is one board for both."""
        if not self.together:
            self.stop()
        sensor, feed = self._of_leg(leg), LiveFeed()
        views = (feed.push, *self._views(leg))

        def show(frames: FrameBlock, events: Sequence[Event], health: LinkHealth) -> None:
            for view in views:
                view(frames, events, health)

        runner = sensor.runner(show, for_s=None)
        run = self._pool.submit(runner.run)
        run.add_done_callback(lambda _: feed.tell(_OVER))
        self._runners.append(runner)
        self._runs.append(run)
        return Followed(leg.value, feed, keep=keeper(runner), exercise=sensor.settings.exercise)

    def stop(self) -> None:
        """End what runs soon. From any thread or signal handler."""
        for runner in self._runners:
            runner.stop()

    def go_on(self) -> None:
        """The next step of the guided start."""
        for runner in self._runners:
            runner.go_on()

    def calibrate_again(self) -> None:
        """A new calibration."""
        for runner in self._runners:
            runner.calibrate_again()

    @property
    def together(self) -> bool:
        """Whether both legs wear a sensor."""
        return self._boards > 1

    @property
    def over(self) -> bool:
        """Nothing comes any more."""
        return all(run.done() for run in self._runs)

    def why_over(self) -> str | None:
        """What ended a run, None while nothing went wrong."""
        error = self._error()
        return None if error is None else str(error)

    def raise_error(self) -> None:
        """Raise what ended a run, if anything did."""
        error = self._error()
        if error is not None:
            raise error

    def _error(self) -> BaseException | None:
        ended = (run.exception() for run in self._runs if run.done() and not run.cancelled())
        return next((error for error in ended if error is not None), None)

    @property
    def session_paths(self) -> tuple[Path, ...]:
        """Folders of the sessions that are there."""
        return tuple(runner.session_path for runner in self._runners if runner.session_path is not None)
