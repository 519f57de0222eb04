"""Stand-in for MicroPython's `bluetooth`, the peripheral's half, as a board with NimBLE behaves.

Kept as hard on the firmware as a board is (MicroPython docs `library/bluetooth`, `extmod/modbluetooth.c` and
`extmod/nimble/modbluetooth_nimble.c`):

- 12 notifications in flight, then ENOMEM; buffers come back only when the air has carried them.
- A notification longer than MTU - 3 is cut without a word, and goes out whether or not anybody subscribed.
- A written value keeps 20 bytes, unless gatts_set_buffer() or a longer local value made room.
- Advertising data beyond 31 bytes is refused with OSError(-18). Advertising stops at a connect.
- Services are refused with EBUSY while advertising or connected. active(False) forgets them, and drops without an IRQ.
- Pairing is just works, answered by itself, and there only where the air can (`pairs`); else `config(bond=...)` is an
  unknown parameter, as in a build without it. A characteristic that wants encryption is refused without. Secrets are
  asked of the handler and given to it, before the IRQ that tells of the encryption or after it: NimBLE's versions
  differ. A host that pairs anew is forgotten first, as MicroPython has it. The board's identity key comes at the start.
- Memoryviews given to the IRQ handler hold only until it returns: they are overwritten then.
- Errors: ENODEV when not active, ENOTCONN for a connection that is gone, EINVAL for a handle that is not.

Gentler in one: an exception in the IRQ handler, after which a board calls it no more, ends the run. Left out: the
central's half, indications, descriptors, pairing with a passkey, L2CAP.

IRQs are delivered while the firmware sleeps (`time.on_sleep`). What hears the radio is an *air*: `bluetooth.air`, when
somebody put one there before active(True); else the socket that BLE_RADIO=host:port names (air_socket.py); else nobody.
"""

import os
import struct
import time
from errno import EINVAL, ENODEV, ENOMEM, ENOTCONN

_EBUSY = 16  # not in MicroPython's errno

FLAG_READ = 0x02
FLAG_WRITE_NO_RESPONSE = 0x04
FLAG_WRITE = 0x08
FLAG_NOTIFY = 0x10

_IRQ_CENTRAL_CONNECT = 1
_IRQ_CENTRAL_DISCONNECT = 2
_IRQ_GATTS_WRITE = 3
_IRQ_GATTS_READ_REQUEST = 4
_IRQ_MTU_EXCHANGED = 21
_IRQ_CONNECTION_UPDATE = 27
_IRQ_ENCRYPTION_UPDATE = 28
_IRQ_GET_SECRET = 29
_IRQ_SET_SECRET = 30

_READ_ENCRYPTED = 0x0200
_WRITE_ENCRYPTED = 0x1000
_INSUFFICIENT_AUTHENTICATION = 0x05  # ATT: not encrypted, and no key is known
_INSUFFICIENT_ENCRYPTION = 0x0F  # not encrypted, though a key is

_OUR_SECRET = 1  # kinds of secrets in NimBLE
_PEER_SECRET = 2
_IDENTITY_SECRET = 10
_SECRET_BYTES = 80
_LTK_AT = 24
_LTK_BYTES = 16
_PATIENCE = 10  # times that a host which is known is forgotten before it pairs; the real one never gives up

BUFFERS = 12  # NimBLE's pool on a board: 12 blocks of 292 bytes (extmod/nimble/syscfg)
_ADVERTISEMENT_BYTES = 31
_VALUE_BYTES = 20
_FIRST_MTU = 23
_LARGEST_MTU = 527


class Air:
    """What a radio's packets go out into. This one is empty; others override what they carry.

    From `turn()`, and only there, an air tells the radio what happened, by its `heard_...` methods.
    """

    pairs = False  # whether it can carry pairing

    def on(self, radio, mtu, name):
        """The radio is on, or its preferred MTU or its name changed."""

    def off(self):
        """The radio is off: no connection, no service is left."""

    def serve(self, services):
        """[(uuid, [(uuid, flags, value handle), ...]), ...], UUIDs as text."""

    def value(self, handle, data, update):
        """A value of those services changed; with `update` subscribers are told."""

    def advertise(self, interval_us, connectable, advertisement, scan_response):
        """Interval 0: silent from now on."""

    def notify(self, connection, handle, data):
        """A notification goes out on that connection."""

    def disconnect(self, connection):
        """The board hangs up."""

    def turn(self):
        """Called in every sleep of the firmware: time for the radio to hear something."""


air = None


def _surrounding_air():
    if air is not None:
        return air
    address = os.getenv("BLE_RADIO")
    if not address:
        return Air()
    from air_socket import SocketAir

    return SocketAir(address)


class UUID:
    """A UUID of 16 bits or 128, from a number, a text or bytes in the order of the air."""

    def __init__(self, value):
        if isinstance(value, int):
            self._bytes = struct.pack("<H", value)
        elif isinstance(value, str):
            self._bytes = bytes(reversed(bytes.fromhex(value.replace("-", ""))))
        else:
            self._bytes = bytes(value)
        if len(self._bytes) not in (2, 4, 16):
            raise ValueError(f"UUID of {len(self._bytes)} bytes, 2, 4 or 16 expected")

    def __bytes__(self):
        return self._bytes

    def __len__(self):
        return len(self._bytes)

    def __iter__(self):
        return iter(self._bytes)

    def __eq__(self, other):
        return isinstance(other, UUID) and self._bytes == other._bytes

    def __hash__(self):
        return hash(self._bytes)

    def __str__(self):
        digits = "".join(f"{byte:02x}" for byte in reversed(self._bytes))
        if len(self) < 16:
            return digits
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def __repr__(self):
        return f"UUID('{self}')"


class _Value:
    def __init__(self, flags):
        self.flags = flags
        self.data = b""
        self.room = _VALUE_BYTES
        self.append = False


class _Link:
    def __init__(self):
        self.mtu = _FIRST_MTU
        self.in_flight = 0
        self.encrypted = False
        self.key = b""


class BLE:
    """One for all callers, as on a board."""

    _only = None

    def __new__(cls):
        """Return the one instance."""
        if cls._only is None:
            cls._only = object.__new__(cls)
            cls._only._begin()
        return cls._only

    def _begin(self):
        self._handler = None
        self._active = False
        self._air = Air()
        self._pairing = {"bond": False, "mitm": False, "le_secure": False, "io": 3}
        self._config = {"gap_name": b"MPY NIMBLE", "mtu": 256, "rxbuf": 256}
        self._forget()
        time.on_sleep(self._turn)

    def _forget(self):
        self._values = {}
        self._links = {}
        self._advertising = False
        self._advertisement = self._scan_response = b""

    def _turn(self):
        if self._active:
            self._air.turn()

    def _check_active(self):
        if not self._active:
            raise OSError(ENODEV)

    # The module's calls

    def active(self, on=None):
        """Switch the radio on or off, or ask with None. Off, it forgets services and connections."""
        if on is None or bool(on) == self._active:
            return self._active
        self._forget()
        if on:
            self._air = _surrounding_air()
            self._active = True
            self._air.on(self, self._config["mtu"], self._config["gap_name"])
            if self._air.pairs and self._ask(_IDENTITY_SECRET, 0, b"irk") is None:
                self._give(_IDENTITY_SECRET, b"irk", os.urandom(16))
        else:
            self._active = False
            self._air.off()
        return self._active

    def config(self, *names, **settings):
        """Ask for one parameter by name, or set some.

        Raises ValueError for an unknown one, OSError(EINVAL) for a bad MTU.
        """
        if names:
            if names == ("mac",):
                return 0, b"\xc0\xff\xee\x00\x00\x01"
            if len(names) > 1 or names[0] not in self._config:
                raise ValueError("unknown config param")
            return self._config[names[0]]
        for name, setting in settings.items():
            if name in self._pairing and self._air.pairs:
                self._pairing[name] = setting
                continue
            if name not in self._config:
                raise ValueError("unknown config param")
            if name == "mtu":
                self._check_active()
                if not _FIRST_MTU <= setting <= _LARGEST_MTU:
                    raise OSError(EINVAL)
            if name == "gap_name" and isinstance(setting, str):
                setting = setting.encode()
            self._config[name] = setting
        if self._active:
            self._air.on(self, self._config["mtu"], self._config["gap_name"])

    def irq(self, handler):
        """handler(event, data) is called for what is heard."""
        self._handler = handler

    def gap_advertise(self, interval_us, adv_data=None, *, resp_data=None, connectable=True):
        """Advertise each so many microseconds, None stops. Data that is None stays as it was.

        Raises OSError(-18) when it is too long.
        """
        self._check_active()
        self._advertising = False
        if interval_us is None:
            self._air.advertise(0, False, b"", b"")
            return
        if adv_data is not None:
            self._advertisement = bytes(adv_data)
        if resp_data is not None:
            self._scan_response = bytes(resp_data)
        if max(len(self._advertisement), len(self._scan_response)) > _ADVERTISEMENT_BYTES:
            raise OSError(-18)
        self._advertising = True
        self._air.advertise(interval_us, connectable, self._advertisement, self._scan_response)

    def gap_disconnect(self, connection):
        """Hang up; False when there is no such connection."""
        self._check_active()
        if connection not in self._links:
            return False
        self._air.disconnect(connection)
        return True

    def gatts_register_services(self, services):
        """Handles of the characteristics, a tuple for each service.

        Raises OSError(EBUSY) while advertising or connected.
        """
        self._check_active()
        if self._advertising or self._links:
            raise OSError(_EBUSY)
        self._values = {}
        handles, table, handle = [], [], 16
        for service, characteristics in services:
            handle += 1  # each service, characteristic and subscription has one of its own too
            rows = []
            for uuid, flags in characteristics:
                handle += 2
                rows.append((str(uuid), flags, handle))
                self._values[handle] = _Value(flags)
                handle += 1 if flags & FLAG_NOTIFY else 0
            handles.append(tuple(row[2] for row in rows))
            table.append((str(service), rows))
        self._air.serve(table)
        return tuple(handles)

    def gatts_read(self, handle):
        """The value of a characteristic. Raises OSError(EINVAL) for an unknown handle."""
        value = self._value(handle)
        data = value.data
        if value.append:
            value.data = b""
        return data

    def gatts_write(self, handle, data, send_update=False):
        """Set the value of a characteristic; with `send_update` subscribers are told."""
        value = self._value(handle)
        value.data = bytes(data)
        value.room = max(value.room, len(value.data))
        self._air.value(handle, value.data, send_update)

    def gatts_set_buffer(self, handle, room, append=False):
        """Let a characteristic take writes of so many bytes, appended to each other with `append`."""
        value = self._value(handle)
        value.room = room
        value.append = append
        value.data = value.data[:room]

    def gatts_notify(self, connection, handle, data=None):
        """Notify, cut to what the connection carries.

        Raises OSError: ENOTCONN without a connection, ENOMEM when all buffers are in flight.
        """
        value = self._value(handle)
        link = self._links.get(connection)
        if link is None:
            raise OSError(ENOTCONN)
        if sum(each.in_flight for each in self._links.values()) >= BUFFERS:
            raise OSError(ENOMEM)
        link.in_flight += 1
        self._air.notify(connection, handle, bytes(value.data if data is None else data)[: link.mtu - 3])

    def _value(self, handle):
        self._check_active()
        if handle not in self._values:
            raise OSError(EINVAL)
        return self._values[handle]

    # What the air tells

    def heard_connect(self, connection, address_type, address):
        """A central has connected."""
        self._advertising = False
        self._links[connection] = _Link()
        self._links[connection].key = bytes((address_type,)) + bytes(reversed(address))
        self._irq_with_address(_IRQ_CENTRAL_CONNECT, connection, address_type, address)

    def heard_disconnect(self, connection, address_type, address):
        """The connection has ended, or failed before it began."""
        self._links.pop(connection, None)
        self._irq_with_address(_IRQ_CENTRAL_DISCONNECT, connection, address_type, address)

    def heard_mtu(self, connection, mtu):
        """The MTU of the connection was agreed."""
        self._links[connection].mtu = mtu
        self._irq(_IRQ_MTU_EXCHANGED, (connection, mtu))

    def heard_update(self, connection, interval, latency, timeout):
        """Interval in units of 1.25 ms, supervision timeout in units of 10 ms."""
        self._irq(_IRQ_CONNECTION_UPDATE, (connection, interval, latency, timeout, 0))

    def heard_read(self, connection, handle):
        """(ATT error, value): the value is there without an error only."""
        value = self._values[handle]
        error = self._access_error(connection, value.flags & _READ_ENCRYPTED)
        error = error or self._irq(_IRQ_GATTS_READ_REQUEST, (connection, handle)) or 0
        return (error, None) if error else (0, value.data)

    def heard_write(self, connection, handle, data):
        """ATT error, 0 when it was taken."""
        value = self._values[handle]
        error = self._access_error(connection, value.flags & _WRITE_ENCRYPTED)
        if error:
            return error
        before = value.data if value.append else b""
        value.data = (before + data)[: value.room]
        self._irq(_IRQ_GATTS_WRITE, (connection, handle))
        return 0

    def heard_pair(self, connection, *, bond=True, keys_first=False):
        """The central pairs; the secret that both then have. `keys_first`: handed over before encryption is told of."""
        link = self._links[connection]
        for _ in range(_PATIENCE):
            if self._ask(_PEER_SECRET, 0, link.key) is None:
                break
            self._give(_OUR_SECRET, link.key, None)
            self._give(_PEER_SECRET, link.key, None)
        else:
            raise RuntimeError("a host that pairs anew cannot be forgotten: on a board the stack would now hang")
        link.encrypted = True
        ltk = os.urandom(_LTK_BYTES)
        bonded = bool(bond and self._pairing["bond"])
        secret = link.key + bytes(_LTK_AT - len(link.key)) + ltk + bytes(_SECRET_BYTES - _LTK_AT - _LTK_BYTES)
        told = (connection, True, self._pairing["mitm"], bonded, _LTK_BYTES)
        if not keys_first:
            self._irq(_IRQ_ENCRYPTION_UPDATE, told)
        if bonded:
            for kind in (_OUR_SECRET, _PEER_SECRET):
                self._give(kind, link.key, secret)
        if keys_first:
            self._irq(_IRQ_ENCRYPTION_UPDATE, told)
        return ltk

    def heard_encrypt(self, connection, ltk):
        """The central encrypts with a secret of before; whether the board has it too."""
        link = self._links[connection]
        secret = self._ask(_OUR_SECRET, 0, link.key)
        link.encrypted = secret is not None and secret[_LTK_AT : _LTK_AT + _LTK_BYTES] == ltk
        size = _LTK_BYTES if link.encrypted else 0
        self._irq(_IRQ_ENCRYPTION_UPDATE, (connection, link.encrypted, False, link.encrypted, size))
        return link.encrypted

    def heard_carried(self, connection, packets):
        """So many of the connection's notifications are over, and their buffers free."""
        if connection in self._links:
            self._links[connection].in_flight -= packets

    def _access_error(self, connection, wants_encryption):
        link = self._links[connection]
        if not wants_encryption or link.encrypted:
            return 0
        known = self._ask(_PEER_SECRET, 0, link.key) is not None
        return _INSUFFICIENT_ENCRYPTION if known else _INSUFFICIENT_AUTHENTICATION

    def _ask(self, kind, index, key):
        secret = self._irq_with_loan(_IRQ_GET_SECRET, (kind, index), key)
        return None if secret is None else bytes(secret)

    def _give(self, kind, key, secret):
        return bool(self._irq_with_loan(_IRQ_SET_SECRET, (kind,), key, secret))

    def _irq(self, event, data):
        return None if self._handler is None else self._handler(event, data)

    def _irq_with_address(self, event, connection, address_type, address):
        self._irq_with_loan(event, (connection, address_type), address)

    def _irq_with_loan(self, event, numbers, *data):
        lent = [each and bytearray(each) for each in data]
        result = self._irq(event, numbers + tuple(each and memoryview(each) for each in lent))
        for each in lent:
            for i in range(len(each or b"")):
                each[i] = 0xEE
        return result
