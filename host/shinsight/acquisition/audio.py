"""Sound and voice of a live run. Without a sound device the run continues silently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..outputs.sound.sound import Sound, SoundSettings
from ..outputs.sound.voice import Voice, system_voice
from .runner import View


@dataclass(frozen=True, kw_only=True, slots=True)
class AudioOptions:
    """What the user wants to hear. sound: None for no sound."""

    sound: SoundSettings | None = None
    voice: bool = False


@dataclass(slots=True)
class AudioSession:
    """The open sound device, and a voice for each leg, by the leg's name."""

    sound: Sound | None = None
    voices: dict[str, Voice] = field(default_factory=dict)

    def views(self, side: str) -> list[View]:
        """Return the views that make the sounds of this leg; give them to its run."""
        cues = [self.sound.cues(side).update] if self.sound is not None else []
        voice = self.voices.get(side)
        return [*cues, *([voice.update] if voice is not None else [])]

    def toggle(self) -> None:
        """Mute the sound, or play it again."""
        if self.sound is not None:
            self.sound.toggle()


@contextmanager
def open_audio(options: AudioOptions, sides: Sequence[str], *, tell: Callable[[str], None]) -> Iterator[AudioSession]:
    """Open sound and voice for the legs of a run, and close them after it.

    tell: receives a notice when there is no sound device. Raises `SettingsError` when a voice is wanted and there is
    none.
    """
    audio = AudioSession()
    if options.voice:
        command = system_voice()
        audio.voices = {side: Voice(command, side=side if len(sides) > 1 else "") for side in sides}
    if options.sound is not None and options.sound.volume > 0.0:
        audio.sound = Sound(options.sound)
        if audio.sound.problem:
            tell(f"notice: {audio.sound.problem}")
    try:
        yield audio
    finally:
        if audio.sound is not None:
            audio.sound.close()
        for voice in audio.voices.values():
            voice.close()
