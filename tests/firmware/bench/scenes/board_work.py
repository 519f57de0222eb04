"""What the firmware costs in time: the scene of tests/benchmarks/board_work.py."""

import gc
import struct
import time

import utime

import app as app_module
import board
import chips
import framing
import link_usb
import machine
import node as node_module
import sampler
from app import App
from console import Console
from sample_sources import Numbered


def additions(of):
    for _i in range(of[0]):
        of[1] + of[2]


INTEGERS = [5000, 12345678, 56781234]
FLOATS = [5000, 12345678.1234, 56781234.5678]


def spent_us(work, times):
    began = utime.ticks_us()
    for _ in range(times):
        work()
    return utime.ticks_diff(utime.ticks_us(), began) / times


def in_additions(work, times):
    """Other programs make this computer slow and fast by turns: so each look at the work is beside one at the loop."""
    found = []
    for _ in range(41):
        loop = spent_us(lambda: additions(INTEGERS), 1) / INTEGERS[0]
        found.append(spent_us(work, times) / loop)
    return sorted(found)[20]


class Recorded:
    """Answers of the bus, written down while a chip model gave them: one fetch without samples, one with."""

    def __init__(self, bus):
        self._bus = bus
        self.fetches = []
        self.keeping = None

    def read_into(self, address, register, buffer):
        self._bus.read_into(address, register, buffer)
        if self.keeping is not None:
            self.keeping[register, len(buffer)] = bytes(buffer)

    def write(self, address, register, data):
        self._bus.write(address, register, data)

    def scan(self):
        return self._bus.scan()


class Replayed:
    """Gives them again, a fetch with samples every so many."""

    def __init__(self, empty, full, first, every):
        self._answers = (empty, full)
        self._first = first
        self._every = every
        self._turn = 0
        self._now = empty

    def read_into(self, address, register, buffer):
        if register == self._first:
            self._turn += 1
            self._now = self._answers[self._turn % self._every == 0]
        answer = self._now.get((register, len(buffer)))
        if answer:
            buffer[:] = answer

    def write(self, address, register, data):
        pass


def fast_ticks(module):
    """A board's ticks are written in C, the emulator's in Python."""
    for name in ("ticks_us", "ticks_ms", "ticks_add", "ticks_diff"):
        if hasattr(module, name):
            setattr(module, name, getattr(utime, name))


def record(poll, samples, period_ms):
    """Answers of one fetch that finds so many samples; the FIFO is empty before."""
    bus = machine.bus
    bus.keeping = None  # type: ignore[attr-defined]
    poll()
    time.sleep_ms(int(samples * period_ms) + 1)
    bus.keeping = {}  # type: ignore[attr-defined]
    poll()
    kept, bus.keeping = bus.keeping, None  # type: ignore[attr-defined]
    return kept


def work(chip):
    """Each part of the work on a sample, in integer additions of this computer."""
    time.virtual(12_345)
    address, model = chips.make(chip, Numbered(), 0.0)
    machine.bus.attach(address, model)
    machine.bus = Recorded(machine.bus)
    console = Console()
    console.write = lambda data: None
    app = App(board.profile())
    node, batches = app._node, app._batches
    app._usb.connected, app._usb.connections = True, 1
    node.handle(b"\x60\x01\x02", app._usb, 0)
    app._start_sampling()
    period_ms = 1000 / app._driver.rate_hz
    empty = record(app._sampler.poll, 0, period_ms)
    one = record(app._sampler.poll, 1, period_ms)
    eight = record(app._sampler.poll, 8, period_ms)
    first = min((len(a), list(empty).index(a), a[0]) for a in empty)[2] if len(empty) > 1 else next(iter(empty))[0]
    for module in (sampler, app_module, link_usb, node_module):
        fast_ticks(module)

    machine.bus = Replayed(empty, one, first, 1000000)
    look = in_additions(app._sampler.poll, 400)
    machine.bus = Replayed(empty, eight, first, 1)
    sample = (in_additions(app._sampler.poll, 100) - look) / 8

    orientation = app._orientation
    batches.layout(8, True)
    for k in range(batches.slots - 1):
        for i in range(8):
            row = (20 * k % 700, 2000 - k, 100 + i, k - 30, 40 - k, 7 * i)
            struct.pack_into("<6h", batches.memory, batches.start + 8 + 12 * i, *row)
        batches.close(k, 0)

    def step():
        if orientation.index >= batches.written:
            orientation.begin(batches.oldest)
        orientation.step(batches, 0.0096)

    gc.collect()
    turning = in_additions(step, 60) / 8
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(100):
        step()
    garbage = (gc.mem_alloc() - before) / 800
    gc.enable()
    gc.collect()

    batches.set_quaternion(batches.oldest, 30000, 200, -300, 13000)
    frame = bytearray(600)
    payload = batches.payload(batches.oldest)
    framed = in_additions(lambda: framing.frame_into(payload, frame), 100)

    # Whole turns, with a sample in every second one.
    node.handle(b"\x60\x01\x02", app._usb, 0)
    orientation.begin(batches.written)
    app._usb._heard_ms = utime.ticks_ms()
    machine.bus = Replayed(empty, one, first, 2)
    gc.collect()

    def turns():
        app._usb._heard_ms = utime.ticks_ms()
        app.turn()

    whole = in_additions(turns, 400)
    floats = in_additions(lambda: additions(FLOATS), 1) / FLOATS[0]
    fastest = min(spent_us(lambda: additions(INTEGERS), 1) for _ in range(200)) / INTEGERS[0]
    return {
        "look": look,
        "sample": sample,
        "turning": turning,
        "garbage": garbage,
        "framed": framed,
        "whole": whole,
        "floats": floats,
        "addition_us": fastest,
    }
