"""Scenes of test_usb.py: a board's console, and what a host types into it."""

import gc
import os
import random
import time

import app
import board
import chips
import machine
from app import App
from console import Console
from sample_sources import Numbered


def begin():
    """The console of a board with a chip; the board has not started."""
    time.virtual(12_345)
    machine.bus.attach(*chips.make("lsm6dso", Numbered(), 0.013))
    return Console()


def play(node_app, ms):
    """So much of the firmware's life."""
    end_us = time.now_us() + ms * 1000
    while time.now_us() < end_us:
        time.sleep_ms(node_app.turn())


def until_a_host_claims_it_not_a_byte_goes_out_whatever_comes_in(claim):
    console = begin()
    node_app = App(board.profile())
    play(node_app, 2500)
    console.type(b"help()\r\n\x00import os\r\n" + bytes(range(4, 256)) * 3 + b"\x00")
    play(node_app, 2500)
    before = [console.take(), console.interrupt]
    console.type(claim)
    play(node_app, 500)
    return before, console.take(), console.interrupt


def before_the_claim_ctrl_c_ends_the_program_and_while_claimed_it_is_a_byte(stop, claim, keep):
    console = begin()
    console.type(b"\x03", 1000)
    app.run()
    at_once = console.take()
    began_us = time.now_us()
    console.type(claim, 1000)
    console.type(stop + b"\x03\x03\x00" + stop, 1500)
    for after_ms in (2000, 3000, 4000):
        console.type(keep, after_ms)
    console.type(b"\x03", 8900)
    console.type(b"\x03", 9500)
    app.run()
    return at_once, (time.now_us() - began_us) // 1000, console.take(), console.interrupt


def a_host_that_falls_silent_gives_the_port_back_after_five_seconds_and_may_claim_it_again(claim):
    console = begin()
    node_app = App(board.profile())
    console.type(claim)
    play(node_app, 4900)
    held = [node_app._usb.connected, console.interrupt]
    play(node_app, 300)
    released = [node_app._usb.connected, console.interrupt]
    console.take()
    play(node_app, 3000)
    quiet = console.take()
    console.type(claim)
    play(node_app, 200)
    return held, released, quiet, console.take(), node_app._usb.connections


def ctrl_c_on_a_board_whose_watchdog_runs_restarts_it_into_its_console_once(start, claim):
    console = begin()
    console.type(claim, 100)
    console.type(start, 300)
    console.type(b"\x03", 7000)
    try:
        app.run()
        first = "returned"
    except machine.Reset:
        first = "restarted"
    stays = app.STAY in os.listdir()
    app.run()
    return first, [stays, app.STAY in os.listdir()]


def damaged_frames_are_counted_and_the_next_whole_one_is_heard(bad, good, claim):
    console = begin()
    node_app = App(board.profile())
    console.type(claim)
    for frame in bad:
        console.type(frame + good)
        play(node_app, 500)
    return console.take(), node_app._usb.damaged


def a_flood_of_noise_costs_neither_memory_nor_samples(start, info, claim, keep):
    console = begin()
    node_app = App(board.profile())
    random.seed(3)
    console.type(claim)
    play(node_app, 100)
    console.type(start)

    def noise(turns):
        for _ in range(turns):
            console.type(bytes([random.getrandbits(8) for _ in range(100)]))
            play(node_app, 4)
            if random.randrange(20) == 0:
                console.type(b"\x00" + keep)
            console.written = bytearray()

    noise(100)
    gc.collect()
    before = gc.mem_alloc()
    noise(1000)
    console.type(b"\x00")
    play(node_app, 3000)
    gc.collect()
    grown = gc.mem_alloc() - before - len(console.written)
    console.take()
    console.type(info)
    play(node_app, 500)
    return grown, console.take(), node_app._batches.dropped + node_app._sampler.lost
