"""`shinsight record LINK...`: record without a view, with a progress bar."""

from __future__ import annotations

from ..acquisition.runner_group import Together
from ..outputs.websocket import HERE
from .options import (
    CalibrationOption,
    ExerciseOption,
    ForOption,
    LinksArgument,
    LslOption,
    OutOption,
    PersonOption,
    SideOption,
    SlopeOption,
    WebSocketHostOption,
    WebSocketOption,
    ZeroOption,
    overrides,
)
from .progress import RunProgress
from .running import run_in_text
from .sensors import worn
from .streaming import Streams, streamed


def record(
    links: LinksArgument,
    for_s: ForOption = None,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    out: OutOption = None,
    person: PersonOption = "",
    calibration: CalibrationOption = None,
    lsl: LslOption = False,
    websocket: WebSocketOption = None,
    websocket_host: WebSocketHostOption = HERE,
) -> None:
    """Record a session with nothing but a progress bar."""
    sensors = worn(links, overrides(exercise, side, slope_deg, zero), out, person=person, calibration=calibration)
    wanted = Streams(lsl=lsl, websocket=websocket, host=websocket_host)
    with streamed(wanted, sensors) as streams, RunProgress("recording", total_s=for_s) as progress:
        runners = [s.runner(progress.update, for_s=for_s, outlets=streams.of[s.name]) for s in sensors]
        run_in_text(Together(runners))
