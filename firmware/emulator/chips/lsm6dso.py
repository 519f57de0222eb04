"""LSM6DSO and LSM6DSOX: FIFO of tagged words.

Source: DS12140 (LSM6DSO): section 6.5 FIFO (512 words of 6 bytes without compression), 6.5.2 and 6.5.3 its modes,
6.5.7 reading; the registers FIFO_CTRL1..4 (07h to 0Ah), CTRL1_XL, CTRL2_G, CTRL3_C (10h to 12h), FIFO_STATUS1 and 2
(3Ah, 3Bh), FIFO_DATA_OUT (78h to 7Eh). AN5192 on the tag: its counter steps once a time slot, its parity is even.

Read into it, where they say nothing: a word is gone when its last byte has been read; FIFO_OVR_IA falls at the first
word read after a loss.
Left out: compression, temperature and timestamps in the FIFO, interrupts, embedded functions. Asking for what the
model cannot do raises: silence would look like a chip that gives nothing.
"""

import time
from struct import pack_into

from micropython import const

from chips.chip import Chip
from chips.fifo import Fifo

_FIFO_CTRL3 = const(0x09)
_FIFO_CTRL4 = const(0x0A)
_WHO_AM_I = const(0x0F)
_CTRL1_XL = const(0x10)
_CTRL2_G = const(0x11)
_CTRL3_C = const(0x12)
_STATUS = const(0x1E)
_OUT_TEMP_L = const(0x20)
_OUTX_L_G = const(0x22)
_FIFO_STATUS1 = const(0x3A)
_FIFO_STATUS2 = const(0x3B)
_FIFO_DATA_OUT_TAG = const(0x78)
_FIFO_DATA_OUT_Z_H = const(0x7E)

_SW_RESET = const(0x01)
_IF_INC = const(0x04)
_BYPASS = const(0)
_STOPS = const(1)  # FIFO mode: when full it stops, until bypass mode empties it (6.5.2)
_CONTINUOUS = const(6)
_GYRO = const(1)
_ACCEL = const(2)
_RESET_US = const(50)

RATES_HZ = (0, 12.5, 26, 52, 104, 208, 416, 833, 1667, 3333, 6667)
ACCEL_FACTORS = (8, 1, 4, 2)  # +-2, 16, 4, 8 g
GYRO_FACTORS = (8, 4, 2, 1)  # +-250, 500, 1000, 2000 dps; these chips have 70 mdps per count at the widest
_READ_ONLY = (_WHO_AM_I, _STATUS, _FIFO_STATUS1, _FIFO_STATUS2)


def rate_code(value, register):
    """The ODR or batch rate code in the high nibble. Each step of the code doubles the rate."""
    code = value >> 4
    if code >= len(RATES_HZ):
        raise NotImplementedError(f"rate code {code:#x} in register {register:#x} of the emulated chip")
    return code


class Model(Chip):
    """An LSM6DSO."""

    _reported = 0  # lost words that FIFO_OVR_LATCHED has told of

    WHO_AM_I = 0x6C

    def __init__(self, source, clock_us=time.now_us, rate_error=0.0):
        self.fifo = Fifo(512, 7, stops_for_good=True)
        self.accel_first = False  # AN5192 promises no order within a time slot
        super().__init__(source, clock_us, rate_error)

    def power_on(self):
        """The registers and the FIFO as after the power came on."""
        registers = self.registers
        for register in range(len(registers)):
            registers[register] = 0
        registers[_WHO_AM_I] = self.WHO_AM_I
        registers[_CTRL3_C] = _IF_INC
        self._empty()
        self._configure()

    def after(self, register):
        """The register that follows in a burst."""
        if not self.registers[_CTRL3_C] & _IF_INC:
            return register
        if register == _FIFO_DATA_OUT_Z_H:
            return _FIFO_DATA_OUT_TAG
        return (register + 1) & 0xFF

    def write_register(self, register, value):
        """One register takes a byte, and the chip does what the data sheet says of it."""
        if register in _READ_ONLY or _OUT_TEMP_L <= register < _OUTX_L_G + 12 or register >= _FIFO_DATA_OUT_TAG:
            return
        if register == _CTRL3_C and value & _SW_RESET:
            self.power_on()
            self.busy(_RESET_US)
            return
        self.registers[register] = value
        if register == _FIFO_CTRL4 and value & 7 == _BYPASS:
            self._empty()
        self._configure()

    def read_register(self, register):
        """The byte of one register; reading some of them changes the chip."""
        fifo = self.fifo
        if register >= _FIFO_DATA_OUT_TAG and register <= _FIFO_DATA_OUT_Z_H:
            return self._read_word(register - _FIFO_DATA_OUT_TAG)
        if register == _FIFO_STATUS1:
            return fifo.used & 0xFF
        if register == _FIFO_STATUS2:
            latched = fifo.dropped != self._reported
            self._reported = fifo.dropped
            return fifo.overrun << 6 | (fifo.used == fifo.slots) << 5 | latched << 3 | fifo.used >> 8
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
        if byte == 6:  # the word is gone when its last byte has been read
            fifo.pop()
        return value

    def _empty(self):
        self.fifo.clear()
        self._slot = 0
        self._reported = 0

    def _configure(self):
        registers = self.registers
        accel = rate_code(registers[_CTRL1_XL], _CTRL1_XL)
        gyro = rate_code(registers[_CTRL2_G], _CTRL2_G)
        if registers[_CTRL2_G] & 2:
            raise NotImplementedError("+-125 dps of the emulated chip")
        fastest = max(accel, gyro)
        self.accel_factor = ACCEL_FACTORS[registers[_CTRL1_XL] >> 2 & 3]
        self.gyro_factor = GYRO_FACTORS[registers[_CTRL2_G] >> 2 & 3]
        self._mode = registers[_FIFO_CTRL4] & 7
        if self._mode not in (_BYPASS, _STOPS, _CONTINUOUS):
            raise NotImplementedError(f"FIFO mode {self._mode} of the emulated chip")
        batch = registers[_FIFO_CTRL3]
        self._every_accel = _every(fastest, accel, rate_code(batch << 4 & 0xFF, _FIFO_CTRL3))
        self._every_gyro = _every(fastest, gyro, rate_code(batch, _FIFO_CTRL3))
        self.measure(RATES_HZ[fastest])

    def store(self, k):
        """Put sample k into the FIFO, as the chip is configured."""
        counts = self.counts
        pack_into("<3h", self.registers, _OUTX_L_G, counts[3], counts[4], counts[5])
        pack_into("<3h", self.registers, _OUTX_L_G + 6, counts[0], counts[1], counts[2])
        self.registers[_STATUS] = 0x07
        if self._mode == _BYPASS:
            return
        accel = self._every_accel and k % self._every_accel == 0
        gyro = self._every_gyro and k % self._every_gyro == 0
        if accel and self.accel_first:
            self._push(k, _ACCEL, 0)
        if gyro:
            self._push(k, _GYRO, 3)
        if accel and not self.accel_first:
            self._push(k, _ACCEL, 0)
        if accel or gyro:
            self._slot = (self._slot + 1) & 3

    def _push(self, k, sensor, first):
        fifo = self.fifo
        at = fifo.push(k, self._mode == _STOPS)
        if at < 0:
            return
        tag = sensor << 3 | self._slot << 1
        ones = tag ^ tag >> 4
        ones ^= ones >> 2
        tag |= (ones ^ ones >> 1) & 1
        counts = self.counts
        pack_into("<B3h", fifo.bytes, at, tag, counts[first], counts[first + 1], counts[first + 2])


def _every(fastest, own, batch):
    """A sensor's word goes into the FIFO at every so many-th sample; 0: never."""
    return 1 << (fastest - min(own, batch)) if own and batch else 0
