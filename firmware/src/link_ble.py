"""The board's Bluetooth LE link: a peripheral on MicroPython's plain `bluetooth`, as docs/wire-format.md has it.

One message is one notification or one write, whole or not at all. The radio's interrupt only notes what happened; all
else is done in turns of the main loop, and nothing here ever waits: what cannot go out now is tried on a later turn.

What stacks do that shapes this file (MicroPython `extmod/modbluetooth.c`, `extmod/nimble`, `extmod/btstack`):
NimBLE says ENOMEM when its 12 buffers are out; BTstack (rp2) never does and queues on the heap without end, so there
sends are paced by time. Both cut a notification longer than MTU - 3, and a write longer than its buffer, silently.
Advertising stops at each connect. No interrupt tells of a subscription, and no call asks for a connection interval.

A private link keeps to hosts it is bonded with (`bonds.py` judges). Whoever else connects finds a board that does not
listen, says nothing and soon hangs up: `connected` is about hosts that are let in.

A link that serves phones too has the services of `phone.py` beside its own, and advertises both.
"""

import sys
from errno import ENODEV, ENOTCONN
from time import ticks_diff, ticks_ms

from micropython import const

import advertisement
import bluetooth
import phone
from send_result import GONE, LATER, SENT, TOO_LONG

SERVICE = "f1d70001-18b6-47cf-b721-695dead98a3c"
STREAM = "f1d70002-18b6-47cf-b721-695dead98a3c"
CONTROL = "f1d70003-18b6-47cf-b721-695dead98a3c"
INFO = "f1d70004-18b6-47cf-b721-695dead98a3c"

_IRQ_CENTRAL_CONNECT = const(1)
_IRQ_CENTRAL_DISCONNECT = const(2)
_IRQ_GATTS_WRITE = const(3)
_IRQ_GATTS_READ_REQUEST = const(4)
_IRQ_MTU_EXCHANGED = const(21)
_IRQ_CONNECTION_UPDATE = const(27)
_IRQ_ENCRYPTION_UPDATE = const(28)
_IRQ_GET_SECRET = const(29)
_IRQ_SET_SECRET = const(30)

_READ = const(0x02)
_WRITE_WITHOUT_RESPONSE = const(0x04)
_WRITE = const(0x08)
_NOTIFY = const(0x10)
_READ_ENCRYPTED = const(0x0200)
_WRITE_ENCRYPTED = const(0x1000)

_NO_INPUT_NO_OUTPUT = const(3)
_REFUSED = const(0x05)  # ATT: insufficient authentication

_PREFERRED_MTU = const(247)  # the most that one link layer packet of 251 bytes holds
_SMALLEST_PAYLOAD = const(20)  # MTU 23, before the central asks for more
_CONTROL_BYTES = const(64)  # longest write taken; the longest command, a calibration, has as many
_INBOX = const(8)
_ADVERTISING_US = const(
    152_500
)  # one of the intervals iOS scans well (Accessory Design Guidelines, 'Advertising interval')
_RETRY_MS = const(5)  # rest after the stack refused: each refusal is an exception on the heap
_INTERVAL_MS = const(30)  # taken until the central says otherwise: what phones and laptops use
_STRANGER_MS = const(30_000)  # time to bond in, with a person who has to say yes
_CHANGE_MS = const(1_000)  # for the answer to reach the host whose connection then ends
_PACED_BURST = const(6)  # notifications in one connection interval, where the stack gives no back-pressure


class BleLink:
    """`connected` and `payload_bytes` say what holds now; `connections` counts them since the start.

    `missed` and `too_long` count what was refused. `can_bond`, after the start: whether the stack can pair. A private
    link on a stack that cannot stays silent. `phone` is what a phone asks for, and is asked for nothing unless the link
    serves phones.
    """

    def __init__(
        self,
        *,
        name,
        info,
        manufacturer,
        model,
        serial,
        firmware,
        bonds,
        private=False,
        phones=False,
        paced=sys.platform == "rp2",
    ):
        """`info()` gives the Device Info message. The radio stays off until `start()`."""
        self.bonds = bonds
        self.can_bond = False
        self.phone = phone.Phone(self)
        self._private = private
        self._phones = phones
        self._next = private, phones  # of the next connection on
        self._change_ms = None  # when they were asked for
        self._name = advertisement.name_bytes(name)
        self._info = info
        self._strings = manufacturer, model, serial, firmware
        self._paced = paced
        self._battery = None
        self._stream = None  # no services yet
        self.missed = 0
        self.too_long = 0
        self._ble = bluetooth.BLE()
        self._inbox = [None] * _INBOX
        self._put = self._taken = 0  # modulo 2 * _INBOX; the interrupt moves only the first, the loop only the second
        self.connections = 0
        self._nobody()
        self._on = False

    def _nobody(self):
        self.connected = False
        self.payload_bytes = 0
        self._connection = None
        self._there = False  # the connection is; whether or not its host is let in
        self._there_ms = 0
        self._carries = _SMALLEST_PAYLOAD
        self._advertising = False
        self._arrived = False
        self._second = None
        self._resting = False
        self._rest_from = 0
        self._interval_ms = _INTERVAL_MS
        self._burst = 0
        self._burst_from = 0

    def start(self):
        """Radio on, services registered. Advertising begins with the next `poll()`."""
        if self._on:
            return
        uuid = bluetooth.UUID
        self._nobody()
        self._ble.irq(self._irq)  # first: the stack asks for its secrets while it starts
        self._ble.active(True)
        self._ble.config(gap_name=self._name, mtu=_PREFERRED_MTU)
        self.can_bond = self._pairing()
        read, write = _READ, _WRITE | _WRITE_WITHOUT_RESPONSE
        if self._private:
            read, write = read | _READ_ENCRYPTED, write | _WRITE_ENCRYPTED
        services = (
            (uuid(0x180A), tuple((uuid(number), _READ) for number in (0x2A29, 0x2A24, 0x2A25, 0x2A26))),
            (uuid(0x180F), ((uuid(0x2A19), _READ | _NOTIFY),)),
            (
                uuid(SERVICE),
                (
                    (uuid(STREAM), _NOTIFY),
                    (uuid(CONTROL), write),
                    (uuid(INFO), read),
                ),
            ),
        )
        if self._phones:
            services += phone.services(write, _NOTIFY)
        handles = self._ble.gatts_register_services(services)
        strings, (self._level,), (self._stream, self._control, self._info_value) = handles[:3]
        if self._phones:
            self.phone.registered(handles[3:])
        # One byte more than is taken: a write that fills it was longer and has been cut.
        self._ble.gatts_set_buffer(self._control, _CONTROL_BYTES + 1)
        for handle, text in zip(strings, self._strings):
            self._ble.gatts_write(handle, text.encode())
        if self._battery is not None:
            self._ble.gatts_write(self._level, bytes((self._battery,)))
        self._on = True
        self.refresh_info()

    def _pairing(self):
        try:
            # le_secure prefers LE Secure Connections; NimBLE still takes a host that has only the older pairing.
            self._ble.config(bond=self._private, mitm=False, le_secure=True, io=_NO_INPUT_NO_OUTPUT)
        except ValueError:  # "unknown config param": built without pairing
            return False
        return True

    def stop(self):
        """Radio off; a connection ends."""
        self._on = False
        self._ble.active(False)
        self._nobody()
        self.bonds.end()

    def poll(self):
        """What each turn of the loop owes the link. Never waits, never raises for the radio's sake."""
        if not self._on:
            return
        now_ms = ticks_ms()
        if self._change_ms is not None and ticks_diff(now_ms, self._change_ms) >= _CHANGE_MS:
            self._change_ms = None
            self.stop()
            self._private, self._phones = self._next
            self.start()
        if self._arrived:
            self._arrived = False
            self.refresh_info()
        if self._second is not None:
            second, self._second = self._second, None
            self._hang_up(second)
        if self._there:
            late = ticks_diff(now_ms, self._there_ms) >= _STRANGER_MS
            if not self.connected and (late or self.bonds.uninvited):
                self._hang_up(self._connection)
        elif not (self._advertising or self._rests(now_ms)) and (self.can_bond or not self._private):
            self._advertise()

    def receive(self):
        """The next message written to Control, or None."""
        taken = self._taken
        if taken == self._put:
            return None
        message = self._inbox[taken % _INBOX]
        self._taken = (taken + 1) % (2 * _INBOX)
        return message

    def send(self, message):
        """SENT, LATER, GONE or TOO_LONG, for a whole message; allocates nothing when it is sent."""
        return self.notify(self._stream, message)

    def notify(self, handle, message):
        """As `send`, by another characteristic."""
        payload_bytes = self.payload_bytes  # read once: the interrupt may end the connection meanwhile
        if not payload_bytes:
            return GONE
        if len(message) > payload_bytes:
            self.too_long += 1
            return TOO_LONG
        now_ms = ticks_ms()
        if self._rests(now_ms) or (self._paced and self._burst_is_full(now_ms)):
            return LATER
        try:
            self._ble.gatts_notify(self._connection, handle, message)
        except OSError as error:
            if error.errno in (ENOTCONN, ENODEV):
                return GONE
            self._rest(now_ms)
            return LATER
        if self._paced:
            self._burst += 1
        return SENT

    def refresh_info(self):
        """Let the Info characteristic hold what `info()` says now."""
        if self._on:
            self._write(self._info_value, self._info(), False)

    def rename(self, name):
        """Advertise under another name, from the next `poll()` without a connection on."""
        self._name = advertisement.name_bytes(name)
        self._advertising = False
        if self._on:
            self._ble.config(gap_name=self._name)

    def set_battery(self, percent):
        """Charge for the Battery Service, notified when it changes. Above 100 is unknown, and changes nothing."""
        if percent > 100 or percent == self._battery:
            return
        if not self._on or self._write(self._level, bytes((percent,)), True):
            self._battery = percent

    def become(self, private, phones):
        """Whether to talk to bonded hosts only, and to serve phones, from the next connection on; the present one ends
        in a second."""
        self._next = private, phones
        if self._next == (self._private, self._phones):
            self._change_ms = None
        elif self._change_ms is None:
            self._change_ms = ticks_ms()

    def disconnect(self):
        """Hang up, if a host is there."""
        if self._there:
            self._hang_up(self._connection)

    def _irq(self, event, data):
        # On ESP32 this runs on the stack's own task, between any two bytecodes of the loop: note it and return.
        if event == _IRQ_GATTS_WRITE:
            if data[0] == self._connection and self.connected:
                if data[1] == self._control:
                    self._keep()
                elif self._phones:
                    self.phone.written(data[1], self._read(data[1]))
        elif event == _IRQ_GATTS_READ_REQUEST:
            if self._private and data[1] == self._info_value and not (self.connected and data[0] == self._connection):
                return _REFUSED
        elif event == _IRQ_CENTRAL_CONNECT:
            if self._there:
                self._second = data[0]
                return None
            self._connection = data[0]
            self._interval_ms = _INTERVAL_MS
            self._advertising = False
            self._there_ms = ticks_ms()
            self._there = True
            self._carries = _SMALLEST_PAYLOAD
            self.bonds.begin(self._private)
            self._let_in()
        elif event == _IRQ_CENTRAL_DISCONNECT:
            self._advertising = False  # also when a connection failed before it began
            if data[0] == self._connection:
                self.connected = False
                self.payload_bytes = 0
                self._there = False
                self.bonds.end()
        elif event == _IRQ_MTU_EXCHANGED:
            if data[0] == self._connection:
                self._carries = max(data[1] - 3, _SMALLEST_PAYLOAD)
                if self.connected:
                    self.payload_bytes = self._carries
        elif event == _IRQ_CONNECTION_UPDATE:
            if data[0] == self._connection:
                self._interval_ms = max(data[1] * 5 // 4, 1)  # units of 1.25 ms
        elif event == _IRQ_ENCRYPTION_UPDATE:
            if data[0] == self._connection:
                self.bonds.encrypted(data[1], data[3])
                self._let_in()
        elif event == _IRQ_GET_SECRET:
            return self.bonds.get(*data)
        elif event == _IRQ_SET_SECRET:
            kept = self.bonds.put(*data)
            self._let_in()
            return kept
        return None

    def _let_in(self):
        if self._there and not self.connected and (self.bonds.trusted or not self._private):
            self._arrived = True
            self.payload_bytes = self._carries
            self.connections += 1
            self.connected = True

    def _keep(self):
        put = self._put
        message = self._read(self._control)
        full = (put - self._taken) % (2 * _INBOX) == _INBOX
        if message is None or full or len(message) > _CONTROL_BYTES:
            self.missed += 1
            return
        self._inbox[put % _INBOX] = message
        self._put = (put + 1) % (2 * _INBOX)

    def _read(self, handle):
        try:
            return self._ble.gatts_read(handle)
        except MemoryError:
            return None

    def _advertise(self):
        theirs = phone.SERVICE if self._phones else None
        first, second = advertisement.packets(self._name, SERVICE, theirs)
        self._advertising = True  # first: a central may connect, and leave, before the call returns
        try:
            self._ble.gap_advertise(_ADVERTISING_US, first, resp_data=second)
        except OSError:
            self._advertising = False
            self._rest(ticks_ms())

    def _hang_up(self, connection):
        try:
            self._ble.gap_disconnect(connection)
        except OSError:
            return  # it has left by itself

    def _write(self, handle, value, update):
        try:
            self._ble.gatts_write(handle, value, update)
        except OSError:
            return False
        return True

    def _rest(self, now_ms):
        self._resting = True
        self._rest_from = now_ms

    def _rests(self, now_ms):
        if self._resting:  # a difference below 0 is days of silence: ticks have wrapped
            self._resting = 0 <= ticks_diff(now_ms, self._rest_from) < _RETRY_MS
        return self._resting

    def _burst_is_full(self, now_ms):
        if not 0 <= ticks_diff(now_ms, self._burst_from) < self._interval_ms:
            self._burst_from = now_ms
            self._burst = 0
        return self._burst >= _PACED_BURST
