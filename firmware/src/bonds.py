"""The hosts this board is bonded with, and whether the one that is there is one of them.

Encryption alone proves nothing: these boards have no keypad, so anybody can pair with them. Trusted is who encrypts
with the secret of a bond that was there before, or who bonds while that is welcome: for a while when the user says so,
and whenever there is no bond yet.

What the Bluetooth stack says in its interrupt is at first only tried, and counts from a welcome pairing's new secret
on; else it is taken back when the connection ends. So a stranger that pairs uninvited leaves no trace, not even when it
goes by the address of a known host and the stack forgets that one first (mynewt-nimble issue 2206). A stranger's secret
is never refused either: NimBLE would make room for it by forgetting another host (`ble_store_util_status_rr`).
Nothing is written in the interrupt: the loop calls `save()` when there is something `unsaved`.

Kinds of secrets (NimBLE `ble_store.h`, MicroPython `extmod/nimble/modbluetooth_nimble.c`): 1 and 2 are the two halves
of a bond, their key the host's address; 10 is the board's own identity key.
"""

import struct

from micropython import const

from flash_store import FlashStore

VERSION = 1
MOST = const(4)  # hosts; the oldest leaves
_OF_A_HOST = (1, 2)
_HEAD = "<BBH"  # kind, length of the key, length of the value


class Bonds:
    """`trusted` and `uninvited` are about the connection that is. `welcoming` is set from outside.

    All but `save` and `forget` is called from the interrupt; lists are replaced and never changed.
    """

    def __init__(self, folder=""):
        self._file = FlashStore("bonds", VERSION, folder)
        self._counting = self._tried = _unpack(self._file.load() or b"")
        self.welcoming = False
        self.unsaved = False
        self.begin(False)

    @property
    def hosts(self):
        """How many the board is bonded with."""
        return len(_hosts(self._counting))

    @property
    def trusted(self):
        """Whether the host that is connected is a bonded one, and proved it."""
        return self._secure and self._proven and not self.uninvited  # whose secret is tried until the end

    def begin(self, may_bond):
        """A connection begins."""
        self._may_bond = may_bond
        self._secure = False  # encrypted, with a bond
        self._proven = False  # and that bond is one we know
        self._welcome = False
        self.uninvited = False  # somebody has paired who should not have

    def end(self):
        """The connection has ended."""
        self._tried = self._counting
        self.begin(False)

    def encrypted(self, encrypted, bonded):
        """From the interrupt: the connection is encrypted, with a bond or without."""
        self._secure = bool(encrypted and bonded)

    def get(self, kind, index, key):
        """The secret of that kind and key; without a key the index-th of that kind. None when there is none."""
        for secret in self._tried:
            if secret[0] != kind:
                continue
            if key is None:
                if index == 0:
                    return secret[2]
                index -= 1
            elif secret[1] == key:
                self._proven = self._proven or kind in _OF_A_HOST
                return secret[2]
        return None

    def put(self, kind, key, value):
        """The stack has a new secret, or with value None forgets one. Whether it is kept."""
        try:
            self._try(kind, bytes(key), value)
        except MemoryError:
            self.uninvited = True
            return False
        if kind not in _OF_A_HOST:
            self._count()
            return True
        self._welcome = self._may_bond and (self._welcome or self.welcoming or not self.hosts)
        if not self._welcome:
            self.uninvited = True
        elif value is not None:
            self._count()
            self._proven = True
        return True

    def forget(self):
        """All hosts, and who the board was to them."""
        self._tried = []
        self._count()

    def save(self):
        """Raises OSError as `Kept.save` does."""
        self.unsaved = False  # first: more may come meanwhile
        self._file.save(b"".join([struct.pack(_HEAD, k, len(a), len(v)) + a + v for k, a, v in self._counting]))

    def _try(self, kind, key, value):
        secrets = [secret for secret in self._tried if secret[0] != kind or secret[1] != key]
        if value is not None:
            secrets.append((kind, key, bytes(value)))
        hosts = _hosts(secrets)
        if len(hosts) > MOST:
            secrets = [secret for secret in secrets if secret[0] not in _OF_A_HOST or secret[1] != hosts[0]]
        self._tried = secrets

    def _count(self):
        self._counting = self._tried
        self.unsaved = True


def _hosts(secrets):
    """Their keys, the longest known first."""
    hosts = []
    for kind, key, _ in secrets:
        if kind in _OF_A_HOST and key not in hosts:
            hosts.append(key)
    return hosts


def _unpack(data):
    secrets = []
    at = 0
    while at < len(data):
        kind, key_bytes, value_bytes = struct.unpack_from(_HEAD, data, at)
        at += struct.calcsize(_HEAD)
        secrets.append((kind, data[at : at + key_bytes], data[at + key_bytes : at + key_bytes + value_bytes]))
        at += key_bytes + value_bytes
    return secrets
