"""LSM6DS3TR-C: FIFO of bare 16-bit words in a repeating pattern.

Source: LSM6DS3TR-C data sheet (DocID030071): section 5.5 FIFO (4 kbyte), 5.5.6 reading; the registers FIFO_CTRL1..5
(06h to 0Ah), CTRL1_XL, CTRL2_G, CTRL3_C (10h to 12h), FIFO_STATUS1..4 (3Ah to 3Dh), FIFO_DATA_OUT (3Eh, 3Fh). AN5130
for the pattern: Gx Gy Gz Ax Ay Az when both sensors are in the FIFO at one rate.

Read into it, where they say nothing: the FIFO loses single words, so after an overrun its oldest one may be in
mid-sample and only FIFO_PATTERN says where; DIFF_FIFO has 11 bits and reads 0 when all 2048 words are taken, which
FIFO_EMPTY tells from an empty FIFO.
Left out: decimation, other data sets, interrupts. Asking for them raises.
"""

import time
from struct import pack_into

from micropython import const

from chips.chip import Chip
from chips.fifo import Fifo
from chips.lsm6dso import ACCEL_FACTORS, GYRO_FACTORS, RATES_HZ, rate_code

_FIFO_CTRL2 = const(0x07)
_FIFO_CTRL3 = const(0x08)
_FIFO_CTRL4 = const(0x09)
_FIFO_CTRL5 = const(0x0A)
_WHO_AM_I = const(0x0F)
_CTRL1_XL = const(0x10)
_CTRL2_G = const(0x11)
_CTRL3_C = const(0x12)
_STATUS = const(0x1E)
_OUT_TEMP_L = const(0x20)
_OUTX_L_G = const(0x22)
_FIFO_STATUS1 = const(0x3A)
_FIFO_STATUS2 = const(0x3B)
_FIFO_STATUS3 = const(0x3C)
_FIFO_STATUS4 = const(0x3D)
_FIFO_DATA_OUT_L = const(0x3E)
_FIFO_DATA_OUT_H = const(0x3F)

_SW_RESET = const(0x01)
_IF_INC = const(0x04)
_BYPASS = const(0)
_STOPS = const(1)
_CONTINUOUS = const(6)
_RESET_US = const(50)


class Model(Chip):
    """An LSM6DS3TR-C."""

    WHO_AM_I = 0x6A

    def __init__(self, source, clock_us=time.now_us, rate_error=0.0):
        self.fifo = Fifo(2048, 2, stops_for_good=True)
        super().__init__(source, clock_us, rate_error)

    def power_on(self):
        """The registers and the FIFO as after the power came on."""
        registers = self.registers
        for register in range(len(registers)):
            registers[register] = 0
        registers[_WHO_AM_I] = self.WHO_AM_I
        registers[_CTRL3_C] = _IF_INC
        self.fifo.clear()
        self._configure()

    def after(self, register):
        """The register that follows in a burst."""
        if not self.registers[_CTRL3_C] & _IF_INC:
            return register
        if register == _FIFO_DATA_OUT_H:
            return _FIFO_DATA_OUT_L
        return (register + 1) & 0xFF

    def write_register(self, register, value):
        """One register takes a byte, and the chip does what the data sheet says of it."""
        if register in (_WHO_AM_I, _STATUS):
            return
        if _OUT_TEMP_L <= register < _OUTX_L_G + 12 or _FIFO_STATUS1 <= register <= _FIFO_DATA_OUT_H:
            return
        if register == _CTRL3_C and value & _SW_RESET:
            self.power_on()
            self.busy(_RESET_US)
            return
        self.registers[register] = value
        if register == _FIFO_CTRL5 and value & 7 == _BYPASS:
            self.fifo.clear()
        self._configure()

    def read_register(self, register):
        """The byte of one register; reading some of them changes the chip."""
        fifo = self.fifo
        if register in (_FIFO_DATA_OUT_L, _FIFO_DATA_OUT_H):
            return self._read_word(register - _FIFO_DATA_OUT_L)
        if register == _FIFO_STATUS1:
            return fifo.used & 0xFF
        if register == _FIFO_STATUS2:
            return fifo.overrun << 6 | (fifo.used == fifo.slots) << 5 | (not fifo.used) << 4 | fifo.used >> 8 & 7
        if register == _FIFO_STATUS3:
            return fifo.gone % self._words if self._words else 0
        if register == _FIFO_STATUS4:
            return 0  # the pattern is at most six words long here
        if register == _CTRL3_C:
            return self.registers[_CTRL3_C] | self.is_busy
        if register == _OUT_TEMP_L:  # 256 counts a degree, 0 at 25 degC (4.3)
            pack_into("<h", self.registers, _OUT_TEMP_L, (self.temperature_centi_c - 2500) * 256 // 100)
        return self.registers[register]

    def _read_word(self, byte):
        fifo = self.fifo
        if not fifo.used:
            return 0
        value = fifo.bytes[fifo.oldest() + byte]
        if byte:  # the word is gone when its high byte has been read
            fifo.pop()
        return value

    def _configure(self):
        registers = self.registers
        accel = rate_code(registers[_CTRL1_XL], _CTRL1_XL)
        gyro = rate_code(registers[_CTRL2_G], _CTRL2_G)
        if registers[_CTRL2_G] & 2:
            raise NotImplementedError("+-125 dps of the emulated chip")
        if registers[_FIFO_CTRL2] & 0x88 or registers[_FIFO_CTRL4]:
            raise NotImplementedError("more than accelerometer and gyroscope in the FIFO of the emulated chip")
        fastest = max(accel, gyro)
        self.accel_factor = ACCEL_FACTORS[registers[_CTRL1_XL] >> 2 & 3]
        self.gyro_factor = GYRO_FACTORS[registers[_CTRL2_G] >> 2 & 3]
        self._mode = registers[_FIFO_CTRL5] & 7
        if self._mode not in (_BYPASS, _STOPS, _CONTINUOUS):
            raise NotImplementedError(f"FIFO mode {self._mode} of the emulated chip")
        sets = registers[_FIFO_CTRL3]
        if sets & 0x36:
            raise NotImplementedError(f"decimation {sets:#x} in FIFO_CTRL3 of the emulated chip")
        batch = rate_code(registers[_FIFO_CTRL5] << 1 & 0xF0, _FIFO_CTRL5)
        self._gyro = bool(sets & 0x08 and gyro)
        self._accel = bool(sets & 0x01 and accel)
        self._words = 3 * self._gyro + 3 * self._accel
        self._every = 1 << (fastest - min(fastest, batch)) if batch else 0
        self.measure(RATES_HZ[fastest])

    def store(self, k):
        """Put sample k into the FIFO, as the chip is configured."""
        counts = self.counts
        pack_into("<3h", self.registers, _OUTX_L_G, counts[3], counts[4], counts[5])
        pack_into("<3h", self.registers, _OUTX_L_G + 6, counts[0], counts[1], counts[2])
        self.registers[_STATUS] = 0x07
        if self._mode == _BYPASS or not self._every or k % self._every:
            return
        if self._gyro:
            self._push(k, 3)
        if self._accel:
            self._push(k, 0)

    def _push(self, k, first):
        fifo = self.fifo
        for axis in range(first, first + 3):
            at = fifo.push(k, self._mode == _STOPS)
            if at >= 0:
                pack_into("<h", fifo.bytes, at, self.counts[axis])
