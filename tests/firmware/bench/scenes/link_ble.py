"""Scenes of test_link_ble.py: the Bluetooth link and a scripted central, in virtual time."""

import gc
import random
import time

import bluetooth
from bonds import Bonds
from central import Central, play
from link_ble import CONTROL, INFO, SENT, STREAM, BleLink

device_info = bytes(range(60))


class Sender:
    """Sends messages numbered from 0, each until it is sent, as many a turn as go."""

    def __init__(self, link, length=8, a_turn=8):
        self.link = link
        self.length = length
        self.a_turn = a_turn
        self.sent = self.refused = 0

    def turn(self):
        self.link.poll()
        for _ in range(self.a_turn):
            result = self.link.send(message(self.sent, self.length))
            if result != SENT:
                self.refused += 1
                return
            self.sent += 1


def message(number, length=8):
    return number.to_bytes(4, "little") + bytes(length - 4)


def numbers(messages):
    return [int.from_bytes(each[:4], "little") for each in messages]


def started(**more):
    link = BleLink(
        name="shin 7",
        info=lambda: device_info,
        manufacturer="maker",
        model="a board",
        serial="0042",
        firmware="0.1.0",
        bonds=Bonds(),
        **more,
    )
    link.start()
    return link


def connected(central, mtu=247, **more):
    link = started(**more)
    central.connect(mtu)
    play(200, link.poll)
    central.subscribe(STREAM)
    return link


def a_central_finds_the_service_in_the_advertisement_and_the_name_in_the_scan_response():
    time.virtual()
    central = Central()
    link = started()
    before = central.scan()
    link.poll()
    return [before, central.scan()]


def the_longest_name_fits_and_a_longer_one_is_refused():
    time.virtual()
    central = Central()
    words = {
        "info": lambda: b"",
        "manufacturer": "",
        "model": "",
        "serial": "",
        "firmware": "",
        "bonds": Bonds(),
    }
    link = BleLink(name="20 bytes of a name..", **words)
    link.start()
    link.poll()
    try:
        BleLink(name="21 bytes of a name ..", **words)
    except ValueError as error:
        return [central.scan()["name"], str(error)]


def another_name_is_advertised_at_once_or_after_the_connection():
    time.virtual()
    central = Central()
    link = started()
    link.poll()
    link.rename("left leg")
    link.poll()
    names = [central.scan()["name"]]
    central.connect(247)
    play(50, link.poll)
    link.rename("right leg")
    play(50, link.poll)
    names += [central.scan(), link.connected]
    central.drop()
    play(50, link.poll)
    names += [central.scan()["name"], bluetooth.BLE().config("gap_name").decode()]
    return names


def the_services_are_those_the_wire_format_names():
    time.virtual()
    central = Central()
    started()
    return central.services


def a_central_reads_who_made_the_board_and_the_newest_device_info():
    time.virtual()
    global device_info
    central = Central()
    link = started()
    values = [central.read(uuid).decode() for uuid in ("2a29", "2a24", "2a25", "2a26")]
    infos = [list(central.read(INFO))]
    device_info = b"after connecting"
    central.connect()
    play(20, link.poll)
    infos.append(central.read(INFO).decode())
    device_info = b"on request"
    link.refresh_info()
    infos.append(central.read(INFO).decode())
    return [values, infos]


def the_battery_is_told_when_it_changes():
    time.virtual()
    central = Central()
    link = connected(central)
    levels = [list(central.read("2a19"))]
    central.subscribe("2a19")
    for percent in (255, 80, 80, 79, 255, 79):
        link.set_battery(percent)
    levels.append([each[0] for each in central.take_notifications("2a19")])
    link.stop()
    link.set_battery(50)
    link.start()
    levels.append(list(central.read("2a19")))
    return levels


def the_payload_follows_the_agreed_mtu(asked):
    time.virtual()
    central = Central()
    link = started()
    before = link.payload_bytes
    central.connect(asked)
    play(20, link.poll)
    first = link.payload_bytes
    play(200, link.poll)
    return [before, first, link.payload_bytes]


def each_connection_begins_with_the_smallest_payload():
    time.virtual()
    central = Central()
    link = connected(central, mtu=247)
    payloads = [link.payload_bytes]
    central.drop()
    play(20, link.poll)
    payloads.append(link.payload_bytes)
    central.connect(mtu=23)
    play(200, link.poll)
    payloads.append(link.payload_bytes)
    return payloads


def a_message_goes_out_whole_or_is_refused():
    time.virtual()
    central = Central()
    link = connected(central, mtu=23)
    results = [link.send(bytes(length)) for length in (19, 20, 21, 512)]
    play(100, link.poll)
    return [results, [len(each) for each in central.take_notifications(STREAM)], link.too_long]


def without_buffers_messages_are_sent_later_none_lost_none_out_of_order():
    time.virtual()
    central = Central(interval_ms=200, packets_per_event=2)
    link = connected(central)
    sender = Sender(link)
    play(20_000, sender.turn)
    play(2_000, link.poll)
    return [sender.sent, sender.refused, central.longest_queue, numbers(central.take_notifications(STREAM))]


def five_seconds_of_jam_lose_nothing_and_are_not_spun_on():
    time.virtual()
    central = Central()
    link = connected(central)
    sender = Sender(link, a_turn=1)
    play(500, sender.turn)
    tries, notify = 0, link._ble.gatts_notify

    def counted(*args):
        nonlocal tries
        tries += 1
        notify(*args)

    link._ble.gatts_notify = counted
    central.jam(5_000)
    play(5_000, sender.turn, poll_ms=1)
    jammed = tries
    play(1_000, sender.turn)
    play(500, link.poll)
    return [sender.sent, numbers(central.take_notifications(STREAM)), jammed]


def after_a_drop_the_board_advertises_again_and_what_is_lost_was_in_flight():
    time.virtual()
    central = Central()
    link = connected(central)
    sender = Sender(link, a_turn=3)
    heard, gone, arrived = [], [], []
    for _ in range(5):
        play(500, sender.turn)
        sender.turn()
        heard.append(central.scan())
        arrived += numbers(central.take_notifications(STREAM))
        central.drop()
        play(5, link.poll)
        gone.append([link.connected, link.payload_bytes, link.send(b"x")])
        play(20, link.poll)
        heard.append(central.scan()["name"])
        central.connect(247)
        play(100, link.poll)
        central.subscribe(STREAM)
    return [gone, heard, sender.sent, central.lost, arrived]


def a_message_is_never_sent_to_nobody():
    time.virtual()
    Central()
    link = BleLink(name="x", info=lambda: b"", manufacturer="", model="", serial="", firmware="", bonds=Bonds())
    results = [link.send(b"x")]
    link.poll()
    link.start()
    results.append(link.send(b"x"))
    link.poll()
    results.append(link.send(b"x"))
    link.disconnect()
    return results


def commands_come_one_by_one_in_order():
    time.virtual()
    central = Central()
    link = connected(central)
    for i in range(8):
        central.write(CONTROL, bytes((0x60, i, 1)))
    play(50, link.poll)
    received = [list(link.receive()) for _ in range(8)]
    return [received, link.receive()]


def writes_beyond_the_inbox_are_left_out_and_counted():
    time.virtual()
    central = Central()
    link = connected(central)
    for i in range(20):
        central.write(CONTROL, bytes((i,)))
    play(50, link.poll)
    kept = []
    while True:
        message = link.receive()
        if message is None:
            break
        kept.append(message[0])
    central.write(CONTROL, b"U")
    play(50, link.poll)
    return [kept, link.missed, link.receive().decode()]


def a_write_longer_than_any_command_is_left_out_whole():
    time.virtual()
    central = Central()
    link = connected(central)
    for length in (64, 65, 66, 512, 0, 1):
        central.write(CONTROL, bytes(length))
    play(50, link.poll)
    return [[len(link.receive()) for _ in range(3)], link.missed]


def ten_thousand_garbage_writes_neither_crash_nor_fill_the_memory():
    time.virtual()
    random.seed(3)
    central = Central()
    link = connected(central)
    received = 0

    def turn():
        nonlocal received
        link.poll()
        if random.getrandbits(1):
            while link.receive() is not None:
                received += 1

    def burst(writes):
        for _i in range(writes):
            central.write(CONTROL, bytes(random.getrandbits(8) for _ in range(random.getrandbits(7))))
            if not random.getrandbits(3):
                play(30, turn)
        play(300, turn)
        while link.receive() is not None:
            pass

    burst(500)
    gc.collect()
    before = gc.mem_alloc()
    received = link.missed = 0
    burst(10_000)
    gc.collect()
    return [gc.mem_alloc() - before, received, link.missed]


def sending_allocates_nothing():
    time.virtual()
    central = Central()
    link = connected(central, paced=True)
    link._ble.gatts_notify = lambda connection, handle, data: None  # the stack's own share is not the link's
    before = 0  # its place among the names is no part of the sending
    packet = bytearray(136)
    view = memoryview(packet)

    def batch():
        results = 0
        for _ in range(1000):
            results += link.send(packet)
            results += link.send(view)
        return results

    batch()
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    batch()
    return gc.mem_alloc() - before


def a_stack_that_takes_everything_gets_six_messages_in_a_connection_interval(interval_ms):
    time.virtual()
    interval_ms = interval_ms
    bluetooth.BUFFERS = 1 << 20  # as BTstack: no back-pressure
    central = Central(packets_per_event=1 << 20)
    link = connected(central, paced=True)
    if interval_ms:
        central.set_interval(interval_ms)
        play(200, link.poll)
    sender = Sender(link, a_turn=100)
    begun = []
    for _ in range(300):
        before = sender.sent
        sender.turn()
        begun.append(sender.sent - before)
        time.sleep_ms(1)
    window = interval_ms or 30
    most = max(sum(begun[i : i + window]) for i in range(300 - window))
    play(200, link.poll)
    return [most, sender.sent, numbers(central.take_notifications(STREAM))]


def a_connection_interval_is_forgotten_with_its_connection():
    time.virtual()
    bluetooth.BUFFERS = 1 << 20
    central = Central()
    link = connected(central, paced=True)
    central.set_interval(300)
    play(500, link.poll)
    central.drop()
    play(50, link.poll)
    central.interval_ms = 30
    central.connect(247)
    play(200, link.poll)
    sender = Sender(link, a_turn=100)
    play(300, sender.turn)
    return sender.sent


def a_radio_switched_off_is_silent_and_switched_on_is_found_again():
    time.virtual()
    central = Central()
    link = connected(central)
    states = []
    for _ in range(3):
        link.stop()
        play(50, link.poll)
        states.append([central.scan(), link.connected, link.send(b"x"), bluetooth.BLE().active()])
        link.start()
        link.start()
        play(50, link.poll)
        states.append([central.scan()["name"], central.read("2a24").decode()])
        central.connect(247)
        play(200, link.poll)
        states.append([link.connected, link.payload_bytes, link.send(b"x")])
    return states


def the_board_can_hang_up():
    time.virtual()
    central = Central()
    link = connected(central)
    link.disconnect()
    play(50, link.poll)
    return [link.connected, central.connection, central.scan()["name"]]


def advertising_that_the_stack_refuses_is_tried_again_not_each_turn():
    time.virtual()
    central = Central()
    link = started()
    ble, tries = link._ble, 0

    def refuse(*args, **more):
        nonlocal tries
        tries += 1
        raise OSError(16)

    ble.gap_advertise = refuse
    play(100, link.poll, poll_ms=1)
    del ble.gap_advertise
    play(10, link.poll)
    return [tries, central.scan()["name"]]


def a_connection_that_fails_before_it_began_does_not_end_the_advertising():
    time.virtual()
    central = Central()
    link = started()
    link.poll()
    central.advertised = None  # the stack has stopped it
    link.poll()
    heard = [central.scan()]
    bluetooth.BLE().heard_disconnect(0xFFFF, 0xFF, bytes(6))  # as NimBLE says it
    link.poll()
    heard.append(central.scan()["name"])
    return heard


def a_second_central_is_sent_away_and_the_first_one_stays():
    time.virtual()
    central = Central()
    link = connected(central)
    sent_away: list = []
    central.disconnect = sent_away.append
    radio = bluetooth.BLE()
    radio.heard_connect(9, 0, bytes(6))
    link.poll()
    radio.heard_disconnect(9, 0, bytes(6))
    play(100, link.poll)
    result = link.send(b"still here")
    play(100, link.poll)
    return [sent_away, link.payload_bytes, result, central.take_notifications(STREAM)[0].decode()]
