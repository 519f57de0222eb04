"""What a session sounds like, heard from the mixer; and a computer without loudspeaker."""

from __future__ import annotations

import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from threading import Event as Signal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinsight.errors import LinkError, SettingsError
from shinsight.outputs.sound.player import Player
from shinsight.outputs.sound.sound import Sound, SoundSettings
from shinsight.outputs.sound.tones import RATE_HZ, Mixer, Stereo, notes, tone
from shinsight.outputs.sound.voice import Voice, system_voice
from shinsight.results import CalibrationReport, Event, HeelFlag, HeelState, Notice, PhaseChange, RockDone, StillFor
from shinsight.samples import Phase
from squat_frames import frames, health, squats

NO_FRAMES = frames(np.array([]), 0.0)
ACCEPTED = CalibrationReport(0.0, True, 0.9, (), (0.0, 0.0, 0.0))
REFUSED = CalibrationReport(0.0, False, 0.0, ("heel lifted",), (0.0, 0.0, 0.0))


class Deaf:
    """A player whose mixer the test listens to itself."""

    alive = True

    def __init__(self, _mixer: Mixer) -> None:
        pass

    def close(self) -> None:
        pass


def sound(**settings: object) -> Sound:
    return Sound(SoundSettings(**settings), open_player=Deaf)  # type: ignore[arg-type]


def loudness(heard: Sound, seconds: float = 0.1) -> tuple[float, float]:
    """Root mean square, left and right."""
    left, right = np.sqrt(np.mean(heard.mixer.fill(round(seconds * RATE_HZ)) ** 2, axis=0)).tolist()
    return left, right


def pitch_hz(heard: Sound) -> float:
    samples = heard.mixer.fill(RATE_HZ // 10)[:, 0]
    return float(np.argmax(np.abs(np.fft.rfft(samples)))) * 10.0


def test_the_heel_tone_is_there_while_the_heel_is_up_and_at_no_other_time() -> None:
    heard = sound()
    cues = heard.cues("left")
    assert loudness(heard) == (0.0, 0.0)
    cues.update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    assert loudness(heard)[0] > 0.05
    assert sum(loudness(heard, 0.4)) > 0.05  # it goes on
    cues.update(NO_FRAMES, [HeelFlag(2.0, False)], health())
    assert loudness(heard) == (0.0, 0.0)


def test_its_pitch_is_the_one_asked_for() -> None:
    heard = sound(heel_hz=600.0)
    heard.cues("left").update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    assert pitch_hz(heard) == pytest.approx(600.0, abs=10.0)


def test_two_legs_are_heard_from_their_sides() -> None:
    for side, louder in (("left", 0), ("right", 1)):
        heard = sound()
        heard.cues(side).update(NO_FRAMES, [HeelFlag(1.0, True)], health())
        channels = loudness(heard)
        assert channels[louder] > 4.0 * channels[1 - louder]


def test_a_link_that_breaks_ends_the_tone_as_nobody_knows_where_the_heel_is() -> None:
    heard = sound()
    cues = heard.cues("left")
    cues.update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    cues.update(NO_FRAMES, [], health(connected=False))
    assert loudness(heard) == (0.0, 0.0)


def test_the_tone_is_back_with_the_link_while_the_heel_is_still_up() -> None:
    heard = sound()
    cues = heard.cues("left")
    cues.update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    cues.update(NO_FRAMES, [], health(connected=False))
    cues.update(NO_FRAMES, [], health())
    assert sum(loudness(heard, 0.4)) > 0.05


def test_the_tone_goes_on_without_a_seam_while_news_come() -> None:
    heard = sound()
    cues = heard.cues("left")
    cues.update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    pieces = []
    for _ in range(40):
        pieces.append(heard.mixer.fill(RATE_HZ // 10))
        cues.update(NO_FRAMES, [], health())
    round_s = round(0.4 * RATE_HZ)  # a note and its rest
    turns = np.concatenate(pieces).reshape(-1, round_s, 2)
    np.testing.assert_array_equal(turns, np.broadcast_to(turns[0], turns.shape))


def test_a_run_that_ends_or_fails_with_the_heel_up_takes_its_tone_with_it() -> None:
    heard = sound()
    heard.cues("left").update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    assert sum(loudness(heard, 1.0)) > 0.05
    assert loudness(heard, 3.0) == (0.0, 0.0)  # nobody has said anything since
    assert heard.mixer.names == []


@pytest.mark.parametrize(
    "event",
    [
        PhaseChange(2.0, Phase.STAND, "Stand still"),
        Notice(2.0, "strap_moved", "the strap has moved"),
        Notice(2.0, "calibration_does_not_fit", "worn otherwise"),
    ],
)
def test_the_tone_ends_where_the_angles_do(event: Event) -> None:
    heard = sound(guide=False)
    cues = heard.cues("left")
    cues.update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    cues.update(NO_FRAMES, [event], health())
    assert "heel left" not in heard.mixer.names


def test_muted_is_silent_and_comes_back() -> None:
    heard = sound()
    heard.cues("left").update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    heard.toggle()
    assert loudness(heard) == (0.0, 0.0)
    heard.toggle()
    assert sum(loudness(heard, 0.5)) > 0.05


@pytest.mark.parametrize(
    "event", [StillFor(1.0, 2, 3.0), RockDone(1.0, 1, 5), ACCEPTED, REFUSED, Notice(0.0, "strap_moved", "")]
)
def test_every_step_of_the_guided_start_has_a_sign(event: object) -> None:
    heard = sound()
    heard.cues("left").update(NO_FRAMES, [event], health())  # type: ignore[list-item]
    assert sum(loudness(heard)) > 0.01


def test_accepted_and_refused_do_not_sound_alike() -> None:
    pitches = []
    for report in (ACCEPTED, REFUSED):
        heard = sound()
        heard.cues("left").update(NO_FRAMES, [report], health())
        pitches.append(pitch_hz(heard))
    assert pitches[0] > 1.3 * pitches[1]


def test_what_is_turned_off_is_not_heard() -> None:
    heard = sound(heel=False, guide=False)
    heard.cues("left").update(NO_FRAMES, [HeelFlag(1.0, True), RockDone(1.0, 1, 5), ACCEPTED], health())
    assert loudness(heard) == (0.0, 0.0)


@pytest.mark.parametrize("wrong", [{"volume": 1.5}, {"volume": -0.1}, {"heel_hz": 20.0}, {"heel_hz": float("nan")}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="expected"):
        SoundSettings(**wrong)  # type: ignore[arg-type]


@given(cuts=st.lists(st.integers(1, 3000), min_size=1, max_size=20))
def test_however_the_device_asks_it_gets_the_same_sound(cuts: list[int]) -> None:
    whole, pieces = Mixer(), Mixer()
    for mixer in (whole, pieces):
        mixer.keep_on(tone(440.0, 0.05, rest_s=0.01), name="heel", for_s=0.3)
        mixer.play(notes(300.0, 500.0))
    in_pieces = np.concatenate([pieces.fill(n) for n in cuts])
    np.testing.assert_array_equal(in_pieces, whole.fill(sum(cuts)))
    assert np.abs(in_pieces).max() <= 1.0


def test_without_a_sound_device_everything_else_goes_on() -> None:
    def none_here(_: Mixer) -> Player:
        raise LinkError("no sound: the sound device cannot be opened")

    heard = Sound(SoundSettings(), open_player=none_here)
    assert "no sound" in heard.problem
    heard.cues("left").update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    heard.close()


def test_without_the_audio_library_everything_else_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "miniaudio", None)  # as where there is no wheel for the machine
    heard = Sound(SoundSettings())
    assert "pip install miniaudio" in heard.problem
    heard.cues("left").update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    heard.close()


def test_a_sound_server_that_dies_and_stays_away_leaves_silence_and_no_error() -> None:
    opened: list[Deaf] = []

    def once(mixer: Mixer) -> Player:
        if opened:
            raise LinkError("no sound: the sound device cannot be opened")
        opened.append(Deaf(mixer))
        return opened[0]  # type: ignore[return-value]

    heard = Sound(SoundSettings(), open_player=once)
    cues = heard.cues("left")
    opened[0].alive = False
    for _ in range(3):
        cues.update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    assert "no sound" in heard.problem
    assert heard.mixer.names == []
    heard.close()


def test_a_device_that_is_unplugged_is_opened_again() -> None:
    opened: list[Deaf] = []

    class Unplugged(Deaf):
        def __init__(self, mixer: Mixer) -> None:
            super().__init__(mixer)
            opened.append(self)
            self.alive = len(opened) > 1

    heard = Sound(SoundSettings(), open_player=Unplugged)  # type: ignore[arg-type]
    heard.cues("left").update(NO_FRAMES, [HeelFlag(1.0, True)], health())
    assert len(opened) == 2
    assert loudness(heard)[0] > 0.05


def test_the_real_audio_thread_asks_for_samples() -> None:
    asked = Signal()

    class Listening(Mixer):
        def fill(self, frames: int) -> Stereo:
            asked.set()
            return super().fill(frames)

    player = Player(Listening(), silent=True)
    try:
        assert asked.wait(5.0)
        assert player.alive
    finally:
        player.close()


@pytest.fixture
def said(tmp_path: Path) -> Iterator[tuple[Voice, Path]]:
    """A voice that writes down what it says, slowly."""
    script = "import sys, time; open(sys.argv[1], 'a').write(sys.argv[2] + '\\n'); time.sleep(0.15)"
    book = tmp_path / "said"
    voice = Voice(lambda words: [sys.executable, "-c", script, str(book), words])
    yield voice, book
    voice.close()


def test_reps_are_counted_aloud_and_a_lifted_heel_is_named(said: tuple[Voice, Path]) -> None:
    voice, book = said
    _, reps = squats([HeelState.DOWN, HeelState.UP])
    for rep in reps:
        voice.update(NO_FRAMES, [rep], health())
        time.sleep(0.6)
    voice.close()
    assert book.read_text().splitlines() == ["1", "2, heel"]


def test_stale_words_give_way_to_new_ones(said: tuple[Voice, Path]) -> None:
    voice, book = said
    for number in range(1, 8):
        voice.say(str(number))
    voice.close()
    spoken = book.read_text().splitlines()
    assert spoken[-1] == "7"
    assert len(spoken) <= 2


def test_a_voice_that_cannot_speak_holds_nobody_up() -> None:
    voice = Voice(lambda words: ["/nowhere/to/be/found", words])
    voice.say("one")
    voice.close()


@pytest.mark.needs("espeak-ng")
def test_the_systems_own_voice_speaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    program, *words = system_voice()("3, heel")
    assert Path(program).name == "espeak-ng"
    spoken = tmp_path / "spoken.wav"
    subprocess.run([program, "-w", str(spoken), *words], check=True, timeout=30)
    with wave.open(str(spoken)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        assert len(samples) > 0.4 * file.getframerate()
    assert np.abs(samples).max() > 1000


def test_without_a_voice_on_the_system_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(SettingsError, match="install espeak-ng"):
        system_voice()
