"""Scenes of test_adding.py: a copy of the firmware with a sensor or a board more."""

import time

import micropython

import board
import chips
import machine
from app import App
from sample_sources import Numbered
from sampler_rig import Rig


def the_driver_of_the_page_samples_without_an_allocation_and_tells_what_it_lost():
    rig = Rig("made_up", memory=5_000)
    rig.play(2000)

    def a_second():
        for _ in range(200):
            rig.sampler.poll()
            time.sleep_ms(5)

    micropython.heap_lock()
    a_second()
    micropython.heap_unlock()
    rig.play(1000)
    time.advance_us(3_000_000)
    rig.play(2000)
    machine.bus.fail_within(5)
    rig.play(2000)
    gaps = [b - a - 1 for a, b in zip(rig.delivered, rig.delivered[1:])]
    return [rig.driver.chip, len(rig.delivered), rig.sampler.lost, sorted(set(rig.flags)), sum(gaps)]


def the_profile_of_the_page_is_a_board_that_starts_and_can_be_flashed():
    time.virtual()
    machine.bus.attach(*chips.make("lsm6dso", Numbered()))
    app = App(board.profile())
    lit = 0
    for _ in range(500):
        time.sleep_ms(app.turn())
        lit += machine.level(48)
    return [app._node.identity.board, lit]
