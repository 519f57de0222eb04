"""Scenes of test_emulated_bluetooth.py: what the stand-in for `bluetooth` does to a program."""

import time

import bluetooth
from bonds import Bonds
from central import Central
from link_ble import SENT, BleLink

SERVICE, STREAM, CONTROL = "f0000001" + 24 * "0", "f0000002" + 24 * "0", "f0000003" + 24 * "0"
ble = bluetooth.BLE()
events = []


def register():
    return ble.gatts_register_services(
        (
            (
                bluetooth.UUID(SERVICE),
                ((bluetooth.UUID(STREAM), bluetooth.FLAG_NOTIFY), (bluetooth.UUID(CONTROL), bluetooth.FLAG_WRITE)),
            ),
        )
    )[0]


def up():
    ble.active(True)
    ble.irq(lambda event, data: events.append((event, data)))
    return register()


def connect(central, mtu=23):
    ble.gap_advertise(100_000, b"\x02\x01\x06")
    central.connect(mtu)
    time.sleep_ms(100)
    return central.connection


def errno(call, *args, **more):
    try:
        call(*args, **more)
    except OSError as error:
        return error.errno


def uuid(text):
    return str(bluetooth.UUID(text))


def the_thirteenth_notification_in_flight_is_refused_and_buffers_return_at_connection_events():
    time.virtual()
    central = Central(interval_ms=50)
    stream, _control = up()
    connection = connect(central)
    time.sleep_ms(3)  # just after an event
    results = [errno(ble.gatts_notify, connection, stream, b"x") for _ in range(13)]
    time.sleep_ms(45)
    results.append(errno(ble.gatts_notify, connection, stream, b"x"))
    time.sleep_ms(10)
    results.append(errno(ble.gatts_notify, connection, stream, b"x"))
    return results


def a_long_notification_is_cut_without_a_word_and_goes_out_unsubscribed():
    time.virtual()
    central = Central()
    stream, _control = up()
    lengths = []
    for mtu in (23, 185):
        connection = connect(central, mtu)
        ble.gatts_notify(connection, stream, bytes(300))
        time.sleep_ms(50)
        central.subscribe(uuid(STREAM))
        ble.gatts_notify(connection, stream, bytes(300))
        time.sleep_ms(50)
        lengths.append([central.unheard, [len(each) for each in central.take_notifications(uuid(STREAM))]])
        central.drop()
        time.sleep_ms(50)
    return lengths


def a_written_value_keeps_twenty_bytes_until_there_is_room_for_more():
    time.virtual()
    central = Central()
    _stream, control = up()
    connect(central)
    lengths = []
    for room in (None, 64):
        if room:
            ble.gatts_set_buffer(control, room)
        central.write(uuid(CONTROL), bytes(100))
        time.sleep_ms(50)
        lengths.append(len(ble.gatts_read(control)))
    return lengths


def what_a_board_refuses_is_refused():
    time.virtual()
    central = Central()
    refused = {"inactive": [errno(ble.gap_advertise, 100_000), errno(ble.config, mtu=100), errno(ble.gatts_read, 1)]}
    stream, _control = up()
    refused["values"] = [errno(ble.gatts_read, 999), errno(ble.config, mtu=600), errno(ble.config, mtu=22)]
    refused["advertisement"] = [
        errno(ble.gap_advertise, 100_000, bytes(32)),
        errno(ble.gap_advertise, 100_000, bytes(31), resp_data=bytes(32)),
    ]
    refused["nobody"] = [errno(ble.gatts_notify, 1, stream, b"x"), ble.gap_disconnect(1)]
    ble.gap_advertise(100_000, b"\x02\x01\x06", resp_data=b"")
    refused["services"] = [errno(register)]
    connection = connect(central)
    refused["services"].append(errno(register))
    refused["connected"] = central.scan()
    ble.active(False)
    refused["forgotten"] = [central.services, errno(ble.gatts_notify, connection, stream, b"x")]
    ble.active(True)
    refused["forgotten"] += [errno(ble.gatts_notify, connection, stream, b"x"), bluetooth.BLE() is ble]
    return refused


def data_of_an_interrupt_holds_only_inside_the_handler():
    time.virtual()
    central = Central()
    up()
    inside = []
    ble.irq(lambda event, data: (inside.append(bytes(data[2])), events.append(data[2])) if event == 1 else None)  # type: ignore[func-returns-value]
    connect(central)
    return [list(inside[0]), list(events[0])]


def nobody_hears_a_radio_without_an_air():
    time.virtual()
    stream, _control = up()
    ble.gap_advertise(100_000, b"\x02\x01\x06")
    time.sleep_ms(1_000)
    return [len(events), errno(ble.gatts_notify, 1, stream, b"x")]


def the_link_speaks_to_a_radio_behind_a_socket():
    link = BleLink(
        name="far", info=lambda: b"the info", manufacturer="", model="", serial="", firmware="f", bonds=Bonds()
    )
    link.start()
    states, sent, command = [], 0, None  # type: ignore[var-annotated]
    for _ in range(10_000):
        link.poll()
        command = command or link.receive()
        if command and sent < 30 and link.send(bytes((sent,)) * 97) == SENT:
            sent += 1
        if link.payload_bytes and not states:
            states.append(link.connected)
        if sent == 30 and not link.connected:
            break
        time.sleep_ms(1)
    return [states, command.decode(), sent, link.connected]
