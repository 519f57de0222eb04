"""Scenes of test_no_sample_is_lost_silently.py: the whole firmware under faults."""

import time

import machine
from host_sim import Host


def streaming(**settings):
    """A host that has been streaming for five seconds."""
    host = Host(**settings)
    host.connect()
    host.start()
    host.play(5000)
    return host


def books_after_rest(host):
    """What became of every sample, three seconds later."""
    host.play(3000)
    return host.books()


def forget(host):
    """What the host has is forgotten: the next batch is its first."""
    host.batches.clear()
    host.order.clear()
    host.newest = None


def on_a_good_link(chip="lsm6dso", interval_ms=30, mtu=247):
    return books_after_rest(streaming(chip=chip, interval_ms=interval_ms, mtu=mtu))


def five_drops_in_a_minute():
    host = streaming()
    for away_ms in (137, 2003, 511, 90, 5000):
        host.central.drop()
        host.play(away_ms)
        host.connect()
        host.start()
        host.play(4321)
    return books_after_rest(host)


def errors_on_the_bus_cost_at_most_the_burst_they_fell_into(chip):
    host = streaming(chip=chip)
    for k in range(30):
        if k % 3 == 0:
            machine.bus.fail(1 + k % 4)
        elif k % 3 == 1:
            machine.bus.fail_within(1 + 5 * k % 23)
        else:
            machine.bus.fail_within(2)
        host.play(397)
    return books_after_rest(host)


def a_radio_without_buffers_for_seconds_loses_nothing(seconds):
    host = streaming()
    host.central.jam(seconds * 1000)
    host.play(seconds * 1000 + 6000)
    return books_after_rest(host)


def a_radio_that_is_too_slow_for_a_while_loses_nothing():
    host = streaming()
    host.central.packets_per_event = 1
    host.central.set_interval(200)
    host.play(10000)
    host.central.packets_per_event = 12
    host.central.set_interval(30)
    host.play(8000)
    return books_after_rest(host)


def what_a_dropped_connection_missed_is_read_back(away_ms, mtu):
    host = streaming(mtu=mtu)
    host.central.drop()
    host.play(away_ms)
    host.connect()
    host.start()
    host.play(4000)
    return books_after_rest(host)


def a_minute_without_a_host_costs_what_the_memory_cannot_hold_and_all_of_it_is_counted():
    host = streaming()
    host.central.drop()
    host.play(100_000)
    host.connect()
    host.start()
    host.play(20_000)
    return books_after_rest(host)


def a_host_that_stays_away_ends_the_stream_and_the_next_one_begins_anew():
    host = Host()
    host.connect()
    host.start()
    host.play(2000)
    host.central.drop()
    host.play(130_000)
    sampling = host.app._sampler.running
    host.connect()
    host.newest = None
    host.batches = {}
    host.order = []
    host.start()
    host.play(5000)
    return [sampling, host.books()]


def a_fifo_that_overflowed_is_counted_and_said_with_the_batch_after_it(chip, busy_ms):
    host = streaming(chip=chip)
    time.advance_us(busy_ms * 1000)
    host.play(100)
    machine.starvations.clear()
    host.play(4000)
    return books_after_rest(host)


def a_stuck_bus_is_survived_and_what_it_cost_is_counted(chip, stuck_ms):
    host = streaming(chip=chip)
    machine.bus.stuck = True
    host.play(stuck_ms)
    machine.bus.stuck = False
    host.play(4000)
    return books_after_rest(host)


def a_chip_that_loses_its_power_for_a_moment_streams_again_by_itself():
    host = streaming()
    host.model.power_on()
    forget(host)
    host.play(200)
    forget(host)
    host.play(5000)
    return books_after_rest(host)
