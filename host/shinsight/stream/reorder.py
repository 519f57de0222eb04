"""Batches in the order of their sequence numbers, with those read back in their place.

After a gap newer batches wait here until the missing ones have come again, or nobody expects them any more: the board
says in its answer to READ_BACK which are gone, and `PATIENCE_S` of newer samples without any progress end the waiting
too. All of that is in the bytes received, so a replayed log goes the same way as the run it is of.
"""

from __future__ import annotations

import struct
from dataclasses import replace

from ..wire.messages import Answer, AnswerCode, BatchFlag, CommandCode, ImuBatch

PATIENCE_S = 10.0
LONGEST_REQUEST = 255
NEAR = 64
"""Batches this far behind the newest are late or came twice; further back it is another life of the board."""
FARTHEST = 8192
"""Batches ahead: more than ten minutes at the usual size. No board remembers so many."""
_SEQUENCES = 1 << 16


class ReorderBuffer:
    """add(batch), answered(answer), finish() -> the batches that can go on now."""

    def __init__(self, *, rate_hz: float) -> None:
        self._patience = PATIENCE_S * rate_hz
        self._next: int | None = None  # sequence, unwrapped
        self._held: dict[int, ImuBatch] = {}
        self._gone: set[int] = set()
        self._waited = 0.0  # newer samples since the last progress
        self._recovered = 0

    @property
    def recovered(self) -> int:
        """Number of samples that were read back in time."""
        return self._recovered

    @property
    def missing(self) -> tuple[int, int] | None:
        """(first sequence number, count) to ask the board for, None when nothing is missing."""
        if self._next is None or not self._held:
            return None
        first = self._next
        while first in self._gone:
            first += 1
        stop = first
        while stop not in self._held and stop not in self._gone and stop - first < LONGEST_REQUEST:
            stop += 1
        return (first % _SEQUENCES, stop - first) if stop > first else None

    def add(self, batch: ImuBatch) -> list[ImuBatch]:
        """Take a batch, and return the batches that are now in order."""
        if self._next is None:
            self._next = batch.sequence + 1
            return [batch]
        replayed = BatchFlag.REPLAYED in batch.flags
        ahead = self._ahead(batch.sequence)
        if ahead < 0 and (replayed or -ahead <= NEAR):
            return [batch]  # comes too late or again: the timeline counts it
        if ahead < 0 or ahead > FARTHEST:
            released = self.finish()
            self._next = batch.sequence + 1
            return [*released, batch]
        if replayed:
            self._waited = 0.0
            self._recovered += len(batch.samples)
            batch = replace(batch, flags=batch.flags & ~BatchFlag.REPLAYED)
        elif ahead:
            self._waited += len(batch.samples)
        self._held[self._next + ahead] = batch
        if self._waited > self._patience:
            self._give_up()
        return self._release()

    def answered(self, answer: Answer) -> list[ImuBatch]:
        """Take the answer of the board to READ_BACK, and return the batches that are now in order."""
        if answer.code != CommandCode.READ_BACK or self._next is None or not self._held:
            return []
        self._waited = 0.0
        if len(answer.data) < 3:
            self._give_up()
            return self._release()
        asked, count = struct.unpack_from("<HB", answer.data)
        coming: range = range(0)
        if answer.result == AnswerCode.OK and len(answer.data) == 6:
            first, n = struct.unpack_from("<HB", answer.data, 3)
            start = self._next + self._ahead(first)
            coming = range(start, start + n)
        start = self._next + self._ahead(asked)
        self._gone.update(s for s in range(start, start + count) if s not in coming and s not in self._held)
        return self._release()

    def finish(self) -> list[ImuBatch]:
        """Return all waiting batches in order, with their gaps."""
        released = [self._held[sequence] for sequence in sorted(self._held)]
        if self._held:
            self._next = max(self._held) + 1
        self._held.clear()
        self._gone.clear()
        self._waited = 0.0
        return released

    def _ahead(self, sequence: int) -> int:
        assert self._next is not None
        return (sequence - self._next + _SEQUENCES // 2) % _SEQUENCES - _SEQUENCES // 2

    def _give_up(self) -> None:
        assert self._next is not None
        self._gone.update(range(self._next, min(self._held)))
        self._waited = 0.0

    def _release(self) -> list[ImuBatch]:
        assert self._next is not None
        released = []
        while self._next in self._held or (self._next in self._gone and self._held):
            batch = self._held.pop(self._next, None)
            self._gone.discard(self._next)
            self._next += 1
            if batch is not None:
                released.append(batch)
        if not self._held:
            self._waited = 0.0
            self._gone.clear()
        return released
