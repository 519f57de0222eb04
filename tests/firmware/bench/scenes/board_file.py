"""Scenes of test_board_file.py."""

import board


def a_profile_reads_the_same_on_the_board_and_on_the_computer(name):
    return board.profile(name).__dict__


def an_unknown_board_is_named_beside_the_known_ones():
    try:
        board.profile("pico")
    except ValueError as error:
        return str(error)
