"""Scenes of test_node.py: commands to a node, on a fake board."""

import gc
import random
import struct

import effects
import settings as stored
import wire
from fake_board import FakeBoard, Link, Turns, hexed


def press(desk, levels, step_ms=4):
    """The events of a button that has each level, 1 is pressed, for so many milliseconds; and the state after."""
    events = []
    for level, ms in levels:
        for _ in range(ms // step_ms):
            desk.now_ms += step_ms
            event = desk.node.button(level, desk.now_ms, 5)
            if event:
                events.append(event)
    return hexed(events), desk.node.state


def light(node, ms=4000):
    """[[on, milliseconds], ...]: what the light does from 20 s on."""
    runs: list = []
    for t in range(20_000, 20_000 + ms, 10):
        on = bool(node.led(t))
        if runs and runs[-1][0] == on:
            runs[-1][1] += 10
        else:
            runs.append([on, 10])
    return runs


def asked_back(first, count, sampled, sequence=0, memory=20_000):
    """The answer to READ_BACK after so many batches, the first of that sequence number, and what is sent then."""
    desk = FakeBoard(memory=memory)
    outbox = desk.outbox
    desk.ask(wire.START)
    desk.batches._sequence = sequence
    desk.sample(sampled)
    desk.batches.unsent = desk.batches.written
    answers = desk.ask(wire.READ_BACK, struct.pack("<HB", first, count))
    for _ in range(40):
        outbox.pump()
    return answers, desk.link.take()


def info_says_who_the_board_is_and_what_a_count_means():
    desk = FakeBoard()
    return desk.ask(wire.INFO)


def without_a_chip_the_answer_says_why_as_far_as_it_fits(code, payload_bytes):
    desk = FakeBoard(payload_bytes, chip=False)
    node = desk.node
    node.identity.problem = "check power, SDA and SCL " * 20
    return desk.ask(code), node.sampling


def a_command_nobody_knows_is_answered_and_what_is_no_command_is_counted():
    desk = FakeBoard()
    node = desk.node
    link = desk.link
    unknown = desk.ask(200, b"whatever")
    silence = [node.handle(m, link, 0) for m in (b"", b"\x60", b"\x60\x01", b"\x61\x01\x01", bytes(20), bytes(500))]
    return unknown, [list(s) for s in silence], node.ignored


def start_is_answered_by_info_and_how_the_stream_is_cut():
    desk = FakeBoard()
    node = desk.node
    batches = desk.batches
    return desk.ask(wire.START), node.state, node.sampling, batches.slots


def whatever_the_connection_carries_the_batches_fit_it():
    desk = FakeBoard()
    cuts = []
    for payload_bytes in range(20, 513):
        desk = FakeBoard(payload_bytes)
        desk.ask(wire.START)
        cuts.append((payload_bytes, desk.batches.samples, desk.batches.with_quaternion))
    return cuts


def at_the_faster_rate_a_batch_takes_no_longer():
    desk = FakeBoard()
    batches = desk.batches
    desk.ask(wire.SET_RATE, b"\xd0\x00")
    desk.ask(wire.START)
    return batches.samples


def a_second_start_goes_on_with_the_newest_sample_and_the_rest_can_be_read_back():
    desk = FakeBoard()
    first = desk.ask(wire.START)
    desk.sample(5)
    second = desk.ask(wire.START)
    return first, second, desk.ask(wire.READ_BACK, struct.pack("<HB", 0, 5)), desk.replayed


def a_host_with_another_payload_gets_batches_that_fit_it_and_what_waited_is_counted_as_lost():
    desk = FakeBoard()
    batches = desk.batches
    desk.ask(wire.START)
    desk.sample(5)
    batches.mark_sent(0)
    batches.mark_sent(1)
    batches.unsent = 2
    batches.filled = 3
    return desk.ask(wire.START, link=Link(20)), batches.dropped


def after_stop_what_was_sampled_can_still_be_read_back_and_all_of_it_comes():
    desk = FakeBoard()
    link = desk.link
    outbox = desk.outbox
    outbox.orientation = Turns()
    desk.ask(wire.START)
    link.full = True
    desk.sample(9)
    outbox.pump()
    stop = desk.ask(wire.STOP)
    link.full = False
    back = desk.ask(wire.READ_BACK, struct.pack("<HB", 0, 9))
    for _ in range(5):
        outbox.pump()
    return stop, back, link.take()


def stop_always_ends_in_idle():
    FakeBoard()

    def state_after(*codes):
        desk = FakeBoard()
        for code in codes:
            desk.ask(code)
        return desk.node.state, desk.node.sampling

    return state_after(wire.STOP), state_after(wire.START, wire.STOP)


def the_rate_is_one_the_chip_has_and_is_set_while_idle():
    desk = FakeBoard()
    node = desk.node

    def rate(*argument):
        return desk.ask(wire.SET_RATE, bytes(argument))

    slow, fast, other, short = rate(104, 0), rate(208, 0), rate(100, 0), rate(104)
    saved = effects.SAVE in desk.wanted
    info = desk.ask(wire.START)
    return slow, fast, other, short, rate(104, 0), info, [saved, node.settings.rate_hz]


def settings_take_what_the_wire_format_allows(rows):
    desk = FakeBoard()
    node = desk.node
    every = []
    for setting, value, name in rows:
        desk.wanted.clear()
        answers = desk.ask(wire.SET, bytes((setting,)) + value)
        every.append((answers, getattr(node.settings, name), effects.SAVE in desk.wanted))
    return every


def bad_settings_are_refused_and_change_nothing(bad):
    desk = FakeBoard()
    node = desk.node
    before = str(node.settings.__dict__)
    every = [desk.ask(wire.SET, argument) for argument in bad]
    return every, before, str(node.settings.__dict__), effects.SAVE in desk.wanted


def factory_settings_forget_everything_calibration_too():
    desk = FakeBoard()
    node = desk.node
    desk.ask(wire.SET_RATE, b"\xd0\x00")
    for argument in (b"\x01\x01", b"\x02\x07\x00", b"\x03\x00", b"\x04me"):
        desk.ask(wire.SET, argument)
    node.settings.calibration = (0.0,) * 15
    return desk.ask(wire.SET, b"\x00"), str(node.settings.__dict__), str(stored.Settings().__dict__)


def a_stored_calibration_travels_with_the_info():
    desk = FakeBoard()
    node = desk.node
    node.settings.calibration = tuple(i / 8 for i in range(15))
    return desk.ask(wire.INFO)


def without_the_quaternion_setting_batches_go_without():
    desk = FakeBoard()
    batches = desk.batches
    desk.ask(wire.SET, b"\x03\x00")
    desk.ask(wire.START)
    return batches.samples, batches.with_quaternion


def another_mode_begins_with_the_next_start():
    desk = FakeBoard(20)
    node = desk.node
    batches = desk.batches
    link = desk.link
    desk.ask(wire.SET, bytes((wire.SET_MODE, stored.ORIENTATION)))
    desk.ask(wire.START)
    before = node.orientation_only
    desk.ask(wire.SET, bytes((wire.SET_MODE, stored.SAMPLES)))
    still = node.orientation_only
    desk.ask(wire.START)
    return [before, still], [node.orientation_only, batches.bytes <= link.payload_bytes]


def status_is_promised_and_holds_what_the_node_knows():
    desk = FakeBoard()
    node = desk.node
    desk.ask(wire.START)
    desk.sample(30)
    node.shed = 3
    ok = desk.ask(wire.STATUS)
    return ok, effects.REPORT_STATUS in desk.wanted, hexed([node.status(77, 3900, 76, 2512, 5)])


def what_status_does_not_know_is_unknown_and_what_does_not_fit_is_at_its_end():
    desk = FakeBoard(20, memory=600_000)
    node = desk.node
    batches = desk.batches
    node.shed = batches.waited = 100_000
    return hexed([node.status(1, wire.BATTERY_UNKNOWN_MV, wire.BATTERY_UNKNOWN_PERCENT, wire.TEMPERATURE_UNKNOWN, 0)])


def a_crash_report_comes_in_pieces_that_fit_and_ends_with_an_empty_one(payload_bytes, report):
    desk = FakeBoard(payload_bytes, crash=report)
    every, offset = [], 0
    while True:
        answers = desk.ask(wire.CRASH, struct.pack("<H", offset))
        every.append(answers)
        if len(answers[0]) == 8 or len(every) > 200:
            break
        offset += len(answers[0]) // 2 - 4
    return every


def a_crash_report_can_be_forgotten_and_then_there_is_none():
    desk = FakeBoard(crash=b"oh")
    none_before = FakeBoard().ask(wire.CRASH, b"\x00\x00")
    beyond = desk.ask(wire.CRASH, b"\xfe\xff")
    short = desk.ask(wire.CRASH, b"\x00")
    forget = desk.ask(wire.CRASH, b"\xff\xff")
    return beyond, short, forget, desk.ask(wire.CRASH, b"\x00\x00"), effects.FORGET_CRASH in desk.wanted, none_before


def a_connection_that_cannot_carry_the_batches_is_told_so(payload_bytes):
    desk = FakeBoard()
    batches = desk.batches
    outbox = desk.outbox
    desk.ask(wire.START)
    desk.sample(5)
    for index in range(5):
        batches.set_quaternion(index, 32767, 0, 0, 0)
    batches.unsent = batches.written
    small = Link(payload_bytes)
    got = desk.ask(wire.READ_BACK, b"\x00\x00\x05", link=small)
    for _ in range(5):
        outbox.pump()
    return got, small.take()


def a_read_back_needs_its_three_bytes(argument):
    desk = FakeBoard()
    return desk.ask(wire.READ_BACK, argument)


def the_serial_number_is_the_chips_own():
    desk = FakeBoard()
    return desk.ask(wire.SERIAL)


def calibrated(arguments):
    desk = FakeBoard()
    node = desk.node
    every = [desk.ask(wire.SET, argument) for argument in arguments]
    return every, node.settings.calibration, effects.SAVE in desk.wanted, effects.CALIBRATE in desk.wanted


def while_it_streams_a_board_takes_no_calibration_for_its_host_has_been_told_another(numbers):
    desk = FakeBoard()
    node = desk.node
    desk.ask(wire.START)
    return desk.ask(wire.SET, b"\x06" + struct.pack("<15f", *numbers)), node.settings.calibration


def the_boards_own_calibration_of_old_firmware_is_no_more(code):
    desk = FakeBoard()
    return desk.ask(code)


def an_idle_board_goes_to_sleep_and_a_host_or_a_command_wakes_it():
    desk = FakeBoard()
    node = desk.node
    desk.wait(299)
    states = [node.state]
    desk.wait(3)
    states.append(node.state)
    desk.wait(1, linked=True)
    states.append(node.state)
    desk.wait(302)
    states.append(node.state)
    desk.ask(wire.INFO)
    states.append(node.state)
    desk.wait(1000, linked=True)
    states.append(node.state)
    return states


def a_board_told_never_to_sleep_stays_awake_and_another_sleeps_when_it_is_told():
    desk = FakeBoard()
    node = desk.node
    desk.ask(wire.SET, b"\x02\x00\x00")
    desk.wait(100_000, step_ms=10_000)
    states = [node.state]
    desk.ask(wire.SET, b"\x02\x0a\x00")
    desk.wait(9)
    states.append(node.state)
    desk.wait(2)
    states.append(node.state)
    return states


def a_stream_outlives_its_host_by_two_minutes_and_a_host_that_returns_must_say_start_again():
    desk = FakeBoard()
    node = desk.node
    link = desk.link
    desk.ask(wire.START)
    link.connected = False
    trail = [(node.state, node.heard)]
    desk.wait(119)
    trail.append((node.state, node.heard))
    link.connected, link.connections = True, 2
    desk.wait(1, linked=True)
    trail.append((node.state, node.heard))
    desk.ask(wire.START)
    desk.wait(300, linked=True)
    trail.append((node.state, node.heard))
    link.connected = False
    desk.wait(122)
    trail.append((node.state, node.heard))
    return trail


def another_host_that_is_there_does_not_keep_the_stream_of_one_that_went():
    desk = FakeBoard()
    node = desk.node
    link = desk.link
    desk.ask(wire.START)
    link.connected = False
    desk.wait(122, linked=True)
    return node.state


def a_press_is_one_event_however_it_bounces(levels):
    desk = FakeBoard()
    desk.ask(wire.START)

    return press(desk, levels)


def a_long_press_puts_a_waiting_board_to_sleep_and_any_press_wakes_it():
    desk = FakeBoard()

    states = [press(desk, ((1, 2000), (0, 100)))[1], press(desk, ((1, 100), (0, 100)))[1]]
    states += [press(desk, ((1, 2000), (0, 100)))[1], press(desk, ((1, 2000), (0, 100)))[1]]
    desk.ask(wire.START)
    states.append(press(desk, ((1, 2000), (0, 100)))[1])
    return states


def the_light_says_what_the_board_does(state):
    desk = FakeBoard()
    node = desk.node

    if state == "streaming":
        desk.ask(wire.START)
    elif state == "no chip":
        node.identity.chip = None
    elif state == "identifying":
        desk.now_ms = 20_000
        desk.ask(wire.IDENTIFY)
    return light(node)


def a_sleeping_board_is_dark_and_identifying_ends_after_five_seconds():
    desk = FakeBoard()
    node = desk.node

    desk.now_ms = 20_000
    ok = desk.ask(wire.IDENTIFY)
    identified = [ok, light(node, 10_000)]
    desk.wait(302)
    return light(node), identified


def a_chip_that_stopped_answering_ends_what_needed_it_and_is_said():
    desk = FakeBoard()
    node = desk.node
    desk.ask(wire.START)
    node.lose_chip("LSM6DSO stopped answering: 5")
    return [node.state, node.sampling, node.heard], desk.ask(wire.START), node.info()


def twenty_five_thousand_commands_of_any_kind_leave_a_board_that_answers(seed):
    desk = FakeBoard()
    node = desk.node
    batches = desk.batches
    link = desk.link
    random.seed(seed)
    outbox = desk.outbox
    turns = outbox.orientation = Turns()
    links = [link, Link(20), Link(101)]
    faults = []

    def bytes_of(n):
        return bytes(random.getrandbits(random.choice((1, 3, 8))) for _ in range(n))

    def command():
        kind = random.randrange(8)
        if kind == 0:
            return bytes_of(random.randrange(30))
        code = random.randrange(14) if kind < 7 else random.getrandbits(8)
        if code == wire.SET and kind < 6:
            argument = bytes((random.randrange(7),)) + bytes_of(random.choice((0, 1, 2, 3, 60)))
        else:
            argument = bytes_of(random.choice((0, 0, 1, 2, 3, 3, 9)))
        return bytes((0x60, random.getrandbits(8), code)) + argument

    def some(n):
        for _ in range(n):
            whom = random.choice(links)
            desk.now_ms = (desk.now_ms + random.choice((1, 5, 200, 5000))) & 0x3FFFFFFF
            message = command()
            for got in desk.carry_out(node.handle(message, whom, desk.now_ms), whom):
                outbox.post(whom, got)
            chance = random.randrange(40)
            if chance == 0:
                whom.connected = not whom.connected
                whom.connections += whom.connected
            elif chance == 1:
                whom.full = not whom.full
            elif chance == 2:
                node.settings.idle_sleep_s = random.choice((0, 1, 300))
            if node.sampling:
                desk.sample(random.randrange(4))
                turns.index = batches.written
            desk.carry_out(node.each_turn(desk.now_ms, any(each.connected for each in links)))
            node.button(random.randrange(2), desk.now_ms, 0)
            node.led(desk.now_ms)
            outbox.pump()
            for each in links:
                if any(len(m) > each.payload_bytes for m in each.sent):
                    faults.append("too long")
                each.sent = []
            if not 0 <= node.state <= 3 or not batches.oldest <= batches.unsent <= batches.written:
                faults.append([node.state, batches.oldest, batches.unsent, batches.written])  # type: ignore[arg-type]
                break
            stored.unpack(stored.pack(node.settings))
            hexed([node.status(0, 0, 0, 0, batches.dropped)])

    some(2_000)
    gc.collect()
    before = gc.mem_alloc()
    some(23_000)
    gc.collect()
    grown = gc.mem_alloc() - before
    desk.ask(wire.STOP)
    return faults[:3], grown, node.state, desk.ask(wire.INFO)
