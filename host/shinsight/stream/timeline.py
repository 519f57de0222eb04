"""Batches to samples on one even time axis: lost ones counted and filled, late ones left out.

Two witnesses say how many samples are missing before a batch: its sequence number and its tick. The sequence number
counts batches exactly and is believed while the ticks agree; it knows nothing of samples lost on the board
(`BatchFlag.OVERRUN`), of a stop and start, or of a board that restarted: there the ticks decide.

Flags of the samples: FILLED on reconstructed ones (up to `MAX_FILL_S` in one gap); GAP on the first sample after a
longer gap, a pause or a restart of the board; OVERRUN on the first sample of a batch so flagged; SATURATED on each
sample that touches the end of the range, or on all of a batch that says so and shows none.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from ..fusion.quaternion import Quaternion, conjugate, multiply
from ..samples import CountsBlock, FlagArray, FloatArray, SampleFlag, Vector
from ..wire.messages import BatchFlag, DeviceInfo, ImuBatch
from .gaps import BoardTurn
from .interpolation import kriging_fill
from .ticks import SampleClockFilter, unwrap

MAX_FILL_S = 2.0
"""Longer gaps are left open: after 2 s even the board's quaternion leaves 5.5 deg of error."""
STAMP_TOLERANCE_S = 0.1
"""Ticks and sequence numbers agree within this plus four standard deviations of the tick's prediction."""
REMEMBERED = 64
"""Batches within which one that comes again or late is recognised; further back it is a restarted board."""
HISTORY_S = 5.0
"""How far back filling looks to learn what movement is likely."""
FULL_SCALE_COUNTS = 32767
_SEQUENCES = 1 << 16
_TICK_S = 1e-6


@dataclass(frozen=True, slots=True)
class _Step:
    """How the timeline goes on: samples lost before this batch, and whether they can be filled."""

    lost: int
    tick_s: float  # stamp of the newest sample on the unwrapped scale
    jump: bool = False  # the gap stays open
    restarted: bool = False  # the board's clock restarted


class Timeline:
    """add(batch) -> its samples, those filled before it first; t_s is 0 at the first and strictly increases."""

    def __init__(self, *, info: DeviceInfo) -> None:
        self._bits = info.tick_bits
        self._gyro_scale_radps = info.gyro_scale_radps
        self._nominal_hz = info.rate_hz
        self._fit: SampleClockFilter | None = None
        self._origin_s = 0.0  # tick, unwrapped, of t_s = 0
        self._t_s = 0.0  # of the newest sample
        self._ticks = 0  # unwrapped tick of the newest batch, us
        self._last: ImuBatch | None = None
        self._recent: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)
        self._sizes: deque[int] = deque(maxlen=8)
        self._history: deque[FloatArray] = deque()  # received counts, by batch
        self._board = BoardTurn()
        self._received = self._lost = self._filled = self._duplicates = self._overruns = self._restarts = 0

    @property
    def rate_hz(self) -> float:
        """Measured sample rate; the nominal one until it is measured, Hz."""
        return 1.0 / self._fit.period_s if self._fit else self._nominal_hz

    @property
    def received(self) -> int:
        """Number of samples that came."""
        return self._received

    @property
    def lost(self) -> int:
        """Samples taken by the board that did not come. Pauses and restarts of the board count none."""
        return self._lost

    @property
    def filled(self) -> int:
        """Number of lost samples that were reconstructed."""
        return self._filled

    @property
    def duplicates(self) -> int:
        """Number of batches left out because they were repeated or late."""
        return self._duplicates

    @property
    def overruns(self) -> int:
        """Number of batches before which the board itself lost samples."""
        return self._overruns

    @property
    def restarts(self) -> int:
        """Number of restarts of the board's clock."""
        return self._restarts

    def add(self, batch: ImuBatch) -> CountsBlock:
        """Return the samples of the batch, filled ones before them; empty for a repeated or late batch."""
        if self._is_late(batch):
            self._duplicates += 1
            return CountsBlock(np.empty(0), np.empty((0, 3)), np.empty((0, 3)), np.empty(0, np.uint8))
        rows = _counts(batch)
        flags = _sample_flags(batch, rows)
        if self._fit is None or self._last is None:
            times = self._start(batch)
        else:
            step = self._step(self._fit, self._last, batch)
            if step.jump or step.restarted:
                flags[0] |= SampleFlag.GAP
                times = self._jump(self._fit, batch, step)
            else:
                times = self._go_on(self._fit, batch, step)
                if step.lost:
                    rows = np.concatenate([self._filling(self._fit, self._last, batch, step.lost), rows])
                    flags = np.concatenate([np.full(step.lost, SampleFlag.FILLED, np.uint8), flags])
                    self._filled += step.lost
                else:
                    self._learn(self._fit, self._last, batch)
            self._lost += step.lost
            self._restarts += step.restarted
        self._remember(batch)
        self._t_s = float(times[-1])
        return CountsBlock(times, rows[:, :3].copy(), rows[:, 3:].copy(), flags)

    def _remember(self, batch: ImuBatch) -> None:
        self._received += len(batch.samples)
        self._overruns += BatchFlag.OVERRUN in batch.flags
        self._last = batch
        self._recent.append((batch.sequence, batch.tick_us))
        self._sizes.append(len(batch.samples))
        self._history.append(_counts(batch))
        while len(self._history) > 1 and sum(map(len, self._history)) > HISTORY_S * self._nominal_hz:
            self._history.popleft()

    def _is_late(self, batch: ImuBatch) -> bool:
        if self._last is None:
            return False
        if BatchFlag.REPLAYED in batch.flags or (batch.sequence, batch.tick_us) in self._recent:
            return True
        behind = (self._last.sequence - batch.sequence) % _SEQUENCES
        if behind >= REMEMBERED or any(sequence == batch.sequence for sequence, _ in self._recent):
            return False  # the same number with another tick: another life of the board
        expected_us = -behind * len(self._last.samples) / self.rate_hz / _TICK_S
        delta_us = unwrap(batch.tick_us, last_raw=self._last.tick_us, bits=self._bits, expected=expected_us)
        return abs(delta_us - expected_us) * _TICK_S < STAMP_TOLERANCE_S

    def _step(self, fit: SampleClockFilter, last: ImuBatch, batch: ImuBatch) -> _Step:
        size = len(batch.samples)
        missing_batches = (batch.sequence - last.sequence) % _SEQUENCES - 1
        by_sequence = missing_batches * len(last.samples)
        tick_s, doubt_s, tolerance_s = self._witness(fit, last, batch, by_sequence + size)
        ahead = 0 <= missing_batches < _SEQUENCES // 2 - 1
        if ahead and abs(doubt_s) <= tolerance_s:
            lost = by_sequence
            counted_exactly = missing_batches == 0 or set(self._sizes) == {size}
            if BatchFlag.OVERRUN in batch.flags or not counted_exactly:
                lost = max(0, by_sequence + round(doubt_s / fit.period_s))
            return _Step(lost, tick_s, jump=lost * fit.period_s > MAX_FILL_S)
        tick_s, excess_s, tolerance_s = self._witness(fit, last, batch, size)
        if excess_s < -tolerance_s:
            return _Step(0, tick_s, restarted=True)
        if not ahead:
            return _Step(0, tick_s, jump=True)  # stopped and started: numbers restart, ticks go on
        lost = max(0, round(excess_s / fit.period_s))
        if lost * fit.period_s > MAX_FILL_S:
            # Nothing says that the board went on sampling: a pause, unless it says it overran.
            return _Step(lost if BatchFlag.OVERRUN in batch.flags else 0, tick_s, jump=True)
        return _Step(lost, tick_s)

    def _witness(
        self, fit: SampleClockFilter, last: ImuBatch, batch: ImuBatch, steps: int
    ) -> tuple[float, float, float]:
        """Stamp of the batch nearest to `steps` samples on, its distance from there, and how far is too far."""
        expected_s, sd_s = fit.predict(steps)
        expected_us = expected_s / _TICK_S - self._ticks
        delta_us = unwrap(batch.tick_us, last_raw=last.tick_us, bits=self._bits, expected=expected_us)
        tick_s = (self._ticks + delta_us) * _TICK_S
        return tick_s, tick_s - expected_s, STAMP_TOLERANCE_S + 4.0 * sd_s

    def _start(self, batch: ImuBatch) -> FloatArray:
        size = len(batch.samples)
        self._ticks = batch.tick_us
        self._fit = SampleClockFilter(rate_hz=self._nominal_hz, tick_s=self._ticks * _TICK_S)
        self._origin_s = self._fit.newest_s - (size - 1) * self._fit.period_s
        times: FloatArray = np.arange(size, dtype=np.float64) * self._fit.period_s
        return times

    def _go_on(self, fit: SampleClockFilter, batch: ImuBatch, step: _Step) -> FloatArray:
        steps = step.lost + len(batch.samples)
        self._ticks = round(step.tick_s / _TICK_S)
        fit.advance(steps, step.tick_s)
        # The fit may step back a little while it learns; time does not.
        newest_s = max(fit.newest_s - self._origin_s, self._t_s + 0.5 * steps * fit.period_s)
        times: FloatArray = self._t_s + np.arange(1, steps + 1, dtype=np.float64) * ((newest_s - self._t_s) / steps)
        return times

    def _jump(self, fit: SampleClockFilter, batch: ImuBatch, step: _Step) -> FloatArray:
        own_s = len(batch.samples) * fit.period_s
        self._ticks = batch.tick_us if step.restarted else round(step.tick_s / _TICK_S)
        fit.jump(self._ticks * _TICK_S)
        if step.restarted:  # how long it was away is not known: go on as if it had not been
            self._origin_s = fit.newest_s - (self._t_s + own_s)
        newest_s = max(fit.newest_s - self._origin_s, self._t_s + own_s)
        times: FloatArray = newest_s - np.arange(len(batch.samples), dtype=np.float64)[::-1] * fit.period_s
        return times

    def _rates(self, batch: ImuBatch) -> list[Vector]:
        k = self._gyro_scale_radps
        return [(k * x, k * y, k * z) for _, _, _, x, y, z in batch.samples]

    def _learn(self, fit: SampleClockFilter, last: ImuBatch, batch: ImuBatch) -> None:
        turn = _turn(last, batch)
        if turn is not None:
            self._board.learn(turn, self._rates(batch), fit.period_s)

    def _filling(self, fit: SampleClockFilter, last: ImuBatch, batch: ImuBatch, lost: int) -> FloatArray:
        """(lost, 6) counts between the last batch and this one."""
        rows = kriging_fill(_counts(last), _counts(batch), lost, history=np.concatenate(self._history))
        turn = _turn(last, batch)
        if turn is not None and self._board.trusted:
            likely_radps = rows[:, 3:] * self._gyro_scale_radps
            rates = self._board.fill(likely_radps, self._rates(batch), turn, dt_s=fit.period_s)
            counts = rates / self._gyro_scale_radps
            # A rate that the chip cannot measure is a board that lost its orientation, not a movement.
            if np.abs(counts).max() <= FULL_SCALE_COUNTS:
                rows[:, 3:] = counts
        return rows


def _counts(batch: ImuBatch) -> FloatArray:
    """Return the counts of the samples : (n, 6)."""
    return np.array(batch.samples, dtype=np.float64)


def _turn(last: ImuBatch, batch: ImuBatch) -> Quaternion | None:
    """R_last_from_batch: what the board says it turned from one batch's newest sample to the other's."""
    if last.quaternion is None or batch.quaternion is None:
        return None
    return multiply(conjugate(last.quaternion), batch.quaternion)


def _sample_flags(batch: ImuBatch, rows: FloatArray) -> FlagArray:
    touched = np.any((rows >= FULL_SCALE_COUNTS) | (rows <= -FULL_SCALE_COUNTS - 1), axis=1)
    # A batch that says so and shows none was averaged on the board after it touched.
    whole = BatchFlag.SATURATED in batch.flags and not touched.any()
    flags = np.where(touched | whole, SampleFlag.SATURATED, SampleFlag.NONE).astype(np.uint8)
    if BatchFlag.OVERRUN in batch.flags:
        flags[0] |= SampleFlag.OVERRUN
    return flags
