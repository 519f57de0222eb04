"""Sound and voice of a run, opened before it and closed after it; without a sound device the run goes on silently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..acquisition.runner import View
from ..outputs.sound.sound import Sound, SoundSettings
from ..outputs.sound.voice import Voice, system_voice
from .running import say


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is to be heard. sound: None for none."""

    sound: SoundSettings | None = None
    voice: bool = False


@dataclass(slots=True)
class Heard:
    """views: of a leg, to give to its run."""

    sound: Sound | None = None
    voices: dict[str, Voice] = field(default_factory=dict)

    def views(self, side: str) -> list[View]:
        cues = [self.sound.cues(side).update] if self.sound is not None else []
        voice = self.voices.get(side)
        return [*cues, *([voice.update] if voice is not None else [])]

    def toggle(self) -> None:
        """Mute the sound, or hear it again."""
        if self.sound is not None:
            self.sound.toggle()


@contextmanager
def heard(wanted: Wanted, sides: Sequence[str]) -> Iterator[Heard]:
    """For the legs of a run. Raises `SettingsError` when a voice is wanted and there is none."""
    ears = Heard()
    if wanted.voice:
        command = system_voice()
        ears.voices = {side: Voice(command, side=side if len(sides) > 1 else "") for side in sides}
    if wanted.sound is not None and wanted.sound.volume > 0.0:
        ears.sound = Sound(wanted.sound)
        if ears.sound.problem:
            say(f"notice: {ears.sound.problem}")
    try:
        yield ears
    finally:
        if ears.sound is not None:
            ears.sound.close()
        for voice in ears.voices.values():
            voice.close()
