"""`shinsight simulate OUT`: writes a session folder of a simulated leg, with the truth beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..acquisition.runner_group import RunnerGroup
from ..acquisition.sensors import WornSensor, is_on_foot, usual_settings
from ..errors import SettingsError
from .options import ExerciseOption, SideOption, SlopeOption, ZeroOption, overrides
from .progress import RunProgress
from .running import run_in_text

SIM = "sim:"


def simulate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The new session's folder.")],
    link: Annotated[str, typer.Argument(metavar="SIM", help="For example sim:squat?reps=8&heel_lift_mm=30.")] = "sim:",
    options: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME=VALUE", help="One more option of the sim: link. You can repeat it."),
    ] = None,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
) -> None:
    """Write a session folder of a simulated leg, and the truth about it."""
    if not link.startswith(SIM):
        raise SettingsError(f"link {link!r} is given, expected one that starts with {SIM}")
    of_link, _, query = link.removeprefix(SIM).partition("?")
    given = overrides(exercise, side, slope_deg, zero)
    asked = [query, *(options or ()), *([f"side={side}"] if side is not None else ()), "speed=0"]
    name = f"{SIM}{given.exercise or of_link}?{'&'.join(filter(None, asked))}"
    settings = given.apply(usual_settings(name))
    from ..transport.simulated import open_sim  # loads a third of scipy

    leg = open_sim(name.removeprefix(SIM))
    with RunProgress("simulating", total_s=leg.duration_s) as progress:
        sensor = WornSensor(leg, settings, out, on_shank=not is_on_foot(name))
        run_in_text(RunnerGroup([sensor.runner(progress.update, for_s=None)]))
    leg.write_truth(out)
