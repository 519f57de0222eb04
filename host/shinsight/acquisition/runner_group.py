"""Several boards at once, one on each leg: their runs begin, are marked and stop together."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .runner import Runner


class RunnerGroup:
    """Runs several `Runner`s. The first that fails stops the others; its error is raised when all files are closed."""

    def __init__(self, runners: Sequence[Runner]) -> None:
        self._runners = tuple(runners)

    @property
    def session_paths(self) -> tuple[Path, ...]:
        """The session folders written so far."""
        return tuple(runner.session_path for runner in self._runners if runner.session_path is not None)

    def stop(self) -> None:
        """End all runs soon. May be called from any thread or signal handler."""
        for runner in self._runners:
            runner.stop()

    def advance(self) -> None:
        """Begin the next step of the guided start, for all."""
        for runner in self._runners:
            runner.advance()

    def recalibrate(self) -> None:
        """Begin a new calibration, for all."""
        for runner in self._runners:
            runner.recalibrate()

    def run(self) -> None:
        """Run all, until the last has ended. Raises what `Runner.run` raises."""
        with ThreadPoolExecutor(len(self._runners), "reader") as pool:
            runs = [pool.submit(self._run, runner) for runner in self._runners]
        for run in runs:
            run.result()

    def _run(self, runner: Runner) -> None:
        try:
            runner.run()
        except BaseException:
            self.stop()
            raise
