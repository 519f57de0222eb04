"""`shinsight record LINK`: record without a view, with a progress bar."""

from __future__ import annotations

from ..runner import Runner
from ..transport.names import open_link
from .options import (
    ExerciseOption,
    ForOption,
    LinkArgument,
    OutOption,
    SideOption,
    SlopeOption,
    ZeroOption,
    overrides,
    usual_settings,
)
from .progress import RunProgress
from .running import new_session_folder, run_in_text


def record(
    link: LinkArgument,
    for_s: ForOption = None,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    out: OutOption = None,
) -> None:
    """Record a session with nothing but a progress bar."""
    settings = overrides(exercise, side, slope_deg, zero).apply(usual_settings(link))
    with RunProgress("recording", total_s=for_s) as progress:
        run_in_text(
            Runner(
                open_link(link),
                settings=settings,
                name=settings.side.value,
                record_to=new_session_folder(out, settings),
                views=[progress.update],
                for_s=for_s,
            )
        )
