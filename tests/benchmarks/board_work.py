"""What the firmware costs in time and memory: `python tests/benchmarks/board_work.py`.

Measured: the firmware's own files in the real MicroPython of this computer, with a bus that hands out recorded answers
(no chip model at work), compiled files as a board has them. Estimated: the same on boards, by how much slower they run
two loops that others have published, and by halving what a 64-bit heap holds. No board was at hand.

Sources of what is published:
- loops and heaps: github.com/shaoziyang/micropython_benchmarks, README, MicroPython v1.23.0: a million additions of two
  list elements, integers and floats; and gc.mem_free() + gc.mem_alloc() of a board just started, radio off.
- order of the boards: scruss.com/blog/tag/benchmark (v1.24/1.25): ESP32-S3 8.9 s, C3 13.2 s, ESP32 15.4 s, RP2040
  19.8 s for one program, ratios 1 : 1.5 : 1.7 : 2.2, beside 1 : 1.4 : 1.8 : 2.4 in the integer loop used here.
- RP2040 with a radio: nothing found. 192 KiB is the heap of its builds before v1.20 (micropython #10968, pimoroni-pico
  #631); later ones give it what static data leaves.
"""

from __future__ import annotations

import runpy
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from firmware.board import BENCH, EMULATOR, FIRMWARE, run
from shinsight.flash.files import AS_TEXT, built

CHIPS = ("lsm6dso", "lsm6ds3", "icm42688", "mpu6050", "mpu6886")
RATE_HZ = 104
FLASH_BLOCK = 4096
BYTES_A_SAMPLE = 14
I2C_BITS_A_BYTE = 9
I2C_HZ = 400_000
BURST_BYTES = {"lsm6dso": 14, "lsm6ds3": 12, "icm42688": 16, "mpu6050": 12, "mpu6886": 14}
"""Bytes of the FIFO that a sample takes."""
NIMBLE_BYTES = 70_000
"""Left to the Bluetooth stack where it shares the RAM with the heap: an assumption."""


@dataclass(frozen=True, slots=True)
class Published:
    """A board as others measured it: milliseconds for a million additions, and bytes of heap."""

    profile: str
    title: str
    integers_ms: float
    floats_ms: float
    heap_bytes: int
    shares_with_radio: bool


BOARDS = (
    Published("xiao-esp32s3", "ESP32-S3, 240 MHz, 8 MB PSRAM", 3376, 5505, 8_321_536, False),
    Published("xiao-esp32s3", "ESP32-S3, 240 MHz, no PSRAM", 3376, 5273, 244_224, True),
    Published("xiao-esp32c3", "ESP32-C3, 160 MHz", 4851, 7693, 203_264, True),
    Published("m5stickc-plus2", "ESP32, 160 MHz, 2 MB PSRAM", 6112, 9462, 2_000_000, False),
    Published("pico-w", "RP2040, 125 MHz", 7984, 13447, 196_608, False),
    Published("nano-rp2040-connect", "RP2040, 125 MHz", 7984, 13447, 196_608, False),
)

CLOCK = """
    import utime

    def additions(of):
        for i in range(of[0]):
            c = of[1] + of[2]

    INTEGERS = [5000, 12345678, 56781234]
    FLOATS = [5000, 12345678.1234, 56781234.5678]

    def spent_us(work, times):
        began = utime.ticks_us()
        for _ in range(times):
            work()
        return utime.ticks_diff(utime.ticks_us(), began) / times

    def in_additions(work, times):
        "Other programs make this computer slow and fast by turns: so each look at the work is beside one at the loop."
        found = []
        for _ in range(41):
            loop = spent_us(lambda: additions(INTEGERS), 1) / INTEGERS[0]
            found.append(spent_us(work, times) / loop)
        return sorted(found)[20]
"""

WORK = (
    CLOCK
    + """
    import gc, json, struct, utime
    import time
    time.virtual(12_345)
    import machine, chips, sampler, outbox, framing, board
    from source import Numbered
    from console import Console

    class Recorded:
        "Answers of the bus, written down while a chip model gave them: one fetch without samples, one with."
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
        "Gives them again, a fetch with samples every so many."
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
        "A board's ticks are written in C, the emulator's in Python."
        for name in ("ticks_us", "ticks_ms", "ticks_add", "ticks_diff"):
            if hasattr(module, name):
                setattr(module, name, getattr(utime, name))

    def record(poll, samples, period_ms):
        "Answers of one fetch that finds so many samples; the FIFO is empty before."
        bus = machine.bus
        bus.keeping = None
        poll()
        time.sleep_ms(int(samples * period_ms) + 1)
        bus.keeping = {{}}
        poll()
        kept, bus.keeping = bus.keeping, None
        return kept

    from app import App
    from bluetooth import Air
    address, model = chips.make({chip!r}, Numbered(), 0.0)
    machine.bus.attach(address, model)
    machine.bus = Recorded(machine.bus)
    console = Console()
    console.write = lambda data: None
    app = App(board.profile())
    node, batches = app._node, app._batches
    app._usb.connected, app._usb.connections = True, 1
    said = node.handle(b"\\x60\\x01\\x02", app._usb, 0)
    app._start_sampling()
    period_ms = 1000 / app._driver.rate_hz
    empty = record(app._sampler.poll, 0, period_ms)
    one = record(app._sampler.poll, 1, period_ms)
    eight = record(app._sampler.poll, 8, period_ms)
    first = min((len(a), list(empty).index(a), a[0]) for a in empty)[2] if len(empty) > 1 else list(empty)[0][0]
    import app as app_module, link_usb, node as node_module, crash
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
    gc.collect(); gc.disable()
    before = gc.mem_alloc()
    for _ in range(100):
        step()
    garbage = (gc.mem_alloc() - before) / 800
    gc.enable(); gc.collect()

    batches.set_quaternion(batches.oldest, 30000, 200, -300, 13000)
    frame = bytearray(600)
    payload = batches.payload(batches.oldest)
    framed = in_additions(lambda: framing.frame_into(payload, frame), 100)

    # Whole turns, with a sample in every second one.
    node.handle(b"\\x60\\x01\\x02", app._usb, 0)
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
    print(json.dumps({{"look": look, "sample": sample, "turning": turning, "garbage": garbage, "framed": framed,
                      "whole": whole, "floats": floats, "addition_us": fastest}}))
"""
)

MEMORY = """
    import gc, json
    gc.collect()
    before = gc.mem_alloc()
    import time
    import machine, bluetooth
    gc.collect()
    stand_ins = gc.mem_alloc() - before
    import board
    from app import App
    app = App(board.profile())
    gc.collect()
    print(json.dumps([gc.mem_alloc() - before - stand_ins - len(app._batches.memory), len(app._batches.memory)]))
"""


def flash(folder: Path) -> tuple[int, dict[str, int]]:
    """The compiled firmware in a folder, with the profile of the emulator; (bytes, bytes by file)."""
    sizes = {}
    for file in built(FIRMWARE):
        where = folder / file.path
        where.parent.mkdir(exist_ok=True)
        data = file.data
        if file.path in AS_TEXT:
            data = data.replace(b'BOARD = "xiao-esp32s3"', b'BOARD = "emulator"')
        where.write_bytes(data)
        sizes[file.path] = len(file.data)
    return sum(sizes.values()), sizes


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        flashed, sizes = flash(Path(scratch))
        compiled = (EMULATOR, Path(scratch), BENCH)
        work = {chip: run(WORK.format(chip=chip), path=compiled, cwd=Path(scratch)) for chip in CHIPS}
        firmware_bytes, _ = run(MEMORY, path=compiled, cwd=Path(scratch), env={"EMULATOR_CHIP": "lsm6dso"})
    print_work(work)
    print_boards(work["lsm6dso"])
    print_memory(flashed, sizes, firmware_bytes)


def print_work(work: dict[str, dict[str, float]]) -> None:
    addition_us = min(of["addition_us"] for of in work.values())
    floats = sorted(of["floats"] for of in work.values())[len(work) // 2]
    print(
        f"this computer, at its fastest: integer addition {addition_us:.3f} us, float addition {floats:.2f} times that"
    )
    print("us                   look  a sample  orientation a sample  frame of 8  whole turn  garbage a sample (B)")
    for chip, of in work.items():
        us = {name: value * addition_us for name, value in of.items()}
        print(
            f"{chip:20} {us['look']:5.1f} {us['sample']:9.1f} {us['turning']:21.1f} {us['framed']:11.1f}"
            f" {us['whole']:11.1f} {of['garbage']:21.0f}"
        )
    print()


def print_boards(of: dict[str, float]) -> None:
    """A turn of the loop costs what it costs, then rests; samples and their orientation come on top."""
    bare = of["whole"] - 0.5 * (of["sample"] + of["turning"])  # a measured turn holds half a sample
    bus_us = BURST_BYTES["lsm6dso"] * I2C_BITS_A_BYTE / I2C_HZ * 1e6
    print(f"estimate, LSM6DSO at {RATE_HZ} Hz; orientation as the loop of floats says, and as that of integers does")
    print(
        "                                sample   of it I2C   bare turn   orientation   samples take   with orientation"
    )
    for board in {board.integers_ms: board for board in BOARDS}.values():
        # A million additions in so many milliseconds: one in so many nanoseconds.
        addition_us, float_us = board.integers_ms / 1e3, board.floats_ms / 1e3 / of["floats"]
        sample_us, turn_us = of["sample"] * addition_us + bus_us, bare * addition_us
        low_us, high_us = of["turning"] * float_us, of["turning"] * addition_us
        print(
            f"{board.title:29} {sample_us:6.0f} us {bus_us:8.0f} us {turn_us:8.0f} us {low_us:5.0f}..{high_us:4.0f} us"
            f" {RATE_HZ * sample_us / 1e6:12.0%} {RATE_HZ * (sample_us + low_us) / 1e6:9.0%} to"
            f" {RATE_HZ * (sample_us + high_us) / 1e6:3.0%} of the time"
        )
    made = RATE_HZ * of["garbage"] / 2e3
    print(f"garbage: about {made:.0f} kB a second on a board; its collection is not in the estimate\n")


def print_memory(flashed: int, sizes: dict[str, int], firmware_bytes: int) -> None:
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:3]
    on_flash = sum(-(-size // FLASH_BLOCK) * FLASH_BLOCK for size in sizes.values())
    print(
        f"flash: {flashed / 1024:.0f} KiB in {len(sizes)} files, {on_flash / 1024:.0f} KiB in blocks of 4 KiB, largest "
        + ", ".join(f"{name} {size / 1024:.1f} KiB" for name, size in largest)
    )
    print(f"heap of the firmware without batches: {firmware_bytes} B here, half on a board\n")
    print("estimate                             heap free for it   memory for batches   seconds of read-back")
    profiles = runpy.run_path(str(FIRMWARE / "board.py"))["PROFILES"]
    for board in BOARDS:
        profile = profiles[board.profile]
        free = board.heap_bytes - firmware_bytes // 2 - (NIMBLE_BYTES if board.shares_with_radio else 0)
        given = min(profile.memory_s * profile.rate_hz * BYTES_A_SAMPLE, free // 2)
        kept_s = (given // (8 * BYTES_A_SAMPLE) - 1) * 8 // profile.rate_hz
        print(f"{board.profile:20} {board.title:30} {free:9} {given:15} {kept_s:12}  of {profile.memory_s}")


if __name__ == "__main__":
    main()
