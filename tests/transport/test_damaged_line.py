"""A serial line that damages bytes: what was damaged is read back from the board, and the session is whole."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from acquisition.test_runner import Watcher
from shinsight.acquisition.runner import Runner
from shinsight.pipeline.settings import PipelineSettings
from shinsight.session.imu_csv import read_imu_csv
from shinsight.transport.emulated import EmulatedLink, chip_counts, options_of
from shinsight.wire.framing import Chunk


class DamagedLine(EmulatedLink):
    """One byte in 2000 arrives as another one."""

    def __init__(self, spec: str) -> None:
        super().__init__(*options_of(spec))
        self._rng = random.Random(4)

    def read(self, timeout_s: float) -> list[Chunk]:
        return [Chunk(chunk.arrival_s, self._damage(chunk.data)) for chunk in super().read(timeout_s)]

    def _damage(self, data: bytes) -> bytes:
        return bytes(b ^ self._rng.randrange(1, 256) if self._rng.random() < 0.0005 else b for b in data)


def test_what_a_damaged_line_spoils_is_read_back(tmp_path: Path) -> None:
    link = DamagedLine("squat?reps=2&rocks=0")
    view = Watcher()
    Runner(
        link, settings=PipelineSettings(), name="right", views=[view.update], record_to=tmp_path / "s", for_s=15.0
    ).run()
    assert view.health is not None
    assert view.health.damaged > 5
    assert view.health.recovered > 20
    assert view.health.lost == 0
    samples = read_imu_csv(tmp_path / "s" / "imu.csv").samples
    sent = chip_counts(link.reading, link.chip)
    got = np.round(samples.accel_mps2 / (0.488e-3 * 9.80665)).astype(int)
    at = next(k for k in range(200) if np.array_equal(sent[k : k + 50, :3], got[:50]))
    assert np.array_equal(sent[at : at + len(got), :3], got)
    assert len(got) > 1000
