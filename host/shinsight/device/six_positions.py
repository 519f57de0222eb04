"""Collects the positions of a calibration from the stream, while a person places the board on its sides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from ..calibration.chip.inertial import Inertial, SensorWatch
from ..calibration.chip.positions import Position, PositionFinder, PositionSettings
from ..errors import DeviceError
from ..results import Notice
from ..samples import CountsBlock, SampleBlock, SampleFlag
from ..wire.messages import BatchFlag, DeviceInfo, ImuBatch, Message, Orientation, Status

PATIENCE_S = 120.0
"""Without a new position for so long, nobody is there."""

OnProgress = Callable[[PositionFinder, Sequence[Position | Notice]], None]


@dataclass(frozen=True, slots=True)
class Positions:
    """All wanted positions. temperature_c: the mean meanwhile, None when the board does not report it."""

    positions: tuple[Position, ...]
    temperature_c: float | None


def collect_positions(
    messages: Iterable[Message], *, info: DeviceInfo, settings: PositionSettings, on_progress: OnProgress
) -> Positions:
    """Read messages until all positions are measured.

    info: the scale of the counts. on_progress: called after every batch with its results. Raises `DeviceError` for a
    board that cannot be calibrated, and when no new position comes.
    """
    finder = PositionFinder(rate_hz=info.rate_hz, settings=settings)
    watch = SensorWatch(rate_hz=info.rate_hz)
    converter = _CountConverter(info)
    temperatures_c: list[float] = []
    taken_s = 0.0
    for message in messages:
        if isinstance(message, Orientation):
            raise DeviceError(
                f"{info.board} sends orientation only, expected samples: `shinsight board LINK --samples` changes this"
            )
        if isinstance(message, Status) and isfinite(message.temperature_c):
            temperatures_c.append(message.temperature_c)
        if not isinstance(message, ImuBatch):
            continue
        block = converter.samples(message)
        for notice in watch.run(block):
            if notice.code.startswith("dead"):
                raise DeviceError(notice.text)
        results = finder.run(block)
        on_progress(finder, results)
        if finder.done:
            return Positions(finder.positions, float(np.mean(temperatures_c)) if temperatures_c else None)
        now_s = float(block.t_s[-1])
        if any(isinstance(result, Position) for result in results):
            taken_s = now_s
        if now_s - taken_s > PATIENCE_S:
            raise DeviceError(
                f"no new side for {PATIENCE_S:.0f} s, {len(finder.positions)} of {finder.wanted} are measured: "
                "nothing is stored; begin again"
            )
    raise DeviceError(f"{info.board} ended before all sides were measured: nothing is stored; begin again")


class _CountConverter:
    """Converts batches to samples in SI, uncorrected, at the nominal rate: rests need no exact time."""

    def __init__(self, info: DeviceInfo) -> None:
        self._inertial = Inertial(info=replace(info, calibration=None))
        self._period_s = 1.0 / info.rate_hz
        self._count = 0
        self._next: int | None = None

    def samples(self, batch: ImuBatch) -> SampleBlock:
        n = len(batch.samples)
        counts = np.array(batch.samples, np.float64)
        flags = np.full(n, SampleFlag.SATURATED if batch.flags & BatchFlag.SATURATED else SampleFlag.NONE, np.uint8)
        if (self._next is not None and batch.sequence != self._next) or batch.flags & BatchFlag.OVERRUN:
            flags[0] |= SampleFlag.GAP
        self._next = (batch.sequence + 1) % 65536
        t_s = np.arange(self._count + 1, self._count + n + 1, dtype=np.float64) * self._period_s
        self._count += n
        return self._inertial.run(CountsBlock(t_s, counts[:, :3], counts[:, 3:], flags))
