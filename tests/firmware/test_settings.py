"""What the board remembers survives whatever a power cut leaves of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from firmware.board import run


def said(tmp_path: Path, scene: str, **given: Any) -> Any:
    return run(f"settings.{scene}", cwd=tmp_path, **given)


def test_everything_that_can_be_set_comes_back(tmp_path: Path) -> None:
    before, after = said(
        tmp_path,
        "everything_that_can_be_set_comes_back",
    )
    assert after == before


def test_a_board_that_never_saved_has_nothing(tmp_path: Path) -> None:
    assert said(tmp_path, "a_board_that_never_saved_has_nothing") is None


def test_the_newest_save_counts_over_any_number_of_restarts(tmp_path: Path) -> None:
    names, files = said(
        tmp_path,
        "the_newest_save_counts_over_any_number_of_restarts",
    )
    assert names == ["b0", "a1", "a2", "b3", "a4", "a5", "b6"]
    assert files == ["settings.a", "settings.b"]


@pytest.mark.parametrize("saved_before", [0, 1, 2, 3])
@pytest.mark.parametrize("rest", ["nothing", "erased flash"])
def test_a_power_cut_at_any_byte_of_a_save_leaves_the_settings_of_before(
    tmp_path: Path, saved_before: int, rest: str
) -> None:
    """What follows the last byte written is nothing, or a block of flash that had been erased."""
    after = said(
        tmp_path,
        "a_power_cut_at_any_byte_of_a_save_leaves_the_settings_of_before",
        erased=rest == "erased flash",
        saved_before=saved_before,
    )
    old = f"old{saved_before - 1}" if saved_before else None
    assert len(after) > 80
    assert after == [[old, "next"]] * (len(after) - 1) + [["new", "next"]]


@pytest.mark.parametrize("at", [0, 4, 5, 9, 30, 60, 90, -1])
def test_a_damaged_file_counts_for_nothing_and_with_both_damaged_the_board_begins_anew(tmp_path: Path, at: int) -> None:
    one, none, anew = said(
        tmp_path, "a_damaged_file_counts_for_nothing_and_with_both_damaged_the_board_begins_anew", at=at
    )
    assert (one, none, anew) == ("first", None, "anew")


@pytest.mark.parametrize("version", [0, 1, 255])
def test_settings_of_another_version_are_left_alone_until_the_next_save(tmp_path: Path, version: int) -> None:
    before, after = said(tmp_path, "settings_of_another_version_are_left_alone_until_the_next_save", version=version)
    assert (before, after) == ("mine", "newer")


def test_settings_kept_by_firmware_before_phones_go_on_with_the_dial_off(tmp_path: Path) -> None:
    """Firmware 0.4.0 kept 88 bytes; fewer, or more than there are now, are nobody's."""
    kept_then, lengths = said(
        tmp_path,
        "settings_kept_by_firmware_before_phones_go_on_with_the_dial_off",
    )
    assert kept_then == ["Anna left", 208, True, False, [k / 8 for k in range(15)]]
    assert lengths == [88, 89]


def test_a_full_flash_is_an_error_and_what_was_saved_before_is_still_there(tmp_path: Path) -> None:
    failed, kept, later = said(
        tmp_path,
        "a_full_flash_is_an_error_and_what_was_saved_before_is_still_there",
    )
    assert (failed, kept, later) == (True, "before", "later")


def test_what_a_host_sets_is_there_after_a_restart_of_the_board(tmp_path: Path) -> None:
    """SET and SET_RATE through the whole firmware; the new name is on the air at once and after the restart."""
    first = run(
        "settings.what_a_host_sets_is_there_after_a_restart_of_the_board",
        cwd=tmp_path,
    )
    second = run(
        "settings.what_a_host_sets_is_there_after_a_restart_of_the_board_again",
        cwd=tmp_path,
    )
    assert first == [[0, 0], "left"]
    assert second == [208, "left"]
