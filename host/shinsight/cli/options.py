"""The options that several verbs share: their names, units and help."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..acquisition.sensors import CalibrationChoice
from ..pipeline.settings import Overrides
from ..results import Side
from ..units import RAD_PER_DEG


class Zero(StrEnum):
    """Lists the zeros of the angle that `--zero` takes."""

    STANDING = "standing"
    TIBIA = "tibia"


LINK_HELP = (
    "ble:, ble:left, serial:, serial:PORT, sim:, sim:squat?reps=8, emulator: or replay:FOLDER; two for two legs."
)
LinksArgument = Annotated[list[str], typer.Argument(metavar="LINK...", help=LINK_HELP)]
OptionalLinksArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[LINK...]",
        help=LINK_HELP,
        show_default="a page to choose from; without a display the board in reach, else sim:",
    ),
]
ExerciseOption = Annotated[
    str | None,
    typer.Option(
        "--exercise",
        help="squat, lunge, split_squat, step_down, knee_to_wall or sit_to_stand.",
        show_default="as recorded, else squat",
    ),
]
SideOption = Annotated[
    Side | None, typer.Option("--side", help="The leg that wears the sensor.", show_default="as recorded, else right")
]
SlopeOption = Annotated[
    float | None,
    typer.Option(
        "--slope",
        metavar="DEG",
        help="Slope under the foot in degrees, toes up is positive.",
        show_default="as recorded, else 0",
    ),
]
ZeroOption = Annotated[
    Zero | None,
    typer.Option(
        "--zero",
        help="Measure angles from quiet standing, or from the vertical with the sensor's long edge on the shin bone.",
        show_default="as recorded, else standing",
    ),
]
TARGET_DEG = (30.0, 38.0)
"""The target band of the curve when none is given."""
ForOption = Annotated[float | None, typer.Option("--for", metavar="S", min=0.1, help="Stop after S seconds.")]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="The session's folder.", show_default="sessions/DATE_TIME_EXERCISE_SIDE"),
]
TargetOption = Annotated[
    tuple[float, float], typer.Option("--target", metavar="LOW HIGH", help="Target band of the curve in degrees.")
]
PersonOption = Annotated[
    str, typer.Option("--person", metavar="NAME", help="Who wears it: a name or a code. It stays on this computer.")
]


CalibrationOption = Annotated[
    CalibrationChoice | None,
    typer.Option(
        "--calibration",
        help="fresh: do the ankle rocks. saved: use the last calibration of the last 3 hours while it fits.",
        show_default="saved for a board, fresh for a simulated one",
    ),
]
SoundOption = Annotated[
    bool, typer.Option("--sound/--no-sound", help="Play a tone while the heel is up, and short signals before that.")
]
HeelToneOption = Annotated[float, typer.Option("--heel-tone", metavar="HZ", help="Pitch of the tone.")]
VolumeOption = Annotated[float, typer.Option("--volume", metavar="0..1", help="Loudness; 0 is off.")]
VoiceOption = Annotated[bool, typer.Option("--voice", help="Speak rep counts and instructions.")]
LslOption = Annotated[bool, typer.Option("--lsl", help="Stream to the Lab Streaming Layer.")]
WebSocketOption = Annotated[
    int | None,
    typer.Option(
        "--websocket",
        metavar="PORT",
        min=0,
        max=65535,
        help="Serve JSON on this port, for example 8765; 0 is any port.",
    ),
]
WebSocketHostOption = Annotated[
    str,
    typer.Option(
        "--websocket-host", metavar="HOST", help="0.0.0.0 opens it to the network, without encryption or password."
    ),
]
HeadlessOption = Annotated[bool, typer.Option("--headless", help="Show text on stderr instead of a window.")]


def overrides(exercise: str | None, side: Side | None, slope_deg: float | None, zero: Zero | None) -> Overrides:
    """Return the options of the command line as overrides, in SI."""
    return Overrides(
        exercise=exercise.replace("-", "_") if exercise is not None else None,
        side=side,
        zero=zero.value if zero is not None else None,
        slope_rad=slope_deg * RAD_PER_DEG if slope_deg is not None else None,
    )
