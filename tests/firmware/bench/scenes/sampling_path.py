"""Scenes of test_sampling_path.py: from a chip's FIFO into batches."""

import gc
import random
import struct
import time

import micropython

from node import Identity, Node
from outbox import Outbox
from sample_sources import number_of
from sampler_rig import Rig
from settings import Settings


def ten_thousand_samples_go_into_batches_without_one_allocation(chip, samples):
    rig = Rig(chip, memory=5_000)
    rig.play(200)
    sampler, batches, sleep_ms = rig.sampler, rig.batches, time.sleep_ms
    batches.dropped = 0
    first = batches.written
    last = first + samples // 8
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
    return before, after, (batches.written - first) * 8, batches.dropped, kept, payload[0] & 0x0F


def ten_thousand_samples_go_out_to_a_host_and_no_byte_stays(chip, samples):
    rig = Rig(chip)

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
    node.handle(b"\x60\x01\x02", host, 0)

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
    turns(samples)
    return before, gc.mem_alloc(), host.got - first, host.in_order


def a_reading_at_the_end_of_its_range_is_said_by_its_batch_and_by_no_other(chip):
    class Knocks:
        """Every 50th sample has an axis at its end, from sample 20 on; the others are just inside."""

        def fill(self, k, counts):
            for axis in range(6):
                counts[axis] = 32766 if axis % 2 else -32765
            if k % 50 == 20:
                counts[k // 50 % 6] = 32767 if k // 50 % 2 else -32768

    rig = Rig(chip, source=Knocks())
    flags = []
    for _ in range(1500):
        rig.sampler.poll()
        time.sleep_ms(5)
    batches = rig.batches
    for index in range(batches.written):
        payload = batches.payload(index)
        rows = [struct.unpack_from("<6h", payload, 8 + 12 * i) for i in range(8)]
        ends = any(max(row) == 32767 or min(row) <= -32766 for row in rows)
        flags.append([payload[0] & 0x0F, ends])
    return flags, batches.dropped


def batches_of_any_size_hold_each_sample_once(chip, samples):
    rig = Rig(chip, samples=samples)
    rig.play(4000)
    return rig.delivered, sorted(set(rig.flags)), [rig.batches.bytes]


def sequence_numbers_wrap_and_go_on_by_one():
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
    return sequences, rig.delivered


def what_was_never_sent_is_counted_when_it_is_overwritten_and_what_was_sent_is_not():
    rig = Rig("lsm6dso", memory=104 * 11)
    rig.play(2000)
    for _ in range(600):
        rig.sampler.poll()
        time.sleep_ms(5)
    batches = rig.batches
    return batches.dropped, batches.oldest, batches.unsent, [batches.written, len(rig.ticks)]


def ticks_rise_and_after_eight_seconds_are_right_to_some_hundred_microseconds(chip, rate_error):
    random.seed(7)
    rig = Rig(chip, rate_error=rate_error, start_us=(1 << 30) - 5_000_000)
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
    return (
        [[rig.true_us(n) - rig.true_us(0), e] for (n, _), e in zip(rig.ticks, errors)],
        steps,
        8 * rig.true_us(1) - 8 * rig.true_us(0),
        ticks[-1] < ticks[0],
    )


def at_the_faster_rate_the_ticks_are_right_too(chip):
    rig = Rig(chip, rate_index=1)
    rig.play(12_000, poll_ms=4)
    return [tick - rig.true_us(number) for number, tick in rig.ticks if rig.true_us(number) > 8e6]
