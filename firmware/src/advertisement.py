"""What the board says of itself on the air: two packets of 31 bytes, and what a name may be.

Flags (general discovery, no classic Bluetooth), then all 128-bit UUIDs; the name goes to the scan response, for both do
not fit (Core Specification Supplement, part A, 1.1 to 1.3). A board that serves phones says their service first: the
app lists a device as what its first packet says. Ours then goes to the scan response, with the room of a short name.
"""

from micropython import const

import bluetooth

_FLAGS = b"\x02\x01\x06"
_SERVICES = const(0x07)
_SHORT_NAME = const(0x08)
_NAME = const(0x09)
_LONGEST_NAME = const(20)
_ROOM_BESIDE_SERVICE = const(11)


def name_bytes(name):
    """Raises ValueError for one that is empty or too long."""
    encoded = name.encode()
    if not 1 <= len(encoded) <= _LONGEST_NAME:
        raise ValueError(f"Bluetooth name of {len(encoded)} bytes, 1..{_LONGEST_NAME} expected: {name}")
    return encoded


def packets(name, service, phones=None):
    """The advertisement and the scan response. name: its bytes; phones: the service that a phone looks for, or None."""
    ours = _field(_SERVICES, bytes(bluetooth.UUID(service)))
    if phones is None:
        return _FLAGS + ours, _field(_NAME, name)
    theirs = _field(_SERVICES, bytes(bluetooth.UUID(phones)))
    if len(name) <= _ROOM_BESIDE_SERVICE:
        return _FLAGS + theirs, ours + _field(_NAME, name)
    return _FLAGS + theirs, ours + _field(_SHORT_NAME, _beginning(name))


def _field(kind, content):
    return bytes((len(content) + 1, kind)) + content


def _beginning(name):
    """As much of a name as fits, in whole characters."""
    end = _ROOM_BESIDE_SERVICE
    while name[end] & 0xC0 == 0x80:
        end -= 1
    return name[:end]
