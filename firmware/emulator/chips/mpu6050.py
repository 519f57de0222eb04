"""MPU-6050 and MPU-6886: FIFO of bytes.

Source: RM-MPU-6000A rev 4.2: 4.2 SMPLRT_DIV, 4.3 CONFIG, 4.4 and 4.5 full scale, 4.6 FIFO_EN, 4.16 INT_STATUS, 4.17 to
4.19 output and temperature, 4.27 USER_CTRL, 4.28 PWR_MGMT_1, 4.30 FIFO_COUNT, 4.31 FIFO_R_W, 4.32 WHO_AM_I. MPU-6886:
DS-000193 rev 1.1, registers 26 to 29, 35, 58, 106, 107, 114 to 117.

Rules: the chip wakes asleep and its FIFO knows bytes, not records. 1024 is no multiple of 12: after an overflow the
oldest byte is in mid-record, INT_STATUS says so once, and only FIFO_RESET brings it back in step. FIFO_RESET works
while FIFO_EN is 0.
The MPU-6886 writes 14-byte records with the temperature between the sensors, and an empty FIFO reads 0xFF, where the
MPU-6050 repeats the last byte.
Left out: cycle mode, the auxiliary bus, interrupts, self test.
"""

import time
from struct import pack_into

from micropython import const

from chips.chip import Chip
from chips.fifo import Fifo

_SMPLRT_DIV = const(0x19)
_CONFIG = const(0x1A)
_GYRO_CONFIG = const(0x1B)
_ACCEL_CONFIG = const(0x1C)
_FIFO_EN = const(0x23)
_INT_STATUS = const(0x3A)
_ACCEL_XOUT_H = const(0x3B)
_TEMP_OUT_H = const(0x41)
_GYRO_XOUT_H = const(0x43)
_USER_CTRL = const(0x6A)
_PWR_MGMT_1 = const(0x6B)
_FIFO_COUNT_H = const(0x72)
_FIFO_R_W = const(0x74)
_WHO_AM_I = const(0x75)

_DEVICE_RESET = const(0x80)
_SLEEP = const(0x40)
_FIFO_ON = const(0x40)
_FIFO_RESET = const(0x04)
_OVERFLOW = const(0x10)
_DATA_READY = const(0x01)
_RESET_US = const(50_000)  # none is specified; from power-up it is at most 100 ms


class Model(Chip):
    """An MPU-6050."""

    WHO_AM_I = 0x68
    ASLEEP = 0x40

    def __init__(self, source, clock_us=time.now_us, rate_error=0.0):
        self.fifo = Fifo(1024, 1)
        super().__init__(source, clock_us, rate_error)

    def power_on(self):
        """The registers and the FIFO as after the power came on."""
        registers = self.registers
        for register in range(len(registers)):
            registers[register] = 0
        registers[_WHO_AM_I] = self.WHO_AM_I
        registers[_PWR_MGMT_1] = self.ASLEEP
        self._status = 0
        self._last_read = 0
        self.fifo.clear()
        self.configure()

    def after(self, register):
        """The register that follows in a burst."""
        return register if register == _FIFO_R_W else (register + 1) & 0x7F

    def write_register(self, register, value):
        """One register takes a byte, and the chip does what the data sheet says of it."""
        if _INT_STATUS <= register < _GYRO_XOUT_H + 6 or _FIFO_COUNT_H <= register <= _WHO_AM_I:
            return
        if register == _PWR_MGMT_1 and value & _DEVICE_RESET:
            self.power_on()
            self.busy(_RESET_US)
            return
        if register == _USER_CTRL and value & _FIFO_RESET:
            if not value & _FIFO_ON:
                self.fifo.clear()
            value &= ~_FIFO_RESET
        self.registers[register] = value
        self.configure()

    def read_register(self, register):
        """The byte of one register; reading some of them changes the chip."""
        if register == _FIFO_R_W:
            return self._read_fifo()
        if register == _INT_STATUS:
            status, self._status = self._status, 0
            return status
        if register == _FIFO_COUNT_H:
            return self.fifo.used >> 8
        if register == _FIFO_COUNT_H + 1:
            return self.fifo.used & 0xFF
        if register == _PWR_MGMT_1:
            return self.registers[register] | (_DEVICE_RESET if self.is_busy else 0)
        return self.registers[register]

    def _read_fifo(self):
        fifo = self.fifo
        if not fifo.used:
            return self.empty_byte()
        self._last_read = fifo.bytes[fifo.oldest()]
        fifo.pop()
        return self._last_read

    def empty_byte(self):
        """What a FIFO without a byte gives."""
        return self._last_read

    def configure(self):
        """Begin or end to measure, at the rate that the registers say."""
        registers = self.registers
        self.gyro_factor = 8 >> (registers[_GYRO_CONFIG] >> 3 & 3)  # +-250, 500, 1000, 2000 dps
        self.accel_factor = 8 >> (registers[_ACCEL_CONFIG] >> 3 & 3)  # +-2, 4, 8, 16 g
        self._batched = self.batched(registers[_FIFO_EN]) if registers[_USER_CTRL] & _FIFO_ON else ()
        self.measure(0 if registers[_PWR_MGMT_1] & _SLEEP else self.rate_hz())

    def rate_hz(self):
        """Sample rate = gyroscope output rate / (1 + SMPLRT_DIV) (4.2)."""
        filtered = 0 < self.registers[_CONFIG] & 7 < 7
        return (1000 if filtered else 8000) / (1 + self.registers[_SMPLRT_DIV])

    def batched(self, sensors):
        """Which bytes of the output registers, from ACCEL_XOUT_H on, make a FIFO record."""
        places: list = []
        for bit, first, length in ((0x08, 0, 6), (0x80, 6, 2), (0x40, 8, 2), (0x20, 10, 2), (0x10, 12, 2)):
            if sensors & bit:
                places.extend(range(first, first + length))
        return places

    def temperature_counts(self):
        """The temperature as the register shows it."""
        return (self.temperature_centi_c - 3653) * 340 // 100  # 4.18

    def stops_when_full(self):
        """Whether a full FIFO keeps its oldest bytes."""
        return False

    def store(self, k):
        """Put sample k into the FIFO, as the chip is configured."""
        counts = self.counts
        registers = self.registers
        pack_into(">3h", registers, _ACCEL_XOUT_H, counts[0], counts[1], counts[2])
        pack_into(">h", registers, _TEMP_OUT_H, self.temperature_counts())
        pack_into(">3h", registers, _GYRO_XOUT_H, counts[3], counts[4], counts[5])
        self._status |= _DATA_READY
        fifo = self.fifo
        for place in self._batched:
            at = fifo.push(k, self.stops_when_full())
            if at >= 0:
                fifo.bytes[at] = registers[_ACCEL_XOUT_H + place]
        if fifo.overrun:
            self._status |= _OVERFLOW


class Mpu6886(Model):
    """An MPU-6886, where it differs from an MPU-6050."""

    WHO_AM_I = 0x19
    ASLEEP = 0x41

    def empty_byte(self):
        """What a FIFO without a byte gives."""
        return 0xFF

    def rate_hz(self):
        """SMPLRT_DIV divides only with the filter in the path: FCHOICE_B 0 and DLPF_CFG 1 to 6 (registers 25 to 27)."""
        registers = self.registers
        if registers[_GYRO_CONFIG] & 3:
            raise NotImplementedError("FCHOICE_B of the emulated chip: 0 only")
        filtered = 0 < registers[_CONFIG] & 7 < 7
        return 1000 / (1 + registers[_SMPLRT_DIV]) if filtered else 8000

    def batched(self, sensors):
        """Accelerometer, temperature, gyroscope; each sensor brings the temperature along (register 35)."""
        first = 0 if sensors & 0x08 else 6
        end = 14 if sensors & 0x10 else 8
        return range(first, end) if sensors & 0x18 else ()

    def temperature_counts(self):
        """The temperature as the register shows it."""
        return (self.temperature_centi_c - 2500) * 3268 // 1000

    def stops_when_full(self):
        """Whether a full FIFO keeps its oldest bytes, as CONFIG says."""
        return bool(self.registers[_CONFIG] & 0x40)
