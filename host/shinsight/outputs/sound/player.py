"""The computer's loudspeaker: a mixer played by miniaudio, with the smallest buffer that does not stutter."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ...errors import LinkError
from .tones import RATE_HZ, Mixer

PERIOD_MS, PERIODS = 20, 2
"""The device asks for one period while it plays the other: a sound waits for up to both. The system may add its own."""
DEAD_AFTER_S = 1.0
"""A device that has not asked for samples for so long is gone."""


class Player:
    """Opened at once. Raises `LinkError` when there is no sound device; `silent` plays to none, in real time."""

    def __init__(self, mixer: Mixer, *, silent: bool = False) -> None:
        try:
            import miniaudio  # loaded when sound is wanted
        except ImportError as error:
            raise LinkError(
                f"no sound: the audio library does not load ({error}); pip install miniaudio, or use --no-sound"
            ) from error

        self._mixer = mixer
        self._asked_s = time.monotonic()
        backends = [miniaudio.Backend.NULL] if silent else None
        try:
            with _quiet_stderr():
                self._device: Any = miniaudio.PlaybackDevice(
                    output_format=miniaudio.SampleFormat.FLOAT32,
                    nchannels=2,
                    sample_rate=RATE_HZ,
                    buffersize_msec=PERIOD_MS,
                    callback_periods=PERIODS,
                    backends=backends,
                    app_name="shinsight",
                )
                samples = self._samples()
                next(samples)
                self._device.start(samples)
        except miniaudio.MiniaudioError as error:
            raise LinkError(
                f"no sound: the sound device cannot be opened ({error.args[0]}); plug in or choose one in the system's "
                "settings, or use --no-sound"
            ) from error

    @property
    def alive(self) -> bool:
        """False when the device has stopped asking for samples, as one does that was unplugged."""
        return time.monotonic() - self._asked_s < DEAD_AFTER_S

    def close(self) -> None:
        """Close the sound device."""
        self._device.close()

    def _samples(self) -> Generator[bytes, int, None]:
        frames = yield b""
        while True:
            self._asked_s = time.monotonic()
            frames = yield self._mixer.fill(frames).tobytes()


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Linux's sound library writes pages to stderr about devices it does not find."""
    if not sys.platform.startswith("linux"):
        yield
        return
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        with suppress(OSError):
            os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
