"""The board's Bluetooth link against a radio without hardware and a scripted central, in virtual time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from firmware import board
from shinsight.wire import gatt

DOC = Path(__file__).parents[2] / "docs" / "wire-format.md"


def on_air(scene: str, **given: Any) -> Any:
    return board.run(f"link_ble.{scene}", **given)


def test_a_central_finds_the_service_in_the_advertisement_and_the_name_in_the_scan_response() -> None:
    heard = on_air("a_central_finds_the_service_in_the_advertisement_and_the_name_in_the_scan_response")
    assert heard == [None, {"flags": 6, "services": [gatt.SERVICE], "name": "shin 7"}]


def test_the_longest_name_fits_and_a_longer_one_is_refused() -> None:
    heard = on_air("the_longest_name_fits_and_a_longer_one_is_refused")
    assert heard == ["20 bytes of a name..", "Bluetooth name of 21 bytes, 1..20 expected: 21 bytes of a name .."]


def test_another_name_is_advertised_at_once_or_after_the_connection() -> None:
    names = on_air("another_name_is_advertised_at_once_or_after_the_connection")
    assert names == ["left leg", None, True, "right leg", "right leg"]


def test_the_services_are_those_the_wire_format_names() -> None:
    services = on_air("the_services_are_those_the_wire_format_names")
    read, write_without_response, write, notify = 0x02, 0x04, 0x08, 0x10
    table = {service: {uuid: flags for uuid, flags, _ in rows} for service, rows in services}
    assert table == {
        "180a": {"2a29": read, "2a24": read, "2a25": read, "2a26": read},
        "180f": {"2a19": read | notify},
        gatt.SERVICE: {gatt.STREAM: notify, gatt.CONTROL: write | write_without_response, gatt.INFO: read},
    }
    documented = re.findall(r"`([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})`", DOC.read_text(encoding="utf-8"))
    assert documented[:4] == [gatt.SERVICE, gatt.STREAM, gatt.CONTROL, gatt.INFO]


def test_a_central_reads_who_made_the_board_and_the_newest_device_info() -> None:
    values = on_air("a_central_reads_who_made_the_board_and_the_newest_device_info")
    assert values == [["maker", "a board", "0042", "0.1.0"], [list(range(60)), "after connecting", "on request"]]


def test_the_battery_is_told_when_it_changes() -> None:
    levels = on_air("the_battery_is_told_when_it_changes")
    assert levels == [[], [80, 79], [50]]


@pytest.mark.parametrize(("asked", "payload_bytes"), [(23, 20), (185, 182), (247, 244), (517, 244)])
def test_the_payload_follows_the_agreed_mtu(asked: int, payload_bytes: int) -> None:
    assert on_air("the_payload_follows_the_agreed_mtu", asked=asked) == [0, 20, payload_bytes]


def test_each_connection_begins_with_the_smallest_payload() -> None:
    assert on_air("each_connection_begins_with_the_smallest_payload") == [244, 0, 20]


def test_a_message_goes_out_whole_or_is_refused() -> None:
    results, lengths, too_long = on_air("a_message_goes_out_whole_or_is_refused")
    assert results == [1, 1, -2, -2]
    assert lengths == [19, 20]
    assert too_long == 2


def test_without_buffers_messages_are_sent_later_none_lost_none_out_of_order() -> None:
    sent, refused, longest_queue, arrived = on_air(
        "without_buffers_messages_are_sent_later_none_lost_none_out_of_order"
    )
    assert longest_queue == 12
    assert refused > 1000
    assert sent > 200
    assert arrived == list(range(sent))


def test_five_seconds_of_jam_lose_nothing_and_are_not_spun_on() -> None:
    sent, arrived, tries = on_air("five_seconds_of_jam_lose_nothing_and_are_not_spun_on")
    assert arrived == list(range(sent))
    assert sent > 200
    assert tries <= 12 + 5_000 // 5


def test_after_a_drop_the_board_advertises_again_and_what_is_lost_was_in_flight() -> None:
    gone, heard, sent, lost, arrived = on_air("after_a_drop_the_board_advertises_again_and_what_is_lost_was_in_flight")
    assert gone == [[False, 0, -1]] * 5
    assert heard == [None, "shin 7"] * 5
    assert lost >= 5
    assert arrived == sorted(set(arrived))
    assert len(arrived) + lost == sent


def test_a_message_is_never_sent_to_nobody() -> None:
    assert on_air("a_message_is_never_sent_to_nobody") == [-1, -1, -1]


def test_commands_come_one_by_one_in_order() -> None:
    received, empty = on_air("commands_come_one_by_one_in_order")
    assert received == [[0x60, i, 1] for i in range(8)]
    assert empty is None


def test_writes_beyond_the_inbox_are_left_out_and_counted() -> None:
    kept, missed, after = on_air("writes_beyond_the_inbox_are_left_out_and_counted")
    assert kept == list(range(8))
    assert missed == 12
    assert after == "U"


def test_a_write_longer_than_any_command_is_left_out_whole() -> None:
    lengths, missed = on_air("a_write_longer_than_any_command_is_left_out_whole")
    assert lengths == [gatt.CONTROL_BYTES, 0, 1]
    assert missed == 3


def test_ten_thousand_garbage_writes_neither_crash_nor_fill_the_memory() -> None:
    grown_bytes, received, missed = on_air("ten_thousand_garbage_writes_neither_crash_nor_fill_the_memory")
    assert received > 1000
    assert missed > 1000
    assert grown_bytes < 512  # nothing a write


def test_sending_allocates_nothing() -> None:
    assert on_air("sending_allocates_nothing") == 0


@pytest.mark.parametrize("interval_ms", [None, 15, 60])
def test_a_stack_that_takes_everything_gets_six_messages_in_a_connection_interval(interval_ms: int | None) -> None:
    most, sent, arrived = on_air(
        "a_stack_that_takes_everything_gets_six_messages_in_a_connection_interval", interval_ms=interval_ms
    )
    assert most == 6
    assert sent == 6 * 300 // (interval_ms or 30)
    assert arrived == list(range(sent))


def test_a_connection_interval_is_forgotten_with_its_connection() -> None:
    assert on_air("a_connection_interval_is_forgotten_with_its_connection") == 6 * 300 // 30


def test_a_radio_switched_off_is_silent_and_switched_on_is_found_again() -> None:
    states = on_air("a_radio_switched_off_is_silent_and_switched_on_is_found_again")
    assert states == [[None, False, -1, False], ["shin 7", "a board"], [True, 244, 1]] * 3


def test_the_board_can_hang_up() -> None:
    assert on_air("the_board_can_hang_up") == [False, None, "shin 7"]


def test_advertising_that_the_stack_refuses_is_tried_again_not_each_turn() -> None:
    tries, name = on_air("advertising_that_the_stack_refuses_is_tried_again_not_each_turn")
    assert 2 <= tries <= 20
    assert name == "shin 7"


def test_a_connection_that_fails_before_it_began_does_not_end_the_advertising() -> None:
    assert on_air("a_connection_that_fails_before_it_began_does_not_end_the_advertising") == [None, "shin 7"]


def test_a_second_central_is_sent_away_and_the_first_one_stays() -> None:
    assert on_air("a_second_central_is_sent_away_and_the_first_one_stays") == [[9], 244, 1, "still here"]
