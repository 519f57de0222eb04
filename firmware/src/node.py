"""What the board does when: idle, streaming, sleeping. A state machine without I/O.

The loop in `app.py` hands in commands, the time, the button and whether a host is there. What it must do then is
returned as effects, pairs of a kind and a value (`effects.py`); answers are among them.
"""

import struct
from time import ticks_diff

from micropython import const

import effects
import settings as stored
import wire

IDLE = 0
STREAMING = 1
SLEEPING = 3

LATENCY_S = 0.077  # of a batch: eight samples at 104 Hz
ORIENTATION_LATENCY_S = 0.04
DIAL_LATENCY_S = 0.05
LINGER_MS = const(120_000)  # so long a stream goes on into memory when its host is gone
IDENTIFY_MS = const(5_000)
DEBOUNCE_MS = const(30)
LONG_PRESS_MS = const(1_500)
WELCOME_MS = const(60_000)  # so long a board that keeps to its own hosts takes new ones
_BOND_ON = bytes((wire.SET_BOND, 1))
_CALIBRATION = bytes((wire.SET_CALIBRATION,))
LONGEST_DATA = const(200)  # of an answer, where the connection carries so much

_START_SAMPLING = (effects.START_SAMPLING, None)
_STOP_SAMPLING = (effects.STOP_SAMPLING, None)
_END_REPLAY = (effects.END_REPLAY, None)
_SAVE = (effects.SAVE, None)
_CALIBRATE = (effects.CALIBRATE, None)
_FORGET_BONDS = (effects.FORGET_BONDS, None)
_FORGET_CRASH = (effects.FORGET_CRASH, None)
_REPORT_STATUS = (effects.REPORT_STATUS, None)
# Made once: turns that pass must not allocate.
_BEGIN = (_END_REPLAY, _START_SAMPLING)
_STOPPED = (_STOP_SAMPLING,)
_REPLAY_ENDED = (_END_REPLAY,)


class Identity:
    """Who the board is: names, and what the chip that was found can do. `chip` is None when none answers."""

    def __init__(self, board, firmware, serial=b""):
        self.board = board
        self.firmware = firmware
        self.serial = serial
        self.chip = None
        self.problem = "no IMU was looked for yet"
        self.rates_hz = ()
        self.rate_hz = 0.0
        self.accel_scale_mps2 = 0.0
        self.gyro_scale_radps = 0.0

    def found(self, driver):
        """A chip has answered: take over what its driver can do."""
        self.chip = driver.chip
        self.rates_hz = driver.RATES_HZ
        self.accel_scale_mps2 = driver.accel_scale_mps2
        self.gyro_scale_radps = driver.gyro_scale_radps


class Node:
    """identity: `Identity`; settings: `Settings`; batches: the memory, which the node cuts into batches.

    can_bond: whether this MicroPython's Bluetooth can pair.
    """

    def __init__(self, *, identity, settings, batches, crash=b"", can_bond=False, now_ms=0):
        self.identity = identity
        self.settings = settings
        self.state = IDLE
        self.host = None  # the link whose START came last: the stream is its. None while only a phone's dial wants it
        self._connection = 0  # which of the link's connections said it
        self.orientation_only = False  # the stream's mode: a setting made meanwhile is for the next one
        self.shed = 0
        self.ignored = 0  # messages that were none
        self._batches = batches
        self._crash = crash
        self._can_bond = can_bond
        self._idle_ms = now_ms  # when somebody was last there
        self._gone_ms = None  # when the host of the stream went
        self._identify_ms = None
        self._welcome_ms = None
        self._pressed_ms = None
        self._long_said = False

    # --- what it is about now

    @property
    def sampling(self):
        """Whether samples are wanted from the chip."""
        return self.state == STREAMING

    @property
    def heard(self):
        """Whether the host that said START is still there. One that comes back has to say it again."""
        host = self.host
        return host is not None and host.connected and host.connections == self._connection

    @property
    def rate_hz(self):
        """Nominal rate to start the chip with."""
        rates = self.identity.rates_hz
        return self.settings.rate_hz if self.settings.rate_hz in rates else rates[0]

    @property
    def kept_s(self):
        """Seconds of batches in memory when it is full."""
        batches = self._batches
        return (batches.slots - 1) * batches.samples // self.rate_hz if self.identity.rates_hz else 0

    def lose_chip(self, problem):
        """The chip has stopped answering, and everything that needs it stops with it."""
        self._end()
        self.identity.chip = None
        self.identity.problem = problem

    def refuse(self, message, link):
        """The effects of a command that a lost chip has made impossible: it is answered."""
        return self._no_chip(message[1], message[2], link)

    def info(self):
        """The device info, or None when there is no chip to speak of."""
        identity = self.identity
        if identity.chip is None:
            return None
        names = (identity.board, identity.chip, identity.firmware)
        return wire.device_info(
            self.rate_hz, identity.accel_scale_mps2, identity.gyro_scale_radps, names, self.settings.calibration
        )

    def status(self, tick_us, battery_mv, battery_percent, temperature_centi_c, dropped):
        """The Status message; what is not known is given as the UNKNOWN values of `wire.py`."""
        return wire.status(
            tick_us,
            battery_mv,
            battery_percent,
            temperature_centi_c,
            dropped,
            self._batches.waited,
            self.state,
            self.kept_s,
            self.shed,
        )

    # --- commands

    def handle(self, message, link, now_ms):
        """The effects of one message of a host, in order: answers, and what the command wants done."""
        if not wire.is_command(message):
            self.ignored += 1
            return effects.NOTHING
        self._wake(now_ms)
        token, code = message[1], message[2]
        handler = _HANDLERS.get(code)
        if handler is None:
            return (_answer(token, code, wire.UNKNOWN_COMMAND),)
        return handler(self, token, bytes(message[3:]), link, now_ms)

    def _no_chip(self, token, code, link):
        return (_answer(token, code, wire.NOT_AVAILABLE, _fitting(self.identity.problem.encode(), link)),)

    def _info(self, token, argument, link, now_ms):
        info = self.info()
        if info is None:
            return self._no_chip(token, wire.INFO, link)
        return ((effects.ANSWER, info), _answer(token, wire.INFO, wire.OK))

    def _start(self, token, argument, link, now_ms):
        info = self.info()
        if info is None:
            return self._no_chip(token, wire.START, link)
        batches = self._batches
        samples, with_quaternion = self._cut(link.payload_bytes)
        if self.state != STREAMING or self.host is None:
            batches.layout(samples, with_quaternion)
        elif (samples, with_quaternion) != (batches.samples, batches.with_quaternion):
            batches.drop_unsent()
            batches.layout(samples, with_quaternion)
        else:
            batches.unsent = batches.written
        self.state = STREAMING
        self.orientation_only = self.settings.mode == stored.ORIENTATION
        self.host = link
        self._connection = link.connections
        self._gone_ms = None
        data = struct.pack("<HBH", batches.sequence(batches.unsent), samples, batches.slots - 1)
        return _BEGIN + ((effects.ANSWER, info), _answer(token, wire.START, wire.OK, data))

    def _cut(self, payload_bytes):
        """Samples a batch and whether a quaternion goes with it, for payloads of that size."""
        room = payload_bytes - wire.HEAD_BYTES
        with_quaternion = self.settings.quaternion and room >= wire.QUATERNION_BYTES + 2 * wire.SAMPLE_BYTES
        if self.settings.mode == stored.ORIENTATION:
            return max(1, int(self.rate_hz * ORIENTATION_LATENCY_S)), False
        if with_quaternion:
            room -= wire.QUATERNION_BYTES
        samples = min(int(self.rate_hz * LATENCY_S), room // wire.SAMPLE_BYTES, wire.MAX_SAMPLES)
        return max(1, samples), with_quaternion

    def watch(self):
        """A phone wants to see the dial: the effects that sample for it, unless that is done for a host anyway."""
        if self.state != STREAMING and self.identity.chip is not None:
            self._batches.layout(max(1, int(self.rate_hz * DIAL_LATENCY_S)), False)
            self.state = STREAMING
            return _BEGIN
        return effects.NOTHING

    def _stop(self, token, argument, link, now_ms):
        self._end()
        return (_END_REPLAY, _STOP_SAMPLING, _answer(token, wire.STOP, wire.OK))

    def _end(self):
        """No stream goes on. What was sampled waits for nobody, but can be read back."""
        self.state = IDLE
        self.host = None
        self._batches.unsent = self._batches.written

    def _set_rate(self, token, argument, link, now_ms):
        if len(argument) != 2:
            return (_answer(token, wire.SET_RATE, wire.BAD_ARGUMENT),)
        if self.state != IDLE:
            return (_answer(token, wire.SET_RATE, wire.BUSY),)
        rate_hz = struct.unpack("<H", argument)[0]
        rates = self.identity.rates_hz
        if rate_hz not in rates:
            known = b"".join(struct.pack("<H", rate) for rate in rates)
            return (_answer(token, wire.SET_RATE, wire.NOT_AVAILABLE, known),)
        self.settings.rate_hz = rate_hz
        return (_answer(token, wire.SET_RATE, wire.OK), _SAVE)

    def _set(self, token, argument, link, now_ms):
        if self.state != IDLE and argument[:1] == _CALIBRATION:
            return (_answer(token, wire.SET, wire.BUSY),)  # the host of the stream was told another one
        bonded_before = self.settings.bond
        refusal = stored.refusal(self.settings, argument, self._can_bond)
        if refusal is not None:
            return (_answer(token, wire.SET, wire.NOT_AVAILABLE, _fitting(refusal, link)),)
        if not argument or not stored.change(self.settings, argument[0], argument[1:]):
            return (_answer(token, wire.SET, wire.BAD_ARGUMENT),)
        done = (_answer(token, wire.SET, wire.OK), _SAVE)
        if argument == _BOND_ON and bonded_before:
            self._welcome_ms = now_ms
        elif argument[0] == wire.SET_FACTORY:
            self._welcome_ms = None
            return done + (_CALIBRATE, _FORGET_BONDS)
        elif argument[0] == wire.SET_CALIBRATION:
            return done + (_CALIBRATE,)
        return done

    def _identify(self, token, argument, link, now_ms):
        self._identify_ms = now_ms
        return (_answer(token, wire.IDENTIFY, wire.OK),)

    def _read_back(self, token, argument, link, now_ms):
        if len(argument) != 3:
            return (_answer(token, wire.READ_BACK, wire.BAD_ARGUMENT),)
        sequence, count = struct.unpack("<HB", argument)
        batches = self._batches
        first = batches.index(sequence)
        stop = min(first + count, batches.unsent)
        first = max(first, batches.oldest)
        if first >= stop or batches.longest > link.payload_bytes:
            return (_answer(token, wire.READ_BACK, wire.NOT_AVAILABLE, argument),)
        data = argument + struct.pack("<HB", batches.sequence(first), stop - first)
        return (_answer(token, wire.READ_BACK, wire.OK, data), (effects.REPLAY, (first, stop - first)))

    def _serial(self, token, argument, link, now_ms):
        return (_answer(token, wire.SERIAL, wire.OK, self.identity.serial),)

    def _status(self, token, argument, link, now_ms):
        return (_answer(token, wire.STATUS, wire.OK), _REPORT_STATUS)

    def _read_crash(self, token, argument, link, now_ms):
        if len(argument) != 2:
            return (_answer(token, wire.CRASH, wire.BAD_ARGUMENT),)
        if not self._crash:
            return (_answer(token, wire.CRASH, wire.NOT_AVAILABLE),)
        offset = struct.unpack("<H", argument)[0]
        if offset == 0xFFFF:
            self._crash = b""
            return (_answer(token, wire.CRASH, wire.OK), _FORGET_CRASH)
        room = min(LONGEST_DATA, link.payload_bytes - 4)
        return (_answer(token, wire.CRASH, wire.OK, self._crash[offset : offset + room]),)

    # --- time, links, button

    def _wake(self, now_ms):
        self._idle_ms = now_ms
        if self.state == SLEEPING:
            self.state = IDLE

    def each_turn(self, now_ms, linked, watched=False):
        """linked: whether any host is connected; watched: whether a phone shows the dial.

        Ends streams whose host stays away, sends an idle board to sleep. Returns the effects of that.
        """
        if linked:
            self._wake(now_ms)
        if self.state == STREAMING:
            if self.host is None:
                if not watched:
                    self._end()
                    return _STOPPED
            elif self.heard:
                self._gone_ms = None
            elif self._gone_ms is None:
                self._gone_ms = now_ms
                return _REPLAY_ENDED
            elif ticks_diff(now_ms, self._gone_ms) > LINGER_MS:
                self._end()
                self._idle_ms = now_ms
                return _STOPPED
        elif self.state == IDLE:
            limit_s = self.settings.idle_sleep_s
            if limit_s != stored.NEVER and ticks_diff(now_ms, self._idle_ms) > limit_s * 1000:
                self.state = SLEEPING
        return effects.NOTHING

    def welcoming(self, now_ms):
        """Whether new hosts may bond now: for a minute after a long press, or after being told to bond."""
        if self._welcome_ms is not None and not 0 <= ticks_diff(now_ms, self._welcome_ms) < WELCOME_MS:
            self._welcome_ms = None
        return self._welcome_ms is not None and self.settings.bond

    def button(self, pressed, now_ms, tick_us):
        """Look at the button; the event to send, or None. Released after a short press, or held for long."""
        if pressed:
            if self._pressed_ms is None:
                self._pressed_ms = now_ms
                self._long_said = False
            elif not self._long_said and ticks_diff(now_ms, self._pressed_ms) >= LONG_PRESS_MS:
                self._long_said = True
                if self.state != IDLE:
                    self._wake(now_ms)
                elif self.settings.bond and not self.welcoming(now_ms):
                    self._welcome_ms = now_ms
                    self._wake(now_ms)
                else:
                    self._welcome_ms = None
                    self.state = SLEEPING
                return wire.event(tick_us, wire.BUTTON_LONG)
            return None
        if self._pressed_ms is None:
            return None
        held_ms = ticks_diff(now_ms, self._pressed_ms)
        self._pressed_ms = None
        if self._long_said or held_ms < DEBOUNCE_MS:
            return None
        self._wake(now_ms)
        return wire.event(tick_us, wire.BUTTON)

    def led(self, now_ms):
        """Whether the light is on now. See the table in README.md."""
        if self._identify_ms is not None:
            if ticks_diff(now_ms, self._identify_ms) < IDENTIFY_MS:
                return now_ms // 100 % 2 == 0
            self._identify_ms = None
        if self.identity.chip is None:
            return now_ms // 500 % 2 == 0
        phase_ms = now_ms % 2000
        if self.state == STREAMING:
            return phase_ms < 50 or 200 <= phase_ms < 250
        if self.welcoming(now_ms):
            return phase_ms < 600 and phase_ms % 200 < 50
        return self.state == IDLE and phase_ms < 50


def _answer(token, code, result, data=b""):
    """The effect that answers the command with that token."""
    return (effects.ANSWER, wire.answer(token, code, result, data))


def _fitting(reason, link):
    """As much of it as an answer on that link carries."""
    return reason[: max(0, min(LONGEST_DATA, link.payload_bytes - 4))]


_HANDLERS = {
    wire.INFO: Node._info,
    wire.START: Node._start,
    wire.STOP: Node._stop,
    wire.SET_RATE: Node._set_rate,
    wire.SET: Node._set,
    wire.IDENTIFY: Node._identify,
    wire.READ_BACK: Node._read_back,
    wire.STATUS: Node._status,
    wire.CRASH: Node._read_crash,
    wire.SERIAL: Node._serial,
}
