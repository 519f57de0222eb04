"""Tones as arrays, and a mixer that plays some of them at once. No device here: `fill` is what one asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
Stereo = NDArray[np.float32]
"""(n, 2), left and right, -1 to 1."""
EDGE_S = 0.006
"""Tones fade in and out this fast: faster clicks."""
BOTH, LEFT, RIGHT = (0.7, 0.7), (1.0, 0.12), (0.12, 1.0)
"""Loudness left and right: which leg is heard from which side."""


def tone(hz: float, seconds: float, *, pan: tuple[float, float] = BOTH, rest_s: float = 0.0) -> Stereo:
    """A note with a soft octave above it, then silence for rest_s."""
    t_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = 0.8 * np.sin(2.0 * np.pi * hz * t_s) + 0.2 * np.sin(4.0 * np.pi * hz * t_s)
    edge = np.minimum(1.0, np.minimum(t_s, seconds - t_s) / EDGE_S)
    quiet = np.zeros(round(rest_s * RATE_HZ))
    mono = np.concatenate([wave * edge, quiet])
    return np.asarray(mono[:, None] * np.array(pan), dtype=np.float32)


def notes(*hz: float, seconds: float = 0.11, pan: tuple[float, float] = BOTH) -> Stereo:
    """One note after the other."""
    return np.concatenate([tone(each, seconds, pan=pan) for each in hz])


@dataclass(slots=True, eq=False)
class _Playing:
    name: str
    samples: Stereo
    until: int
    """Frame of the mixer at which it ends, though it goes round until then."""
    at: int = 0


@dataclass(slots=True, eq=False)
class Mixer:
    """play and stop from any thread, fill from the audio thread: no thread waits for longer than some additions."""

    volume: float = 0.6
    _playing: list[_Playing] = field(default_factory=list)
    _filled: int = 0
    _lock: Lock = field(default_factory=Lock)

    def play(self, samples: Stereo) -> None:
        """Once, beginning now, beside what is playing."""
        with self._lock:
            self._playing.append(_Playing("", samples, self._filled + len(samples)))

    def keep_on(self, samples: Stereo, *, name: str, for_s: float) -> None:
        """Over and over, for so long from now: a sound that says how things are ends by itself when no more news come.
        One of that name that is playing goes on without a seam.
        """
        with self._lock:
            until = self._filled + round(for_s * RATE_HZ)
            for each in self._playing:
                if each.name == name:
                    each.until = until
                    return
            self._playing.append(_Playing(name, samples, until))

    def stop(self, name: str) -> None:
        """End the sound of that name at once."""
        with self._lock:
            self._playing = [each for each in self._playing if each.name != name]

    @property
    def names(self) -> Sequence[str]:
        """What is playing."""
        with self._lock:
            return [each.name for each in self._playing]

    def fill(self, frames: int) -> Stereo:
        """The next frames of everything that plays, never beyond -1 to 1."""
        out = np.zeros((frames, 2), np.float32)
        with self._lock:
            for each in self._playing:
                at, end = 0, min(frames, each.until - self._filled)
                while at < end:
                    n = min(end - at, len(each.samples) - each.at)
                    out[at : at + n] += each.samples[each.at : each.at + n]
                    each.at = (each.at + n) % len(each.samples)
                    at += n
            self._filled += frames
            self._playing = [each for each in self._playing if each.until > self._filled]
        heard: Stereo = np.clip(out * np.float32(self.volume), -1.0, 1.0)
        return heard
