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


def played(tmp_path: Path, scene: str, **given: Any) -> Any:
    return run(f"privacy.{scene}", cwd=tmp_path, **given)


# --- the setting


def test_told_to_bond_the_board_answers_and_begins_anew_as_one_that_wants_encryption(tmp_path: Path) -> None:
    answer, before, after, there = played(
        tmp_path, "told_to_bond_the_board_answers_and_begins_anew_as_one_that_wants_encryption"
    )
    assert answer == OK
    assert before == [0x10, 0x0C, 0x02]
    assert after == [0x10, 0x100C, 0x0202]
    assert there == [True, False]


def test_the_setting_outlasts_a_restart_and_can_be_taken_back(tmp_path: Path) -> None:
    played(tmp_path, "the_setting_outlasts_a_restart_and_can_be_taken_back")
    flags, answer, open_again, hosts = played(tmp_path, "the_setting_outlasts_a_restart_and_can_be_taken_back_later")
    assert (flags, answer) == (0x0202, OK)
    assert open_again == [True, [], True]
    assert hosts == 1


def test_a_bluetooth_without_pairing_never_claims_privacy(tmp_path: Path) -> None:
    on, off, two, kept, info = played(tmp_path, "a_bluetooth_without_pairing_never_claims_privacy")
    assert (on, off, two) == (AnswerCode.NOT_AVAILABLE, OK, AnswerCode.BAD_ARGUMENT)
    assert not kept
    assert info


def test_a_private_board_that_gets_a_bluetooth_without_pairing_stays_silent(tmp_path: Path) -> None:
    played(tmp_path, "a_private_board_that_gets_a_bluetooth_without_pairing_stays_silent")
    assert played(tmp_path, "a_private_board_that_gets_a_bluetooth_without_pairing_stays_silent_later") is None


# --- strangers


@pytest.mark.parametrize("keys_first", [False, True])
@pytest.mark.parametrize("bonding", [False, True])
def test_a_stranger_can_neither_start_nor_stop_nor_read(tmp_path: Path, keys_first: bool, bonding: bool) -> None:
    """Plain, encrypted without a bond, bonding uninvited: with every command there is."""
    infos, refused, states, heard, changed, sent_away, hosts, key_works = played(
        tmp_path,
        "a_stranger_can_neither_start_nor_stop_nor_read",
        bonding=bonding,
        keys_first=keys_first,
        stranger_s=STRANGER_S,
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
        "a_stranger_that_only_stays_is_hung_up_on_and_a_bonded_host_is_not",
        stranger_s=STRANGER_S,
    )
    assert stranger == [True, -1, False, True]
    assert known


@pytest.mark.parametrize("keys_first", [False, True])
def test_a_stranger_under_the_address_of_a_known_host_gets_nowhere_and_the_bond_stays(
    tmp_path: Path, keys_first: bool
) -> None:
    info, trusted, gone, hosts, refused, returned = played(
        tmp_path, "a_stranger_under_the_address_of_a_known_host_gets_nowhere_and_the_bond_stays", keys_first=keys_first
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
        "a_stranger_that_encrypts_again_with_its_refused_key_is_still_one",
    )
    assert not trusted
    assert info is None


def test_the_stream_of_a_host_that_is_away_is_not_sent_to_a_stranger(tmp_path: Path) -> None:
    said, missing = played(
        tmp_path,
        "the_stream_of_a_host_that_is_away_is_not_sent_to_a_stranger",
    )
    assert said == 0
    assert missing == []


# --- bonded hosts


@pytest.mark.parametrize("keys_first", [False, True])
def test_the_first_host_bonds_and_comes_back_without_pairing_even_after_a_restart(
    tmp_path: Path, keys_first: bool
) -> None:
    first = played(
        tmp_path, "the_first_host_bonds_and_comes_back_without_pairing_even_after_a_restart", keys_first=keys_first
    )
    later = played(tmp_path, "the_first_host_bonds_and_comes_back_without_pairing_even_after_a_restart_later")
    assert first == [[OK] * 4, True, 1]
    assert later == [OK, True, 1]


def test_a_long_press_welcomes_new_hosts_for_a_minute(tmp_path: Path) -> None:
    welcomed, states, hosts = played(
        tmp_path,
        "a_long_press_welcomes_new_hosts_for_a_minute",
        welcome_s=WELCOME_S,
    )
    assert welcomed == [False, True, True, False]
    assert states == [BoardState.IDLE] * 3
    assert hosts == [1, 2, 3, 3]


def test_a_second_long_press_closes_the_door_and_sends_the_board_to_sleep(tmp_path: Path) -> None:
    states, welcomed = played(
        tmp_path, "a_second_long_press_closes_the_door_and_sends_the_board_to_sleep", welcome_s=WELCOME_S
    )
    assert states == [BoardState.IDLE, BoardState.SLEEPING]
    assert not welcomed


def test_being_told_to_bond_again_welcomes_too_for_boards_without_a_button(tmp_path: Path) -> None:
    assert played(
        tmp_path, "being_told_to_bond_again_welcomes_too_for_boards_without_a_button", welcome_s=WELCOME_S
    ) == [True, 2]


def test_of_five_hosts_the_oldest_leaves(tmp_path: Path) -> None:
    hosts, back = played(
        tmp_path,
        "of_five_hosts_the_oldest_leaves",
    )
    assert hosts == 4
    assert back == [False, True, True, True, True]


def test_a_host_that_bonds_anew_while_welcome_is_one_host_still(tmp_path: Path) -> None:
    assert played(
        tmp_path,
        "a_host_that_bonds_anew_while_welcome_is_one_host_still",
    ) == [1, True]


def test_factory_settings_forget_the_hosts(tmp_path: Path) -> None:
    private, answer, hosts, known, open_again = played(
        tmp_path,
        "factory_settings_forget_the_hosts",
    )
    assert (private, answer, hosts) == (1, OK, 0)
    assert not known
    assert open_again


def test_the_board_goes_by_the_same_identity_after_a_restart_and_by_another_after_factory_settings(
    tmp_path: Path,
) -> None:
    one = played(tmp_path, "identity")
    two = played(tmp_path, "identity")
    three = played(
        tmp_path,
        "identity_after_factory_settings",
    )
    assert one == two
    assert three != one


# --- power cuts and full flash


@pytest.mark.parametrize("before", [1, 2])
def test_a_power_cut_at_any_byte_of_a_bond_being_written_leaves_the_bonds_of_before(
    tmp_path: Path, before: int
) -> None:
    whole, found = run(
        "privacy.a_power_cut_at_any_byte_of_a_bond_being_written_leaves_the_bonds_of_before",
        cwd=tmp_path,
        before=before,
    )
    old = list(range(before))
    assert whole > 180 * (before + 1)
    assert found == [[old, before]] * whole + [[[*old, 9], before + 1]]


def test_on_a_full_flash_a_bond_holds_until_the_restart_and_the_board_goes_on(tmp_path: Path) -> None:
    trusted, answer, hosts = played(
        tmp_path,
        "on_a_full_flash_a_bond_holds_until_the_restart_and_the_board_goes_on",
    )
    assert (trusted, answer, hosts) == (True, OK, 0)


# --- a second central


@pytest.mark.parametrize("private", [False, True])
def test_a_second_central_is_hung_up_on_and_disturbs_nothing(tmp_path: Path, private: bool) -> None:
    books, there, states, settings, infos = played(
        tmp_path,
        "a_second_central_is_hung_up_on_and_disturbs_nothing",
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


def assert_nothing_lost(books: dict[str, Any]) -> None:
    assert books["live in order"]
    assert books["rising"]
    assert (books["absent"], books["missing batches"], books["starved"]) == (0, 0, 0)


def test_malformed_and_oversized_commands_do_no_harm(tmp_path: Path) -> None:
    """Every command cut short, made longer, with bits flipped, and of every length up to the longest write there is."""
    books, same = played(tmp_path, "malformed_and_oversized_commands_do_no_harm")
    assert_nothing_lost(books)
    assert same


def test_replayed_commands_do_what_they_did_and_no_harm(tmp_path: Path) -> None:
    """The same bytes again, as a host's stack that was unsure would send them, a hundred times and within one turn."""
    books, answered, mode = played(tmp_path, "replayed_commands_do_what_they_did_and_no_harm")
    assert_nothing_lost(books)
    assert answered == [100, 200, 100, 100, 100]
    assert mode == StreamMode.SAMPLES


def test_interleaved_commands_of_radio_and_cable_do_no_harm(tmp_path: Path) -> None:
    """Two hosts at once that each believe to be alone; in the end the radio's host has its stream."""
    books, state = played(tmp_path, "interleaved_commands_of_radio_and_cable_do_no_harm")
    assert_nothing_lost(books)
    assert state == BoardState.STREAMING


def test_the_numbers_of_the_firmware_are_those_of_the_host(tmp_path: Path) -> None:
    numbers = played(tmp_path, "the_numbers_of_the_firmware_are_those_of_the_host")
    assert numbers == [Setting.BOND, CommandCode.SET, WELCOME_S]
