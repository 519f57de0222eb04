"""The last seconds of batches in one preallocated memory: the queue to send from and the memory to read back from.

Each batch is built in place, as the bytes that will travel (docs/wire-format.md, 0x1). Batches are counted by `index`
since the board began; what travels is its sequence number. The oldest is overwritten, and counted in `dropped` when
it had never been sent. Nothing here allocates while samples come in; `payload` makes one memoryview a batch.
"""

import struct

from micropython import const

import wire

_NEVER_SENT = const(0)
_SENT_ONCE = const(1)  # or more often


class Batches:
    """memory_bytes: all that will ever be used. `layout` says how it is cut into slots of equal size."""

    def __init__(self, memory_bytes):
        self.memory = bytearray(memory_bytes)
        self._view = memoryview(self.memory)
        self.dropped = 0  # samples
        self.waited = 0  # most batches that ever waited
        self.written = 0  # index of the batch being filled: all before it are complete
        self.unsent = 0  # index of the next batch to send
        self.samples = 0  # a batch
        self._sequence = 0  # of index 0, modulo 2**16
        self.layout(1, False)

    def layout(self, samples, with_quaternion):
        """Begin anew with batches of so many samples. Sequence numbers go on where they were; the rest is forgotten."""
        self.samples = samples
        self.bytes = wire.HEAD_BYTES + wire.SAMPLE_BYTES * samples
        self.longest = self.bytes + (wire.QUATERNION_BYTES if with_quaternion else 0)  # of a batch; what a slot takes
        self.with_quaternion = with_quaternion
        self.slots = len(self.memory) // self.longest
        self._state = bytearray(self.slots)
        self._base = self.unsent = self.written
        self._open()

    def drop_unsent(self):
        """Count as dropped what has never been sent: the next `layout` will forget it."""
        for index in range(self.oldest, self.written):
            if self._state[(index - self._base) % self.slots] == _NEVER_SENT:
                self.dropped += self.samples
        self.dropped += self.filled

    def forget_since(self, index):
        """The batches from that index on were nobody's: the next one takes their sequence number."""
        self._sequence -= self.written - index

    def sequence(self, index):
        """The sequence number of a batch, modulo 2**16."""
        return (self._sequence + index) & 0xFFFF

    def index(self, sequence):
        """The newest batch of that sequence number; it may have left the memory, or not be there yet."""
        newest = self.written - 1
        return newest - ((self.sequence(newest) - sequence) & 0xFFFF)

    @property
    def oldest(self):
        """Index of the oldest complete batch in memory."""
        return max(self._base, self.written - self.slots + 1)

    def offset(self, index):
        """Where in `memory` a batch begins."""
        return (index - self._base) % self.slots * self.longest

    def _open(self):
        self.start = self.offset(self.written)  # where the batch being filled begins
        self.filled = 0  # samples it has so far

    def close(self, tick_us, flags):
        """The batch being filled is complete; tick_us is that of its newest sample."""
        memory = self.memory
        at = self.start
        sequence = (self._sequence + self.written) & 0xFFFF
        memory[at] = wire.BATCH | flags
        memory[at + 1] = self.samples
        memory[at + 2] = sequence & 0xFF
        memory[at + 3] = sequence >> 8
        memory[at + 4] = tick_us & 0xFF
        memory[at + 5] = tick_us >> 8 & 0xFF
        memory[at + 6] = tick_us >> 16 & 0xFF
        memory[at + 7] = tick_us >> 24 & 0xFF
        self._state[(self.written - self._base) % self.slots] = _NEVER_SENT
        self.written += 1
        waiting = self.written - self.unsent
        if waiting > self.waited:
            self.waited = waiting
        overwritten = self.written - self.slots
        if overwritten >= self._base:
            if self._state[(overwritten - self._base) % self.slots] == _NEVER_SENT:
                self.dropped += self.samples
            if self.unsent <= overwritten:
                self.unsent = overwritten + 1
        self._open()

    def set_quaternion(self, index, w, x, y, z):
        """Put a quaternion of 16-bit counts behind the samples of a batch."""
        at = self.offset(index)
        struct.pack_into("<4h", self.memory, at + self.bytes, w, x, y, z)
        self.memory[at] |= wire.QUATERNION

    def payload(self, index):
        """The batch as it travels."""
        at = self.offset(index)
        length = self.bytes
        if self.memory[at] & wire.QUATERNION:
            length += wire.QUATERNION_BYTES
        return self._view[at : at + length]

    def tick_us(self, index):
        """The tick of a batch's newest sample."""
        return struct.unpack_from("<I", self.memory, self.offset(index) + 4)[0]

    def mark_sent(self, index):
        """Note that this batch has been sent once: it will not count as dropped."""
        self._state[(index - self._base) % self.slots] = _SENT_ONCE

    def mark_replayed(self, index, replayed):
        """Set or clear the flag that says it comes again."""
        at = self.offset(index)
        if replayed:
            self.memory[at] |= wire.REPLAYED
        else:
            self.memory[at] &= ~wire.REPLAYED
