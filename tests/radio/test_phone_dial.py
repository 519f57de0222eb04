"""A phone as a dial, from end to end: firmware in the real MicroPython, a virtual radio, bleak as a phone's Bluetooth.

What the phyphox app does is `tests/phyphox.py`, written from its documentation; no phone was at hand.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from bleak import BleakClient
from bleak.backends.scanner import AdvertisementData

import phyphox
from phyphox import CONTROL, END_TRANSFER, EXPERIMENT, START_TRANSFER, Experiment, Transfer
from radio.air import Air
from radio.test_virtual_radio import Computer, assert_as_the_chip_made_them
from shinsight.device.client import BoardClient
from shinsight.flash.files import DIAL, firmware_folder
from shinsight.transport.ble import BleLink
from shinsight.wire.gatt import SERVICE
from shinsight.wire.messages import Setting

FILE = firmware_folder() / DIAL
TRUE_RATE_HZ = 104 * 1.013
ONE_G, DEG_A_COUNT = 2048, 0.07
STILL_S, MOVE_S, TILT_DEG = 6.0, 1.0, 25.0
TOLERANCE_DEG = 2 * math.degrees(math.sqrt(2.0) * 0.5 / ONE_G) + 0.013 * TILT_DEG + 0.5 * DEG_A_COUNT * MOVE_S
"""Counts are rounded, at zero and at the angle; the chip runs 1.3 % faster than it says; a second of gyroscope."""


def leaning() -> bytes:
    """Upright and still, then a second over to 25 degrees, and there it stays."""
    t_s = np.arange(int((STILL_S + MOVE_S) * TRUE_RATE_HZ) + 10) / TRUE_RATE_HZ
    deg = TILT_DEG * 0.5 * (1.0 - np.cos(np.pi * np.clip((t_s - STILL_S) / MOVE_S, 0.0, 1.0)))
    none = np.zeros_like(deg)
    turn = np.diff(deg, prepend=0.0) * TRUE_RATE_HZ / DEG_A_COUNT
    columns = [none, ONE_G * np.sin(np.radians(deg)), ONE_G * np.cos(np.radians(deg)), turn, none, none]
    return np.round(np.stack(columns, axis=1)).astype("<i2").tobytes()


class Phone(Computer):
    """A phone with the app: no name is asked for, devices are those that advertise the app's service."""

    def find_phyphox(self, name: str) -> Any:
        device = self.scan(lambda heard: heard.local_name == name, service=phyphox.SERVICE)
        assert device is not None
        return device

    def arrive(self, name: str = "shinsight") -> BleakClient:
        client = self.client(self.find_phyphox(name))
        self.do(client.connect())
        return client

    def ask(self, client: BleakClient) -> Transfer:
        """Subscribed, then the request: as Android does, on iOS the two may come the other way round."""
        transfer = Transfer()
        self.do(client.start_notify(EXPERIMENT, lambda _, data: transfer.take(bytes(data))))
        self.do(client.write_gatt_char(CONTROL, START_TRANSFER, response=True))
        return transfer

    def load(self, name: str = "shinsight") -> Experiment:
        """+, "Add experiment from Bluetooth device", the board: it is connected, the file comes, it is left."""
        client = self.arrive(name)
        transfer = self.ask(client)
        assert self.listen(lambda: transfer.done)
        self.do(client.stop_notify(EXPERIMENT))
        self.do(client.write_gatt_char(CONTROL, END_TRANSFER, response=True))
        self.do(client.disconnect())
        return Experiment(transfer.data)

    def run(self, experiment: Experiment, name: str = "shinsight") -> BleakClient:
        """The experiment is opened: by what the file says, connected, configured, subscribed."""
        assert experiment.service == phyphox.SERVICE
        client = self.arrive(name)
        begun_s = time.monotonic()
        for characteristic, value in experiment.configs:
            self.do(client.write_gatt_char(characteristic, value, response=True))

        def heard(_: object, data: bytearray) -> None:
            experiment.notified(bytes(data), time.monotonic() - begun_s)
            experiment.analyse()

        self.do(client.start_notify(experiment.characteristic, heard))
        return client


@pytest.fixture
def air() -> Iterator[Air]:
    with Air(interval_ms=15.0) as air:
        yield air


@pytest.fixture
def phone(air: Air) -> Iterator[Phone]:
    with Phone(air) as phone:
        yield phone


def test_from_the_plus_button_to_the_true_angle(air: Air, phone: Phone) -> None:
    board = air.board(counts=leaning(), phone=True)
    experiment = phone.load()
    client = phone.run(experiment)
    assert phone.listen(lambda: len(experiment.buffers["t"]) > 40)  # two seconds of six at rest
    assert experiment.shown("Tilt") == "-"
    experiment.press("Zero")
    assert phone.listen(lambda: experiment.number("Tilt") < 0.1)
    assert phone.listen(lambda: experiment.number("Tilt") > TILT_DEG - 1.0)
    assert phone.listen(lambda: np.ptp(list(experiment.buffers["tilt"])[-40:]) < 0.3)
    assert experiment.number("Tilt") == pytest.approx(TILT_DEG, abs=TOLERANCE_DEG)
    assert experiment.number("Largest since zero") == pytest.approx(TILT_DEG, abs=TOLERANCE_DEG)
    experiment.press("Zero")
    assert phone.listen(lambda: experiment.number("Tilt") < 0.1)
    phone.do(client.disconnect())
    assert board.words == ""


@pytest.mark.parametrize("mtu", [23, 517])
def test_the_file_arrives_whole_over_a_slow_connection(mtu: int) -> None:
    with Air(interval_ms=45.0, mtu=mtu) as air, Phone(air) as phone:
        air.board(phone=True)
        assert phone.load().root.find("title") is not None


def test_what_arrives_is_the_file_of_the_firmware(air: Air, phone: Phone) -> None:
    air.board(phone=True)
    transfer = phone.ask(phone.arrive())
    assert phone.listen(lambda: transfer.done)
    assert transfer.data == FILE.read_bytes()


def test_a_transfer_cut_off_is_tried_again() -> None:
    with Air(interval_ms=15.0, mtu=23) as air, Phone(air) as phone:
        board = air.board(phone=True)
        client = phone.arrive()
        air.interval_ms = 200.0  # a dozen of 178 packets each
        transfer = phone.ask(client)
        assert phone.listen(lambda: len(transfer.data) > 0)
        board.drop()
        assert phone.listen(lambda: phone.disconnected == 1)
        assert not transfer.done
        air.interval_ms = 15.0
        assert phone.load().shown("Tilt") == "-"


def test_out_of_reach_and_back_the_dial_goes_on_from_its_zero(air: Air, phone: Phone) -> None:
    board = air.board(phone=True, counts=leaning()[:12])
    experiment = phone.load()
    phone.run(experiment)
    assert phone.listen(lambda: bool(np.isfinite(list(experiment.buffers["x"])).any()))  # it has lain still
    experiment.press("Zero")
    board.away(0.5)
    assert phone.listen(lambda: phone.disconnected == 2)  # it left by itself after loading
    phone.run(experiment)  # the app connects again by itself and does all of it again
    before = len(experiment.buffers["t"])
    assert phone.listen(lambda: len(experiment.buffers["t"]) > before + 10)
    assert experiment.number("Tilt") == pytest.approx(0.0, abs=0.1)


def test_one_phone_at_a_time_and_the_next_when_it_has_left(air: Air, phone: Phone) -> None:
    air.board(phone=True)
    experiment = phone.load()
    client = phone.run(experiment)
    assert phone.scan(lambda _: True, service=phyphox.SERVICE, limit_s=0.5) is None
    phone.do(client.disconnect())
    with Phone(air) as another:
        assert another.load().shown("Tilt") == "-"


def test_a_host_finds_streams_and_sets_as_ever_before_and_after_a_phone(air: Air, phone: Phone) -> None:
    air.board(name="left", phone=True)
    with Computer(air) as computer:
        computer.stream(client := computer.connect("left"))
        computer.more(100)
        assert_as_the_chip_made_them(computer.samples)
        computer.do(client.disconnect())
    experiment = phone.load("left")
    client = phone.run(experiment, "left")
    assert phone.listen(lambda: len(experiment.buffers["t"]) > 20)
    phone.do(client.disconnect())
    with Computer(air) as computer:
        computer.stream(computer.connect("left"))
        computer.more(200)
        assert_as_the_chip_made_them(computer.samples)


def test_the_setting_over_the_air_and_off_again(air: Air, phone: Phone) -> None:
    air.board(name="left")
    assert phone.scan(lambda _: True, service=phyphox.SERVICE, limit_s=0.5) is None
    for on in (True, False):
        with BoardClient(BleLink("left", backend=air.backend)) as client:
            client.set(Setting.PHONE, bytes([on]))
        time.sleep(1.5)
        heard = phone.scan(lambda _: True, service=phyphox.SERVICE, limit_s=2.0 if on else 0.5)
        assert (heard is not None) == on


def test_both_services_are_heard_of_one_board(air: Air, phone: Phone) -> None:
    air.board(name="left", phone=True)
    heard: list[AdvertisementData] = []

    def both(advertisement: AdvertisementData) -> bool:
        heard.append(advertisement)
        return set(advertisement.service_uuids) == {phyphox.SERVICE, SERVICE}

    assert phone.scan(both, service=phyphox.SERVICE) is not None
