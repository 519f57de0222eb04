"""The runs of a test of both legs: one leg after the other with one board, both at once with two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from ..results import Event, FrameBlock, Notice, Side
from ..stream.link_health import LinkHealth
from ..view.feed import LiveFeed
from ..view.sensor_view import SensorView
from .runner import Runner, View
from .sensors import WornSensor

_OVER = Notice(0.0, "over", "The sensor has no more data. E ends this leg with the trials so far")


class LegRuns:
    """Starts the run of a leg when the test begins with it. Leaving the `with` stops all and waits for closed files.

    of_leg: returns the sensor of a leg; called when the leg begins. boards: how many boards there are. views: returns
    more views for the run of a leg.
    """

    def __init__(
        self,
        of_leg: Callable[[Side], WornSensor],
        *,
        boards: int,
        views: Callable[[Side], Sequence[View]] = lambda _: (),
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

    def begin(self, leg: Side) -> SensorView:
        """Start the run of this leg. With one board for both legs, end the other run."""
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
        return SensorView(leg.value, feed, keep=runner.write_notes, exercise=sensor.settings.exercise)

    def stop(self) -> None:
        """End all runs soon. May be called from any thread or signal handler."""
        for runner in self._runners:
            runner.stop()

    def advance(self) -> None:
        """Begin the next step of the guided start."""
        for runner in self._runners:
            runner.advance()

    def recalibrate(self) -> None:
        """Begin a new calibration."""
        for runner in self._runners:
            runner.recalibrate()

    @property
    def together(self) -> bool:
        """Return whether both legs wear a sensor."""
        return self._boards > 1

    @property
    def over(self) -> bool:
        """Return whether all runs have ended."""
        return all(run.done() for run in self._runs)

    def why_over(self) -> str | None:
        """Return the error that ended a run as text, None while there is none."""
        error = self._error()
        return None if error is None else str(error)

    def raise_error(self) -> None:
        """Raise the error that ended a run, if there is one."""
        error = self._error()
        if error is not None:
            raise error

    def _error(self) -> BaseException | None:
        ended = (run.exception() for run in self._runs if run.done() and not run.cancelled())
        return next((error for error in ended if error is not None), None)

    @property
    def session_paths(self) -> tuple[Path, ...]:
        """Return the session folders written so far."""
        return tuple(runner.session_path for runner in self._runners if runner.session_path is not None)
