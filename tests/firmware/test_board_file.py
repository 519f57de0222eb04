"""board.py, read by MicroPython as the board reads it."""

from __future__ import annotations

import runpy

import pytest

from firmware.board import FIRMWARE, run

PROFILES = runpy.run_path(str(FIRMWARE / "board.py"))["PROFILES"]


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_reads_the_same_on_the_board_and_on_the_computer(name: str) -> None:
    there = run("board_file.a_profile_reads_the_same_on_the_board_and_on_the_computer", name=name)
    assert there == PROFILES[name].__dict__ | {"name": name}


@pytest.mark.parametrize("name", PROFILES)
def test_no_pin_of_a_board_has_two_duties(name: str) -> None:
    profile = PROFILES[name]
    pins = [profile.scl, profile.sda, profile.led, profile.button, profile.battery_adc, profile.power_hold]
    used = [pin for pin in pins if pin is not None]
    assert len(used) == len(set(used))


def test_an_unknown_board_is_named_beside_the_known_ones() -> None:
    said = run("board_file.an_unknown_board_is_named_beside_the_known_ones")
    assert "board.py names the board 'pico', expected one of" in said
    assert all(name in said for name in PROFILES)
