"""A model of the chip in docs/add-a-sensor.md, as one would be added to the emulator."""

from struct import pack_into

from chips.chip import Chip
from chips.fifo import Fifo


class Model(Chip):
    """100 samples of 12 bytes in its FIFO."""

    def power_on(self):
        self.fifo = Fifo(100, 12)
        self.registers[0] = 0x99
        self.registers[0x12] = 25

    def write_register(self, register, value):
        self.registers[register] = value
        if register == 0x01:
            self.measure(100 * value)
        elif register == 0x02 and not value:
            self.fifo.clear()

    def read_register(self, register):
        if register == 0x10:
            said = self.fifo.used | (0x80 if self.fifo.overrun else 0)
            self.fifo.overrun = False
            return said
        if register == 0x11:
            byte = self.fifo.bytes[self.fifo.oldest() + self._at] if self.fifo.used else 0
            self._at = (self._at + 1) % 12
            if not self._at and self.fifo.used:
                self.fifo.pop()
            return byte
        return self.registers[register]

    _at = 0

    def after(self, register):
        return register if register == 0x11 else register + 1

    def read_into(self, register, buffer):
        if register == 0x11:
            self._at = 0
        Chip.read_into(self, register, buffer)

    def store(self, k):
        if self.registers[2]:
            at = self.fifo.push(k)
            c = self.counts
            pack_into("<6h", self.fifo.bytes, at, c[0], c[1], c[2], c[3], c[4], c[5])
