"""What all chip models have in common: a register file, and samples that come at the chip's own rate.

Rules: the k-th sample is taken k + 1 periods after the sensors were started. The chip catches up with the clock when
it is spoken to: nothing runs in the background. Counts of the source are those of +-16 g and +-2000 dps; a narrower
range makes them larger and clips them, as on the chip.
"""

import time
from array import array

from chips.fifo import Fifo


class Chip:
    """source.fill(k, counts) gives the k-th sample. rate_error: part by which the chip's clock runs fast."""

    fifo: Fifo

    def __init__(self, source, clock_us=time.now_us, rate_error=0.0):
        self.source = source
        self.rate_error = rate_error
        self.temperature_centi_c = 2500
        self.registers = bytearray(256)
        self.counts = array("h", bytearray(12))  # the newest sample, ax ay az gx gy gz, as the chip shows it
        self.taken = 0
        self.accel_factor = self.gyro_factor = 1
        self._clock_us = clock_us
        self._period_ns = 0  # 0: nothing is measured
        self._started_us = 0
        self._busy_until_us = 0
        self.power_on()

    def power_on(self):
        """The registers and the FIFO as after the power came on."""
        raise NotImplementedError

    def write_register(self, register, value):
        """One register takes a byte, and the chip does what the data sheet says of it."""
        raise NotImplementedError

    def read_register(self, register):
        """The byte of one register; reading some of them changes the chip."""
        raise NotImplementedError

    def store(self, k):
        """Put sample k into the FIFO, as the chip is configured."""
        raise NotImplementedError

    @property
    def overwritten(self):
        """Samples lost in the FIFO since the sensors were started."""
        return self.fifo.lost

    def write(self, register, data):
        """Bytes for the registers from this one on; lost while the chip is busy."""
        if self._clock_us() < self._busy_until_us:
            return
        self._catch_up()
        for value in data:
            self.write_register(register, value)
            register = self.after(register)

    def read_into(self, register, buffer):
        """Fill the buffer from the registers from this one on."""
        self._catch_up()
        for index in range(len(buffer)):
            buffer[index] = self.read_register(register)
            register = self.after(register)

    def after(self, register):
        """The register that follows in a burst."""
        return (register + 1) & 0xFF

    def measure(self, rate_hz):
        """Begin to take samples at this nominal rate, from the first one; 0 stops. The same rate goes on."""
        period_ns = int(1e9 / (rate_hz * (1 + self.rate_error))) if rate_hz else 0
        if period_ns == self._period_ns:
            return
        self._period_ns = period_ns
        if period_ns:
            self._started_us = self._clock_us()
            self.taken = 0
            self.fifo.forget_losses()

    def busy(self, duration_us):
        """For so long the chip takes no writes."""
        self._busy_until_us = self._clock_us() + duration_us

    @property
    def is_busy(self):
        """Whether the chip takes no writes now."""
        return self._clock_us() < self._busy_until_us

    def _catch_up(self):
        if not self._period_ns:
            return
        due = (self._clock_us() - self._started_us) * 1000 // self._period_ns
        while self.taken < due:
            self.source.fill(self.taken, self.counts)
            self._scale()
            self.store(self.taken)
            self.taken += 1

    def _scale(self):
        counts = self.counts
        for axis in range(6):
            factor = self.accel_factor if axis < 3 else self.gyro_factor
            counts[axis] = max(-32768, min(32767, counts[axis] * factor))
