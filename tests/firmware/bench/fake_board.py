"""A fake board around a real node: a chip that is only a name, a link that keeps what it gets. No time passes."""

import struct

import effects
import wire
from batches import Batches
from node import Identity, Node
from outbox import Outbox
from settings import Settings

ACCEL_SCALE = 0.005
GYRO_SCALE = 0.001


class Chip:
    chip = "LSM6DSO"
    RATES_HZ = (104, 208)
    accel_scale_mps2 = ACCEL_SCALE
    gyro_scale_radps = GYRO_SCALE


class Link:
    def __init__(self, payload_bytes=244):
        self.payload_bytes = payload_bytes
        self.connected = True
        self.connections = 1
        self.sent = []
        self.full = False  # no buffer now

    def send(self, message):
        if not self.connected:
            return -1
        if len(message) > self.payload_bytes:
            return -2
        if self.full:
            return 0
        self.sent.append(bytes(message))
        return 1

    def take(self):
        sent, self.sent = self.sent, []
        return hexed(sent)


class Turns:
    """An orientation that has taken in all batches before `index`."""

    index = 0
    upright = (1.0, 0.0, 0.0, 0.0)

    def lean_centi_deg(self):
        return 4200


def hexed(messages):
    return ["".join([f"{byte:02x}" for byte in message]) for message in messages]


class FakeBoard:
    """`ask` gives the answers as hex, for the host's own decoder."""

    def __init__(self, payload_bytes=244, *, memory=20_000, chip=True, crash=b"", settings=None):
        self.link = Link(payload_bytes)
        self.batches = Batches(memory)
        identity = Identity("desk", "1.2.3", b"\x01\xab\x00")
        if chip:
            identity.found(Chip)
        self.now_ms = 1000
        self.node = Node(
            identity=identity,
            settings=settings or Settings(),
            batches=self.batches,
            crash=crash,
            now_ms=self.now_ms,
        )
        self.outbox = Outbox(self.node, self.batches)
        self.token = 0
        self.wanted = set()  # kinds of effects since the test looked last
        self.replayed = None  # (first index, count) of the last READ_BACK

    def carry_out(self, wanted, link=None):
        """The answers among the effects; the others are done as the app does them, where there is anything to do."""
        answers = []
        for kind, value in wanted:
            self.wanted.add(kind)
            if kind == effects.ANSWER:
                answers.append(value)
            elif kind == effects.REPLAY:
                self.replayed = value
                self.outbox.replay(value[0], value[1], link)
            elif kind == effects.END_REPLAY:
                self.outbox.end_replay()
        return answers

    def ask(self, code, argument=b"", link=None):
        self.token = (self.token + 1) % 256
        message = bytes((0x60, self.token, code)) + argument
        link = link or self.link
        return hexed(self.carry_out(self.node.handle(message, link, self.now_ms), link))

    def wait(self, seconds, linked=False, step_ms=1000):
        """The loop's turns over so long."""
        for _ in range(int(seconds * 1000) // step_ms):
            self.now_ms += step_ms
            self.carry_out(self.node.each_turn(self.now_ms, linked))

    def sample(self, batches, row=(0, 0, 1961, 0, 0, 0), shake=0):
        """Complete so many batches of that row; with `shake` the counts swing by so much about it."""
        memory = self.batches
        for k in range(batches):
            swing = shake if k % 2 else -shake
            for i in range(memory.samples):
                at = memory.start + wire.HEAD_BYTES + wire.SAMPLE_BYTES * i
                struct.pack_into("<6h", memory.memory, at, *[count + swing for count in row])
            memory.close(memory.written & 0x3FFFFFFF, 0)
