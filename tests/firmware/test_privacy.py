"""A board that keeps to its own hosts: strangers learn nothing, change nothing and disturb nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from firmware.board import run
from shinsight.wire.messages import AnswerCode, BoardState, CommandCode, Setting, StreamMode

OK = AnswerCode.OK
STRANGER_S = 30
WELCOME_S = 60

SCENE = """
import bluetooth, bonds, json, kept, machine, os, random, struct, time, wire
import node as nodes
from link_ble import CONTROL, INFO, STREAM
from whole import Host

def address(n):
    return bytes((0xA0 + n, 1, 2, 3, 4, n))

ANNA, BEN = address(0), address(1)
host = Host(soldered={soldered}, pairs={pairs})
central, app = host.central, host.app
machine.drive(3, 1)

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
    '''The button, held for two seconds.'''
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
    '''What a board that starts now would know: how many hosts.'''
    return bonds.Bonds().hosts

def heard_of_board():
    '''Everything that came over Stream since the last time.'''
    said, host.others = host.others, []
    came, host.order = host.order, []
    return len(said) + len(came)

def show(*values):
    print(json.dumps(values[0] if len(values) == 1 else values))

def keep_to_bonded():
    come(ANNA)
    result = host.command(wire.SET, b"\\x05\\x01")
    host.play(2000)
    host.others = []
    return result
"""


def played(tmp_path: Path, script: str, *, private: bool = True, soldered: bool = True, pairs: bool = True) -> Any:
    scene = SCENE.format(soldered=soldered, pairs=pairs)
    return run(scene + ("keep_to_bonded()\n" if private else "") + script, cwd=tmp_path)


# --- the setting


def test_told_to_bond_the_board_answers_and_begins_anew_as_one_that_wants_encryption(tmp_path: Path) -> None:
    answer, before, after, there = played(
        tmp_path,
        """
come(ANNA)
before = [central.characteristic(uuid)[1] for uuid in (STREAM, CONTROL, INFO)]
answer = host.command(wire.SET, b"\\x05\\x01")
host.play(900)
there = [central.connection is not None]
host.play(1000)
there.append(central.connection is not None)
after = [central.characteristic(uuid)[1] for uuid in (STREAM, CONTROL, INFO)]
show(answer[0], before, after, there)
""",
        private=False,
    )
    assert answer == OK
    assert before == [0x10, 0x0C, 0x02]
    assert after == [0x10, 0x100C, 0x0202]
    assert there == [True, False]


def test_the_setting_outlasts_a_restart_and_can_be_taken_back(tmp_path: Path) -> None:
    played(tmp_path, "bond(ANNA)\nopen('key', 'wb').write(central.keys[ANNA])\nshow(0)")
    flags, answer, open_again, hosts = played(
        tmp_path,
        """
flags = central.characteristic(INFO)[1]
central.keys[ANNA] = open("key", "rb").read()
back(ANNA)
central.subscribe(STREAM)
answer = host.command(wire.SET, b"\\x05\\x00")
host.play(2000)
come(BEN)
show(flags, answer[0], [let_in(), central.refused, bool(host.info)], flash())
""",
        private=False,
    )
    assert (flags, answer) == (0x0202, OK)
    assert open_again == [True, [], True]
    assert hosts == 1


def test_a_bluetooth_without_pairing_never_claims_privacy(tmp_path: Path) -> None:
    on, off, two, kept, info = played(
        tmp_path,
        """
come(ANNA)
on, off, two = [host.command(wire.SET, bytes((5, value)))[0] for value in (1, 0, 2)]
host.play(2000)
show(on, off, two, app._node.settings.bond, bool(host.info))
""",
        private=False,
        pairs=False,
    )
    assert (on, off, two) == (AnswerCode.NOT_AVAILABLE, OK, AnswerCode.BAD_ARGUMENT)
    assert not kept
    assert info


def test_a_private_board_that_gets_a_bluetooth_without_pairing_stays_silent(tmp_path: Path) -> None:
    played(tmp_path, "show(0)")
    assert played(tmp_path, "host.play(2000)\nshow(central.scan())", private=False, pairs=False) is None


# --- strangers


STRANGE = """
bond(ANNA)
host.command(wire.START)
host.play(1000)
leave()
heard_of_board()
"""


@pytest.mark.parametrize("keys_first", [False, True])
@pytest.mark.parametrize("bonding", [False, True])
def test_a_stranger_can_neither_start_nor_stop_nor_read(tmp_path: Path, keys_first: bool, bonding: bool) -> None:
    """Plain, encrypted without a bond, bonding uninvited: with every command there is."""
    infos, refused, states, heard, changed, sent_away, hosts, key_works = played(
        tmp_path,
        STRANGE
        + f"""
before = str(app._node.settings.__dict__)
infos, states, heard = [], [state()], 0
come(BEN)
infos.append(info_read())
def try_everything():
    for code in range(16):
        for argument in (b"", b"\\x00", b"\\x00\\x00", b"\\x05\\x00", b"\\xd0\\x00", b"\\x00\\x00\\x20"):
            central.write(CONTROL, bytes((0x60, 7, code)) + argument)
        central.write(CONTROL, b"\\x80" + bytes(16))
        host.play(40)
try_everything()
states.append(state())
refused = sorted(set(central.refused))
central.refused.clear()
central.pair(bond={bonding}, keys_first={keys_first})
host.play(30)
central.subscribe(STREAM) if central.connection else None
if central.connection:
    infos.append(info_read())
    try_everything()
host.play({STRANGER_S * 1000})
states.append(state())
heard = heard_of_board()
gone = central.connection is None
# The stranger comes back with the key it has made.
central.refused.clear()
back(BEN)
infos.append(info_read())
show(infos, refused, states, heard, str(app._node.settings.__dict__) == before, gone, flash(), let_in())
""",
    )
    assert infos in ([None] * 3, [None] * 2)
    assert refused == [0x05]
    assert states == [BoardState.STREAMING] * 3
    assert heard == 0
    assert changed
    assert sent_away
    assert hosts == 1
    assert not key_works


def test_a_stranger_that_only_stays_is_hung_up_on_and_a_bonded_host_is_not(tmp_path: Path) -> None:
    stranger, known = played(
        tmp_path,
        f"""
bond(ANNA)
host.play({STRANGER_S * 1000 + 5000})
known = let_in()
leave()
come(BEN)
there = [central.connection is not None, app._ble.send(b"for nobody")]
host.play({STRANGER_S * 1000})
show(there + [central.connection is not None, central.scan() is not None], known)
""",
    )
    assert stranger == [True, -1, False, True]
    assert known


@pytest.mark.parametrize("keys_first", [False, True])
def test_a_stranger_under_the_address_of_a_known_host_gets_nowhere_and_the_bond_stays(
    tmp_path: Path, keys_first: bool
) -> None:
    info, trusted, gone, hosts, refused, returned = played(
        tmp_path,
        f"""
bond(ANNA)
key = central.keys[ANNA]
leave()
come(ANNA)  # by her address, without her key
central.encrypt(bytes(16))
host.play(100)
info = [info_read()]
refused = sorted(set(central.refused))
central.pair(keys_first={keys_first})
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
show([each for each in info if each], trusted, gone, flash(), refused, let_in())
""",
    )
    assert info == []
    assert trusted == [False, False]
    assert gone
    assert hosts == 1
    assert refused == [0x0F]
    assert returned


def test_a_stranger_that_encrypts_again_with_its_refused_key_is_still_one(tmp_path: Path) -> None:
    """The stack has that key until the connection ends."""
    trusted, info = played(
        tmp_path,
        """
bond(ANNA)
leave()
come(BEN)
app._ble._hang_up = lambda connection: None  # a hang-up that takes its time
central.pair()
host.play(60)
central.encrypt()
host.play(60)
show(let_in(), info_read())
""",
    )
    assert not trusted
    assert info is None


def test_the_stream_of_a_host_that_is_away_is_not_sent_to_a_stranger(tmp_path: Path) -> None:
    said, missing = played(
        tmp_path,
        STRANGE
        + """
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
show(said, host.missing())
""",
    )
    assert said == 0
    assert missing == []


# --- bonded hosts


@pytest.mark.parametrize("keys_first", [False, True])
def test_the_first_host_bonds_and_comes_back_without_pairing_even_after_a_restart(
    tmp_path: Path, keys_first: bool
) -> None:
    first = played(
        tmp_path,
        f"""
bond(ANNA, keys_first={keys_first})
central.subscribe(STREAM)
answers = [host.command(wire.START), host.command(wire.STOP)]
info = central.read(INFO)
leave()
back(ANNA)
answers += [host.command(wire.START), host.command(wire.STOP)]
open("key", "wb").write(central.keys[ANNA])
show([answer and answer[0] for answer in answers], info == app._node.info(), flash())
""",
    )
    later = played(
        tmp_path,
        """
central.keys[ANNA] = open("key", "rb").read()
back(ANNA)
central.subscribe(STREAM)
answer = host.command(wire.START)
show(answer and answer[0], central.read(INFO) == app._node.info(), flash())
""",
        private=False,
    )
    assert first == [[OK] * 4, True, 1]
    assert later == [OK, True, 1]


def test_a_long_press_welcomes_new_hosts_for_a_minute(tmp_path: Path) -> None:
    welcomed, states, hosts = played(
        tmp_path,
        f"""
bond(ANNA)
leave()
host.play({WELCOME_S * 1000})  # that which came with the setting is over
welcomed, states, hosts = [], [], []
for wait_ms in (None, 0, {(WELCOME_S - 5) * 1000}, {WELCOME_S * 1000}):
    if wait_ms is not None:
        press()
        states.append(state())
        host.play(wait_ms)
    bond(address(2 + len(welcomed)))
    welcomed.append(let_in())
    host.play(2000)
    leave()
    hosts.append(flash())
    host.play({WELCOME_S * 1000})
show(welcomed, states, hosts)
""",
    )
    assert welcomed == [False, True, True, False]
    assert states == [BoardState.IDLE] * 3
    assert hosts == [1, 2, 3, 3]


def test_a_second_long_press_closes_the_door_and_sends_the_board_to_sleep(tmp_path: Path) -> None:
    states, welcomed = played(
        tmp_path,
        f"""
bond(ANNA)
leave()
host.play({WELCOME_S * 1000})
press()
states = [state()]
press()
states.append(state())
bond(BEN)
show(states, let_in())
""",
    )
    assert states == [BoardState.IDLE, BoardState.SLEEPING]
    assert not welcomed


def test_being_told_to_bond_again_welcomes_too_for_boards_without_a_button(tmp_path: Path) -> None:
    assert played(
        tmp_path,
        f"""
bond(ANNA)
central.subscribe(STREAM)
host.play({WELCOME_S * 1000})
host.command(wire.SET, b"\\x05\\x01")
leave()
bond(BEN)
show([let_in(), flash()])
""",
    ) == [True, 2]


def test_of_five_hosts_the_oldest_leaves(tmp_path: Path) -> None:
    hosts, back = played(
        tmp_path,
        """
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
show(flash(), here)
""",
    )
    assert hosts == 4
    assert back == [False, True, True, True, True]


def test_a_host_that_bonds_anew_while_welcome_is_one_host_still(tmp_path: Path) -> None:
    assert played(
        tmp_path,
        """
bond(ANNA)
leave()
host.play(60_000)
press()
bond(ANNA)
host.play(100)
leave()
back(ANNA)
show([flash(), let_in()])
""",
    ) == [1, True]


def test_factory_settings_forget_the_hosts(tmp_path: Path) -> None:
    private, answer, hosts, known, open_again = played(
        tmp_path,
        """
bond(ANNA)
host.play(100)
central.subscribe(STREAM)
private = flash()
answer = host.command(wire.SET, b"\\x00")
host.play(2000)
come(ANNA)
info = host.info
central.encrypt()
host.play(100)
show(private, answer[0], flash(), bluetooth.BLE()._links[central.connection].encrypted, bool(info))
""",
    )
    assert (private, answer, hosts) == (1, OK, 0)
    assert not known
    assert open_again


def test_the_board_goes_by_the_same_identity_after_a_restart_and_by_another_after_factory_settings(
    tmp_path: Path,
) -> None:
    one = played(tmp_path, "host.play(100)\nshow(list(bonds.Bonds().get(10, 0, b'irk')))", private=False)
    two = played(tmp_path, "host.play(100)\nshow(list(bonds.Bonds().get(10, 0, b'irk')))", private=False)
    three = played(
        tmp_path,
        """
bond(ANNA)
central.subscribe(STREAM)
host.command(wire.SET, b"\\x00")
host.play(3000)
show(list(bonds.Bonds().get(10, 0, b"irk")))
""",
    )
    assert one == two
    assert three != one


# --- power cuts and full flash


@pytest.mark.parametrize("before", [1, 2])
def test_a_power_cut_at_any_byte_of_a_bond_being_written_leaves_the_bonds_of_before(
    tmp_path: Path, before: int
) -> None:
    whole, found = run(
        f"""
import bonds, json, kept, os
from bonds import Bonds

class PowerCut(Exception):
    pass

class Cut:
    def __init__(self, path, mode):
        self._file = open(path, mode)
    def __enter__(self):
        return self
    def __exit__(self, *error):
        self._file.close()
    def write(self, data):
        global whole
        whole = len(data)
        self._file.write(data[:left])
        if left < len(data):
            raise PowerCut

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
    known = Bonds()
    for n in range({before}):
        pair(known, n)
        known.save()
    pair(known, 9)
    kept.open = Cut
    try:
        known.save()
    except PowerCut:
        pass
    kept.open = open
    after = Bonds()
    found.append([[n for n in range(10) if after.get(2, 0, bytes((n,) * 7)) == bytes((n,) * 80)], after.hosts])
    left += 1
print(json.dumps([whole, found]))
""",
        cwd=tmp_path,
    )
    old = list(range(before))
    assert whole > 180 * (before + 1)
    assert found == [[old, before]] * whole + [[[*old, 9], before + 1]]


def test_on_a_full_flash_a_bond_holds_until_the_restart_and_the_board_goes_on(tmp_path: Path) -> None:
    trusted, answer, hosts = played(
        tmp_path,
        """
def full(path, mode="r"):
    if "w" in mode:
        raise OSError(28)
    return open(path, mode)
kept.open = full
bond(ANNA)
leave()
back(ANNA)
central.subscribe(STREAM)
show(let_in(), host.command(wire.START)[0], flash())
""",
    )
    assert (trusted, answer, hosts) == (True, OK, 0)


# --- a second central


@pytest.mark.parametrize("private", [False, True])
def test_a_second_central_is_hung_up_on_and_disturbs_nothing(tmp_path: Path, private: bool) -> None:
    books, there, states, settings, infos = played(
        tmp_path,
        f"""
{"bond(ANNA)" if private else "come(ANNA)"}
central.subscribe(STREAM)
host.start()
before = str(app._node.settings.__dict__)
def write(data):
    return lambda radio, connection: radio.heard_write(connection, central.handle(CONTROL), data)
states, there, infos = [], [], []
for attempt in range(20):
    results = central.intrude(
        lambda radio, connection: radio.heard_mtu(connection, 23),
        lambda radio, connection: radio.heard_update(connection, 400, 0, 400),
        write(b"\\x60\\x01\\x03"), write(b"\\x60\\x01\\x07\\x00"), write(bytes(600)),
        lambda radio, connection: radio.heard_pair(connection),
        write(b"\\x60\\x01\\x03"),
        lambda radio, connection: radio.heard_read(connection, central.handle(INFO)),
    )
    infos.append(bool(results[-1][1]))
    host.play(100)
    there.append([central.intruder, let_in()])
    states.append(state())
    host.play(400)
host.play(2000)
show(host.books(), there, states, str(app._node.settings.__dict__) == before, infos)
""",
        private=private,
    )
    assert there == [[False, True]] * 20
    assert states == [BoardState.STREAMING] * 20
    assert settings
    assert infos == [not private] * 20
    assert books["live in order"]
    assert (books["absent"], books["replayed"], books["missing batches"]) == (0, 0, 0)
    assert books["delivered"] > 1000


# --- what a host may send


HARMLESS = """
central.subscribe(STREAM)
host.start()
host.play(1000)
"""


def assert_nothing_lost(books: dict[str, Any]) -> None:
    assert books["live in order"]
    assert books["rising"]
    assert (books["absent"], books["missing batches"], books["starved"]) == (0, 0, 0)


def test_malformed_and_oversized_commands_do_no_harm(tmp_path: Path) -> None:
    """Every command cut short, made longer, with bits flipped, and of every length up to the longest write there is."""
    books, same = played(
        tmp_path,
        """
random.seed(4)
come(ANNA)
"""
        + HARMLESS
        + """
before = str(app._node.settings.__dict__)
whole = (b"\\x04\\xd0\\x00", b"\\x06\\x05", b"\\x07\\x02\\x2c\\x01", b"\\x07\\x05\\x01")
whole += (b"\\x09\\x00\\x00\\x03", b"\\x0b\\x00\\x00")
for command in whole:
    for n in range(1, len(command)):
        central.write(CONTROL, b"\\x60\\x01" + command[:n])
    for more in (1, 20, 58, 59, 200, 509):
        central.write(CONTROL, b"\\x60\\x01" + command + bytes(more))
    host.play(100)
for length in (0, 1, 2, 19, 20, 64, 65, 66, 128, 244, 512):
    for head in (0x00, 0x10, 0x30, 0x61, 0x6F, 0x70, 0x80, 0xFF):
        central.write(CONTROL, (bytes((head,)) + bytes(random.getrandbits(8) for _ in range(length)))[:length])
    host.play(40)
host.play(2000)
show(host.books(), str(app._node.settings.__dict__) == before)
""",
        private=False,
    )
    assert_nothing_lost(books)
    assert same


def test_replayed_commands_do_what_they_did_and_no_harm(tmp_path: Path) -> None:
    """The same bytes again, as a host's stack that was unsure would send them, a hundred times and within one turn."""
    books, answered, mode = played(
        tmp_path,
        """
come(ANNA)
"""
        + HARMLESS
        + """
host.others = []
commands = (b"\\x01", b"\\x08", b"\\x0a", b"\\x07\\x01\\x01", b"\\x09\\x00\\x00\\x02", b"\\x07\\x01\\x00")
for _ in range(100):
    for command in commands:
        central.write(CONTROL, b"\\x60\\x2a" + command)
    host.play(60)
host.play(3000)
answers = {}
for message in host.others:
    if message[0] == 0x70:
        answers[message[2]] = answers.get(message[2], 0) + 1
show(host.books(), [answers[code] for code in (1, 7, 8, 9, 10)], app._node.settings.mode)
""",
        private=False,
    )
    assert_nothing_lost(books)
    assert answered == [100, 200, 100, 100, 100]
    assert mode == StreamMode.SAMPLES


def test_interleaved_commands_of_radio_and_cable_do_no_harm(tmp_path: Path) -> None:
    """Two hosts at once that each believe to be alone; in the end the radio's host has its stream."""
    books, state = played(
        tmp_path,
        """
class Cable:
    payload_bytes, connected, connections = 244, True, 1
    sent = []
    def send(self, message):
        return 1
cable = Cable()
come(ANNA)
"""
        + HARMLESS
        + """
random.seed(9)
def tell(code, argument=b""):
    for answer in app._answers(bytes((0x60, 1, code)) + argument, cable, time.ticks_ms()):
        app._outbox.post(cable, answer)
for _ in range(150):
    tell(random.choice((1, 4, 5, 6, 8, 9, 10, 11)), random.choice((b"", b"\\x00", b"\\x00\\x00", b"\\x00\\x00\\x10")))
    central.write(CONTROL, b"\\x60\\x02" + random.choice((b"\\x01", b"\\x08", b"\\x0a", b"\\x0b\\x00\\x00")))
    host.play(random.choice((0, 4, 20, 60)))
host.play(2000)
show(host.books(), state())
""",
        private=False,
    )
    assert_nothing_lost(books)
    assert state == BoardState.STREAMING


def test_the_numbers_of_the_firmware_are_those_of_the_host(tmp_path: Path) -> None:
    numbers = played(tmp_path, "show(wire.SET_BOND, wire.SET, nodes.WELCOME_MS // 1000)", private=False)
    assert numbers == [Setting.BOND, CommandCode.SET, WELCOME_S]
