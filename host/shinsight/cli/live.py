"""`shinsight live [LINK...]`: measure, show and record."""

from __future__ import annotations

from .options import (
    CalibrationOption,
    ExerciseOption,
    ForOption,
    HeadlessOption,
    OptionalLinksArgument,
    OutOption,
    PersonOption,
    SideOption,
    SlopeOption,
    TargetOption,
    ZeroOption,
    overrides,
)
from .sensors import links_found, worn


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
) -> None:
    """Measure, show and record: the live window, or text without a display."""
    sensors = worn(
        links or links_found(), overrides(exercise, side, slope_deg, zero), out, person=person, calibration=calibration
    )
    from .showing import run_and_show  # views are loaded by the verbs that show one

    run_and_show(sensors, for_s=for_s, headless=headless, target_deg=target_deg)
