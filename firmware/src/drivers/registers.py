"""Bytes to and from the registers of one chip on the I2C bus.

The rule: a register either keeps what was written to it or the driver says which one did not. An OSError of the bus
passes through untouched; who called decides whether to try again. Nothing here allocates after the start.
"""

import time


class ImuError(Exception):
    """The motion sensor cannot be used as it is; the text says what was found and what to do."""


class Registers:
    """The registers of the chip at one address."""

    def __init__(self, bus, address, chip):
        self._bus = bus
        self._address = address
        self._chip = chip
        self._byte = bytearray(1)

    def read_into(self, register, buffer):
        """Fill the buffer from this register on."""
        self._bus.readfrom_mem_into(self._address, register, buffer)

    def read(self, register) -> int:
        """One register."""
        self._bus.readfrom_mem_into(self._address, register, self._byte)
        return self._byte[0]

    def write(self, register, value):
        """One register, not read back: for bits that clear themselves."""
        self._byte[0] = value
        self._bus.writeto_mem(self._address, register, self._byte)

    def keep(self, register, value):
        """One register, read back: a chip that configures itself half would stream numbers of the wrong scale."""
        self.write(register, value)
        kept = self.read(register)
        if kept != value:
            raise ImuError(
                f"{self._chip} at 0x{self._address:02X}: register 0x{register:02X} was set to 0x{value:02X} and reads "
                f"0x{kept:02X}: a broken or counterfeit chip, or bad wires"
            )

    def await_clear(self, register, bits, limit_ms):
        """Until the chip has cleared these bits; at most this long."""
        for _ in range(limit_ms):
            if not self.read(register) & bits:
                return
            time.sleep_ms(1)
        raise ImuError(
            f"{self._chip} at 0x{self._address:02X}: register 0x{register:02X} did not clear 0x{bits:02X} within "
            f"{limit_ms} ms: switch its power off and on"
        )


def signed16(low, high) -> int:
    """The number, of either sign, in two bytes of a register pair."""
    return (low | high << 8) - (high >> 7 << 16)


def st_centi_c(low, high) -> int:
    """1/100 °C of ST's temperature registers: 256 counts a degree, zero at 25 °C."""
    return 2500 + signed16(low, high) * 100 // 256


def require_rate(driver, rate_hz):
    """The chip has this rate, or an ImuError that lists those it has."""
    if rate_hz not in driver.RATES_HZ:
        rates = ", ".join([f"{rate} Hz" for rate in driver.RATES_HZ])
        raise ImuError(f"{driver.chip} has no rate of {rate_hz} Hz, but {rates}")
