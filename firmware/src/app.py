"""The parts put together, and one turn of the loop.

The order of a turn is the order of what matters: samples out of the FIFO first, then commands, then orientation if
there is time, then sending. Nothing in it waits.
"""

import gc
import os
import sys
from time import sleep_ms, ticks_diff, ticks_ms, ticks_us

from micropython import const

import battery
import board
import crash
import drivers
import effects
import machine
import node as nodes
import wire
from batches import Batches
from bonds import Bonds
from link_ble import BleLink
from link_usb import UsbLink
from orientation import Orientation
from outbox import Outbox
from sampler import Sampler
from settings import Settings, Store
from version import VERSION

WATCHDOG_MS = const(8_000)
SECOND_MS = const(1_000)
LOOK_AGAIN_MS = const(2_000)  # for a chip that did not answer
PAUSE_MS = {nodes.IDLE: 20, nodes.STREAMING: 4, nodes.SLEEPING: 50}  # between turns; a press of 100 ms is seen
CATCH_UP = const(3)  # batches that orientation may take in within one turn
BYTES_A_SAMPLE = const(14)  # in batches of eight with a quaternion
SHARE_OF_HEAP = const(2)  # the memory for batches is at most one part in so many of what is free
LEAST_MEMORY = const(4_096)  # bytes for batches; a heap in smaller pieces is beyond use
COLLECT_AFTER = const(32_768)  # bytes of garbage: small heaps of garbage are quickly collected
STAY = "stay"  # a file: the next start leaves the firmware out, once


class App:
    """The firmware of one board: `turn` is its loop, `leave` its end. profile: a `Profile` of board.py."""

    def __init__(self, profile):
        self._power = machine.Pin(profile.power_hold, machine.Pin.OUT, value=1) if profile.power_hold else None
        self._led = machine.Pin(profile.led, machine.Pin.OUT) if profile.led is not None else None
        self._led_off = 1 if profile.led_active_low else 0
        self._button = None
        if profile.button is not None:
            pull = machine.Pin.PULL_UP if profile.button_pull_up else None
            self._button = machine.Pin(profile.button, machine.Pin.IN, pull)
        self._button_pressed = 0 if profile.button_active_low else 1
        self._battery = machine.ADC(machine.Pin(profile.battery_adc)) if profile.battery_adc is not None else None
        self._battery_divider = profile.battery_divider
        self._bus = machine.I2C(
            profile.i2c_id, scl=machine.Pin(profile.scl), sda=machine.Pin(profile.sda), freq=profile.i2c_hz
        )
        self._store = Store()
        self._watchdog = None
        self._due = 0  # the effects that wait for the end of the turn
        self._lost = 0  # samples, by samplers of the past
        self._second_ms = self._looked_ms = ticks_ms()
        self._driver = self._sampler = self._orientation = self._node = None
        settings = self._store.load() or Settings(rate_hz=profile.rate_hz)
        self._usb = UsbLink()
        self._ble = BleLink(
            name=settings.name,
            info=self._info,
            manufacturer="shinsight",
            model=profile.title,
            serial="".join(f"{byte:02x}" for byte in machine.unique_id()),
            firmware=VERSION,
            paced=profile.paced_ble,
            private=settings.bond,
            phones=settings.phone,
            bonds=Bonds(),
        )
        self._ble.start()
        self._links = (self._usb, self._ble)
        # When all else has its place: what the heap can spare goes to the batches.
        self._batches = _batches(profile.memory_s * profile.rate_hz * BYTES_A_SAMPLE)
        self._node = nodes.Node(
            identity=nodes.Identity(profile.name, VERSION, machine.unique_id()),
            settings=settings,
            batches=self._batches,
            crash=crash.load(),
            can_bond=self._ble.can_bond,
            now_ms=self._second_ms,
        )
        self._outbox = Outbox(self._node, self._batches)
        self._look_for_chip()
        self._ble.refresh_info()
        gc.threshold(COLLECT_AFTER)

    def _info(self):
        return (self._node and self._node.info()) or b""

    def turn(self):
        """One turn of the loop; milliseconds to rest before the next."""
        now_ms = ticks_ms()
        if self._watchdog:
            self._watchdog.feed()
        if self._sampler:
            self._sampler.poll()
        self._ble.bonds.welcoming = self._node.welcoming(now_ms)
        self._listen(now_ms)
        linked = self._usb.connected or self._ble.connected
        self._carry_out(self._node.each_turn(now_ms, linked, self._ble.phone.watching))
        if self._node.identity.chip is None and ticks_diff(now_ms, self._looked_ms) >= LOOK_AGAIN_MS:
            self._looked_ms = now_ms
            self._look_for_chip()
        self._carry_out_due()
        self._follow()
        self._outbox.pump()
        self._serve_phone(now_ms)
        self._show(now_ms)
        if ticks_diff(now_ms, self._second_ms) >= SECOND_MS:
            self._second_ms = now_ms
            self._due |= effects.REPORT_STATUS
        return PAUSE_MS[self._node.state]

    def _listen(self, now_ms):
        for link in self._links:
            link.poll()
            message = link.receive()
            while message is not None:
                heard_us = ticks_us()
                if wire.is_clock(message):
                    self._outbox.post(link, wire.clock_answer(message, heard_us, ticks_us()))
                else:
                    # At once, not at the end of the turn: the next command may already be here, and start another rate.
                    self._carry_out(self._node.handle(message, link, now_ms), link, message)
                message = link.receive()

    def _carry_out(self, wanted, link=None, message=None):
        """The effects of that message of that link, or of no message; those that can wait are only noted."""
        for kind, value in wanted:
            if kind == effects.ANSWER:
                self._outbox.post(link, value)
            elif kind == effects.START_SAMPLING:
                if not self._sampler.running and not self._start_sampling():
                    if message:
                        self._carry_out(self._node.refuse(message, link), link)
                    return  # what else was wanted is impossible now
            elif kind == effects.STOP_SAMPLING:
                self._stop_sampling()
            elif kind == effects.REPLAY:
                self._outbox.replay(value[0], value[1], link)
            elif kind == effects.END_REPLAY:
                self._outbox.end_replay()
            else:
                self._due |= kind

    def _start_sampling(self):
        self._start_watchdog()
        try:
            self._sampler.start(self._node.rate_hz)
        except (OSError, drivers.ImuError) as error:
            self._lose_chip(f"{self._driver.chip} stopped answering: {error}")
            return False
        self._orientation.begin(self._batches.written)
        return True

    def _stop_sampling(self):
        if self._sampler and self._sampler.running:
            try:
                self._sampler.stop()
            except OSError as error:
                self._lose_chip(f"{self._driver.chip} stopped answering: {error}")

    def _start_watchdog(self):
        # Not before somebody streams: an idle board stays open to Ctrl-C and to tools that copy files.
        if self._watchdog is None:
            self._watchdog = machine.WDT(timeout=WATCHDOG_MS)

    def _carry_out_due(self):
        """What could wait for the end of the turn."""
        due, self._due = self._due, 0
        settings = self._node.settings
        if due & effects.FORGET_BONDS:
            self._ble.bonds.forget()
        if self._ble.bonds.unsaved:
            self._save(self._ble.bonds.save)
        if due & effects.SAVE:
            self._save(self._store.save, settings)
            self._ble.become(settings.bond, settings.phone)
            if due & effects.CALIBRATE:
                self._calibrated()
            self._ble.rename(settings.name)
            self._ble.refresh_info()
        if due & effects.FORGET_CRASH:
            crash.forget()
        if due & effects.REPORT_STATUS:
            self._report_status()

    def _save(self, save, *what):
        try:
            save(*what)
        except OSError as error:
            crash.record(error, VERSION)

    def _look_for_chip(self):
        identity = self._node.identity
        try:
            self._driver = drivers.find(self._bus)
        except (OSError, drivers.ImuError) as error:
            identity.problem = str(error)
            return
        identity.found(self._driver)
        self._sampler = Sampler(self._driver, self._batches)
        self._orientation = Orientation(self._driver.accel_scale_mps2, self._driver.gyro_scale_radps)
        self._outbox.orientation = self._orientation
        self._calibrated()
        self._ble.refresh_info()

    def _lose_chip(self, problem):
        self._node.lose_chip(problem)
        self._lost += self._sampler.lost
        self._sampler = None

    def _calibrated(self):
        if self._orientation:
            self._orientation.calibrated(self._node.settings.calibration)

    def _follow(self):
        """Orientation takes in what has been sampled, when sampling leaves time for it."""
        sampler, batches = self._sampler, self._batches
        if not sampler or not sampler.running:
            return
        if sampler.late:
            return
        orientation = self._orientation
        if orientation.index < batches.oldest:
            orientation.skip_to(batches.written)
        for _ in range(CATCH_UP):
            index = orientation.index
            if index >= batches.written:
                return
            if orientation.step(batches, sampler.period_s) and batches.with_quaternion:
                w, x, y, z = orientation.turned
                batches.set_quaternion(index, wire.counts(w), wire.counts(x), wire.counts(y), wire.counts(z))

    def _serve_phone(self, now_ms):
        phone = self._ble.phone
        phone.send_file()
        if phone.watching:
            self._carry_out(self._node.watch())
            phone.tell(self._orientation, now_ms)

    def _report_status(self):
        mv, percent = wire.BATTERY_UNKNOWN_MV, wire.BATTERY_UNKNOWN_PERCENT
        if self._battery:
            mv = int(self._battery.read_uv() * self._battery_divider) // 1000
            percent = battery.percent(mv)
            self._ble.set_battery(percent)
        temperature = wire.TEMPERATURE_UNKNOWN
        if self._sampler and self._sampler.running:
            try:
                temperature = self._driver.temperature_centi_c()
            except OSError:
                pass  # the next fetch will count it, or find the chip gone
        lost = self._batches.dropped + self._lost + (self._sampler.lost if self._sampler else 0)
        status = self._node.status(ticks_us(), mv, percent, temperature, lost)
        for link in self._links:
            if link.connected:
                self._outbox.post(link, status)

    def _show(self, now_ms):
        if self._led:
            self._led.value(self._node.led(now_ms) ^ self._led_off)
        if self._button:
            event = self._node.button(self._button.value() == self._button_pressed, now_ms, ticks_us())
            if event:
                for link in self._links:
                    if link.connected:
                        self._outbox.post(link, event)

    def leave(self):
        """Ctrl-C: to the console, by way of a restart when the watchdog runs, for nothing else can stop it."""
        self._usb.stop()
        if self._watchdog:
            with open(STAY, "w"):
                pass
            machine.reset()
        if self._sampler and self._sampler.running:
            self._sampler.stop()
        self._ble.stop()


def _batches(wanted_bytes):
    """As much memory for batches as is wanted and the heap can spare, in the one piece that it has to be."""
    gc.collect()
    memory_bytes = min(wanted_bytes, gc.mem_free() // SHARE_OF_HEAP)
    while True:
        try:
            return Batches(memory_bytes)
        except MemoryError:  # free, but in pieces
            memory_bytes = memory_bytes * 3 // 4
            if memory_bytes < LEAST_MEMORY:
                raise


def told_to_stay():
    """Whether this start shall leave the firmware out."""
    try:
        os.remove(STAY)
    except OSError:
        return False
    return True


def run():
    """The board's life. An error is written down and the board restarted; Ctrl-C ends in the console."""
    if told_to_stay():
        print("shinsight: not started, once; restart the board to start it")
        return
    app = None
    try:
        app = App(board.profile())
        while True:
            sleep_ms(app.turn())
    except KeyboardInterrupt:
        if app:
            app.leave()
    except Exception as error:
        crash.record(error, VERSION)
        sys.print_exception(error)  # type: ignore[attr-defined]
        sleep_ms(LOOK_AGAIN_MS)  # time for a Ctrl-C, should it fail at once and again
        machine.reset()
