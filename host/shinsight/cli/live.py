"""`shinsight live LINK`: measure, show and record."""

from __future__ import annotations

from ..transport.names import open_link
from .options import (
    ExerciseOption,
    ForOption,
    HeadlessOption,
    LinkArgument,
    OutOption,
    SideOption,
    SlopeOption,
    TargetOption,
    ZeroOption,
    overrides,
    usual_settings,
)
from .running import new_session_folder


def live(
    link: LinkArgument,
    for_s: ForOption = None,
    headless: HeadlessOption = False,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    out: OutOption = None,
    target_deg: TargetOption = (30.0, 38.0),
) -> None:
    """Measure, show and record: the live window, or text without a display."""
    settings = overrides(exercise, side, slope_deg, zero).apply(usual_settings(link))
    from .showing import run_and_show  # views are loaded by the verbs that show one

    run_and_show(
        open_link(link),
        settings=settings,
        record_to=new_session_folder(out, settings),
        for_s=for_s,
        headless=headless,
        target_deg=target_deg,
    )
