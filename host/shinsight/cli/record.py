"""`shinsight record LINK...`: record without a view, with a progress bar."""

from __future__ import annotations

from ..together import Together
from .options import (
    CalibrationOption,
    ExerciseOption,
    ForOption,
    LinksArgument,
    OutOption,
    PersonOption,
    SideOption,
    SlopeOption,
    ZeroOption,
    overrides,
)
from .progress import RunProgress
from .running import run_in_text
from .sensors import worn


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
) -> None:
    """Record a session with nothing but a progress bar."""
    sensors = worn(links, overrides(exercise, side, slope_deg, zero), out, person=person, calibration=calibration)
    with RunProgress("recording", total_s=for_s) as progress:
        run_in_text(Together([sensor.runner(progress.update, for_s=for_s) for sensor in sensors]))
