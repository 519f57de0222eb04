"""The wires of the emulated board: a chip model at each address, and the faults a test puts in.

Rule: what fails before the chip has heard of it changes nothing there; what fails half way has happened half way.
Error numbers are those of MicroPython's ESP32 port.
"""

from micropython import const

_EIO = const(5)
_ENODEV = const(19)
_ETIMEDOUT = const(116)


class Bus:
    """Chips by address, and the faults that a test asks for."""

    def __init__(self):
        self._chips = {}
        self.stuck = False  # SDA held low: every transfer times out
        self.transfers = 0
        self._failing = 0
        self._consumed = 0  # bytes the chip hands out before the transfer fails
        self._errno = _EIO

    def attach(self, address, chip):
        """A chip answers at that address from now on."""
        self._chips[address] = chip

    def detach(self, address):
        """Nothing answers at that address from now on."""
        del self._chips[address]

    def fail(self, times, errno=_EIO):
        """The next transfers fail before the chip has heard of them."""
        self._failing, self._errno, self._consumed = times, errno, 0

    def fail_within(self, length, times=1, errno=_EIO):
        """The next transfers of more than `length` bytes fail after so many, read and gone or written."""
        self._failing, self._errno, self._consumed = times, errno, length

    def scan(self):
        """The addresses that answer."""
        return [] if self.stuck else sorted(self._chips)

    def read_into(self, address, register, buffer):
        """As `readfrom_mem_into`. Raises OSError(ENODEV) when nothing answers, and the faults."""
        if self._begin(address, len(buffer)):
            self._chips[address].read_into(register, bytearray(self._consumed))
            raise OSError(self._errno)
        self._chips[address].read_into(register, buffer)

    def write(self, address, register, data):
        """As `writeto_mem`. Raises OSError(ENODEV) when nothing answers, and the faults."""
        if self._begin(address, len(data)):
            self._chips[address].write(register, data[: self._consumed])
            raise OSError(self._errno)
        self._chips[address].write(register, data)

    def _begin(self, address, length):
        """True when this transfer is to fail after some bytes."""
        self.transfers += 1
        if self.stuck:
            raise OSError(_ETIMEDOUT)
        if address not in self._chips:
            raise OSError(_ENODEV)
        if not self._failing or length <= self._consumed:
            return False
        self._failing -= 1
        if not self._consumed:
            raise OSError(self._errno)
        return True
