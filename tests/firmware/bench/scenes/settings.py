"""Scenes of test_settings.py: what the board keeps on its flash."""

import binascii
import os
import struct

import flash_store
import settings
import wire
from flash_store import FlashStore
from host_sim import Host
from settings import Settings, Store


def made(name, rate_hz=0, calibration=None):
    made = Settings(name, rate_hz)
    made.calibration = calibration
    return made


def loaded():
    found = Store().load()
    return found and found.name


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def connected():
    host = Host()
    host.connect()
    return host


def everything_that_can_be_set_comes_back():
    one = made("Schienbein ü", 208, tuple(k / 8 for k in range(15)))
    one.mode, one.idle_sleep_s, one.quaternion, one.bond = settings.ORIENTATION, 65535, False, True
    one.phone = True
    Store().save(one)
    return one.__dict__, Store().load().__dict__


def a_board_that_never_saved_has_nothing():
    return loaded()


def the_newest_save_counts_over_any_number_of_restarts():
    names = []
    for k in range(7):
        store = Store()
        store.load()
        store.save(made(f"a{k}"))
        if k % 3 == 0:
            store.save(made(f"b{k}"))
        names.append(loaded())
    return names, sorted(name for name in os.listdir() if name.startswith("settings"))


def a_power_cut_at_any_byte_of_a_save_leaves_the_settings_of_before(erased, saved_before):
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
            self._file.write(data[:left])
            if left < len(data):
                if erased:
                    self._file.write(b"\xff" * (len(data) - left))
                raise PowerCutError

    paths = ("settings.a", "settings.b")
    after = []
    left = 0  # bytes that are written before the power is cut
    whole = len(settings.pack(Settings())) + 13
    for left in range(whole + 1):  # noqa: B007 - Cut reads it
        for path in paths:
            try:
                os.remove(path)
            except OSError:
                pass
        store = Store()
        for k in range(saved_before):
            store.save(made(f"old{k}"))
        flash_store.open = Cut  # type: ignore[attr-defined]
        try:
            store.save(made("new"))
        except PowerCutError:
            pass
        flash_store.open = open  # type: ignore[attr-defined]
        name = loaded()
        # And the board goes on: the next save holds, after a restart too.
        again = Store()
        again.load()
        again.save(made("next"))
        after.append((name, loaded()))
    return after


def a_damaged_file_counts_for_nothing_and_with_both_damaged_the_board_begins_anew(at):
    store = Store()
    store.save(made("first"))
    store.save(made("second"))

    def damage(path):
        data = bytearray(read(path))
        data[at] ^= 0x10
        write(path, data)

    damage("settings.b")
    one = loaded()
    damage("settings.a")
    none = loaded()
    fresh = Store()
    fresh.load()
    fresh.save(made("anew"))
    return one, none, loaded()


def settings_of_another_version_are_left_alone_until_the_next_save(version):
    store = Store()
    store.save(made("mine"))
    store.save(made("theirs"))
    data = bytearray(read("settings.b"))[:-4]
    data[4] = version
    write("settings.b", bytes(data) + struct.pack("<I", binascii.crc32(data)))
    before = loaded()
    again = Store()
    again.load()
    again.save(made("newer"))
    return before, loaded()


def settings_kept_by_firmware_before_phones_go_on_with_the_dial_off():
    one = made("Anna left", 208, tuple(k / 8 for k in range(15)))
    one.bond = one.phone = True
    data = settings.pack(one)

    def with_length(length):
        FlashStore("settings", settings.VERSION).save((data + b"later")[:length])
        return Store().load()

    then = with_length(88)
    return [then.name, then.rate_hz, then.bond, then.phone, list(then.calibration)], [
        length for length in range(80, 95) if with_length(length)
    ]


def a_full_flash_is_an_error_and_what_was_saved_before_is_still_there():
    store = Store()
    store.save(made("before"))

    def full(path, mode):
        raise OSError(28)

    flash_store.open = full  # type: ignore[attr-defined]
    try:
        store.save(made("lost"))
        failed = False
    except OSError:
        failed = True
    flash_store.open = open  # type: ignore[attr-defined]
    kept = loaded()
    store.save(made("later"))
    return failed, kept, loaded()


def what_a_host_sets_is_there_after_a_restart_of_the_board():
    host = connected()
    answers = [host.command(wire.SET, b"\x04left"), host.command(wire.SET_RATE, b"\xd0\x00")]
    host.central.drop()
    host.play(500)
    return [[a[0] for a in answers], host.central.scan()["name"]]


def what_a_host_sets_is_there_after_a_restart_of_the_board_again():
    host = connected()
    node = host.app._node
    host.central.drop()
    host.play(500)
    return [node.rate_hz, host.central.scan()["name"]]
