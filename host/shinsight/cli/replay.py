"""`shinsight replay SESSION`: the live window on a recorded session. Nothing is recorded again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import DataError
from ..pipeline import PipelineSettings
from ..session import RAW_LOG, open_session
from ..transport.replay import ReplayLink
from .options import (
    ExerciseOption,
    ForOption,
    HeadlessOption,
    SideOption,
    SlopeOption,
    TargetOption,
    ZeroOption,
    overrides,
)
from .running import say
from .sensors import Worn


def replay(
    session: Annotated[Path, typer.Argument(metavar="SESSION", help="A session folder, or its raw.log.")],
    speed: Annotated[float, typer.Option("--speed", min=0.0, help="1 as it came, 0 as fast as possible.")] = 1.0,
    for_s: ForOption = None,
    headless: HeadlessOption = False,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    target_deg: TargetOption = (30.0, 38.0),
) -> None:
    """Show a recorded session again, from its bytes and with its settings."""
    settings = PipelineSettings()
    if session.is_dir():
        folder = open_session(session)
        settings = folder.settings
        for notice in folder.notices:
            say(f"notice: {notice}")
        if folder.file(RAW_LOG) is None:
            raise DataError(f"{session} has no {RAW_LOG} to replay; `shinsight analyze` can use its imu.csv")
    from .showing import run_and_show  # views are loaded by the verbs that show one

    settings = overrides(exercise, side, slope_deg, zero).apply(settings)
    run_and_show(
        [Worn(ReplayLink(session, speed=speed), settings, None)],
        for_s=for_s,
        headless=headless,
        target_deg=target_deg,
    )
