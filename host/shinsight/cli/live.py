"""`shinsight live [LINK...]`: measure, show and record. Without a link a page to choose from comes first."""

from __future__ import annotations

from dataclasses import replace

from ..acquisition.audio import AudioOptions
from ..acquisition.link_choice import find_links
from ..acquisition.sensors import worn_sensors
from ..acquisition.streaming import StreamOptions
from ..outputs.sound.sound import SoundSettings
from ..outputs.websocket import HERE
from ..results import Side
from ..units import RAD_PER_DEG
from ..view.start import FIRST_RUN, Goal, StartChoice
from ..window.display import why_no_window
from .history_window import history_entries, show_history
from .lunge_test import LungeTestOptions, run_lunge_test
from .options import (
    TARGET_DEG,
    CalibrationOption,
    ExerciseOption,
    ForOption,
    HeadlessOption,
    HeelToneOption,
    LslOption,
    OptionalLinksArgument,
    OutOption,
    PersonOption,
    SideOption,
    SlopeOption,
    SoundOption,
    TargetOption,
    VoiceOption,
    VolumeOption,
    WebSocketHostOption,
    WebSocketOption,
    ZeroOption,
    overrides,
)
from .running import say


def live(
    links: OptionalLinksArgument = None,
    for_s: ForOption = None,
    headless: HeadlessOption = False,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    out: OutOption = None,
    person: PersonOption = "",
    calibration: CalibrationOption = None,
    target_deg: TargetOption = TARGET_DEG,
    sound: SoundOption = True,
    heel_tone_hz: HeelToneOption = 880.0,
    volume: VolumeOption = 0.6,
    voice: VoiceOption = False,
    lsl: LslOption = False,
    websocket: WebSocketOption = None,
    websocket_host: WebSocketHostOption = HERE,
) -> None:
    """Measure, show and record: the live window, or text without a display."""
    given = overrides(exercise, side, slope_deg, zero)
    if not links and not headless and why_no_window() is None:
        from .starting import chosen_on_page

        choice = chosen_on_page(exercise=given.exercise, side=side, person=person)
        if choice.goal is Goal.HISTORY:
            show_history(history_entries())
            return
        links, person = list(choice.links), choice.person
        if choice.goal is Goal.LUNGE_TEST:
            options = LungeTestOptions(
                first=choice.side or Side.LEFT,
                slope_deg=choice.slope_deg,
                zero=zero,
                out=out,
                person=person,
                calibration=calibration,
            )
            run_lunge_test(
                _lunge_test_links(choice), options, audio=AudioOptions(sound=SoundSettings()), headless=False
            )
            return
        slope_rad = given.slope_rad if slope_deg is not None else choice.slope_deg * RAD_PER_DEG
        given = replace(given, exercise=choice.exercise, side=choice.side, slope_rad=slope_rad)
    links = [FIRST_RUN if link == "sim:" else link for link in links or find_links(say)]
    sensors = worn_sensors(links, given, out, tell=say, person=person, calibration=calibration)
    from .showing import run_and_show  # views are loaded by the verbs that show one

    audio = AudioOptions(sound=SoundSettings(heel_hz=heel_tone_hz, volume=volume) if sound else None, voice=voice)
    streams = StreamOptions(lsl=lsl, websocket=websocket, host=websocket_host)
    run_and_show(sensors, for_s=for_s, headless=headless, target_deg=target_deg, audio=audio, streams=streams)


def _lunge_test_links(choice: StartChoice) -> list[str]:
    """Return the links of the test; the simulated person of the test is another one than that of a run."""
    return ["sim:"] if choice.offer.simulated else list(choice.offer.links)
