"""MPU-6050 and its relatives MPU-6500, MPU-9250 (both often sold as MPU-6050) and MPU-6886: a FIFO of bare bytes.

Written from the register maps RM-MPU-6000A rev 4.2 (rate and filter 4.2 and 4.3, ranges 4.4 and 4.5, FIFO 4.6, 4.27,
4.30 and 4.31, overflow flag 4.16), RM-MPU-6500A, RM-MPU-9250A and the data sheet DS-000193 (MPU-6886). What differs:

    chip       FIFO    record                                        accelerometer filter    temperature
    MPU-6050   1024 B  12 B: accelerometer, gyroscope                the gyroscope's         340 a degree, 36.53 °C at 0
    MPU-6500    512 B  12 B                                          ACCEL_CONFIG2           333.87 a degree, 21 °C at 0
    MPU-9250    512 B  12 B                                          ACCEL_CONFIG2           333.87 a degree, 21 °C at 0
    MPU-6886   1024 B  14 B: accelerometer, temperature, gyroscope   ACCEL_CONFIG2           326.8 a degree, 25 °C at 0

Everything is big endian. No FIFO is a multiple of its record, so an overflow overwrites a part of one and every
record after it is out of step: then, and after a burst that broke off, the FIFO is reset and the loss is reported.
"""

import time

from micropython import const

from drivers.registers import Registers, require_rate, signed16

_SMPLRT_DIV = const(0x19)
_CONFIG = const(0x1A)
_GYRO_CONFIG = const(0x1B)
_ACCEL_CONFIG = const(0x1C)
_ACCEL_CONFIG2 = const(0x1D)
_FIFO_EN = const(0x23)
_INT_ENABLE = const(0x38)
_INT_STATUS = const(0x3A)
_TEMP_OUT_H = const(0x41)
_USER_CTRL = const(0x6A)
_PWR_MGMT_1 = const(0x6B)
_PWR_MGMT_2 = const(0x6C)
_FIFO_COUNTH = const(0x72)
_FIFO_R_W = const(0x74)  # does not auto-increment

_RANGE_2000DPS = const(0x18)
_RANGE_16G = const(0x18)
_OVERFLOW = const(0x10)  # of INT_ENABLE and INT_STATUS, which is cleared by reading
_USER_FIFO_RESET = const(0x04)  # only while the FIFO is off (4.27)
_USER_FIFO_ON = const(0x40)
_DEVICE_RESET = const(0x80)
_SLEEP = const(0x40)
_CLOCK_GYRO = const(0x01)

_RESET_MS = const(100)  # 4.28
_SETTLING_MS = const(100)  # the gyroscope starts in 30 to 35 ms
# rate: divider of 1 kHz, filter code. 20 Hz and 42 Hz for the gyroscope, 21 Hz and 44 Hz for the accelerometer of any
# of these chips: about a quarter of the rate, and the two sensors delayed alike.
_RATES = {100: (9, 4), 200: (4, 3)}
# WHO_AM_I: bytes of the FIFO, of a record, gyroscope's place in it, what FIFO_EN asks for, whether there is
# ACCEL_CONFIG2, temperature at 0 counts in 0.01 °C, and 0.01 °C in so many counts
_TRAITS = {
    0x68: (1024, 12, 6, 0x78, False, 3653, 10, 34),
    0x70: (512, 12, 6, 0x78, True, 2100, 10000, 33387),
    0x71: (512, 12, 6, 0x78, True, 2100, 10000, 33387),
    0x19: (1024, 14, 8, 0x18, True, 2500, 1000, 3268),
}
_CHIPS = {0x68: "MPU-6050", 0x70: "MPU-6500", 0x71: "MPU-9250", 0x19: "MPU-6886"}


class Mpu6050:
    """One chip. `fetch` reads, `copy` hands over."""

    ADDRESSES = (0x68, 0x69)
    WHO_AM_I = 0x75
    CHIPS = _CHIPS
    RATES_HZ = (100, 200)
    CAPACITY = 32

    def __init__(self, bus, address, chip_id):
        self.chip = self.CHIPS[chip_id]
        self.rate_hz = float(self.RATES_HZ[0])
        self.accel_scale_mps2 = 9.80665 / 2048
        self.gyro_scale_radps = 0.017453292519943295 / 16.4
        self.overrun = False
        self.waiting = 0  # samples that the last burst left in the FIFO, as it looked then
        (
            self._fifo_bytes,
            self._record,
            self._gyro_at,
            self._sources,
            self._has_accel_config2,
            self._centi_c_at_0,
            self._centi_c,
            self._counts,
        ) = _TRAITS[chip_id]
        self._registers = Registers(bus, address, self.chip)
        self._pair = bytearray(2)
        self._records = bytearray(self._record * self.CAPACITY)
        view = memoryview(self._records)
        self._bursts = [view[: self._record * count] for count in range(1 + self.CAPACITY)]
        self._torn = False  # a burst broke off: where in a record the FIFO stands is unknown
        self._lost = False

    def start(self, rate_hz):
        """Configure everything; the FIFO is empty and running afterwards."""
        require_rate(self, rate_hz)
        registers = self._registers
        registers.write(_PWR_MGMT_1, _DEVICE_RESET)
        time.sleep_ms(_RESET_MS)
        registers.await_clear(_PWR_MGMT_1, _DEVICE_RESET, 20)
        divider, filter_code = _RATES[rate_hz]
        for register, value in (
            (_PWR_MGMT_1, _CLOCK_GYRO),
            (_PWR_MGMT_2, 0),
            (_SMPLRT_DIV, divider),
            (_CONFIG, filter_code),
            (_GYRO_CONFIG, _RANGE_2000DPS),
            (_ACCEL_CONFIG, _RANGE_16G),
            (_INT_ENABLE, _OVERFLOW),
        ):
            registers.keep(register, value)
        if self._has_accel_config2:
            registers.keep(_ACCEL_CONFIG2, filter_code)
        time.sleep_ms(_SETTLING_MS)
        self._restart_fifo()
        registers.keep(_USER_CTRL, _USER_FIFO_ON)
        registers.keep(_FIFO_EN, self._sources)
        self._lost = False
        self.overrun = False
        self.rate_hz = float(rate_hz)

    def _restart_fifo(self):
        self._torn = True  # until all of this has been said
        registers = self._registers
        registers.write(_FIFO_EN, 0)  # no record may begin while the FIFO is being emptied
        registers.write(_USER_CTRL, 0)
        registers.write(_USER_CTRL, _USER_FIFO_RESET)
        registers.write(_USER_CTRL, _USER_FIFO_ON)
        registers.read(_INT_STATUS)  # forgets an overflow of the past
        registers.write(_FIFO_EN, self._sources)
        self._torn = False
        self._lost = True

    def stop(self):
        """FIFO off, asleep."""
        self._registers.write(_FIFO_EN, 0)
        self._registers.write(_USER_CTRL, 0)
        self._registers.write(_PWR_MGMT_1, _SLEEP | _CLOCK_GYRO)

    def fetch(self) -> int:
        """One burst; the number of whole samples it holds."""
        if self._torn:
            self._restart_fifo()
        pair = self._pair
        self._registers.read_into(_FIFO_COUNTH, pair)
        filled = (pair[0] & 0x1F) << 8 | pair[1]
        samples = min(filled // self._record, self.CAPACITY)
        self.waiting = filled // self._record - samples
        if samples:
            self._torn = True
            self._registers.read_into(_FIFO_R_W, self._bursts[samples])
            # Asked after the burst, so that an overflow in its middle is not overlooked. There are chips that never
            # raise the flag, but a full FIFO is not whole records either.
            if self._registers.read(_INT_STATUS) & _OVERFLOW or filled >= self._fifo_bytes:
                self._restart_fifo()
                samples = self.waiting = 0
            self._torn = False
        self.overrun = self._lost
        self._lost = False
        return samples

    def copy(self, index, out, at):
        """Sample `index` of the last burst: ax ay az gx gy gz, little endian."""
        records = self._records
        accel_at = self._record * index
        gyro_at = accel_at + self._gyro_at
        for k in range(0, 6, 2):
            out[at + k] = records[accel_at + k + 1]
            out[at + k + 1] = records[accel_at + k]
            out[at + k + 6] = records[gyro_at + k + 1]
            out[at + k + 7] = records[gyro_at + k]

    def temperature_centi_c(self) -> int:
        """Each chip has its own scale."""
        self._registers.read_into(_TEMP_OUT_H, self._pair)
        counts = signed16(self._pair[1], self._pair[0])
        return self._centi_c_at_0 + counts * self._centi_c // self._counts
