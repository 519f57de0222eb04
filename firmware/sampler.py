"""From the chip's FIFO into batches. Here a sample costs a few dozen byte operations and not one allocation.

The FIFO keeps time, not a timer: a late turn of the loop finds more samples in it, never fewer. What the board knows of
time is when it looked: the newest sample in the FIFO was taken less than one period before the look. A stamp that walks
on by one period a sample is pushed back into that window whenever it leaves it, and the pushes correct the period.
After some hundred looks at different moments little of the window is left, and the stamp is right to a small part of a
period. So the clock can tell how many samples an overrun has cost.
"""

from time import ticks_add, ticks_diff, ticks_ms, ticks_us

from micropython import const

import wire
from drivers.registers import ImuError

PULL = const(8)  # 1/256 us of period for each us the stamp was pushed
LOOSEST = const(12)  # the period stays within 1/12 of the nominal one: no chip is further off
BURSTS = const(4)  # in one turn; more wait for the next
SILENT_MS = const(500)  # a chip that gives nothing for so long is configured anew


class Sampler:
    """driver: the chip; batches: where its samples go. `poll` each turn of the loop."""

    def __init__(self, driver, batches):
        self._driver = driver
        self._batches = batches
        self.running = False
        self.late = False  # the FIFO held more than one burst: the loop has fallen behind
        self.lost = 0  # samples lost before they were batched, counted by the clock
        self.bus_errors = 0
        self.restarts = 0
        self._heard_ms = 0
        self._begin(256)

    def _begin(self, period):
        self._nominal = self._period = period  # 1/256 us
        self._tick_us = 0  # of the newest sample
        self._fraction = 0  # 1/256 us
        self._stamped = False
        self._suspect = False  # samples may be missing before the next one
        self._flags = 0

    @property
    def period_s(self):
        """As measured."""
        return self._period / 256e6

    def start(self, rate_hz):
        """Configure the chip and begin. Raises what the driver raises."""
        self._driver.start(rate_hz)
        self._begin(int(256e6 / self._driver.rate_hz))
        self._heard_ms = ticks_ms()
        self.running = True

    def stop(self):
        """Raises OSError when the chip cannot be told; nothing more is taken from it all the same."""
        self.running = False
        self._driver.stop()

    def poll(self):
        """Empty the FIFO. A bus that fails is counted, a chip that stays silent configured anew."""
        if not self.running:
            return
        driver = self._driver
        self.late = False
        for _ in range(BURSTS):
            looked_us = ticks_us()
            try:
                count = driver.fetch()
            except (OSError, ImuError):
                self.bus_errors += 1
                self._suspect = True
                break
            if driver.overrun:
                self._flags |= wire.OVERRUN
                self._suspect = True
            if count:
                self._heard_ms = ticks_ms()
                self._stamp(looked_us, count, driver.waiting)
                self._store(count)
            if not driver.waiting:
                break
            self.late = True
        if ticks_diff(ticks_ms(), self._heard_ms) > SILENT_MS:
            self._restart()

    def _restart(self):
        self._heard_ms = ticks_ms()
        self.restarts += 1
        self._suspect = True
        self._flags |= wire.OVERRUN
        try:
            self._driver.start(self._driver.rate_hz)
        except (OSError, ImuError):
            self.bus_errors += 1

    def _stamp(self, looked_us, count, waiting):
        """Push the stamp to where it must be so that `count` samples on it is right for the newest of them."""
        period_us = self._period >> 8
        ahead = count + waiting
        walk_us = ahead * period_us + (ahead * (self._period & 0xFF) >> 8)
        if not self._stamped:
            self._stamped = True
            self._suspect = False
            self._flags = 0
            self._tick_us = ticks_add(looked_us, -walk_us - (period_us >> 1))
            return
        behind_us = ticks_diff(looked_us, self._tick_us) - walk_us
        if self._suspect:
            self._suspect = False
            missing = behind_us // period_us
            if missing > 0:
                behind_us -= missing * period_us
                self._tick_us = ticks_add(self._tick_us, missing * period_us)
                self._flags |= wire.OVERRUN
            if self._flags & wire.OVERRUN:
                # A batch may not hold a hole: what it had so far is given up with the rest.
                self.lost += max(missing, 0) + self._batches.filled
                self._batches.filled = 0
        push_us = min(behind_us, 0) + max(behind_us - period_us, 0)
        if push_us:
            self._tick_us = ticks_add(self._tick_us, push_us)
            limit = self._nominal // LOOSEST
            period = self._period + max(-limit, min(limit, push_us * PULL))
            self._period = max(self._nominal - limit, min(self._nominal + limit, period))

    def _store(self, count):
        driver = self._driver
        batches = self._batches
        memory = batches.memory
        full = batches.samples
        period_us = self._period >> 8
        fraction = self._period & 0xFF
        for i in range(count):
            at = batches.start + wire.HEAD_BYTES + wire.SAMPLE_BYTES * batches.filled
            driver.copy(i, memory, at)
            for high in range(at + 1, at + 12, 2):
                byte = memory[high]
                if (byte == 0x7F and memory[high - 1] == 0xFF) or (byte == 0x80 and memory[high - 1] == 0):
                    self._flags |= wire.SATURATED
            self._fraction += fraction
            self._tick_us = ticks_add(self._tick_us, period_us + (self._fraction >> 8))
            self._fraction &= 0xFF
            batches.filled += 1
            if batches.filled == full:
                batches.close(self._tick_us, self._flags)
                self._flags = 0
