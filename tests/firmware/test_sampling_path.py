"""From the chip's FIFO into batches: nothing allocated, nothing unsaid, each sample at its true time. Virtual time."""

from __future__ import annotations

from typing import Any

import pytest

from firmware.board import run
from shinsight.wire.messages import BatchFlag

CHIPS = ("lsm6dso", "lsm6ds3", "icm42688", "mpu6050", "mpu6886")
SAMPLES = 10_000


def said(script: str, *, heap: str = "1m") -> Any:
    return run(
        f"""
import gc, json, micropython, struct, time
import wire
from rig import Rig
from source import Constant, Numbered, number_of
def show(*values):
    print(json.dumps(values[0] if len(values) == 1 else values))
{script}
""",
        heap=heap,
    )


# --- the heap


@pytest.mark.parametrize("chip", CHIPS)
def test_ten_thousand_samples_go_into_batches_without_one_allocation(chip: str) -> None:
    """With the heap locked from the first to the last, the memory for batches overwritten many times over."""
    before, after, sampled, dropped, kept, flags = said(f"""
rig = Rig({chip!r}, memory=5_000)
rig.play(200)
sampler, batches, sleep_ms = rig.sampler, rig.batches, time.sleep_ms
batches.dropped = 0
first = batches.written
last = first + {SAMPLES} // 8
gc.collect()
before = gc.mem_alloc()
micropython.heap_lock()
while batches.written < last:
    sampler.poll()
    sleep_ms(5)
micropython.heap_unlock()
after = gc.mem_alloc()
kept = batches.written - batches.oldest
numbers = []
for index in range(batches.oldest, batches.written):
    payload = batches.payload(index)
    numbers += [number_of(payload[at : at + 12]) for at in range(8, 104, 12)]
assert numbers == list(range(numbers[0], numbers[0] + 8 * kept)), numbers
show(before, after, (batches.written - first) * 8, batches.dropped, kept, payload[0] & 0x0F)
""")
    assert after == before
    assert sampled >= SAMPLES
    assert dropped == sampled - kept * 8
    assert kept == 5_000 // 104 - 1
    assert flags == 0


@pytest.mark.parametrize("chip", CHIPS)
def test_ten_thousand_samples_go_out_to_a_host_and_no_byte_stays(chip: str) -> None:
    before, after, numbers, in_order = said(f"""
from outbox import Outbox
from settings import Settings
from node import Identity, Node
rig = Rig({chip!r})
class Host:
    payload_bytes, connected, connections = 244, True, 1
    sequence = got = 0
    number = None  # of the first sample: those before the FIFO was switched on are nobody's
    in_order = True
    def send(self, message):
        sequence = message[2] | message[3] << 8
        self.in_order = self.in_order and sequence == self.sequence
        self.sequence = sequence + 1 & 0xFFFF
        if self.number is None:
            self.number = number_of(message[8:20])
        for at in range(8, 8 + 12 * message[1], 12):
            self.in_order = self.in_order and number_of(message[at : at + 12]) == self.number
            self.number += 1
        self.got += message[1]
        return 1
identity = Identity("rig", "0")
identity.found(rig.driver)
node = Node(identity=identity, settings=Settings(), batches=rig.batches)
node.settings.quaternion = False
outbox = Outbox(node, rig.batches)
host = Host()
node.handle(b"\\x60\\x01\\x02", host, 0)
def turns(samples):
    stop = host.got + samples
    while host.got < stop:
        rig.sampler.poll()
        outbox.pump()
        time.sleep_ms(5)
    gc.collect()
turns(200)
before = gc.mem_alloc()
first = host.got
turns({SAMPLES})
show(before, gc.mem_alloc(), host.got - first, host.in_order)
""")
    assert after == before
    assert numbers >= SAMPLES
    assert in_order


# --- what a batch says


@pytest.mark.parametrize("chip", CHIPS)
def test_a_reading_at_the_end_of_its_range_is_said_by_its_batch_and_by_no_other(chip: str) -> None:
    flags, at = said(f"""
class Knocks:
    "Every 50th sample has an axis at its end, from sample 20 on; the others are just inside."
    def fill(self, k, counts):
        for axis in range(6):
            counts[axis] = 32766 if axis % 2 else -32765
        if k % 50 == 20:
            counts[k // 50 % 6] = 32767 if k // 50 % 2 else -32768
rig = Rig({chip!r}, source=Knocks())
flags = []
for _ in range(1500):
    rig.sampler.poll()
    time.sleep_ms(5)
batches = rig.batches
at = None
for index in range(batches.written):
    payload = batches.payload(index)
    rows = [struct.unpack_from("<6h", payload, 8 + 12 * i) for i in range(8)]
    ends = any(max(row) == 32767 or min(row) <= -32766 for row in rows)
    flags.append([payload[0] & 0x0F, ends])
show(flags, batches.dropped)
""")
    assert at == 0
    assert len(flags) > 90
    assert sum(ends for _, ends in flags) >= 14
    assert [flag for flag, _ in flags] == [BatchFlag.SATURATED if ends else 0 for _, ends in flags]


@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("samples", [1, 40])
def test_batches_of_any_size_hold_each_sample_once(chip: str, samples: int) -> None:
    delivered, flags, sizes = said(f"""
rig = Rig({chip!r}, samples={samples})
rig.play(4000)
show(rig.delivered, sorted(set(rig.flags)), [rig.batches.bytes])
""")
    assert delivered == list(range(delivered[0], delivered[0] + len(delivered)))
    assert len(delivered) > 350
    assert flags == [0]
    assert sizes == [8 + 12 * samples]


def test_sequence_numbers_wrap_and_go_on_by_one() -> None:
    sequences, delivered = said("""
rig = Rig("lsm6dso", samples=1)
rig.batches._sequence = 65400
sequences = []
for _ in range(600):
    rig.sampler.poll()
    batches = rig.batches
    while batches.unsent < batches.written:
        payload = batches.payload(batches.unsent)
        sequences.append(payload[2] | payload[3] << 8)
        rig.delivered.append(number_of(payload[8:20]))
        batches.mark_sent(batches.unsent)
        batches.unsent += 1
    time.sleep_ms(5)
show(sequences, rig.delivered)
""")
    assert sequences[0] == 65400
    assert sequences == [(65400 + k) % 65536 for k in range(len(sequences))]
    assert sequences[-1] < 1000
    assert delivered == list(range(delivered[0], delivered[0] + len(delivered)))


def test_what_was_never_sent_is_counted_when_it_is_overwritten_and_what_was_sent_is_not() -> None:
    dropped, oldest, unsent, written = said("""
rig = Rig("lsm6dso", memory=104 * 11)
rig.play(2000)
for _ in range(600):
    rig.sampler.poll()
    time.sleep_ms(5)
batches = rig.batches
show(batches.dropped, batches.oldest, batches.unsent, [batches.written, len(rig.ticks)])
""")
    written, sent = written
    assert written - oldest == 10
    assert unsent == oldest
    assert dropped == (written - sent - 10) * 8


# --- time


@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("rate_error", [-0.03, 0.0, 0.02])
def test_ticks_rise_and_after_eight_seconds_are_right_to_some_hundred_microseconds(
    chip: str, rate_error: float
) -> None:
    """The loop looks at uneven moments, as it does when it has other work; the tick wraps on the way."""
    errors_us, steps_us, period_us, wrapped = said(f"""
import random
random.seed(7)
rig = Rig({chip!r}, rate_error={rate_error}, start_us=(1 << 30) - 5_000_000)
while time.now_us() < (1 << 30) + 15_000_000:
    rig.sampler.poll()
    rig.take()
    time.sleep_us(random.randrange(3_000, 9_000))
    if random.randrange(50) == 0:
        time.sleep_ms(45)
errors, ticks = [], []
for number, tick in rig.ticks:
    truth = rig.true_us(number)
    errors.append((tick - int(truth) + (1 << 29)) % (1 << 30) - (1 << 29))
    ticks.append(tick)
assert all(0 <= tick < 1 << 30 for tick in ticks)
steps = [(b - a) % (1 << 30) for a, b in zip(ticks, ticks[1:])]
show([[rig.true_us(n) - rig.true_us(0), e] for (n, _), e in zip(rig.ticks, errors)], steps,
     8 * rig.true_us(1) - 8 * rig.true_us(0), ticks[-1] < ticks[0])
""")
    assert wrapped
    assert all(0 < step < 2 * period_us for step in steps_us)
    late = [error for t_us, error in errors_us if t_us > 8e6]
    assert len(late) > 140
    assert max(map(abs, late)) < 500


@pytest.mark.parametrize("chip", CHIPS)
def test_at_the_faster_rate_the_ticks_are_right_too(chip: str) -> None:
    late = said(f"""
rig = Rig({chip!r}, rate_index=1)
rig.play(12_000, poll_ms=4)
show([tick - rig.true_us(number) for number, tick in rig.ticks if rig.true_us(number) > 8e6])
""")
    assert len(late) > 80
    assert max(map(abs, late)) < 500
