"""The real window on a simulated person, from the first sample to a counted rep, with everything that goes wrong.

What `shinsight live` runs: a runner in its thread, a recording on disk, the window in front. Time runs fast.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import typer

from shinsight.acquisition.sensors import WornSensor, worn_sensors
from shinsight.cli.showing import run_and_show
from shinsight.errors import DataError, LinkError
from shinsight.pipeline.settings import Overrides
from shinsight.session import append_file
from shinsight.session.csv_tables import read_events, read_reps
from shinsight.session.folder import open_session
from shinsight.transport.replay import ReplayLink
from shinsight.transport.simulated import SimLink, SimOptions
from shinsight.window.live.live_window import LiveWindow
from shinsight.wire.framing import Chunk

PATIENCE_S = 60.0


@dataclass
class Seen:
    """What a person in front of the window read, in order, each thing once while it stays."""

    words: list[str] = field(default_factory=list)
    window: LiveWindow | None = None

    def look(self, window: LiveWindow) -> None:
        self.window = window
        column = next(iter(window.columns.values()))
        shown = column.guide.headline.text() if column.guide.isVisible() else column.badge.text()
        refusal = column.guide.refusal
        texts = [shown, refusal.text() if refusal.isVisible() else "", column.notice.text(), window.failure.text.text()]
        for text in filter(None, texts):
            if text not in self.words[-3:]:
                self.words.append(text)

    def has(self, *wanted: str) -> bool:
        """Whether these were seen, in this order."""
        rest = iter(self.words)
        return all(any(part in text for text in rest) for part in wanted)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Seen], bool]], Seen]:
    """Look at every frame of the window, and close it when enough was seen."""
    refresh = LiveWindow.refresh

    def watching(enough: Callable[[Seen], bool]) -> Seen:
        seen = Seen()
        until_s = time.monotonic() + PATIENCE_S

        def look(window: LiveWindow) -> None:
            refresh(window)
            seen.look(window)
            if enough(seen) or time.monotonic() > until_s:
                window.close()

        monkeypatch.setattr(LiveWindow, "refresh", look)
        return seen

    return watching


Watch = Callable[[Callable[[Seen], bool]], Seen]


def show(sensors: list[WornSensor]) -> None:
    run_and_show(sensors, for_s=None, headless=False, target_deg=(30.0, 38.0))


def simulated(link: str, out: Path | None) -> list[WornSensor]:
    return worn_sensors([link], Overrides(), out, tell=print)


def reps_counted(seen: Seen) -> int:
    assert seen.window is not None
    return int(next(iter(seen.window.columns.values())).reps.text())


@pytest.mark.usefixtures("qt")
class TestWholeFlow:
    def test_a_newcomer_sees_a_refusal_with_its_reason_then_a_score_then_a_counted_rep(
        self, watch: Watch, tmp_path: Path
    ) -> None:
        seen = watch(lambda seen: reps_counted(seen) >= 1)
        show(simulated("sim:squat?spoiled=1&reps=2&speed=12&seed=3", tmp_path / "s"))
        assert seen.has("Rock the knee", "heel lifted in rock 3", "calibration,", "HEEL DOWN")
        assert reps_counted(seen) >= 1
        assert len(read_reps(tmp_path / "s" / "reps.csv")) >= 1

    def test_a_strap_that_slips_in_mid_set_is_said_and_nothing_is_claimed_of_the_heel_after_it(
        self, watch: Watch, tmp_path: Path
    ) -> None:
        link = "sim:squat?reps=9&heel_lift_mm=0&slip_deg=15&slip_at_rep=3&speed=0&seed=1"
        seen = watch(lambda seen: seen.has("sensor turned on the strap"))
        show(simulated(link, tmp_path / "s"))
        assert seen.has("sensor turned on the strap")
        assert seen.window is not None
        assert "UNSURE" in next(iter(seen.window.columns.values())).badge.text()

    def test_a_link_that_breaks_is_found_again_and_the_session_goes_on(self, watch: Watch, tmp_path: Path) -> None:
        link = Breaking(SimOptions(reps=3, speed=0.0, seed=2))
        (sensor,) = simulated("sim:squat?reps=3&speed=0&seed=2", tmp_path / "s")
        seen = watch(lambda seen: link.broken and reps_counted(seen) >= 3)
        show([WornSensor(link, sensor.settings, tmp_path / "s")])
        assert seen.has("is back after")
        kinds = [event.kind for event in read_events(tmp_path / "s" / "events.csv")]
        assert kinds.index("notice:link_lost") < kinds.index("notice:link_back")
        assert len(read_reps(tmp_path / "s" / "reps.csv")) == 3

    def test_a_recorded_session_is_seen_as_it_was(self, watch: Watch, tmp_path: Path) -> None:
        first = watch(lambda seen: reps_counted(seen) >= 2)
        show(simulated("sim:squat?reps=2&speed=0&seed=4", tmp_path / "s"))
        assert reps_counted(first) == 2
        again = watch(lambda seen: reps_counted(seen) >= 2)
        settings = open_session(tmp_path / "s").settings
        show([WornSensor(ReplayLink(tmp_path / "s", speed=0.0), settings, None)])
        assert reps_counted(again) == 2

    def test_a_disk_that_fills_up_is_said_large_and_everything_before_it_is_kept(
        self, watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written = append_file.AppendFile.append
        pieces: list[int] = []

        def until_full(file: append_file.AppendFile, piece: bytes) -> None:
            pieces.append(len(piece))
            if len(pieces) > 2000:
                raise append_file.disk_error(file.path, OSError(28, "No space left on device"))
            written(file, piece)

        monkeypatch.setattr(append_file.AppendFile, "append", until_full)
        seen = watch(lambda seen: seen.has("No space left on device"))
        with pytest.raises(DataError, match="No space left"):
            show(simulated("sim:squat?reps=6&speed=0&seed=5", tmp_path / "s"))
        assert seen.window is not None
        assert seen.window.failure.isVisibleTo(seen.window)
        assert "Everything recorded before is kept" in seen.words[-1]
        assert len((tmp_path / "s" / "imu.csv").read_text().splitlines()) > 100
        assert open_session(tmp_path / "s").ended is not None

    def test_a_disk_that_cannot_be_written_is_said_before_anybody_squats(self, watch: Watch) -> None:
        nowhere = Path("/proc/shinsight-cannot-write-here/s")
        seen = watch(lambda seen: seen.has("cannot write"))
        with pytest.raises(DataError, match="choose a folder on another disk"):
            show(simulated("sim:squat?reps=2&speed=0", nowhere))
        assert seen.has("cannot write")

    def test_a_board_that_is_not_there_is_said_with_its_remedy(self, watch: Watch, tmp_path: Path) -> None:
        (sensor,) = simulated("sim:", tmp_path / "s")
        seen = watch(lambda seen: seen.has("switch it on"))
        with pytest.raises(LinkError):
            show([WornSensor(Absent(SimOptions()), sensor.settings, tmp_path / "s")])
        assert seen.has("no board called left: switch it on")

    def test_leaving_early_keeps_a_whole_session(self, watch: Watch, tmp_path: Path) -> None:
        watch(lambda seen: seen.has("Rock the knee"))
        with suppress(typer.Exit):
            show(simulated("sim:squat?reps=2&speed=20&seed=6", tmp_path / "s"))
        assert open_session(tmp_path / "s").ended is not None


class Breaking(SimLink):
    """A simulated board that goes out of reach once, after the calibration, for two attempts."""

    recovers = True

    def __init__(self, options: SimOptions) -> None:
        super().__init__(options)
        self.broken = False
        self._refusals = 2

    def open(self) -> None:
        if self.broken and self._refusals:
            self._refusals -= 1
            raise LinkError("sim:squat: out of reach")
        super().open()

    def read(self, timeout_s: float) -> list[Chunk]:
        if not self.broken and self._next > 300:
            self.broken = True
            raise LinkError("sim:squat: the connection broke.")
        return super().read(timeout_s)


class Absent(SimLink):
    """A board that cannot be opened."""

    def open(self) -> None:
        raise LinkError("no board called left: switch it on, bring it within reach")
