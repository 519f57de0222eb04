"""A board's console in place of stdin and stdout, as `link_usb` sees them: what a host types arrives in sleeps.

The rule of MicroPython's ports (`mp_hal_stdin_rx_chr` and the USB interrupt of esp32 and rp2): the interrupt character
never reaches the program, it raises KeyboardInterrupt; `micropython.kbd_intr` says which it is, -1 none.
"""

import time

import link_usb


class Console:
    """`written` is what the firmware said, `type` what the host does."""

    POLLIN = 1

    def __init__(self):
        self.interrupt = 3
        self.written = bytearray()
        self._typed = bytearray()
        self._later = []  # (moment, data), in order
        self.stdin = self.stdout = self.buffer = self
        link_usb.sys = link_usb.select = link_usb.micropython = self  # type: ignore[assignment]
        time.on_sleep(self._turn)

    def type(self, data, after_ms=0):
        self._later.append((time.now_us() + after_ms * 1000, data))
        self._later.sort()

    def take(self):
        written, self.written = self.written, bytearray()
        return "".join([f"{byte:02x}" for byte in written])

    def _turn(self):
        while self._later and time.now_us() >= self._later[0][0]:
            for byte in self._later.pop(0)[1]:
                if byte == self.interrupt:
                    raise KeyboardInterrupt
                self._typed.append(byte)

    # As sys.stdin.buffer and sys.stdout.buffer

    def readinto(self, buffer):
        length = min(len(buffer), len(self._typed))
        buffer[:length] = self._typed[:length]
        self._typed = self._typed[length:]
        return length

    def write(self, data):
        self.written.extend(bytes(data))

    # As select

    def poll(self):
        return self

    def register(self, stream, events):
        pass

    def ipoll(self, timeout):
        return iter((1,) if self._typed else ())

    # As micropython

    def kbd_intr(self, character):
        self.interrupt = character
