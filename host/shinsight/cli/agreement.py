"""`shinsight agreement FOLDER`: results of the shin sensor beside those of a foot sensor, for each repetition."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..analysis.agreement import SHOWN_LIFT_M, Agreement, Limits, Share, agreement_dict
from ..analysis.shin_and_foot import measure_both
from ..errors import SettingsError
from ..kinematics.foot import FootLengths
from ..results import HEEL_STATES
from ..session.json_forms import to_json
from ..units import DEG_PER_RAD, MM_PER_M
from .options import ExerciseOption, SideOption, SlopeOption, ZeroOption, overrides
from .progress import part_done
from .running import say


def agreement(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Sessions of a shin and a foot recorded together: right/ and foot/."),
    ],
    foot_cm: Annotated[
        float | None,
        typer.Option(
            "--foot-length",
            metavar="CM",
            help="Length from the heel to the longest toe.",
            show_default="by --stature, else 26",
        ),
    ] = None,
    stature_cm: Annotated[float | None, typer.Option("--stature", metavar="CM", help="Height of the person.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    slope_deg: SlopeOption = None,
    zero: ZeroOption = None,
) -> None:
    """Compare the results of the shin sensor with those of a foot sensor, rep by rep."""
    given = overrides(exercise, side, slope_deg, zero)
    lengths = _lengths(foot_cm, stature_cm)
    with part_done("analyzing") as on_progress:
        found = measure_both(folder, lengths=lengths, overrides=given, on_progress=on_progress)
    if as_json:
        typer.echo(to_json(agreement_dict(found)))
        return
    console = Console()
    console.print(_reps(found))
    console.print(_counts(found))
    for line in _words(found):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    for text in found.warnings:
        say(f"warning: {text}")


def _lengths(foot_cm: float | None, stature_cm: float | None) -> FootLengths:
    if foot_cm is not None and stature_cm is not None:
        raise SettingsError(f"--foot-length {foot_cm:g} and --stature {stature_cm:g}: give one of them")
    if foot_cm is not None:
        return FootLengths.measured(foot_cm / 100.0)
    return FootLengths.of_stature(stature_cm / 100.0) if stature_cm is not None else FootLengths()


def _reps(found: Agreement) -> Table:
    s = found.shin.settings
    table = Table(title=f"{s.exercise}, {s.side} leg: heel (mm) and peak dorsiflexion (°) by shin and by foot")
    for name in ("rep", "start s", "shin", "foot", "shin mm", "foot mm", "pitch °", "shin °", "foot °"):
        table.add_column(name, justify="left" if name in ("shin", "foot") else "right")
    for pair in found.pairs:
        rep, foot = pair.rep, pair.foot
        table.add_row(
            str(rep.number),
            f"{rep.start_s:.1f}",
            rep.heel.value,
            foot.heel.value,
            _number(pair.shin_lift_m * MM_PER_M, 0),
            f"{foot.heel_lift_m * MM_PER_M:.0f} ± {foot.heel_lift_sd_m * MM_PER_M:.0f}",
            _number(foot.peak_pitch_rad * DEG_PER_RAD, 1),
            "–" if rep.peak_dorsiflexion_rad is None else _number(rep.peak_dorsiflexion_rad * DEG_PER_RAD, 1),
            _number(foot.peak_dorsiflexion_rad * DEG_PER_RAD, 1),
            style="red" if pair.agree is False else None,
        )
    return table


def _counts(found: Agreement) -> Table:
    table = Table(title="repetitions")
    table.add_column("")
    for foot in HEEL_STATES:
        table.add_column(f"foot {foot}", justify="right")
    for shin in HEEL_STATES:
        table.add_row(f"shin {shin}", *(str(found.count(shin, foot)) for foot in HEEL_STATES))
    return table


def _words(found: Agreement) -> list[str]:
    lifted = f"the foot's lifts of {SHOWN_LIFT_M * MM_PER_M:.0f} mm or more"
    return [
        f"same answer where neither is unsure: {_share(found.same)}",
        f"{lifted}, found by the shin's verdict: {_share(found.lifts_found)}",
        f"{lifted}, flagged live: {_share(found.lifts_flagged)}",
        f"flat by the foot, called up by the shin: {_share(found.false_alarms)}",
        f"height of the heel, shin minus foot: {_limits(found.lift_limits, MM_PER_M, 'mm')}",
        f"peak dorsiflexion, shin minus foot: {_limits(found.dorsiflexion_limits, DEG_PER_RAD, 'deg')}",
    ]


def _share(share: Share) -> str:
    if share.of == 0:
        return "none to count"
    low, high = share.interval
    return f"{share.count} of {share.of} ({low:.0%} to {high:.0%} at 95 %)"


def _limits(limits: Limits, scale: float, unit: str) -> str:
    if limits.n < 2:
        return "too few repetitions"
    bias, low, high = (value * scale for value in (limits.bias, limits.low, limits.high))
    return f"{bias:+.1f} {unit}, 95 % limits {low:+.1f} to {high:+.1f} (n = {limits.n})"


def _number(value: float, decimals: int) -> str:
    return "–" if value != value else f"{value:.{decimals}f}"
