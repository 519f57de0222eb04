"""`shinsight replay SESSION...`: a recorded session at any moment, in the live window. Nothing is recorded again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..errors import DataError
from ..pipeline.settings import Overrides, PipelineSettings
from ..session.folder import RAW_LOG, open_session
from ..transport.replay import ReplayLink
from ..view.replay_session import ReplayLegs, legs_in
from ..window.display import why_no_window
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
from .progress import part_done
from .running import say
from .sensors import Worn


def replay(
    sessions: Annotated[
        list[Path],
        typer.Argument(
            metavar="SESSION...",
            help="A session folder, its raw.log or an imu.csv; two, or their folder, for both legs.",
        ),
    ],
    speed: Annotated[
        float, typer.Option("--speed", min=0.0, help="1 as it came; 0 as fast as possible, in the window at its end.")
    ] = 1.0,
    for_s: ForOption = None,
    headless: HeadlessOption = False,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
    target_deg: TargetOption = (30.0, 38.0),
) -> None:
    """Show recorded sessions again, measured from their bytes with their settings."""
    said = overrides(exercise, side, slope_deg, zero)
    sessions = [leg for path in sessions for leg in legs_in(path)]
    folders = [open_session(path) for path in sessions if path.is_dir()]
    for notice in (notice for folder in folders for notice in folder.notices):
        say(f"notice: {notice}")
    if not headless and (reason := why_no_window()) is not None:
        say(f"no live window, showing text instead: {reason}")
        headless = True
    if headless:
        _in_text(sessions, said, speed=speed, for_s=for_s, target_deg=target_deg)
    else:
        _in_window(sessions, said, speed=speed, for_s=for_s, target_deg=target_deg)


def _in_text(
    sessions: Sequence[Path], said: Overrides, *, speed: float, for_s: float | None, target_deg: tuple[float, float]
) -> None:
    from .showing import run_and_show  # views are loaded by the verbs that show one

    worn = []
    for path in sessions:
        settings = PipelineSettings()
        if path.is_dir():
            folder = open_session(path)
            settings = folder.settings
            if folder.file(RAW_LOG) is None:
                raise DataError(
                    f"{path} has no {RAW_LOG} to replay as text; the window and `shinsight analyze` use its imu.csv"
                )
        worn.append(Worn(ReplayLink(path, speed=speed), said.apply(settings), None))
    run_and_show(worn, for_s=for_s, headless=True, target_deg=target_deg)


def _in_window(
    sessions: Sequence[Path], said: Overrides, *, speed: float, for_s: float | None, target_deg: tuple[float, float]
) -> None:
    from ..window.loop import show_window  # Qt is loaded for a window only
    from ..window.replay_window import ReplayWindow

    with part_done("measuring") as on_progress:
        legs = ReplayLegs(sessions, overrides=said, on_progress=on_progress)
    began_s = time.monotonic()
    show_window(
        lambda: ReplayWindow(
            legs.rewound,
            title=legs.title,
            measure=legs.measure,
            folder=legs.folder,
            speed=speed,
            target_deg=target_deg,
        ),
        until=lambda: for_s is not None and time.monotonic() - began_s >= for_s,
    )
