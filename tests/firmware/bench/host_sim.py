"""The whole firmware on the bench: app, radio, chip, in virtual time, with a host that keeps books of every sample."""

import struct
import time

import board
import chips
import machine
import wire
from app import App
from central import Central, play
from link_ble import CONTROL, INFO, STREAM
from sample_sources import Numbered, number_of


class Host:
    """What a host at the other end of the radio would do, and what it has: `numbers` of samples by sequence."""

    def __init__(
        self,
        chip="lsm6dso",
        *,
        mtu=247,
        interval_ms=30,
        rate_error=0.013,
        source=None,
        packets_per_event=12,
        soldered=True,
        pairs=True,
    ):
        time.virtual(12_345)
        self.address, self.model = chips.make(chip, source or Numbered(), rate_error)
        if soldered:
            machine.bus.attach(self.address, self.model)
        self.central = Central(interval_ms=interval_ms, packets_per_event=packets_per_event, pairs=pairs)
        self.app = App(board.profile("emulator"))
        self.mtu = mtu
        self.batches = {}  # sequence, unwrapped: (numbers, tick, flags, had a quaternion)
        self.order = []  # the sequences as they came, live ones only
        self.replayed = 0
        self.others = []
        self.newest = None  # sequence, unwrapped
        self._token = 0

    def play(self, ms):
        play(ms, self._turn, 4)

    def _turn(self):
        self.app.turn()
        if self.central.connection is not None:
            for message in self.central.take_notifications(STREAM):
                self._take(message)

    def connect(self):
        self.central.connect(self.mtu)
        for _ in range(400):
            self.play(20)
            if self.central.connection is not None and self.central.mtu == self.mtu:
                break
        self.play(200)
        self.central.subscribe(STREAM)
        self.info = self.central.read(INFO)

    def command(self, code, argument=b"", wait_ms=3000):
        """The answer's (result, data), or None when none came."""
        self._token = (self._token + 1) % 256
        self.central.write(CONTROL, bytes((0x60, self._token, code)) + argument)
        for _ in range(wait_ms // 20):
            self.play(20)
            for message in self.others:
                if message[0] == 0x70 and message[1] == self._token:
                    self.others.remove(message)
                    return message[3], bytes(message[4:])
        return None

    def start(self):
        """START; sequences that were sent while nobody listened are asked for again."""
        before = self.newest
        answer = self.command(wire.START)
        if answer is None or answer[0] != wire.OK:
            return answer
        following, _, _ = struct.unpack("<HBH", answer[1])
        if before is not None:
            self.ask_again(before + 1, self._unwrap(following) - before - 1)
        return answer

    def ask_again(self, first, count):
        while count > 0:
            part = min(count, 255)
            self.command(wire.READ_BACK, struct.pack("<HB", first & 0xFFFF, part))
            self.play(3000)
            first += part
            count -= part

    def missing(self):
        return [s for s in range(min(self.batches), self.newest + 1) if s not in self.batches]

    def _unwrap(self, sequence):
        if self.newest is None:
            return sequence
        return self.newest + ((sequence - self.newest + 0x8000) & 0xFFFF) - 0x8000

    def _take(self, message):
        if message[0] >> 4 != 1:
            self.others.append(message)
            return
        sequence = self._unwrap(message[2] | message[3] << 8)
        at = wire.HEAD_BYTES
        numbers = []
        for _ in range(message[1]):
            numbers.append(number_of(message[at : at + 12]))
            at += 12
        flags = message[0] & 0x0F
        tick = struct.unpack("<I", message[4:8])[0]
        if flags & wire.REPLAYED:
            self.replayed += 1
        else:
            self.order.append(sequence)
            self.newest = sequence
        if sequence in self.batches and self.batches[sequence][0] != numbers:
            raise ValueError("the same sequence with other samples")
        self.batches[sequence] = (numbers, tick, flags, len(message) > at)

    def books(self):
        """What became of every sample between the first and the last that came."""
        numbers = [n for s in sorted(self.batches) for n in self.batches[s][0]]
        gaps = [b - a - 1 for a, b in zip(numbers, numbers[1:])]
        return {
            "live in order": self.order == sorted(set(self.order)),
            "rising": all(gap >= 0 for gap in gaps),
            "delivered": len(numbers),
            "span": numbers[-1] - numbers[0] + 1,
            "absent": sum(gaps),
            "replayed": self.replayed,
            "missing batches": len(self.missing()),
            "board says lost": self.app._batches.dropped + self.app._sampler.lost if self.app._sampler else None,
            "quaternions": sum(1 for s in self.batches if self.batches[s][3]),
            "batches": len(self.batches),
            "starved": len(machine.starvations),
        }

    def statuses(self):
        return [struct.unpack("<BIHBhIHBBH", m) for m in self.others if m[0] == 0x40]
