"""ICM-42688-P: FIFO of 16-byte packets.

Source: DS-000347: section 6 FIFO (packet 3 and its header), 12.8 invalid samples, 4.13 temperature; the registers of
bank 0 that are named below, among them PWR_MGMT0 with its 200 us in which nothing may be written and DEVICE_CONFIG
with its 1 ms.

Rules: a packet that was read in part is read again from its beginning, unless FIFO_RESUME_PARTIAL_RD is set. The
header of the first packet after a change of rate says so. FIFO_COUNT is latched for both bytes until the low one is
read.
Read into it, where the data sheet says nothing: 2048 bytes are 128 packets, an empty FIFO reads 0xFF, and
FIFO_LOST_PKT counts on, read or not, until the FIFO is flushed.
Left out: other packets, FSYNC, APEX, two rates; the registers of the other banks keep what is written and do nothing.
"""

import time
from struct import pack_into

from micropython import const

from chips.chip import Chip
from chips.fifo import Fifo

_DEVICE_CONFIG = const(0x11)
_FIFO_CONFIG = const(0x16)
_TEMP_DATA = const(0x1D)
_ACCEL_DATA_X = const(0x1F)
_INT_STATUS = const(0x2D)
_FIFO_COUNT = const(0x2E)
_FIFO_DATA = const(0x30)
_INT_STATUS3 = const(0x38)
_SIGNAL_PATH_RESET = const(0x4B)
_INTF_CONFIG0 = const(0x4C)
_PWR_MGMT0 = const(0x4E)
_GYRO_CONFIG0 = const(0x4F)
_ACCEL_CONFIG0 = const(0x50)
_FIFO_CONFIG1 = const(0x5F)
_FIFO_LOST_PKT = const(0x6C)
_WHO_AM_I = const(0x75)
_BANK_SEL = const(0x76)

_FIFO_FLUSH = const(0x02)
_RESET_DONE = const(0x10)
_DATA_READY = const(0x08)
_FIFO_FULL = const(0x02)
_HOLD_LAST = const(0x80)  # INTF_CONFIG0
_COUNT_RECORDS = const(0x40)
_COUNT_BIG = const(0x20)
_DATA_BIG = const(0x10)
_RESUME_PARTIAL = const(0x40)  # FIFO_CONFIG1
_HIRES = const(0x10)
_TIMESTAMP = const(0x08)
_LOW_NOISE = const(0x0F)  # PWR_MGMT0: both sensors
_EMPTY = const(0xFF)
_LEAST_VALID = const(-32766)
_PACKET_BYTES = const(16)
_RESET_US = const(1000)
_POWER_UP_US = const(200)

_RESET_VALUES = (
    (0x13, 0x05),
    (_ACCEL_DATA_X - 2, 0x80),
    (_INTF_CONFIG0, 0x30),
    (0x4D, 0x91),
    (_GYRO_CONFIG0, 0x06),
    (_ACCEL_CONFIG0, 0x06),
    (0x51, 0x16),
    (0x52, 0x11),
    (0x53, 0x0D),
    (0x54, 0x23),
    (0x62, 0x10),
    (0x64, 0x10),
    (0x65, 0x10),
)
_OTHER_BANKS = (  # (bank, register, value): the anti-alias filters
    (1, 0x0B, 0xA0),
    (1, 0x0C, 0x0D),
    (1, 0x0D, 0xAA),
    (1, 0x0E, 0x80),
    (2, 0x03, 0x30),
    (2, 0x04, 0x40),
    (2, 0x05, 0x62),
)
_READ_ONLY = (_FIFO_LOST_PKT, _FIFO_LOST_PKT + 1, _WHO_AM_I)
_RATES_HZ = {3: 8000, 4: 4000, 5: 2000, 6: 1000, 7: 200, 8: 100, 9: 50, 10: 25, 11: 12.5, 15: 500}


class Model(Chip):
    """An ICM-42688-P."""

    WHO_AM_I = 0x47

    def __init__(self, source, clock_us=time.now_us, rate_error=0.0):
        self.fifo = Fifo(2048 // _PACKET_BYTES, _PACKET_BYTES)
        self._others = [bytearray(128) for _ in range(7)]  # banks 1 to 7
        super().__init__(source, clock_us, rate_error)

    def power_on(self):
        """The registers and the FIFO as after the power came on."""
        registers = self.registers
        for register in range(len(registers)):
            registers[register] = 0
        for register, value in _RESET_VALUES:
            registers[register] = value
        for register in range(_ACCEL_DATA_X, _ACCEL_DATA_X + 12, 2):
            registers[register] = 0x80
        registers[_WHO_AM_I] = self.WHO_AM_I
        for other in self._others:
            for register in range(len(other)):
                other[register] = 0
        for bank, register, value in _OTHER_BANKS:
            self._others[bank - 1][register] = value
        self._bank = 0
        self._status = _RESET_DONE
        self._rate_changed = True
        self._flush()
        self._configure()

    def after(self, register):
        """The register that follows in a burst."""
        return register if register == _FIFO_DATA else (register + 1) & 0x7F

    def read_into(self, register, buffer):
        """Fill the buffer from this register on; a burst from the FIFO ends what was read of a packet."""
        super().read_into(register, buffer)
        if not self.registers[_FIFO_CONFIG1] & _RESUME_PARTIAL:
            self._byte = 0

    def write_register(self, register, value):
        """One register takes a byte, and the chip does what the data sheet says of it."""
        if register == _BANK_SEL:
            self._bank = value & 7
        elif self._bank:
            self._others[self._bank - 1][register] = value
        elif _TEMP_DATA <= register <= _INT_STATUS3 or register in _READ_ONLY:
            return
        elif register == _DEVICE_CONFIG and value & 1:
            self.power_on()
            self.busy(_RESET_US)
        elif register == _SIGNAL_PATH_RESET:
            if value & _FIFO_FLUSH:
                self._flush()
        else:
            self._set(register, value)

    def _set(self, register, value):
        was = self.registers[register]
        self.registers[register] = value
        if register == _PWR_MGMT0 and value & _LOW_NOISE & ~was:
            self.busy(_POWER_UP_US)
        if register == _FIFO_CONFIG and value >> 6 == 0:
            self._flush()
        if register in (_GYRO_CONFIG0, _ACCEL_CONFIG0, _PWR_MGMT0):
            self._rate_changed = True
        self._configure()

    def read_register(self, register):
        """The byte of one register; reading some of them changes the chip."""
        if register == _BANK_SEL:
            return self._bank
        if self._bank:
            return self._others[self._bank - 1][register]
        if register == _FIFO_DATA:
            return self._read_fifo()
        if register == _INT_STATUS:
            status, self._status = self._status, 0
            return status
        if register == _FIFO_COUNT:
            return self._count >> 8 if self.registers[_INTF_CONFIG0] & _COUNT_BIG else self._count & 0xFF
        if register == _FIFO_COUNT + 1:
            value = self._count & 0xFF if self.registers[_INTF_CONFIG0] & _COUNT_BIG else self._count >> 8
            self._latched = False
            return value
        if register == _FIFO_LOST_PKT:
            return self.fifo.dropped & 0xFF
        if register == _FIFO_LOST_PKT + 1:
            return self.fifo.dropped >> 8 & 0xFF
        if register == _TEMP_DATA:  # 132.48 counts a degree, 0 at 25 degC (4.13)
            raw = (self.temperature_centi_c - 2500) * 13248 // 10000
            pack_into(self._word, self.registers, _TEMP_DATA, raw)
        return self.registers[register]

    @property
    def _count(self):
        if not self._latched:
            self._latched = True
            records = self.registers[_INTF_CONFIG0] & _COUNT_RECORDS
            self._latched_count = self.fifo.used * (1 if records else _PACKET_BYTES)
        return self._latched_count

    def _read_fifo(self):
        fifo = self.fifo
        if not fifo.used:
            return _EMPTY
        value = fifo.bytes[fifo.oldest() + self._byte]
        self._byte += 1
        if self._byte == _PACKET_BYTES:
            self._byte = 0
            fifo.pop()
        return value

    def _flush(self):
        self.fifo.clear()
        self._byte = 0
        self._latched = False
        self._latched_count = 0

    def _configure(self):
        registers = self.registers
        big = registers[_INTF_CONFIG0] & _DATA_BIG
        self._word = ">h" if big else "<h"
        self._axes = ">3h" if big else "<3h"
        self._mode = registers[_FIFO_CONFIG] >> 6
        self._content = registers[_FIFO_CONFIG1] & (_HIRES | 3)
        if self._mode and self._content not in (0, 3):
            raise NotImplementedError(f"FIFO_CONFIG1 {registers[_FIFO_CONFIG1]:#x} of the emulated chip: packet 3 only")
        self.gyro_factor = 1 << (registers[_GYRO_CONFIG0] >> 5)  # +-2000 dps, and half of it with each step
        self.accel_factor = 1 << (registers[_ACCEL_CONFIG0] >> 5)
        on = registers[_PWR_MGMT0] & _LOW_NOISE
        if on not in (0, _LOW_NOISE):
            raise NotImplementedError(f"PWR_MGMT0 {on:#x} of the emulated chip: both sensors on, or none")
        self._odr = registers[_GYRO_CONFIG0] & 15
        self.measure(_RATES_HZ[self._odr] if on else 0)

    def store(self, k):
        """Put sample k into the FIFO, as the chip is configured."""
        counts = self.counts
        registers = self.registers
        if not registers[_INTF_CONFIG0] & _HOLD_LAST:  # -32768 is kept for 'no sample' (12.8)
            for axis in range(6):
                counts[axis] = max(_LEAST_VALID, counts[axis])
        pack_into(self._axes, registers, _ACCEL_DATA_X, counts[0], counts[1], counts[2])
        pack_into(self._axes, registers, _ACCEL_DATA_X + 6, counts[3], counts[4], counts[5])
        self._status |= _DATA_READY
        if not self._mode or not self._content:
            return
        if registers[_ACCEL_CONFIG0] & 15 != self._odr:
            raise NotImplementedError("two rates in the FIFO of the emulated chip")
        fifo = self.fifo
        at = fifo.push(k, self._mode != 1)
        if fifo.used == fifo.slots:
            self._status |= _FIFO_FULL
        if at < 0:
            return
        timestamp = registers[_FIFO_CONFIG1] & _TIMESTAMP
        fifo.bytes[at] = 0x60 | (0x08 if timestamp else 0) | (0x03 if self._rate_changed else 0)
        self._rate_changed = False
        pack_into(self._axes, fifo.bytes, at + 1, counts[0], counts[1], counts[2])
        pack_into(self._axes, fifo.bytes, at + 7, counts[3], counts[4], counts[5])
        fifo.bytes[at + 13] = (self.temperature_centi_c - 2500) * 207 // 10000 & 0xFF
        elapsed_us = (k + 1) * self._period_ns // 1000
        fifo.bytes[at + 14] = elapsed_us >> 8 & 0xFF if timestamp else 0
        fifo.bytes[at + 15] = elapsed_us & 0xFF if timestamp else 0
