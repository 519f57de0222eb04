"""Stands in for `time` under the unix MicroPython: the ticks of a 32-bit board, and time that a test can hold still.

Rules: ticks wrap at 2^30, as on a board with 32-bit words, so that wrap errors show in minutes. A sleep is cut into
steps of at most 1 ms, and after each the stand-ins registered by `on_sleep` get their turn: on a board they work beside
the program. In virtual time sleeping moves the clock and nothing else does.

Source: MicroPython documentation, `time`, ticks_add and ticks_diff.
"""

import utime
from micropython import const
from utime import gmtime, localtime, mktime  # noqa: F401  what a board has besides

_PERIOD = const(1 << 30)
_STEP_US = const(1000)

_virtual_us = None  # the clock in virtual time
_turns = []


def now_us():
    """Microseconds that never wrap. For stand-ins and tests: a board has no such clock."""
    return utime.ticks_us() if _virtual_us is None else _virtual_us


def virtual(start_us=0):
    """From here on only sleeping and `advance_us` move the clock."""
    global _virtual_us
    _virtual_us = start_us


def advance_us(duration_us):
    """Virtual time passes in one piece and the stand-ins have no turn: the program was busy."""
    global _virtual_us
    _virtual_us += duration_us


def on_sleep(callback):
    """callback() is called in every sleep, at least once and at least every millisecond."""
    _turns.append(callback)


def ticks_us():
    """Microseconds; they wrap at 2^30."""
    return now_us() & (_PERIOD - 1)


def ticks_ms():
    """Milliseconds; they wrap at 2^30."""
    return now_us() // 1000 & (_PERIOD - 1)


ticks_cpu = ticks_us


def ticks_add(ticks, delta):
    """Ticks that much later. Raises OverflowError for half a period or more."""
    if not -_PERIOD // 2 < delta < _PERIOD // 2:
        raise OverflowError("ticks interval overflow")
    return (ticks + delta) & (_PERIOD - 1)


def ticks_diff(end, start):
    """How much later `end` is than `start`, of either sign."""
    return ((end - start + _PERIOD // 2) & (_PERIOD - 1)) - _PERIOD // 2


def time_ns():
    """Nanoseconds, virtual ones in virtual time."""
    return utime.time_ns() if _virtual_us is None else _virtual_us * 1000


def time():
    """Whole seconds."""
    return time_ns() // 1_000_000_000


def sleep_us(duration_us):
    """Sleep, in steps between which the stand-ins have their turn."""
    end_us = now_us() + max(0, duration_us)
    while True:
        step_us = min(_STEP_US, end_us - now_us())
        if step_us > 0:
            _pass(step_us)
        for turn in _turns:
            turn()
        if now_us() >= end_us:
            return


def sleep_ms(duration_ms):
    """As `sleep_us`."""
    sleep_us(duration_ms * 1000)


def sleep(duration_s):
    """As `sleep_us`, in seconds."""
    sleep_us(int(duration_s * 1_000_000))


def _pass(duration_us):
    if _virtual_us is None:
        utime.sleep_us(duration_us)
    else:
        advance_us(duration_us)
