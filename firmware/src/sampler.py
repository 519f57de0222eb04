"""From the chip's FIFO into batches. Here a sample costs a few dozen byte operations and not one allocation.

The FIFO keeps time, not a timer: a late turn of the loop finds more samples in it, never fewer. What the board knows of
time is when it looked: what is in the FIFO came after the look that emptied it, and its newest less than a period ago.
A stamp that walks on by one period a sample is pushed back into that window whenever it leaves it, and the pushes
correct the period. After some hundred looks at different moments little of the window is left, and the stamp is right
to a small part of a period. So the clock can tell how many samples an overrun has cost.
"""

from time import ticks_add, ticks_diff, ticks_ms, ticks_us

from micropython import const

import wire
from drivers.registers import ImuError

PULL = const(8)  # one part in so many of what a push says about the period is believed
LOOSEST = const(12)  # the period stays within 1/12 of the nominal one: no chip is further off
BURSTS = const(4)  # in one turn; more wait for the next
SILENT_MS = const(500)  # a chip that gives nothing in all looks of so long is configured anew
DOUBTFUL_LOOKS = const(20)  # after an overrun: a push of a third of a period then means a miscount by one


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
        self._begin(256)

    def _begin(self, period):
        self._nominal = self._period = period  # 1/256 us
        self._tick_us = 0  # of the newest sample
        self._fraction = 0  # 1/256 us
        self._stamped = False
        self._walked = 0  # samples since the last push
        self._emptied = False  # by the look before, at _emptied_us
        self._emptied_us = 0
        self._suspect = False  # samples may be missing before the next one
        self._doubtful = 0  # looks in which the last count of missing ones may still be mended
        self._silent = False  # since _silent_ms
        self._silent_ms = 0
        self._flags = 0

    @property
    def period_s(self):
        """As measured."""
        return self._period / 256e6

    def start(self, rate_hz):
        """Configure the chip and begin. Raises what the driver raises."""
        self._driver.start(rate_hz)
        self._begin(int(256e6 / self._driver.rate_hz))
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
                self._emptied = False
                self._watch_silence(False)
                return
            if driver.overrun:
                self._flags |= wire.OVERRUN
                self._suspect = True
                self._emptied = False
            self._watch_silence(count > 0 or driver.overrun)
            if count:
                self._stamp(looked_us, count + driver.waiting)
                self._store(count)
            if not driver.waiting:
                self._emptied = True
                self._emptied_us = looked_us
                return
            self._emptied = False
            self.late = True

    def _watch_silence(self, heard):
        if heard:
            self._silent = False
        elif not self._silent:
            self._silent = True
            self._silent_ms = ticks_ms()
        elif ticks_diff(ticks_ms(), self._silent_ms) > SILENT_MS:
            self._restart()

    def _restart(self):
        self._silent = False
        self.restarts += 1
        self._suspect = True
        self._flags |= wire.OVERRUN
        try:
            self._driver.start(self._driver.rate_hz)
        except (OSError, ImuError):
            self.bus_errors += 1

    def _stamp(self, looked_us, ahead):
        """Push the stamp to where it must be so that `ahead` samples on it is right for the newest in the FIFO."""
        period_us = self._period >> 8
        walk_us = ahead * period_us + (ahead * (self._period & 0xFF) >> 8)
        if not self._stamped:
            self._stamped = True
            self._suspect = False
            self._flags = 0
            self._tick_us = ticks_add(looked_us, -walk_us - (period_us >> 1))
            return
        window_us = period_us
        if self._emptied:
            since_us = ticks_diff(looked_us, self._emptied_us) - (walk_us - period_us)
            window_us = max(0, min(window_us, since_us))
        behind_us = ticks_diff(looked_us, self._tick_us) - walk_us
        if self._suspect:
            self._suspect = False
            missing = max(0, behind_us // period_us)
            if missing:
                self._flags |= wire.OVERRUN
            if self._flags & wire.OVERRUN:
                behind_us = self._miss(missing, behind_us)
                # A batch may not hold a hole: what it had so far is given up with the rest.
                self.lost += self._batches.filled
                self._batches.filled = 0
                self._doubtful = DOUBTFUL_LOOKS
        elif self._doubtful:
            self._doubtful -= 1
            if behind_us - window_us > period_us // 3:
                behind_us = self._miss(1, behind_us)
            elif behind_us < -period_us // 3:
                behind_us = self._miss(-1, behind_us)
        push_us = min(behind_us, 0) + max(behind_us - window_us, 0)
        self._walked += ahead
        if push_us:
            self._tick_us = ticks_add(self._tick_us, push_us)
            if not self._doubtful:
                limit = self._nominal // LOOSEST
                period = self._period + max(-limit, min(limit, push_us * 256 // (PULL * self._walked)))
                self._period = max(self._nominal - limit, min(self._nominal + limit, period))
            self._walked = 0

    def _miss(self, missing, behind_us):
        """So many samples never came; how far the stamp is behind then."""
        missing_us = missing * self._period // 256
        self.lost += missing
        self._tick_us = ticks_add(self._tick_us, missing_us)
        return behind_us - missing_us

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
                # 32767 and -32768; the lowest of an ICM-42688-P is -32766 (its data sheet, 12.8)
                if (byte == 0x7F and memory[high - 1] == 0xFF) or (byte == 0x80 and memory[high - 1] <= 2):
                    self._flags |= wire.SATURATED
            self._fraction += fraction
            self._tick_us = ticks_add(self._tick_us, period_us + (self._fraction >> 8))
            self._fraction &= 0xFF
            batches.filled += 1
            if batches.filled == full:
                batches.close(self._tick_us, self._flags)
                self._flags = 0
