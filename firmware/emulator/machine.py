"""Stands in for `machine` under the unix MicroPython: an I2C bus with chip models on it, pins, a watchdog, reset.

For the bench: `bus` (what hangs on it and how it fails), `drive` (someone presses a button), `level` (is the LED on),
`adc_uv` (volts at a pin), `starvations` (when a watchdog was not fed in time), `resets` (how often the program asked).
Run as a whole board, the environment says what is soldered: EMULATOR_CHIP (see chips/__init__.py), EMULATOR_COUNTS
(see counts.py), EMULATOR_RATE_ERROR (part by which the chip's clock runs fast).

Source: MicroPython documentation, `machine`.
"""

import os
import time

from micropython import const

from i2c_bus import Bus

PWRON_RESET = const(1)
HARD_RESET = const(2)
WDT_RESET = const(3)
DEEPSLEEP_RESET = const(4)
SOFT_RESET = const(5)

_EXIT_RESET = 75  # exit status that asks whoever runs the emulator to start it again
_FULL_SCALE_UV = 3_300_000
_BATTERY_PIN = const(4)  # of the profile `emulator` in board.py
_BATTERY_UV = 1_950_000  # 3.9 V behind a divider of 2


bus = Bus()


class I2C:
    """Every I2C of this board is the one `bus`."""

    def __init__(self, id=-1, *, scl=None, sda=None, freq=400_000, timeout=50_000):
        pass

    def scan(self):
        """The addresses that answer."""
        return bus.scan()

    def readfrom_mem_into(self, address, register, buffer):
        """Fill the buffer from a register on. Raises OSError when the bus fails."""
        bus.read_into(address, register, buffer)

    def readfrom_mem(self, address, register, length):
        """So many bytes from a register on. Raises OSError when the bus fails."""
        buffer = bytearray(length)
        bus.read_into(address, register, buffer)
        return bytes(buffer)

    def writeto_mem(self, address, register, data):
        """Write bytes from a register on. Raises OSError when the bus fails."""
        bus.write(address, register, data)


SoftI2C = I2C

_levels = {}
_driven = set()
_handlers = {}


def drive(pin, level):
    """Something outside the board pulls this pin to 0 or 1; None lets go of it."""
    before = _levels.get(pin, 0)
    if level is None:
        _driven.discard(pin)
        return
    _driven.add(pin)
    _levels[pin] = level
    edge = Pin.IRQ_RISING if level > before else Pin.IRQ_FALLING
    handler, trigger, source = _handlers.get(pin, (None, 0, None))
    if handler and level != before and trigger & edge:
        handler(source)


def level(pin):
    """What the board drives this pin to, or what it would read."""
    return _levels.get(pin, 0)


class Pin:
    """A pin by number or name. `drive` and `level` are the outside world."""

    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_RISING = 1
    IRQ_FALLING = 2

    def __init__(self, id, mode=-1, pull=-1, value=None):
        self._id = id
        self.init(mode, pull, value)

    def init(self, mode=-1, pull=-1, value=None):
        """Set direction, pull and level, each where it is given."""
        if self._id in _driven:
            return
        if value is not None:
            _levels[self._id] = int(bool(value))
        elif pull != -1:
            _levels[self._id] = int(pull == Pin.PULL_UP)

    def value(self, level=None):
        """The level, 0 or 1; set it when one is given."""
        if level is None:
            return _levels.get(self._id, 0)
        _levels[self._id] = int(bool(level))

    __call__ = value

    def on(self):
        """Level 1."""
        self.value(1)

    def off(self):
        """Level 0."""
        self.value(0)

    def irq(self, handler=None, trigger=IRQ_RISING | IRQ_FALLING, hard=False):
        """handler(pin) is called when the outside world moves the level so."""
        _handlers[self._id] = handler, trigger, self


adc_uv = {}
"""Microvolts at a pin, by its id. 0 where nothing is said."""


class ADC:
    """An analog input; `adc_uv` holds what a test puts there."""

    ATTN_11DB = 3
    WIDTH_12BIT = 3

    def __init__(self, pin, atten=ATTN_11DB):
        self._id = pin._id if isinstance(pin, Pin) else pin

    def atten(self, atten):
        """Accepted, and without effect here."""

    def read_uv(self):
        """Microvolts."""
        return min(adc_uv.get(self._id, 0), _FULL_SCALE_UV)

    def read_u16(self):
        """0 to 65535 for 0 to 3.3 V."""
        return self.read_uv() * 65535 // _FULL_SCALE_UV


starvations = []
"""Moments, in microseconds of `time.now_us`, at which a watchdog would have restarted the board."""


class WDT:
    """Cannot be stopped, as on a board. It does not restart the program: it says that it would have."""

    def __init__(self, id=0, timeout=5000):
        self._timeout_us = timeout * 1000
        self._fed_us = time.now_us()
        self._starved = False
        time.on_sleep(self._look)

    def feed(self):
        """Not starved yet: the time-out begins again."""
        self._look()
        self._fed_us = time.now_us()
        self._starved = False

    def _look(self):
        if not self._starved and time.now_us() - self._fed_us > self._timeout_us:
            self._starved = True
            starvations.append(self._fed_us + self._timeout_us)


resets = []
"""The kind of each restart the program asked for."""


class Reset(SystemExit):
    """Nothing runs after a reset; a test that wants to know catches this."""


def reset():
    """End the program as a reset does."""
    _restart(HARD_RESET)


def soft_reset():
    """End the program as a soft reset does."""
    _restart(SOFT_RESET)


def reset_cause():
    """Why the program runs: PWRON_RESET, or the last reset of it."""
    return resets[-1] if resets else PWRON_RESET


def deepsleep(time_ms=0):
    """Sleep so many milliseconds, then reset."""
    time.sleep_ms(time_ms)
    _restart(DEEPSLEEP_RESET)


def lightsleep(time_ms=0):
    """Sleep so many milliseconds."""
    time.sleep_ms(time_ms)


def idle():
    """Sleep one millisecond."""
    time.sleep_ms(1)


def freq(hz=240_000_000):
    """The clock in hertz; what is set has no effect."""
    return hz


def unique_id():
    """The serial number of the chip."""
    return b"\x02\x00\x5e\x00\x00\x01"


def _restart(cause):
    resets.append(cause)
    raise Reset(_EXIT_RESET)


def _solder():
    name = os.getenv("EMULATOR_CHIP")
    if name:
        import chips
        import counts

        source = counts.source(os.getenv("EMULATOR_COUNTS"))
        bus.attach(*chips.make(name, source, float(os.getenv("EMULATOR_RATE_ERROR") or 0)))
        adc_uv[_BATTERY_PIN] = _BATTERY_UV


_solder()
