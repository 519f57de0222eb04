"""A board's own settings, changed by a person: the real firmware answers, on the emulated board."""

from __future__ import annotations

import pytest

from acquisition.test_runner import Board
from shinsight.cli import app
from shinsight.device.client import BoardClient
from shinsight.errors import DeviceError, SettingsError
from shinsight.transport.names import open_link
from shinsight.wire.messages import CommandCode, Setting

STILL = "emulator:squat?reps=0&rocks=0&grade=ideal&mounting=none&skin=none"


def told(*options: str) -> None:
    app(["board", STILL, *options], standalone_mode=False)


def test_settings_are_taken_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    told("--factory", "--name", "Anna left", "--idle-sleep", "0", "--no-quaternion", "--rate", "208", "--samples")
    said = capsys.readouterr().err
    for words in (
        "factory settings",
        "name Anna left",
        "never sleeps",
        "quaternion off",
        "rate 208 Hz",
        "mode samples",
    ):
        assert words in said


def test_a_dial_for_phones_is_switched_on_after_bond_is_off_and_off_before_bond_is_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told("--phone", "--no-bond")
    assert capsys.readouterr().err.splitlines() == ["bonded hosts only: no", "dial for phones: yes"]
    with pytest.raises(DeviceError, match="not available on this board"):  # the emulator cannot pair
        told("--no-phone", "--bond")
    assert capsys.readouterr().err.splitlines() == ["dial for phones: no"]


def test_bond_and_a_dial_for_phones_exclude_each_other_and_the_board_says_so() -> None:
    with BoardClient(open_link(STILL)) as client:
        client.set(Setting.PHONE, b"\x01")
        with pytest.raises(DeviceError, match="the dial for phones is open to all: unset it before bond"):
            client.set(Setting.BOND, b"\x01")


def test_a_rate_the_chip_has_not_is_refused_with_those_it_has() -> None:
    with pytest.raises(DeviceError, match="104, 208 Hz"):
        told("--rate", "123")


@pytest.mark.parametrize("name", ["", "a name that is far too long", "größer als zwanzig!!"])
def test_a_name_that_does_not_fit_is_refused_before_it_is_sent(name: str) -> None:
    with pytest.raises(SettingsError, match="expected 1 to 20"):
        told("--name", name)


def test_nothing_to_change_is_wrong_use() -> None:
    with pytest.raises(SettingsError, match="no setting is given"):
        told()


def test_a_board_that_does_not_answer_is_named() -> None:
    with BoardClient(Board()) as client, pytest.raises(DeviceError, match="fake: did not answer IDENTIFY"):
        client.ask(CommandCode.IDENTIFY, limit_s=0.2)


def test_a_firmware_that_does_not_know_a_setting_says_so() -> None:
    with BoardClient(open_link(STILL)) as client, pytest.raises(DeviceError, match="out of bounds"):
        client.set(Setting.MODE, b"\x07")
