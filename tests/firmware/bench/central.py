"""A central in the same interpreter, scripted by a test: the air behind the `bluetooth` stand-in, in virtual time.

    central = Central(interval_ms=30)          # before the firmware switches its radio on
    ...start the firmware...
    central.connect(mtu=247)                   # happens as soon as the board is heard advertising
    play(100, link.poll)                       # a turn of the firmware, a sleep, again
    central.subscribe(STREAM)
    central.write(CONTROL, b"...")
    central.take_notifications(STREAM)

A central that pairs keeps its keys by its address, and encrypts with them when it comes back:

    central.connect(address=ANNA)
    central.pair()
    central.drop(); central.connect(address=ANNA); central.encrypt()

Packets of both directions move only at connection events, one each `interval_ms`; the buffers of the board's
notifications come back only then.
"""

import time

import bluetooth

_ADDRESS_TYPE = 0
_ADDRESS = b"\xf0\xf1\xf2\xf3\xf4\xf5"
_SMALLEST_MTU = 23
_INTRUDER = 99  # connection of a second central


def play(ms, turn, poll_ms=5):
    """So much of the firmware's life: a turn each poll_ms."""
    for _ in range(ms // poll_ms):
        turn()
        time.sleep_ms(poll_ms)


class Central(bluetooth.Air):
    """`refused` are the ATT errors of reads and writes, `sent_away` counts hang-ups by the board.

    `lost` counts notifications that were in flight when the connection ended, `unheard` those before subscribing.
    """

    def __init__(self, *, interval_ms=30, packets_per_event=bluetooth.BUFFERS, pairs=True):
        bluetooth.air = self
        self.pairs = pairs
        self.keys = {}  # address: the secret of its bond
        self.refused = []
        self.sent_away = 0
        self.intruder = False  # a second central is connected
        self._intruder_leaves = False
        self.interval_ms = interval_ms
        self.packets_per_event = packets_per_event
        self.services = []
        self.connections = 0
        self.lost = 0
        self.unheard = 0
        self.longest_queue = 0
        self._radio = None
        self._address = _ADDRESS
        self._values = {}
        self._jam_until_us = 0
        self._silent()
        self._apart()

    def _silent(self):
        self.advertised = None
        self._connectable = False

    def _apart(self):
        self.connection = None
        self.mtu = 0
        self._wish = None
        self._hang_up = False
        self._update = False
        self._in_flight = []
        self._doing = []
        self._subscribed = set()
        self._heard = []

    # What a test says

    def scan(self):
        """What is on the air: {"flags", "services", "name"} of advertisement and scan response, None when silent."""
        if self.advertised is None:
            return None
        advertisement, scan_response = (_structures(data) for data in self.advertised)
        services = [part[0x07] for part in (advertisement, scan_response) if 0x07 in part]
        return {
            "flags": advertisement[0x01][0],
            "services": [str(bluetooth.UUID(service)) for service in services],
            "name": (scan_response.get(0x09) or scan_response[0x08]).decode(),
        }

    def connect(self, mtu=_SMALLEST_MTU, address=None):
        """Wish for a connection; `mtu` 23 leaves out the exchange. The address stays until another is given."""
        self._address = address or self._address
        self._wish = mtu

    def drop(self):
        """The link is lost; the board is told during its next sleep."""
        self._hang_up = True

    def subscribe(self, uuid):
        self._subscribed.add(self.handle(uuid))

    def write(self, uuid, data):
        """Arrives with the next connection event, whole, however long."""
        handle, data = self.handle(uuid), bytes(data)
        self._doing.append(lambda: self._answered(self._radio.heard_write(self.connection, handle, data)))

    def read(self, uuid):
        """At once; None when it is refused. Before a connection: what would be read of a board that lets anybody."""
        handle = self.handle(uuid)
        if self.connection is None:
            return self._values.get(handle, b"")
        error, value = self._radio.heard_read(self.connection, handle)
        self._answered(error)
        return value

    def pair(self, **how):
        """With the next connection event; for `how` see `heard_pair` of the radio."""
        self._doing.append(lambda: self._pair(how))

    def encrypt(self, key=None):
        """With the next connection event, with the key of the bond unless another is given."""
        self._doing.append(lambda: self._radio.heard_encrypt(self.connection, key or self.keys[self._address]))

    def intrude(self, *doing):
        """A second central connects, although nobody advertises, and does that: calls with radio and connection."""
        self.intruder = True
        self._radio.heard_connect(_INTRUDER, _ADDRESS_TYPE, b"\xe0\xe1\xe2\xe3\xe4\xe5")
        return [each(self._radio, _INTRUDER) for each in doing]

    def take_notifications(self, uuid):
        """Those that came since the last time, after subscribing."""
        handle = self.handle(uuid)
        taken = [data for at, data in self._heard if at == handle]
        self._heard = [(at, data) for at, data in self._heard if at != handle]
        return taken

    def set_interval(self, interval_ms):
        """Another connection interval, told to the board."""
        self.interval_ms = interval_ms
        self._update = True

    def jam(self, ms):
        """Nothing gets through for so long, in either direction; the connection holds."""
        self._jam_until_us = time.now_us() + ms * 1000

    def handle(self, uuid):
        return self.characteristic(uuid)[2]

    def characteristic(self, uuid):
        """(uuid, properties, value handle), UUID as text."""
        for _service, rows in self.services:
            for row in rows:
                if row[0] == uuid:
                    return row
        raise ValueError(f"the board has no characteristic {uuid}")

    # What the radio says

    def on(self, radio, mtu, name):
        self._radio = radio
        self._preferred_mtu = mtu

    def off(self):
        self.lost += len(self._in_flight)
        self.services = []
        self._values = {}
        self._silent()
        self._apart()

    def serve(self, services):
        self.services = services

    def value(self, handle, data, update):
        self._values[handle] = data
        if update and handle in self._subscribed:
            self._heard.append((handle, data))

    def advertise(self, interval_us, connectable, advertisement, scan_response):
        self.advertised = (advertisement, scan_response) if interval_us else None
        self._connectable = connectable

    def notify(self, connection, handle, data):
        self._in_flight.append((handle, data))
        self.longest_queue = max(self.longest_queue, len(self._in_flight))

    def disconnect(self, connection):
        self.sent_away += 1
        if connection == self.connection:
            self._hang_up = True
        elif connection == _INTRUDER:
            self._intruder_leaves = True

    def turn(self):
        now_us = time.now_us()
        if self._intruder_leaves:
            self.intruder = self._intruder_leaves = False
            self._radio.heard_disconnect(_INTRUDER, _ADDRESS_TYPE, self._address)
        if self.connection is None:
            if self._wish is not None and self.advertised is not None and self._connectable:
                self._begin(now_us)
        elif self._hang_up:
            self._end()
        elif now_us >= self._next_event_us:
            self._next_event_us += self.interval_ms * 1000
            if now_us >= self._jam_until_us:
                self._event()

    def _begin(self, now_us):
        wish = self._wish
        self._silent()
        self._apart()
        self.connections += 1
        self.connection = self.connections
        self.mtu = _SMALLEST_MTU
        self._agreed_mtu = min(wish, self._preferred_mtu)
        self._next_event_us = now_us + self.interval_ms * 1000
        self._radio.heard_connect(self.connection, _ADDRESS_TYPE, self._address)

    def _end(self):
        connection = self.connection
        self.lost += len(self._in_flight)
        self._apart()
        self._radio.heard_disconnect(connection, _ADDRESS_TYPE, self._address)

    def _event(self):
        if self._agreed_mtu != self.mtu:
            self.mtu = self._agreed_mtu
            self._radio.heard_mtu(self.connection, self.mtu)
        if self._update:
            self._update = False
            self._radio.heard_update(self.connection, self.interval_ms * 4 // 5, 0, 400)
        carried = self._in_flight[: self.packets_per_event]
        self._in_flight = self._in_flight[self.packets_per_event :]
        for handle, data in carried:
            if handle in self._subscribed:
                self._heard.append((handle, data))
            else:
                self.unheard += 1
        self._radio.heard_carried(self.connection, len(carried))
        doing, self._doing = self._doing, []
        for each in doing:
            each()

    def _pair(self, how):
        self.keys[self._address] = self._radio.heard_pair(self.connection, **how)

    def _answered(self, error):
        if error:
            self.refused.append(error)


def _structures(data):
    """{type: content} of an advertisement (Core Specification Supplement, part A)."""
    found = {}
    at = 0
    while at < len(data):
        found[data[at + 1]] = data[at + 2 : at + 1 + data[at]]
        at += 1 + data[at]
    return found
