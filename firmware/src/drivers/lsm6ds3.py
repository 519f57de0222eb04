"""LSM6DS3TR-C, and LSM6DSL and LSM6DSM, which answer alike: a FIFO of bare 16-bit words.

Written from the LSM6DS3TR-C data sheet: sensitivities in table 3 (4.1), FIFO in 5.5 (reading procedure 5.5.6:
gyroscope first, then accelerometer; the same in the LSM6DSL's, DocID028475 rev 7), registers in section 9; and the
application note AN5130.

The words carry no tag; FIFO_STATUS3/4 says which of the six words of a sample comes next. Only whole samples are
read, so it must be 0 before each burst. If it is not (on this core that happens without any overrun too), or the FIFO
overran, or a burst broke off, the FIFO is emptied and begins anew, and the loss is reported: better a gap than an
accelerometer taken for a gyroscope.
"""

import time

from micropython import const

from drivers.registers import Registers, require_rate, st_centi_c

_FIFO_CTRL1 = const(0x06)
_FIFO_CTRL2 = const(0x07)
_FIFO_CTRL3 = const(0x08)  # decimation: gyroscope bits 5:3, accelerometer bits 2:0
_FIFO_CTRL4 = const(0x09)
_FIFO_CTRL5 = const(0x0A)  # rate bits 6:3, mode bits 2:0
_CTRL1_XL = const(0x10)
_CTRL2_G = const(0x11)
_CTRL3_C = const(0x12)
_CTRL8_XL = const(0x17)
_OUT_TEMP_L = const(0x20)
_FIFO_STATUS1 = const(0x3A)
_FIFO_DATA_OUT_L = const(0x3E)  # auto-increment rolls over from 0x3F, so a burst reads word after word

_SW_RESET = const(0x01)
_BDU_IF_INC = const(0x44)
_XL_16G_LPF1 = const(0x06)  # FS_XL = 01, LPF1_BW_SEL: with LPF2_XL_EN = 0 the bandwidth is ODR/4
_G_2000DPS = const(0x0C)  # its LPF2 is always on: 33 Hz at 104 Hz, 67 Hz at 208 Hz
_BOTH_UNDECIMATED = const(0x09)
_BYPASS = const(0x00)
_CONTINUOUS = const(0x06)
_OVER_RUN = const(0x40)

_SAMPLE = const(12)
_SAMPLE_WORDS = const(6)
_ODR_CODES = {104: 4, 208: 5}
_SETTLING_MS = const(100)  # gyroscope turn-on is 70 ms (AN5130)
_CHIPS = {0x6A: "LSM6DS3TR-C"}


class Lsm6ds3:
    """One chip. `fetch` reads, `copy` hands over."""

    ADDRESSES = (0x6A, 0x6B)
    WHO_AM_I = 0x0F
    CHIPS = _CHIPS
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
        self._status = bytearray(4)
        self._temperature = bytearray(2)
        self._samples = bytearray(_SAMPLE * self.CAPACITY)
        view = memoryview(self._samples)
        self._bursts = [view[: _SAMPLE * count] for count in range(1 + self.CAPACITY)]
        self._running = _BYPASS  # FIFO_CTRL5 while streaming
        self._fresh = False  # the FIFO was switched on: its first sample is to be discarded (5.5)
        self._torn = False  # a burst broke off: where in a sample the FIFO stands is unknown
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
            (_FIFO_CTRL5, _BYPASS),
            (_FIFO_CTRL1, 0),
            (_FIFO_CTRL2, 0),  # no threshold, no step counter, no temperature
            (_FIFO_CTRL3, _BOTH_UNDECIMATED),
            (_FIFO_CTRL4, 0),
            (_CTRL8_XL, 0),
            (_CTRL1_XL, odr << 4 | _XL_16G_LPF1),
            (_CTRL2_G, odr << 4 | _G_2000DPS),
        ):
            registers.keep(register, value)
        time.sleep_ms(_SETTLING_MS)
        self._running = odr << 3 | _CONTINUOUS
        self._restart_fifo()
        registers.keep(_FIFO_CTRL5, self._running)
        self._lost = False
        self.overrun = False
        self.rate_hz = float(rate_hz)

    def _restart_fifo(self):
        self._torn = True  # until all of this has been said
        self._registers.write(_FIFO_CTRL5, _BYPASS)
        self._registers.write(_FIFO_CTRL5, self._running)
        self._fresh = True
        self._torn = False
        self._lost = True

    def stop(self):
        """FIFO off, both sensors in power-down."""
        self._registers.write(_FIFO_CTRL5, _BYPASS)
        self._registers.write(_CTRL1_XL, 0)
        self._registers.write(_CTRL2_G, 0)

    def fetch(self) -> int:
        """One burst; the number of whole samples it holds."""
        if self._torn:
            self._restart_fifo()
        status = self._status
        self._registers.read_into(_FIFO_STATUS1, status)
        samples = (status[0] | (status[1] & 0x07) << 8) // _SAMPLE_WORDS
        pattern = status[2] | (status[3] & 0x03) << 8
        if status[1] & _OVER_RUN or (samples and pattern):
            self._restart_fifo()
            samples = 0
        if samples and self._fresh:
            self._burst(1)
            self._fresh = False
            samples -= 1
        self.waiting = max(0, samples - self.CAPACITY)
        samples -= self.waiting
        if samples:
            self._burst(samples)
        self.overrun = self._lost
        self._lost = False
        return samples

    def _burst(self, samples):
        self._torn = True
        self._registers.read_into(_FIFO_DATA_OUT_L, self._bursts[samples])
        self._torn = False

    def copy(self, index, out, at):
        """Sample `index` of the last burst: ax ay az gx gy gz, little endian like the chip's own."""
        samples = self._samples
        gyro_at = _SAMPLE * index
        accel_at = gyro_at + 6
        for k in range(6):
            out[at + k] = samples[accel_at + k]
            out[at + 6 + k] = samples[gyro_at + k]

    def temperature_centi_c(self) -> int:
        """256 counts a degree, zero at 25 °C (table 5); 25 °C while in power-down."""
        self._registers.read_into(_OUT_TEMP_L, self._temperature)
        return st_centi_c(self._temperature[0], self._temperature[1])
