"""Scenes of test_orientation.py and board_orientation.py: the board's own orientation."""

import gc
from array import array
from math import cos, radians, sin

import wire
from batches import Batches
from host_sim import Host
from orientation import Orientation


def follow(batch, accel_scale, gyro_scale, rate_hz, counts, out):
    """The lean in 1/100 degrees after each batch of the file `counts`; turned, upright and bias go into `out`."""
    batches = Batches(4096)
    batches.layout(batch, True)
    orientation = Orientation(accel_scale, gyro_scale)
    lean = []
    with open(counts, "rb") as source, open(out, "wb") as results:
        while True:
            rows = source.read(12 * batch)
            if len(rows) < 12 * batch:
                break
            at = batches.start + wire.HEAD_BYTES
            batches.memory[at : at + len(rows)] = rows
            batches.close(0, 0)
            orientation.step(batches, 1 / rate_hz)
            lean.append(orientation.lean_centi_deg())
            results.write(array("d", orientation.turned + orientation.upright + orientation.bias))
    return lean


def a_turn_that_nobody_saw_is_not_claimed():
    batches = Batches(2000)
    batches.layout(8, True)
    orientation = Orientation(0.005, 0.001)

    def taken_in(flags=0):
        batches.close(0, flags)
        return orientation.step(batches, 0.01)

    overrun = [taken_in(), taken_in(wire.OVERRUN), taken_in()]
    orientation.skip_to(batches.written)
    return [overrun, [taken_in(), taken_in()]]


def orientations_garbage_is_known_and_none_of_it_stays():
    batches = Batches(4000)
    batches.layout(8, True)
    orientation = Orientation(0.005, 0.001)

    def some():
        for _ in range(100):
            batches.close(0, 0)
            orientation.step(batches, 0.0096)

    some()
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    some()
    made = gc.mem_alloc() - before
    gc.enable()
    gc.collect()
    return [made / 800, gc.mem_alloc() - before]


def a_small_host_gets_the_orientation_alone_in_notifications_of_eighteen_bytes(mtu):
    class Leaning:
        def fill(self, k, counts):
            lean = radians(30.0 * max(0, min(156, k - 416)) / 156)
            counts[1], counts[2] = int(2049 * cos(lean)), int(2049 * sin(lean))
            counts[3] = -286 if 416 <= k < 572 else 0  # 20 deg/s for 1.5 s, at 104 Hz
            counts[0] = counts[4] = counts[5] = 0

    host = Host(mtu=mtu, rate_error=0.0, source=Leaning())
    host.connect()
    assert host.command(wire.SET, b"\x01\x01")[0] == wire.OK
    assert host.start()[0] == wire.OK
    host.play(10_000)
    said = [m for m in host.others if m[0] == 0x20]
    return [["".join(f"{b:02x}" for b in m) for m in said], len(host.batches), host.app._batches.dropped]
