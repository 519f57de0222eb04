"""ICM-42688-P: a FIFO of packets with a header.

Written from the data sheet DS-000347: sensitivities in tables 1 and 2 (3.1, 3.2), anti-alias filter in 5.3, UI filter
in 5.5, FIFO in 6, banks 0, 1 and 2 in 14, 15 and 16.

With both sensors in the FIFO a packet has 16 bytes ("packet 3", 6.1): header, accelerometer, gyroscope, temperature,
time; big endian, which is the reset state. The FIFO holds 2 KB, 128 packets; when full it drops the oldest and counts
them in FIFO_LOST_PKT. A packet with another header, or a burst that broke off, means that nobody knows where in a
packet the FIFO stands: it is flushed, and the loss is reported.
"""

import time

from micropython import const

from drivers.registers import Registers, require_rate, signed16

# bank 0
_DEVICE_CONFIG = const(0x11)
_FIFO_CONFIG = const(0x16)
_TEMP_DATA1 = const(0x1D)
_FIFO_COUNTH = const(0x2E)
_FIFO_DATA = const(0x30)
_SIGNAL_PATH_RESET = const(0x4B)
_INTF_CONFIG0 = const(0x4C)
_PWR_MGMT0 = const(0x4E)
_GYRO_CONFIG0 = const(0x4F)
_ACCEL_CONFIG0 = const(0x50)
_GYRO_ACCEL_CONFIG0 = const(0x52)
_FIFO_CONFIG1 = const(0x5F)
_FIFO_LOST_PKT0 = const(0x6C)  # low byte first
_REG_BANK_SEL = const(0x76)  # in every bank
# bank 1
_GYRO_CONFIG_STATIC3 = const(0x0C)
_GYRO_CONFIG_STATIC4 = const(0x0D)
_GYRO_CONFIG_STATIC5 = const(0x0E)
# bank 2
_ACCEL_CONFIG_STATIC2 = const(0x03)
_ACCEL_CONFIG_STATIC3 = const(0x04)
_ACCEL_CONFIG_STATIC4 = const(0x05)

_SOFT_RESET = const(0x01)
_FIFO_BYPASS = const(0x00)
_FIFO_STREAM = const(0x40)
_FIFO_FLUSH = const(0x02)
_COUNT_PACKETS_BIG_ENDIAN = const(0x70)  # FIFO_COUNT_REC on top of the reset value 0x30
# Accelerometer, gyroscope, temperature, time; and FIFO_RESUME_PARTIAL_RD, as a burst may take only a part.
_PACKET_3 = const(0x4F)
_BOTH_LOW_NOISE = const(0x0F)
_BOTH_OFF = const(0x00)
_HEADER_SENSORS = const(0xF0)  # of a header: empty, accelerometer, gyroscope, 20 bit
_HEADER_BOTH = const(0x60)

_PACKET = const(16)
_RESET_MS = const(2)  # 1 ms (14, DEVICE_CONFIG)
_POWER_MS = const(1)  # no register may be written for 200 us after a sensor was switched on (14, PWR_MGMT0)
_SETTLING_MS = const(100)  # the gyroscope starts in 30 ms (table 1) and must stay on for 45 ms
# rate: ODR code, UI filter code, and DELT, DELTSQR, BITSHIFT of the anti-alias filter (table in 5.3). UI bandwidth is
# 400 Hz / 16 = 25 Hz and 400 Hz / 8 = 50 Hz, a quarter of the rate; anti-alias 42 Hz and 84 Hz. After a reset they
# would be 100 Hz and some hundred: more than half the rate.
_RATES = {100: (8, 5, 1, 1, 15), 200: (7, 3, 2, 4, 13)}
_CHIPS = {0x47: "ICM-42688-P"}


class Icm42688:
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
        self._registers = Registers(bus, address, self.chip)
        self._pair = bytearray(2)
        self._packets = bytearray(_PACKET * self.CAPACITY)
        view = memoryview(self._packets)
        self._bursts = [view[: _PACKET * count] for count in range(1 + self.CAPACITY)]
        self._lost_packets = 0  # as FIFO_LOST_PKT last said
        self._torn = False  # a burst broke off: where in a packet the FIFO stands is unknown
        self._lost = False

    def start(self, rate_hz):
        """Configure everything; the FIFO is empty and running afterwards."""
        require_rate(self, rate_hz)
        registers = self._registers
        registers.write(_REG_BANK_SEL, 0)  # where a start that broke off may have left it
        registers.write(_DEVICE_CONFIG, _SOFT_RESET)
        time.sleep_ms(_RESET_MS)
        odr, filter_code, delt, delt_squared, bit_shift = _RATES[rate_hz]
        for register, value in (
            (_REG_BANK_SEL, 1),
            (_GYRO_CONFIG_STATIC3, delt),
            (_GYRO_CONFIG_STATIC4, delt_squared),
            (_GYRO_CONFIG_STATIC5, bit_shift << 4),
            (_REG_BANK_SEL, 2),
            (_ACCEL_CONFIG_STATIC2, delt << 1),
            (_ACCEL_CONFIG_STATIC3, delt_squared),
            (_ACCEL_CONFIG_STATIC4, bit_shift << 4),
            (_REG_BANK_SEL, 0),
            (_INTF_CONFIG0, _COUNT_PACKETS_BIG_ENDIAN),
            (_FIFO_CONFIG, _FIFO_BYPASS),
            (_FIFO_CONFIG1, _PACKET_3),
            (_GYRO_CONFIG0, odr),  # FS_SEL 0 is +-2000 dps
            (_ACCEL_CONFIG0, odr),  # FS_SEL 0 is +-16 g
            (_GYRO_ACCEL_CONFIG0, filter_code << 4 | filter_code),
        ):
            registers.keep(register, value)
        registers.write(_PWR_MGMT0, _BOTH_LOW_NOISE)
        time.sleep_ms(_POWER_MS)
        registers.keep(_PWR_MGMT0, _BOTH_LOW_NOISE)
        time.sleep_ms(_SETTLING_MS)
        registers.keep(_FIFO_CONFIG, _FIFO_STREAM)
        self._flush()
        self._lost = False
        self.overrun = False
        self.rate_hz = float(rate_hz)

    def _flush(self):
        self._torn = True  # until all of this has been said
        self._registers.write(_SIGNAL_PATH_RESET, _FIFO_FLUSH)
        self._registers.read_into(_FIFO_LOST_PKT0, self._pair)
        self._lost_packets = self._pair[0] | self._pair[1] << 8
        self._torn = False
        self._lost = True

    def stop(self):
        """FIFO off, both sensors off."""
        self._registers.write(_FIFO_CONFIG, _FIFO_BYPASS)
        self._registers.write(_PWR_MGMT0, _BOTH_OFF)

    def fetch(self) -> int:
        """One burst; the number of whole samples it holds."""
        if self._torn:
            self._flush()
        pair = self._pair
        self._registers.read_into(_FIFO_COUNTH, pair)
        filled = pair[0] << 8 | pair[1]
        samples = min(filled, self.CAPACITY)
        self.waiting = filled - samples
        if samples:
            self._torn = True
            self._registers.read_into(_FIFO_DATA, self._bursts[samples])
            if self._in_step(samples):
                self._torn = False
            else:
                self._flush()
                samples = self.waiting = 0
        # Asked after the burst, so that an overflow in its middle is not overlooked. Whether the counter begins anew
        # when it was read the data sheet does not say: another number than before, and not zero, is a loss either
        # way.
        self._registers.read_into(_FIFO_LOST_PKT0, pair)
        lost_packets = pair[0] | pair[1] << 8
        if lost_packets and lost_packets != self._lost_packets:
            self._lost = True
        self._lost_packets = lost_packets
        self.overrun = self._lost
        self._lost = False
        return samples

    def _in_step(self, samples) -> bool:
        k = 0
        while k < samples and self._packets[_PACKET * k] & _HEADER_SENSORS == _HEADER_BOTH:
            k += 1
        return k == samples

    def copy(self, index, out, at):
        """Sample `index` of the last burst: ax ay az gx gy gz, little endian."""
        packets = self._packets
        source = _PACKET * index + 1
        for k in range(0, 12, 2):
            out[at + k] = packets[source + k + 1]
            out[at + k + 1] = packets[source + k]

    def temperature_centi_c(self) -> int:
        """132.48 counts a degree, zero at 25 °C (14, TEMP_DATA)."""
        self._registers.read_into(_TEMP_DATA1, self._pair)
        return 2500 + signed16(self._pair[1], self._pair[0]) * 10000 // 13248
