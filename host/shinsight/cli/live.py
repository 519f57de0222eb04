"""`shinsight live [LINK...]`: measure, show and record. Without a link a page to choose from comes first."""

from __future__ import annotations

from dataclasses import replace

from ..outputs.sound.sound import SoundSettings
from ..outputs.websocket import HERE
from ..results import Side
from ..units import RAD_PER_DEG
from ..view.start import FIRST_RUN, Goal, StartChoice
from ..window.display import why_no_window
from .hearing import Wanted
from .history import history
from .knee_to_wall import knee_to_wall
from .options import (
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
from .sensors import links_found, worn
from .streaming import Streams


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
    target_deg: TargetOption = (30.0, 38.0),
    sound: SoundOption = True,
    heel_tone_hz: HeelToneOption = 880.0,
    volume: VolumeOption = 0.6,
    voice: VoiceOption = False,
    lsl: LslOption = False,
    websocket: WebSocketOption = None,
    websocket_host: WebSocketHostOption = HERE,
) -> None:
    """Measure, show and record: the live window, or text without a display."""
    said = overrides(exercise, side, slope_deg, zero)
    if not links and not headless and why_no_window() is None:
        from .starting import chosen_on_page

        choice = chosen_on_page(exercise=said.exercise, side=side, person=person)
        if choice.goal is Goal.HISTORY:
            history(window=True)
            return
        links, person = list(choice.links), choice.person
        if choice.goal is Goal.WALL_TEST:
            first = choice.side or Side.LEFT
            knee_to_wall(_for_the_wall(choice), first, choice.slope_deg, zero, out, person, calibration)
            return
        slope_rad = said.slope_rad if slope_deg is not None else choice.slope_deg * RAD_PER_DEG
        said = replace(said, exercise=choice.exercise, side=choice.side, slope_rad=slope_rad)
    links = [FIRST_RUN if link == "sim:" else link for link in links or links_found()]
    sensors = worn(links, said, out, person=person, calibration=calibration)
    from .showing import run_and_show  # views are loaded by the verbs that show one

    wanted = Wanted(sound=SoundSettings(heel_hz=heel_tone_hz, volume=volume) if sound else None, voice=voice)
    streams = Streams(lsl=lsl, websocket=websocket, host=websocket_host)
    run_and_show(sensors, for_s=for_s, headless=headless, target_deg=target_deg, wanted=wanted, streams=streams)


def _for_the_wall(choice: StartChoice) -> list[str]:
    """A simulated person does the test."""
    return ["sim:"] if choice.offer.simulated else list(choice.offer.links)
