"""A board on the bench: chip model, bus, driver and sampler in virtual time, and what became of each sample."""

import struct
import time

import chips
import drivers
import machine
import wire
from batches import Batches
from sample_sources import Numbered, number_of
from sampler import Sampler


class Rig:
    """`play` lets time pass with a turn of the sampler each `poll_ms`; `delivered` are numbers of samples, in order."""

    def __init__(self, name, *, rate_error=0.013, samples=8, memory=60_000, source=None, rate_index=0, start_us=12_345):
        time.virtual(start_us)
        self.address, self.model = chips.make(name, source or Numbered(), rate_error)
        machine.bus.attach(self.address, self.model)
        self.driver = drivers.find(machine.I2C(0))
        self.batches = Batches(memory)
        self.batches.layout(samples, False)
        self.sampler = Sampler(self.driver, self.batches)
        self.rate_hz = self.driver.RATES_HZ[rate_index]
        self.sampler.start(self.rate_hz)
        self.delivered = []
        self.ticks = []  # (number of the newest sample, tick) of each batch
        self.flags = []

    def play(self, ms, poll_ms=5, each=None):
        for _ in range(ms // poll_ms):
            self.sampler.poll()
            self.take()
            if each:
                each()
            time.sleep_ms(poll_ms)

    def take(self):
        """All complete batches, out of the queue."""
        batches = self.batches
        while batches.unsent < batches.written:
            payload = batches.payload(batches.unsent)
            self.flags.append(payload[0] & 0x0F)
            at = wire.HEAD_BYTES
            for _ in range(payload[1]):
                self.delivered.append(number_of(payload[at : at + 12]))
                at += 12
            self.ticks.append((self.delivered[-1], struct.unpack("<I", payload[4:8])[0]))
            batches.mark_sent(batches.unsent)
            batches.unsent += 1

    def true_us(self, number):
        """When the chip took that sample, on the clock that never wraps."""
        return self.model._started_us + (number + 1) * self.model._period_ns / 1000

    @property
    def true_period_us(self):
        return 1e6 / (self.driver.rate_hz * (1 + self.model.rate_error))
