"""`shinsight knee-to-wall [LINK...]`: the weight-bearing lunge test, guided, one leg after the other or both."""

from __future__ import annotations

from typing import Annotated

import typer

from ..acquisition.audio import AudioOptions
from ..acquisition.link_choice import find_links
from ..outputs.sound.sound import SoundSettings
from ..results import Side
from .lunge_test import LungeTestOptions, run_lunge_test
from .options import (
    CalibrationOption,
    HeadlessOption,
    OptionalLinksArgument,
    OutOption,
    PersonOption,
    SlopeOption,
    SoundOption,
    VoiceOption,
    ZeroOption,
)
from .running import say

FirstOption = Annotated[Side, typer.Option("--side", help="The leg that is tested first.")]


def knee_to_wall(
    links: OptionalLinksArgument = None,
    side: FirstOption = Side.LEFT,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    out: OutOption = None,
    person: PersonOption = "",
    calibration: CalibrationOption = None,
    headless: HeadlessOption = False,
    sound: SoundOption = True,
    voice: VoiceOption = False,
) -> None:
    """Do the knee-to-wall test: three trials for each leg, in centimetres and degrees, with the heel checked."""
    options = LungeTestOptions(
        first=side, slope_deg=slope_deg, zero=zero, out=out, person=person, calibration=calibration
    )
    audio = AudioOptions(sound=SoundSettings() if sound else None, voice=voice)
    run_lunge_test(links or find_links(say), options, audio=audio, headless=headless)
