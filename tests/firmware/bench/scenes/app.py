"""Scenes of test_app.py: the whole firmware, turn by turn."""

import random
import time

import app
import machine
import wire
from host_sim import Host
from link_ble import CONTROL
from link_ble import INFO as INFO_VALUE


def hexed(messages):
    return ["".join(f"{byte:02x}" for byte in message) for message in messages]


def connected(chip="lsm6dso", **settings):
    """A host that is connected to a board with that chip."""
    host = Host(chip, **settings)
    host.connect()
    return host


def commands_that_come_all_at_once_are_obeyed_in_their_order():
    host = connected()
    host.start()
    host.play(1000)
    host.batches.clear()
    host.others.clear()
    host.order.clear()
    for k, command in enumerate((b"\x03", b"\x04\xd0\x00", b"\x02")):
        host.central.write(CONTROL, bytes((0x60, k)) + command)
    host.play(5000)
    return hexed(host.others), host.books()["delivered"], host.app._driver.rate_hz


def garbage_of_any_kind_costs_no_sample():
    host = connected()
    random.seed(5)
    host.start()
    host.play(2000)
    harmless = (1, 7, 8, 9, 10, 11, 12, 99, 255)
    for _ in range(1500):
        data = bytes(random.getrandbits(8) for _ in range(random.randrange(70)))
        if random.randrange(3):
            data = bytes((0x60, random.getrandbits(8), random.choice(harmless))) + data[:9]
        elif data[:1] == b"\x60":
            continue
        host.central.write(CONTROL, data)
        host.play(random.choice((0, 0, 20, 40)))
    host.play(4000)
    return host.books(), host.app._node.ignored


def a_chip_that_is_not_there_is_said_and_found_by_itself_when_it_comes(chip):
    host = connected(chip, soldered=False)
    empty = host.central.read(INFO_VALUE)
    refused = [host.command(wire.INFO), host.command(wire.START)]
    machine.bus.attach(host.address, host.model)
    host.play(3000)
    refusals = [[code, data.decode()] for code, data in refused]
    info = hexed([host.central.read(INFO_VALUE)])[0]
    started = host.start()[0]
    host.play(3000)
    return len(empty), refusals, info, started, host.books()["delivered"]


def a_chip_that_goes_before_it_is_needed_is_said_to_whom_asks_and_its_losses_stay_counted():
    host = connected()
    host.start()
    host.play(2000)
    time.advance_us(6_000_000)
    host.play(2000)
    lost = host.app._sampler.lost
    host.command(wire.STOP)
    machine.bus.detach(host.address)
    start = host.command(wire.START)
    host.others.clear()
    host.play(2500)
    status = host.statuses()[-1]
    machine.bus.attach(host.address, host.model)
    host.play(3000)
    again = host.command(wire.START)
    host.batches.clear()
    host.order.clear()
    host.newest = None
    host.play(2000)
    return [start[0], start[1].decode()], again[0], [lost, status[5], host.statuses()[-1][5]], host.books()["delivered"]


def once_streaming_the_watchdog_is_fed_in_every_state_and_not_begun_before():
    host = connected()
    host.play(3000)
    before = host.app._watchdog is None
    host.start()
    host.play(12_000)
    host.command(wire.STOP)
    host.play(12_000)
    host.command(wire.SET, b"\x02\x05\x00")
    host.central.drop()
    host.play(20_000)
    state = host.app._node.state
    return before, state, len(machine.starvations)


def a_short_press_wakes_a_sleeping_board():
    host = connected()
    node = host.app._node
    node.settings.idle_sleep_s = 1
    host.central.drop()
    machine.drive(3, 1)
    finger: list = []  # (moment, level), in order

    def move():
        while finger and time.now_us() >= finger[0][0]:
            machine.drive(3, finger.pop(0)[1])

    time.on_sleep(move)

    def live(ms):
        end_us = time.now_us() + ms * 1000
        while time.now_us() < end_us:
            time.sleep_ms(host.app.turn())

    live(3000)
    states = []
    for after_ms in (7, 60, 113, 160):
        states.append(node.state)
        pressed_us = time.now_us() + after_ms * 1000
        finger += [(pressed_us, 0), (pressed_us + 100_000, 1)]
        live(500)
        states.append(node.state)
        live(2000)
    return states


def a_heap_in_pieces_keeps_as_much_as_fits_into_one(largest_piece):
    whole = app.Batches

    def in_pieces(memory_bytes):
        if memory_bytes > largest_piece:
            raise MemoryError
        return whole(memory_bytes)

    app.Batches = in_pieces  # type: ignore[misc]
    host = connected()
    host.start()
    host.play(3000)
    return host.books(), host.statuses()[-1][8]


def a_heap_without_any_room_is_an_error_and_not_a_loop():
    def never(memory_bytes):
        raise MemoryError

    app.Batches = never  # type: ignore[misc]
    try:
        app._batches(100_000)
        error = None
    except MemoryError:
        error = "MemoryError"
    return error
