"""Several boards at once, one a leg: their runs begin, are marked and stop as one."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .runner import Runner


class RunnerGroup:
    """The first run that fails stops the others, and its error is raised when all have closed their files."""

    def __init__(self, runners: Sequence[Runner]) -> None:
        self._runners = tuple(runners)

    @property
    def session_paths(self) -> tuple[Path, ...]:
        """Folders of the sessions that are there."""
        return tuple(runner.session_path for runner in self._runners if runner.session_path is not None)

    def stop(self) -> None:
        """End all soon. From any thread or signal handler."""
        for runner in self._runners:
            runner.stop()

    def go_on(self) -> None:
        """The next step of the guided start, for all."""
        for runner in self._runners:
            runner.go_on()

    def calibrate_again(self) -> None:
        """A new calibration, for all."""
        for runner in self._runners:
            runner.calibrate_again()

    def run(self) -> None:
        """All runs, until the last has ended. Raises what `Runner.run` raises."""
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
