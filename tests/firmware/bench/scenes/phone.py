"""Scenes of test_phone.py: a board that is a dial for phones, and what a phone's app does."""

import os
import struct
import time

import bluetooth
import machine
import phone
import wire
from app import App
from central import Central
from host_sim import Host
from leg import Tilting
from link_ble import STREAM
from phone import CONTROL, DATA, EXPERIMENT, READY
from sample_sources import Constant, number_of
from settings import Settings, Store

# The board of this scene, its only one, and the other end of its radio.
host: Host
central: Central
app: App


def begin(name="shinsight", phone=True, source=None, chip="lsm6dso", soldered=True, calibration=None):
    """A board with these settings kept on its flash."""
    global host, central, app
    kept = Settings(name)
    kept.phone = phone
    kept.calibration = calibration
    Store().save(kept)
    host = Host(chip, source=source, soldered=soldered)
    central, app = host.central, host.app


def come(mtu=23):
    central.connect(mtu)
    host.play(400)
    assert central.connection is not None


def leave():
    central.drop()
    host.play(300)


def hexed(messages):
    return ["".join([f"{byte:02x}" for byte in message]) for message in messages]


def loaded(ms=6000):
    """The packets of a transfer, as the app asks for it: subscribed first, then 1, then 0 when all is there."""
    central.subscribe(EXPERIMENT)
    central.write(CONTROL, b"\x01")
    host.play(ms)
    return hexed(central.take_notifications(EXPERIMENT))


def watch():
    central.write(READY, b"\x01")
    central.subscribe(DATA)


def told(ms):
    """[[ms, packet], ...] of the dial."""
    heard = []
    for _ in range(ms // 20):
        host.play(20)
        heard += [[time.now_us() // 1000, packet] for packet in hexed(central.take_notifications(DATA))]
    return heard


def it_is_set_kept_and_unset_and_each_time_the_board_begins_anew():
    begin(phone=False)
    host.connect()
    answers, heard, kept = [], [], []
    for value in (1, 0):
        host.connect()
        answers.append(host.command(wire.SET, bytes((7, value)))[0])
        there = central.connection is not None
        host.play(1500)
        heard.append([there, central.connection is None, central.scan()["services"]])
        kept.append(Store().load().phone)
    return answers, heard, kept


def off_the_air_and_the_services_are_what_they_were():
    begin(phone=False)
    host.play(300)
    return hexed(central.advertised), central.services


def on_the_services_before_it_keep_their_places(phone):
    begin(phone=phone)
    return central.services


def both_find_the_board_and_phyphox_in_its_first_packet():
    begin()
    host.play(300)
    return central.scan(), hexed(central.advertised)[0]


def of_a_long_name_the_beginning_is_heard_in_whole_characters(name):
    begin(name=name)
    host.play(300)
    return (
        central.scan()["name"],
        [len(part) for part in central.advertised],
        bluetooth.BLE().config("gap_name").decode(),
    )


def a_dial_for_everybody_and_bond_are_never_both_on_and_the_refusal_says_why():
    begin()
    host.connect()

    def said(*values):
        result, data = host.command(wire.SET, bytes(values))
        return [result, data.decode()]

    phone_first = [said(5, 1), said(7, 0), said(5, 1), said(7, 1), said(5, 0), said(7, 2)]
    return [app._node.settings.bond, app._node.settings.phone], phone_first, said(7, 1)


def on_the_smallest_connection_the_refusal_is_as_long_as_fits():
    begin()
    host.mtu = 23
    host.connect()
    return next((r, d.decode()) for r, d in [host.command(wire.SET, b"\x05\x01")])


def factory_settings_take_it_off_the_air():
    begin()
    host.connect()
    host.command(wire.SET, b"\x00")
    host.play(1500)
    return central.scan()["services"]


def the_app_is_sent_the_file_whole_whatever_the_connection_carries(mtu):
    begin()
    come(mtu)
    return loaded()


def no_packet_is_lost_where_the_stack_has_no_room_for_most():
    begin()
    ble, refused = bluetooth.BLE(), [0]
    notify = ble.gatts_notify

    def reluctant(*what):
        refused[0] += 1
        if refused[0] % 3:
            raise OSError(12)
        return notify(*what)

    app._ble._ble = type("Reluctant", (), {"__getattr__": lambda self, name: getattr(ble, name)})()
    app._ble._ble.gatts_notify = reluctant
    central.packets_per_event = 1
    come()
    central.subscribe(EXPERIMENT)
    central.write(CONTROL, b"\x01")
    host.play(1000)
    central.jam(2000)
    host.play(20_000)
    return hexed(central.take_notifications(EXPERIMENT)), refused[0]


def a_stack_that_never_says_it_is_full_is_not_overrun():
    begin()
    app._ble._paced = True
    central.packets_per_event = 6
    come()
    return loaded(), central.longest_queue


def a_transfer_that_ends_in_its_middle_leaves_nothing_behind_and_the_next_is_whole(how):
    begin()
    come()
    before = loaded(200)
    if how == "drop":
        leave()
        central.connect()
        while central.connection is None:
            host.play(4)
        central.subscribe(EXPERIMENT)  # at once: nothing comes that nobody asked for
    else:
        central.write(CONTROL, b"\x00")
        host.play(100)
        central.take_notifications(EXPERIMENT)  # those in flight
    host.play(2000)
    quiet = central.take_notifications(EXPERIMENT)
    return before, hexed(quiet), loaded()


def asked_again_in_the_middle_it_begins_again_from_the_header():
    begin()
    come()
    return loaded(200), loaded()


def a_board_without_the_file_sends_nothing_and_lives_on():
    begin()
    os.remove(phone.FILE)
    host.connect()
    return loaded(), host.command(wire.IDENTIFY)[0]


def while_a_second_phone_tries_the_first_is_served():
    begin()
    come()
    central.subscribe(EXPERIMENT)
    central.write(CONTROL, b"\x01")
    host.play(200)
    control = central.handle(CONTROL)
    central.intrude(lambda radio, connection: radio.heard_write(connection, control, b"\x00"))
    host.play(6000)
    return hexed(central.take_notifications(EXPERIMENT)), central.sent_away, central.connection is not None


def what_is_written_without_a_phone_setting_does_nothing():
    begin(phone=False)
    come()
    host.play(2000)
    return app._node.state, app._ble.phone.watching


def the_file_names_what_the_board_serves():
    begin()
    return central.services


def the_dial_shows_the_true_tilt_in_motion_and_at_rest(chip, holds, rate_hz, deg_a_count):
    begin(chip=chip)
    leg = Tilting(holds, rate_hz * 1.013, deg_a_count)
    host.model.source = leg
    come(64)
    watch()
    begun_ms = time.now_us() // 1000
    heard = told(36_000)
    first = host.model.taken / leg.rate_hz - time.now_us() / 1e6  # of the leg's time on the world's
    return heard, [[ms, leg.deg(ms / 1000 + first)] for ms in range(begun_ms, time.now_us() // 1000, 10)], begun_ms


def what_is_told_is_the_direction_of_up_in_the_sensors_own_frame():
    begin(source=Constant(-700, 1200, -1500, 0, 0, 0))
    come(64)
    watch()
    return told(3000)


def until_the_board_has_lain_still_or_was_calibrated_nothing_is_claimed(calibration):
    begin(source=Tilting([(0.2, 0), (0.2, 10)] * 30), calibration=calibration)
    come(64)
    watch()
    restless = told(20_000)
    host.model.source = Tilting([(60, 10)])
    told(2500)
    return restless, told(1000)


def zero_is_where_it_was_pressed_and_the_largest_begins_anew():
    begin(source=Tilting([(9, 0), (5, 30), (60, 20)]))
    come(64)
    watch()
    return told(26_000)


def the_phone_gone_the_chip_rests_and_back_again_the_dial_goes_on_from_its_old_zero():
    begin(source=Tilting([(60, 5)]))
    come(64)
    watch()
    heard = told(9000)
    states = [app._node.state]
    leave()
    states += [app._node.state, app._sampler.running]
    host.model.source = Tilting([(60, 17)])
    come(64)
    watch()
    heard2 = told(6000)
    return [heard, heard2], states + [app._node.state]


def what_is_not_known_is_shown_as_nothing_and_not_as_the_last_angle(fault):
    begin(source=Tilting([(60, 10)]), soldered=fault != "never there")
    come(64)
    watch()
    before = told(4000)
    if fault == "gone from the bus":
        machine.bus.detach(host.address)
    elif fault == "frozen":
        type(app._sampler).poll = lambda self: None
    elif fault == "accelerometer dead":
        host.model.source.dead = True
    after = told(12_000)
    return before, after


def a_dial_that_could_not_be_told_for_a_while_shows_what_is_now():
    begin(source=Tilting([(5, 0), (60, 20)]))
    come(64)
    watch()
    before = told(3000)
    central.jam(10_000)
    return before, told(11_000)


def a_chip_that_comes_back_is_shown_again():
    begin(source=Tilting([(60, 10)]))
    come(64)
    watch()
    told(4000)
    machine.bus.detach(host.address)
    told(3000)
    machine.bus.attach(host.address, host.model)
    told(3000)
    return told(2000)


def with_cable(busy):
    begin()

    class Cable:
        connected, connections, payload_bytes = True, 1, 512

        def __init__(self):
            self.heard, self.inbox = [], []

        def poll(self):
            pass

        def receive(self):
            return self.inbox.pop(0) if self.inbox else None

        def send(self, message):
            self.heard.append(bytes(message))
            return 1

    cable = Cable()
    app._usb = cable
    app._links = (cable, app._ble)
    host.play(200)
    cable.inbox.append(b"\x60\x01\x02")
    host.play(1000)
    dial = []
    if busy:
        come()
        loaded(2000)
        leave()
        come(64)
        watch()
        dial = told(5000)
        leave()
        host.play(2700)
    else:
        host.play(2000 + 5000 + 2 * 400 + 2 * 300 + 2400)
    batches = [m for m in cable.heard if m[0] >> 4 == 1]
    numbers = [number_of(m[at : at + 12]) for m in batches for at in range(8, 8 + 12 * m[1], 12)]
    sequences = [m[2] | m[3] << 8 for m in batches]
    statuses = [struct.unpack("<BIHBhIHBBH", m) for m in cable.heard if m[0] == 0x40]
    return {
        "numbers in order": numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        and sequences == list(range(sequences[0], sequences[0] + len(sequences))),
        "overruns": sum(1 for m in batches if m[0] & 2),
        "dropped": statuses[-1][5],
        "samples": len(numbers),
        "dial": len(dial),
    }


def what_only_a_dial_was_for_is_not_counted_as_lost_when_a_host_comes():
    begin()
    come(247)
    central.write(READY, b"\x01")
    host.play(150_000)
    leave()
    host.connect()
    host.start()
    host.play(3000)
    return host.statuses()[-1][5], host.books()


def a_host_may_start_where_a_dial_is_and_the_dial_goes_on():
    begin()
    come(247)
    watch()
    host.play(3000)
    central.subscribe(STREAM)
    host.start()
    host.play(200)
    central.take_notifications(DATA)
    host.play(3000)
    dial = central.take_notifications(DATA)
    return host.books(), len(dial), host.statuses()[-1][5]


def a_host_that_stops_leaves_the_dial_its_samples():
    begin(source=Tilting([(60, 10)]))
    Host._take = lambda self, message: self.others.append(message)
    come(247)
    central.subscribe(STREAM)
    host.start()
    watch()
    host.play(2000)
    host.command(wire.STOP)
    host.play(1000)
    central.take_notifications(DATA)
    return told(3000)


def a_rate_cannot_be_changed_under_a_dial():
    begin()
    come(247)
    watch()
    host.play(1000)
    central.subscribe(STREAM)
    busy = host.command(wire.SET_RATE, b"\xd0\x00")[0]
    leave()
    host.connect()
    return busy, host.command(wire.SET_RATE, b"\xd0\x00")[0]
