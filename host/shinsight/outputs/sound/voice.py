"""Rep counts and instructions, spoken by the voice that the system has. The newest words win; stale ones are dropped.

A process of the system speaks (`say`, `espeak-ng`, `spd-say`, PowerShell), so nothing has to be installed with us, a
voice that hangs can be ended, and the reading thread never waits.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from threading import Condition, Thread

from ...errors import SettingsError
from ...results import CalibrationReport, Event, FrameBlock, HeelState, PhaseChange, Rep
from ...stream.link_health import LinkHealth

LONGEST_S = 12.0
Command = Callable[[str], list[str]]


def system_voice() -> Command:
    """How this system speaks. Raises `SettingsError` with what to install when it cannot."""
    if sys.platform == "darwin":
        return lambda words: ["say", words]
    if sys.platform == "win32":
        script = (
            "Add-Type -AssemblyName System.Speech;"
            "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak($args[0])"
        )
        return lambda words: ["powershell", "-NoProfile", "-Command", f"& {{{script}}} '{_plain(words)}'"]
    installed = [program for program in (["espeak-ng"], ["spd-say", "--wait"]) if shutil.which(program[0])]
    if not installed:
        raise SettingsError(
            "no voice: neither espeak-ng nor spd-say is installed; install espeak-ng, or leave out --voice"
        )
    return lambda words: [*installed[0], "--", words]


class Voice:
    """`say` from any thread; a thread of its own speaks. `update` is a runner's view; side: spoken before the words of
    one leg of two."""

    def __init__(self, command: Command, *, side: str = "") -> None:
        self._command = command
        self._prefix = f"{side}, " if side else ""
        self._next = ""
        self._closing = False
        self._wake = Condition()
        self._thread = Thread(target=self._speak, name="voice", daemon=True)
        self._thread.start()

    def update(self, _frames: FrameBlock, events: Sequence[Event], _health: LinkHealth) -> None:
        """Say rep counts, instructions, and the problems of a refused calibration."""
        for event in events:
            match event:
                case Rep():
                    heel = ", heel" if event.heel is HeelState.UP else ""
                    self.say(f"{self._prefix}{event.number}{heel}")
                case PhaseChange():
                    self.say(f"{self._prefix}{event.text}")
                case CalibrationReport() if not event.accepted:
                    self.say(f"{self._prefix}{'; '.join(event.problems)}")
                case _:
                    pass

    def say(self, words: str) -> None:
        """Replace the words that wait to be spoken."""
        with self._wake:
            self._next = words
            self._wake.notify()

    def close(self) -> None:
        """After the words that are being spoken."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join(LONGEST_S)

    def _speak(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._next or self._closing)
                if not self._next:
                    return
                words, self._next = self._next, ""
            try:
                subprocess.run(
                    self._command(words),
                    timeout=LONGEST_S,
                    check=False,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except (OSError, subprocess.TimeoutExpired):
                continue  # the next words may fare better; what they say is on the screen too


def _plain(words: str) -> str:
    return words.replace("'", "")
