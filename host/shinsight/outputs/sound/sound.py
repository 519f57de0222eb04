"""What a session sounds like: a tone while the heel is up, soft signs on the way through the guided start.

A runner's view: it works in the thread that reads the link, with or without a window, and never waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...errors import LinkError, SettingsError
from ...results import (
    CalibrationReport,
    Event,
    FrameBlock,
    HeelFlag,
    HeelState,
    Notice,
    PhaseChange,
    Rep,
    RockDone,
    StillFor,
)
from ...samples import Phase
from ...stream.link_health import LinkHealth
from .player import Player
from .tones import BOTH, LEFT, RIGHT, Mixer, Stereo, notes, tone

LOWEST_HZ, HIGHEST_HZ = 200.0, 3000.0
NEWS_S = 1.0
"""So long the heel tone goes on without a word of the heel: a run that ends, fails or stalls takes its tone with it."""
_WARNINGS = frozenset({"strap_moved", "worn_leg", "link_lost", "calibration_does_not_fit", "not_still"})
_ANGLES_ARE_VOID = frozenset({"strap_moved", "calibration_does_not_fit"})
_PANS = {"left": LEFT, "right": RIGHT}


@dataclass(frozen=True, kw_only=True, slots=True)
class SoundSettings:
    """heel_hz: pitch of the heel tone; volume: 0 (off) to 1; what is heard: heel lifts, the guided start, every rep."""

    heel_hz: float = 880.0
    volume: float = 0.6
    heel: bool = True
    guide: bool = True
    reps: bool = False

    def __post_init__(self) -> None:
        if not LOWEST_HZ <= self.heel_hz <= HIGHEST_HZ:
            raise SettingsError(
                f"pitch of the heel tone is {self.heel_hz:g} Hz, expected {LOWEST_HZ:g} to {HIGHEST_HZ:g}"
            )
        if not 0.0 <= self.volume <= 1.0:
            raise SettingsError(f"volume is {self.volume:g}, expected 0 (off) to 1")


class Sound:
    """One loudspeaker for all sensors of a run. open_player: opens the device; without one everything stays silent,
    and `problem` says why. mixer: what the device plays."""

    def __init__(
        self,
        settings: SoundSettings,
        *,
        open_player: Callable[[Mixer], Player] = Player,
        mixer: Mixer | None = None,
    ) -> None:
        self.settings = settings
        self.mixer = mixer or Mixer()
        self.mixer.volume = settings.volume
        self.problem = ""
        self._open_player = open_player
        self._player = self._opened()

    def cues(self, side: str) -> Cues:
        """The view for the sensor on that leg."""
        return Cues(self, side)

    def toggle(self) -> None:
        """Mute, or be heard again. From any thread."""
        self.mixer.volume = 0.0 if self.mixer.volume else self.settings.volume

    def play(self, samples: Stereo) -> None:
        """Once."""
        if self._heard():
            self.mixer.play(samples)

    def keep_on(self, samples: Stereo, name: str) -> None:
        """Until there has been no more news for a while."""
        if self._heard():
            self.mixer.keep_on(samples, name=name, for_s=NEWS_S)

    def close(self) -> None:
        """Close the sound device if it is open."""
        if self._player is not None:
            self._player.close()
            self._player = None

    def _heard(self) -> bool:
        if self._player is not None and not self._player.alive:  # unplugged: perhaps there is another one
            self._player.close()
            self._player = self._opened()
        return self._player is not None

    def _opened(self) -> Player | None:
        try:
            return self._open_player(self.mixer)
        except LinkError as error:
            self.problem = str(error)
            return None


class Cues:
    """`update(frames, events, health)`: a view of one leg; its sounds come from its side."""

    def __init__(self, sound: Sound, side: str) -> None:
        self._sound = sound
        self._pan = _PANS.get(side, BOTH)
        self._heel_name = f"heel {side}"
        self._heel_up = False
        settings = sound.settings
        self._heel = tone(settings.heel_hz, 0.16, pan=self._pan, rest_s=0.24)
        self._rep = tone(520.0, 0.05, pan=self._pan)
        self._tick = tone(660.0, 0.05, pan=self._pan)
        self._rock = notes(520.0, 780.0, pan=self._pan)
        self._accepted = notes(523.0, 659.0, 784.0, pan=self._pan)
        self._refused = notes(330.0, 247.0, seconds=0.2, pan=self._pan)
        self._warning = notes(440.0, 440.0, seconds=0.09, pan=self._pan)

    def update(self, _frames: FrameBlock, events: Sequence[Event], health: LinkHealth) -> None:
        """Play the sounds of new events. The heel's tone stays on while the heel is up and the link is connected."""
        for event in events:
            self._hear(event)
        if self._heel_up and health.connected:
            if self._sound.settings.heel:
                self._sound.keep_on(self._heel, self._heel_name)
        else:  # down, or nobody knows where it is
            self._sound.mixer.stop(self._heel_name)

    def _hear(self, event: Event) -> None:
        settings, play = self._sound.settings, self._sound.play
        match event:
            case HeelFlag():
                self._heel_up = event.up
            case PhaseChange() if event.phase is not Phase.SET:  # a new calibration: the old angles are void
                self._heel_up = False
            case Rep() if settings.reps and event.heel is not HeelState.UP:
                play(self._rep)
            case StillFor() if settings.guide and event.still_s > 0:
                play(self._tick)
            case RockDone() if settings.guide:
                play(self._rock)
            case CalibrationReport() if settings.guide:
                play(self._accepted if event.accepted else self._refused)
            case Notice() if event.code in _WARNINGS:
                self._heel_up = self._heel_up and event.code not in _ANGLES_ARE_VOID
                play(self._warning)
            case _:
                pass
