"""Shows recorded sessions again, in the replay window or as text."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from ..acquisition.sensors import WornSensor
from ..errors import DataError
from ..pipeline.settings import Overrides, PipelineSettings
from ..session.folder import RAW_LOG, open_session
from ..transport.replay import ReplayLink
from ..view.replay_session import ReplaySession, legs_in
from ..window.display import why_no_window
from .options import TARGET_DEG
from .progress import part_done
from .running import say


def replay_sessions(
    paths: Sequence[Path],
    given: Overrides,
    *,
    speed: float = 1.0,
    for_s: float | None = None,
    headless: bool = False,
    target_deg: tuple[float, float] = TARGET_DEG,
) -> None:
    """Show these sessions, or those of both legs in a folder, measured from their bytes with their settings.

    given: settings that replace the recorded ones. speed: 1 as recorded, 0 as fast as possible. target_deg: the target
    band of the curve, in degrees. Raises `DataError` for what cannot be read.
    """
    sessions = [leg for path in paths for leg in legs_in(path)]
    folders = [open_session(path) for path in sessions if path.is_dir()]
    for notice in (notice for folder in folders for notice in folder.notices):
        say(f"notice: {notice}")
    if not headless and (reason := why_no_window()) is not None:
        say(f"no live window, showing text instead: {reason}")
        headless = True
    if headless:
        _in_text(sessions, given, speed=speed, for_s=for_s, target_deg=target_deg)
    else:
        _in_window(sessions, given, speed=speed, for_s=for_s, target_deg=target_deg)


def _in_text(
    sessions: Sequence[Path], given: Overrides, *, speed: float, for_s: float | None, target_deg: tuple[float, float]
) -> None:
    from .showing import run_and_show  # views are loaded only when they are shown

    sensors = []
    for path in sessions:
        settings = PipelineSettings()
        if path.is_dir():
            folder = open_session(path)
            settings = folder.settings
            if folder.file(RAW_LOG) is None:
                raise DataError(
                    f"{path} has no {RAW_LOG} to replay as text; the window and `shinsight analyze` use its imu.csv"
                )
        sensors.append(WornSensor(ReplayLink(path, speed=speed), given.apply(settings), None))
    run_and_show(sensors, for_s=for_s, headless=True, target_deg=target_deg)


def _in_window(
    sessions: Sequence[Path], given: Overrides, *, speed: float, for_s: float | None, target_deg: tuple[float, float]
) -> None:
    from ..window.loop import show_window  # Qt is loaded for a window only
    from ..window.replay.replay_window import ReplayWindow

    with part_done("measuring") as on_progress:
        legs = ReplaySession(sessions, overrides=given, on_progress=on_progress)
    began_s = time.monotonic()
    show_window(
        lambda: ReplayWindow(
            legs.views,
            title=legs.title,
            measure=legs.measure,
            folder=legs.folder,
            speed=speed,
            target_deg=target_deg,
        ),
        until=lambda: for_s is not None and time.monotonic() - began_s >= for_s,
    )
