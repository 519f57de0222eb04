"""`shinsight record LINK...`: record without a view, with a progress bar."""

from __future__ import annotations

from ..acquisition.runner_group import RunnerGroup
from ..acquisition.sensors import worn_sensors
from ..acquisition.streaming import StreamOptions, open_streams
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
from .running import run_in_text, say


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
    """Record a session and show only a progress bar."""
    given = overrides(exercise, side, slope_deg, zero)
    sensors = worn_sensors(links, given, out, tell=say, person=person, calibration=calibration)
    options = StreamOptions(lsl=lsl, websocket=websocket, host=websocket_host)
    with open_streams(options, sensors, tell=say) as outlets, RunProgress("recording", total_s=for_s) as progress:
        run_in_text(RunnerGroup([s.runner(progress.update, for_s=for_s, outlets=outlets[s.name]) for s in sensors]))
