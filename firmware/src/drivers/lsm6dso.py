"""LSM6DSO and LSM6DSOX: a FIFO of tagged words.

Written from the data sheets DS12140 (LSM6DSO) and DS12814 (LSM6DSOX) and the application note AN5192: sensitivities
in table 2 (4.1), FIFO in 6.5 (reading procedure 6.5.7), registers in section 9. Both chips answer WHO_AM_I alike and
have the same registers as far as they are used here. The LSM6DSO32 answers alike too but has twice the range: it is
not supported and cannot be told apart.

A FIFO word has 7 bytes: a tag with the sensor and a 2-bit count of the time slot, then x y z. The accelerometer and
the gyroscope each write one word a slot, so two words with the same count are a sample. A word whose other half has
not come yet waits for the next burst; one whose other half was lost is dropped and reported.
"""

import time
from array import array

from micropython import const

from drivers.registers import Registers, require_rate, st_centi_c

_FIFO_CTRL1 = const(0x07)
_FIFO_CTRL2 = const(0x08)
_FIFO_CTRL3 = const(0x09)  # batch rates: gyroscope high nibble, accelerometer low nibble
_FIFO_CTRL4 = const(0x0A)
_CTRL1_XL = const(0x10)
_CTRL2_G = const(0x11)
_CTRL3_C = const(0x12)
_CTRL8_XL = const(0x17)
_CTRL9_XL = const(0x18)
_OUT_TEMP_L = const(0x20)
_FIFO_STATUS1 = const(0x3A)
_FIFO_DATA_OUT_TAG = const(0x78)  # auto-increment rolls over from 0x7E, so a burst reads word after word

_SW_RESET = const(0x01)
_BDU_IF_INC = const(0x44)
_I3C_DISABLE = const(0xE2)  # on top of the reset value 0xE0
_XL_16G_LPF2 = const(0x06)  # FS_XL = 01, LPF2_XL_EN: with HPCF_XL = 000 the bandwidth is ODR/4
_G_2000DPS = const(0x0C)  # its LPF2 is always on: 33 Hz at 104 Hz, 67 Hz at 208 Hz
_BYPASS = const(0x00)
_CONTINUOUS = const(0x06)
_OVERRUN_LATCHED = const(0x08)  # cleared by reading FIFO_STATUS2

_WORD = const(7)
_GYRO_TAG = const(0x01)
_ACCEL_TAG = const(0x02)
_SAME_SLOT_OTHER_SENSOR = const(0x18)  # of two tags, with an exclusive or, without parity: (0x01 ^ 0x02) << 3
_ODR_CODES = {104: 4, 208: 5}
_SETTLING_MS = const(100)  # gyroscope turn-on is 70 ms (table 4 of AN5192)
_CHIPS = {0x6C: "LSM6DSO"}


class Lsm6dso:
    """One chip. `fetch` reads, `copy` hands over."""

    ADDRESSES = (0x6A, 0x6B)
    WHO_AM_I = 0x0F
    CHIPS = _CHIPS  # the LSM6DSOX answers like the LSM6DSO
    RATES_HZ = (104, 208)
    CAPACITY = 32

    def __init__(self, bus, address, chip_id):
        self.chip = self.CHIPS[chip_id]
        self.rate_hz = float(self.RATES_HZ[0])
        self.accel_scale_mps2 = 0.488e-3 * 9.80665
        self.gyro_scale_radps = 70e-3 * 0.017453292519943295  # 70 mdps a count, not 2000/32768
        self.overrun = False
        self.waiting = 0  # samples that the last burst left in the FIFO, as it looked then
        self._registers = Registers(bus, address, self.chip)
        self._status = bytearray(2)
        # The first word is the one that waited since the burst before.
        self._words = bytearray(_WORD * (1 + 2 * self.CAPACITY))
        view = memoryview(self._words)
        self._bursts = [view[_WORD : _WORD * (1 + count)] for count in range(1 + 2 * self.CAPACITY)]
        self._accel_at = array("H", bytes(2 * self.CAPACITY))
        self._gyro_at = array("H", bytes(2 * self.CAPACITY))
        self._forget()

    def _forget(self):
        self._waiting_at = -1  # of the word without its other half
        self._torn = False  # a burst broke off: what it took out of the FIFO is gone
        self._lost = False

    def start(self, rate_hz):
        """Configure everything; the FIFO is empty and running afterwards."""
        require_rate(self, rate_hz)
        registers = self._registers
        registers.write(_CTRL3_C, _SW_RESET)
        registers.await_clear(_CTRL3_C, _SW_RESET, 20)
        odr = _ODR_CODES[rate_hz]
        for register, value in (
            (_CTRL3_C, _BDU_IF_INC),
            (_CTRL9_XL, _I3C_DISABLE),
            (_FIFO_CTRL4, _BYPASS),
            (_FIFO_CTRL1, 0),
            (_FIFO_CTRL2, 0),  # no threshold, no compression
            (_FIFO_CTRL3, odr << 4 | odr),
            (_CTRL8_XL, 0),
            (_CTRL1_XL, odr << 4 | _XL_16G_LPF2),
            (_CTRL2_G, odr << 4 | _G_2000DPS),
        ):
            registers.keep(register, value)
        time.sleep_ms(_SETTLING_MS)
        registers.keep(_FIFO_CTRL4, _CONTINUOUS)
        self._forget()
        self.overrun = False
        self.rate_hz = float(rate_hz)

    def stop(self):
        """FIFO off, both sensors in power-down."""
        self._registers.write(_FIFO_CTRL4, _BYPASS)
        self._registers.write(_CTRL1_XL, 0)
        self._registers.write(_CTRL2_G, 0)

    def fetch(self) -> int:
        """One burst; the number of whole samples it holds."""
        if self._torn:
            self._forget()
            self._lost = True
        status = self._status
        self._registers.read_into(_FIFO_STATUS1, status)
        if status[1] & _OVERRUN_LATCHED:
            self._lost = True
        words = status[0] | (status[1] & 0x03) << 8
        count = min(words, 2 * self.CAPACITY)
        self.waiting = (words - count) // 2
        samples = 0
        if count:
            first = _WORD
            if self._waiting_at >= 0:
                first = 0
                for k in range(_WORD):
                    self._words[k] = self._words[self._waiting_at + k]
            self._torn = True
            self._registers.read_into(_FIFO_DATA_OUT_TAG, self._bursts[count])
            self._torn = False
            samples = self._pair(first, _WORD * (1 + count))
        self.overrun = self._lost
        self._lost = False
        return samples

    def _pair(self, first, end) -> int:
        words = self._words
        waiting_at = -1
        samples = 0
        for at in range(first, end, _WORD):
            tag = words[at]
            sensor = tag >> 3
            if sensor != _GYRO_TAG and sensor != _ACCEL_TAG:
                continue
            if waiting_at >= 0 and (words[waiting_at] ^ tag) & 0xFE == _SAME_SLOT_OTHER_SENSOR:
                self._accel_at[samples] = 1 + (at if sensor == _ACCEL_TAG else waiting_at)
                self._gyro_at[samples] = 1 + (at if sensor == _GYRO_TAG else waiting_at)
                samples += 1
                waiting_at = -1
            else:
                if waiting_at >= 0:
                    self._lost = True
                waiting_at = at
        self._waiting_at = waiting_at
        return samples

    def copy(self, index, out, at):
        """Sample `index` of the last burst: ax ay az gx gy gz, little endian like the chip's own."""
        words = self._words
        accel_at = self._accel_at[index]
        gyro_at = self._gyro_at[index]
        for k in range(6):
            out[at + k] = words[accel_at + k]
            out[at + 6 + k] = words[gyro_at + k]

    def temperature_centi_c(self) -> int:
        """256 counts a degree, zero at 25 °C (table 5); 25 °C while in power-down."""
        self._registers.read_into(_OUT_TEMP_L, self._status)
        return st_centi_c(self._status[0], self._status[1])
