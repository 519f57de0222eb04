"""`shinsight replay SESSION...`: shows a recorded session at any moment. It records nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import (
    TARGET_DEG,
    ExerciseOption,
    ForOption,
    HeadlessOption,
    SideOption,
    SlopeOption,
    TargetOption,
    ZeroOption,
    overrides,
)
from .session_replay import replay_sessions


def replay(
    sessions: Annotated[
        list[Path],
        typer.Argument(
            metavar="SESSION...",
            help="A session folder, its raw.log or an imu.csv; for both legs two of them, or their folder.",
        ),
    ],
    speed: Annotated[
        float,
        typer.Option(
            "--speed", min=0.0, help="1 is as recorded, 0 as fast as possible; the window then opens at the end."
        ),
    ] = 1.0,
    for_s: ForOption = None,
    headless: HeadlessOption = False,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    target_deg: TargetOption = TARGET_DEG,
) -> None:
    """Show recorded sessions, measured again from their bytes with their settings."""
    given = overrides(exercise, side, slope_deg, zero)
    replay_sessions(sessions, given, speed=speed, for_s=for_s, headless=headless, target_deg=target_deg)
