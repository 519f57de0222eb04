"""Scenes of test_privacy.py: a board that keeps to its own hosts, those hosts, and strangers."""

import os
import random
import time

import bluetooth
import bonds
import flash_store
import machine
import node as nodes
import wire
from app import App
from central import Central
from host_sim import Host
from link_ble import CONTROL, INFO, STREAM

# The board of this scene, its only one, and the other end of its radio.
host: Host
central: Central
app: App


def begin(pairs=True):
    """A board; `pairs`: whether its Bluetooth can."""
    global host, central, app
    host = Host(pairs=pairs)
    central, app = host.central, host.app
    machine.drive(3, 1)


def begin_private():
    """A board that has just been told to keep to hosts it is bonded with."""
    begin()
    keep_to_bonded()


def address(n):
    return bytes((0xA0 + n, 1, 2, 3, 4, n))


ANNA, BEN = address(0), address(1)


def come(who):
    central.refused.clear()
    central.connect(host.mtu, who)
    host.connect()


def leave():
    central.drop()
    host.play(300)


def bond(who, **how):
    come(who)
    central.pair(**how)
    host.play(200)


def back(who):
    come(who)
    central.encrypt()
    host.play(200)


def press():
    """The button, held for two seconds."""
    machine.drive(3, 0)
    host.play(2000)
    machine.drive(3, 1)
    host.play(200)


def info_read():
    value = central.connection and central.read(INFO)
    return value and list(value)


def let_in():
    return app._ble.connected


def state():
    return app._node.state


def flash():
    """What a board that starts now would know: how many hosts."""
    return bonds.Bonds().hosts


def heard_of_board():
    """Everything that came over Stream since the last time."""
    said, host.others = host.others, []
    came, host.order = host.order, []
    return len(said) + len(came)


def keep_to_bonded():
    come(ANNA)
    result = host.command(wire.SET, b"\x05\x01")
    host.play(2000)
    host.others = []
    return result


def keep_key():
    """Anna writes the key of her bond down, for after the restart."""
    with open("key", "wb") as file:
        file.write(central.keys[ANNA])


def take_key():
    with open("key", "rb") as file:
        central.keys[ANNA] = file.read()


def stream():
    """The host that is connected starts its stream."""
    central.subscribe(STREAM)
    host.start()
    host.play(1000)


def stream_and_leave():
    """Anna bonds, starts a stream and goes."""
    bond(ANNA)
    host.command(wire.START)
    host.play(1000)
    leave()
    heard_of_board()


def told_to_bond_the_board_answers_and_begins_anew_as_one_that_wants_encryption():
    begin()
    come(ANNA)
    before = [central.characteristic(uuid)[1] for uuid in (STREAM, CONTROL, INFO)]
    answer = host.command(wire.SET, b"\x05\x01")
    host.play(900)
    there = [central.connection is not None]
    host.play(1000)
    there.append(central.connection is not None)
    after = [central.characteristic(uuid)[1] for uuid in (STREAM, CONTROL, INFO)]
    return answer[0], before, after, there


def the_setting_outlasts_a_restart_and_can_be_taken_back():
    begin_private()
    bond(ANNA)
    keep_key()
    return 0


def the_setting_outlasts_a_restart_and_can_be_taken_back_later():
    begin()
    flags = central.characteristic(INFO)[1]
    take_key()
    back(ANNA)
    central.subscribe(STREAM)
    answer = host.command(wire.SET, b"\x05\x00")
    host.play(2000)
    come(BEN)
    return flags, answer[0], [let_in(), central.refused, bool(host.info)], flash()


def a_bluetooth_without_pairing_never_claims_privacy():
    begin(pairs=False)
    come(ANNA)
    on, off, two = [host.command(wire.SET, bytes((5, value)))[0] for value in (1, 0, 2)]
    host.play(2000)
    return on, off, two, app._node.settings.bond, bool(host.info)


def a_private_board_that_gets_a_bluetooth_without_pairing_stays_silent():
    begin_private()
    return 0


def a_private_board_that_gets_a_bluetooth_without_pairing_stays_silent_later():
    begin(pairs=False)
    host.play(2000)
    return central.scan()


def a_stranger_can_neither_start_nor_stop_nor_read(bonding, keys_first, stranger_s):
    begin_private()
    stream_and_leave()

    before = str(app._node.settings.__dict__)
    infos, states, heard = [], [state()], 0
    come(BEN)
    infos.append(info_read())

    def try_everything():
        for code in range(16):
            for argument in (b"", b"\x00", b"\x00\x00", b"\x05\x00", b"\xd0\x00", b"\x00\x00\x20"):
                central.write(CONTROL, bytes((0x60, 7, code)) + argument)
            central.write(CONTROL, b"\x80" + bytes(16))
            host.play(40)

    try_everything()
    states.append(state())
    refused = sorted(set(central.refused))
    central.refused.clear()
    central.pair(bond=bonding, keys_first=keys_first)
    host.play(30)
    central.subscribe(STREAM) if central.connection else None
    if central.connection:
        infos.append(info_read())
        try_everything()
    host.play(stranger_s * 1000)
    states.append(state())
    heard = heard_of_board()
    gone = central.connection is None
    # The stranger comes back with the key it has made.
    central.refused.clear()
    back(BEN)
    infos.append(info_read())
    return infos, refused, states, heard, str(app._node.settings.__dict__) == before, gone, flash(), let_in()


def a_stranger_that_only_stays_is_hung_up_on_and_a_bonded_host_is_not(stranger_s):
    begin_private()
    bond(ANNA)
    host.play(stranger_s * 1000 + 5000)
    known = let_in()
    leave()
    come(BEN)
    there = [central.connection is not None, app._ble.send(b"for nobody")]
    host.play(stranger_s * 1000)
    return there + [central.connection is not None, central.scan() is not None], known


def a_stranger_under_the_address_of_a_known_host_gets_nowhere_and_the_bond_stays(keys_first):
    begin_private()
    bond(ANNA)
    key = central.keys[ANNA]
    leave()
    come(ANNA)  # by her address, without her key
    central.encrypt(bytes(16))
    host.play(100)
    info = [info_read()]
    refused = sorted(set(central.refused))
    central.pair(keys_first=keys_first)
    host.play(60)
    trusted = [let_in()]
    info.append(info_read())
    host.play(1000)
    gone = central.connection is None
    back(ANNA)  # with the key of the pairing that was not kept
    trusted.append(let_in())
    leave()
    central.keys[ANNA] = key
    back(ANNA)
    return [each for each in info if each], trusted, gone, flash(), refused, let_in()


def a_stranger_that_encrypts_again_with_its_refused_key_is_still_one():
    begin_private()
    bond(ANNA)
    leave()
    come(BEN)
    app._ble._hang_up = lambda connection: None  # a hang-up that takes its time
    central.pair()
    host.play(60)
    central.encrypt()
    host.play(60)
    return let_in(), info_read()


def the_stream_of_a_host_that_is_away_is_not_sent_to_a_stranger():
    begin_private()
    stream_and_leave()

    come(BEN)
    host.play(10_000)
    machine.drive(3, 0)
    host.play(300)
    machine.drive(3, 1)
    host.play(1000)
    said = heard_of_board()
    leave()
    back(ANNA)
    central.subscribe(STREAM)
    host.start()
    host.play(2000)
    return said, host.missing()


def the_first_host_bonds_and_comes_back_without_pairing_even_after_a_restart(keys_first):
    begin_private()
    bond(ANNA, keys_first=keys_first)
    central.subscribe(STREAM)
    answers = [host.command(wire.START), host.command(wire.STOP)]
    info = central.read(INFO)
    leave()
    back(ANNA)
    answers += [host.command(wire.START), host.command(wire.STOP)]
    keep_key()
    return [answer and answer[0] for answer in answers], info == app._node.info(), flash()


def the_first_host_bonds_and_comes_back_without_pairing_even_after_a_restart_later():
    begin()
    take_key()
    back(ANNA)
    central.subscribe(STREAM)
    answer = host.command(wire.START)
    return answer and answer[0], central.read(INFO) == app._node.info(), flash()


def a_long_press_welcomes_new_hosts_for_a_minute(welcome_s):
    begin_private()
    bond(ANNA)
    leave()
    host.play(welcome_s * 1000)  # that which came with the setting is over
    welcomed, states, hosts = [], [], []  # type: ignore[var-annotated]
    for wait_ms in (None, 0, (welcome_s - 5) * 1000, welcome_s * 1000):
        if wait_ms is not None:
            press()
            states.append(state())
            host.play(wait_ms)
        bond(address(2 + len(welcomed)))
        welcomed.append(let_in())
        host.play(2000)
        leave()
        hosts.append(flash())
        host.play(welcome_s * 1000)
    return welcomed, states, hosts


def a_second_long_press_closes_the_door_and_sends_the_board_to_sleep(welcome_s):
    begin_private()
    bond(ANNA)
    leave()
    host.play(welcome_s * 1000)
    press()
    states = [state()]
    press()
    states.append(state())
    bond(BEN)
    return states, let_in()


def being_told_to_bond_again_welcomes_too_for_boards_without_a_button(welcome_s):
    begin_private()
    bond(ANNA)
    central.subscribe(STREAM)
    host.play(welcome_s * 1000)
    host.command(wire.SET, b"\x05\x01")
    leave()
    bond(BEN)
    return [let_in(), flash()]


def of_five_hosts_the_oldest_leaves():
    begin_private()
    for n in range(5):
        if n:
            press()
        bond(address(n))
        host.play(200)
        leave()
        if app._node.welcoming(time.ticks_ms()):
            press()
            host.play(200)
            app._node._wake(time.ticks_ms())
    here = []
    for n in range(5):
        back(address(n))
        here.append(let_in())
        leave()
    return flash(), here


def a_host_that_bonds_anew_while_welcome_is_one_host_still():
    begin_private()
    bond(ANNA)
    leave()
    host.play(60_000)
    press()
    bond(ANNA)
    host.play(100)
    leave()
    back(ANNA)
    return [flash(), let_in()]


def factory_settings_forget_the_hosts():
    begin_private()
    bond(ANNA)
    host.play(100)
    central.subscribe(STREAM)
    private = flash()
    answer = host.command(wire.SET, b"\x00")
    host.play(2000)
    come(ANNA)
    info = host.info
    central.encrypt()
    host.play(100)
    return private, answer[0], flash(), bluetooth.BLE()._links[central.connection].encrypted, bool(info)


def identity():
    begin()
    host.play(100)
    return list(bonds.Bonds().get(10, 0, b"irk"))


def identity_after_factory_settings():
    begin_private()
    bond(ANNA)
    central.subscribe(STREAM)
    host.command(wire.SET, b"\x00")
    host.play(3000)
    return list(bonds.Bonds().get(10, 0, b"irk"))


def a_power_cut_at_any_byte_of_a_bond_being_written_leaves_the_bonds_of_before(before):
    class PowerCutError(Exception):
        pass

    class Cut:
        def __init__(self, path, mode):
            self._file = open(path, mode)  # noqa: SIM115 - closed by __exit__

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self._file.close()

        def write(self, data):
            nonlocal whole  # type: ignore[misc]
            whole = len(data)
            self._file.write(data[:left])
            if left < len(data):
                raise PowerCutError

    def pair(known, n):
        known.begin(True)
        known.welcoming = True
        for kind in (1, 2):
            known.put(kind, bytes((n,) * 7), bytes((n,) * 80))
        known.end()

    found = []
    left = whole = 0
    while left <= whole:
        for path in ("bonds.a", "bonds.b"):
            try:
                os.remove(path)
            except OSError:
                pass
        known = bonds.Bonds()
        for n in range(before):
            pair(known, n)
            known.save()
        pair(known, 9)
        flash_store.open = Cut  # type: ignore[attr-defined]
        try:
            known.save()
        except PowerCutError:
            pass
        flash_store.open = open  # type: ignore[attr-defined]
        after = bonds.Bonds()
        found.append([[n for n in range(10) if after.get(2, 0, bytes((n,) * 7)) == bytes((n,) * 80)], after.hosts])
        left += 1
    return [whole, found]


def on_a_full_flash_a_bond_holds_until_the_restart_and_the_board_goes_on():
    begin_private()

    def full(path, mode="r"):
        if "w" in mode:
            raise OSError(28)
        return open(path, mode)

    flash_store.open = full  # type: ignore[attr-defined]
    bond(ANNA)
    leave()
    back(ANNA)
    central.subscribe(STREAM)
    return let_in(), host.command(wire.START)[0], flash()


def a_second_central_is_hung_up_on_and_disturbs_nothing(private):
    begin_private() if private else begin()
    bond(ANNA) if private else come(ANNA)
    central.subscribe(STREAM)
    host.start()
    before = str(app._node.settings.__dict__)

    def write(data):
        return lambda radio, connection: radio.heard_write(connection, central.handle(CONTROL), data)

    states, there, infos = [], [], []
    for _attempt in range(20):
        results = central.intrude(
            lambda radio, connection: radio.heard_mtu(connection, 23),
            lambda radio, connection: radio.heard_update(connection, 400, 0, 400),
            write(b"\x60\x01\x03"),
            write(b"\x60\x01\x07\x00"),
            write(bytes(600)),
            lambda radio, connection: radio.heard_pair(connection),
            write(b"\x60\x01\x03"),
            lambda radio, connection: radio.heard_read(connection, central.handle(INFO)),
        )
        infos.append(bool(results[-1][1]))
        host.play(100)
        there.append([central.intruder, let_in()])
        states.append(state())
        host.play(400)
    host.play(2000)
    return host.books(), there, states, str(app._node.settings.__dict__) == before, infos


def malformed_and_oversized_commands_do_no_harm():
    begin()
    random.seed(4)
    come(ANNA)

    stream()

    before = str(app._node.settings.__dict__)
    whole = (b"\x04\xd0\x00", b"\x06\x05", b"\x07\x02\x2c\x01", b"\x07\x05\x01")
    whole += (b"\x09\x00\x00\x03", b"\x0b\x00\x00")
    for command in whole:
        for n in range(1, len(command)):
            central.write(CONTROL, b"\x60\x01" + command[:n])
        for more in (1, 20, 58, 59, 200, 509):
            central.write(CONTROL, b"\x60\x01" + command + bytes(more))
        host.play(100)
    for length in (0, 1, 2, 19, 20, 64, 65, 66, 128, 244, 512):
        for head in (0x00, 0x10, 0x30, 0x61, 0x6F, 0x70, 0x80, 0xFF):
            central.write(CONTROL, (bytes((head,)) + bytes(random.getrandbits(8) for _ in range(length)))[:length])
        host.play(40)
    host.play(2000)
    return host.books(), str(app._node.settings.__dict__) == before


def replayed_commands_do_what_they_did_and_no_harm():
    begin()
    come(ANNA)

    stream()

    host.others = []
    commands = (b"\x01", b"\x08", b"\x0a", b"\x07\x01\x01", b"\x09\x00\x00\x02", b"\x07\x01\x00")
    for _ in range(100):
        for command in commands:
            central.write(CONTROL, b"\x60\x2a" + command)
        host.play(60)
    host.play(3000)
    answers: dict = {}
    for message in host.others:
        if message[0] == 0x70:
            answers[message[2]] = answers.get(message[2], 0) + 1
    return host.books(), [answers[code] for code in (1, 7, 8, 9, 10)], app._node.settings.mode


def interleaved_commands_of_radio_and_cable_do_no_harm():
    begin()

    class Cable:
        payload_bytes, connected, connections = 244, True, 1

        def send(self, message):
            return 1

    cable = Cable()
    come(ANNA)

    stream()

    random.seed(9)

    def tell(code, argument=b""):
        message = bytes((0x60, 1, code)) + argument
        app._carry_out(app._node.handle(message, cable, time.ticks_ms()), cable, message)

    for _ in range(150):
        tell(random.choice((1, 4, 5, 6, 8, 9, 10, 11)), random.choice((b"", b"\x00", b"\x00\x00", b"\x00\x00\x10")))
        central.write(CONTROL, b"\x60\x02" + random.choice((b"\x01", b"\x08", b"\x0a", b"\x0b\x00\x00")))
        host.play(random.choice((0, 4, 20, 60)))
    host.play(2000)
    return host.books(), state()


def the_numbers_of_the_firmware_are_those_of_the_host():
    begin()
    return wire.SET_BOND, wire.SET, nodes.WELCOME_MS // 1000
