"""A chip's FIFO: a ring of slots, each of which remembers the number of the sample it belongs to.

Rule: what does not fit pushes out the oldest, or is itself dropped when the FIFO stops where it is full. A sample of
which a part was lost is lost, and counted once.
"""

from array import array


class Fifo:
    """A ring of slots with one sample each, or a part of one. A full one loses its oldest slot, and counts it."""

    def __init__(self, slots, slot_bytes, stops_for_good=False):
        self.bytes = bytearray(slots * slot_bytes)
        self.slot_bytes = slot_bytes
        self.slots = slots
        self._stops_for_good = stops_for_good  # a FIFO that has stopped takes nothing more before it is emptied
        self._numbers = array("l", [0] * slots)
        self.forget_losses()
        self.clear()

    def clear(self):
        """Empty it."""
        self._first = 0
        self.used = 0
        self.overrun = False  # something was lost, and nothing has been read since
        self._stopped = False
        self.dropped = 0  # slots lost since the FIFO was emptied
        self.gone = 0  # slots that have left at the front since then, read or lost

    def forget_losses(self):
        """Begin to count lost samples from 0."""
        self.lost = 0
        self._last_lost = -1

    def push(self, number, stops_when_full=False):
        """Where in `bytes` to write the slot for this sample; -1 when it is not taken."""
        if self.used == self.slots or self._stopped:
            self.overrun = True
            self.dropped += 1
            if stops_when_full:
                self._stopped = self._stops_for_good
                self._lose(number)
                return -1
            self._lose(self._numbers[self._first])
            self._step()
        slot = (self._first + self.used) % self.slots
        self._numbers[slot] = number
        self.used += 1
        return slot * self.slot_bytes

    def oldest(self):
        """Where in `bytes` the oldest slot begins."""
        return self._first * self.slot_bytes

    def pop(self):
        """The oldest slot has been read."""
        self.overrun = False
        self._step()

    def _step(self):
        self._first = (self._first + 1) % self.slots
        self.used -= 1
        self.gone += 1

    def _lose(self, number):
        if number != self._last_lost:
            self._last_lost = number
            self.lost += 1
