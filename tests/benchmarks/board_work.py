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
        work = {chip: run("board_work.work", path=compiled, cwd=Path(scratch), chip=chip) for chip in CHIPS}
        firmware_bytes, _ = run(
            "board_memory.memory", path=compiled, cwd=Path(scratch), env={"EMULATOR_CHIP": "lsm6dso"}
        )
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
